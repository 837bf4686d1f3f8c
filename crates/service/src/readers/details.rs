//! What is entered about a person, as entered, and what it becomes once it is checked. One place for every face.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use documents::{DocumentKind, IdentityDocument};
use serde::{Deserialize, Serialize};

use super::amend::LANGUAGES;
use crate::kernel::{Invalid, Problem, age_on, clean, is_blank};

/// A reader's data as entered (appendix B). `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderForm {
    /// The name as on the document.
    pub name: String,
    /// `female`, `male` or `unspecified`.
    pub sex: String,
    /// `YYYY-MM-DD`; may be left out when the document's number holds it.
    pub birth_date: String,
    /// A phone number.
    pub phone: String,
    /// An e-mail address, or nothing.
    pub email: String,
    /// A postal address, or nothing.
    pub address: String,
    /// Workplace, or school and class, or nothing.
    pub workplace: String,
    /// The language that they want to be told things in: `zh-Hans`, `zh-Hant`, `en`; or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

/// An identity document as entered. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentForm {
    /// A word of [`DocumentKind`].
    pub kind: String,
    /// The number, in any of the ways people type it.
    pub number: String,
    /// ISO 3166-1 alpha-3, for passports.
    pub issuing_country: String,
    /// `YYYY-MM-DD`; [`LONG_TERM`] for a document that has no end; or nothing, where it is not told.
    pub valid_until: String,
}

/// What stands for the end of a document that has none (长期).
pub const LONG_TERM: &str = "long_term";

/// The guardian of a minor as entered. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardianForm {
    /// The guardian's name.
    pub name: String,
    /// What they are to the child, in words, or nothing.
    pub relation: String,
    /// Their phone number.
    pub phone: String,
    /// Their document.
    pub document: DocumentForm,
    /// Whether they signed.
    pub consent: bool,
}

macro_rules! debug_shows_nothing {
    ($($form:ident),*) => {$(
        impl fmt::Debug for $form {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($form), "(…)"))
            }
        }
    )*};
}
debug_shows_nothing!(ReaderForm, DocumentForm, GuardianForm, Details, Given, GuardianGiven);

/// The sex a reader gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not told.
    Unspecified,
}

impl Sex {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Female, Self::Male, Self::Unspecified];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Unspecified => "unspecified",
        }
    }
}

/// A reader's data, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Details {
    /// The name, composed, with one space between words.
    pub name: String,
    /// The sex.
    pub sex: Sex,
    /// The birth date.
    pub birth_date: NaiveDate,
    /// The phone number without blanks.
    pub phone: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The postal address.
    pub address: Option<String>,
    /// Workplace, or school and class.
    pub workplace: Option<String>,
    /// The language that they want to be told things in.
    pub language: Option<&'static str>,
}

/// A document, checked.
#[derive(Clone)]
pub struct Given {
    /// The document.
    pub document: IdentityDocument,
    /// Until when it is valid, where told.
    pub valid_until: Option<NaiveDate>,
    /// Whether it was told that it has no end.
    pub long_term: bool,
}

impl Given {
    /// Until when it is valid, beside what was known before: a blank takes nothing away, but that it has no end does.
    #[must_use]
    pub fn or_known(&self, known: Option<NaiveDate>) -> Option<NaiveDate> {
        if self.long_term { None } else { self.valid_until.or(known) }
    }
}

/// A guardian, checked.
#[derive(Clone)]
pub struct GuardianGiven {
    /// The name.
    pub name: String,
    /// What they are to the child.
    pub relation: Option<String>,
    /// The phone number.
    pub phone: String,
    /// The document.
    pub document: IdentityDocument,
}

/// Checks the documents: the first is the one the card is opened with, others lead to the same person.
pub(crate) fn check_documents(forms: &[DocumentForm], today: NaiveDate, invalid: &mut Invalid) -> Vec<Given> {
    const OF_READER: [&str; 4] =
        ["document.type", "document.number", "document.issuing_country", "document.valid_until"];
    if forms.is_empty() {
        invalid.add("document.type", Problem::Missing);
        invalid.add("document.number", Problem::Missing);
    }
    forms.iter().filter_map(|form| check_document(form, OF_READER, today, invalid)).collect()
}

