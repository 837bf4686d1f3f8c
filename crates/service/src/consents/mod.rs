//! Partner services (A.3.2 e): what other services of the city may ask of a reader's card, which is whether it works, and only of who
//! agrees: by showing the e-card there, or once and for all at the portal. Each question is logged, and the reader sees it.

mod allow;
mod ask;
mod list;
mod tables;

pub use allow::{allow, withdraw};
pub use ask::{Answered, Asked, live_card};
pub(crate) use list::consents_of;
pub use list::{ConsentState, Offered, QuestionEntry, offered, questions};

use crate::kernel::Op;

/// What stands before a handle, so that people see what it is.
const PREFIX: &str = "YC";

/// A handle as it is kept: a keyed hash of its letters and digits, however they were written.
fn handle_key(op: &Op, text: &str) -> Vec<u8> {
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    op.keys().lookup("partner handle", &bare.to_ascii_uppercase())
}
