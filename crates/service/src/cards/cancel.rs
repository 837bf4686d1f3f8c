//! Cancelling a card (6.3.3, 6.3.4, A.4.3): at the issuing library, once loans are returned and charges paid.

use std::str::FromStr;

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::change::{self, CardChange, intend, looked_up, record, subject, tell, unless};
use super::tables::card;
use super::{CardState, CardView};
use crate::kernel::{CardId, Error, Op, Problem, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::readers;
use crate::records::{self, IdentityCheck, Presence};

const SERVICE: ServiceName = ServiceName::Cancel;

/// Why a card is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// The reader wants it.
    Wish,
    /// The reader moves away.
    MovedAway,
    /// The guardian of a reader under 16 wants it.
    GuardianRequest,
    /// The reader has died; an agent brings the card back.
    Deceased,
    /// For another reason.
    Other,
}

impl CancelReason {
    /// All of them, in the order in which a page lists them.
    pub const ALL: [Self; 5] =
        [Self::Wish, Self::MovedAway, Self::GuardianRequest, Self::Deceased, Self::Other];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wish => "wish",
            Self::MovedAway => "moved_away",
            Self::GuardianRequest => "guardian_request",
            Self::Deceased => "deceased",
            Self::Other => "other",
        }
    }

    /// Whether who stands there can give it.
    fn fits(self, who: Presence) -> bool {
        match self {
            Self::Deceased => who != Presence::Reader,
            Self::GuardianRequest => who == Presence::Guardian,
            Self::Wish | Self::MovedAway | Self::Other => true,
        }
    }
}

impl FromStr for CancelReason {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).ok_or(())
    }
}

/// A card to cancel.
#[derive(Clone, Debug)]
pub struct Cancel {
    /// The card.
    pub card: CardId,
    /// Why.
    pub reason: CancelReason,
    /// Where no circulation is configured: staff have looked up loans and charges elsewhere, and there are none.
    pub circulation_checked: bool,
    /// Who stands there.
    pub check: IdentityCheck,
}

/// Cancels a card: it will never work again, and the reader may open another.
///
/// # Errors
/// [`Right::CancelCards`] is needed; [`Error::Refused`] with each rule that stands against it; [`Error::Invalid`] when the reason
/// is not one that who stands there can give.
pub async fn cancel(op: &Op, request: Cancel) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::CancelCards)?;
    let (check, reason) = (&request.check, request.reason);
    let digest =
        change::digest(op, row.id, &("cancel", reason.as_str(), request.circulation_checked), Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    if !reason.fits(check.who) {
        return Err(Error::field("reason", Problem::NotApplicable));
    }
    let deceased = reason == CancelReason::Deceased;
    unless(subject.blockers(op, SERVICE, check, deceased, request.circulation_checked).await?)?;
    change::change(op, &subject.row, cancelled(op, &subject.row, reason.as_str())).await?;
    readers::close_referrals(op, request.card, &[SERVICE, ServiceName::Replace]).await?;
    let view = CardView::from_row(&change::reload(op, request.card).await?)?;
    let detail = json!({ "reason": reason.as_str(), "circulation": looked_up(request.circulation_checked) });
    let kept = record(op, SERVICE, (view.reader, view.id), Some(check), detail, digest);
    let kept = records::keep(op, kept).await?;
    tell(op, &view, kept, Template::CardCancelled, Some(check)).await?;
    change::answer(op, SERVICE, kept, view.id).await
}

/// The card as it is from this moment on.
pub(super) fn cancelled(op: &Op, row: &card::Model, reason: &str) -> card::ActiveModel {
    card::ActiveModel {
        cancel_reason: Set(Some(reason.to_owned())),
        was_lost: Set(row.state == CardState::Lost.as_str()),
        ..change::to(op, CardState::Cancelled)
    }
}
