//! Numbers without a rule of their own: military documents, and whatever else is accepted.

use crate::DocumentError;
use crate::document::Parts;

/// 军字第…号 and the like: 4 to 20 characters, as they are printed. Public validators disagree on any narrower
/// rule (a character, 字第 and 4 to 8 letters or digits; one or two characters and 6 to 8 digits; a letter and 8 to
/// 14 digits), so there is none here.
pub(crate) fn military(number: String) -> Result<Parts, DocumentError> {
    characters(&number)?;
    match number.chars().count() {
        4..=20 => {
            let key = format!("military:{number}");
            Ok(Parts { number, key, ..Parts::default() })
        }
        found => Err(DocumentError::Length { expected: "4–20", found }),
    }
}

/// Anything of 2 to 40 characters.
pub(crate) fn other(number: String) -> Result<Parts, DocumentError> {
    characters(&number)?;
    match number.chars().count() {
        2..=40 => {
            // The country belongs to the key: see `IdentityDocument::identity_key`.
            Ok(Parts { number, ..Parts::default() })
        }
        found => Err(DocumentError::Length { expected: "2–40", found }),
    }
}

fn characters(number: &str) -> Result<(), DocumentError> {
    for (i, found) in number.chars().enumerate() {
        if !found.is_alphanumeric() && !"-/().·_#:〇".contains(found) {
            return Err(DocumentError::Character { position: i + 1, found });
        }
    }
    Ok(())
}
