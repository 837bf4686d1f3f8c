//! The words of lending in the language of the page. A test walks through all of them.

use std::borrow::Borrow;

use service::circulation::{ChargeKind, ItemKind, ItemState, PayMethod, ReservationState};
use service::kernel::Blocker;

use crate::i18n::Text;
use crate::words::yuan;

impl Text {
    // locale-keys: item-kind-*
    pub fn item_kind(&self, kind: impl Borrow<ItemKind>) -> String {
        self.t(&format!("item-kind-{}", kind.borrow()))
    }

    // locale-keys: item-state-*
    pub fn item_state(&self, state: impl Borrow<ItemState>) -> String {
        self.t(&format!("item-state-{}", state.borrow()))
    }

    // locale-keys: charge-kind-*
    pub fn charge_kind(&self, kind: impl Borrow<ChargeKind>) -> String {
        self.t(&format!("charge-kind-{}", kind.borrow().as_str()))
    }

    // locale-keys: pay-method-*
    pub fn pay_method(&self, method: impl Borrow<PayMethod>) -> String {
        self.t(&format!("pay-method-{}", method.borrow().as_str()))
    }

    // locale-keys: reservation-state-*
    pub fn reservation_state(&self, state: impl Borrow<ReservationState>) -> String {
        self.t(&format!("reservation-state-{}", state.borrow().as_str()))
    }

    /// An amount of fen in yuan.
    pub fn yuan(&self, fen: impl Borrow<i64>) -> String {
        yuan(*fen.borrow())
    }

    /// Why not, in one line.
    pub fn reasons(&self, blockers: &[Blocker]) -> String {
        let reasons: Vec<String> = blockers.iter().map(|blocker| self.blocker(blocker).why).collect();
        reasons.join(&self.t("comma"))
    }
}
