//! Accounts of self-service machines that speak SIP2 (A.2.1 c): each with its service point, the networks it may call from, and how it
//! speaks. What they do is done by the services of the other rooms, with the machine as the actor.

mod accounts;
mod names;
mod settings;
mod sign_in;
mod tables;

pub use accounts::{
    MachineEntry, NewMachine, add_machine, change_machine, close_machine, list_machines, note_seen,
};
pub use names::names;
pub use settings::{CHARSETS, CHECKS, MachineSettings, TERMINATORS};
pub use sign_in::{Machine, MachineSignIn, machine, sign_in};
