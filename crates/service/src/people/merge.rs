//! Two records of one person are made one (6.1.3.2): nothing of either is lost. What was recorded stays where it was recorded; the
//! history of the one who stays shows both, and every number of the other leads to them.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::compare::{doubts, may_cancel_at};
use super::tables::merge;
use crate::cards::{self, CardView, CardsMoved};
use crate::kernel::{
    Blocker, CardId, Error, Invalid, Known, LinkId, MergeId, MessageId, Op, Problem, ReaderId, Result, Right,
    ServiceName, SystemName, is_blank,
};
use crate::outbox;
use crate::partners;
use crate::readers::tables::reader;
use crate::readers::{self, PersonMoved, Taken};
use crate::records::{self, NewRecord};

/// A merge asked for.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Who stays.
    pub winner: ReaderId,
    /// The version of them that was seen.
    pub winner_version: i64,
    /// Who goes.
    pub loser: ReaderId,
    /// The version of them that was seen.
    pub loser_version: i64,
    /// What is taken over from the one who goes; the rest is that of the one who stays.
    pub take: Vec<Taken>,
    /// Which live card stays, if both hold one; the other is cancelled.
    pub card: Option<CardId>,
    /// Why they are one person though numbers, birth dates or names say otherwise; blank where nothing speaks against it.
    pub reason: String,
}

/// A merge that was done.
#[derive(Clone, Copy, Debug)]
pub struct Merged {
    /// The merge, for undoing it.
    pub merge: MergeId,
    /// Who stays.
    pub winner: ReaderId,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// What was moved, as it lies sealed beside the merge.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Moved {
    pub person: PersonMoved,
    pub cards: CardsMoved,
    pub messages: Vec<MessageId>,
    /// Codes at partner platforms that were the other's.
    #[serde(default)]
    pub links: Vec<LinkId>,
    /// Why they were merged though their documents say otherwise.
    #[serde(default)]
    pub reason: Option<String>,
}

pub(super) const PLACE: &str = "reader_merges.moved";

pub(super) async fn row(op: &Op, id: ReaderId) -> Result<reader::Model> {
    reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))
}

