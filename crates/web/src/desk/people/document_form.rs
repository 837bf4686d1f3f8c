//! The part of a form that takes a document, with the kind read from the number where it tells.

use service::kernel::{Invalid, Problem};
use service::readers::{DocumentForm, LONG_TERM};

use crate::form::Fields;

/// A document as typed: full-width and lower case are the house's matter. That it has no end is ticked, and stands instead of a date.
pub fn document_form(fields: &Fields, invalid: &mut Invalid) -> Option<DocumentForm> {
    let (typed, long_term) = (fields.owned("document.valid_until"), fields.has("document.long_term"));
    if long_term && !typed.trim().is_empty() {
        invalid.add("document.valid_until", Problem::NotApplicable);
        return None;
    }
    Some(DocumentForm {
        kind: fields.owned("document.type"),
        number: fields.owned("document.number"),
        issuing_country: fields.value("document.issuing_country").trim().to_uppercase(),
        valid_until: if long_term { LONG_TERM.to_owned() } else { typed },
    })
}
