//! People: their data and documents, how they are recognised, found and shown.

mod details;
mod holder;
mod identity;
mod look_up;
mod masks;
mod names;
mod phone_answers;
mod recognise;
mod referral;
mod register;
mod reveal;
pub(crate) mod tables;
mod tell;
mod view;

pub use details::{Details, DocumentForm, Given, GuardianForm, GuardianGiven, ReaderForm, Sex};
pub(crate) use details::{check_documents, check_guardian, check_reader};
pub(crate) use holder::{Holder, holder};
pub(crate) use identity::check_identity;
pub use identity::{ADULT_FROM, may_ask};
pub(crate) use look_up::{by_name, by_phone};
pub(crate) use phone_answers::{answer_fits, askable, bare};
pub use recognise::{Recognised, recognise};
pub use referral::{Referral, open_referrals, referrals};
pub(crate) use referral::{add_referral, close_referrals};
pub(crate) use register::{add_guardian, import_rows, register};
pub use reveal::{FullReader, PersonalField, for_print, reveal};
pub(crate) use tell::{contacts, tell};
pub use view::{DocumentView, GuardianView, ReaderView, view};
pub(crate) use view::{document_number, views};
