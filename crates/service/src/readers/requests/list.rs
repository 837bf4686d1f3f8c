//! Requests as staff and the reader see them.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::kernel::{
    AttachmentId, Blocker, DocumentId, Error, LibraryId, Op, ReaderId, RequestId, Result, Right,
};
use crate::libraries;
use crate::readers::details::DocumentForm;
use crate::readers::tables::{reader, request};
use crate::records::{Access, Look, log_access};

pub(super) const CONTENT: &str = "reader_requests.content";
pub(super) const ANSWER: &str = "reader_requests.answer";

/// What a reader asks to have changed, exactly. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedChange {
    /// The new name.
    pub name: Option<String>,
    /// The document that there is now.
    pub document: Option<AskedDocument>,
    /// What proves it.
    pub evidence: Option<AttachmentId>,
    /// A word to staff.
    pub note: Option<String>,
}

/// A document that a reader asks to have written down.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedDocument {
    /// The document as the reader entered it.
    pub form: DocumentForm,
    /// Which document it renews; none when it is another.
    pub renews: Option<DocumentId>,
}

macro_rules! debug_shows_nothing {
    ($($form:ident),*) => {$(
        impl std::fmt::Debug for $form {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($form), "(…)"))
            }
        }
    )*};
}
debug_shows_nothing!(AskedChange, AskedDocument);

impl AskedChange {
    /// The paths of what is to change.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let name = self.name.as_ref().map(|_| "reader.name");
        let document = self.document.as_ref().map(|asked| match asked.renews {
            Some(_) => "document.number",
            None => "document",
        });
        name.into_iter().chain(document).collect()
    }
}

/// A request in a list.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The request.
    pub id: RequestId,
    /// Whose.
    pub reader: ReaderId,
    /// The reader's name.
    pub name: String,
    /// `change` or `referral`.
    pub kind: String,
    /// Which service, by its stable word.
    pub service: String,
    /// Which library answers.
    pub library: LibraryId,
    /// `open`, `asked`, `approved`, `rejected`, `done` or `withdrawn`.
    pub state: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// One request with all it holds.
#[derive(Clone, Debug)]
pub struct Request {
    /// As in the list.
    pub line: Waiting,
    /// What is asked for, of a change.
    pub asked: Option<AskedChange>,
    /// What was given with a referral, as it was written.
    pub text: Option<String>,
    /// What the reader was told.
    pub answer: Option<String>,
    /// Who answers says which version they saw.
    pub version: i64,
}

/// Which requests a list shows.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Those in this state; none: those that wait (`open` and `asked`).
    pub state: Option<String>,
    /// `change` or `referral`.
    pub kind: Option<String>,
    /// Of this library only, which has to be one of the caller's.
    pub library: Option<LibraryId>,
    /// Those asked before this moment, for paging.
    pub before: Option<DateTime<Utc>>,
}

/// How many requests a page of the list has.
const PAGE: u64 = 50;

/// The requests that the caller's libraries answer: those that wait longest first, those that were answered latest first; and how
/// many there are in all.
///
/// # Errors
/// [`Right::AmendReaders`] is needed.
pub async fn requests(op: &Op, filter: &RequestFilter) -> Result<(Vec<Waiting>, u64)> {
    op.require(Right::AmendReaders)?;
    let tree = libraries::tree(op).await?;
    let ours = tree.ours(op.actor());
    let ours: Vec<uuid::Uuid> =
        ours.filter(|id| filter.library.is_none_or(|wanted| wanted == *id)).map(|id| id.0).collect();
    let mut which = Condition::all().add(request::Column::LibraryId.is_in(ours));
    which = match filter.state.as_deref() {
        None | Some("") => which.add(request::Column::State.is_in(["open", "asked"])),
        Some(state) => which.add(request::Column::State.eq(state)),
    };
    if let Some(kind) = filter.kind.as_deref().filter(|kind| !kind.is_empty()) {
        which = which.add(request::Column::Kind.eq(kind));
    }
    let count = request::Entity::find().filter(which.clone()).count(op.db()).await?;
    let waits = filter.state.as_deref().is_none_or(|state| matches!(state, "" | "open" | "asked"));
    let mut query = request::Entity::find().filter(which).limit(PAGE);
    query = match (waits, filter.before) {
        (true, None) => query.order_by_asc(request::Column::CreatedAt),
        (true, Some(after)) => {
            query.filter(request::Column::CreatedAt.gt(after)).order_by_asc(request::Column::CreatedAt)
        }
        (false, None) => query.order_by_desc(request::Column::CreatedAt),
        (false, Some(before)) => {
            query.filter(request::Column::CreatedAt.lt(before)).order_by_desc(request::Column::CreatedAt)
        }
    };
    let rows = query.order_by_asc(request::Column::Id).all(op.db()).await?;
    Ok((lines(op, rows).await?, count))
}

