//! The card is opened (6.1.1.1, A.2.1 c), by the same rules as at any other door.

use chrono::{Days, TimeZone as _};
use chrono_tz::Asia::Shanghai;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::place::token_of;
use super::read::stands;
use super::refer::{Reason, end_with, numbered};
use super::tables::day;
use super::visit::{End, Stage, Visit, keep_end, standing};
use crate::Service;
use crate::cards::{self, password};
use crate::kernel::{Actor, Call, Error, IdempotencyKey, Invalid, Op, Problem, Result, ServiceName};

/// The most cards that one kiosk opens on a day: far more than people who queue for it, far less than a stolen token wants.
pub const CARDS_PER_DAY: i64 = 200;

/// Opens the card of who stands there, with the password that they chose, or none. Asked again it does nothing more. Where it can't
/// be opened the visit says what to do instead.
///
/// # Errors
/// [`Error::Invalid`] at `new_password` when that can't be taken, and nothing is opened; [`Error::NotFound`] when nobody stands
/// there; [`Error::Stale`] when they are elsewhere; [`Error::TooManyTries`] when the kiosk opened as many today as it may.
pub async fn open(house: &Service, actor: &Actor, secret: &str, chosen: Option<String>) -> Result<()> {
    let hashed = match chosen {
        None => None,
        Some(chosen) => match password::first_hash(house, &chosen).await? {
            Some(hash) => Some((chosen, hash)),
            None => return Err(Error::field("new_password", Problem::WeakPassword)),
        },
    };
    let held = secret.to_owned();
    let visit = house.read(actor.clone(), async move |op| standing(op, &held).await).await?;
    let key = IdempotencyKey::new(&format!("kiosk-{}", visit.id));
    let document = visit.shown().and_then(super::Shown::document);
    let (held, shown) = (secret.to_owned(), document.clone());
    let call = Call { actor: actor.clone(), key };
    let opened = house
        .write(call, async move |op| {
            let visit = standing(op, &held).await?;
            if visit.end().is_some() {
                return Ok(());
            }
            open_for(op, &visit, hashed.as_ref()).await
        })
        .await;
    match opened {
        Err(Error::Refused(blockers)) => end_with(house, actor, secret, blockers, document).await,
        Err(Error::Invalid(invalid)) if !is_of_password(&invalid) => {
            // What was right when it was read is not any more: the day is another.
            let held = secret.to_owned();
            let end = async move |op: &Op| {
                let visit = standing(op, &held).await?;
                let end = numbered(op, Reason::Unclear, shown.clone()).await?;
                keep_end(op, &visit, end).await
            };
            house.write(actor.clone(), end).await
        }
        opened => opened,
    }
}

fn is_of_password(invalid: &Invalid) -> bool {
    invalid.0.iter().any(|error| error.field == "new_password")
}

async fn open_for(op: &Op, visit: &Visit, chosen: Option<&(String, String)>) -> Result<()> {
    op.intend(ServiceName::OpenCard, None);
    visit.at(Stage::Password)?;
    let content = &visit.content;
    let (Some(shown), Some(notice), Some(phone)) = (&content.shown, &content.notice, &content.phone) else {
        return Err(Error::Stale);
    };
    count_card(op).await?;
    let known = stands(op, shown).await?;
    if !known.against.is_empty() {
        return Err(Error::Refused(known.against));
    }
    let opened = cards::open_with_consent(op, shown.request(phone, &visit.language), notice).await?;
    if let Some((typed, hash)) = chosen {
        password::require_first(op, opened.card.id, typed, hash).await?;
    }
    let end = End::Opened {
        number: opened.card.number,
        document: shown.document().unwrap_or_default(),
        chosen: chosen.is_some(),
    };
    keep_end(op, visit, end).await
}

/// Counts a card to this kiosk and day.
async fn count_card(op: &Op) -> Result<()> {
    let token = token_of(op)?;
    let row = day::ActiveModel { token_id: Set(token), day: Set(op.today()), opened: Set(0) };
    let known = OnConflict::columns([day::Column::TokenId, day::Column::Day]).do_nothing().to_owned();
    day::Entity::insert(row).on_conflict(known).exec_without_returning(op.db()).await?;
    let done = day::Entity::update_many()
        .col_expr(day::Column::Opened, Expr::col(day::Column::Opened).add(1))
        .filter(day::Column::TokenId.eq(token))
        .filter(day::Column::Day.eq(op.today()))
        .filter(day::Column::Opened.lt(CARDS_PER_DAY))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::TooManyTries(until_tomorrow(op))) }
}

/// The seconds until the day is over in Foshan.
fn until_tomorrow(op: &Op) -> i64 {
    let tomorrow = (op.today() + Days::new(1)).and_hms_opt(0, 0, 0);
    let begins = tomorrow.and_then(|midnight| Shanghai.from_local_datetime(&midnight).single());
    begins.map_or(3600, |begins| Ord::max((begins.to_utc() - op.now()).num_seconds(), 1))
}
