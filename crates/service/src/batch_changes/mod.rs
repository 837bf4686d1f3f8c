//! Changes of many readers at once (4.2.1): a note, a block put or lifted, workplace or class, the library that looks after the card. Who
//! it is about comes from a list of numbers or a search. It is looked at first, row by row (the dry run); then worked off in portions of
//! one transaction each, through the operations of a desk, so that records and histories are those of a desk; and undone as a whole.

mod apply;
mod begin;
mod change;
mod check;
mod tables;
mod undo;
mod view;
mod who;
mod words;
mod work;

pub use begin::begin;
pub use change::{ChangeKind, ReaderChange};
pub use view::{BatchChange, Counts, PAGE, ROWS_PAGE, RowView, batch_change, batch_changes, counts, rows};
pub use who::{MOST, Search, Selection};
pub use words::{ChangeState, Finding, Outcome, Undo};
pub use work::{CHUNK, at_work, run, undo, work, work_chunk};
