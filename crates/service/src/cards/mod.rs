//! Cards: who may hold what, their numbers and states, and the services on them.

mod at_gate;
pub(crate) mod barcode;
mod cancel;
mod change;
mod change_kind;
mod children;
mod confirm_loss;
mod e_card;
mod find;
mod follow_document;
mod holders;
mod import;
mod in_use;
mod known;
mod losses_to_confirm;
mod merged;
mod move_library;
mod new_card;
mod newcomer;
mod number;
mod open;
mod open_many;
mod opening;
mod paper;
pub mod password;
mod question;
mod refer;
mod replace;
mod report_loss;
mod restore;
mod rules;
mod search;
mod services;
mod set_aside;
mod standing;
mod table;
mod table_in_words;
mod tables;
mod undo_loss;
mod view;
mod without_opening;

pub use crate::kernel::{CardKind, CardState};
pub use at_gate::Against;
pub(crate) use at_gate::{Visitor, that_work, visitor_by_card, visitor_by_number};
pub(crate) use barcode::as_printed;
pub use barcode::fits as barcode_fits;
pub use cancel::{Cancel, CancelReason, cancel};
pub use change::{CardChange, by_number, while_it_works};
pub(crate) use change::{owes_more, partner_standing};
pub use change_kind::{ChangeKind, change_kind};
pub use children::{Child, children, is_guardian};
pub use confirm_loss::{ConfirmLoss, confirm_loss};
pub use e_card::{ECard, e_card};
pub use find::{Found, FoundReader, find};
pub(crate) use follow_document::{follow_document, live_card};
pub(crate) use holders::{count_holders, holders_after};
pub use import::{Imported, ImportedCard, PastService, import};
pub(crate) use in_use::card_in_use;
pub use known::known;
pub use losses_to_confirm::{LossToConfirm, losses_to_confirm};
pub(crate) use merged::{CardsMoved, move_back, move_cards, tell_merged};
pub(crate) use move_library::move_to_library;
pub(crate) use newcomer::{Newcomer, Stands, stands_against_opening};
pub use number::{VIRTUAL_NUMBER_LENGTH, grouped, is_virtual_number};
pub use open::{OpenCard, Opened, against_opening, open, open_fields};
pub(crate) use open::{open_with_consent, open_with_number};
pub(crate) use open_many::{Opening, Prospect, open_many, prospects};
pub use paper::told_on_paper;
pub use password::default_password;
pub use question::question;
pub use refer::{Refer, refer};
pub use replace::{Replace, replace};
pub use report_loss::{
    LossReceipt, ReportLoss, loss_receipt, phone_questions, phone_tries_left, report_loss,
};
pub use restore::{Restore, RestoreReason, restore};
pub use rules::{choices, may_be_opened};
pub(crate) use search::{CardsWhere, holders_of_numbers, holders_where};
pub use services::{CardServices, ServiceChoice, right_for, services};
pub(crate) use set_aside::{
    can_stand_at, keep_numbers, next_number, numbers_left, release_number, set_numbers_aside, use_number,
    void_numbers,
};
pub use standing::{loans_elsewhere, standing};
pub use table::{Asked, CARD_SERVICES, Facts, asks_circulation, of_circulation, stands_against};
pub use table_in_words::services_in_words;
pub use undo_loss::{UndoLoss, undo_loss};
pub use view::{CardView, Numbered, card, card_by_number, cards_of, slip};
pub(crate) use view::{
    all_cards, by_ids, current_card, current_cards, holder_and_state, holder_of_number, view_of,
};
pub use without_opening::without_opening;
