//! Partner platforms, as 粤读通 (4.1.1, 6.1.4): their accounts and keys, the calls they sign, the readers they know by codes of their
//! own, and what they are told of those readers' cards (docs/yuedutong.md). What they ask for is done by the services of the other
//! rooms, with the partner as the actor.

mod accounts;
mod admit;
mod deliver;
mod events;
mod links;
mod moved;
mod names;
mod services;
pub mod signing;
mod tables;

pub use accounts::{
    KeyEntry, MOST_KEYS, NewPartner, PartnerEntry, PartnerKind, PartnerSettings, add_key, add_partner,
    change_partner, close_key, close_partner, list_partners,
};
pub use admit::{Admission, Admitted, Refusal, SignedCall, Signer, WINDOW_MINUTES, admit, forget_old};
pub use deliver::{DueEvent, EventCarrier, Fault, LEASE_MINUTES, Sending, deliver_due};
pub(crate) use events::{CardStanding, links_of, note};
pub use events::{Event, EventEntry, events_not_told};
pub use links::CODE_LENGTH;
pub(crate) use links::{Code, codes_of, end_link, has_been_linked, link, linked_reader, reader_of_code};
pub(crate) use moved::{move_links, move_links_back};
pub(crate) use names::name_of;
pub use names::names;
pub use services::ServiceEntry;
pub(crate) use services::{open_service, services};
