//! What readers are told (6.3.1): messages wait in the database, written in the transaction of the service they tell of, and a
//! worker delivers them. What was said at the desk, on the phone or on paper is noted as told.

mod deliver;
mod edit;
mod moved;
mod queue;
mod render;
mod tables;
mod template;
mod texts;
mod view;

pub use deliver::{Carrier, Carrying, Due, Fault, LEASE_MINUTES, deliver_due, give_up_old};
pub use edit::{EditedText, preview, reset_text, set_text, texts_at};
pub(crate) use moved::{messages_of as all_messages_of, move_all_messages, move_messages};
pub use queue::Medium;
pub(crate) use queue::{
    Contacts, Letter, forget_messages_to, note_told, note_told_once, queue, queue_all, queue_one,
    queue_to_applicant, send_again,
};
pub use render::{unknown_places, words as words_of_template};
pub use template::Template;
pub use texts::{LANGUAGES, MessageText};
pub(crate) use view::message;
pub use view::{MessageState, MessageView, messages_of};
