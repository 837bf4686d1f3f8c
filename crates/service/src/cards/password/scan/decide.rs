//! The reader says on the phone whether the terminal is theirs.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::super::sessions::reader_session;
use super::PICK_UP_SECONDS;
use super::look::{State, reader, state_of};
use crate::cards::CardView;
use crate::cards::tables::sign_in_scan;
use crate::kernel::{Blocker, Error, Op, ReaderId, Result, ScanId, ServiceName};
use crate::readers;
use crate::records::{self, CheckMethod, IdentityCheck, NewRecord};

/// What a reader decides about: the request that was shown, and the number that stood there.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The request.
    pub scan: ScanId,
    /// Its number, as the page showed it.
    pub number: String,
}

/// The terminal is the reader's: it may pick up a session. The same reader saying so twice says it once.
///
/// # Errors
/// [`Error::NotFound`] when nothing waits there any more; [`Error::Refused`] when the card does not work, its holder is blocked, or the
/// session is one at a shared terminal itself.
pub async fn confirm(op: &Op, token: &str, decision: &Decision) -> Result<()> {
    let (me, card, row) = subject(op, token, decision).await?;
    op.intend(ServiceName::SignInByScan, Some(me));
    if matches!(row.state.as_str(), "confirmed" | "used") && row.reader_id == Some(me) {
        return Ok(());
    }
    if state_of(op, &row) != State::Open {
        return Err(Error::NotFound("scan"));
    }
    if let Some(blocker) = card.state.against_use() {
        return Err(Error::refused(blocker));
    }
    if readers::is_blocked(op, me).await?.is_some() {
        return Err(Error::refused(Blocker::ReaderBlocked));
    }
    let set = sign_in_scan::ActiveModel {
        card_id: Set(Some(card.id)),
        expires_at: Set(op.now() + TimeDelta::seconds(PICK_UP_SECONDS)),
        ..Default::default()
    };
    change(op, &row, me, "confirmed", set).await?;
    let record = NewRecord {
        service: ServiceName::SignInByScan,
        reader: me,
        card: Some(card.id),
        channel: op.actor().channel,
        check: Some(&IdentityCheck::of_the_person(CheckMethod::Password)),
        detail: json!({ "terminal_of": row.library_id }),
        digest: records::digest(op, &("sign_in_by_scan", row.id))?,
    };
    records::keep(op, record).await.map(|_| ())
}

/// The terminal is not the reader's: nobody can confirm it any more.
///
/// # Errors
/// [`Error::NotFound`] when nothing waits there any more.
pub async fn refuse(op: &Op, token: &str, decision: &Decision) -> Result<()> {
    let (me, _, row) = subject(op, token, decision).await?;
    if row.state == "refused" && row.reader_id == Some(me) {
        return Ok(());
    }
    if state_of(op, &row) != State::Open {
        return Err(Error::NotFound("scan"));
    }
    change(op, &row, me, "refused", sign_in_scan::ActiveModel::default()).await
}

/// Who decides with which card about which request. It takes the session and not the actor alone: a browser that was signed in by a
/// scan signs no other in, and who still has to change the default password does that first (A.2.3).
async fn subject(
    op: &Op,
    token: &str,
    decision: &Decision,
) -> Result<(ReaderId, CardView, sign_in_scan::Model)> {
    let session = reader_session(op, token).await?.filter(|session| !session.must_change);
    let session = session.ok_or(Error::NotFound("session"))?;
    let me = reader(op)?;
    if session.reader != me {
        return Err(Error::NotFound("session"));
    }
    if session.shared {
        return Err(Error::refused(Blocker::SharedTerminal));
    }
    let row = sign_in_scan::Entity::find_by_id(decision.scan).one(op.db()).await?;
    let row = row.filter(|row| row.check_number == decision.number).ok_or(Error::NotFound("scan"))?;
    Ok((me, session.card, row))
}

/// Decides a request that is still open; who comes second finds it decided in the next run.
async fn change(
    op: &Op,
    row: &sign_in_scan::Model,
    me: ReaderId,
    state: &str,
    set: sign_in_scan::ActiveModel,
) -> Result<()> {
    let set = sign_in_scan::ActiveModel {
        state: Set(state.to_owned()),
        reader_id: Set(Some(me)),
        decided_at: Set(Some(op.now())),
        ..set
    };
    let done = sign_in_scan::Entity::update_many()
        .set(set)
        .filter(sign_in_scan::Column::Id.eq(row.id))
        .filter(sign_in_scan::Column::State.eq("open"))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}
