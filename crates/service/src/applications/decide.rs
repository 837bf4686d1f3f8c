//! Staff decide: approve, reject, ask again. Of two who decide at once one is first; the other is told, and nothing is done twice.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::begin::contacts;
use super::content::{Content, against};
use super::forget::{drop_photos_if_due, ends_at};
use super::open::open_card;
use super::review::row_for_staff;
use super::state::{Reason, State};
use super::tables::{application, application_file};
use crate::Service;
use crate::cards::Opened;
use crate::kernel::{
    Actor, ApplicationId, Blocker, Error, Invalid, Op, Problem, Result, ServiceName, clean, local_time,
};
use crate::outbox::{self, Template};
use crate::readers;
use crate::records;

/// What staff decide.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The card is opened.
    Approve {
        /// Whether those who may be the same person were looked at, and are not.
        duplicates_seen: bool,
    },
    /// No card is opened.
    Reject {
        /// Why; the applicant is told.
        reason: Reason,
        /// What else the applicant is told.
        note: String,
    },
    /// The applicant sends a better photo, or corrects what they entered.
    Ask {
        /// What is wanted; the applicant is told.
        reason: Reason,
        /// What else the applicant is told.
        note: String,
    },
}

/// Characters of a note.
const LONGEST_NOTE: usize = 200;

/// Decides an application, as somebody saw it. What opens a card is done in the name of the library that the applicant chose; gives the card.
///
/// # Errors
/// [`crate::kernel::Right::OpenCards`] is needed, where staff stand; [`Error::Stale`] when it was decided or sent anew since;
/// [`Error::Refused`] when something stands against the card; [`Error::Invalid`] for a reason that can't be asked for, or a note that is
/// too long.
pub async fn decide(
    house: &Service,
    actor: &Actor,
    id: ApplicationId,
    version: i64,
    decision: &Decision,
) -> Result<Option<Opened>> {
    let desk = actor.service_point;
    let row = house.read(actor.clone(), async move |op| row_for_staff(op, id).await).await?;
    let in_its_name =
        Actor { library: row.library_id, service_point: Some(row.service_point_id), ..actor.clone() };
    let decision = decision.clone();
    house
        .write(in_its_name, async move |op| {
            op.intend(ServiceName::ReviewApplication, None);
            let row = row_for_staff(op, id).await?;
            if (version != readers::ANY_VERSION && row.version != version)
                || row.state != State::Waiting.as_str()
            {
                return Err(Error::Stale);
            }
            match &decision {
                Decision::Approve { duplicates_seen } => {
                    let content = Content::of(op, &row)?;
                    if against(op, &content).await?.contains(&Blocker::AtDeskOnly) {
                        return Err(Error::refused(Blocker::AtDeskOnly));
                    }
                    let how = json!({
                        "application": id,
                        "decision": "approve",
                        "verdict": row.verdict,
                        "photos": photos(op, id).await?,
                        "desk": desk,
                    });
                    lock(op, &row).await?;
                    open_card(op, &row, &content, *duplicates_seen, how).await.map(Some)
                }
                Decision::Reject { reason, note } => {
                    say_no(op, &row, State::Rejected, *reason, note, json!(desk)).await.map(|()| None)
                }
                Decision::Ask { reason, note } => {
                    if !reason.can_be_asked() {
                        return Err(Error::field("reason", Problem::NotApplicable));
                    }
                    say_no(op, &row, State::Asked, *reason, note, json!(desk)).await.map(|()| None)
                }
            }
        })
        .await
}

/// Which photos were there to be looked at.
async fn photos(op: &Op, id: ApplicationId) -> Result<Vec<crate::kernel::AttachmentId>> {
    let rows = application_file::Entity::find()
        .filter(application_file::Column::ApplicationId.eq(id))
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.attachment_id).collect())
}

/// Takes the row, so that of two who decide at once the second waits; and fails when somebody was first.
async fn lock(op: &Op, row: &application::Model) -> Result<()> {
    let done = application::Entity::update_many()
        .col_expr(application::Column::Version, Expr::col(application::Column::Version).add(1))
        .filter(application::Column::Id.eq(row.id))
        .filter(application::Column::Version.eq(row.version))
        .filter(application::Column::State.eq(State::Waiting.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

async fn say_no(
    op: &Op,
    row: &application::Model,
    state: State,
    reason: Reason,
    note: &str,
    desk: serde_json::Value,
) -> Result<()> {
    let note = clean(note);
    if note.chars().count() > LONGEST_NOTE {
        let mut invalid = Invalid::default();
        invalid.add("note", Problem::TooLong(LONGEST_NOTE));
        return Err(Error::Invalid(invalid));
    }
    lock(op, row).await?;
    let content = Content::of(op, row)?;
    // A stranger who typed somebody's number is told what everybody could be told, whatever staff chose and wrote.
    let hidden = would_give_away(op, &content).await?;
    let told = if hidden { Reason::AtDesk } else { reason };
    let state = if hidden { State::Rejected } else { state };
    let close = |place, text: &str| -> Result<Option<crate::kernel::Sealed>> {
        if text.is_empty() { Ok(None) } else { op.keys().close(place, row.id.0, text).map(Some) }
    };
    let (open_note, inner_note) = if hidden { ("", note.as_str()) } else { (note.as_str(), "") };
    let sealed = [
        (application::Column::Note, close("applications.note", open_note)?),
        (application::Column::InternalNote, close("applications.internal_note", inner_note)?),
    ];
    let mut update = application::Entity::update_many()
        .col_expr(application::Column::State, Expr::value(state.as_str()))
        .col_expr(application::Column::Reason, Expr::value(told.as_str()))
        .col_expr(application::Column::DecidedAt, Expr::value(op.now()))
        .col_expr(application::Column::DecidedBy, Expr::value(op.actor().who.to_string()));
    for (column, note) in sealed {
        update = update.col_expr(column, Expr::value(note.map(|note| note.0)));
    }
    update.filter(application::Column::Id.eq(row.id)).exec(op.db()).await?;
    let (decision, template) = match state {
        State::Asked => ("ask", Template::ApplicationAsked),
        _ => ("reject", Template::ApplicationRejected),
    };
    let detail = json!({
        "application": row.id,
        "decision": decision,
        "reason": reason.as_str(),
        "told": told.as_str(),
        "verdict": row.verdict,
        "desk": desk,
    });
    records::keep_act(op, ServiceName::ReviewApplication, detail).await?;
    let mut words = vec![("application", row.number.clone()), ("reason", told.in_messages())];
    if state == State::Asked {
        let decided = application::Model { decided_at: Some(op.now()), ..row.clone() };
        let until = local_time(ends_at(op, &decided).await?);
        words.push(("until", until.split(' ').next().unwrap_or_default().to_owned()));
    } else {
        drop_photos_if_due(op, row).await?;
    }
    let contacts = contacts(&content, &row.language);
    outbox::queue_to_applicant(op, row.id, template, &words, &contacts).await
}

/// Whether an answer of staff could tell a stranger that the person of the document is known here: they are, and not by the phone that was
/// proven.
async fn would_give_away(op: &Op, content: &Content) -> Result<bool> {
    for blocker in against(op, content).await? {
        match blocker {
            Blocker::AlreadyHoldsCard { reader, .. } | Blocker::RecordOfAnother(reader)
                if readers::contacts(op, reader).await?.phone != content.phone =>
            {
                return Ok(true);
            }
            Blocker::DocumentsOfTwoReaders | Blocker::AtDeskOnly => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}
