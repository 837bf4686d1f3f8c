//! What the stock of cards says in words.

use service::kernel::{Blocker, Cards};
use service::stock::{Movement, OrderState, StockPlace};

use crate::i18n::Text;

/// The words of a blocker of the stock; none for others.
pub fn of_blocker(t: Text, blocker: &Blocker) -> Option<Vec<(&'static str, String)>> {
    match blocker {
        Blocker::InStockElsewhere { names: [hans, hant, english], .. } => {
            Some(vec![("library", t.pick(hans, hant, english).to_owned())])
        }
        Blocker::CardsNotThere(cards) | Blocker::NumbersTaken(cards) | Blocker::RunNotReadable(cards) => {
            let Cards { first, count } = cards;
            Some(vec![("number", first.clone()), ("count", count.to_string())])
        }
        Blocker::NotEnoughCards(count) => Some(vec![("count", count.to_string())]),
        _ => None,
    }
}

impl Text {
    /// Where cards are.
    // locale-keys: stock-place-*
    pub fn stock_place(&self, place: StockPlace) -> String {
        self.t(&format!("stock-place-{place}"))
    }

    /// Why cards moved.
    // locale-keys: stock-movement-*
    pub fn movement(&self, kind: Movement) -> String {
        self.t(&format!("stock-movement-{}", kind.as_str()))
    }

    /// How an order stands.
    // locale-keys: stock-order-*
    pub fn order_state(&self, state: OrderState) -> String {
        self.t(&format!("stock-order-{}", state.as_str()))
    }
}
