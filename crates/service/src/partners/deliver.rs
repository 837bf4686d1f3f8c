//! Telling partners what waits for them: for each reader in order, each until the partner has it. As with messages to readers, an
//! event is claimed in one short transaction, sent outside of any, and marked in another; a claim that was never marked lapses, and
//! the event is sent again under the same id. Only the first one of a reader that was not told is ever on its way.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::accounts::{keys_of, secret_of};
use super::events::WAITING;
use super::links::opened;
use super::tables::{partner, partner_event, partner_link};
use crate::Service;
use crate::kernel::{Actor, Error, Op, PartnerEventId, Result};

/// After so many minutes a claim that was never marked lapses. A carrier gives up long before.
pub const LEASE_MINUTES: i64 = 5;
/// How many events are on their way at once.
const AT_ONCE: u64 = 8;
/// Seconds to the next try after each failed one; the last holds for all that follow: an event is never given up.
const RETRIES: [i64; 6] = [5, 15, 30, 60, 120, 300];

/// An event on its way. `Debug` shows neither code nor key.
#[derive(Clone)]
pub struct DueEvent {
    /// Its id: the same at each try.
    pub id: PartnerEventId,
    /// Where it is sent.
    pub url: String,
    /// The partner's name.
    pub partner: String,
    /// The name of the key that signs it: the oldest one that is open, which the partner surely has.
    pub key: String,
    /// That key.
    pub secret: String,
    /// What is never used twice: another at each try.
    pub nonce: String,
    /// When it is sent now.
    pub at: DateTime<Utc>,
    /// What it says (docs/yuedutong.md).
    pub body: Value,
    tries: i64,
}

impl fmt::Debug for DueEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DueEvent({}, try {})", self.id, self.tries)
    }
}

/// Why an event could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable word: `connection`, `time_out`, `status_503`, `bad_answer` ….
    pub code: String,
    /// Whether the partner says that it will never take it.
    pub lasting: bool,
}

/// An event being sent.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// What carries events to partners.
pub trait EventCarrier: Send + Sync + fmt::Debug {
    /// Sends one event; it must end well within [`LEASE_MINUTES`].
    fn send<'a>(&'a self, due: &'a DueEvent) -> Sending<'a>;
}

/// Tells one batch of what is due; gives how many events it took up.
///
/// # Errors
/// When the database can't be asked or written; what was claimed by then is taken up again later.
pub async fn deliver_due(house: &Service, carrier: &Arc<dyn EventCarrier>) -> Result<usize> {
    let due = house.write(Actor::nobody(), claim).await?;
    let taken = due.len();
    let mut sent = JoinSet::new();
    for due in due {
        let carrier = Arc::clone(carrier);
        sent.spawn(async move {
            let outcome = carrier.send(&due).await;
            (due, outcome)
        });
    }
    let mut failed = None;
    while let Some(joined) = sent.join_next().await {
        let (due, outcome) = match joined {
            Ok(sent) => sent,
            // A carrier that stopped: the claim lapses.
            Err(error) => {
                tracing::error!(%error, "an event's carrier stopped");
                continue;
            }
        };
        let marked =
            house.write(Actor::nobody(), async move |op| mark(op, &due, outcome.as_ref().err()).await).await;
        if let Err(error) = marked {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(taken), Err)
}

async fn claim(op: &Op) -> Result<Vec<DueEvent>> {
    let partners = partner::Entity::find()
        .filter(partner::Column::ClosedAt.is_null())
        .filter(partner::Column::EventsUrl.is_not_null())
        .all(op.db())
        .await?;
    if partners.is_empty() {
        return Ok(Vec::new());
    }
    let rows = partner_event::Entity::find()
        .filter(partner_event::Column::State.is_in(WAITING))
        .filter(partner_event::Column::NextTryAt.lte(op.now()))
        .filter(partner_event::Column::PartnerId.is_in(partners.iter().map(|partner| partner.id.0)))
        .filter(Expr::cust(
            "NOT EXISTS (SELECT 1 FROM partner_events earlier WHERE earlier.link_id = partner_events.link_id \
             AND earlier.seq < partner_events.seq AND earlier.state IN ('waiting', 'sending'))",
        ))
        .order_by_asc(partner_event::Column::NextTryAt)
        .order_by_asc(partner_event::Column::Id)
        .limit(AT_ONCE)
        .all(op.db())
        .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let done = partner_event::Entity::update_many()
            .col_expr(partner_event::Column::State, Expr::value("sending"))
            .col_expr(
                partner_event::Column::NextTryAt,
                Expr::value(op.now() + TimeDelta::minutes(LEASE_MINUTES)),
            )
            .col_expr(partner_event::Column::Tries, Expr::value(row.tries + 1))
            .filter(partner_event::Column::Id.eq(row.id))
            .filter(partner_event::Column::State.eq(row.state.clone()))
            .filter(partner_event::Column::Tries.eq(row.tries))
            .exec(op.db())
            .await?;
        // Another worker was first.
        if done.rows_affected == 0 {
            continue;
        }
        if let Some(partner) = partners.iter().find(|partner| partner.id == row.partner_id) {
            claimed.extend(due(op, partner, &row).await?);
        }
    }
    Ok(claimed)
}

async fn due(op: &Op, partner: &partner::Model, row: &partner_event::Model) -> Result<Option<DueEvent>> {
    let keys = keys_of(op, partner.id).await?;
    let key = keys.iter().find(|key| key.closed_at.is_none());
    let (Some(key), Some(url)) = (key, partner.events_url.clone()) else { return Ok(None) };
    let link = partner_link::Entity::find_by_id(row.link_id).one(op.db()).await?;
    let link = link.ok_or_else(|| Error::internal("an event without a link"))?;
    let card: Option<Value> =
        row.card.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
    Ok(Some(DueEvent {
        id: row.id,
        url,
        partner: partner.name.clone(),
        key: key.label.clone(),
        secret: secret_of(op, key)?,
        nonce: format!("{}-{}", row.id.0.simple(), row.tries + 1),
        at: op.now(),
        body: json!({
            "id": row.id,
            "code": opened(op, &link)?,
            "seq": row.seq,
            "event": row.event,
            "at": row.at,
            "card": card,
        }),
        tries: row.tries + 1,
    }))
}

/// Marks an event, unless somebody else took it up meanwhile.
async fn mark(op: &Op, due: &DueEvent, fault: Option<&Fault>) -> Result<()> {
    let update = partner_event::Entity::update_many();
    let update = match fault {
        None => update
            .col_expr(partner_event::Column::State, Expr::value("sent"))
            .col_expr(partner_event::Column::SentAt, Expr::value(op.now()))
            .col_expr(partner_event::Column::Fault, Expr::value(Option::<String>::None)),
        Some(fault) => {
            let place = usize::try_from(due.tries - 1).unwrap_or(usize::MAX).min(RETRIES.len() - 1);
            let wait = RETRIES.get(place).copied().unwrap_or_default();
            let state = if fault.lasting { "refused" } else { "waiting" };
            update
                .col_expr(partner_event::Column::State, Expr::value(state))
                .col_expr(partner_event::Column::Fault, Expr::value(fault.code.as_str()))
                .col_expr(partner_event::Column::NextTryAt, Expr::value(op.now() + TimeDelta::seconds(wait)))
        }
    };
    update
        .filter(partner_event::Column::Id.eq(due.id))
        .filter(partner_event::Column::State.eq("sending"))
        .filter(partner_event::Column::Tries.eq(due.tries))
        .exec(op.db())
        .await?;
    Ok(())
}
