//! Group issuing (4.1, 6.1.3): a unit's list comes as a spreadsheet or by the unit's own form, is checked row by row, confirmed by a clerk,
//! and issued in portions of one transaction each, so that whatever is killed in between goes on where it stood. Each card is
//! opened by the rules of [`crate::cards`]; what a unit is told of people is no more than that they are served.

mod batches;
mod check;
mod confirm;
mod decide;
mod entry;
mod fault;
mod forget;
mod hand_over;
mod issue;
mod links;
mod report;
mod rows;
mod tables;
mod units;
mod view;
mod words;

pub use batches::{BatchFilter, NewBatch, PAGE, batch, batches, new_batch, progress, set_batch};
pub use check::{CheckReport, LeftOutRows, ReadColumn, check_list, look_at_list};
pub use confirm::{confirm, pause, resume, stop, withdraw};
pub use decide::{consent_file, consent_files, decide, record_consent};
pub use entry::Entry;
pub use fault::{FaultOf, RowFault};
pub use forget::forget;
pub use hand_over::{HandOver, hand_over};
pub use issue::{CHUNK, at_work, issue, issue_chunk};
pub use links::{
    LinkView, SentByUnit, UnitVisit, close_link, count_reading, links, new_link, rows_by_link, send_by_link,
    visit_by_link,
};
pub use report::{Ended, REPORT_PAGE, ReportRow, report_page};
pub use rows::{ROWS_PAGE, RowOutcome, RowView, Slip, classes, rows, slips};
pub use units::{
    Agreement, Contact, Unit, UnitForm, add_unit, agreement_file, change_unit, close_unit, unit, units,
};
pub use view::{Batch, Counts, Progress};
pub use words::{BatchState, Decision, Finding, Outcome, Source, UnitKind};
