//! What readers are told (6.3.1): messages wait in the database, written in the transaction of the service they tell of, and a
//! worker delivers them. What was said at the desk, on the phone or on paper is noted as told.

mod moved;
mod queue;
mod tables;
mod template;

pub(crate) use moved::{messages_of, move_all_messages, move_messages};
pub use queue::Medium;
pub(crate) use queue::{Contacts, note_told, queue};
pub use template::Template;
