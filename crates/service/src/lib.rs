//! The business of a federation's reader cards: every service of the standard is one function in one file, named after it.
//! No HTTP, no pages, no command line in here; those are faces, and call this.
//!
//! The rooms, each of which may read the tables of those before it, and writes its own only:
//!
//! - [`kernel`]: who calls, when, in which transaction; keys, blockers, errors
//! - [`records`]: what was done for whom, who looked at whom, and the chains that prove it
//! - [`libraries`]: the federation, its libraries and service points, and what each has set for itself
//! - [`staff`]: accounts, sign-in, tokens of programs
//! - [`machines`]: accounts of self-service machines
//! - [`partners`]: accounts of partner platforms, their signed calls, the readers they know, what they are told
//! - [`ecard`]: the codes of e-cards: issued, and used once
//! - [`outbox`]: what readers are told, and how
//! - [`readers`]: people and their documents: register, recognise, find
//! - [`stock`]: One-Cards before they are given out: designs, orders, where each lies, the ledger, the forecast, printing
//! - [`campaigns`]: what is done so that people get cards, and which card came of it
//! - [`cards`]: who may hold what, numbers, states; opening a card
//! - [`visits`]: who may enter at a gate, and that they came
//! - [`resources`]: platforms of digital resources, which readers are signed on to by their card
//! - [`applications`]: people who apply for a card on the web: their phone, their photos, what staff decide
//! - [`consents`]: what partner services may ask of a reader's card, and what they asked
//! - [`people`]: what touches a person and their cards at once: renewed documents, merged records, answered requests, and all that is
//!   held about somebody
//! - [`circulation`]: the built-in ledger: items, loans, charges, reservations
//! - [`groups`]: units, their lists, and the cards opened by them
//! - [`kiosk`]: somebody opens a card alone at a kiosk; calls for staff
//! - [`points`]: mobile card points: laptops that open cards without network and hand them in later; visits to units
//! - [`batch_changes`]: many readers changed at once: looked at before, worked off in portions, undone
//! - [`yuedutong`]: what the province's platform asks for: opening, linking, losses, codes
//! - [`promotion`]: what the public is told: who gets which card and how, pages that staff write, news, opening hours, and what campaigns
//!   brought

pub mod applications;
pub mod batch_changes;
pub mod campaigns;
pub mod cards;
pub mod circulation;
pub mod consents;
pub mod ecard;
pub mod groups;
pub mod kernel;
pub mod kiosk;
pub mod libraries;
pub mod machines;
pub mod outbox;
pub mod partners;
pub mod people;
pub mod points;
pub mod promotion;
pub mod readers;
pub mod records;
pub mod resources;
pub mod staff;
pub mod stock;
#[cfg(feature = "testing")]
pub mod testing;
pub mod visits;
pub mod yuedutong;

mod house;

pub use house::Service;
pub use kernel::{Error, Result};
