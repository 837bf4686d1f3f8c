//! What touches a person and their cards at once: documents that are renewed, records that are merged, requests that are answered,
//! and all that is held about somebody.

mod answer_request;
mod compare;
mod data_export;
mod documents;
mod merge;
mod merges;
mod tables;
mod undo_merge;
mod verification;

pub use answer_request::{Reply, answer_request};
pub use compare::{Compared, Comparison, Doubt, compare};
pub use data_export::{data_export, data_package};
pub use documents::{
    AddDocument, RenewDocument, RetireDocument, add_document, renew_document, retire_document,
};
pub use merge::{Merge, Merged, merge};
pub use merges::{MergeView, merge_to_undo, merges};
pub use undo_merge::{UNDO_DAYS, undo_merge};
pub use verification::{Verification, expiring_documents, verification};
