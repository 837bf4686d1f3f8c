//! A reader chooses a password (6.1.1.2, A.2.3).

use sea_orm::EntityTrait;
use serde_json::json;

use super::rules::{Facts, judge};
use super::secret::{Secret, facts, is_right, set_password};
use super::sessions::{hash_of, reader_session};
use crate::Service;
use crate::cards::tables::card;
use crate::kernel::throttle::{Subject, count, forgive, refuse_while};
use crate::kernel::{Actor, Channel, Error, Op, Problem, Result, ServiceName, hash_with};
use crate::outbox::Template;
use crate::readers;
use crate::records::{self, CheckMethod, IdentityCheck, NewRecord};

/// Changes the password of who is signed in with this token. Other sessions of the reader end.
///
/// # Errors
/// [`Error::Invalid`] when the current password is wrong, or the new one can't be taken; [`Error::TooManyTries`];
/// [`Error::NotFound`] when the session has ended.
pub async fn change_password(house: &Service, token: &str, current: &str, new: &str) -> Result<()> {
    let (actor, secret, facts) = confirmed(house, token, current, "current_password").await?;
    let (token, new) = (token.to_owned(), new.to_owned());
    if current == new {
        return Err(Error::field("new_password", Problem::SamePassword));
    }
    judge(&new, &facts).map_err(|problem| Error::field("new_password", problem))?;
    let hash = hash_with(house.hashing(), &new).await?;
    house
        .write(actor, async move |op| {
            let keep = Some(hash_of(op, &token));
            chosen(op, &secret.card, &hash, keep, Some(CheckMethod::Password)).await
        })
        .await
}

/// Makes sure that who is signed in with this token still knows the password, before something that whoever picked up the phone must
/// not do (5.3). A wrong one counts as a try to sign in.
///
/// # Errors
/// [`Error::Invalid`] at `password` when it is wrong; [`Error::TooManyTries`]; [`Error::NotFound`] when the session has ended.
pub async fn confirm_password(house: &Service, token: &str, password: &str) -> Result<()> {
    confirmed(house, token, password, "password").await.map(|_| ())
}

/// Who is signed in with this token, once the password was right; a try is counted before it is looked at.
async fn confirmed(
    house: &Service,
    token: &str,
    password: &str,
    field: &'static str,
) -> Result<(Actor, Secret, Facts)> {
    let password: String = password.chars().take(200).collect();
    let (actor, secret, facts) = {
        let token = token.to_owned();
        house
            .read(Actor::nobody(), async move |op| {
                let session = reader_session(op, &token).await?.ok_or(Error::NotFound("session"))?;
                let row = card::Entity::find_by_id(session.card.id).one(op.db()).await?;
                let secret = Secret::of(op, row.ok_or(Error::NotFound("card"))?).await?;
                Ok((session.actor, secret, facts(op, session.reader).await?))
            })
            .await?
    };
    let reader = secret.card.reader_id.to_string();
    let wait = {
        let reader = reader.clone();
        house.write(Actor::nobody(), async move |op| count(op, Subject::Reader(&reader)).await).await?
    };
    refuse_while(wait)?;
    if !is_right(house.hashing(), &password, Some(&secret)).await? {
        return Err(Error::field(field, Problem::WrongPassword));
    }
    house.write(Actor::nobody(), async move |op| forgive(op, Subject::Reader(&reader)).await).await?;
    Ok((actor, secret, facts))
}

/// Writes a password that was chosen, records it and tells the reader.
pub(super) async fn chosen(
    op: &Op,
    card: &card::Model,
    hash: &str,
    keep: Option<Vec<u8>>,
    method: Option<CheckMethod>,
) -> Result<()> {
    op.intend(ServiceName::ChangePassword, Some(card.reader_id));
    set_password(op, card, Some(hash), keep).await?;
    let check = method.map(IdentityCheck::of_the_person);
    let record = NewRecord {
        service: ServiceName::ChangePassword,
        reader: card.reader_id,
        card: Some(card.id),
        channel: Channel::Online,
        check: check.as_ref(),
        detail: json!({ "by": if method.is_some() { "password" } else { "code" } }),
        digest: records::digest(op, &card.id)?,
    };
    let record = records::keep(op, record).await?;
    let words = [("number", card.number.clone())];
    readers::tell(op, card.reader_id, record, Template::PasswordChanged, &words, None).await
}
