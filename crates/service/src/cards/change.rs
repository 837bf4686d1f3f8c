//! What the services on a card share: reading it with all that the table asks for, the guarded change, the record, the answer.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::{Value, json};

use super::open::already_holds;
use super::table::{Asked, Facts, asks_circulation, of_card, of_circulation, undo_until};
use super::tables::card;
use super::view::registered;
use super::{CardState, CardView};
use crate::kernel::{
    Blocker, CardId, Channel, Error, Op, ReaderId, RecordId, Result, ServiceName, local_moment,
};
use crate::libraries::{self, Policy, tree};
use crate::outbox::Template;
use crate::partners::{self, CardStanding, Event};
use crate::readers::{self, Holder, ReaderView, canonical_check, check_identity};
use crate::records::{self, IdentityCheck, NewRecord};

/// What a service did with a card.
#[derive(Clone, Debug)]
pub struct CardChange {
    /// Which service.
    pub service: ServiceName,
    /// Its record.
    pub record: RecordId,
    /// When it took effect, to the millisecond.
    pub at: DateTime<Utc>,
    /// The card, as it stands now; the new one when it was replaced.
    pub card: CardView,
    /// The card that was replaced.
    pub old: Option<CardView>,
    /// Its holder, masked.
    pub reader: ReaderView,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// A card with what the table has to know.
pub(super) struct Subject {
    pub row: card::Model,
    pub view: CardView,
    pub holder: Holder,
    pub facts: Facts,
    pub at_issuing: bool,
}

/// The card of this number, whether it is its current one or was once. For callers that name cards by number; what they may do
/// with it is for the service to say.
///
/// # Errors
/// [`Error::NotFound`] when there is none, and for those who may do nothing at all.
pub async fn by_number(op: &Op, number: &str) -> Result<CardId> {
    let entry = registered(op, number).await?.ok_or(Error::NotFound("card"))?;
    if op.actor().rights.is_empty() && !op.actor().is_reader(entry.reader_id) {
        return Err(Error::NotFound("card"));
    }
    Ok(entry.card_id)
}

/// Reads a card, and says what is going to be done with it.
pub(super) async fn intend(op: &Op, service: ServiceName, id: CardId) -> Result<card::Model> {
    op.intend(service, None);
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    op.intend(service, Some(row.reader_id));
    Ok(row)
}

/// Gathers what the table has to know.
pub(super) async fn subject(op: &Op, row: card::Model) -> Result<Subject> {
    let view = CardView::from_row(&row)?;
    let holder = readers::holder(op, row.reader_id).await?;
    let actor = op.actor();
    let tree = tree(op).await?;
    let holds_another = match view.state {
        CardState::Cancelled => super::current_card(op, row.reader_id)
            .await?
            .filter(|held| held.id != row.id && held.state.is_live())
            .map(already_holds),
        CardState::Active | CardState::Lost => None,
    };
    let minutes = libraries::policy(op, actor.library, Policy::LossUndoMinutes).await?.number();
    let lost = view.state == CardState::Lost;
    let facts = Facts {
        state: view.state,
        kind: view.kind,
        was_lost: row.was_lost,
        replaced: row.replaced_by.is_some(),
        holds_another,
        lost_by_caller: row.lost_by.as_deref() == Some(actor.who.to_string().as_str()),
        undo_until: lost.then(|| undo_until(row.state_since, minutes)),
        to_confirm: row.confirm_loss_by.is_some(),
        documents: holder.documents.iter().map(|(_, kind, _)| *kind).collect(),
        age: holder.age,
        issuing_library: row.issuing_library_id,
    };
    let at_issuing = tree.stands_for(actor.library, row.issuing_library_id);
    Ok(Subject { row, view, holder, facts, at_issuing })
}

impl Subject {
    /// How the table is asked about a service for who stands there.
    pub fn asked(&self, op: &Op, check: &IdentityCheck, deceased: bool) -> Asked {
        Asked {
            at: op.now(),
            at_issuing: self.at_issuing,
            channel: op.actor().channel,
            who: check.who,
            method: check.method,
            deceased,
        }
    }