pub(super) fn check_document(
    form: &DocumentForm,
    [kind_field, number_field, country_field, until_field]: [&'static str; 4],
    today: NaiveDate,
    invalid: &mut Invalid,
) -> Option<Given> {
    let long_term = form.valid_until.trim() == LONG_TERM;
    let until = if long_term { Ok(None) } else { optional_date(&form.valid_until) };
    let valid_until = until.and_then(|until| match until {
        Some(until) if until < today => Err(Problem::Expired),
        other => Ok(other),
    });
    let valid_until = invalid.take(until_field, valid_until);
    let kind = match form.kind.trim() {
        "" => Err(Problem::Missing),
        word => word.parse::<DocumentKind>().map_err(|_| Problem::UnknownWord),
    };
    let kind = invalid.take(kind_field, kind);
    if is_blank(&form.number) {
        invalid.add(number_field, Problem::Missing);
        return None;
    }
    if form.number.chars().count() > 64 {
        invalid.add(number_field, Problem::TooLong(64));
        return None;
    }
    let kind = kind?;
    let country = Some(form.issuing_country.trim()).filter(|country| !country.is_empty());
    match IdentityDocument::parse(kind, &form.number, country, today) {
        // An expired document still tells whose it is, so that the other fields are judged by it.
        Ok(document) => Some(Given { document, valid_until: valid_until.flatten(), long_term }),
        Err(
            error @ (documents::DocumentError::CountryMissing | documents::DocumentError::CountryUnknown),
        ) => {
            invalid.add(country_field, Problem::Document(error));
            None
        }
        Err(error) => {
            invalid.add(number_field, Problem::Document(error));
            None
        }
    }
}

/// Checks a reader's data against the document they showed.
pub(crate) fn check_reader(
    form: &ReaderForm,
    document: Option<&IdentityDocument>,
    today: NaiveDate,
    invalid: &mut Invalid,
) -> Option<Details> {
    let told = document.and_then(IdentityDocument::birth_date);
    let name = invalid.take("reader.name", name(&form.name));
    let sex = invalid.take("reader.sex", sex(&form.sex, document));
    // Without a document to tell it, a birth date that was left out is not judged yet.
    let birth_date = match document {
        None if is_blank(&form.birth_date) => None,
        _ => invalid.take("reader.birth_date", birth_date(&form.birth_date, told, today)),
    };
    let phone = invalid.take("reader.phone", phone(&form.phone));
    let email = invalid.take("reader.email", optional_email(&form.email));
    let address = invalid.take("reader.address", optional_text(&form.address, 200));
    let workplace = invalid.take("reader.workplace", optional_text(&form.workplace, 100));
    let language = invalid.take("reader.language", language(&form.language));
    Some(Details {
        name: name?,
        sex: sex?,
        birth_date: birth_date?,
        phone: phone?,
        email: email?,
        address: address?,
        workplace: workplace?,
        language: language?,
    })
}

/// The age that document or form tell, whatever else is wrong with the form: it decides what else has to be told.
pub(crate) fn age_told(
    form: &ReaderForm,
    document: Option<&IdentityDocument>,
    today: NaiveDate,
) -> Option<i32> {
    let told = document.and_then(IdentityDocument::birth_date);
    let birth = birth_date(&form.birth_date, told, today).ok().or(told)?;
    Some(age_on(birth, today))
}

/// The birth date as it was told, or as the document tells it.
pub(crate) fn birth_date_told(
    text: &str,
    document: Option<&IdentityDocument>,
    today: NaiveDate,
    invalid: &mut Invalid,
) -> Option<NaiveDate> {
    // Without a document to tell it, a birth date that was left out is not judged yet.
    if document.is_none() && is_blank(text) {
        return None;
    }
    let told = document.and_then(IdentityDocument::birth_date);
    invalid.take("birth_date", birth_date(text, told, today))
}

/// Something odd about what was entered, that somebody should look at twice. It refuses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// About the number of the document at this place, from 0.
    Document(usize, documents::DocumentWarning),
    /// The number of the document tells another sex.
    SexDiffers,
}

impl Warning {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Document(_, warning) => warning.code(),
            Self::SexDiffers => "sex_differs",
        }
    }

    /// The path of the field it is about.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Document(0, _) => "document.number",
            Self::Document(..) => "documents.number",
            Self::SexDiffers => "reader.sex",
        }
    }
}

/// What is odd about documents and form.
pub(crate) fn warnings(form: &ReaderForm, given: &[Given]) -> Vec<Warning> {
    let of_document = |(place, given): (usize, &Given)| {
        let warnings = given.document.warnings().to_vec();
        warnings.into_iter().map(move |warning| Warning::Document(place, warning))
    };
    let mut warnings: Vec<Warning> = given.iter().enumerate().flat_map(of_document).collect();
    let told = given.first().and_then(|given| given.document.sex()).map(documents::Sex::as_str);
    let entered = form.sex.trim();
    if told.is_some_and(|told| told != entered) && matches!(entered, "female" | "male") {
        warnings.push(Warning::SexDiffers);
    }
    warnings
}

