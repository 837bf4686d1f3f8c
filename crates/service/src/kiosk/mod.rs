//! Somebody opens a card alone, at a kiosk (6.1.1.1, A.2.1 c): read the document, agree to the privacy notice, tell a phone number,
//! choose a password. What a kiosk knows of them lies here, sealed, for some minutes, and never in the browser.

mod answers;
mod call;
mod forget;
mod open;
mod place;
mod read;
mod refer;
mod tables;
mod visit;

pub use answers::{NOTICE, agree, back, tell_phone};
pub use call::{Call, call_staff, called, calls, come};
pub use forget::forget;
pub use open::{CARDS_PER_DAY, open};
pub use place::{Kiosk, at, set_up};
pub use read::{Shown, read};
pub use refer::{Reason, SentToDesk, refer, sent_to_desk};
pub use visit::{End, Stage, VISIT_MINUTES, Visit, begin, end, visit};
