//! Delivering what waits. A message is claimed in one short transaction, sent outside of any, and marked in another; only who
//! claimed it marks it. A claim that was never marked, because the program stopped in between, lapses and is taken up again, under
//! the same id: a gateway that knows the id sends nothing twice. Mail servers know no such key, so a mail whose sender stopped
//! between the server's yes and the mark can come twice, with the same Message-ID.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::task::JoinSet;

use super::tables::message;
use super::{Medium, Template};
use crate::Service;
use crate::kernel::{Actor, CODE_MINUTES, Error, MessageId, Op, Result};

/// After so many minutes a claim that was never marked lapses. A carrier gives up long before.
pub const LEASE_MINUTES: i64 = 5;
/// How many messages are on their way at once.
const AT_ONCE: u64 = 8;
/// Minutes to the next try after each failed one; after the last the message is given up.
const RETRIES: [i64; 7] = [1, 5, 15, 60, 360, 720, 1440];
/// Tries that a message gets, those included that a crash cut off.
const MOST_TRIES: i64 = 9;
/// How many days a message waits for its medium to be configured.
const PATIENCE_DAYS: i64 = 3;

/// A message on its way. `Debug` shows nothing of what it says and to whom.
#[derive(Clone)]
pub struct Due {
    /// Its id: the same at each try.
    pub id: MessageId,
    /// By which medium.
    pub medium: Medium,
    /// In which language.
    pub language: String,
    /// To whom: a phone number or mailbox.
    pub recipient: String,
    /// Of a mail.
    pub subject: String,
    /// What it says.
    pub body: String,
    tries: i64,
    is_code: bool,
}

impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Due({}, {}, try {})", self.id, self.medium.as_str(), self.tries)
    }
}

/// Why a message could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable word without personal data: `connection`, `time_out`, `recipient`, `smtp_550`, `gateway_503` ….
    pub code: String,
    /// Whether trying again is of no use.
    pub lasting: bool,
}

impl Fault {
    /// A fault that passes.
    #[must_use]
    pub fn passing(code: impl Into<String>) -> Self {
        Self { code: code.into(), lasting: false }
    }

    /// A fault that stays.
    #[must_use]
    pub fn lasting(code: impl Into<String>) -> Self {
        Self { code: code.into(), lasting: true }
    }
}

/// A message being carried.
pub type Carrying<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// What carries messages out of the house.
pub trait Carrier: Send + Sync + fmt::Debug {
    /// The media it can carry now.
    fn media(&self) -> Vec<Medium>;
    /// Carries one message; it must end well within [`LEASE_MINUTES`].
    fn carry<'a>(&'a self, due: &'a Due) -> Carrying<'a>;
}

/// Delivers one batch of what is due; gives how many messages it took up.
///
/// # Errors
/// When the database can't be asked or written; what was claimed by then is taken up again later.
pub async fn deliver_due(house: &Service, carrier: &Arc<dyn Carrier>) -> Result<usize> {
    let media = carrier.media();
    let due = house.write(Actor::nobody(), async move |op| claim(op, &media).await).await?;
    let taken = due.len();
    let mut carried = JoinSet::new();
    for due in due {
        let carrier = Arc::clone(carrier);
        carried.spawn(async move {
            let outcome = carrier.carry(&due).await;
            (due, outcome)
        });
    }
    let mut failed = None;
    while let Some(joined) = carried.join_next().await {
        let (due, outcome) = match joined {
            Ok(carried) => carried,
            // A carrier that stopped: the claim lapses.
            Err(error) => {
                tracing::error!(%error, "a message's carrier stopped");
                continue;
            }
        };
        let marked = house
            .write(Actor::nobody(), async move |op| match &outcome {
                Ok(()) => mark_sent(op, &due).await,
                Err(fault) => mark_failed(op, &due, fault).await,
            })
            .await;
        if let Err(error) = marked {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(taken), Err)
}

async fn claim(op: &Op, media: &[Medium]) -> Result<Vec<Due>> {
    let rows = message::Entity::find()
        .filter(message::Column::State.is_in(["waiting", "sending"]))
        .filter(message::Column::NextTryAt.lte(op.now()))
        .filter(message::Column::Channel.is_in(media.iter().map(|medium| medium.as_str())))
        .filter(message::Column::Tries.lt(MOST_TRIES))
        .order_by_asc(message::Column::NextTryAt)
        .order_by_asc(message::Column::CreatedAt)
        .order_by_asc(message::Column::Id)
        .limit(AT_ONCE)
        .all(op.db())
        .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let done = message::Entity::update_many()
            .col_expr(message::Column::State, Expr::value("sending"))
            .col_expr(message::Column::ClaimedAt, Expr::value(op.now()))
            .col_expr(message::Column::NextTryAt, Expr::value(op.now() + TimeDelta::minutes(LEASE_MINUTES)))
            .col_expr(message::Column::Tries, Expr::value(row.tries + 1))
            .filter(message::Column::Id.eq(row.id))
            .filter(message::Column::State.eq(row.state.clone()))
            .filter(message::Column::Tries.eq(row.tries))
            .exec(op.db())
            .await?;
        // Another worker was first.
        if done.rows_affected == 0 {
            continue;
        }
        // A code that comes later is of no use.
        let too_late = op.now() - row.created_at > TimeDelta::minutes(CODE_MINUTES);
        let due = opened(op, &row)?;
        if due.is_code && too_late {
            mark_failed(op, &due, &Fault::lasting("too_late")).await?;
        } else {
            claimed.push(due);
        }
    }
    Ok(claimed)
}

