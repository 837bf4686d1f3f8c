//! Everything that is held about a reader (5.3): for the reader's own eyes at the portal, and for staff who answer such a question at
//! the desk. Who looked is told with time, library and what was looked at; names of staff are not.

use ::documents::DocumentKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::applications;
use crate::cards;
use crate::consents;
use crate::kernel::{Error, LibraryId, Op, ReaderId, Result, Right, Sealed, masks};
use crate::libraries::{self, Tree};
use crate::outbox;
use crate::partners;
use crate::readers::tables::{document, guardian, reader};
use crate::readers::{self, Request};
use crate::records::{self, Access, File, Kept, Look, Purpose, log_access};
use crate::resources;
use crate::visits;

/// All that is held about a reader, as JSON, in full; of a guardian, who is somebody else, enough to recognise them. The look is
/// logged; staff say why.
///
/// # Errors
/// One has to be the reader, or have [`Right::RevealPersonalData`] and a reason.
pub async fn data_export(op: &Op, id: ReaderId, reason: &str) -> Result<Value> {
    everything(op, id, reason, false).await
}

/// The same with the files that are kept, by the names that it gives them: the photo, authorizations, what proved a change.
///
/// # Errors
/// As [`data_export`].
pub async fn data_package(op: &Op, id: ReaderId, reason: &str) -> Result<(Value, Vec<(String, File)>)> {
    Ok((everything(op, id, reason, true).await?, files_of(op, id).await?))
}

async fn everything(op: &Op, id: ReaderId, reason: &str, with_files: bool) -> Result<Value> {
    op.require_or_self(Right::RevealPersonalData, id)?;
    let own = op.actor().is_reader(id);
    let reason = if own { None } else { Some(readers::checked_reason(reason)?) };
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let looks = records::looks_at(op, id).await?;
    let detail = json!({ "page": "data_export" });
    log_access(op, Access { look: Look::Revealed, reader: Some(id), detail, reason: reason.as_deref() })
        .await?;
    let tree = libraries::tree(op).await?;
    Ok(json!({
        "made_at": op.now(),
        "reader": person(op, &row)?,
        "documents": documents_of(op, id).await?,
        "guardians": guardians_of(op, id).await?,
        "cards": cards_of(op, &tree, id).await?,
        "changes": changes_of(op, id).await?,
        "notes": notes_of(op, &tree, id).await?,
        "blocks": blocks_of(op, &tree, id).await?,
        "requests": requests_of(op, &tree, id).await?,
        "applications": applications_of(op, &tree, id).await?,
        "papers": papers_of(op, id, with_files).await?,
        "circulation": op.circulation().held(op, id).await?,
        "partner_codes": partners::codes_of(op, id).await?,
        "partner_consents": consents::consents_of(op, id).await?,
        "messages": messages_of(op, id).await?,
        "services": services_of(op, &tree, id).await?,
        "visits": visits_of(op, &tree, id).await?,
        "resources": resources_of(op, id).await?,
        "looks": looks.into_iter().map(|look| json!({
            "at": look.at,
            "what": look.action,
            "library": name(&tree, look.library),
            "detail": serde_json::from_str::<Value>(&look.detail).unwrap_or_default(),
        })).collect::<Vec<_>>(),
    }))
}

/// What is left of the applications that led to a card of theirs.
async fn applications_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let held = applications::held_of(op, id).await?;
    Ok(held
        .into_iter()
        .map(|held| {
            json!({
                "number": held.number,
                "library": name(tree, held.library),
                "state": held.state.as_str(),
                "name": held.particulars.name,
                "document_type": held.particulars.kind,
                "document_number": held.particulars.number,
                "phone": held.particulars.phone,
                "note": held.note,
                "photos": held.photos.iter().map(|side| side.as_str()).collect::<Vec<_>>(),
                "created_at": held.created_at,
                "answered_at": held.decided_at,
            })
        })
        .collect())
}

async fn visits_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let visits = visits::of_reader(op, id).await?;
    Ok(visits.into_iter().map(|(at, library)| json!({ "at": at, "library": name(tree, library) })).collect())
}

async fn resources_of(op: &Op, id: ReaderId) -> Result<Vec<Value>> {
    let uses = resources::of_reader(op, id).await?;
    Ok(uses
        .into_iter()
        .map(|(day, platform, uses)| json!({ "day": day, "platform": platform, "uses": uses }))
        .collect())
}

fn name(tree: &Tree, id: LibraryId) -> Option<String> {
    tree.library(id).map(|library| library.name.clone())
}

fn person(op: &Op, row: &reader::Model) -> Result<Value> {
    let open = |column: &str, sealed: Option<&Sealed>| -> Result<Option<String>> {
        sealed.map(|sealed| op.keys().open_sealed(column, row.id.0, sealed)).transpose()
    };
    Ok(json!({
        "id": row.id,
        "name": row.name,
        "sex": row.sex,
        "birth_date": row.birth_date,
        "phone": open("readers.phone", Some(&row.phone))?,
        "email": open("readers.email", row.email.as_ref())?,
        "address": open("readers.address", row.address.as_ref())?,
        "workplace": open("readers.workplace", row.workplace.as_ref())?,
        "language": row.language,
        "photo": row.photo_id.is_some(),
        "verified_at": row.verified_at,
        "since": row.created_at,
    }))
}

