//! Who may enter at a gate, and that they came (A.3.1).

mod allow_list;
mod count;
mod deliver;
mod enter;
mod forget;
mod refusal;
pub(crate) mod tables;

pub use allow_list::{GateList, allow_list};
pub use count::{DayOfVisits, by_day};
pub use deliver::{Delivered, Delivery, DeliveryOutcome, MOST_AT_ONCE, deliver};
pub use enter::{Enter, Entered, Shown, clock_off, enter};
pub use forget::forget;
pub(crate) use forget::of_reader;
pub use refusal::{EntryRefusal, REASONS};
