//! What staff tell each other about a reader (4.2.1): a note, until a day, for the whole federation or one's own library.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::details::{optional_date, optional_text};
use super::tables::{note, reader};
use crate::kernel::{
    Blocker, Error, Invalid, LibraryId, NoteId, Op, Problem, ReaderId, Result, Right, ServiceName, is_blank,
};
use crate::libraries;
use crate::records::{self, NewRecord};

const PLACE: &str = "reader_notes.text";
/// Characters that a note may have.
pub const LONGEST_NOTE: usize = 500;

/// Who reads a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All libraries.
    Federation,
    /// The library that wrote it, and what stands over it.
    Library,
}

impl Visibility {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Federation, Self::Library];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Federation => "federation",
            Self::Library => "library",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.as_str() == word)
    }
}

/// A note as entered. `Debug` shows none of its text.
#[derive(Clone)]
pub struct NewNote {
    /// About whom.
    pub reader: ReaderId,
    /// What it says: up to [`LONGEST_NOTE`] characters.
    pub text: String,
    /// `federation` or `library`.
    pub visibility: String,
    /// Whether it is shown on top when the reader's page is opened.
    pub alert: bool,
    /// The last day, `YYYY-MM-DD`, or nothing.
    pub until: String,
}

impl std::fmt::Debug for NewNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewNote(…)")
    }
}

/// A note as staff read it.
#[derive(Clone, Debug)]
pub struct NoteView {
    /// The note.
    pub id: NoteId,
    /// The library that wrote it.
    pub library: LibraryId,
    /// Whether the caller may take it away: it is their library's, or that of one below it.
    pub ours: bool,
    /// What it says.
    pub text: String,
    /// Who reads it.
    pub visibility: Visibility,
    /// Whether it is shown on top.
    pub alert: bool,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// When it was written.
    pub added_at: DateTime<Utc>,
}

/// Writes a note.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::Invalid`] names each field that can't be taken.
pub async fn add_note(op: &Op, request: NewNote) -> Result<NoteId> {
    let NewNote { reader, text, visibility, alert, until } = &request;
    op.intend(ServiceName::Note, Some(*reader));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &(reader, text, visibility, alert, until))?;
    if let Some(earlier) = records::find_answer(op, ServiceName::Note, &digest).await? {
        return records::id_told(op, earlier.record, "note").await;
    }
    let (words, visibility, last) = checked(op, &request)?;
    not_merged(op, *reader).await?;
    let id: NoteId = op.new_id()?;
    let actor = op.actor();
    let row = note::ActiveModel {
        id: Set(id),
        reader_id: Set(*reader),
        library_id: Set(actor.library),
        text: Set(op.keys().close(PLACE, id.0, &words)?),
        visibility: Set(visibility.as_str().to_owned()),
        alert: Set(*alert),
        until: Set(last),
        added_at: Set(op.now()),
        added_by: Set(actor.who.to_string()),
        removed_at: Set(None),
        removed_by: Set(None),
    };
    note::Entity::insert(row).exec_without_returning(op.db()).await?;
    let (library, visibility) = (actor.library, visibility.as_str());
    let detail =
        json!({ "note": id, "alert": alert, "visibility": visibility, "library": library, "until": last });
    keep(op, *reader, detail, digest).await?;
    Ok(id)
}

/// What can be taken of a note as entered: its text, who reads it, its last day.
pub(crate) fn checked(op: &Op, note: &NewNote) -> Result<(String, Visibility, Option<NaiveDate>)> {
    let NewNote { text, visibility, until, .. } = note;
    let mut invalid = Invalid::default();
    let words = match invalid.take("note.text", optional_text(text, LONGEST_NOTE)) {
        Some(None) => invalid.take("note.text", Err(Problem::Missing)),
        other => other.flatten(),
    };
    let visibility =
        invalid.take("note.visibility", Visibility::parse(visibility).ok_or(Problem::UnknownWord));
    let last = last_day(op, "note.until", until, &mut invalid);
    invalid.into_result()?;
    let (Some(words), Some(visibility)) = (words, visibility) else {
        return Err(Error::internal("a checked note without its parts"));
    };
    Ok((words, visibility, last))
}

