//! A sign-in that was locked after failed tries is opened again (4.2.3), and how a password stands.

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;
use serde_json::json;

use super::reset::canonical;
use super::tries::{open_codes, open_sign_in};
use crate::cards::current_card;
use crate::cards::tables::card;
use crate::kernel::throttle::{Subject, locked};
use crate::kernel::{Error, Op, ReaderId, Result, Right, ServiceName};
use crate::readers::check_identity;
use crate::records::{self, IdentityCheck, NewRecord};

/// An unlocking asked for.
#[derive(Clone, Debug)]
pub struct Unlock {
    /// Whose sign-in.
    pub reader: ReaderId,
    /// How identity was checked.
    pub check: IdentityCheck,
}

/// How the password of a reader's card stands.
#[derive(Clone, Copy, Debug)]
pub struct PasswordState {
    /// Whether it is the default (A.2.3).
    pub default: bool,
    /// When it was changed or reset last; none when it never was.
    pub changed_at: Option<DateTime<Utc>>,
    /// For how many seconds sign-in is locked after failed tries; none when it is not.
    pub locked: Option<i64>,
}

/// How the password of a reader's card stands; none without a card.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn password_state(op: &Op, reader: ReaderId) -> Result<Option<PasswordState>> {
    op.require_or_self(Right::FindReaders, reader)?;
    let Some(held) = current_card(op, reader).await? else { return Ok(None) };
    let row = card::Entity::find_by_id(held.id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    Ok(Some(PasswordState {
        default: row.password_hash.is_none(),
        changed_at: row.password_changed_at,
        locked: locked(op, Subject::Reader(&reader.to_string())).await?,
    }))
}

/// Opens a locked sign-in. The password stays.
///
/// # Errors
/// [`Right::ResetPasswords`] is needed; [`Error::Refused`] with what stands against it; [`Error::NotFound`] without a card.
pub async fn unlock(op: &Op, request: Unlock) -> Result<()> {
    op.intend(ServiceName::Unlock, Some(request.reader));
    op.require(Right::ResetPasswords)?;
    let digest = records::digest(op, &canonical(request.reader, &request.check))?;
    if records::find_answer(op, ServiceName::Unlock, &digest).await?.is_some() {
        return Ok(());
    }
    let held = current_card(op, request.reader).await?;
    let held = held.ok_or(Error::NotFound("card"))?;
    let channel = op.actor().channel;
    let blockers =
        check_identity(op, request.reader, ServiceName::Unlock, channel, &request.check, false).await?;
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let subject = request.reader.to_string();
    let was_locked = locked(op, Subject::Reader(&subject)).await?.is_some();
    open_sign_in(op, request.reader).await?;
    open_codes(op, request.reader).await?;
    let record = NewRecord {
        service: ServiceName::Unlock,
        reader: request.reader,
        card: Some(held.id),
        channel,
        check: Some(&request.check),
        detail: json!({ "was_locked": was_locked }),
        digest,
    };
    records::keep(op, record).await?;
    Ok(())
}
