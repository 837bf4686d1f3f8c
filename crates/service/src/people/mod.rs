//! What touches a person and their cards at once: documents that are renewed, records that are merged, requests that are answered,
//! and all that is held about somebody.

mod answer_request;
mod documents;
mod verification;

pub use answer_request::{Reply, answer_request};
pub use documents::{
    AddDocument, RenewDocument, RetireDocument, add_document, renew_document, retire_document,
};
pub use verification::{Verification, expiring_documents, verification};
