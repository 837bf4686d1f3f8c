//! Applications as staff see them: what waits, one with its photos, and what stands against it. Each look is logged.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::content::{Content, Particulars, against};
use super::state::{Reason, Side, State};
use super::tables::{application, application_file};
use crate::kernel::{ApplicationId, Blocker, CardId, Error, LibraryId, Op, ReaderId, Result, Right, masks};
use crate::libraries::{self, Tree};
use crate::records::{Access, File, Look, attachment, log_access};
use crate::staff;

/// Which applications a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those in this state; none: those that wait for staff.
    pub state: Option<State>,
    /// Of this library only.
    pub library: Option<LibraryId>,
    /// Those sent before this moment (or after, of those that wait), for paging.
    pub from: Option<DateTime<Utc>>,
}

/// An application in a list.
#[derive(Clone, Debug)]
pub struct ApplicationLine {
    /// The application.
    pub id: ApplicationId,
    /// Its number.
    pub number: String,
    /// The name; none once it was forgotten.
    pub name: Option<String>,
    /// The library that opens the card.
    pub library: LibraryId,
    /// How far it is.
    pub state: State,
    /// What the real-name service said.
    pub verdict: Option<String>,
    /// Since when it waits.
    pub sent_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}

/// How many applications a page of the list has.
pub const PAGE: usize = 50;

/// The applications of the caller's libraries: those that wait longest first, those that were decided latest first; and how many there are
/// in all.
///
/// # Errors
/// [`Right::OpenCards`] is needed, where staff stand.
pub async fn applications(op: &Op, filter: &Filter) -> Result<(Vec<ApplicationLine>, u64)> {
    op.require_at_desk(Right::OpenCards)?;
    let tree = libraries::tree(op).await?;
    let waits = matches!(filter.state, None | Some(State::Waiting));
    let state = filter.state.unwrap_or(State::Waiting);
    let which = ours(op, &tree, filter.library)
        .add(application::Column::State.eq(state.as_str()))
        .add(application::Column::SentAt.is_not_null());
    let count = application::Entity::find().filter(which.clone()).count(op.db()).await?;
    let mut query = application::Entity::find().filter(which).limit(PAGE as u64);
    query = match (waits, filter.from) {
        (true, None) => query.order_by_asc(application::Column::SentAt),
        (true, Some(from)) => {
            query.filter(application::Column::SentAt.gt(from)).order_by_asc(application::Column::SentAt)
        }
        (false, None) => query.order_by_desc(application::Column::SentAt),
        (false, Some(from)) => {
            query.filter(application::Column::SentAt.lt(from)).order_by_desc(application::Column::SentAt)
        }
    };
    let rows = query.order_by_asc(application::Column::Id).all(op.db()).await?;
    let lines = rows.iter().map(|row| line(op, row)).collect::<Result<_>>()?;
    Ok((lines, count))
}

/// How many applications wait for the caller's libraries.
///
/// # Errors
/// [`Right::OpenCards`] is needed, where staff stand.
pub async fn waiting(op: &Op) -> Result<u64> {
    op.require_at_desk(Right::OpenCards)?;
    let tree = libraries::tree(op).await?;
    let which = ours(op, &tree, None).add(application::Column::State.eq(State::Waiting.as_str()));
    Ok(application::Entity::find().filter(which).count(op.db()).await?)
}

fn ours(op: &Op, tree: &Tree, wanted: Option<LibraryId>) -> Condition {
    let ours = tree.ours(op.actor()).filter(|id| wanted.is_none_or(|wanted| wanted == *id)).map(|id| id.0);
    Condition::all().add(application::Column::LibraryId.is_in(ours))
}

fn line(op: &Op, row: &application::Model) -> Result<ApplicationLine> {
    let name = match row.content {
        Some(_) => Some(Content::of(op, row)?.name),
        None => None,
    };
    Ok(ApplicationLine {
        id: row.id,
        number: row.number.clone(),
        name,
        library: row.library_id,
        state: state_of(row)?,
        verdict: row.verdict.clone(),
        sent_at: row.sent_at.unwrap_or(row.created_at),
        decided_at: row.decided_at,
    })
}

fn state_of(row: &application::Model) -> Result<State> {
    State::from_word(&row.state).ok_or_else(|| Error::internal("unknown state of an application"))
}

