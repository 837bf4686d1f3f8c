//! Readers at a self-service machine: who presents a number, whether the password is theirs, and changing it there (A.2.2, A.2.3).
//!
//! Verified passwords are remembered briefly. The card and the stamp of its password are read at each message, so what was changed or
//! reported lost on any instance ends that at once.

use sea_orm::EntityTrait;
use serde_json::json;

use super::change::chosen;
use super::rules::judge;
use super::secret::{Secret, facts, is_right, set_password};
use super::sign_in::{secret_by_number, subject_of};
use crate::Service;
use crate::cards::at_gate::{Stands, is_own_number, stands};
use crate::cards::barcode::as_printed;
use crate::cards::tables::card;
use crate::cards::{CardState, CardView};
use crate::kernel::throttle::{Subject, count_both, forgive, locked, refuse_while};
use crate::kernel::{
    Actor, CardId, Error, Op, PasswordMemory, Problem, ReaderId, Result, Right, ServiceName, hash_with,
    is_good_password,
};
use crate::readers::{self, BlockReason};
use crate::records::{self, Access, CheckMethod, IdentityCheck, Look, NewRecord, log_access};

/// Somebody who presents a number at a machine: the virtual number, the barcode, or the number of the document. `Debug` shows
/// nothing of them.
#[derive(Clone)]
pub struct Presented {
    /// The card that the number leads to.
    pub card: CardView,
    /// Its holder.
    pub reader: ReaderId,
    /// The holder's name, in full.
    pub name: String,
    /// The language of the holder's messages, where they chose one.
    pub language: Option<String>,
    /// Whether the number is one that works: the card's own now or that of the document, and the card has no successor.
    pub current: bool,
    /// Whether the holder has another card that works.
    pub has_another: bool,
    /// Why the holder is blocked (A.3.1).
    pub block: Option<BlockReason>,
    secret: Secret,
    stamp: Vec<u8>,
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented({})", self.card.id)
    }
}

/// Who presents this number; none when it leads to nobody.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn presented(op: &Op, number: &str) -> Result<Option<Presented>> {
    op.require(Right::FindReaders)?;
    let number = as_printed(number);
    if number.is_empty() {
        return Ok(None);
    }
    let Some(secret) = secret_by_number(op, &number).await? else { return Ok(None) };
    let card = CardView::from_row(&secret.card)?;
    let own = is_own_number(op, &card, &number).await?;
    let (name, language) = readers::address(op, card.reader).await?;
    let Stands { current, has_another, block } = stands(op, &card, own).await?;
    let stamp = op.keys().lookup("password stamp", &secret.stamp());
    Ok(Some(Presented {
        reader: card.reader,
        card,
        name,
        language,
        current,
        has_another,
        block,
        secret,
        stamp,
    }))
}

/// Logs that a machine was shown somebody's data.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn note_presented(op: &Op, reader: ReaderId) -> Result<()> {
    op.require(Right::FindReaders)?;
    let detail = json!({ "by": "machine" });
    log_access(op, Access { look: Look::Viewed, reader: Some(reader), detail, reason: None }).await
}

/// Whether a password is that of who presents the number. An empty one is none: it is not right, and no try.
///
/// # Errors
/// [`Error::TooManyTries`] with the seconds to wait.
pub async fn verify(
    house: &Service,
    memory: &PasswordMemory,
    who: &Presented,
    password: &str,
    address: &str,
) -> Result<bool> {
    if password.trim().is_empty() {
        return Ok(false);
    }
    let password: String = password.chars().take(200).collect();
    if memory.remembers(&who.stamp, &password) {
        return Ok(true);
    }
    count_try(house, who, address).await?;
    if !is_right(house.hashing(), &password, Some(&who.secret)).await? {
        return Ok(false);
    }
    memory.remember(&who.stamp, &password);
    let (reader, address) = (who.reader.to_string(), address.to_owned());
    house
        .write(Actor::nobody(), async move |op| {
            forgive(op, Subject::Reader(&reader)).await?;
            forgive(op, Subject::ReaderAddress(&address)).await
        })
        .await?;
    Ok(true)
}

