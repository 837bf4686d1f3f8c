//! What is known of a reader: see it, change it.

pub mod amend;
pub mod blocks;
pub mod documents;
pub mod merges;
pub mod notes;
pub mod show;
