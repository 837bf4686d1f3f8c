//! Issuing a code.

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::{CardId, Op, Result, random_bytes};

/// A code that was issued. `Debug` does not show it: whoever has it can use it.
#[derive(Clone)]
pub struct Issued {
    /// What the QR code says.
    pub text: String,
    /// Until when it is taken.
    pub valid_until: DateTime<Utc>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issued(until {})", self.valid_until)
    }
}

/// A code for a card, for whoever was asked before whether it may have one.
pub(crate) fn issue(op: &Op, card: CardId) -> Result<Issued> {
    let code = ::ecard::CardCode {
        card: card.0.into_bytes(),
        issued_at: op.now().timestamp(),
        nonce: random_bytes()?,
    };
    Ok(Issued {
        text: code.sign(op.keys().e_card()),
        valid_until: op.now() + TimeDelta::seconds(::ecard::LIVES),
    })
}