/// Checks the guardian of a reader under 16 (Table A1, note).
pub(crate) fn check_guardian(
    form: &GuardianForm,
    reader: Option<&IdentityDocument>,
    today: NaiveDate,
    invalid: &mut Invalid,
) -> Option<GuardianGiven> {
    const OF_GUARDIAN: [&str; 4] = [
        "guardian.document.type",
        "guardian.document.number",
        "guardian.document.issuing_country",
        "guardian.document.valid_until",
    ];
    let name = invalid.take("guardian.name", name(&form.name));
    let relation = invalid.take("guardian.relation", optional_text(&form.relation, 20));
    let phone = invalid.take("guardian.phone", phone(&form.phone));
    let document = check_document(&form.document, OF_GUARDIAN, today, invalid).map(|given| given.document);
    if let Some(document) = &document {
        if document.birth_date().is_some_and(|birth| age_on(birth, today) < 18) {
            invalid.add("guardian.document.number", Problem::GuardianIsMinor);
        }
        let one_number = reader.is_some_and(|reader| reader.identity_key() == document.identity_key());
        if one_number && document.kind().names_a_person() {
            invalid.add("guardian.document.number", Problem::GuardianIsReader);
        }
    }
    if !form.consent {
        invalid.add("guardian.consent", Problem::ConsentMissing);
    }
    Some(GuardianGiven { name: name?, relation: relation?, phone: phone?, document: document? })
}

/// 1 to 50 characters of any script: letters and marks (also those that fonts of old systems put into the private use
/// area), the dot between the parts of a name in its many forms, spaces, hyphens, apostrophes.
pub(super) fn name(text: &str) -> Result<String, Problem> {
    let name: String = clean(text)
        .chars()
        .map(|c| {
            if "•‧・･∙⋅●".contains(c) {
                '·'
            } else if c == '’' || c == '＇' {
                '\''
            } else {
                c
            }
        })
        .collect();
    let name = name.trim_matches(['·', '-', ',']).to_owned();
    let fits = |c: char| {
        c.is_alphabetic()
            || "·-'. ,()（）".contains(c)
            || ('\u{300}'..='\u{36F}').contains(&c)
            || ('\u{E000}'..='\u{F8FF}').contains(&c)
            || ('\u{2F00}'..='\u{2FDF}').contains(&c)
            || ('\u{FE00}'..='\u{FE0F}').contains(&c)
            || ('\u{E0100}'..='\u{E01EF}').contains(&c)
            || ('\u{F0000}'..='\u{10FFFD}').contains(&c)
    };
    match name.chars().count() {
        0 => Err(Problem::Missing),
        51.. => Err(Problem::TooLong(50)),
        _ if !name.chars().all(fits) || !name.chars().any(|c| !"·-'. ,()（）".contains(c)) => {
            Err(Problem::Character)
        }
        _ => Ok(name),
    }
}

/// A language of messages, or none chosen.
pub(super) fn language(word: &str) -> Result<Option<&'static str>, Problem> {
    match word.trim() {
        "" => Ok(None),
        word => LANGUAGES.into_iter().find(|tag| *tag == word).map(Some).ok_or(Problem::UnknownWord),
    }
}

fn sex(word: &str, document: Option<&IdentityDocument>) -> Result<Sex, Problem> {
    match (word.trim(), document.and_then(IdentityDocument::sex)) {
        ("", Some(documents::Sex::Female)) => Ok(Sex::Female),
        ("", Some(documents::Sex::Male)) => Ok(Sex::Male),
        ("", None) => Err(Problem::Missing),
        (word, _) => Sex::ALL.into_iter().find(|sex| sex.as_str() == word).ok_or(Problem::UnknownWord),
    }
}

pub(super) fn birth_date(
    text: &str,
    told: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, Problem> {
    match (optional_date(text)?, told) {
        (None, None) => Err(Problem::Missing),
        (None, Some(told)) => Ok(told),
        (Some(date), Some(told)) if date != told => Err(Problem::BirthDateDiffers),
        (Some(date), _) if date > today => Err(Problem::FutureDate),
        (Some(date), None) if today.year() - date.year() > 130 => Err(Problem::TooLongAgo),
        (Some(date), _) => Ok(date),
    }
}

pub(super) fn optional_date(text: &str) -> Result<Option<NaiveDate>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let separators = text.bytes().filter(|byte| b"-/.".contains(byte)).count();
    let plain: String = text.chars().map(|c| if "/.".contains(c) { '-' } else { c }).collect();
    let format = if separators == 0 { "%Y%m%d" } else { "%Y-%m-%d" };
    let year_first = plain.split('-').next().is_some_and(|year| year.len() == 4 || separators == 0);
    if !year_first || plain.len() > 10 {
        return Err(Problem::Date);
    }
    NaiveDate::parse_from_str(&plain, format).map(Some).map_err(|_| Problem::Date)
}

