//! Restoring a lost card (6.3.2, A.4.2): at any member library, identity verified, because the card was found or the document that
//! is the card was re-issued. A document under another number is the readers' room's to write down.

use std::str::FromStr;

use serde_json::json;

use super::change::{self, CardChange, intend, record, subject, tell, unless};
use super::{CardKind, CardState, CardView};
use crate::kernel::{CardId, Error, Op, Problem, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::records::{self, IdentityCheck};

const SERVICE: ServiceName = ServiceName::Restore;

/// Why a lost card may work again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreReason {
    /// The card was found.
    Found,
    /// The document that is the card was re-issued.
    DocumentReissued,
}

impl RestoreReason {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Found, Self::DocumentReissued];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::DocumentReissued => "document_reissued",
        }
    }
}

impl FromStr for RestoreReason {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word).ok_or(())
    }
}

/// A card to restore.
#[derive(Clone, Debug)]
pub struct Restore {
    /// The card.
    pub card: CardId,
    /// Why.
    pub reason: RestoreReason,
    /// Who stands there.
    pub check: IdentityCheck,
}

/// Restores a lost card.
///
/// # Errors
/// [`Right::RestoreCards`] is needed; [`Error::Refused`] with each rule that stands against it. A One-Card is no document:
/// [`Error::Invalid`] names the reason.
pub async fn restore(op: &Op, request: Restore) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::RestoreCards)?;
    let check = &request.check;
    let digest = change::digest(op, row.id, &["restore", request.reason.as_str()], Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    if request.reason == RestoreReason::DocumentReissued && subject.view.kind == CardKind::OneCard {
        return Err(Error::field("reason", Problem::NotApplicable));
    }
    unless(subject.blockers(op, SERVICE, check, false, false).await?)?;
    let lost_since = subject.row.state_since;
    change::change(op, &subject.row, change::to(op, CardState::Active)).await?;
    let view = CardView::from_row(&change::reload(op, request.card).await?)?;
    let detail = json!({ "reason": request.reason.as_str(), "lost_since": lost_since.to_rfc3339() });
    let kept = record(op, SERVICE, (view.reader, view.id), Some(check), detail, digest);
    let kept = records::keep(op, kept).await?;
    tell(op, &view, kept, Template::CardRestored, Some(check)).await?;
    change::answer(op, SERVICE, kept, view.id).await
}
