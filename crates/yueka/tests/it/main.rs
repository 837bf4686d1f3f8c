//! One test binary for the product: what the standard asks, through the public surface, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it did not expect stops")]

mod amend;
mod api;
mod audit;
mod finding;
mod identity;
mod life;
mod mailbox;
mod merge;
mod opening;
mod outbox;
mod passwords;
mod process;
mod process_commands;
mod process_demo;
mod running;
mod secrecy;
mod staff;
