//! A number that was typed or scanned, with or without its kind: one rule for every box.

use chrono::NaiveDate;

use crate::{DocumentError, DocumentKind, IdentityDocument, country, guess_kind};

/// Why a text was not taken for the number of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unread {
    /// It looks like the number of no kind.
    NoNumber,
    /// What is wrong with it as a number of the likeliest kind.
    Wrong(DocumentKind, DocumentError),
}

/// Reads a number. Without a kind it is guessed, and the likeliest kind that takes the number wins; a passport that only
/// lacks its country is a passport without country, and never some other document. The country may stand before the
/// number: `PRT CA123456`.
///
/// # Errors
/// What is wrong with it, without the number.
pub fn read_number(
    typed: &str,
    kind: Option<DocumentKind>,
    issuing_country: Option<&str>,
    today: NaiveDate,
) -> Result<IdentityDocument, Unread> {
    let issuing_country = issuing_country.map(str::trim).filter(|code| !code.is_empty());
    let as_it_stands = as_one_of(typed, kind, issuing_country, today);
    let surely = as_it_stands.as_ref().is_ok_and(|document| document.kind() != DocumentKind::Other);
    if surely || issuing_country.is_some() {
        return as_it_stands;
    }
    match typed.trim_start().split_once([' ', ':', '-']) {
        Some((code, number)) if code.len() == 3 && country::by_alpha3(code).is_some() => {
            as_one_of(number, kind, Some(code), today).or(as_it_stands)
        }
        _ => as_it_stands,
    }
}

fn as_one_of(
    typed: &str,
    kind: Option<DocumentKind>,
    issuing_country: Option<&str>,
    today: NaiveDate,
) -> Result<IdentityDocument, Unread> {
    let mut likeliest = None;
    for kind in kind.map_or_else(|| guess_kind(typed), |kind| vec![kind]) {
        match IdentityDocument::parse(kind, typed, issuing_country, today) {
            Ok(document) => return Ok(document),
            Err(error @ (DocumentError::CountryMissing | DocumentError::CountryUnknown)) => {
                return Err(Unread::Wrong(kind, error));
            }
            Err(error) => {
                likeliest.get_or_insert(Unread::Wrong(kind, error));
            }
        }
    }
    Err(likeliest.unwrap_or(Unread::NoNumber))
}
