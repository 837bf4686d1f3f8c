//! One test binary for the product: what the standard asks, through the public surface, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that meets what it did not expect stops")]

mod amend;
mod api;
mod api_description;
mod api_people;
mod audit;
mod browser;
mod circulation;
mod desk;
mod finding;
mod gates;
mod gates_cut_off;
mod guardians;
mod identity;
mod ils;
mod ils_yueka;
mod known;
mod known_numbers;
mod life;
mod mail_sink;
mod mailbox;
mod merge;
mod merge_rules;
mod opening;
mod outbox;
mod passwords;
mod portal;
mod portal_children;
mod portal_data;
mod process;
mod process_card;
mod process_commands;
mod process_demo;
mod process_gate;
mod process_ils;
mod process_lending;
mod process_reader;
mod requests;
mod requests_waiting;
mod running;
mod scan;
mod secrecy;
mod sip2;
mod staff;
mod yuedutong;
