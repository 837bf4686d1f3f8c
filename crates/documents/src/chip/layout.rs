//! The four layouts: offset and width in bytes of every field.

use chrono::NaiveDate;

use super::{ChipError, ChipRecord, ChipVariant, Ethnicity, Validity};
use crate::{DocumentKind, Sex, born, country};

/// Where a field is: offset and width in bytes.
type Field = (usize, usize);

/// The kind of card.
const MARKER: Field = (248, 2);

/// Citizens' cards and `J`, and the beginning of `Y`.
mod common {
    use super::Field;
    pub(super) const NAME: Field = (0, 30);
    pub(super) const SEX: Field = (30, 2);
    pub(super) const ETHNICITY: Field = (32, 4);
    pub(super) const BIRTH: Field = (36, 16);
    pub(super) const ADDRESS: Field = (52, 70);
    pub(super) const NUMBER: Field = (122, 36);
    pub(super) const AUTHORITY: Field = (158, 30);
    pub(super) const FROM: Field = (188, 16);
    pub(super) const UNTIL: Field = (204, 16);
}

/// `J`: what it has besides.
mod hmt {
    use super::Field;
    pub(super) const TRAVEL_PERMIT: Field = (220, 18);
    pub(super) const ISSUE_COUNT: Field = (238, 4);
}

/// `I`.
mod permanent_2017 {
    use super::Field;
    pub(super) const ENGLISH_NAME: Field = (0, 120);
    pub(super) const SEX: Field = (120, 2);
    pub(super) const NUMBER: Field = (122, 30);
    pub(super) const COUNTRY: Field = (152, 6);
    pub(super) const NAME: Field = (158, 30);
    pub(super) const FROM: Field = (188, 16);
    pub(super) const UNTIL: Field = (204, 16);
    pub(super) const BIRTH: Field = (220, 16);
    pub(super) const VERSION: Field = (236, 4);
    pub(super) const AUTHORITY: Field = (240, 8);
}

/// `Y`: what differs from the common fields. Provisional.
mod permanent_2023 {
    use super::Field;
    pub(super) const ISSUE_COUNT: Field = (32, 4);
    pub(super) const ENGLISH_NAME_1: Field = (52, 70);
    pub(super) const ENGLISH_NAME_2: Field = (220, 22);
    pub(super) const COUNTRY: Field = (242, 6);
    pub(super) const OLD_NUMBER: Field = (250, 6);
}

pub(super) fn read(bytes: &[u8; 256]) -> Result<ChipRecord, ChipError> {
    let from = |field: Field| text(units(bytes, field));
    let date = |field: Field| born::date(&text(units(bytes, field)));
    let variant = match from(MARKER).as_str() {
        "" => ChipVariant::Citizen,
        "J" => ChipVariant::HmtPermit,
        "I" => ChipVariant::PermanentResident2017,
        "Y" => ChipVariant::PermanentResident2023,
        _ => return Err(ChipError::UnknownVariant),
    };
    let mut record = ChipRecord {
        variant,
        name: from(common::NAME),
        english_name: None,
        sex: sex(&from(common::SEX)),
        ethnicity: None,
        birth_date: NaiveDate::MIN,
        address: None,
        documents: Vec::new(),
        authority: None,
        valid_from: date(common::FROM),
        valid_until: validity(&from(common::UNTIL)),
        country: None,
        issue_count: None,
        card_version: None,
        old_number_link: None,
    };
    let mut number = from(common::NUMBER);
    let mut birth = date(common::BIRTH);
    let kind = match variant {
        ChipVariant::Citizen => {
            record.ethnicity = Ethnicity::from_code(&from(common::ETHNICITY));
            record.address = some(from(common::ADDRESS));
            record.authority = some(from(common::AUTHORITY));
            DocumentKind::ResidentId
        }
        ChipVariant::HmtPermit => {
            record.address = some(from(common::ADDRESS));
            record.authority = some(from(common::AUTHORITY));
            record.issue_count = some(from(hmt::ISSUE_COUNT));
            if let Some(permit) = some(from(hmt::TRAVEL_PERMIT)) {
                record.documents.push(issued_in_china(travel_permit(&permit), permit));
            }
            DocumentKind::HmtResidencePermit
        }
        ChipVariant::PermanentResident2017 => {
            record.name = from(permanent_2017::NAME);
            record.english_name = some(from(permanent_2017::ENGLISH_NAME));
            record.sex = sex(&from(permanent_2017::SEX));
            record.valid_from = date(permanent_2017::FROM);
            record.valid_until = validity(&from(permanent_2017::UNTIL));
            record.country = nationality(from(permanent_2017::COUNTRY));
            record.card_version = some(from(permanent_2017::VERSION));
            record.authority = some(from(permanent_2017::AUTHORITY));
            number = from(permanent_2017::NUMBER);
            birth = date(permanent_2017::BIRTH);
            DocumentKind::PermanentResident
        }
        ChipVariant::PermanentResident2023 => {
            let english = units(bytes, permanent_2023::ENGLISH_NAME_1)
                .chain(units(bytes, permanent_2023::ENGLISH_NAME_2));
            record.english_name = some(text(english));
            record.country = nationality(from(permanent_2023::COUNTRY));
            record.issue_count = some(from(permanent_2023::ISSUE_COUNT));
            record.old_number_link = some(from(permanent_2023::OLD_NUMBER));
            DocumentKind::PermanentResident
        }
    };
    if record.name.is_empty() {
        record.name = record.english_name.clone().ok_or(ChipError::Name)?;
    }
    record.birth_date = birth.ok_or(ChipError::BirthDate)?;
    let number = some(number).ok_or(ChipError::Number)?;
    record.documents.insert(0, issued_in_china(kind, number));
    Ok(record)
}

