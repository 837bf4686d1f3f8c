//! A card as pages and the API show it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use documents::DocumentKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::barcode::as_printed;
use super::paper::told_on_paper;
use super::tables::{card, card_number};
use super::{CardKind, CardState};
use crate::kernel::{
    Blocker, CardId, Channel, DocumentId, Error, LibraryId, Op, ReaderId, Result, Right, ServiceName,
};
use crate::readers::{self, BlockView, ReaderView};
use crate::records::{Access, Look, log_access};
use crate::stock;

/// A card.
#[derive(Clone, Debug)]
pub struct CardView {
    /// The card.
    pub id: CardId,
    /// Who holds it.
    pub reader: ReaderId,
    /// What it is.
    pub kind: CardKind,
    /// Its number: the virtual number, or the barcode.
    pub number: String,
    /// Its state.
    pub state: CardState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// The document it was opened with.
    pub document: DocumentId,
    /// The original issuing library (原办证馆).
    pub issuing_library: LibraryId,
    /// Through which door it was opened.
    pub channel: Channel,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Whether the default password is still in use (A.2.3).
    pub default_password: bool,
    /// Grows with every change.
    pub version: i64,
    /// Until when a loss told by phone is to be confirmed in person (A.4.1).
    pub confirm_loss_by: Option<DateTime<Utc>>,
    /// Why it was cancelled, by a stable word.
    pub cancel_reason: Option<String>,
    /// Whether it was reported lost before it was cancelled (A.4.4).
    pub was_lost: bool,
    /// Its successor (A.4.4).
    pub replaced_by: Option<CardId>,
}

/// A card that was found by a number.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The card.
    pub card: CardView,
    /// Its holder, masked.
    pub reader: ReaderView,
    /// Whether the number is the card's own now, and the card has no successor. An older one leads to the card, but does not work.
    pub current: bool,
    /// The number of the card that took its place (A.4.4).
    pub replaced_by: Option<String>,
    /// What keeps the holder from borrowing and entering now (A.3.1).
    pub blocks: Vec<BlockView>,
}

impl CardView {
    pub(crate) fn from_row(row: &card::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            reader: row.reader_id,
            kind: row.kind.parse()?,
            number: row.number.clone(),
            state: row.state.parse()?,
            state_since: row.state_since,
            document: row.document_id,
            issuing_library: row.issuing_library_id,
            channel: row.channel.parse().map_err(Error::internal)?,
            opened_at: row.opened_at,
            default_password: row.password_hash.is_none(),
            version: row.version,
            confirm_loss_by: row.confirm_loss_by,
            cancel_reason: row.cancel_reason.clone(),
            was_lost: row.was_lost,
            replaced_by: row.replaced_by,
        })
    }
}

/// A card by its id.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::NotFound`] when there is none.
pub async fn card(op: &Op, id: CardId) -> Result<CardView> {
    op.require(Right::FindReaders)?;
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    CardView::from_row(&row)
}

/// Cards by their ids, for rooms that count them; hundreds at a time.
pub(crate) async fn by_ids(op: &Op, ids: &[CardId]) -> Result<Vec<CardView>> {
    let mut cards = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let rows = card::Entity::find().filter(card::Column::Id.is_in(some.to_vec())).all(op.db()).await?;
        for row in &rows {
            cards.push(CardView::from_row(row)?);
        }
    }
    Ok(cards)
}

/// A card by its number, or one it once had, with its holder; the look is logged.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::NotFound`] when there is none.
pub async fn card_by_number(op: &Op, number: &str) -> Result<Numbered> {
    op.require(Right::FindReaders)?;
    let entry = registered(op, number).await?.ok_or(Error::NotFound("card"))?;
    let card = card(op, entry.card_id).await?;
    let reader = readers::view(op, card.reader).await?;
    let detail = json!({ "by": "number" });
    log_access(op, Access { look: Look::Viewed, reader: Some(card.reader), detail, reason: None }).await?;
    let blocks = readers::blocks(op, card.reader).await?;
    let replaced_by = match card.replaced_by {
        Some(id) => Some(self::card(op, id).await?.number),
        None => None,
    };
    let current = entry.number == card.number && replaced_by.is_none();
    Ok(Numbered { card, reader, current, replaced_by, blocks })
}

