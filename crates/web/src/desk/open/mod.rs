//! Opening a card, in three steps: the document, the registration form (appendix B), done.

pub mod document;
pub mod form;
pub mod holds;
pub mod submit;