/// Counts a try, as at the portal: who is locked is turned away by a look.
async fn count_try(house: &Service, who: &Presented, address: &str) -> Result<()> {
    let (subject, address) = (subject_of(Some(&who.secret), ""), address.to_owned());
    let wait = {
        let (subject, address) = (subject.clone(), address.clone());
        house
            .read(Actor::nobody(), async move |op| {
                let wait = locked(op, Subject::Reader(&subject)).await?;
                Ok(wait.max(locked(op, Subject::ReaderAddress(&address)).await?))
            })
            .await?
    };
    refuse_while(wait)?;
    let counted = async move |op: &Op| count_both(op, Subject::Reader(&subject), &address).await;
    refuse_while(house.write(Actor::nobody(), counted).await?)
}

/// Changes the password of who presents the number, at a machine (6.1.1.2, A.2.3).
///
/// # Errors
/// [`Error::Invalid`] when the current password is wrong, or the new one can't be taken; [`Error::TooManyTries`]; [`Error::Raced`]
/// never: what changed meanwhile is a wrong password.
pub async fn change_presented(
    house: &Service,
    memory: &PasswordMemory,
    actor: &Actor,
    who: &Presented,
    current: &str,
    new: &str,
    address: &str,
) -> Result<()> {
    if !verify(house, memory, who, current, address).await? {
        return Err(Error::field("current_password", Problem::WrongPassword));
    }
    if current == new {
        return Err(Error::field("new_password", Problem::SamePassword));
    }
    let reader = who.reader;
    let facts = house.read(Actor::nobody(), async move |op| facts(op, reader).await).await?;
    judge(new, &facts).map_err(|problem| Error::field("new_password", problem))?;
    let hash = hash_with(house.hashing(), new).await?;
    let card = who.secret.card.clone();
    house
        .write(actor.clone(), async move |op| {
            op.require(Right::FindReaders)?;
            // What a loan does to the card is no change of its password; another password is.
            let row = card::Entity::find_by_id(card.id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
            if row.password_hash != card.password_hash || row.reader_id != card.reader_id {
                return Err(Error::field("current_password", Problem::WrongPassword));
            }
            if row.state != CardState::Active.as_str() {
                return Err(Error::NotFound("card"));
            }
            chosen(op, &row, &hash, None, Some(CheckMethod::Password)).await
        })
        .await
}

/// The hash of a password that is typed where a card is going to be opened; none when it is none that can be taken, so that nobody
/// waits for it.
///
/// # Errors
/// When the work could not be done.
pub async fn first_hash(house: &Service, password: &str) -> Result<Option<String>> {
    if !is_good_password(password) {
        return Ok(None);
    }
    hash_with(house.hashing(), password).await.map(Some)
}

/// Gives a card that was opened just now, in this transaction, the password that its holder typed at the machine; false when it is
/// none that can be taken, so that the default stays (A.2.3).
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn choose_first(op: &Op, id: CardId, password: &str, hash: &str) -> Result<bool> {
    op.require(Right::OpenCards)?;
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    if row.opened_at != op.now() || row.password_hash.is_some() {
        return Err(Error::NotFound("card"));
    }
    if judge(password, &facts(op, row.reader_id).await?).is_err() {
        return Ok(false);
    }
    set_password(op, &row, Some(hash), None).await?;
    let check = IdentityCheck::of_the_person(CheckMethod::ReaderDevice);
    let record = NewRecord {
        service: ServiceName::ChangePassword,
        reader: row.reader_id,
        card: Some(row.id),
        channel: op.actor().channel,
        check: Some(&check),
        detail: json!({ "by": "opening" }),
        digest: records::digest(op, &row.id)?,
    };
    records::keep(op, record).await?;
    Ok(true)
}
