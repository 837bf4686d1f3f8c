//! Numbers without a rule of their own: military documents, and whatever else is accepted.

use crate::DocumentError;
use crate::document::Parts;

/// 军字第…号 and the like: 4 to 20 characters, as they are printed.
pub(crate) fn military(number: String) -> Result<Parts, DocumentError> {
    characters(&number)?;
    match number.chars().count() {
        4..=20 => {
            let key = format!("military:{number}");
            Ok(Parts {
                number,
                key,
                ..Parts::default()
            })
        }
        found => Err(DocumentError::Length {
            expected: "4–20",
            found,
        }),
    }
}

/// Anything of 2 to 40 characters.
pub(crate) fn other(number: String) -> Result<Parts, DocumentError> {
    characters(&number)?;
    match number.chars().count() {
        2..=40 => {
            let key = format!("other:{number}");
            Ok(Parts {
                number,
                key,
                ..Parts::default()
            })
        }
        found => Err(DocumentError::Length {
            expected: "2–40",
            found,
        }),
    }
}

fn characters(number: &str) -> Result<(), DocumentError> {
    for (i, found) in number.chars().enumerate() {
        if !found.is_alphanumeric() && !"-/().·_#:〇".contains(found) {
            return Err(DocumentError::Character {
                position: i + 1,
                found,
            });
        }
    }
    Ok(())
}