/// Takes a note away. It stays in the database with who took it away, and is shown no more.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::NotFound`] when the caller sees no such note;
/// [`Blocker::AddedByAnotherLibrary`] when neither their library wrote it nor one below it.
pub async fn remove_note(op: &Op, reader: ReaderId, id: NoteId) -> Result<()> {
    op.intend(ServiceName::Note, Some(reader));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &("remove", reader, id))?;
    if records::find_answer(op, ServiceName::Note, &digest).await?.is_some() {
        return Ok(());
    }
    let seen = notes(op, reader).await?.into_iter().find(|note| note.id == id);
    let seen = seen.ok_or(Error::NotFound("note"))?;
    if !seen.ours {
        return Err(Error::refused(Blocker::AddedByAnotherLibrary));
    }
    let done = note::Entity::update_many()
        .col_expr(note::Column::RemovedAt, Expr::value(op.now()))
        .col_expr(note::Column::RemovedBy, Expr::value(op.actor().who.to_string()))
        .filter(note::Column::Id.eq(id))
        .filter(note::Column::RemovedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let (library, visibility) = (seen.library, seen.visibility.as_str());
    let detail = json!({ "note": id, "removed": true, "visibility": visibility, "library": library });
    keep(op, reader, detail, digest).await
}

async fn keep(op: &Op, reader: ReaderId, detail: serde_json::Value, digest: Vec<u8>) -> Result<()> {
    let record = NewRecord {
        service: ServiceName::Note,
        reader,
        card: None,
        channel: op.actor().channel,
        check: None,
        detail,
        digest,
    };
    records::keep(op, record).await.map(|_| ())
}

/// The notes about a reader that the caller may read and that have not ended, alerts first.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn notes(op: &Op, reader: ReaderId) -> Result<Vec<NoteView>> {
    op.require_at_desk(Right::FindReaders)?;
    let tree = libraries::tree(op).await?;
    let rows = note::Entity::find()
        .filter(note::Column::ReaderId.eq(reader))
        .filter(note::Column::RemovedAt.is_null())
        .order_by_desc(note::Column::Alert)
        .order_by_desc(note::Column::AddedAt)
        .order_by_desc(note::Column::Id)
        .all(op.db())
        .await?;
    let reads = |row: &note::Model| {
        let lasts = row.until.is_none_or(|until| until >= op.today());
        lasts && (row.visibility == "federation" || tree.is_ours(op.actor(), row.library_id))
    };
    rows.into_iter()
        .filter(reads)
        .map(|row| {
            Ok(NoteView {
                id: row.id,
                library: row.library_id,
                ours: tree.is_ours(op.actor(), row.library_id),
                text: op.keys().open_sealed(PLACE, row.id.0, &row.text)?,
                visibility: Visibility::parse(&row.visibility)
                    .ok_or_else(|| Error::internal("unknown visibility of a note"))?,
                alert: row.alert,
                until: row.until,
                added_at: row.added_at,
            })
        })
        .collect()
}

/// All notes ever written about a reader, for the reader (5.3).
pub(crate) async fn notes_in_full(op: &Op, reader: ReaderId) -> Result<Vec<(note::Model, String)>> {
    let rows = note::Entity::find()
        .filter(note::Column::ReaderId.eq(reader))
        .order_by_asc(note::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            let text = op.keys().open_sealed(PLACE, row.id.0, &row.text)?;
            Ok((row, text))
        })
        .collect()
}

/// A last day that may be left out and does not lie behind.
pub(super) fn last_day(op: &Op, field: &'static str, text: &str, invalid: &mut Invalid) -> Option<NaiveDate> {
    if is_blank(text) {
        return None;
    }
    let day = optional_date(text).and_then(|day| match day {
        Some(day) if day < op.today() => Err(Problem::PastDay),
        other => Ok(other),
    });
    invalid.take(field, day).flatten()
}

/// Ok when the record stands for itself: what was merged is served under the other's.
pub(crate) async fn not_merged(op: &Op, id: ReaderId) -> Result<reader::Model> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    if row.merged_into.is_some() { Err(Error::refused(Blocker::MergedAlready)) } else { Ok(row) }
}
