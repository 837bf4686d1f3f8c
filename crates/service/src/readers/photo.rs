//! The reader's photo, and the papers that were kept (4.2.1, 6.2.1). Whoever sees one is logged.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::canonical::{canonical_check, canonical_file};
use super::identity::{check_at_desk, is_readers};
use super::notes::not_merged;
use super::reveal::checked_reason;
use super::tables::reader;
use crate::kernel::{AttachmentId, Error, Op, Problem, ReaderId, Result, Right, ServiceName};
use crate::libraries::{self, Policy};
use crate::records::{
    self, Access, CheckMethod, File, IdentityCheck, Kept, Look, NewRecord, Person, Purpose, attach,
    attachment, check_file, detach, log_access,
};

/// Sets the reader's photo. The one before it is not kept: nobody is recognised by it any more.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::Invalid`] when it is no picture, or larger than the library takes.
pub async fn set_photo(op: &Op, id: ReaderId, photo: &File, check: &IdentityCheck) -> Result<()> {
    op.intend(ServiceName::Amend, Some(id));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &("photo", id, canonical_file(Some(photo)), canonical_check(check)))?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return Ok(());
    }
    check_photo(op, photo).await?;
    check_person(op, id, check).await?;
    let kept = attach(op, Some(id), Purpose::Photo, photo).await?;
    put(op, id, Some(kept), check, digest).await
}

async fn check_photo(op: &Op, photo: &File) -> Result<()> {
    let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
    let problem = check_file(photo, most)
        .or_else(|| (photo.media_type() == Ok("application/pdf")).then_some(Problem::FileKind));
    match problem {
        Some(problem) => Err(Error::field("photo", problem)),
        None => Ok(()),
    }
}

/// Sets the reader's photo to the one that a device read from this document: it has to be one of theirs, else the face is another's.
///
/// # Errors
/// As [`set_photo`]; [`Error::Invalid`] with [`Problem::NotTheReaders`] when the document is somebody else's.
pub async fn set_photo_of_document(
    op: &Op,
    id: ReaderId,
    photo: &File,
    document: &Person,
    check: &IdentityCheck,
) -> Result<()> {
    op.intend(ServiceName::Amend, Some(id));
    op.require(Right::AmendReaders)?;
    if !is_readers(op, id, document).await? {
        return Err(Error::field("photo", Problem::NotTheReaders));
    }
    set_photo(op, id, photo, check).await
}

/// How long after a reader was taken in the door that opened the card may add the photo.
const AT_OPENING: TimeDelta = TimeDelta::minutes(15);

/// Adds the photo that belongs to a card which was opened just now, as machines send it after the card (A.2.1 c).
///
/// # Errors
/// [`Right::OpenCards`] is needed; [`Error::NotFound`] when the reader was not taken in just now, or has a photo already;
/// [`Error::Invalid`] when it is no picture, or larger than the library takes.
pub async fn set_first_photo(op: &Op, id: ReaderId, photo: &File) -> Result<()> {
    op.intend(ServiceName::Amend, Some(id));
    op.require(Right::OpenCards)?;
    let digest = records::digest(op, &("photo", id, canonical_file(Some(photo))))?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return Ok(());
    }
    let row = not_merged(op, id).await?;
    if row.photo_id.is_some() || op.now() - row.created_at > AT_OPENING {
        return Err(Error::NotFound("photo"));
    }
    check_photo(op, photo).await?;
    let kept = attach(op, Some(id), Purpose::Photo, photo).await?;
    // Whoever opened the card was identified by the machine just now.
    let check = IdentityCheck::of_the_person(CheckMethod::ReaderDevice);
    put(op, id, Some(kept), &check, digest).await
}

/// Takes the reader's photo away.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::NotFound`] when there is none.
pub async fn remove_photo(op: &Op, id: ReaderId, check: &IdentityCheck) -> Result<()> {
    op.intend(ServiceName::Amend, Some(id));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &("no photo", id, canonical_check(check)))?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return Ok(());
    }
    check_person(op, id, check).await?;
    put(op, id, None, check, digest).await
}

/// Ok when who stands there may have a photo changed, where staff see them.
async fn check_person(op: &Op, id: ReaderId, check: &IdentityCheck) -> Result<()> {
    let blockers = check_at_desk(op, id, check).await?;
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    Ok(())
}

async fn put(
    op: &Op,
    id: ReaderId,
    photo: Option<AttachmentId>,
    check: &IdentityCheck,
    digest: Vec<u8>,
) -> Result<()> {
    let row = not_merged(op, id).await?;
    if row.photo_id.is_none() && photo.is_none() {
        return Err(Error::NotFound("photo"));
    }
    let done = reader::Entity::update_many()
        .col_expr(reader::Column::PhotoId, Expr::value(photo))
        .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
        .filter(reader::Column::Id.eq(id))
        .filter(reader::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    if let Some(before) = row.photo_id {
        detach(op, before).await?;
    }
    let record = NewRecord {
        service: ServiceName::Amend,
        reader: id,
        card: None,
        channel: op.actor().channel,
        check: Some(check),
        detail: json!({ "fields": ["photo"], "removed": photo.is_none() }),
        digest,
    };
    records::keep(op, record).await.map(|_| ())
}

/// The photo: its media type and bytes. The look is logged.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::NotFound`] when there is none.
pub async fn photo(op: &Op, id: ReaderId) -> Result<(String, File)> {
    op.require_at_desk(Right::FindReaders)?;
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let photo = row.photo_id.ok_or(Error::NotFound("photo"))?;
    let detail = json!({ "photo": photo });
    log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
    let (_, _, media_type, file) = attachment(op, photo).await?;
    Ok((media_type, file))
}

/// The papers kept of a reader, newest first, without their content.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn papers(op: &Op, id: ReaderId) -> Result<Vec<Kept>> {
    op.require_at_desk(Right::FindReaders)?;
    let kept = records::attachments_of(op, id).await?;
    Ok(kept.into_iter().filter(|kept| kept.purpose != Purpose::Photo).collect())
}

/// A paper that was kept: its media type and bytes. The look is logged first.
///
/// # Errors
/// [`Right::RevealPersonalData`] and a reason are needed; [`Error::NotFound`] when the reader has no such paper.
pub async fn paper(op: &Op, id: ReaderId, paper: AttachmentId, reason: &str) -> Result<(String, File)> {
    op.require(Right::RevealPersonalData)?;
    let reason = checked_reason(reason)?;
    let (reader, purpose, media_type, file) = attachment(op, paper).await?;
    if reader != Some(id) {
        return Err(Error::NotFound("attachment"));
    }
    let detail = json!({ "paper": purpose.as_str(), "attachment": paper });
    log_access(op, Access { look: Look::Revealed, reader: Some(id), detail, reason: Some(&reason) }).await?;
    Ok((media_type, file))
}
