//! Writing the zone.

use chrono::NaiveDate;

use super::{Mrz, MrzFormat, permit};
use crate::Sex;
use crate::check::weights_7_3_1;

pub(super) fn encode(mrz: &Mrz) -> String {
    let code = padded(&mrz.document_code, 2);
    let issuer = padded(state(&mrz.issuing_country), 3);
    let names = if mrz.given_names.is_empty() {
        mrz.surname.clone()
    } else {
        format!("{}<<{}", mrz.surname, mrz.given_names)
    };
    let number = checked(&padded(&mrz.number, 9));
    let nationality = padded(state(&mrz.nationality), 3);
    let birth = checked(&date(mrz.birth_date));
    let until = checked(&date(mrz.valid_until));
    let sex = match mrz.sex {
        Some(Sex::Female) => "F",
        Some(Sex::Male) => "M",
        None => "<",
    };
    match mrz.format {
        MrzFormat::Td3 => {
            let optional = checked(&padded(&mrz.optional, 14));
            let composite = check(&format!("{number}{birth}{until}{optional}"));
            let names = padded(&names, 39);
            format!("{code}{issuer}{names}\n{number}{nationality}{birth}{sex}{until}{optional}{composite}")
        }
        MrzFormat::Permit => permit::write(mrz),
        MrzFormat::Td1 => {
            let (number, optional) = match mrz.number.split_at_checked(9) {
                Some((head, rest)) if !rest.is_empty() => {
                    (format!("{head}<"), padded(&format!("{rest}{}", check(&mrz.number)), 15))
                }
                _ => (number, padded(&mrz.optional, 15)),
            };
            let composite = check(&format!("{number}{optional}{birth}{until}<<<<<<<<<<<"));
            let names = padded(&names, 30);
            format!(
                "{code}{issuer}{number}{optional}\n{birth}{sex}{until}{nationality}<<<<<<<<<<<{composite}\n{names}"
            )
        }
    }
}

/// Germany has one letter.
fn state(code: &str) -> &str {
    if code == "DEU" { "D" } else { code }
}

pub(super) fn date(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| "<<<<<<".to_owned(), |date| date.format("%y%m%d").to_string())
}

pub(super) fn check(text: &str) -> char {
    weights_7_3_1(text).unwrap_or('<')
}

pub(super) fn checked(text: &str) -> String {
    format!("{text}{}", check(text))
}

/// Capital letters and digits, all else a filler, to a width.
pub(super) fn padded(text: &str, width: usize) -> String {
    let letters = text.chars().map(|c| match c.to_ascii_uppercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '<',
    });
    letters.chain(std::iter::repeat('<')).take(width).collect()
}
