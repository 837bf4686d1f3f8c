//! A reader who has forgotten the password chooses a new one, by a code sent to the phone or mailbox that the library knows
//! (4.2.3). Who asks is told the same, after the same time, whether there is such a reader or not.

use std::time::Duration;

use super::change::chosen;
use super::codes::{self, Purpose};
use super::rules::judge;
use super::secret::{Secret, facts};
use super::sign_in::secret_by_number;
use super::tries::{Counted, Door, Tried, open_sign_in};
use crate::Service;
use crate::cards::barcode::as_printed;
use crate::cards::tables::card;
use crate::cards::{CardState, current_card};
use crate::kernel::throttle::{Subject, count, forgive, refuse_while};
use crate::kernel::{Actor, CodeId, Error, Op, Result, hash_with};
use crate::outbox::{self, Medium, Template};
use crate::readers;
use sea_orm::EntityTrait;

/// How long the answer takes, whatever there is to do.
const EVEN: Duration = Duration::from_millis(250);

/// Sends a code to the reader of a number, if there is one who can be reached by this medium. Gives what the code is referred to by.
///
/// # Errors
/// [`Error::TooManyTries`] with the seconds to wait, for what was typed or for the address.
pub async fn ask_for_code(house: &Service, number: &str, medium: Medium, address: &str) -> Result<CodeId> {
    let (asked, ()) = tokio::join!(ask(house, number, medium, address), tokio::time::sleep(EVEN));
    asked
}

async fn ask(house: &Service, number: &str, medium: Medium, address: &str) -> Result<CodeId> {
    let (number, address) = (as_printed(number), address.to_owned());
    let (found, tried) = house
        .read(Actor::nobody(), async move |op| {
            let found = secret_by_number(op, &number).await?;
            let tried = Tried::of(op, Door::Code, &number, found.as_ref());
            Ok((found, tried))
        })
        .await?;
    let counted = house.write(Actor::nobody(), async move |op| tried.count(op, &address).await).await?;
    let found = match counted {
        Counted::Wait(seconds) => return Err(Error::TooManyTries(seconds)),
        // Under another of their numbers: nothing is sent, and nothing tells.
        Counted::UsedUp => None,
        Counted::Open => found,
    };
    // A card that does not work is restored at a desk, so nothing is sent.
    let found = found.filter(|secret| secret.card.state == CardState::Active.as_str());
    let actor = found.as_ref().map_or_else(Actor::nobody, |secret| {
        Actor::reader(secret.card.reader_id, secret.card.issuing_library_id)
    });
    house.write(actor, async move |op| send(op, found.as_ref(), medium).await).await
}

async fn send(op: &Op, found: Option<&Secret>, medium: Medium) -> Result<CodeId> {
    let reader = found.map(|secret| secret.card.reader_id);
    let (id, code) = codes::make(op, reader, Purpose::ResetPassword, None).await?;
    if let Some(reader) = reader {
        let contacts = readers::contacts(op, reader).await?;
        let target = match medium {
            Medium::Email => contacts.email.as_deref(),
            _ => Some(contacts.phone.as_str()),
        };
        if let Some(target) = target {
            let medium = if medium == Medium::Email { medium } else { Medium::Sms };
            let words = [("code", code)];
            let template = Template::CodeForPassword;
            outbox::queue_one(op, reader, None, template, &words, &contacts, (medium, target)).await?;
        }
    }
    Ok(id)
}

/// Chooses a new password by the code. All sessions of the reader end, and a lock after failed tries is opened.
///
/// # Errors
/// [`Error::Invalid`] when the code is wrong, used or too old, or the password can't be taken; [`Error::TooManyTries`].
pub async fn choose_password(
    house: &Service,
    id: CodeId,
    code: &str,
    new: &str,
    address: &str,
) -> Result<()> {
    let (code, new, address) = (code.to_owned(), new.to_owned(), address.to_owned());
    let wait = {
        let address = address.clone();
        house
            .write(Actor::nobody(), async move |op| count(op, Subject::ReaderAddress(&address)).await)
            .await?
    };
    refuse_while(wait)?;
    let right = house
        .write(Actor::nobody(), async move |op| codes::try_code(op, id, Purpose::ResetPassword, &code).await)
        .await?
        .ok_or_else(codes::wrong)?;
    let (card, facts) = house
        .read(Actor::nobody(), async move |op| {
            let held = current_card(op, right.reader).await?;
            let id = held.filter(|card| card.state == CardState::Active).map(|card| card.id);
            let row = match id {
                Some(id) => card::Entity::find_by_id(id).one(op.db()).await?,
                None => None,
            };
            Ok((row.ok_or_else(codes::wrong)?, facts(op, right.reader).await?))
        })
        .await?;
    judge(&new, &facts).map_err(|problem| Error::field("new_password", problem))?;
    let hash = hash_with(house.hashing(), &new).await?;
    house
        .write(Actor::reader(card.reader_id, card.issuing_library_id), async move |op| {
            if !codes::use_up(op, id).await? {
                return Err(codes::wrong());
            }
            chosen(op, &card, &hash, None, None).await?;
            open_sign_in(op, card.reader_id).await?;
            forgive(op, Subject::ReaderAddress(&address)).await
        })
        .await
}
