//! Two records of one person: what was the one's is the other's from now on, and goes back when that is undone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::amend::{remove_name_keys, renew_name_keys};
use super::register::phone_hash;
use super::same_name::name_key;
use super::tables::{block, change, document, guardian, identity_key, note, reader, request};
use crate::kernel::{
    AttachmentId, BlockId, ChangeId, DocumentId, Error, GuardianId, NoteId, Op, ReaderId, RequestId, Result,
    Sealed,
};
use crate::records::{attachment_ids, move_attachments};

/// A value of the record that goes, which the one that stays takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Taken {
    /// The name.
    Name,
    /// The sex.
    Sex,
    /// The birth date.
    BirthDate,
    /// The phone number.
    Phone,
    /// The e-mail address.
    Email,
    /// The postal address.
    Address,
    /// Workplace or school.
    Workplace,
    /// The language of messages.
    Language,
    /// The photo.
    Photo,
}

impl Taken {
    /// All of them, in the order in which a page compares them.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Sex,
        Self::BirthDate,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::Workplace,
        Self::Language,
        Self::Photo,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Sex => "sex",
            Self::BirthDate => "birth_date",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::Workplace => "workplace",
            Self::Language => "language",
            Self::Photo => "photo",
        }
    }

    /// The value of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == word)
    }
}

/// The values of a reader's row, as they lie there: sealed ones as they are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Values {
    name: String,
    sex: String,
    birth_date: NaiveDate,
    phone: String,
    phone_key: String,
    email: Option<String>,
    address: Option<String>,
    workplace: Option<String>,
    language: Option<String>,
    photo: Option<AttachmentId>,
    verified_at: Option<DateTime<Utc>>,
}

fn bytes(sealed: &Sealed) -> String {
    STANDARD.encode(&sealed.0)
}

fn unbytes(text: &str) -> Result<Vec<u8>> {
    STANDARD.decode(text).map_err(Error::internal)
}

impl Values {
    fn of(row: &reader::Model) -> Self {
        Self {
            name: row.name.clone(),
            sex: row.sex.clone(),
            birth_date: row.birth_date,
            phone: bytes(&row.phone),
            phone_key: STANDARD.encode(&row.phone_key),
            email: row.email.as_ref().map(bytes),
            address: row.address.as_ref().map(bytes),
            workplace: row.workplace.as_ref().map(bytes),
            language: row.language.clone(),
            photo: row.photo_id,
            verified_at: row.verified_at,
        }
    }

    fn into_row(self) -> Result<reader::ActiveModel> {
        let sealed = |text: Option<String>| -> Result<Option<Sealed>> {
            text.as_deref().map(|text| unbytes(text).map(Sealed)).transpose()
        };
        Ok(reader::ActiveModel {
            name_key: Set(name_key(&self.name)),
            name: Set(self.name),
            sex: Set(self.sex),
            birth_date: Set(self.birth_date),
            phone: Set(Sealed(unbytes(&self.phone)?)),
            phone_key: Set(unbytes(&self.phone_key)?),
            email: Set(sealed(self.email)?),
            address: Set(sealed(self.address)?),
            workplace: Set(sealed(self.workplace)?),
            language: Set(self.language),
            photo_id: Set(self.photo),
            verified_at: Set(self.verified_at),
            ..reader::ActiveModel::default()
        })
    }

    /// What stood there before, where nobody changed since what the merge put there.
    fn restored(now: Self, put: &Self, before: &Self) -> Self {
        macro_rules! field {
            ($name:ident) => {
                if now.$name == put.$name { before.$name.clone() } else { now.$name.clone() }
            };
        }
        Self {
            name: field!(name),
            sex: field!(sex),
            birth_date: field!(birth_date),
            phone: field!(phone),
            phone_key: field!(phone_key),
            email: field!(email),
            address: field!(address),
            workplace: field!(workplace),
            language: field!(language),
            photo: field!(photo),
            verified_at: field!(verified_at),
        }
    }
}

/// What was moved, and what stood there before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PersonMoved {
    before: Values,
    put: Values,
    documents: Vec<DocumentId>,
    keys: Vec<String>,
    guardians: Vec<GuardianId>,
    notes: Vec<NoteId>,
    blocks: Vec<BlockId>,
    requests: Vec<RequestId>,
    changes: Vec<ChangeId>,
    attachments: Vec<AttachmentId>,
    /// Records that had been merged into the one that goes.
    earlier: Vec<ReaderId>,
}

