//! An existing circulation system (ILAS, Interlib, Koha, another Yueka) behind the cards: what readers have out and owe there,
//! asked over SIP2. See docs/ils.md.
//!
//! - [`IlsSettings`]: what is configured, one table for each system
//! - [`Ils`]: such a system as a [`Circulation`](service::kernel::Circulation)
//! - [`Fault`]: why it could not be learnt from it, in words without anything personal
//! - [`simulator`]: a system of a few readers for trying and for tests, which can be told to misbehave
//!
//! Nothing is guessed. What a system does not say, says in a way that can't be read, or says about somebody else, leaves all
//! unknown, and what depends on it waits.

mod breaker;
mod connection;
mod fault;
mod money;
mod patron;
mod pool;
mod profile;
mod requests;
mod settings;
pub mod simulator;
mod survey;
mod system;
mod tls;

pub use breaker::{Breaker, BreakerState};
pub use fault::Fault;
pub use settings::{IlsSettings, SettingsProblem};
pub use survey::Survey;
pub use system::{Health, Ils};
