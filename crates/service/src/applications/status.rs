//! Coming back to an application from anywhere: by its number, and a code to the phone that was proven. Who types a number is told the
//! same, after the same time, whether there is such an application or not.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::begin::{new_token, send_code, subject};
use super::codes;
use super::confirm::{hand_over, take};
use super::content::Content;
use super::limits::{ADDRESS_HOUR, ADDRESS_MINUTE, ALL_MINUTE, NUMBER_HOUR, PHONE_HOUR, network};
use super::places::applicant_at;
use super::state::State;
use super::tables::application;
use crate::Service;
use crate::kernel::throttle::refuse_while;
use crate::kernel::{Actor, CodeId, Error, Problem, Result, pace, typed_digits};

/// How long the answer takes, whatever there is to do.
const EVEN: Duration = Duration::from_millis(250);

/// Sends a code to the phone of the application of this number, if there is one. Gives what the code is referred to by.
///
/// # Errors
/// [`Error::TooManyTries`] with the seconds to wait, for what was typed or for the address; [`Error::Invalid`] when nothing was typed.
pub async fn ask_status_code(house: &Service, number: &str, address: &str) -> Result<CodeId> {
    let number = typed_digits(number);
    if number.is_empty() {
        return Err(Error::field("application", Problem::Missing));
    }
    let (asked, ()) = tokio::join!(ask(house, number, address), tokio::time::sleep(EVEN));
    asked
}

async fn ask(house: &Service, number: String, address: &str) -> Result<CodeId> {
    let (typed, network) = (number.clone(), network(address));
    let wait = house
        .write(Actor::nobody(), async move |op| {
            let paces = [
                (ADDRESS_MINUTE, network.as_str()),
                (ADDRESS_HOUR, network.as_str()),
                (NUMBER_HOUR, typed.as_str()),
                (ALL_MINUTE, ""),
            ];
            pace::count(op, &paces).await
        })
        .await?;
    refuse_while(wait)?;
    let found = house
        .write(Actor::nobody(), async move |op| {
            let row = application::Entity::find()
                .filter(application::Column::Number.eq(&number))
                .filter(application::Column::State.ne(State::Draft.as_str()))
                .filter(application::Column::Content.is_not_null())
                .one(op.db())
                .await?;
            let Some(row) = row else { return Ok(None) };
            // More codes than its phone may get: nothing is sent, and nothing tells.
            let phone = subject(row.phone_key.as_deref().unwrap_or_default());
            let wait = pace::count(op, &[(PHONE_HOUR, phone.as_str())]).await?;
            Ok(Some(row).filter(|_| wait.is_none()))
        })
        .await?;
    let actor =
        found.as_ref().map_or_else(Actor::nobody, |row| applicant_at(row.library_id, row.service_point_id));
    house
        .write(actor, async move |op| match &found {
            Some(row) => send_code(op, row.id, &Content::of(op, row)?, &row.language).await,
            None => Ok(codes::make(op, None).await?.0),
        })
        .await
}

/// Takes the code; gives the token that this browser is known by from now on.
///
/// # Errors
/// [`Error::Invalid`] when the code is wrong, used or too old; [`Error::TooManyTries`].
pub async fn enter_status_code(house: &Service, id: CodeId, code: &str, address: &str) -> Result<String> {
    let application = take(house, id, code, address).await?;
    house
        .write(Actor::nobody(), async move |op| {
            let token = new_token()?;
            hand_over(op, application, &token).await?;
            Ok(token)
        })
        .await
}
