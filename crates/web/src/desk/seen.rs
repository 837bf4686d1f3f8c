//! What a reader showed at the desk: a chip record from the device, a machine-readable zone, or a number that was typed.
//! Wedges type records into whatever box has the focus, so a record is known by its form wherever it stands.

use chrono::NaiveDate;
use documents::chip::{ChipRecord, Validity};
use documents::mrz::{Mrz, is_part_of_mrz, looks_like_mrz};
use documents::{DocumentError, IdentityDocument, Sex};
use service::kernel::Problem;
use service::readers::DocumentForm;

use crate::form::Fields;
use crate::i18n::Text;

/// How it came to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Chip,
    Zone,
    Typed,
}

/// A document that was shown, and what it says of its holder.
#[derive(Clone, Debug)]
pub struct Seen {
    pub how: How,
    /// The first is the one shown; a residence permit's chip may name a travel permit too.
    pub documents: Vec<IdentityDocument>,
    pub name: String,
    sex: Option<Sex>,
    birth: Option<NaiveDate>,
    pub address: String,
    pub valid_until: Option<NaiveDate>,
    /// Whether the record's layout was never tried on a real card.
    pub provisional: bool,
}

/// A field and what is wrong with it.
pub type Wrong = (&'static str, String);

impl Seen {
    pub fn first(&self) -> Option<&IdentityDocument> {
        self.documents.first()
    }

    pub fn birth_date(&self) -> Option<NaiveDate> {
        self.first().and_then(IdentityDocument::birth_date).or(self.birth)
    }

    pub fn sex(&self) -> Option<Sex> {
        self.first().and_then(IdentityDocument::sex).or(self.sex)
    }

    /// What the record says otherwise than the number beside it.
    pub fn differs(&self) -> Vec<&'static str> {
        let number = self.first();
        let birth = number.and_then(IdentityDocument::birth_date).zip(self.birth);
        let sex = number.and_then(IdentityDocument::sex).zip(self.sex);
        let mut differs = Vec::new();
        if birth.is_some_and(|(number, record)| number != record) {
            differs.push("birth_differs");
        }
        if sex.is_some_and(|(number, record)| number != record) {
            differs.push("sex_differs");
        }
        differs
    }

    /// The documents as the house takes them.
    pub fn forms(&self) -> Vec<DocumentForm> {
        let form = |(place, document): (usize, &IdentityDocument)| DocumentForm {
            kind: document.kind().as_str().to_owned(),
            number: document.number().to_owned(),
            issuing_country: document.issuing_country().unwrap_or_default().to_owned(),
            valid_until: if place == 0 { date(self.valid_until) } else { String::new() },
        };
        self.documents.iter().enumerate().map(form).collect()
    }
}

