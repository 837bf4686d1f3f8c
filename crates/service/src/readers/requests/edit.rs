//! A reader changes what they asked for while it waits, and answers what staff asked about it: the same request, in its place in
//! the queue.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;

use super::ask::{Wanted, check, with_file};
use super::close::waits;
use super::list::{AskedDocument, CONTENT, answers_here, opened, row_of};
use crate::kernel::{
    Blocker, Error, Invalid, Op, Problem, ReaderId, RequestId, Result, Right, ServiceName, is_blank,
};
use crate::readers::amend::ANY_VERSION;
use crate::readers::canonical::{CanonicalCheck, canonical_check, canonical_file};
use crate::readers::identity::check_identity;
use crate::readers::notes::not_merged;
use crate::readers::tables::request;
use crate::records::{self, File, IdentityCheck, NewRecord};

/// What is to be different in a request that waits; what is left out stays. `Debug` shows none of it.
#[derive(Clone)]
pub struct EditRequest {
    /// Whose request.
    pub reader: ReaderId,
    /// Which.
    pub request: RequestId,
    /// The version that was seen, or [`ANY_VERSION`]: what staff asked since is not overrun.
    pub version: i64,
    /// The new name; blank: no other name is asked for any more.
    pub name: Option<String>,
    /// The document that there is now; with a blank number none is asked for any more.
    pub document: Option<AskedDocument>,
    /// What proves it, in place of the file that was sent before.
    pub evidence: Option<File>,
    /// A word to staff; blank: none.
    pub note: Option<String>,
    /// How identity was checked.
    pub check: IdentityCheck,
}

impl std::fmt::Debug for EditRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EditRequest(…)")
    }
}

/// Changes a request that waits. It is open again where staff had asked about it, and keeps what they asked.
///
/// # Errors
/// One has to be the reader, or have [`Right::AmendReaders`] where the request is answered. [`Error::Stale`] when it was changed
/// since, [`Blocker::RequestClosed`] when it was answered; [`Error::Invalid`] names each field that can't be taken, and
/// [`Problem::NothingChanged`] where all of it was asked before.
pub async fn edit_request(op: &Op, edit: EditRequest) -> Result<()> {
    let (reader, id) = (edit.reader, edit.request);
    op.intend(ServiceName::Request, Some(reader));
    op.require_or_self(Right::AmendReaders, reader)?;
    let digest = records::digest(op, &canonical(&edit))?;
    if records::find_answer(op, ServiceName::Request, &digest).await?.is_some() {
        return Ok(());
    }
    let row = row_of(op, id).await?;
    if row.reader_id != reader || row.kind != "change" {
        return Err(Error::NotFound("request"));
    }
    if !op.actor().is_reader(reader) {
        answers_here(op, &row).await?;
    }
    if !waits(&row) {
        return Err(Error::refused(Blocker::RequestClosed));
    }
    if edit.version != ANY_VERSION && edit.version != row.version {
        return Err(Error::Stale);
    }
    let person = not_merged(op, reader).await?;
    let before = opened(op, row.clone()).await?.asked;
    let before = before.ok_or_else(|| Error::internal("a request without content"))?;
    let document = edit.document.as_ref().or(before.document.as_ref());
    let document = document.filter(|document| !is_blank(&document.form.number));
    let wanted = Wanted {
        name: edit.name.as_deref().or(before.name.as_deref()).unwrap_or_default(),
        document: document.map(|document| &document.form),
        renews: document.and_then(|document| document.renews),
        note: edit.note.as_deref().or(before.note.as_deref()).unwrap_or_default(),
        evidence: edit.evidence.as_ref(),
        kept: before.evidence,
    };
    let mut invalid = Invalid::default();
    let content = check(op, &person, &wanted, &mut invalid).await?;
    if invalid.0.is_empty() && content == before && edit.evidence.is_none() {
        invalid.add("reader.name", Problem::NothingChanged);
    }
    invalid.into_result()?;
    let channel = op.actor().channel;
    let blockers = check_identity(op, reader, ServiceName::Request, channel, &edit.check, false).await?;
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let content = with_file(op, reader, content, edit.evidence.as_ref()).await?;
    let text = serde_json::to_string(&content).map_err(Error::internal)?;
    let done = request::Entity::update_many()
        .col_expr(request::Column::State, Expr::value("open"))
        .col_expr(request::Column::Content, Expr::value(op.keys().close(CONTENT, id.0, &text)?))
        .col_expr(request::Column::Version, Expr::col(request::Column::Version).add(1))
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::Version.eq(row.version))
        .filter(request::Column::State.eq(row.state))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let record = NewRecord {
        service: ServiceName::Request,
        reader,
        card: None,
        channel,
        check: Some(&edit.check),
        detail: json!({ "request": id, "fields": content.fields(), "edited": true }),
        digest,
    };
    records::keep(op, record).await.map(|_| ())
}

#[derive(Serialize)]
struct Canonical<'a> {
    edit: RequestId,
    reader: ReaderId,
    version: i64,
    name: Option<&'a str>,
    document: Option<&'a AskedDocument>,
    evidence: Option<String>,
    note: Option<&'a str>,
    check: CanonicalCheck<'a>,
}

fn canonical(edit: &EditRequest) -> Canonical<'_> {
    Canonical {
        edit: edit.request,
        reader: edit.reader,
        version: edit.version,
        name: edit.name.as_deref(),
        document: edit.document.as_ref(),
        evidence: canonical_file(edit.evidence.as_ref()),
        note: edit.note.as_deref(),
        check: canonical_check(&edit.check),
    }
}
