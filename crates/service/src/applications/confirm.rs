//! The code comes back: the phone is the applicant's.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::begin::{AT_HAND, send_code, subject, token_key};
use super::codes;
use super::content::Content;
use super::forget::remove;
use super::limits::{ADDRESS_HOUR, ADDRESS_MINUTE, ALL_MINUTE, PHONE_HOUR, network};
use super::places::applicant_at;
use super::state::State;
use super::tables::application;
use crate::Service;
use crate::cards;
use crate::kernel::throttle::{Subject, count, forgive, refuse_while};
use crate::kernel::{Actor, ApplicationId, CodeId, Error, Op, Result, pace};
use crate::readers;

/// What follows once the phone is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The photos of the document.
    Photos,
    /// There is an application of this person with this phone already: how far it is.
    Known,
    /// This person holds a card, and the phone is the one on file: nothing is to be opened.
    HoldsCard,
}

/// The application of a browser, while it is known.
pub(super) async fn by_token(op: &Op, token: &str) -> Result<application::Model> {
    let row = application::Entity::find()
        .filter(application::Column::TokenKey.eq(token_key(op, token)))
        .one(op.db())
        .await?;
    let row = row.filter(|row| row.token_until.is_some_and(|until| until > op.now()));
    row.ok_or(Error::NotFound("application"))
}

/// Sends another code to the phone of an application that was just begun.
///
/// # Errors
/// [`Error::NotFound`] when the browser is not known (any more); [`Error::TooManyTries`].
pub async fn send_code_again(house: &Service, token: &str, address: &str) -> Result<()> {
    let wanted = token.to_owned();
    let row = house.read(Actor::nobody(), async move |op| by_token(op, &wanted).await).await?;
    if row.state != State::Draft.as_str() || row.phone_proven_at.is_some() {
        return Ok(());
    }
    let network = network(address);
    let phone = subject(row.phone_key.as_deref().unwrap_or_default());
    let wait = house
        .write(Actor::nobody(), async move |op| {
            let paces = [
                (ADDRESS_MINUTE, network.as_str()),
                (ADDRESS_HOUR, network.as_str()),
                (PHONE_HOUR, phone.as_str()),
                (ALL_MINUTE, ""),
            ];
            pace::count(op, &paces).await
        })
        .await?;
    refuse_while(wait)?;
    house
        .write(applicant_at(row.library_id, row.service_point_id), async move |op| {
            let content = Content::of(op, &row)?;
            send_code(op, row.id, &content, &row.language).await.map(|_| ())
        })
        .await
}

/// Takes the code that was sent to the phone. Only now, and only to who has the phone that is on file, it is told that the person of the
/// document holds a card: whoever types a stranger's number learns nothing.
///
/// # Errors
/// [`Error::Invalid`] when the code is wrong, used or too old; [`Error::TooManyTries`]; [`Error::NotFound`] when the browser is not
/// known (any more).
pub async fn confirm(house: &Service, token: &str, code: &str, address: &str) -> Result<Confirmed> {
    let wanted = token.to_owned();
    let (row, latest) = house
        .read(Actor::nobody(), async move |op| {
            let row = by_token(op, &wanted).await?;
            let latest = codes::latest(op, row.id).await?;
            Ok((row, latest))
        })
        .await?;
    if row.state != State::Draft.as_str() {
        return Ok(Confirmed::Known);
    }
    if row.phone_proven_at.is_some() {
        return Ok(Confirmed::Photos);
    }
    let latest = latest.ok_or_else(codes::wrong)?;
    let id = take(house, latest, code, address).await?;
    if id != row.id {
        return Err(codes::wrong());
    }
    let token = token.to_owned();
    let actor = applicant_at(row.library_id, row.service_point_id);
    house.write(actor, async move |op| proven(op, row.id, &token).await).await
}

/// Tries a code; whose it was. Wrong ones are counted by address.
pub(super) async fn take(house: &Service, id: CodeId, code: &str, address: &str) -> Result<ApplicationId> {
    let (code, network) = (code.to_owned(), network(address));
    let counted = network.clone();
    let wait = house
        .write(Actor::nobody(), async move |op| count(op, Subject::ReaderAddress(&counted)).await)
        .await?;
    refuse_while(wait)?;
    let right = house
        .write(Actor::nobody(), async move |op| {
            let right = codes::use_up(op, id, &code).await?;
            if right.is_some() {
                forgive(op, Subject::ReaderAddress(&network)).await?;
            }
            Ok(right)
        })
        .await?;
    right.ok_or_else(codes::wrong)
}

async fn proven(op: &Op, id: ApplicationId, token: &str) -> Result<Confirmed> {
    let row =
        application::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("application"))?;
    let content = Content::of(op, &row)?;
    if holds_card_with_this_phone(op, &content).await? {
        remove(op, &[id]).await?;
        return Ok(Confirmed::HoldsCard);
    }
    let before = application::Entity::find()
        .filter(application::Column::DocumentKey.eq(row.document_key.clone()))
        .filter(application::Column::PhoneKey.eq(row.phone_key.clone()))
        .filter(application::Column::State.is_in([State::Waiting.as_str(), State::Asked.as_str()]))
        .one(op.db())
        .await?;
    if let Some(before) = before {
        remove(op, &[id]).await?;
        hand_over(op, before.id, token).await?;
        return Ok(Confirmed::Known);
    }
    let done = application::Entity::update_many()
        .col_expr(application::Column::PhoneProvenAt, Expr::value(op.now()))
        .col_expr(application::Column::TokenUntil, Expr::value(op.now() + AT_HAND))
        .filter(application::Column::Id.eq(id))
        .filter(application::Column::State.eq(State::Draft.as_str()))
        .filter(application::Column::PhoneProvenAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(Confirmed::Photos) } else { Err(Error::Raced) }
}

/// From now on this browser is the one that is known for an application.
pub(super) async fn hand_over(op: &Op, id: ApplicationId, token: &str) -> Result<()> {
    application::Entity::update_many()
        .col_expr(application::Column::TokenKey, Expr::value(token_key(op, token)))
        .col_expr(application::Column::TokenUntil, Expr::value(op.now() + AT_HAND))
        .filter(application::Column::Id.eq(id))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Whether the person of a document holds a card, and the phone is the one on file.
async fn holds_card_with_this_phone(op: &Op, content: &Content) -> Result<bool> {
    let document = content.parsed(op)?;
    let known = readers::recognise(op, [&document], None).await?;
    for reader in known.exact {
        if cards::live_card(op, reader).await?.is_some()
            && readers::contacts(op, reader).await?.phone == content.phone
        {
            return Ok(true);
        }
    }
    Ok(false)
}