impl PersonMoved {
    /// The documents that were the other's.
    pub(crate) fn documents(&self) -> &[DocumentId] {
        &self.documents
    }
}

/// Claims both rows for a merge: they are as they were seen, and neither was merged. The first to be locked is always the one
/// with the smaller id, so that two merges of the same pair don't wait for each other.
pub(crate) async fn claim(op: &Op, winner: &reader::Model, loser: &reader::Model) -> Result<()> {
    let mut both = [winner, loser];
    both.sort_by_key(|row| row.id);
    for row in both {
        let into = if row.id == loser.id { Some(winner.id) } else { None };
        let done = reader::Entity::update_many()
            .col_expr(reader::Column::MergedInto, Expr::value(into))
            .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
            .filter(reader::Column::Id.eq(row.id))
            .filter(reader::Column::Version.eq(row.version))
            .filter(reader::Column::MergedInto.is_null())
            .exec(op.db())
            .await?;
        if done.rows_affected != 1 {
            return Err(Error::Raced);
        }
    }
    Ok(())
}

/// Rows of a table given to another reader.
macro_rules! give {
    ($op:expr, $table:ident, $ids:expr, $to:expr) => {
        $table::Entity::update_many()
            .col_expr($table::Column::ReaderId, Expr::value($to))
            .filter($table::Column::Id.is_in($ids.iter().map(|id| id.0)))
            .exec($op.db())
            .await?
    };
}

/// The ids of a table's rows of a reader, and those rows given to another.
macro_rules! hand_over {
    ($op:expr, $table:ident, $from:expr, $to:expr) => {{
        let ids: Vec<_> = $table::Entity::find()
            .filter($table::Column::ReaderId.eq($from))
            .order_by_asc($table::Column::Id)
            .all($op.db())
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect();
        give!($op, $table, ids, $to);
        ids
    }};
}

/// Hands over all that this room knows of the one who goes. Both rows are claimed.
pub(crate) async fn move_person(
    op: &Op,
    winner: &reader::Model,
    loser: &reader::Model,
    taken: &[Taken],
) -> Result<PersonMoved> {
    let (from, to) = (loser.id, winner.id);
    let before = Values::of(winner);
    let put = taken_over(op, winner, loser, taken)?;
    reader::Entity::update_many()
        .set(put.clone().into_row()?)
        .filter(reader::Column::Id.eq(to))
        .exec(op.db())
        .await?;
    if put.name != before.name {
        renew_name_keys(op, to, &put.name).await?;
    }
    remove_name_keys(op, from).await?;
    let earlier: Vec<ReaderId> = reader::Entity::find()
        .filter(reader::Column::MergedInto.eq(from))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    point(op, &earlier, to).await?;
    let keys: Vec<String> = identity_key::Entity::find()
        .filter(identity_key::Column::ReaderId.eq(from))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| STANDARD.encode(row.identity_key))
        .collect();
    lead(op, &keys, to).await?;
    let attachments = attachment_ids(op, from).await?;
    move_attachments(op, &attachments, to).await?;
    Ok(PersonMoved {
        before,
        put,
        documents: hand_over!(op, document, from, to),
        keys,
        guardians: hand_over!(op, guardian, from, to),
        notes: hand_over!(op, note, from, to),
        blocks: hand_over!(op, block, from, to),
        requests: hand_over!(op, request, from, to),
        changes: hand_over!(op, change, from, to),
        attachments,
        earlier,
    })
}

fn taken_over(op: &Op, winner: &reader::Model, loser: &reader::Model, taken: &[Taken]) -> Result<Values> {
    let mut put = Values::of(winner);
    // Sealed values are bound to their row: they are opened in the one and sealed anew in the other.
    let sealed = |column: &str, value: &Option<Sealed>| -> Result<Option<String>> {
        let Some(value) = value else { return Ok(None) };
        let text = op.keys().open_sealed(column, loser.id.0, value)?;
        Ok(Some(bytes(&op.keys().close(column, winner.id.0, &text)?)))
    };
    for value in taken {
        match value {
            Taken::Name => put.name.clone_from(&loser.name),
            Taken::Sex => put.sex.clone_from(&loser.sex),
            Taken::BirthDate => put.birth_date = loser.birth_date,
            Taken::Phone => {
                let phone = op.keys().open_sealed("readers.phone", loser.id.0, &loser.phone)?;
                put.phone = bytes(&op.keys().close("readers.phone", winner.id.0, &phone)?);
                put.phone_key = STANDARD.encode(phone_hash(op, &phone));
            }
            Taken::Email => put.email = sealed("readers.email", &loser.email)?,
            Taken::Address => put.address = sealed("readers.address", &loser.address)?,
            Taken::Workplace => put.workplace = sealed("readers.workplace", &loser.workplace)?,
            Taken::Language => put.language.clone_from(&loser.language),
            Taken::Photo => put.photo = loser.photo_id,
        }
    }
    put.verified_at = std::cmp::max(winner.verified_at, loser.verified_at);
    Ok(put)
}

