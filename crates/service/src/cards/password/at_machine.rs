//! Readers at a self-service machine: who presents a number, whether the password is theirs, and changing it there (A.2.2, A.2.3).
//!
//! Verified passwords are remembered briefly. The card and the stamp of its password are read at each message, so what was changed or
//! reported lost on any instance ends that at once. The default password is put together only where it is compared: its stamp is the
//! sealed number of the document.

use sea_orm::{EntityTrait, QueryResult};
use serde_json::json;

use super::change::chosen;
use super::default_password;
use super::rules::judge;
use super::secret::{Compared, facts, fits, set_password};
use super::sign_in::card_by_number;
use crate::Service;
use crate::cards::at_gate::{Against, Stands, is_own_number, stands};
use crate::cards::barcode::as_printed;
use crate::cards::tables::card;
use crate::cards::{CardKind, CardState, CardView, current_card};
use crate::kernel::throttle::{Subject, count_both, forgive, locked, refuse_while};
use crate::kernel::{
    Actor, CardId, Error, KeyRing, Op, PasswordMemory, Problem, ReaderId, Remembered, Result, Right,
    ServiceName, hash_with, is_good_password,
};
use crate::partners;
use crate::readers::{self, BlockReason, SealedNumber};
use crate::records::{self, Access, CheckMethod, IdentityCheck, Look, NewRecord, log_access};

/// Somebody who presents a number at a machine: the virtual number, the barcode, or the number of the document. `Debug` shows
/// nothing of them.
#[derive(Clone)]
pub struct Presented {
    /// The card that the number leads to.
    pub card: PresentedCard,
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
    key: Key,
}

/// What a machine has to know of a card.
#[derive(Clone, Debug)]
pub struct PresentedCard {
    /// The card.
    pub id: CardId,
    /// Its number: the virtual number, or the barcode.
    pub number: String,
    /// Its state.
    pub state: CardState,
    /// What it is.
    pub kind: CardKind,
    /// Whether the default password is still in use (A.2.3).
    pub default_password: bool,
}

/// What the password is compared with: the hash of a chosen one, or what the default is made of.
#[derive(Clone)]
enum Key {
    Chosen(String),
    Default(SealedNumber),
}

impl Key {
    async fn of(op: &Op, card: &card::Model) -> Result<Self> {
        Ok(match &card.password_hash {
            Some(hash) => Self::Chosen(hash.clone()),
            None => Self::Default(SealedNumber::of(op, card.document_id).await?),
        })
    }

    fn hash(&self) -> Option<&str> {
        match self {
            Self::Chosen(hash) => Some(hash),
            Self::Default(_) => None,
        }
    }

    /// What changes when the password does: with the card, the hash of a chosen one, or the document whose number ends with the default.
    fn stamp(&self, card: CardId) -> Vec<u8> {
        match self {
            Self::Chosen(hash) => [card.0.as_bytes().as_slice(), b"\0chosen\0", hash.as_bytes()].concat(),
            Self::Default(SealedNumber { document, kind, number }) => [
                card.0.as_bytes().as_slice(),
                b"\0default\0",
                document.0.as_bytes(),
                kind.as_bytes(),
                b"\0",
                &number.0,
            ]
            .concat(),
        }
    }

    /// The default, where none was chosen.
    fn default(&self, keys: &KeyRing) -> Result<Option<String>> {
        match self {
            Self::Chosen(_) => Ok(None),
            Self::Default(sealed) => {
                let (kind, number) = sealed.open(keys)?;
                Ok(Some(default_password(kind, &number)))
            }
        }
    }
}

impl Presented {
    /// What keeps the card from being used.
    #[must_use]
    pub fn against(&self) -> Option<Against> {
        let Self { current, has_another, block, .. } = *self;
        Stands { current, has_another, block }.against(self.card.state)
    }
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
    let (row, by_code) = match card_by_number(op, &number).await? {
        Some(row) => (Some(row), false),
        None => (card_by_code(op, &number).await?, true),
    };
    let Some(row) = row else { return Ok(None) };
    let reader = row.reader_id;
    let (name, language) = readers::address(op, reader).await?;
    let card = CardView::from_row(&row)?;
    let own = by_code || is_own_number(op, &card, &number).await?;
    let Stands { current, has_another, block } = stands(op, &card, own).await?;
    let key = Key::of(op, &row).await?;
    let CardView { id, kind, number, state, default_password, .. } = card;
    let card = PresentedCard { id, kind, number, state, default_password };
    Ok(Some(Presented { card, reader, name, language, current, has_another, block, key }))
}