/// `2026-03-16`, or nothing.
pub fn date(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Reads what stands in `record`, `mrz`, or `document.number` with its type and country.
pub fn read(fields: &Fields, today: NaiveDate, t: Text) -> Result<Seen, Wrong> {
    let number = fields.value("document.number").trim();
    let zone = fields.value("mrz").trim();
    let seen = if fields.has("record") {
        chip(fields.value("record"), today).map_err(|error| ("record", error.in_words(t)))?
    } else if !zone.is_empty() {
        of_zone(zone, today).map_err(|error| ("mrz", error.in_words(t)))?
    } else if looks_like_mrz(number) {
        of_zone(number, today).map_err(|error| ("document.number", error.in_words(t)))?
    } else if is_part_of_mrz(number) {
        // A wedge that sends Enter after each line: the other line is still to come, and belongs into the field for both.
        return Err(("mrz", t.t("mrz-part")));
    } else if number.chars().count() > 64 {
        chip(number, today).map_err(|error| ("document.number", error.in_words(t)))?
    } else {
        typed(fields, number, today, t)?
    };
    if seen.valid_until.is_some_and(|until| until < today) {
        return Err(("document.number", t.problem(&Problem::Expired)));
    }
    Ok(seen)
}

/// Reads what a device or a wedge gave, a record or a zone; none for what looks like a number that was typed.
pub fn read_by_device(text: &str, today: NaiveDate) -> Option<Result<Seen, Problem>> {
    let read = if looks_like_mrz(text) || is_part_of_mrz(text) {
        of_zone(text, today)
    } else if text.chars().count() > 64 {
        chip(text, today)
    } else {
        return None;
    };
    Some(match read {
        Ok(seen) if seen.valid_until.is_some_and(|until| until < today) => Err(Problem::Expired),
        Ok(seen) => Ok(seen),
        Err(Unread::Document(error)) => Err(Problem::Document(error)),
        Err(Unread::Record(_)) => Err(Problem::Unreadable),
    })
}

/// Reads a chip's record, and nothing else: where no clerk compares, no number is taken that was typed.
pub fn read_record(text: &str, today: NaiveDate) -> Result<Seen, Problem> {
    match chip(text, today) {
        Ok(seen) if seen.valid_until.is_some_and(|until| until < today) => Err(Problem::Expired),
        Ok(seen) => Ok(seen),
        Err(Unread::Document(error)) => Err(Problem::Document(error)),
        Err(Unread::Record(_)) => Err(Problem::Unreadable),
    }
}

/// What can be wrong with a record.
enum Unread {
    Record(&'static str),
    Document(DocumentError),
}

impl Unread {
    fn in_words(&self, t: Text) -> String {
        match self {
            Self::Record(code) => t.record_problem(code),
            Self::Document(error) => t.document_error(error),
        }
    }
}

fn chip(text: &str, today: NaiveDate) -> Result<Seen, Unread> {
    let record = ChipRecord::parse_text(text).map_err(|error| Unread::Record(error.code()))?;
    let mut documents = Vec::new();
    for (place, document) in record.identity_documents(today).enumerate() {
        match document {
            Ok(document) => documents.push(document),
            // The card's own number must be right; one that is only mentioned on it may be left out.
            Err(error) if place == 0 => return Err(Unread::Document(error)),
            Err(_) => {}
        }
    }
    Ok(Seen {
        how: How::Chip,
        documents,
        provisional: record.provisional(),
        sex: record.sex,
        birth: Some(record.birth_date),
        valid_until: match record.valid_until {
            Validity::Date(day) => Some(day),
            Validity::LongTerm | Validity::Unknown => None,
        },
        name: record.name,
        address: record.address.unwrap_or_default(),
    })
}

fn of_zone(text: &str, today: NaiveDate) -> Result<Seen, Unread> {
    let zone = Mrz::parse(text, today).map_err(|error| Unread::Record(error.code()))?;
    let document = zone.identity_document(today).map_err(Unread::Document)?;
    Ok(Seen {
        how: How::Zone,
        documents: vec![document],
        name: zone.full_name(),
        sex: zone.sex,
        birth: zone.birth_date,
        address: String::new(),
        valid_until: zone.valid_until,
        provisional: false,
    })
}

fn typed(fields: &Fields, number: &str, today: NaiveDate, t: Text) -> Result<Seen, Wrong> {
    if number.is_empty() {
        return Err(("document.number", t.problem(&Problem::Missing)));
    }
    let word = fields.value("document.type");
    let kind = match word {
        "" => None,
        word => Some(word.parse().map_err(|_| ("document.type", t.problem(&Problem::UnknownWord)))?),
    };
    let country = fields.value("document.issuing_country").trim().to_uppercase();
    match documents::read_number(number, kind, Some(&country), today) {
        Ok(document) => Ok(Seen {
            how: How::Typed,
            documents: vec![document],
            name: String::new(),
            sex: None,
            birth: None,
            address: String::new(),
            valid_until: None,
            provisional: false,
        }),
        Err(documents::Unread::NoNumber) => Err(("document.type", t.t("document-kind-unclear"))),
        Err(documents::Unread::Wrong(
            _,
            error @ (DocumentError::CountryMissing | DocumentError::CountryUnknown),
        )) => Err(("document.issuing_country", t.document_error(&error))),
        Err(documents::Unread::Wrong(_, error)) => Err(("document.number", t.document_error(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use documents::{DocumentKind, synthetic};

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.set(name, *value);
        }
        fields
    }

    #[test]
    fn a_typed_number_is_known_by_its_shape() {
        let birth = NaiveDate::from_ymd_opt(1990, 5, 6).unwrap();
        let number = synthetic::resident_number(7, birth, Sex::Female, 3);
        let seen = read(&fields(&[("document.number", &number)]), day(), Text::default()).unwrap();
        assert_eq!(seen.first().unwrap().kind(), DocumentKind::ResidentId);
        assert_eq!((seen.birth_date(), seen.sex(), seen.how), (Some(birth), Some(Sex::Female), How::Typed));
    }

    #[test]
    fn a_chip_record_is_known_wherever_it_was_typed() {
        use base64::Engine as _;
        let birth = NaiveDate::from_ymd_opt(1989, 11, 2).unwrap();
        let number = synthetic::resident_number(7, birth, Sex::Female, 3);
        let record = ChipRecord {
            variant: documents::chip::ChipVariant::Citizen,
            name: "梁咏欣".to_owned(),
            english_name: None,
            sex: Some(Sex::Female),
            ethnicity: documents::chip::Ethnicity::from_code("01"),
            birth_date: birth,
            address: Some("佛山市禅城区".to_owned()),
            documents: vec![(DocumentKind::ResidentId, number, None)],
            authority: None,
            valid_from: NaiveDate::from_ymd_opt(2016, 1, 1),
            valid_until: Validity::Date(NaiveDate::from_ymd_opt(2036, 1, 1).unwrap()),
            country: None,
            issue_count: None,
            card_version: None,
            old_number_link: None,
        };
        let text = base64::engine::general_purpose::STANDARD.encode(record.encode());
        for field in ["record", "document.number"] {
            let seen = read(&fields(&[(field, &text)]), day(), Text::default()).unwrap();
            assert_eq!(
                (seen.how, seen.name.as_str(), seen.address.as_str()),
                (How::Chip, "梁咏欣", "佛山市禅城区")
            );
            assert_eq!(seen.forms()[0].valid_until, "2036-01-01");
        }
        let later = NaiveDate::from_ymd_opt(2036, 1, 2).unwrap();
        assert_eq!(
            read(&fields(&[("record", &text)]), later, Text::default()).unwrap_err().0,
            "document.number"
        );
    }

    #[test]
    fn a_1_a_record_that_differs_from_its_number_is_told() {
        let birth = NaiveDate::from_ymd_opt(1989, 11, 2).unwrap();
        let number = synthetic::resident_number(7, birth, Sex::Female, 3);
        let mut seen = read(&fields(&[("document.number", &number)]), day(), Text::default()).unwrap();
        assert!(seen.differs().is_empty());
        (seen.birth, seen.sex) = (NaiveDate::from_ymd_opt(1989, 11, 3), Some(Sex::Male));
        assert_eq!(seen.differs(), ["birth_differs", "sex_differs"]);
        (seen.birth, seen.sex) = (Some(birth), Some(Sex::Female));
        assert!(seen.differs().is_empty());
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        for (pairs, field) in [
            (vec![("document.number", "")], "document.number"),
            (vec![("document.number", "440106199001010001")], "document.number"),
            (vec![("document.number", "hello")], "document.type"),
            // A passport without its country is no other document.
            (vec![("document.number", "SYN069901")], "document.issuing_country"),
            (vec![("document.number", "1101051949123100")], "document.number"),
            (vec![("document.number", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<")], "mrz"),
            (
                vec![("document.number", "AB123456"), ("document.type", "passport")],
                "document.issuing_country",
            ),
            (vec![("record", "!!")], "record"),
            (vec![("mrz", "P<<<")], "mrz"),
        ] {
            assert_eq!(read(&fields(&pairs), day(), Text::default()).unwrap_err().0, field);
        }
    }
}
