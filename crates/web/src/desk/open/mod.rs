//! Opening a card, in three steps: the document, the registration form (appendix B), done.

mod campaign;
pub mod document;
mod draft;
pub mod form;
pub mod holds;
pub mod submit;
