//! Cards: who may hold what, their numbers and states, and the services on them.

mod barcode;
mod find;
mod import;
mod number;
mod open;
pub mod password;
mod rules;
mod tables;
mod view;

pub use crate::kernel::{CardKind, CardState};
pub use barcode::fits as barcode_fits;
pub use find::{Found, FoundReader, find};
pub use import::{Imported, ImportedCard, PastService, import};
pub use number::{VIRTUAL_NUMBER_LENGTH, grouped, is_virtual_number};
pub use open::{OpenCard, Opened, open};
pub use password::default_password;
pub use rules::{choices, may_be_opened};
pub use view::{CardView, card, card_by_number, cards_of, slip};
pub(crate) use view::{current_cards, holder_of};
