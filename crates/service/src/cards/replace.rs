//! Replacing a One-Card (A.4.4): at the issuing library, after it was reported lost and cancelled. The desk does it as one guided
//! step; each part leaves its own record, and all of it happens or nothing.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

use super::barcode::check_one_card_barcode;
use super::cancel::cancelled;
use super::change::{self, CardChange, Subject, intend, looked_up, record, subject, tell, unless};
use super::new_card::NewCard;
use super::report_loss::lost;
use super::tables::{card, card_number};
use super::view::barcode_taken;
use super::{CardState, CardView};
use crate::kernel::{Blocker, CardId, Invalid, Op, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::readers;
use crate::records::{self, IdentityCheck};
use crate::stock;

const SERVICE: ServiceName = ServiceName::Replace;
/// What the record of the cancelling says.
const REASON: &str = "replaced";

/// A One-Card to replace.
#[derive(Clone, Debug)]
pub struct Replace {
    /// The card that is gone.
    pub card: CardId,
    /// The barcode of the new card, just scanned.
    pub barcode: String,
    /// Where no circulation is configured: staff have looked up loans and charges elsewhere, and there are none.
    pub circulation_checked: bool,
    /// Who stands there.
    pub check: IdentityCheck,
}

/// Replaces a One-Card: reports it lost, cancels it and gives out the new one, as far as each is still to be done. The password
/// that the reader chose stays.
///
/// # Errors
/// [`Right::ReplaceCards`] is needed; [`crate::Error::Refused`] with each rule that stands against it.
pub async fn replace(op: &Op, request: Replace) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::ReplaceCards)?;
    let check = &request.check;
    let asked = ("replace", request.barcode.as_str(), request.circulation_checked);
    let digest = change::digest(op, row.id, &asked, Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    let mut invalid = Invalid::default();
    let barcode = check_one_card_barcode(op, &request.barcode, &mut invalid).await?;
    let mut blockers = subject.blockers(op, SERVICE, check, false, request.circulation_checked).await?;
    // What the card, the place and the person forbid comes before a barcode that was scanned in vain; a box that was not ticked
    // comes after it, since the same form mends both.
    if blockers.iter().all(|blocker| *blocker == Blocker::CirculationNotChecked) {
        invalid.into_result()?;
    }
    let barcode = barcode.unwrap_or_default();
    blockers.extend(barcode_taken(op, &barcode, Some(subject.row.reader_id)).await?);
    unless(blockers)?;

    let old = lost_and_cancelled(op, subject, &request).await?;
    let new: CardId = op.new_id()?;
    let successor = NewCard {
        id: new,
        reader: old.reader_id,
        kind: old.kind.parse()?,
        number: barcode,
        document: old.document_id,
        guardian: old.guardian_id,
        library: old.issuing_library_id,
        point: op.actor().service_point.unwrap_or(old.service_point_id),
        channel: op.actor().channel,
        opened_at: op.now(),
    };
    let row = card::ActiveModel {
        password_hash: Set(old.password_hash.clone()),
        password_changed_at: Set(old.password_changed_at),
        ..successor.row()
    };
    card::Entity::insert(row).exec_without_returning(op.db()).await?;
    stock::use_up(op, std::slice::from_ref(&successor.number)).await?;
    card_number::Entity::insert(successor.number_row()).exec_without_returning(op.db()).await?;
    let set = card::ActiveModel { replaced_by: Set(Some(new)), ..Default::default() };
    change::change(op, &old, set).await?;
    readers::close_referrals(op, old.id, &[SERVICE, ServiceName::Cancel]).await?;
    let detail = json!({ "old_card": old.id });
    let kept = record(op, SERVICE, (old.reader_id, new), Some(check), detail, digest);
    let kept = records::keep(op, kept).await?;
    let view = CardView::from_row(&change::reload(op, new).await?)?;
    tell(op, &view, kept, Template::CardReplaced, Some(check)).await?;
    change::answer(op, SERVICE, kept, new).await
}

/// Does what is still to be done before: the loss, the cancelling, each with its record.
async fn lost_and_cancelled(op: &Op, subject: Subject, request: &Replace) -> Result<card::Model> {
    let mut row = subject.row;
    let (whose, check) = ((row.reader_id, row.id), Some(&request.check));
    let part_of = |mut detail: serde_json::Value| {
        detail["part_of"] = json!(SERVICE.as_str());
        detail
    };
    if subject.view.state == CardState::Active {
        change::change(op, &row, lost(op, false).await?).await?;
        let part = record(op, ServiceName::ReportLoss, whose, check, part_of(json!({})), Vec::new());
        records::keep_part(op, part).await?;
        row = change::reload(op, row.id).await?;
    }
    if row.state == CardState::Lost.as_str() {
        change::change(op, &row, cancelled(op, &row, REASON)).await?;
        let detail = json!({ "reason": REASON, "circulation": looked_up(request.circulation_checked) });
        let part = record(op, ServiceName::Cancel, whose, check, part_of(detail), Vec::new());
        records::keep_part(op, part).await?;
        row = change::reload(op, row.id).await?;
    }
    Ok(row)
}
