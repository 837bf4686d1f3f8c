//! One test binary for the product: what the standard asks, through the public surface, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it did not expect stops")]

mod amend;
mod api;
mod audit;
mod finding;
mod known;
mod merge;
mod opening;
mod process;
mod requests;
mod running;
mod secrecy;
mod staff;