fn opened(op: &Op, row: &message::Model) -> Result<Due> {
    let open = |column: &str, sealed: &Option<crate::kernel::Sealed>| match sealed {
        Some(sealed) => op.keys().open_sealed(column, row.id.0, sealed),
        None => Ok(String::new()),
    };
    Ok(Due {
        id: row.id,
        medium: Medium::from_word(&row.channel).ok_or_else(|| Error::internal("unknown medium"))?,
        language: row.language.clone(),
        recipient: open("messages.recipient", &row.recipient)?,
        subject: open("messages.subject", &row.subject)?,
        body: open("messages.body", &row.body)?,
        tries: row.tries + 1,
        is_code: Template::from_word(&row.template).is_some_and(Template::is_code),
    })
}

async fn mark_sent(op: &Op, due: &Due) -> Result<()> {
    let update = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value("sent"))
        .col_expr(message::Column::SentAt, Expr::value(op.now()))
        .col_expr(message::Column::Fault, Expr::value(Option::<String>::None));
    mark(op, due, update, true).await
}

async fn mark_failed(op: &Op, due: &Due, fault: &Fault) -> Result<()> {
    let place = usize::try_from(due.tries - 1).unwrap_or(usize::MAX);
    let wait = RETRIES.get(place).filter(|_| !fault.lasting);
    let mut update = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value(if wait.is_some() { "waiting" } else { "failed" }))
        .col_expr(message::Column::Fault, Expr::value(fault.code.as_str()));
    if let Some(minutes) = wait {
        update =
            update.col_expr(message::Column::NextTryAt, Expr::value(op.now() + TimeDelta::minutes(*minutes)));
    }
    mark(op, due, update, wait.is_none()).await
}

/// Marks a message, unless somebody else took it up meanwhile. A code's text is not kept once it is done with.
async fn mark(
    op: &Op,
    due: &Due,
    mut update: sea_orm::UpdateMany<message::Entity>,
    ended: bool,
) -> Result<()> {
    if ended && due.is_code {
        update = update
            .col_expr(message::Column::Body, Expr::value(Option::<Vec<u8>>::None))
            .col_expr(message::Column::Subject, Expr::value(Option::<Vec<u8>>::None));
    }
    update
        .filter(message::Column::Id.eq(due.id))
        .filter(message::Column::State.eq("sending"))
        .filter(message::Column::Tries.eq(due.tries))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Gives up what no try is left for, and what has waited for days for a medium that nobody configured: a job. They stay as failed,
/// for the desk to see and to send again.
///
/// # Errors
/// When the database can't be written.
pub async fn give_up_old(op: &Op, media: &[Medium]) -> Result<()> {
    let give_up = |fault: &'static str| {
        message::Entity::update_many()
            .col_expr(message::Column::State, Expr::value("failed"))
            .col_expr(message::Column::Fault, Expr::value(fault))
            .filter(message::Column::State.is_in(["waiting", "sending"]))
            .filter(message::Column::NextTryAt.lte(op.now()))
    };
    give_up("stopped").filter(message::Column::Tries.gte(MOST_TRIES)).exec(op.db()).await?;
    let configured = media.iter().map(|medium| medium.as_str());
    give_up("not_configured")
        .filter(Condition::all().add(message::Column::Channel.is_not_in(configured)))
        .filter(message::Column::CreatedAt.lt(op.now() - TimeDelta::days(PATIENCE_DAYS)))
        .exec(op.db())
        .await?;
    Ok(())
}
