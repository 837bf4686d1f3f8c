//! Using a code: at one door, once.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::spent_code;
use crate::kernel::{CardId, Op, Result};
use ::ecard::{CardCode, CodeError, Window};

/// Days for which used codes are remembered: longer than any gate may deliver late.
const REMEMBERED_DAYS: i64 = 8;

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// It is no code of this federation: read badly, or made by somebody else.
    Unknown,
    /// Its time is over.
    TooOld,
    /// It was issued after this moment.
    FromTheFuture,
    /// It was used at another door.
    Used,
}

impl CodeRefusal {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::TooOld, Self::FromTheFuture, Self::Used];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "code_unknown",
            Self::TooOld => "code_too_old",
            Self::FromTheFuture => "code_from_the_future",
            Self::Used => "code_used",
        }
    }
}

impl From<CodeError> for CodeRefusal {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::NotACode | CodeError::UnknownKey | CodeError::BadSignature => Self::Unknown,
            CodeError::TooOld(_) => Self::TooOld,
            CodeError::FromTheFuture(_) => Self::FromTheFuture,
        }
    }
}

/// A code that is good.
#[derive(Clone, Copy, Debug)]
pub struct Redeemed {
    /// The card whose it is. That it was signed says that it worked then; how it stands now is another question.
    pub card: CardId,
    /// Whether this door used it before, within its time: then it was one visit, told twice.
    pub repeated: bool,
}

/// Takes a code at the caller's door, now, or at the moment when a gate that was cut off took it. The first door that uses it has it;
/// at any other it is refused, on whichever instance, since the database holds each once.
///
/// # Errors
/// When the database can't be asked.
pub async fn redeem(
    op: &Op,
    text: &str,
    taken_at: Option<DateTime<Utc>>,
) -> Result<Result<Redeemed, CodeRefusal>> {
    let (at, window) = match taken_at {
        None => (op.now(), Window::SERVER),
        Some(at) => (at, Window::CUT_OFF),
    };
    let code = match CardCode::verify(text, &op.keys().e_card_keys(), at.timestamp(), window) {
        Ok(code) => code,
        Err(error) => return Ok(Err(error.into())),
    };
    let (mark, gate) = (code.mark().to_vec(), door(op));
    let card = CardId(uuid::Uuid::from_bytes(code.card));
    if let Some(spent) = spent_code::Entity::find_by_id(mark.clone()).one(op.db()).await? {
        return Ok(match spent.gate == gate {
            true => Ok(Redeemed { card, repeated: true }),
            false => Err(CodeRefusal::Used),
        });
    }
    // Two doors at once: one of them loses this race, runs again, and finds the row of the other.
    let row = spent_code::ActiveModel {
        mark: Set(mark),
        card_id: Set(card),
        gate: Set(gate),
        at: Set(at),
        used_at: Set(op.now()),
    };
    spent_code::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(Ok(Redeemed { card, repeated: false }))
}

/// What tells doors apart: who asks, and where they stand.
pub(crate) fn door(op: &Op) -> String {
    let actor = op.actor();
    match actor.service_point {
        Some(point) => format!("{} {point}", actor.who),
        None => actor.who.to_string(),
    }
}

/// Forgets codes that no gate can bring any more: a job.
///
/// # Errors
/// When the database can't be written.
pub async fn forget_spent(op: &Op) -> Result<()> {
    spent_code::Entity::delete_many()
        .filter(spent_code::Column::UsedAt.lt(op.now() - TimeDelta::days(REMEMBERED_DAYS)))
        .exec(op.db())
        .await?;
    Ok(())
}
