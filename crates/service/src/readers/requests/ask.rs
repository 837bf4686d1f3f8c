//! A reader asks for a change that staff have to look at: name, birth date, documents.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use super::list::{AskedChange, AskedDocument, CONTENT};
use crate::kernel::{
    AttachmentId, Blocker, DocumentId, Error, Invalid, Op, Problem, ReaderId, RequestId, Result, Right,
    ServiceName, is_blank,
};
use crate::libraries::{self, Policy};
use crate::readers::canonical::{CanonicalCheck, canonical_check, canonical_file};
use crate::readers::details::{self, DocumentForm};
use crate::readers::identity::check_identity;
use crate::readers::notes::not_merged;
use crate::readers::papers::{check_paper, document_of};
use crate::readers::tables::{reader, request};
use crate::records::{self, File, IdentityCheck, NewRecord, Purpose, attach, check_file};

/// A change that a reader asks for. `Debug` shows none of it.
#[derive(Clone)]
pub struct RequestChange {
    /// Who asks.
    pub reader: ReaderId,
    /// The new name, or nothing.
    pub name: String,
    /// The document that there is now, or nothing.
    pub document: Option<DocumentForm>,
    /// Which document it renews; none when it is another.
    pub renews: Option<DocumentId>,
    /// What proves it.
    pub evidence: Option<File>,
    /// A word to staff, or nothing.
    pub note: String,
    /// A request that staff asked about: this one takes its place.
    pub instead_of: Option<RequestId>,
    /// How identity was checked.
    pub check: IdentityCheck,
}

impl std::fmt::Debug for RequestChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestChange(…)")
    }
}

/// Puts a reader's request before the staff of the library that answers for them: the actor's.
///
/// # Errors
/// One has to be the reader, or have [`Right::AmendReaders`]. [`Error::Invalid`] names each field that can't be taken; nothing is
/// kept then. [`Blocker::RequestOpen`] while another request of the reader waits, unless this one takes its place.
pub async fn request_change(op: &Op, asked: RequestChange) -> Result<RequestId> {
    let reader = asked.reader;
    op.intend(ServiceName::Request, Some(reader));
    op.require_or_self(Right::AmendReaders, reader)?;
    let digest = records::digest(op, &canonical(&asked))?;
    if let Some(earlier) = records::find_answer(op, ServiceName::Request, &digest).await? {
        return records::id_told(op, earlier.record, "request").await;
    }
    let row = not_merged(op, reader).await?;
    let mut invalid = Invalid::default();
    let wanted = Wanted {
        name: &asked.name,
        document: asked.document.as_ref(),
        renews: asked.renews,
        note: &asked.note,
        evidence: asked.evidence.as_ref(),
        kept: None,
    };
    let content = check(op, &row, &wanted, &mut invalid).await?;
    invalid.into_result()?;
    let channel = op.actor().channel;
    let mut blockers = check_identity(op, reader, ServiceName::Request, channel, &asked.check, false).await?;
    if super::list::another_waits(op, reader, asked.instead_of).await? {
        blockers.push(Blocker::RequestOpen);
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    if let Some(before) = asked.instead_of {
        super::close::take_back(op, reader, before).await?;
    }
    let content = with_file(op, reader, content, asked.evidence.as_ref()).await?;
    let id: RequestId = op.new_id()?;
    let text = serde_json::to_string(&content).map_err(Error::internal)?;
    let actor = op.actor();
    let row = request::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        card_id: Set(None),
        service: Set(ServiceName::Amend.as_str().to_owned()),
        kind: Set("change".to_owned()),
        library_id: Set(actor.library),
        state: Set("open".to_owned()),
        content: Set(Some(op.keys().close(CONTENT, id.0, &text)?)),
        answer: Set(None),
        created_at: Set(op.now()),
        created_by: Set(actor.who.to_string()),
        answered_at: Set(None),
        answered_by: Set(None),
        version: Set(1),
    };
    request::Entity::insert(row).exec_without_returning(op.db()).await?;
    let record = NewRecord {
        service: ServiceName::Request,
        reader,
        card: None,
        channel,
        check: Some(&asked.check),
        detail: json!({ "request": id, "fields": content.fields() }),
        digest,
    };
    records::keep(op, record).await?;
    Ok(id)
}

/// What is asked for, as it was entered.
pub(super) struct Wanted<'a> {
    pub name: &'a str,
    pub document: Option<&'a DocumentForm>,
    pub renews: Option<DocumentId>,
    pub note: &'a str,
    pub evidence: Option<&'a File>,
    /// The file that was sent before, which stays unless there is another.
    pub kept: Option<AttachmentId>,
}

/// What is to be kept of it, but for a new file: that one is attached when nothing stands against the request.
pub(super) async fn check(
    op: &Op,
    row: &reader::Model,
    wanted: &Wanted<'_>,
    invalid: &mut Invalid,
) -> Result<AskedChange> {
    let name = match is_blank(wanted.name) {
        true => None,
        false => invalid.take("reader.name", details::name(wanted.name)).filter(|name| *name != row.name),
    };
    let document = match wanted.document {
        Some(form) => {
            if let Some(renews) = wanted.renews
                && document_of(op, row.id, renews).await?.retired_at.is_some()
            {
                invalid.add("document.number", Problem::NotTheReaders);
            }
            check_paper(op, row, form, invalid).await?;
            Some(AskedDocument { form: form.clone(), renews: wanted.renews })
        }
        None => None,
    };
    if name.is_none() && document.is_none() {
        invalid.add("reader.name", Problem::NothingChanged);
    }
    let note = invalid.take("note", details::optional_text(wanted.note, 300)).flatten();
    match wanted.evidence {
        None if wanted.kept.is_none() => invalid.add("evidence", Problem::Missing),
        None => {}
        Some(file) => {
            let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
            if let Some(problem) = check_file(file, most) {
                invalid.add("evidence", problem);
            }
        }
    }
    Ok(AskedChange { name, document, evidence: wanted.kept, note })
}

/// The same with the new file, where there is one.
pub(super) async fn with_file(
    op: &Op,
    reader: ReaderId,
    content: AskedChange,
    file: Option<&File>,
) -> Result<AskedChange> {
    let Some(file) = file else { return Ok(content) };
    let evidence = Some(attach(op, Some(reader), Purpose::Evidence, file).await?);
    Ok(AskedChange { evidence, ..content })
}

#[derive(Serialize)]
struct Canonical<'a> {
    reader: ReaderId,
    name: &'a str,
    document: Option<&'a DocumentForm>,
    renews: Option<DocumentId>,
    evidence: Option<String>,
    note: &'a str,
    instead_of: Option<RequestId>,
    check: CanonicalCheck<'a>,
}

fn canonical(asked: &RequestChange) -> Canonical<'_> {
    Canonical {
        reader: asked.reader,
        name: &asked.name,
        document: asked.document.as_ref(),
        renews: asked.renews,
        evidence: canonical_file(asked.evidence.as_ref()),
        note: &asked.note,
        instead_of: asked.instead_of,
        check: canonical_check(&asked.check),
    }
}
