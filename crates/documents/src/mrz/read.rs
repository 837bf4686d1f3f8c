//! Reading the zone.

use chrono::{Datelike, NaiveDate};

use unicode_normalization::UnicodeNormalization;

use super::{Mrz, MrzError, MrzField, MrzFormat, permit};
use crate::check::weights_7_3_1;
use crate::{Sex, born, country};

/// Whether a text has the shape of a zone: so one box can take numbers and zones. Nothing is checked.
#[must_use]
pub fn looks_like_mrz(text: &str) -> bool {
    zone(text).is_ok_and(|(_, zone)| zone.contains("<<"))
}

/// Whether a text is a line or two of a zone, and not the whole: wedges send Enter after each line. Nothing is checked.
#[must_use]
pub fn is_part_of_mrz(text: &str) -> bool {
    let text: String =
        text.trim().nfkc().flat_map(char::to_uppercase).filter(|c| !c.is_whitespace()).collect();
    let fits = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<');
    fits && text.contains('<') && matches!(text.len(), 30 | 44 | 60)
}

pub(super) fn parse(text: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    match zone(text)? {
        (MrzFormat::Td3, zone) => td3(&zone, today),
        // Where a card has its country, a permit has its number.
        (_, zone) if zone.get(2..5).is_some_and(|state| state.contains(|c: char| c.is_ascii_digit())) => {
            permit::read(&zone, today)
        }
        (_, zone) => td1(&zone, today),
    }
}

/// The characters that count. Wedges send lower case, carriage returns, full-width characters, and spaces
/// either between lines or where the fillers are.
fn zone(text: &str) -> Result<(MrzFormat, String), MrzError> {
    let text: String = text.trim_start().nfkc().flat_map(char::to_uppercase).collect();
    let dense: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let filled: String =
        text.chars().map(|c| if c == ' ' { '<' } else { c }).filter(|c| !c.is_control()).collect();
    for zone in [&dense, &filled] {
        if let Some((i, found)) = zone
            .chars()
            .enumerate()
            .find(|(_, c)| !(c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '<'))
        {
            return Err(MrzError::Character { position: i + 1, found });
        }
        match zone.len() {
            88 => return Ok((MrzFormat::Td3, zone.clone())),
            90 => return Ok((MrzFormat::Td1, zone.clone())),
            _ => {}
        }
    }
    Err(MrzError::Length { found: dense.len() })
}

/// A piece of the zone, and its fields by position.
pub(super) struct Line<'a>(pub(super) &'a str);

impl<'a> Line<'a> {
    pub(super) fn raw(&self, from: usize, to: usize) -> &'a str {
        self.0.get(from..to).unwrap_or_default()
    }

    /// Without fillers at the end.
    pub(super) fn field(&self, from: usize, to: usize) -> String {
        self.raw(from, to).trim_end_matches('<').replace('<', " ")
    }

    pub(super) fn check(&self, from: usize, to: usize, field: MrzField) -> Result<(), MrzError> {
        agree(self.raw(from, to), self.raw(to, to + 1), field)
    }
}

pub(super) fn agree(text: &str, check: &str, field: MrzField) -> Result<(), MrzError> {
    if weights_7_3_1(text).is_some_and(|digit| check.chars().eq([digit])) {
        Ok(())
    } else {
        Err(MrzError::CheckDigit(field))
    }
}

fn td3(zone: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    let line = Line(zone.get(44..).unwrap_or_default());
    line.check(0, 9, MrzField::Number)?;
    line.check(13, 19, MrzField::BirthDate)?;
    line.check(21, 27, MrzField::ValidUntil)?;
    // An empty personal number may have a filler for its check digit.
    if line.raw(28, 43) != "<<<<<<<<<<<<<<<" {
        line.check(28, 42, MrzField::PersonalNumber)?;
    }
    let composite = [line.raw(0, 10), line.raw(13, 20), line.raw(21, 43)].concat();
    agree(&composite, line.raw(43, 44), MrzField::Composite)?;
    let first = Line(zone);
    let (surname, given_names) = names(first.raw(5, 44));
    Ok(Mrz {
        format: MrzFormat::Td3,
        document_code: first.field(0, 2),
        issuing_country: state(&first.field(2, 5)),
        surname,
        given_names,
        number: numbered(line.field(0, 9))?,
        nationality: state(&line.field(10, 13)),
        birth_date: birth(line.raw(13, 19), today)?,
        sex: sex(line.raw(20, 21)),
        valid_until: expiry(line.raw(21, 27), today)?,
        optional: line.field(28, 42),
        issue_count: None,
    })
}

