//! One-Cards before they are given out (5.2.1, 5.2.2): what they look like, from whom they come, where each of them lies. There is one row
//! for each physical card, so a barcode is at one place and is used once; a [ledger](Movement) says how it came there.

mod balance;
mod form;
mod give_out;
mod hold_back;
mod ledger;
mod next_number;
mod order;
mod place;
mod range;
mod receive;
mod tables;

pub use crate::kernel::StockPlace;
pub use balance::{Lying, by_ledger, lying};
pub use form::fits;
pub(crate) use give_out::{against_use, use_up, used_before};
pub use give_out::{draw, draw_these};
pub use hold_back::{give_back, reserve};
pub use ledger::Movement;
pub use next_number::next_free;
pub use order::{NewOrder, Order, OrderState, cancel_order, one_order, order, orders};
pub use place::{Place, Spot};
pub use range::{MOST_CARDS, Range, read as read_ranges, told as told_ranges};
pub use receive::{Receive, Received, receive};