/// The same from a row of the one statement that reads all that a machine has to know of a reader (`circulation::Glances`), where the
/// number is one in the registry. What the row has: `number` (asked for), `card_id`, `reader_id`, `card_number`, `state`, `card_kind`, `replaced_by`,
/// `password_hash`, the document's `document_id`, `kind` and `sealed` without one, `name`, `language`, `block`, `others` (live cards of
/// the holder beside a cancelled one).
pub(crate) fn presented_in(row: &QueryResult) -> Result<Presented> {
    let number: String = row.try_get("", "card_number")?;
    let hash: Option<String> = row.try_get("", "password_hash")?;
    let replaced_by: Option<CardId> = row.try_get("", "replaced_by")?;
    let block: Option<String> = row.try_get("", "block")?;
    let default_password = hash.is_none();
    Ok(Presented {
        current: row.try_get::<String>("", "number")? == number && replaced_by.is_none(),
        reader: row.try_get("", "reader_id")?,
        name: row.try_get("", "name")?,
        language: row.try_get("", "language")?,
        has_another: row.try_get::<i64>("", "others")? > 0,
        block: block.map(|word| BlockReason::parse(&word).unwrap_or(BlockReason::Other)),
        key: match hash {
            Some(hash) => Key::Chosen(hash),
            None => Key::Default(SealedNumber {
                document: row.try_get("", "document_id")?,
                kind: row.try_get("", "kind")?,
                number: row.try_get("", "sealed")?,
            }),
        },
        card: PresentedCard {
            id: row.try_get("", "card_id")?,
            state: row.try_get::<String>("", "state")?.parse()?,
            kind: row.try_get::<String>("", "card_kind")?.parse()?,
            number,
            default_password,
        },
    })
}

/// Whom a code of the province's e-card leads to: the card that counts of its reader (6.1.4.2).
async fn card_by_code(op: &Op, code: &str) -> Result<Option<card::Model>> {
    let Some(reader) = partners::reader_of_code(op, code).await? else { return Ok(None) };
    match current_card(op, reader).await? {
        Some(card) => Ok(card::Entity::find_by_id(card.id).one(op.db()).await?),
        None => Ok(None),
    }
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
    let stamp = who.key.stamp(who.card.id);
    match memory.recall(&stamp, &password) {
        Remembered::Right => return Ok(true),
        Remembered::RightAfterWrong => {
            // A lock that somebody brought about holds on, here as at the portal; what was remembered is used all the same.
            if wait(house, who, address).await?.is_none() {
                forgive_tries(house, who, address).await?;
            }
            memory.trust(&stamp);
            return Ok(true);
        }
        Remembered::Nothing => {}
    }
    count_try(house, who, address).await?;
    let default = who.key.default(house.keys())?;
    let compared = Compared { hash: who.key.hash(), default: default.as_deref() };
    if !fits(house.hashing(), &password, compared).await? {
        memory.doubt(&stamp);
        return Ok(false);
    }
    memory.remember(&stamp, &password);
    forgive_tries(house, who, address).await?;
    Ok(true)
}

/// The right password takes the tries back that were counted before it.
async fn forgive_tries(house: &Service, who: &Presented, address: &str) -> Result<()> {
    let (reader, address) = (who.reader.to_string(), address.to_owned());
    house
        .write(Actor::nobody(), async move |op| {
            forgive(op, Subject::Reader(&reader)).await?;
            forgive(op, Subject::ReaderAddress(&address)).await
        })
        .await
}

/// The seconds to wait while the tries of this reader, or those from here, are locked; a look.
async fn wait(house: &Service, who: &Presented, address: &str) -> Result<Option<i64>> {
    let (subject, address) = (who.reader.to_string(), address.to_owned());
    house
        .read(Actor::nobody(), async move |op| {
            let wait = locked(op, Subject::Reader(&subject)).await?;
            Ok(wait.max(locked(op, Subject::ReaderAddress(&address)).await?))
        })
        .await
}

/// Counts a try, together with those at the portal: who is locked is turned away by a look. A machine is told who the reader is, so
/// it may be told of the lock too.
async fn count_try(house: &Service, who: &Presented, address: &str) -> Result<()> {
    refuse_while(wait(house, who, address).await?)?;
    let (subject, address) = (who.reader.to_string(), address.to_owned());
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
    let (card, reader, before) = (who.card.id, who.reader, who.key.hash().map(str::to_owned));
    house
        .write(actor.clone(), async move |op| {
            op.require(Right::FindReaders)?;
            // What a loan does to the card is no change of its password; another password is.
            let row = card::Entity::find_by_id(card).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
            if row.password_hash != before || row.reader_id != reader {
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
    match require_first(op, id, password, hash).await {
        Err(Error::Invalid(_)) => Ok(false),
        chosen => chosen.map(|()| true),
    }
}

/// The same for a door that can ask for another one: what can't be taken is an error, and nothing is opened.
///
/// # Errors
/// [`Right::OpenCards`] is needed; [`Error::Invalid`] at `new_password`.
pub async fn require_first(op: &Op, id: CardId, password: &str, hash: &str) -> Result<()> {
    op.require(Right::OpenCards)?;
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    if row.opened_at != op.now() || row.password_hash.is_some() {
        return Err(Error::NotFound("card"));
    }
    judge(password, &facts(op, row.reader_id).await?)
        .map_err(|problem| Error::field("new_password", problem))?;
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
    records::keep(op, record).await.map(|_| ())
}
