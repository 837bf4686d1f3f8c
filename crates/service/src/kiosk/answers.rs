//! What who stands there answers: the notice, the phone number; and the way back.

use super::place::token_of;
use super::visit::{Content, Stage, end, keep, standing};
use crate::kernel::{Error, Op, Problem, Result};
use crate::readers;

/// The version of the privacy notice that kiosks show; the service record says which one was agreed to. Whoever changes the words
/// changes it (a test of the pages holds both together).
pub const NOTICE: &str = "2026-11-25";

/// They agree to the privacy notice, in the version that they were shown (5.3).
///
/// # Errors
/// [`Error::NotFound`] when nobody stands there; [`Error::Stale`] when they are elsewhere, or were shown another version.
pub async fn agree(op: &Op, secret: &str, notice: &str) -> Result<()> {
    let visit = standing(op, secret).await?;
    visit.at(Stage::Notice)?;
    if notice != NOTICE {
        return Err(Error::Stale);
    }
    keep(op, &visit, &Content { notice: Some(notice.to_owned()), ..visit.content.clone() }).await
}

/// They tell their phone number.
///
/// # Errors
/// [`Error::Invalid`] at `reader.phone`; as [`agree`] besides.
pub async fn tell_phone(op: &Op, secret: &str, phone: &str) -> Result<()> {
    let visit = standing(op, secret).await?;
    visit.at(Stage::Phone)?;
    if phone.chars().count() > 40 {
        return Err(Error::field("reader.phone", Problem::TooLong(40)));
    }
    let phone = readers::check_phone(phone).map_err(|problem| Error::field("reader.phone", problem))?;
    keep(op, &visit, &Content { phone: Some(phone), ..visit.content.clone() }).await
}

/// One step back: the last answer is forgotten. From the first step, and from the end, back to the beginning.
///
/// # Errors
/// [`crate::kernel::Right::RunKiosk`] is needed.
pub async fn back(op: &Op, secret: &str) -> Result<()> {
    token_of(op)?;
    let visit = match standing(op, secret).await {
        Err(Error::NotFound(_)) => return Ok(()),
        visit => visit?,
    };
    let content = visit.content.clone();
    let before = match visit.stage() {
        Stage::Document | Stage::End => return end(op).await,
        Stage::Notice => Content::default(),
        Stage::Phone => Content { notice: None, ..content },
        Stage::Password => Content { phone: None, ..content },
    };
    keep(op, &visit, &before).await
}
