//! Somebody at a gate: in or not, and why (A.3.1).

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::EntryRefusal;
use super::count::count;
use super::tables::gate_answer;
use crate::cards::{self, Visitor};
use crate::ecard::{CodeRefusal, door, redeem};
use crate::kernel::{Error, Op, Result, Right};

/// Seconds by which the clock of a gate may be off before it is told.
const CLOCK_TOLD_FROM: i64 = 120;

/// What somebody holds to a gate. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Shown {
    /// The code of an e-card.
    Code(String),
    /// The number of a card: virtual, or a barcode.
    CardNumber(String),
    /// The number of a document.
    DocumentNumber(String),
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Shown {
    /// What a scanner read: a code, or a number of whichever kind.
    #[must_use]
    pub fn of(text: &str) -> Self {
        match ::ecard::CardCode::looks_like_one(text) {
            true => Self::Code(text.to_owned()),
            false => Self::CardNumber(text.to_owned()),
        }
    }

    /// The stable word for what it is.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::CardNumber(_) => "card_number",
            Self::DocumentNumber(_) => "document_number",
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Code(text) | Self::CardNumber(text) | Self::DocumentNumber(text) => text,
        }
    }
}

/// Somebody at a gate.
#[derive(Clone, Debug)]
pub struct Enter {
    /// What they hold to it.
    pub shown: Shown,
    /// What the gate's clock says, where it tells.
    pub gate_time: Option<DateTime<Utc>>,
}

/// What a gate is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Why they are not let in; none: they are.
    pub refusal: Option<EntryRefusal>,
    /// Whether this is the answer to something that was asked before, by the same name.
    pub repeated: bool,
    /// Whether it counts as a visit: not when they came a short while ago.
    pub counted: bool,
    /// By how many seconds the gate's clock is ahead (or behind: negative), if by more than two minutes.
    pub clock_off_seconds: Option<i64>,
}

/// By how many seconds a gate's clock is off, if it is to be told.
#[must_use]
pub fn clock_off(now: DateTime<Utc>, gate_time: Option<DateTime<Utc>>) -> Option<i64> {
    gate_time.map(|time| time.timestamp() - now.timestamp()).filter(|off| off.abs() > CLOCK_TOLD_FROM)
}

/// Lets somebody in or not, by the server's own clock; who is let in has come. With the idempotency key of the call, the gate's name for
/// this entry, the same request gets the first answer again.
///
/// # Errors
/// [`Right::AdmitVisitors`] is needed; [`Error::KeyReused`].
pub async fn enter(op: &Op, request: &Enter) -> Result<Entered> {
    op.require(Right::AdmitVisitors)?;
    let clock_off_seconds = clock_off(op.now(), request.gate_time);
    let name = op.key().map(|key| key.as_str().to_owned());
    if let Some(name) = &name
        && let Some(answer) = answered(op, name, &request.shown).await?
    {
        let refusal = EntryRefusal::from_word(&answer);
        return Ok(Entered { refusal, repeated: true, counted: answer == COUNTED, clock_off_seconds });
    }
    let found = match who(op, &request.shown, None).await? {
        // By the same name it was answered above; by another it is another who holds a picture of the code up.
        Ok((_, true)) => Err(EntryRefusal::Code(CodeRefusal::Used)),
        Ok((visitor, false)) => Ok(visitor),
        Err(refusal) => Err(refusal),
    };
    let visitor = match found {
        Ok(visitor) => visitor,
        Err(refusal) => {
            keep_answer(op, name, &request.shown, refusal.as_str()).await?;
            return Ok(Entered {
                refusal: Some(refusal),
                repeated: false,
                counted: false,
                clock_off_seconds,
            });
        }
    };
    let refusal = visitor.against.map(EntryRefusal::from);
    let counted = match refusal {
        Some(_) => false,
        None => count(op, visitor.reader, op.now(), request.shown.as_str()).await?,
    };
    let word = refusal.map_or(if counted { COUNTED } else { ADMITTED }, EntryRefusal::as_str);
    keep_answer(op, name, &request.shown, word).await?;
    Ok(Entered { refusal, repeated: false, counted, clock_off_seconds })
}

/// They were let in, and it was a visit.
pub(super) const COUNTED: &str = "counted";
/// They were let in, and it was none of its own.
pub(super) const ADMITTED: &str = "admitted";

/// Whose it is, and whether the same code was used here before.
pub(super) async fn who(
    op: &Op,
    shown: &Shown,
    at: Option<DateTime<Utc>>,
) -> Result<Result<(Visitor, bool), EntryRefusal>> {
    let (visitor, repeated) = match shown {
        Shown::Code(text) => match redeem(op, text, at).await? {
            Ok(redeemed) => (cards::visitor_by_card(op, redeemed.card).await?, redeemed.repeated),
            Err(refusal) => return Ok(Err(EntryRefusal::Code(refusal))),
        },
        Shown::CardNumber(number) | Shown::DocumentNumber(number) => {
            (cards::visitor_by_number(op, number).await?, false)
        }
    };
    Ok(visitor.map(|visitor| (visitor, repeated)).ok_or(EntryRefusal::NoSuchCard))
}

/// What the caller was answered under this name.
pub(super) async fn answered(op: &Op, name: &str, shown: &Shown) -> Result<Option<String>> {
    let key = (door(op), name.to_owned());
    let Some(row) = gate_answer::Entity::find_by_id(key).one(op.db()).await? else { return Ok(None) };
    if row.request != hash(op, shown) {
        return Err(Error::KeyReused);
    }
    Ok(Some(row.answer))
}

/// Keeps an answer under the gate's name for it, where it has one.
pub(super) async fn keep_answer(op: &Op, name: Option<String>, shown: &Shown, word: &str) -> Result<()> {
    let Some(name) = name else { return Ok(()) };
    let row = gate_answer::ActiveModel {
        gate: Set(door(op)),
        name: Set(name),
        request: Set(hash(op, shown)),
        answer: Set(word.to_owned()),
        at: Set(op.now()),
    };
    gate_answer::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

fn hash(op: &Op, shown: &Shown) -> Vec<u8> {
    op.keys().lookup("gate request", &[shown.as_str(), shown.text().trim()].join("\0"))
}