/// The requests of one reader, newest first: for the reader, and for staff at their page.
///
/// # Errors
/// One has to be the reader, or have [`Right::FindReaders`].
pub async fn own_requests(op: &Op, id: ReaderId) -> Result<Vec<Waiting>> {
    op.require_or_self(Right::FindReaders, id)?;
    let rows = request::Entity::find()
        .filter(request::Column::ReaderId.eq(id))
        .order_by_desc(request::Column::CreatedAt)
        .order_by_desc(request::Column::Id)
        .limit(PAGE)
        .all(op.db())
        .await?;
    lines(op, rows).await
}

/// One request with all it holds. The look of staff is logged.
///
/// # Errors
/// One has to be the reader, or have [`Right::AmendReaders`]; [`Blocker::RequestOfAnotherLibrary`] when another library answers.
pub async fn request(op: &Op, id: RequestId) -> Result<Request> {
    let row = row_of(op, id).await?;
    op.require_or_self(Right::AmendReaders, row.reader_id)?;
    if !op.actor().is_reader(row.reader_id) {
        answers_here(op, &row).await?;
        let detail = json!({ "request": id });
        log_access(op, Access { look: Look::Viewed, reader: Some(row.reader_id), detail, reason: None })
            .await?;
    }
    opened(op, row).await
}

/// Ok when the caller's library answers this request.
pub(crate) async fn answers_here(op: &Op, row: &request::Model) -> Result<()> {
    let tree = libraries::tree(op).await?;
    if tree.is_ours(op.actor(), row.library_id) {
        Ok(())
    } else {
        Err(Error::refused(Blocker::RequestOfAnotherLibrary))
    }
}

pub(crate) async fn row_of(op: &Op, id: RequestId) -> Result<request::Model> {
    request::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("request"))
}

pub(crate) async fn opened(op: &Op, row: request::Model) -> Result<Request> {
    let open = |place, sealed: &Option<crate::kernel::Sealed>| -> Result<Option<String>> {
        sealed.as_ref().map(|sealed| op.keys().open_sealed(place, row.id.0, sealed)).transpose()
    };
    let (content, answer) = (open(CONTENT, &row.content)?, open(ANSWER, &row.answer)?);
    let (version, is_change) = (row.version, row.kind == "change");
    let asked = match &content {
        Some(text) if is_change => Some(serde_json::from_str(text).map_err(Error::internal)?),
        _ => None,
    };
    let line = lines(op, vec![row]).await?.pop().ok_or(Error::NotFound("reader"))?;
    Ok(Request { line, asked, text: content.filter(|_| !is_change), answer, version })
}

/// All requests of a reader with all they hold, for the reader (5.3).
pub(crate) async fn all_requests(op: &Op, id: ReaderId) -> Result<Vec<Request>> {
    let rows = request::Entity::find()
        .filter(request::Column::ReaderId.eq(id))
        .order_by_asc(request::Column::CreatedAt)
        .order_by_asc(request::Column::Id)
        .all(op.db())
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(opened(op, row).await?);
    }
    Ok(all)
}

/// Whether a change that the reader asked for waits, beside the one that is to be replaced.
pub(super) async fn another_waits(op: &Op, id: ReaderId, instead_of: Option<RequestId>) -> Result<bool> {
    // Two at once are asked for one after the other.
    reader::Entity::find_by_id(id).lock_exclusive().one(op.db()).await?;
    let mut waiting = request::Entity::find()
        .filter(request::Column::ReaderId.eq(id))
        .filter(request::Column::Kind.eq("change"))
        .filter(request::Column::State.is_in(["open", "asked"]));
    if let Some(before) = instead_of {
        waiting = waiting.filter(request::Column::Id.ne(before));
    }
    Ok(waiting.count(op.db()).await? > 0)
}

async fn lines(op: &Op, rows: Vec<request::Model>) -> Result<Vec<Waiting>> {
    let ids = rows.iter().map(|row| row.reader_id.0);
    let names: Vec<(ReaderId, String)> = reader::Entity::find()
        .select_only()
        .columns([reader::Column::Id, reader::Column::Name])
        .filter(reader::Column::Id.is_in(ids))
        .into_tuple()
        .all(op.db())
        .await?;
    let name = |id| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    Ok(rows
        .into_iter()
        .map(|row| Waiting {
            name: name(row.reader_id).unwrap_or_default(),
            id: row.id,
            reader: row.reader_id,
            kind: row.kind,
            service: row.service,
            library: row.library_id,
            state: row.state,
            created_at: row.created_at,
            answered_at: row.answered_at,
        })
        .collect())
}
