//! One test binary for the product: what the standard asks, through the public surface, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it did not expect stops")]

mod amend;
mod api;
mod api_description;
mod api_people;
mod audit;
mod browser;
mod finding;
mod identity;
mod known;
mod life;
mod mailbox;
mod merge;
mod merge_rules;
mod opening;
mod outbox;
mod passwords;
mod portal;
mod process;
mod process_card;
mod process_commands;
mod process_demo;
mod process_reader;
mod requests;
mod running;
mod secrecy;
mod staff;
