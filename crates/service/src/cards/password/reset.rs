//! Staff reset a password to the default, after they made sure who stands there (4.2.3, 6.2.2).

use documents::DocumentKind;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use super::secret::set_password;
use super::tries::open_sign_in;
use crate::cards::tables::card;
use crate::cards::{CardView, current_card};
use crate::kernel::{Error, Op, ReaderId, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::readers::{self, canonical_check, check_identity};
use crate::records::{self, IdentityCheck, NewRecord};

/// A reset asked for.
#[derive(Clone, Debug)]
pub struct ResetPassword {
    /// Whose password.
    pub reader: ReaderId,
    /// How identity was checked.
    pub check: IdentityCheck,
}

/// A password that is the default again.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    /// The card.
    pub card: CardView,
    /// The kind of document whose number the default comes from: what to tell the reader is a rule, never the password.
    pub document: DocumentKind,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Resets the password of a reader's card to the default, opens a lock after failed tries, and ends the reader's sessions.
///
/// # Errors
/// [`Right::ResetPasswords`] is needed; [`Error::Refused`] with what stands against it; [`Error::NotFound`] without a card.
pub async fn reset_password(op: &Op, request: ResetPassword) -> Result<PasswordReset> {
    op.intend(ServiceName::ResetPassword, Some(request.reader));
    op.require(Right::ResetPasswords)?;
    let digest = records::digest(op, &canonical(request.reader, &request.check))?;
    let earlier = records::find_answer(op, ServiceName::ResetPassword, &digest).await?;
    if let Some(id) = earlier.and_then(|earlier| earlier.card) {
        return answer(op, id, true).await;
    }
    let held = current_card(op, request.reader).await?;
    let held = held.ok_or(Error::NotFound("card"))?;
    let channel = op.actor().channel;
    let mut blockers =
        check_identity(op, request.reader, ServiceName::ResetPassword, channel, &request.check, false)
            .await?;
    blockers.extend(held.state.against_use());
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let row = card::Entity::find_by_id(held.id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    set_password(op, &row, None, None).await?;
    open_sign_in(op, request.reader).await?;
    let record = NewRecord {
        service: ServiceName::ResetPassword,
        reader: request.reader,
        card: Some(held.id),
        channel,
        check: Some(&request.check),
        detail: json!({ "was_default": row.password_hash.is_none() }),
        digest,
    };
    let record = records::keep(op, record).await?;
    let words = [("number", held.number.clone())];
    readers::tell(op, request.reader, record, Template::PasswordReset, &words, Some(&request.check)).await?;
    answer(op, held.id, false).await
}

async fn answer(op: &Op, id: crate::kernel::CardId, repeated: bool) -> Result<PasswordReset> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    let card = CardView::from_row(&row)?;
    let (document, _) = readers::document_number(op, card.document).await?;
    Ok(PasswordReset { card, document, repeated })
}

/// The request, the same for the same request.
pub(super) fn canonical(reader: ReaderId, check: &IdentityCheck) -> impl Serialize {
    (reader, canonical_check(check))
}
