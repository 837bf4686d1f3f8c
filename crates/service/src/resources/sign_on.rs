//! Signing a reader on to a platform: a code for the browser to carry there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::allow::{caller, now};
use super::tables::code;
use super::{Platform, Told};
use crate::cards;
use crate::kernel::{Error, Op, Result, random_bytes};

/// What a platform wants a reader signed on for.
#[derive(Clone, Debug)]
pub struct SignOn {
    /// The platform.
    pub platform: Platform,
    /// Where the browser goes back to: an address of the platform's.
    pub return_to: String,
    /// What it asks for; what it may not be told is left out.
    pub told: Vec<Told>,
    /// What it wants to hear again in the identity.
    pub nonce: Option<String>,
    /// The SHA-256 of what it will show when it brings the code, in base64url.
    pub challenge: Option<String>,
    /// When the reader signed in at the portal.
    pub signed_in_at: DateTime<Utc>,
    /// The session, where it is one at a terminal that others use afterwards: what it leads to ends with it.
    pub shared_session: Option<Vec<u8>>,
}

impl SignOn {
    /// What it asks for and may be told.
    #[must_use]
    pub fn wanted(&self) -> Vec<Told> {
        let may = |told: &Told| self.platform.told.contains(told);
        Told::ALL.into_iter().filter(|told| self.told.contains(told)).filter(may).collect()
    }
}

/// Whether the reader has allowed the platform all that it asks for.
///
/// # Errors
/// Only readers may ask, for themselves.
pub async fn is_allowed(op: &Op, wanted: &SignOn) -> Result<bool> {
    let allowed = now(op, wanted.platform.id, caller(op)?).await?;
    let allowed = allowed.map(|row| Told::of(&row.told));
    Ok(allowed.is_some_and(|allowed| wanted.wanted().iter().all(|told| allowed.contains(told))))
}

/// A code for the browser to carry to the platform, good for a minute and one use. It is a use like a visit at a gate, and no record of a
/// service: uses are counted when the platform brings the code.
///
/// # Errors
/// Only readers may, for themselves; [`Error::Refused`] when the card does not work; [`Error::NotFound`] when the reader has not allowed
/// the platform what it asks for.
pub async fn sign_on(op: &Op, wanted: &SignOn) -> Result<String> {
    let reader = caller(op)?;
    cards::card_in_use(op, reader).await?;
    if !is_allowed(op, wanted).await? {
        return Err(Error::NotFound("platform"));
    }
    let text = URL_SAFE_NO_PAD.encode(random_bytes::<32>()?);
    let row = code::ActiveModel {
        code_key: Set(code_key(op, &text)),
        platform_id: Set(wanted.platform.id),
        reader_id: Set(reader),
        return_to: Set(wanted.return_to.clone()),
        told: Set(Told::text(&wanted.wanted())),
        nonce: Set(wanted.nonce.clone()),
        challenge: Set(wanted.challenge.clone()),
        shared_session: Set(wanted.shared_session.clone()),
        signed_in_at: Set(wanted.signed_in_at),
        issued_at: Set(op.now()),
        used_at: Set(None),
    };
    code::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(text)
}

pub(super) fn code_key(op: &Op, text: &str) -> Vec<u8> {
    op.keys().lookup("sign-on code", text)
}