/// Makes two records one.
///
/// # Errors
/// [`Right::MergeReaders`] is needed. [`Error::Stale`] when one of them was changed since it was seen;
/// [`Blocker::MergedAlready`] when one of them was merged; [`Blocker::PlainlyDifferent`] when citizen numbers, birth dates or
/// names say that they are two people and no reason is given; [`Blocker::MergeCancelsElsewhere`] when the card that goes was issued
/// by a library that the caller neither works at nor manages (6.3.3); [`Blocker::CirculationUnavailable`] when loans and charges can't be moved now.
pub async fn merge(op: &Op, request: Merge) -> Result<Merged> {
    let Merge { winner, loser, take, card, .. } = &request;
    let (winner, loser) = (*winner, *loser);
    op.intend(ServiceName::Merge, Some(winner));
    op.require(Right::MergeReaders)?;
    let words: Vec<&str> = take.iter().map(|value| value.as_str()).collect();
    let versions = (request.winner_version, request.loser_version);
    let digest = records::digest(op, &(winner, loser, versions, &words, card, request.reason.trim()))?;
    if records::find_answer(op, ServiceName::Merge, &digest).await?.is_some() {
        let merge = super::merges::latest(op, winner, loser).await?;
        return Ok(Merged { merge, winner, repeated: true });
    }
    if winner == loser {
        return Err(Error::field("loser", Problem::NotApplicable));
    }
    let (stays, goes) = (row(op, winner).await?, row(op, loser).await?);
    if stays.merged_into.is_some() || goes.merged_into.is_some() {
        return Err(Error::refused(Blocker::MergedAlready));
    }
    if (stays.version, goes.version) != versions {
        return Err(Error::Stale);
    }
    // Claimed before anything is read that hangs off them: what somebody does meanwhile with either waits, and then sees it.
    readers::claim(op, &stays, &goes).await?;
    let cancel = to_cancel(op, winner, loser, *card).await?;
    let reason = may_be_one(op, &request, cancel.as_ref()).await?;
    let cancel = cancel.map(|card| card.id);
    let cards = cards::move_cards(op, loser, winner, cancel).await?;
    // Signed in, they saw what is now somebody else's record; undoing the merge signs nobody in again.
    cards::password::end_access(op, loser).await?;
    let messages = outbox::move_all_messages(op, loser, winner).await?;
    let links = partners::move_links(op, loser, winner, cards::partner_standing(op, winner).await?).await?;
    let person = readers::move_person(op, &stays, &goes, take).await?;
    // What is on loan and owed goes with the person: the card that is cancelled leaves none of it behind (6.3.4).
    op.circulation().merged(op, loser, winner).await?;

    let id: MergeId = op.new_id()?;
    let against_documents = reason.is_some();
    let moved = Moved { person, cards, messages, links, reason };
    let text = serde_json::to_string(&moved).map_err(Error::internal)?;
    let entry = merge::ActiveModel {
        id: Set(id),
        winner_id: Set(winner),
        loser_id: Set(loser),
        moved: Set(op.keys().close(PLACE, id.0, &text)?),
        at: Set(op.now()),
        by: Set(op.actor().who.to_string()),
        undone_at: Set(None),
        undone_by: Set(None),
    };
    merge::Entity::insert(entry).exec_without_returning(op.db()).await?;
    let channel = op.actor().channel;
    let mut detail = json!({ "merge": id, "loser": loser, "taken": words });
    if against_documents && let Some(detail) = detail.as_object_mut() {
        detail.insert("against_documents".to_owned(), true.into());
    }
    let record = NewRecord {
        service: ServiceName::Merge,
        reader: winner,
        card: None,
        channel,
        check: None,
        detail,
        digest,
    };
    records::keep(op, record).await?;
    if let Some(card) = cancel {
        let detail = json!({ "reason": "merged", "merge": id });
        let record = NewRecord {
            service: ServiceName::Cancel,
            reader: winner,
            card: Some(card),
            channel,
            check: None,
            detail,
            digest: Vec::new(),
        };
        let record = records::keep(op, record).await?;
        cards::tell_merged(op, card, record).await?;
    }
    Ok(Merged { merge: id, winner, repeated: false })
}

/// Ok when nothing stands against it; then the reason, where one is needed.
async fn may_be_one(op: &Op, request: &Merge, cancel: Option<&CardView>) -> Result<Option<String>> {
    let differ = !doubts(op, request.winner, request.loser).await?.is_empty();
    let mut blockers = Vec::new();
    if differ && is_blank(&request.reason) {
        blockers.push(Blocker::PlainlyDifferent);
    }
    if let Some(card) = cancel
        && !may_cancel_at(op, card.issuing_library).await?
    {
        blockers.push(Blocker::MergeCancelsElsewhere { issuing_library: card.issuing_library });
    }
    if let Some(system) = silent_circulation(op, [request.winner, request.loser]).await? {
        blockers.push(Blocker::CirculationUnavailable(system));
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    differ.then(|| readers::checked_reason(&request.reason)).transpose()
}

/// The system that knows loans and charges and does not answer for one of them, if there is one.
pub(super) async fn silent_circulation(op: &Op, both: [ReaderId; 2]) -> Result<Option<SystemName>> {
    for reader in both {
        if let Known::Unavailable(system) = op.circulation().standing(op, reader).await? {
            return Ok(Some(system));
        }
    }
    Ok(None)
}

/// The live card that goes, if both hold one.
async fn to_cancel(
    op: &Op,
    winner: ReaderId,
    loser: ReaderId,
    stays: Option<CardId>,
) -> Result<Option<CardView>> {
    let (a, b) = (cards::live_card(op, winner).await?, cards::live_card(op, loser).await?);
    let (Some(a), Some(b)) = (a, b) else { return Ok(None) };
    match stays {
        Some(card) if card == a.id => Ok(Some(b)),
        Some(card) if card == b.id => Ok(Some(a)),
        other => {
            let mut invalid = Invalid::default();
            invalid.add("card", if other.is_none() { Problem::Missing } else { Problem::NotApplicable });
            Err(Error::Invalid(invalid))
        }
    }
}
