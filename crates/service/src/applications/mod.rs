//! Opening a card on the web (A.2.1 b): somebody applies with a phone, proves its number by a code, and sends photos of the document. A
//! real-name service that says yes opens the card at once; all else waits for staff, who approve, reject or ask again. Nothing that an
//! applicant is told says whether the person of a document holds a card already, unless the phone they proved is the one on file.

mod begin;
mod codes;
mod confirm;
mod content;
mod decide;
mod forget;
mod held;
mod limits;
mod open;
mod picture;
mod places;
mod real_name;
mod review;
mod seen;
mod send;
mod state;
mod status;
mod tables;

pub use begin::{Begin, PRIVACY_NOTICE, begin};
pub use confirm::{Confirmed, confirm, send_code_again};
pub use content::{Particulars, kinds};
pub use decide::{Decision, decide};
pub use forget::{KEPT_DAYS, forget};
pub(crate) use held::held_of;
pub use places::{Place, places};
pub use real_name::{Asking, NoRealName, RealName, RealNameQuestion, Verdict};
pub use review::{
    Application, ApplicationLine, Filter, PAGE, Same, application, applications, photo, waiting,
};
pub use seen::{Seen, seen};
pub use send::{Sending, send};
pub use state::{Reason, Side, State};
pub use status::{ask_status_code, enter_status_code};
