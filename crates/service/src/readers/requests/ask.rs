//! A reader asks for a change that staff have to look at: name, birth date, documents.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use super::list::{AskedChange, AskedDocument, CONTENT};
use crate::kernel::{
    Blocker, DocumentId, Error, Invalid, Op, Problem, ReaderId, RequestId, Result, Right, ServiceName,
    is_blank,
};
use crate::libraries::{self, Policy};
use crate::readers::canonical::{CanonicalCheck, canonical_check, canonical_file};
use crate::readers::details::{self, DocumentForm};
use crate::readers::identity::check_identity;
use crate::readers::notes::not_merged;
use crate::readers::papers::{check_paper, document_of};
use crate::readers::tables::request;
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
    if records::find_answer(op, ServiceName::Request, &digest).await?.is_some() {
        let latest = super::list::latest_of(op, reader).await?;
        return latest.ok_or(Error::NotFound("request"));
    }
    let row = not_merged(op, reader).await?;
    let mut invalid = Invalid::default();
    let name = match is_blank(&asked.name) {
        true => None,
        false => invalid.take("reader.name", details::name(&asked.name)).filter(|name| *name != row.name),
    };
    let document = match &asked.document {
        Some(form) => {
            if let Some(renews) = asked.renews
                && document_of(op, reader, renews).await?.retired_at.is_some()
            {
                invalid.add("document.number", Problem::NotTheReaders);
            }
            check_paper(op, &row, form, &mut invalid).await?;
            Some(AskedDocument { form: form.clone(), renews: asked.renews })
        }
        None => None,
    };
    if name.is_none() && document.is_none() {
        invalid.add("reader.name", Problem::NothingChanged);
    }
    let note = invalid.take("note", details::optional_text(&asked.note, 300)).flatten();
    match &asked.evidence {
        None => invalid.add("evidence", Problem::Missing),
        Some(file) => {
            let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
            if let Some(problem) = check_file(file, most) {
                invalid.add("evidence", problem);
            }
        }
    }
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
    let evidence = match &asked.evidence {
        Some(file) => Some(attach(op, Some(reader), Purpose::Evidence, file).await?),
        None => None,
    };
    let id: RequestId = op.new_id()?;
    let content = AskedChange { name, document, evidence, note };
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
