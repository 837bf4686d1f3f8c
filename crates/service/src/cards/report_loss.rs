//! Reporting a loss (6.3.1, A.4.1): at any member library, by phone, at the portal, at a kiosk or machine. The card stops working
//! everywhere at that moment, which is kept and told, since what happens before it is the reader's.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::change::{self, CardChange, intend, record, subject, tell, unless};
use super::tables::card;
use super::{CardKind, CardState, CardView};
use crate::kernel::throttle::{Subject as Tries, forgive, left, locked, refuse_while};
use crate::kernel::{Blocker, CardId, LibraryId, Op, RecordId, Result, Right, ServiceName};
use crate::libraries::{self, Policy, tree};
use crate::outbox::Template;
use crate::readers;
use crate::records::{self, CheckMethod, IdentityCheck};

const SERVICE: ServiceName = ServiceName::ReportLoss;

/// A loss to report.
#[derive(Clone, Debug)]
pub struct ReportLoss {
    /// The card.
    pub card: CardId,
    /// Who stands there, or calls.
    pub check: IdentityCheck,
}

/// Reports a card lost.
///
/// # Errors
/// [`Right::ReportLoss`] is needed, or to be the reader or their guardian. [`crate::Error::Refused`] with each rule that stands against it;
/// [`crate::Error::TooManyTries`] after five callers who answered wrongly.
pub async fn report_loss(op: &Op, request: ReportLoss) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    let check = &request.check;
    readers::require_self_or_guardian(op, Right::ReportLoss, row.reader_id, check).await?;
    let digest = change::digest(op, row.id, &"report_loss", Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    let row = &subject.row;
    let by_phone = check.method == CheckMethod::Phone;
    let tries = row.reader_id.to_string();
    if by_phone {
        refuse_while(locked(op, Tries::PhoneAnswers(&tries)).await?)?;
    }
    let mut blockers = subject.blockers(op, SERVICE, check, false, false).await?;
    if by_phone && !all_fit(op, &subject.view, &check.answers).await? {
        blockers.push(Blocker::PhoneAnswersWrong);
    }
    unless(blockers)?;
    if by_phone {
        forgive(op, Tries::PhoneAnswers(&tries)).await?;
    }
    let set = lost(op, by_phone).await?;
    change::change(op, row, set).await?;
    let view = CardView::from_row(&change::reload(op, row.id).await?)?;
    let mut detail = json!({});
    if let Some(until) = view.confirm_loss_by {
        detail = json!({ "confirm_by": until.to_rfc3339() });
    }
    let kept = record(op, SERVICE, (view.reader, view.id), Some(check), detail, digest);
    let kept = records::keep(op, kept).await?;
    let template =
        if view.confirm_loss_by.is_some() { Template::LossToConfirm } else { Template::LossReported };
    tell(op, &view, kept, template, Some(check)).await?;
    change::answer(op, SERVICE, kept, view.id).await
}

/// The card as it is from this moment on.
pub(super) async fn lost(op: &Op, by_phone: bool) -> Result<card::ActiveModel> {
    let days = libraries::policy(op, op.actor().library, Policy::LossConfirmDays).await?.number();
    let confirm_by = (by_phone && days > 0).then(|| op.now() + TimeDelta::days(days));
    Ok(card::ActiveModel {
        lost_by: Set(Some(op.actor().who.to_string())),
        confirm_loss_by: Set(confirm_by),
        ..change::to(op, CardState::Lost)
    })
}

/// For how long the receipt of a loss can be seen by who was signed out by it.
const RECEIPT: TimeDelta = TimeDelta::hours(1);

/// What may be told of a loss to who holds no more than the id of its record.
#[derive(Clone, Debug)]
pub struct LossReceipt {
    /// The moment from which on the card is stopped everywhere (A.4.1).
    pub at: DateTime<Utc>,
    /// The library that issued the card: where to ask.
    pub issuing_library: LibraryId,
    /// The kind of card.
    pub kind: CardKind,
}

/// The receipt of a loss that was reported a moment ago. Whoever reported it at the portal is signed out by it, and says which by the
/// id of its record, which nobody can guess; nothing in it names anybody. None for what is no such record, or too long ago.
///
/// # Errors
/// When the database can't be asked.
pub async fn loss_receipt(op: &Op, record: RecordId) -> Result<Option<LossReceipt>> {
    let Some((at, card)) = records::rendered(op, record, SERVICE).await? else { return Ok(None) };
    if at <= op.now() - RECEIPT {
        return Ok(None);
    }
    let row = change::reload(op, card).await?;
    Ok(Some(LossReceipt { at, issuing_library: row.issuing_library_id, kind: row.kind.parse()? }))
}

/// How many wrong tries a caller still has about this card's holder, before the next quarter of an hour (A.4.1).
///
/// # Errors
/// [`Right::ReportLoss`] is needed.
pub async fn phone_tries_left(op: &Op, card: CardId) -> Result<i64> {
    op.require(Right::ReportLoss)?;
    let row = change::reload(op, card).await?;
    left(op, Tries::PhoneAnswers(&row.reader_id.to_string())).await
}

/// What a caller is to be asked about this card's holder: words of [`libraries::PHONE_QUESTIONS`].
///
/// # Errors
/// [`Right::ReportLoss`] is needed.
pub async fn phone_questions(op: &Op, card: CardId) -> Result<Vec<&'static str>> {
    op.require(Right::ReportLoss)?;
    let row = change::reload(op, card).await?;
    asked(op, &CardView::from_row(&row)?).await
}

async fn asked(op: &Op, card: &CardView) -> Result<Vec<&'static str>> {
    let configured = libraries::policy(op, op.actor().library, Policy::PhoneQuestions).await?.to_string();
    readers::askable(op, card.reader, &configured).await
}

/// Whether every question was answered, and each answer fits.
async fn all_fit(op: &Op, card: &CardView, answers: &[(String, String)]) -> Result<bool> {
    let mut all = true;
    for question in asked(op, card).await? {
        let answer = answers.iter().find(|(asked, _)| asked == question).map(|(_, answer)| answer.as_str());
        all &= match (question, answer) {
            (_, None) => false,
            ("issuing_library", Some(answer)) => names(op, card.issuing_library, answer).await?,
            (_, Some(answer)) => readers::answer_fits(op, card.reader, question, answer).await?,
        };
    }
    Ok(all)
}

/// Whether this is a library's code or name, or that of the member library which it is a branch of.
async fn names(op: &Op, library: LibraryId, answer: &str) -> Result<bool> {
    let tree = tree(op).await?;
    let answer = readers::bare(answer);
    let known = [tree.library(library), tree.member(library)];
    Ok(!answer.is_empty()
        && known.into_iter().flatten().any(|library| {
            [&library.code, &library.name, &library.name_hant, &library.name_en]
                .into_iter()
                .any(|name| readers::bare(name) == answer)
        }))
}
