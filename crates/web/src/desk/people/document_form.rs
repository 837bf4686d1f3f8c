//! The part of a form that takes a document, with the kind read from the number where it tells.

use service::readers::DocumentForm;

use crate::form::Fields;

/// A document as typed: full-width and lower case are the house's matter.
pub fn document_form(fields: &Fields) -> DocumentForm {
    DocumentForm {
        kind: fields.owned("document.type"),
        number: fields.owned("document.number"),
        issuing_country: fields.value("document.issuing_country").trim().to_uppercase(),
        valid_until: fields.owned("document.valid_until"),
    }
}
