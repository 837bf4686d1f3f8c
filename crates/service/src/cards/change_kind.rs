//! Changing the kind of a card, as Table A1 allows: a One-Card becomes a document card, or the other way. The card stays the same
//! and gets a new number; the old one still leads to the reader, but no longer works.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

use super::barcode::{as_printed, check_one_card_barcode};
use super::change::{self, CardChange, Subject, intend, record, subject, tell, unless};
use super::opening::free_virtual_number;
use super::rules::choices;
use super::tables::{card, card_number};
use super::view::barcode_taken;
use super::{CardKind, CardView};
use crate::kernel::{
    Blocker, CardId, DocumentId, Error, Invalid, Op, Problem, Result, Right, ServiceName, is_blank,
};
use crate::outbox::Template;
use crate::records::{self, IdentityCheck};
use crate::stock;

const SERVICE: ServiceName = ServiceName::ChangeKind;

/// A card to change.
#[derive(Clone, Debug)]
pub struct ChangeKind {
    /// The card.
    pub card: CardId,
    /// What it is to be.
    pub to: CardKind,
    /// For a One-Card: the barcode just scanned.
    pub barcode: String,
    /// The reader's document that it goes with; none for the one it has, or the first that fits.
    pub document: Option<DocumentId>,
    /// Who stands there.
    pub check: IdentityCheck,
}

/// Changes the kind of a card.
///
/// # Errors
/// [`Right::OpenCards`] is needed, since a number is given out; [`Error::Refused`] with each rule that stands against it;
/// [`Error::Invalid`] for the barcode or document.
pub async fn change_kind(op: &Op, request: ChangeKind) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::OpenCards)?;
    let check = &request.check;
    let asked = ("change_kind", request.to.as_str(), as_printed(&request.barcode), request.document);
    let digest = change::digest(op, row.id, &asked, Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    let mut blockers = Vec::new();
    if request.to == subject.view.kind {
        blockers.push(Blocker::SameKind);
    } else {
        blockers.extend(subject.blockers(op, SERVICE, check, false, false).await?);
    }
    unless(blockers)?;
    let mut invalid = Invalid::default();
    let barcode = match request.to {
        CardKind::OneCard => check_one_card_barcode(op, &request.barcode, &mut invalid).await?,
        CardKind::Document if is_blank(&request.barcode) => None,
        CardKind::Document => {
            invalid.add("barcode", Problem::NotApplicable);
            None
        }
    };
    let document = document(&subject, &request, op.today(), &mut invalid);
    invalid.into_result()?;
    let document = document.ok_or_else(|| Error::internal("a changed card without a document"))?;
    let number = match barcode {
        Some(barcode) => match barcode_taken(op, &barcode, Some(subject.row.reader_id)).await? {
            Some(taken) => return Err(Error::refused(taken)),
            None => barcode,
        },
        None => free_virtual_number(op).await?,
    };
    let row = &subject.row;
    let entry = card_number::ActiveModel {
        number: Set(number.clone()),
        card_id: Set(row.id),
        reader_id: Set(row.reader_id),
    };
    card_number::Entity::insert(entry).exec_without_returning(op.db()).await?;
    if request.to == CardKind::OneCard {
        stock::use_up(op, std::slice::from_ref(&number)).await?;
    }
    let set = card::ActiveModel {
        kind: Set(request.to.as_str().to_owned()),
        number: Set(number),
        document_id: Set(document),
        ..Default::default()
    };
    change::change(op, row, set).await?;
    let view = CardView::from_row(&change::reload(op, row.id).await?)?;
    let detail = json!({ "from": row.kind, "to": request.to.as_str() });
    let kept = record(op, SERVICE, (view.reader, view.id), Some(check), detail, digest);
    let kept = records::keep(op, kept).await?;
    tell(op, &view, kept, Template::KindChanged, Some(check)).await?;
    change::answer(op, SERVICE, kept, view.id).await
}

/// The document that the card goes with from now on.
fn document(
    subject: &Subject,
    request: &ChangeKind,
    today: chrono::NaiveDate,
    invalid: &mut Invalid,
) -> Option<DocumentId> {
    let holder = &subject.holder;
    let fits = |id: &DocumentId| {
        holder
            .documents
            .iter()
            .any(|(own, kind, _)| own == id && choices(*kind, holder.age).contains(&request.to))
    };
    let found = match &request.document {
        Some(id) => Some(*id).filter(fits),
        None => std::iter::once(subject.row.document_id)
            .chain(holder.documents.iter().map(|(id, _, _)| *id))
            .find(fits),
    };
    let Some(found) = found else {
        invalid.add("document", Problem::NotTheReaders);
        return None;
    };
    let ended = holder
        .documents
        .iter()
        .any(|(id, _, until)| *id == found && until.is_some_and(|until| until < today));
    if ended {
        invalid.add("document", Problem::Expired);
        return None;
    }
    Some(found)
}
