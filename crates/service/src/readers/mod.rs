//! People: their data and documents, how they are recognised, found and shown.

mod amend;
mod canonical;
mod changes;
mod details;
mod facts;
mod identity;
mod look_up;
mod masks;
mod names;
mod recognise;
mod register;
mod reveal;
pub(crate) mod tables;
mod tell;
mod view;

pub use amend::{Amend, Amended, Changes, LANGUAGES, amend};
pub use changes::{Change, changed_since, changes};
pub use details::{Details, DocumentForm, Given, GuardianForm, GuardianGiven, ReaderForm, Sex};
pub(crate) use details::{check_documents, check_guardian, check_reader};
pub(crate) use identity::check_identity;
pub use identity::{ADULT_FROM, may_ask};
pub(crate) use look_up::{by_name, by_phone};
pub use recognise::{Recognised, recognise};
pub(crate) use register::{add_guardian, import_rows, register};
pub use reveal::{FullReader, PersonalField, for_print, reveal};
pub(crate) use canonical::canonical_check;
pub(crate) use facts::{check_email, check_phone, facts};
pub use tell::send_again;
pub(crate) use amend::change_proven_contact;
pub(crate) use tell::{contacts, tell};
pub use view::{DocumentView, GuardianView, ReaderView, view};
pub(crate) use view::{document_number, views};