/// Who holds a card, and its state, for services that ask for their own right.
pub(crate) async fn holder_and_state(op: &Op, id: CardId) -> Result<(ReaderId, CardState)> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    Ok((row.reader_id, row.state.parse()?))
}

/// Who holds the card of this number, current or old.
pub(crate) async fn holder_of_number(op: &Op, number: &str) -> Result<Option<ReaderId>> {
    Ok(registered(op, number).await?.map(|entry| entry.reader_id))
}

/// All cards of a reader, the latest first.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn cards_of(op: &Op, reader: ReaderId) -> Result<Vec<CardView>> {
    op.require(Right::FindReaders)?;
    all_cards(op, reader).await
}

/// The same, for whoever was asked before whether they may.
pub(crate) async fn all_cards(op: &Op, reader: ReaderId) -> Result<Vec<CardView>> {
    let rows = card::Entity::find()
        .filter(card::Column::ReaderId.eq(reader))
        .order_by_desc(card::Column::OpenedAt)
        .order_by_desc(card::Column::Id)
        .all(op.db())
        .await?;
    rows.iter().map(CardView::from_row).collect()
}

/// The card that counts for each reader: the live one, or the latest.
pub(crate) async fn current_cards(op: &Op, readers: &[ReaderId]) -> Result<HashMap<ReaderId, CardView>> {
    let rows = card::Entity::find()
        .filter(card::Column::ReaderId.is_in(readers.iter().map(|id| id.0)))
        .order_by_asc(card::Column::OpenedAt)
        .all(op.db())
        .await?;
    let mut current: HashMap<ReaderId, CardView> = HashMap::new();
    for row in &rows {
        let card = CardView::from_row(row)?;
        let stays =
            current.get(&card.reader).is_some_and(|held| held.state.is_live() && !card.state.is_live());
        if !stays {
            current.insert(card.reader, card);
        }
    }
    Ok(current)
}

/// A card, for who knows already that it is theirs; none when there is none.
pub(crate) async fn view_of(op: &Op, id: CardId) -> Result<Option<CardView>> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?;
    row.as_ref().map(CardView::from_row).transpose()
}

/// The card that counts for a reader: the live one, or the latest.
pub(crate) async fn current_card(op: &Op, reader: ReaderId) -> Result<Option<CardView>> {
    Ok(current_cards(op, &[reader]).await?.remove(&reader))
}

/// What the registry knows of a number: that a card has now, or once had.
pub(crate) async fn registered(op: &Op, number: &str) -> Result<Option<card_number::Model>> {
    if number.chars().count() > 64 {
        return Ok(None);
    }
    Ok(card_number::Entity::find_by_id(as_printed(number)).one(op.db()).await?)
}

/// Why a barcode can't be given to a reader, where it can't: it is on a card already, another's or one of theirs, or the stock has
/// it elsewhere.
pub(super) async fn barcode_taken(
    op: &Op,
    barcode: &str,
    reader: Option<ReaderId>,
) -> Result<Option<Blocker>> {
    match (registered(op, barcode).await?, reader) {
        (Some(entry), Some(reader)) if entry.reader_id == reader => Ok(Some(Blocker::BarcodeWasTheirs)),
        (Some(_), _) => Ok(Some(Blocker::BarcodeInUse)),
        (None, _) => Ok(stock::against_use(op, barcode).await?.into_iter().next()),
    }
}

/// What the slip shows of the document: its kind and masked number. Printing is logged, and noted as told.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::NotFound`] when there is no such card.
pub async fn slip(op: &Op, id: CardId) -> Result<(CardView, ReaderView, DocumentKind, String)> {
    let card = card(op, id).await?;
    let reader = readers::view(op, card.reader).await?;
    let (kind, number) = readers::document_number(op, card.document).await?;
    let detail = json!({ "paper": "slip" });
    log_access(op, Access { look: Look::Printed, reader: Some(card.reader), detail, reason: None }).await?;
    told_on_paper(op, id, &[ServiceName::OpenCard, ServiceName::Replace, ServiceName::ChangeKind]).await?;
    Ok((card, reader, kind, documents::mask(kind, &number)))
}
