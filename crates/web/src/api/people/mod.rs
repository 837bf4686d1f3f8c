//! What is known of a reader: see it, change it.

pub mod amend;
pub mod show;
