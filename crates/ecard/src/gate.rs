//! What a gate decides while the network is away, and what it keeps to deliver later (A.3.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::allow_list::AllowList;
use crate::code::{CardCode, CodeError, LIVES, Window};
use crate::keys::PublicKeys;

/// What somebody held to the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The code of an e-card.
    Code(String),
    /// The number of a card.
    CardNumber(String),
}

impl Shown {
    /// Of what a scanner read.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim().to_owned();
        if CardCode::looks_like_one(&text) { Self::Code(text) } else { Self::CardNumber(text) }
    }
}

/// What a gate that is cut off says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Come in.
    Admit,
    /// The code is not good.
    BadCode(CodeError),
    /// The code was used at this gate.
    UsedCode,
    /// The card was not among those that worked: unknown, lost, cancelled or blocked. Which is not in the list.
    NotOnTheList,
    /// There is no list, or its time is over: staff decide.
    NoList,
}

/// A visit to deliver, exactly as `POST /api/v1/visits/deliveries` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The gate's own name for it; with it, it counts once however often it is delivered.
    pub id: String,
    /// By the gate's own clock, in seconds since 1970.
    pub at: i64,
    /// What was shown.
    #[serde(flatten)]
    pub shown: Shown,
}

/// A gate: the keys it trusts, its list, and the codes that were used at it.
#[derive(Debug, Default)]
pub struct Gate {
    keys: PublicKeys,
    list: Option<AllowList>,
    used: BTreeMap<[u8; 32], i64>,
}

impl Gate {
    /// A gate that trusts these keys, and has no list yet.
    #[must_use]
    pub fn new(keys: PublicKeys) -> Self {
        Self { keys, ..Self::default() }
    }

    /// Trusts these keys from now on, and no others.
    pub fn trust(&mut self, keys: PublicKeys) {
        self.keys = keys;
    }

    /// Takes the newest list; an older one than it has is left aside.
    pub fn take(&mut self, list: AllowList) {
        let newer = |held: &AllowList| held.header().issued_at <= list.header().issued_at;
        if self.list.as_ref().is_none_or(newer) {
            self.list = Some(list);
        }
    }

    /// Its list.
    #[must_use]
    pub fn list(&self) -> Option<&AllowList> {
        self.list.as_ref()
    }

    /// Notes that a code was used while the network was there, so that it is none when it goes.
    pub fn note_used(&mut self, text: &str) {
        if let Ok(code) = CardCode::read(text, &self.keys) {
            self.used.insert(code.mark(), code.issued_at);
        }
    }

    /// Decides by itself, at a moment of its own clock. A code that is let in is used up at this gate.
    pub fn decide(&mut self, shown: &Shown, now: i64) -> Decision {
        let longest = LIVES + Window::CUT_OFF.late;
        self.used.retain(|_, issued_at| now.saturating_sub(*issued_at) <= 2 * longest);
        let code = match shown {
            Shown::Code(text) => match CardCode::verify(text, &self.keys, now, Window::CUT_OFF) {
                Ok(code) => Some(code),
                Err(error) => return Decision::BadCode(error),
            },
            Shown::CardNumber(_) => None,
        };
        let Some(list) = self.list.as_ref().filter(|list| list.is_valid(now)) else {
            return Decision::NoList;
        };
        match (shown, code) {
            (_, Some(code)) if !list.has_card(&code.card) => Decision::NotOnTheList,
            (_, Some(code)) => match self.used.insert(code.mark(), code.issued_at) {
                Some(_) => Decision::UsedCode,
                None => Decision::Admit,
            },
            (Shown::CardNumber(number), None) if list.has_number(number) => Decision::Admit,
            _ => Decision::NotOnTheList,
        }
    }
}