fn td1(zone: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    let (first, second) = (Line(zone), Line(zone.get(30..).unwrap_or_default()));
    // A number of more than nine characters goes on in the optional field, with its check digit after it.
    let (number, optional) = if first.raw(14, 15) == "<" && first.raw(15, 16) != "<" {
        let (rest, optional) = first.raw(15, 30).split_once('<').unwrap_or((first.raw(15, 30), ""));
        let (rest, check) = rest.split_at_checked(rest.len().saturating_sub(1)).unwrap_or_default();
        let number = format!("{}{rest}", first.raw(5, 14));
        agree(&number, check, MrzField::Number)?;
        (number, optional.trim_end_matches('<').replace('<', " "))
    } else {
        first.check(5, 14, MrzField::Number)?;
        (first.field(5, 14), first.field(15, 30))
    };
    second.check(0, 6, MrzField::BirthDate)?;
    second.check(8, 14, MrzField::ValidUntil)?;
    let composite = [first.raw(5, 30), second.raw(0, 7), second.raw(8, 15), second.raw(18, 29)].concat();
    agree(&composite, second.raw(29, 30), MrzField::Composite)?;
    let (surname, given_names) = names(zone.get(60..).unwrap_or_default());
    Ok(Mrz {
        format: MrzFormat::Td1,
        document_code: first.field(0, 2),
        issuing_country: state(&first.field(2, 5)),
        surname,
        given_names,
        number: numbered(number)?,
        nationality: state(&second.field(15, 18)),
        birth_date: birth(second.raw(0, 6), today)?,
        sex: sex(second.raw(7, 8)),
        valid_until: expiry(second.raw(8, 14), today)?,
        optional: format!("{optional} {}", second.field(18, 29)).trim().to_owned(),
        issue_count: None,
    })
}

pub(super) fn numbered(number: String) -> Result<String, MrzError> {
    if number.is_empty() { Err(MrzError::Number) } else { Ok(number) }
}

pub(super) fn names(field: &str) -> (String, String) {
    let field = field.trim_end_matches('<');
    let (surname, given) = field.split_once("<<").unwrap_or((field, ""));
    let words = |text: &str| text.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (words(surname), words(given))
}

fn state(code: &str) -> String {
    country::by_alpha3(code).map_or_else(|| code.to_owned(), |country| country.alpha3.to_owned())
}

pub(super) fn sex(letter: &str) -> Option<Sex> {
    match letter {
        "M" => Some(Sex::Male),
        "F" => Some(Sex::Female),
        _ => None,
    }
}

/// The latest such date that is not after today; none when parts of it are unknown.
pub(super) fn birth(six: &str, today: NaiveDate) -> Result<Option<NaiveDate>, MrzError> {
    if six.contains('<') {
        return Ok(None);
    }
    ["20", "19"]
        .into_iter()
        .filter_map(|century| born::date(&format!("{century}{six}")))
        .find(|date| *date <= today)
        .map(Some)
        .ok_or(MrzError::Date(MrzField::BirthDate))
}

/// In this century, unless that is more than fifty years away.
pub(super) fn expiry(six: &str, today: NaiveDate) -> Result<Option<NaiveDate>, MrzError> {
    if six.contains('<') {
        return Ok(None);
    }
    ["20", "19"]
        .into_iter()
        .filter_map(|century| born::date(&format!("{century}{six}")))
        .find(|date| date.year() <= today.year() + 50)
        .map(Some)
        .ok_or(MrzError::Date(MrzField::ValidUntil))
}