    /// All that stands against a service, papers included; loans and charges where they count.
    pub async fn blockers(
        &self,
        op: &Op,
        service: ServiceName,
        check: &IdentityCheck,
        deceased: bool,
        circulation_checked: bool,
    ) -> Result<Vec<Blocker>> {
        let (reader, channel) = (self.row.reader_id, op.actor().channel);
        let of_who = check_identity(op, reader, service, channel, check, deceased).await?;
        let mut blockers = of_card(service, &self.facts, &self.asked(op, check, deceased));
        blockers.extend(of_who);
        if asks_circulation(service, self.facts.state) {
            let known = op.circulation().standing(op, reader).await?;
            blockers.extend(of_circulation(known, circulation_checked));
        }
        Ok(blockers)
    }
}

/// Ok when nothing stands against it; each reason is told once.
pub(super) fn unless(blockers: Vec<Blocker>) -> Result<()> {
    let mut told: Vec<Blocker> = Vec::with_capacity(blockers.len());
    for blocker in blockers {
        if !told.contains(&blocker) {
            told.push(blocker);
        }
    }
    if told.is_empty() { Ok(()) } else { Err(Error::Refused(told)) }
}

/// The card, as long as it works. Whoever was looking at loans and charges meanwhile, to cancel it, looks again: a circulation lends
/// and charges in the same transaction, after this. Those who use one card at once do so one after the other.
///
/// # Errors
/// [`Error::Refused`] when the card does not work.
pub async fn while_it_works(op: &Op, id: CardId) -> Result<CardView> {
    let row = card::Entity::find_by_id(id).lock_exclusive().one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("card"))?;
    match row.state.parse()? {
        CardState::Active => {
            change(op, &row, card::ActiveModel::default()).await?;
            CardView::from_row(&row)
        }
        CardState::Lost => Err(Error::refused(Blocker::CardLost)),
        CardState::Cancelled => Err(Error::refused(Blocker::CardCancelled)),
    }
}

/// Whoever is looking at what a reader owes meanwhile, to cancel the card, looks again: for what is charged whatever the card's state.
pub(crate) async fn owes_more(op: &Op, reader: ReaderId) -> Result<()> {
    let live = [CardState::Active.as_str(), CardState::Lost.as_str()];
    let row = card::Entity::find()
        .filter(card::Column::ReaderId.eq(reader))
        .filter(card::Column::State.is_in(live))
        .lock_exclusive()
        .one(op.db())
        .await?;
    match row {
        Some(row) => change(op, &row, card::ActiveModel::default()).await,
        None => Ok(()),
    }
}

/// Changes a card that is still as it was read; who was faster is seen in the next run.
pub(super) async fn change(op: &Op, row: &card::Model, set: card::ActiveModel) -> Result<()> {
    let told = told_of(row, &set);
    let done = card::Entity::update_many()
        .set(set)
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .filter(card::Column::Id.eq(row.id))
        .filter(card::Column::State.eq(row.state.as_str()))
        .filter(card::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    match told {
        Some((event, card)) => tell_partners(op, event, row.reader_id, card).await,
        None => Ok(()),
    }
}

/// What partner platforms are told of a change, and of which card; nothing of one that they see nothing of.
fn told_of(row: &card::Model, set: &card::ActiveModel) -> Option<(Event, CardId)> {
    if let Set(Some(successor)) = set.replaced_by {
        return Some((Event::Replaced, successor));
    }
    match &set.state {
        Set(state) if *state != row.state => match state.parse().ok()? {
            CardState::Active => Some((Event::Restored, row.id)),
            CardState::Lost => Some((Event::Lost, row.id)),
            CardState::Cancelled => Some((Event::Cancelled, row.id)),
        },
        _ if matches!(&set.number, Set(number) if *number != row.number) => Some((Event::Changed, row.id)),
        _ => None,
    }
}

/// Tells partner platforms that know the holder how a card stands now (6.1.4). Few are known to any: the card is read for those only.
pub(super) async fn tell_partners(op: &Op, event: Event, reader: ReaderId, card: CardId) -> Result<()> {
    let links = partners::links_of(op, reader).await?;
    if links.is_empty() {
        return Ok(());
    }
    let card = CardView::from_row(&reload(op, card).await?)?;
    partners::note(op, &links, event, &standing_of(&card)).await
}

/// How the card that counts of a reader stands, for partner platforms; none of who has no card.
pub(crate) async fn partner_standing(op: &Op, reader: ReaderId) -> Result<Option<CardStanding>> {
    Ok(super::current_card(op, reader).await?.as_ref().map(standing_of))
}

/// How a card stands, for partner platforms.
fn standing_of(card: &CardView) -> CardStanding {
    CardStanding {
        number: card.number.clone(),
        kind: card.kind.to_string(),
        state: card.state.to_string(),
        since: card.state_since,
    }
}

/// A change to another state, from this moment on.
pub(super) fn to(op: &Op, state: CardState) -> card::ActiveModel {
    card::ActiveModel {
        state: Set(state.as_str().to_owned()),
        state_since: Set(op.now()),
        lost_by: Set(None),
        confirm_loss_by: Set(None),
        ..Default::default()
    }
}

/// The card as it stands after a change.
pub(super) async fn reload(op: &Op, id: CardId) -> Result<card::Model> {
    card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))
}