pub(super) fn write(record: &ChipRecord) -> [u8; 256] {
    let mut bytes = [0; 256];
    for unit in bytes.as_chunks_mut().0 {
        *unit = u16::from(b' ').to_le_bytes();
    }
    let mut put = |(offset, width): Field, text: &str| {
        let room = bytes.iter_mut().skip(offset).take(width);
        for (byte, value) in room.zip(fitting(text, width / 2).flat_map(u16::to_le_bytes)) {
            *byte = value;
        }
    };
    let number = |at: usize| record.documents.get(at).map_or("", |(_, number, _)| number.as_str());
    let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
    let chinese_name = if record.english_name.as_ref() == Some(&record.name) { "" } else { &record.name };
    let sex = match record.sex {
        Some(Sex::Male) => "1",
        Some(Sex::Female) => "2",
        None => "0",
    };
    let birth = record.birth_date.format("%Y%m%d").to_string();
    let valid_from = record.valid_from.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
    let valid_until = match record.valid_until {
        Validity::Date(date) => date.format("%Y%m%d").to_string(),
        Validity::LongTerm => "长期".to_owned(),
        Validity::Unknown => String::new(),
    };
    if record.variant == ChipVariant::PermanentResident2017 {
        put(permanent_2017::ENGLISH_NAME, &or_blank(&record.english_name));
        put(permanent_2017::SEX, sex);
        put(permanent_2017::NUMBER, number(0));
        put(permanent_2017::COUNTRY, &or_blank(&record.country));
        put(permanent_2017::NAME, chinese_name);
        put(permanent_2017::FROM, &valid_from);
        put(permanent_2017::UNTIL, &valid_until);
        put(permanent_2017::BIRTH, &birth);
        put(permanent_2017::VERSION, &or_blank(&record.card_version));
        put(permanent_2017::AUTHORITY, &or_blank(&record.authority));
        put(MARKER, "I");
        return bytes;
    }
    put(common::NAME, chinese_name);
    put(common::SEX, sex);
    put(common::BIRTH, &birth);
    put(common::NUMBER, number(0));
    put(common::FROM, &valid_from);
    put(common::UNTIL, &valid_until);
    if record.variant == ChipVariant::PermanentResident2023 {
        let english: Vec<char> = or_blank(&record.english_name).chars().collect();
        let (first, second) = english.split_at_checked(35).unwrap_or((&english, &[]));
        put(permanent_2023::ENGLISH_NAME_1, &first.iter().collect::<String>());
        put(permanent_2023::ENGLISH_NAME_2, &second.iter().collect::<String>());
        put(permanent_2023::COUNTRY, &or_blank(&record.country));
        put(permanent_2023::ISSUE_COUNT, &or_blank(&record.issue_count));
        put(permanent_2023::OLD_NUMBER, &or_blank(&record.old_number_link));
        put(MARKER, "Y");
        return bytes;
    }
    put(common::ADDRESS, &or_blank(&record.address));
    put(common::AUTHORITY, &or_blank(&record.authority));
    if record.variant == ChipVariant::HmtPermit {
        put(hmt::TRAVEL_PERMIT, number(1));
        put(hmt::ISSUE_COUNT, &or_blank(&record.issue_count));
        put(MARKER, "J");
    } else {
        put(common::ETHNICITY, record.ethnicity.as_ref().map_or("", |ethnicity| &ethnicity.code));
    }
    bytes
}

fn units(bytes: &[u8; 256], (offset, width): Field) -> impl Iterator<Item = u16> {
    let field = bytes.get(offset..offset + width).unwrap_or_default();
    field.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

/// The text before the padding of spaces or NULs. Characters beyond the BMP are surrogate pairs; half a pair
/// becomes U+FFFD, for the clerk to see.
fn text(units: impl Iterator<Item = u16>) -> String {
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let padding = |c: char| c == '\0' || c.is_whitespace();
    text.trim_matches(padding).replace('\0', "")
}

/// As many whole characters as fit into so many units.
fn fitting(text: &str, room: usize) -> impl Iterator<Item = u16> {
    let mut left = room;
    text.chars()
        .take_while(move |c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .flat_map(|c| {
            let mut pair = [0; 2];
            let length = c.encode_utf16(&mut pair).len();
            pair.into_iter().take(length)
        })
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// GB/T 2261.1: 1 male, 2 female, 0 unknown, 9 not stated.
fn sex(code: &str) -> Option<Sex> {
    match code {
        "1" => Some(Sex::Male),
        "2" => Some(Sex::Female),
        _ => None,
    }
}

fn validity(text: &str) -> Validity {
    match born::date(text) {
        Some(date) => Validity::Date(date),
        None if text == "长期" => Validity::LongTerm,
        None => Validity::Unknown,
    }
}

/// Three letters; a number of three digits becomes its letters.
fn nationality(code: String) -> Option<String> {
    let by_number = code.parse().ok().and_then(country::by_numeric);
    some(by_number.map_or(code, |country| country.alpha3.to_owned()))
}

fn travel_permit(number: &str) -> DocumentKind {
    if number.starts_with(['H', 'M', 'h', 'm']) {
        DocumentKind::HkMacaoPermit
    } else {
        DocumentKind::TaiwanPermit
    }
}

fn issued_in_china(kind: DocumentKind, number: String) -> (DocumentKind, String, Option<String>) {
    (kind, number, Some("CHN".to_owned()))
}
