//! The built-in ledger behind the cards (A.3.2, 6.3.4): items, loans, charges, reservations. Loans are their own record, with a trail
//! of what was done with each item; what is paid, waived or reserved is a service with its record.

mod add_charge;
mod at_machine;
mod calendar;
mod cancel_reservation;
mod charges;
mod closed_days;
mod events;
mod history;
mod import_items;
mod import_loans;
mod item;
mod ledger;
mod lend;
mod loans;
mod may_borrow;
mod money;
mod pay;
mod remind;
mod renew;
mod reservations;
mod reserve;
mod return_item;
mod rules;
mod settle;
mod tables;
mod titles;
mod waive;
mod withdraw;

pub use crate::kernel::{ItemKind, ItemState};
pub use add_charge::{AddCharge, add_charge};
pub use at_machine::{AtMachine, Glance, Glances, Terms, terms};
pub use calendar::Calendar;
pub use cancel_reservation::{cancel_reservation, expire_reservations};
pub use charges::{ChargeKind, ChargeView, Charges, EntryView, charges};
pub(crate) use closed_days::closed_days_of_all;
pub use closed_days::{ClosedDay, closed_days, open_again, set_closed_day};
pub use history::{choose_history, delete_history, history, keeps_history};
pub use import_items::{ItemRow, import_items};
pub use import_loans::{LoanRow, import_loans};
pub use item::{ItemView, item};
pub use ledger::{Ledger, lends_itself};
pub use lend::{Lend, Lent, lend};
pub use loans::{LoanView, loan, loans};
pub use may_borrow::{lends_here, may_borrow};
pub use money::{fen_of, overdue_charge};
pub use pay::{Paid, Pay, PayMethod, pay};
pub use remind::{Reminded, remind};
pub use renew::{Renewed, renew, renew_all};
pub use reservations::{ReservationState, ReservationView, reservations, waiting_here};
pub use reserve::{Reserve, reserve};
pub use return_item::{ReturnItem, Returned, return_item};
pub use settle::Then;
pub use titles::{TitleView, find_titles, title};
pub use waive::{Waive, waive};
pub use withdraw::{Withdrawal, withdraw};

/// What became of a row that was loaded.
#[derive(Debug)]
pub enum RowOutcome {
    /// It is in.
    Added,
    /// It was in, and is brought up to date.
    Updated,
    /// It was in like this.
    Unchanged,
    /// Fields that can't be taken.
    Invalid(crate::kernel::Invalid),
}
