//! Readers sign in with a number and a password (A.2.2, A.2.3): the virtual number, the barcode, or the number of the document.
//!
//! It takes the house and not an operation, since hashing takes tens of milliseconds, and a transaction must not wait. Whoever
//! tries, the same is done: the number is looked up, the try is counted, the hash is computed. Nothing tells whether there is such
//! a reader; that a card is lost is told to who knows its password only.

use sea_orm::EntityTrait;

use super::secret::{Secret, is_right};
use super::sessions;
use super::tries::{Counted, Door, Tried};
use crate::Service;
use crate::cards::barcode::as_printed;
use crate::cards::tables::card;
use crate::cards::view::registered;
use crate::cards::{CardState, current_card, live_card};
use crate::kernel::throttle::refuse_while;
use crate::kernel::{Actor, Blocker, Error, Op, Result};
use crate::libraries::{self, Policy};
use crate::readers::{self, recognise};

/// A sign-in that went well.
#[derive(Clone)]
pub struct ReaderSignedIn {
    /// The token for the browser's cookie.
    pub token: String,
    /// Whether the default password wants to be changed first.
    pub must_change: bool,
}

impl std::fmt::Debug for ReaderSignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReaderSignedIn {{ must_change: {} }}", self.must_change)
    }
}

/// Signs a reader in.
///
/// # Errors
/// [`Error::SignInRefused`], which does not tell what was wrong, nor whether this reader's tries are used up;
/// [`Error::TooManyTries`] with the seconds to wait, for what was typed or for the address; with the right password of a card that
/// does not work, [`Error::Refused`] with the reason.
pub async fn sign_in(house: &Service, number: &str, password: &str, address: &str) -> Result<ReaderSignedIn> {
    let (number, address) = (as_printed(number), address.to_owned());
    let password: String = password.chars().take(200).collect();
    let (found, tried, wait) = {
        let (number, address) = (number.clone(), address.clone());
        house
            .read(Actor::nobody(), async move |op| {
                let found = secret_by_number(op, &number).await?;
                let tried = Tried::of(op, Door::SignIn, &number, found.as_ref());
                let wait = tried.wait(op, &address).await?;
                Ok((found, tried, wait))
            })
            .await?
    };
    // Who is locked is turned away by a look: thousands of guesses must not keep the desks from writing.
    refuse_while(wait)?;
    let counted = {
        let (tried, address) = (tried.clone(), address.clone());
        house.write(Actor::nobody(), async move |op| tried.count(op, &address).await).await?
    };
    let found = match counted {
        Counted::Wait(seconds) => return Err(Error::TooManyTries(seconds)),
        Counted::UsedUp => None,
        Counted::Open => found,
    };
    if !is_right(house.hashing(), &password, found.as_ref()).await? {
        return Err(Error::SignInRefused);
    }
    let secret = found.ok_or(Error::SignInRefused)?;
    house
        .write(Actor::nobody(), async move |op| {
            tried.forgive(op, &address).await?;
            begin(op, &secret).await
        })
        .await?
        .map_err(Error::refused)
}

/// A blocker is no error here, so that the tries are forgiven all the same.
async fn begin(op: &Op, secret: &Secret) -> Result<Result<ReaderSignedIn, Blocker>> {
    let row = card::Entity::find_by_id(secret.card.id).one(op.db()).await?.ok_or(Error::SignInRefused)?;
    match row.state.parse()? {
        CardState::Active => {}
        CardState::Lost => return Ok(Err(Blocker::CardLost)),
        // Replaced, or merged away: there is another card, and only that one's number lets its holder in.
        CardState::Cancelled if live_card(op, row.reader_id).await?.is_some() => {
            return Ok(Err(Blocker::NumberNotUsed));
        }
        CardState::Cancelled => return Ok(Err(Blocker::CardCancelled)),
    }
    // The password was changed while it was compared.
    if row.password_hash != secret.card.password_hash {
        return Err(Error::SignInRefused);
    }
    let must_change = must_change(op, secret).await?;
    let token = sessions::begin(op, &row, must_change, false).await?;
    Ok(Ok(ReaderSignedIn { token, must_change }))
}

/// Whether the default password wants to be changed before anything else (A.2.3).
pub(super) async fn must_change(op: &Op, secret: &Secret) -> Result<bool> {
    let library = secret.card.issuing_library_id;
    let force = libraries::policy(op, library, Policy::ForcePasswordChange).await?.number();
    Ok(secret.is_default() && force == 1)
}

/// The card that a number leads to: its own, or the one that counts for the holder of the document.
pub(super) async fn secret_by_number(op: &Op, number: &str) -> Result<Option<Secret>> {
    match card_by_number(op, number).await? {
        Some(row) => Secret::of(op, row).await.map(Some),
        None => Ok(None),
    }
}

/// The same, without what its password is compared with.
pub(in crate::cards) async fn card_by_number(op: &Op, number: &str) -> Result<Option<card::Model>> {
    let id = match registered(op, number).await? {
        Some(entry) => Some(entry.card_id),
        None => {
            let paper = documents::read_number(number, None, None, op.today()).ok();
            let mut holders = recognise(op, &paper, None).await?.exact;
            if holders.is_empty() {
                // A passport without its country, or a document that names nobody: whoever is the only one to have it.
                holders = readers::by_bare_number(op, number).await?;
            }
            match holders.as_slice() {
                [reader] => current_card(op, *reader).await?.map(|card| card.id),
                _ => None,
            }
        }
    };
    let Some(id) = id else { return Ok(None) };
    Ok(card::Entity::find_by_id(id).one(op.db()).await?)
}