/// One application with all that staff need to decide it. `Debug` shows nothing of the person.
pub struct Application {
    /// As in the list.
    pub line: ApplicationLine,
    /// What was entered; none once it was forgotten. The phone is masked.
    pub particulars: Option<Particulars>,
    /// Which photos there are.
    pub photos: Vec<Side>,
    /// What stands against the card now; who may be the same person among it.
    pub blockers: Vec<Blocker>,
    /// Other applications of the same document that are not decided.
    pub same: Vec<Same>,
    /// Why it was rejected or asked for more.
    pub reason: Option<Reason>,
    /// What the applicant was told in own words.
    pub note: Option<String>,
    /// What staff alone read.
    pub internal_note: Option<String>,
    /// Who decided or asked last, by name where it is staff.
    pub decided_by: Option<String>,
    /// The reader and card that came of it.
    pub opened: Option<(ReaderId, CardId)>,
    /// Who decides says which version they saw.
    pub version: i64,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Application({}, {:?})", self.line.id, self.line.state)
    }
}

/// Another application of the same document.
#[derive(Clone, Debug)]
pub struct Same {
    /// The application.
    pub id: ApplicationId,
    /// Its number.
    pub number: String,
    /// How far it is.
    pub state: State,
}

/// One application. The look is logged.
///
/// # Errors
/// [`Right::OpenCards`] is needed, where staff stand; [`Error::NotFound`] when there is no such application, or another library's.
pub async fn application(op: &Op, id: ApplicationId) -> Result<Application> {
    let row = row_for_staff(op, id).await?;
    let detail = json!({ "application": id });
    log_access(op, Access { look: Look::Revealed, reader: row.reader_id, detail, reason: None }).await?;
    let content = match row.content {
        Some(_) => Some(Content::of(op, &row)?),
        None => None,
    };
    let waits = row.state == State::Waiting.as_str();
    let blockers = match &content {
        Some(content) if waits => against(op, content).await?,
        _ => Vec::new(),
    };
    let open = |place, sealed: &Option<crate::kernel::Sealed>| -> Result<Option<String>> {
        sealed.as_ref().map(|sealed| op.keys().open_sealed(place, row.id.0, sealed)).transpose()
    };
    let by = row.decided_by.clone().unwrap_or_default();
    // A program that opens cards and finds nobody is not told who its colleagues are.
    let named = match op.actor().may(Right::FindReaders) {
        true => staff::colleagues(op, &[by.as_str()]).await?.remove(&by).map(|colleague| colleague.name),
        false => None,
    };
    Ok(Application {
        line: line(op, &row)?,
        particulars: content.map(|content| Particulars {
            phone: masks::phone(&content.phone),
            kind: content.kind,
            number: content.number,
            name: content.name,
            birth_date: content.birth_date,
        }),
        photos: super::send::sides(op, id).await?,
        blockers,
        same: same_document(op, &row).await?,
        reason: row.reason.as_deref().and_then(Reason::from_word),
        note: open("applications.note", &row.note)?,
        internal_note: open("applications.internal_note", &row.internal_note)?,
        decided_by: named,
        opened: row.reader_id.zip(row.card_id),
        version: row.version,
    })
}

/// The row of an application that was sent, for staff of its library or one above it.
pub(super) async fn row_for_staff(op: &Op, id: ApplicationId) -> Result<application::Model> {
    op.require_at_desk(Right::OpenCards)?;
    let row = application::Entity::find_by_id(id).one(op.db()).await?;
    let tree = libraries::tree(op).await?;
    row.filter(|row| row.sent_at.is_some() && tree.is_ours(op.actor(), row.library_id))
        .ok_or(Error::NotFound("application"))
}

async fn same_document(op: &Op, row: &application::Model) -> Result<Vec<Same>> {
    let Some(key) = row.document_key.clone() else { return Ok(Vec::new()) };
    let rows = application::Entity::find()
        .filter(application::Column::DocumentKey.eq(key))
        .filter(application::Column::Id.ne(row.id))
        .filter(application::Column::State.is_in([State::Waiting.as_str(), State::Asked.as_str()]))
        .order_by_asc(application::Column::SentAt)
        .limit(10)
        .all(op.db())
        .await?;
    rows.into_iter().map(|row| Ok(Same { id: row.id, state: state_of(&row)?, number: row.number })).collect()
}

/// A photo of an application: its media type and bytes. The look is logged.
///
/// # Errors
/// As [`application`]; [`Error::NotFound`] when there is none, or none any more.
pub async fn photo(op: &Op, id: ApplicationId, side: Side) -> Result<(String, File)> {
    let row = row_for_staff(op, id).await?;
    let file = application_file::Entity::find()
        .filter(application_file::Column::ApplicationId.eq(id))
        .filter(application_file::Column::Side.eq(side.as_str()))
        .one(op.db())
        .await?
        .ok_or(Error::NotFound("photo"))?;
    let detail = json!({ "application": id, "photo": file.attachment_id, "side": side.as_str() });
    log_access(op, Access { look: Look::Revealed, reader: row.reader_id, detail, reason: None }).await?;
    let (_, _, media_type, content) = attachment(op, file.attachment_id).await?;
    Ok((media_type, content))
}