/// The record of a service on a card.
pub(super) fn record<'a>(
    op: &Op,
    service: ServiceName,
    (reader, card): (ReaderId, CardId),
    check: Option<&'a IdentityCheck>,
    detail: Value,
    digest: Vec<u8>,
) -> NewRecord<'a> {
    let channel = op.actor().channel;
    NewRecord { service, reader, card: Some(card), channel, check, detail, digest }
}

/// A keyed digest of a request: the card, what is asked for, and who stands there.
pub(super) fn digest(
    op: &Op,
    card: CardId,
    asked: &impl Serialize,
    check: Option<&IdentityCheck>,
) -> Result<Vec<u8>> {
    records::digest(op, &(card, asked, check.map(canonical_check)))
}

/// The answer to an earlier call with the same key, if there was one.
pub(super) async fn earlier(op: &Op, service: ServiceName, digest: &[u8]) -> Result<Option<CardChange>> {
    let Some(found) = records::find_answer(op, service, digest).await? else { return Ok(None) };
    let card = found.card.ok_or(Error::NotFound("card"))?;
    let mut change = answer(op, service, found.record, card).await?;
    (change.at, change.repeated) = (found.at, true);
    Ok(Some(change))
}

/// The answer of a service.
pub(super) async fn answer(
    op: &Op,
    service: ServiceName,
    record: RecordId,
    card: CardId,
) -> Result<CardChange> {
    let view = CardView::from_row(&reload(op, card).await?)?;
    let old = match service {
        ServiceName::Replace => card::Entity::find()
            .filter(card::Column::ReplacedBy.eq(card))
            .one(op.db())
            .await?
            .map(|row| CardView::from_row(&row))
            .transpose()?,
        _ => None,
    };
    let reader = readers::views(op, &[view.reader]).await?.remove(&view.reader);
    let reader = reader.ok_or(Error::NotFound("reader"))?;
    Ok(CardChange { service, record, at: op.now(), card: view, old, reader, repeated: false })
}

/// Tells the reader what was done, where and from which moment on (6.3.1).
pub(super) async fn tell(
    op: &Op,
    card: &CardView,
    record: RecordId,
    template: Template,
    check: Option<&IdentityCheck>,
) -> Result<()> {
    let tree = tree(op).await?;
    let name = |id| tree.library(id).map(|library| library.name.clone()).unwrap_or_default();
    let mut words = vec![
        ("time", local_moment(op.now())),
        ("library", name(op.actor().library)),
        ("issuing_library", name(card.issuing_library)),
        ("number", super::grouped(&card.number)),
        ("kind", card.kind.as_str().to_owned()),
    ];
    if let Some(until) = card.confirm_loss_by {
        words.push(("until", local_moment(until)));
    }
    readers::tell(op, card.reader, record, template, &words, check).await
}

/// How loans and charges were looked up, for the record.
pub(super) fn looked_up(circulation_checked: bool) -> Value {
    json!(if circulation_checked { "clerk" } else { "system" })
}

/// The door, for rules that name it.
pub(super) fn door(op: &Op) -> Channel {
    op.actor().channel
}