/// Hands everything back, and the one who stays is as before where nobody changed them since.
pub(crate) async fn move_person_back(
    op: &Op,
    winner: &reader::Model,
    loser: &reader::Model,
    moved: &PersonMoved,
) -> Result<()> {
    let to = loser.id;
    let now = Values::of(winner);
    let restored = Values::restored(now.clone(), &moved.put, &moved.before);
    let name = restored.name.clone();
    let mut row = restored.into_row()?;
    row.version = Set(winner.version + 1);
    let done = reader::Entity::update_many()
        .set(row)
        .filter(reader::Column::Id.eq(winner.id))
        .filter(reader::Column::Version.eq(winner.version))
        .filter(reader::Column::MergedInto.is_null())
        .exec(op.db())
        .await?;
    let back = reader::Entity::update_many()
        .col_expr(reader::Column::MergedInto, Expr::value(None::<ReaderId>))
        .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
        .filter(reader::Column::Id.eq(to))
        .filter(reader::Column::MergedInto.eq(winner.id))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 || back.rows_affected != 1 {
        return Err(Error::Raced);
    }
    if name != now.name {
        renew_name_keys(op, winner.id, &name).await?;
    }
    renew_name_keys(op, to, &loser.name).await?;
    point(op, &moved.earlier, to).await?;
    lead(op, &moved.keys, to).await?;
    give!(op, document, moved.documents, to);
    give!(op, guardian, moved.guardians, to);
    give!(op, note, moved.notes, to);
    give!(op, block, moved.blocks, to);
    give!(op, request, moved.requests, to);
    give!(op, change, moved.changes, to);
    move_attachments(op, &moved.attachments, to).await
}

async fn point(op: &Op, ids: &[ReaderId], to: ReaderId) -> Result<()> {
    reader::Entity::update_many()
        .col_expr(reader::Column::MergedInto, Expr::value(to))
        .filter(reader::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

async fn lead(op: &Op, keys: &[String], to: ReaderId) -> Result<()> {
    let keys: Vec<Vec<u8>> = keys.iter().map(|key| unbytes(key)).collect::<Result<_>>()?;
    identity_key::Entity::update_many()
        .col_expr(identity_key::Column::ReaderId, Expr::value(to))
        .filter(identity_key::Column::IdentityKey.is_in(keys))
        .exec(op.db())
        .await?;
    Ok(())
}

/// The values by which two readers differ.
pub(crate) async fn differing(op: &Op, first: ReaderId, second: ReaderId) -> Result<Vec<Taken>> {
    let row = async |id| reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"));
    let (a, b): (reader::Model, reader::Model) = (row(first).await?, row(second).await?);
    let mut differing = Vec::new();
    for value in Taken::ALL {
        if plain(op, &a, value)? != plain(op, &b, value)? {
            differing.push(value);
        }
    }
    Ok(differing)
}

fn plain(op: &Op, row: &reader::Model, value: Taken) -> Result<Option<String>> {
    let open = |column: &str, sealed: Option<&Sealed>| -> Result<Option<String>> {
        sealed.map(|sealed| op.keys().open_sealed(column, row.id.0, sealed)).transpose()
    };
    match value {
        Taken::Name => Ok(Some(row.name.clone())),
        Taken::Sex => Ok(Some(row.sex.clone())),
        Taken::BirthDate => Ok(Some(row.birth_date.to_string())),
        Taken::Phone => open("readers.phone", Some(&row.phone)),
        Taken::Email => open("readers.email", row.email.as_ref()),
        Taken::Address => open("readers.address", row.address.as_ref()),
        Taken::Workplace => open("readers.workplace", row.workplace.as_ref()),
        Taken::Language => Ok(row.language.clone()),
        Taken::Photo => Ok(row.photo_id.map(|id| id.to_string())),
    }
}
