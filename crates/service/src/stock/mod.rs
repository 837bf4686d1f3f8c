//! One-Cards before they are given out (5.2.1, 5.2.2): what they look like, from whom they come, where each of them lies. There is one row
//! for each physical card, so a barcode is at one place and is used once; a [ledger](Movement) says how it came there.

mod allot;
mod balance;
mod codes;
mod count;
mod design;
mod entries;
mod find;
mod forecast;
mod form;
mod give_out;
mod hold_back;
mod ledger;
mod next_number;
mod order;
mod overview;
mod pages;
mod place;
mod range;
mod receive;
mod run;
mod scan_back;
mod tables;
mod template;
mod transfer;
mod write_off;

pub use crate::kernel::StockPlace;
pub use allot::{Allot, allot};
pub use balance::{Lying, by_ledger, lying};
pub use codes::{Bars, Squares};
pub use count::{
    CountState, Differences, StockCount, begin_count, book_count, count_cards, counts, drop_count, one_count,
};
pub use design::{Design, SaveDesign, designs, one_design, save_design};
pub use entries::{Entry, ledger};
pub use find::{StockCard, find_card};
pub use forecast::{Aims, MONTHS_BACK, Outlook, Used, month_ahead};
pub use form::fits;
pub(crate) use form::plain;
pub(crate) use give_out::{against_use, use_up, used_before};
pub use give_out::{draw, draw_these};
pub use hold_back::{give_back, reserve};
pub use ledger::Movement;
pub use next_number::next_free;
pub use order::{NewOrder, Order, OrderState, cancel_order, one_order, order, orders};
pub use overview::{Stock, StockOf, stock};
pub use pages::{Layout, PrintPage, Slot, pages};
pub use place::{Place, Spot};
pub use range::{MOST_CARDS, Range, read as read_ranges, runs, told as told_ranges};
pub use receive::{Receive, Received, receive};
pub use run::{
    MOST_IN_A_RUN, NewRun, Run, RunState, check_run, drop_run, make_run, one_run, release_run, run_pages,
    runs_of,
};
pub use scan_back::{Failure, scan_back};
pub use template::{CARD_HEIGHT, CARD_WIDTH, Filling, Side, Template};
pub use transfer::{Send, Transfer, TransferState, one_transfer, send, take_in, transfers};
pub use write_off::{Waste, WriteOff, write_off};
