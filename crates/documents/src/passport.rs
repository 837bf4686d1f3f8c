//! Passports: the issuing country and a number in that country's own fashion.

use crate::document::Parts;
use crate::{DocumentError, country};

/// The number: capital letters and digits, 4 to 15. The machine-readable zone has room for 9; some
/// countries print longer ones.
pub(crate) fn parse(
    number: &str,
    issuing_country: Option<&str>,
) -> Result<(Parts, &'static str), DocumentError> {
    let typed = issuing_country.map(str::trim).filter(|code| !code.is_empty());
    let code = typed.ok_or(DocumentError::CountryMissing)?;
    let country = country::by_alpha3(code).ok_or(DocumentError::CountryUnknown)?;
    let number = number.trim_end_matches('<').to_owned();
    for (i, found) in number.chars().enumerate() {
        if !found.is_ascii_alphanumeric() {
            return Err(DocumentError::Character { position: i + 1, found });
        }
    }
    if !(4..=15).contains(&number.len()) {
        return Err(DocumentError::Length { expected: "4–15", found: number.len() });
    }
    let key = format!("passport:{}:{number}", country.alpha3);
    Ok((Parts { number, key, ..Parts::default() }, country.alpha3))
}
