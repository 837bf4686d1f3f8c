//! What was done, for whom, by whom, where, when, checked how; and who looked at whom. Rows are added and sealed into a
//! hash chain, never changed. The rules: a service record for every service rendered or refused, an entry of the access
//! log for every look at a person (5.1.3, 5.3).

mod access_log;
mod attachments;
mod chain;
mod heads;
mod identity_check;
mod service_record;
mod tables;
mod timeline;
mod told;
mod verify;

pub use access_log::{Access, AccessEntry, Look, log_access, recent_access};
pub(crate) use access_log::{looks_at, questions_about};
pub use attachments::{File, Kept, Purpose, check_file};
pub(crate) use attachments::{attach, attachment, attachment_ids, attachments_of, detach, move_attachments};
pub use chain::{Chain, Sealed, last_sealed, seal, seal_batch};
pub use heads::{Head, NoHead, heads_file};
pub use identity_check::{CheckMethod, IdentityCheck, Person, Presence};
pub use service_record::Outcome;
pub(crate) use service_record::{
    NewRecord, PastRecord, cards_of_services, digest, find_answer, has_just_done, id_told, is_answered, keep,
    keep_act, keep_all, keep_many, keep_part, last_service, latest, refused, rendered,
};
pub use timeline::{DeskDay, DeskEntry, TimelineEntry, desk_day, timeline};
pub(crate) use timeline::{entries, with_merged};
pub use told::Told;
pub use verify::{ChainReport, Misfit, OutOfTime, ends, verify, verify_against};