async fn documents_of(op: &Op, id: ReaderId) -> Result<Vec<Value>> {
    let rows = document::Entity::find()
        .filter(document::Column::ReaderId.eq(id))
        .order_by_asc(document::Column::Id)
        .all(op.db())
        .await?;
    rows.iter()
        .map(|row| {
            Ok(json!({
                "type": row.kind,
                "number": readers::full_number(op, row)?,
                "issuing_country": row.issuing_country,
                "valid_until": row.valid_until,
                "added_at": row.added_at,
                "retired_at": row.retired_at,
            }))
        })
        .collect()
}

/// Masked, as they are everywhere: a child's record is no way to the number and phone of a parent. One whose role ended is nobody
/// to the reader any more.
async fn guardians_of(op: &Op, id: ReaderId) -> Result<Vec<Value>> {
    let rows = guardian::Entity::find()
        .filter(guardian::Column::ReaderId.eq(id))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_asc(guardian::Column::Id)
        .all(op.db())
        .await?;
    rows.iter()
        .map(|row| {
            let open = |column: &str, sealed| op.keys().open_sealed(column, row.id.0, sealed);
            let kind: DocumentKind = row.document_kind.parse().map_err(Error::internal)?;
            let number = open("guardians.document_number", &row.document_number)?;
            Ok(json!({
                "name": row.name,
                "relation": row.relation,
                "phone": masks::phone(&open("guardians.phone", &row.phone)?),
                "document_type": row.document_kind,
                "document_number": ::documents::mask(kind, &number),
                "consented_at": row.consented_at,
            }))
        })
        .collect()
}

async fn cards_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let cards = cards::all_cards(op, id).await?;
    Ok(cards
        .into_iter()
        .map(|card| {
            json!({
                "number": card.number,
                "kind": card.kind.as_str(),
                "state": card.state.as_str(),
                "state_since": card.state_since,
                "issuing_library": name(tree, card.issuing_library),
                "channel": card.channel.as_str(),
                "opened_at": card.opened_at,
                "default_password": card.default_password,
            })
        })
        .collect())
}

async fn changes_of(op: &Op, id: ReaderId) -> Result<Vec<Value>> {
    let changes = readers::changes_in_full(op, id).await?;
    Ok(changes
        .into_iter()
        .map(|change| json!({ "at": change.at, "field": change.field, "before": change.old_value }))
        .collect())
}

async fn notes_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let notes = readers::notes_in_full(op, id).await?;
    Ok(notes
        .into_iter()
        .map(|(row, text)| {
            json!({
                "text": text,
                "library": name(tree, row.library_id),
                "added_at": row.added_at,
                "until": row.until,
                "removed_at": row.removed_at,
            })
        })
        .collect())
}

async fn blocks_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let blocks = readers::blocks_in_full(op, id).await?;
    Ok(blocks
        .into_iter()
        .map(|(block, lifted_at)| {
            json!({
                "reason": block.reason.as_str(),
                "note": block.note,
                "library": name(tree, block.library),
                "added_at": block.added_at,
                "until": block.until,
                "lifted_at": lifted_at,
            })
        })
        .collect())
}

async fn requests_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let requests = readers::all_requests(op, id).await?;
    let shown = |request: Request| {
        json!({
            "kind": request.line.kind,
            "service": request.line.service,
            "library": name(tree, request.line.library),
            "state": request.line.state,
            "asked": request.asked,
            "text": request.text,
            "answer": request.answer,
            "created_at": request.line.created_at,
            "answered_at": request.line.answered_at,
        })
    };
    Ok(requests.into_iter().map(shown).collect())
}

/// Where a file lies beside the export. A guardian's consent holds the guardian's own number and signature, so it is named only.
fn file_name(place: usize, paper: &Kept) -> Option<String> {
    let ending = match paper.media_type.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "application/pdf" => "pdf",
        _ => return None,
    };
    let shown = paper.purpose != Purpose::Consent;
    shown.then(|| format!("files/{:02}-{}.{ending}", place + 1, paper.purpose.as_str()))
}

async fn files_of(op: &Op, id: ReaderId) -> Result<Vec<(String, File)>> {
    let mut files = Vec::new();
    for (place, paper) in records::attachments_of(op, id).await?.iter().enumerate() {
        if let Some(name) = file_name(place, paper) {
            let (.., file) = records::attachment(op, paper.id).await?;
            files.push((name, file));
        }
    }
    Ok(files)
}

async fn papers_of(op: &Op, id: ReaderId, with_files: bool) -> Result<Vec<Value>> {
    let papers = records::attachments_of(op, id).await?;
    Ok(papers
        .into_iter()
        .enumerate()
        .map(|(place, paper)| {
            json!({
                "file": file_name(place, &paper).filter(|_| with_files),
                "purpose": paper.purpose.as_str(),
                "media_type": paper.media_type,
                "size": paper.size,
                "added_at": paper.added_at,
            })
        })
        .collect())
}

async fn messages_of(op: &Op, id: ReaderId) -> Result<Vec<Value>> {
    let messages = outbox::all_messages_of(op, id).await?;
    Ok(messages
        .into_iter()
        .map(|message| {
            json!({
                "at": message.at,
                "about": message.template,
                "by": message.channel,
                "to": message.recipient,
                "state": message.state,
            })
        })
        .collect())
}

async fn services_of(op: &Op, tree: &Tree, id: ReaderId) -> Result<Vec<Value>> {
    let entries = records::entries(op, id, 10_000).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            json!({
                "at": entry.at,
                "service": entry.service,
                "outcome": entry.outcome,
                "library": name(tree, entry.library),
                "channel": entry.channel,
                "checked_how": entry.checked_how,
                "undone": entry.undone,
            })
        })
        .collect())
}
