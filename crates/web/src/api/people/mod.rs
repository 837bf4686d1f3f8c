//! What is known of a reader: see it, change it.

pub mod amend;
pub mod blocks;
pub mod documents;
pub mod export;
pub mod guardians;
pub mod merges;
pub mod notes;
pub mod photo;
pub mod requests;
pub mod show;
pub mod told;