/// Whether these are the digits of a mobile: of eleven, 13… to 19….
fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// A phone number: 11 digits of a mobile, a landline with its area code, or `+` and the number abroad.
pub(super) fn phone(text: &str) -> Result<String, Problem> {
    use unicode_normalization::UnicodeNormalization;
    let plain: String = text.nfkc().filter(|c| !c.is_whitespace() && !"-()（）·".contains(*c)).collect();
    if plain.is_empty() {
        return Err(Problem::Missing);
    }
    let (plus, digits) = match plain.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, plain.as_str()),
    };
    let digits = if plus {
        digits
            .strip_prefix("86")
            .filter(|rest| rest.len() == 11 || rest.strip_prefix('0').is_some_and(is_mobile))
            .unwrap_or(digits)
    } else {
        // As people write a mobile from abroad, or from a desk phone: one phone is one number.
        let ways = ["0086", "86", "0"];
        ways.iter().find_map(|way| digits.strip_prefix(way).filter(|rest| is_mobile(rest))).unwrap_or(digits)
    };
    let digits = digits.strip_prefix('0').filter(|rest| is_mobile(rest)).unwrap_or(digits);
    let abroad = plus && digits.len() + 1 == plain.len();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !(7..=15).contains(&digits.len()) {
        return Err(Problem::Phone);
    }
    // Eleven digits are a mobile (13… to 19…) or a landline with its area code (0…); anything else has lost a digit or
    // gained one.
    let eleven = matches!(digits.as_bytes(), [b'0', ..] | [b'1', b'3'..=b'9', ..]);
    if !abroad && digits.len() == 11 && !eleven {
        return Err(Problem::Phone);
    }
    if digits.bytes().all(|byte| Some(byte) == digits.bytes().next()) {
        return Err(Problem::Phone);
    }
    Ok(if abroad { plain } else { digits.to_owned() })
}

/// How a phone number is looked for: as it would be kept.
pub(super) fn phone_as_kept(text: &str) -> Option<String> {
    phone(text).ok()
}

pub(super) fn optional_email(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > 100 {
        return Err(Problem::TooLong(100));
    }
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c));
    match text.rsplit_once('@') {
        Some((local, domain))
            if plain
                && !local.is_empty()
                && !local.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|part| !part.is_empty()) =>
        {
            Ok(Some(text.to_owned()))
        }
        _ => Err(Problem::Email),
    }
}

pub(super) fn optional_text(text: &str, most: usize) -> Result<Option<String>, Problem> {
    let text = clean(text);
    if text.chars().any(char::is_control) {
        return Err(Problem::Character);
    }
    match text.chars().count() {
        0 => Ok(None),
        length if length > most => Err(Problem::TooLong(most)),
        _ => Ok(Some(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_names_of_every_script_are_taken_and_odd_ones_are_refused() {
        for good in
            ["李", "𠮷田", "阿卜杜热西提·买买提", "Maria da Silva", "O'Brien", "Ana-Lúcia", "\u{E863}明"]
        {
            assert!(name(good).is_ok(), "{good}");
        }
        assert_eq!(name("阿里•木").unwrap(), "阿里·木");
        assert_eq!(name("  王　 小 明 ").unwrap(), "王 小 明");
        assert_eq!(name("名".repeat(50).as_str()).unwrap().chars().count(), 50);
        assert_eq!(name(&"名".repeat(51)), Err(Problem::TooLong(50)));
        for bad in ["张三1", "<b>", "张\u{0}三", "张\u{202E}三", "😀", "·"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn b_phones_are_taken_as_people_write_them() {
        assert_eq!(phone("139-0000 8800").unwrap(), "13900008800");
        for one in
            ["+86 13900008800", "8613900008800", "0086 139 0000 8800", "013900008800", "+86 013900008800"]
        {
            assert_eq!(phone(one).unwrap(), "13900008800", "{one}");
        }
        assert_eq!(phone("１３９００００８８００").unwrap(), "13900008800");
        assert_eq!(phone("+853 6612 3456").unwrap(), "+85366123456");
        assert_eq!(phone("(0757) 8300 0000").unwrap(), "075783000000");
        for bad in
            ["12345678901", "123", "abc", "1390000880x", "1234567890123456", "11111111111", "23900000000"]
        {
            assert_eq!(phone(bad), Err(Problem::Phone), "{bad}");
        }
    }

    #[test]
    fn b_dates_are_year_month_day() {
        let day = NaiveDate::from_ymd_opt(2017, 3, 9);
        for good in ["2017-03-09", "2017/3/9", "2017.03.09", "20170309", " 2017-03-09 "] {
            assert_eq!(optional_date(good), Ok(day), "{good}");
        }
        for bad in ["09-03-2017", "2017-13-01", "2017-02-30", "yesterday", "2017", "99999-01-01"] {
            assert_eq!(optional_date(bad), Err(Problem::Date), "{bad}");
        }
    }
}
