//! Mobile card points (6.5): a laptop is prepared here, opens cards where there is no network, and hands them in later. And the visits
//! that are agreed on with units (4.4.2).
//!
//! - here, at the centre: [`prepare`], [`hand_in`], [`settle`], [`end_point`], [`points`]
//! - on the laptop: [`Laptop`], which keeps sealed envelopes and runs a house of its own in memory

mod appointments;
mod end;
mod filter;
mod hand_in;
mod holders;
mod laptop;
mod list;
mod opening;
mod package;
mod pass;
mod prepare;
mod settle;
mod tables;

pub use appointments::{
    Appointment, AppointmentForm, AppointmentState, appoint, appointment, appointments, set_appointment_state,
};
pub use end::{Ended, LATE_HOURS, end_point, hand_back, let_in_late, take_back_cards};
pub use filter::HolderFilter;
pub use hand_in::{HandedIn, hand_in, note_sync};
pub use laptop::{HeldFolder, Laptop, LaptopEntry, LaptopStanding};
pub use list::{OpeningFilter, PointEntry, PointOpening, keeps_number, opening, openings, points};
pub use opening::{Answer, Opening, OpeningState};
pub use package::{CardRange, Package};
pub use pass::{PointPass, pass_of};
pub use prepare::{MOST_DAYS, MOST_NUMBERS, NewPoint, prepare};
pub use settle::{Settle, Settlement, settle};
