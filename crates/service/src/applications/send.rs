//! Sending an application: with the photos of the document, or anew after staff have asked for more. The real-name service is asked in
//! between two transactions, and only its clear yes opens the card.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::begin::{AT_HAND, contacts, subject};
use super::confirm::by_token;
use super::content::{Content, Particulars, checked};
use super::limits::DOCUMENT_DAY;
use super::open::{by_real_name, nobody_has_to_look, open_card};
use super::picture::without_metadata;
use super::places::applicant_at;
use super::real_name::{RealNameQuestion, Verdict};
use super::state::{Side, State};
use super::tables::{application, application_file};
use crate::Service;
use crate::kernel::throttle::refuse_while;
use crate::kernel::{Actor, ApplicationId, Error, Invalid, Op, Problem, Result, pace};
use crate::libraries::{self, Policy};
use crate::outbox::{self, Template};
use crate::records::{File, Purpose, attach, check_file, detach};

/// What is sent. `Debug` shows no more than which photos there are.
#[derive(Clone, Debug, Default)]
pub struct Sending {
    /// What is different from before: kind, number, name and birth date of somebody who was asked for more.
    pub corrected: Option<Particulars>,
    /// The side of the document with the face; may be left out when it was sent before.
    pub front: Option<File>,
    /// The other side.
    pub back: Option<File>,
}

/// Sends an application. What was sent before is sent: a second click does nothing. [`super::seen`] tells how far it is then.
///
/// # Errors
/// [`Error::Invalid`] names each field and photo that can't be taken, [`Error::Refused`] says who goes to a desk instead;
/// [`Error::TooManyTries`]; [`Error::NotFound`] when the browser is not known (any more), or the phone not proven.
pub async fn send(house: &Service, token: &str, sending: Sending) -> Result<()> {
    let wanted = token.to_owned();
    let ready = house.read(Actor::nobody(), async move |op| ready(op, &wanted, &sending).await).await?;
    let Some(ready) = ready else { return Ok(()) };
    let document = subject(&ready.document_key);
    let wait = house
        .write(Actor::nobody(), async move |op| pace::count(op, &[(DOCUMENT_DAY, document.as_str())]).await)
        .await?;
    refuse_while(wait)?;
    let question = RealNameQuestion {
        id: format!("{}-{}", ready.row.id, ready.row.version),
        name: ready.content.name.clone(),
        document_kind: ready.content.kind.clone(),
        document_number: ready.content.number.clone(),
        phone: ready.content.phone.clone(),
        photo: ready.front.clone(),
    };
    let verdict = house.real_name().ask(&question).await;
    if let Verdict::Unavailable(why) = &verdict {
        tracing::warn!(%why, "the real-name service did not say");
    }
    let actor = applicant_at(ready.row.library_id, ready.row.service_point_id);
    house.write(actor, async move |op| write(op, &ready, &verdict).await).await
}

/// An application that can be sent.
#[derive(Clone)]
struct Ready {
    row: application::Model,
    content: Content,
    document_key: Vec<u8>,
    front: Option<File>,
    back: Option<File>,
}

async fn ready(op: &Op, token: &str, sending: &Sending) -> Result<Option<Ready>> {
    let row = by_token(op, token).await?;
    let begun = row.state == State::Draft.as_str();
    if !begun && row.state != State::Asked.as_str() {
        return Ok(None);
    }
    if row.phone_proven_at.is_none() {
        return Err(Error::NotFound("application"));
    }
    let mut invalid = Invalid::default();
    let most = libraries::policy(op, row.library_id, Policy::AttachmentKib).await?.number();
    let kept = sides(op, row.id).await?;
    let front = picture(sending.front.as_ref(), "front", most, kept.contains(&Side::Front), &mut invalid);
    let back = picture(sending.back.as_ref(), "back", most, kept.contains(&Side::Back), &mut invalid);
    let before = Content::of(op, &row)?;
    let content = match sending.corrected.as_ref().filter(|_| !begun) {
        Some(given) => {
            let given = Particulars { phone: before.phone.clone(), ..given.clone() };
            Content { campaign: before.campaign, ..checked(op, &given, invalid)? }
        }
        None => {
            invalid.into_result()?;
            before
        }
    };
    Ok(Some(Ready { document_key: content.document_key(op)?, row, content, front, back }))
}

/// A photo, without what its camera has written into it.
fn picture(
    file: Option<&File>,
    field: &'static str,
    most: i64,
    kept: bool,
    invalid: &mut Invalid,
) -> Option<File> {
    let Some(file) = file else {
        if !kept {
            invalid.add(field, Problem::Missing);
        }
        return None;
    };
    match check_file(file, most) {
        Some(problem) => {
            invalid.add(field, problem);
            None
        }
        None => invalid.take(field, without_metadata(file)),
    }
}

/// Which sides there are photos of, the front first.
pub(super) async fn sides(op: &Op, id: ApplicationId) -> Result<Vec<Side>> {
    let rows = application_file::Entity::find()
        .filter(application_file::Column::ApplicationId.eq(id))
        .all(op.db())
        .await?;
    let has = |side: &Side| rows.iter().any(|row| row.side == side.as_str());
    Ok(Side::ALL.iter().copied().filter(has).collect())
}

async fn write(op: &Op, ready: &Ready, verdict: &Verdict) -> Result<()> {
    let Ready { row, content, document_key, front, back } = ready;
    let done = application::Entity::update_many()
        .col_expr(application::Column::State, Expr::value(State::Waiting.as_str()))
        .col_expr(application::Column::Content, Expr::value(content.seal(op, row.id)?))
        .col_expr(application::Column::DocumentKey, Expr::value(document_key.clone()))
        .col_expr(application::Column::Verdict, Expr::value(verdict.as_str()))
        .col_expr(application::Column::VerdictReference, Expr::value(verdict.reference()))
        .col_expr(application::Column::SentAt, Expr::value(op.now()))
        .col_expr(application::Column::TokenUntil, Expr::value(op.now() + AT_HAND))
        .col_expr(application::Column::Version, Expr::col(application::Column::Version).add(1))
        .filter(application::Column::Id.eq(row.id))
        .filter(application::Column::State.eq(row.state.as_str()))
        .filter(application::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        // The same, sent twice at once: the first was taken.
        return Ok(());
    }
    for (side, file) in [(Side::Front, front), (Side::Back, back)] {
        if let Some(file) = file {
            replace(op, row.id, side, file).await?;
        }
    }
    // Where staff had a doubt, they are the ones to dispel it.
    let staff_looked = row.decided_by.is_some();
    let clear = matches!(verdict, Verdict::Match { .. }) && !staff_looked;
    if clear && nobody_has_to_look(op, content).await? {
        let how = by_real_name(row, verdict.reference().as_deref());
        match open_card(op, row, content, false, how).await {
            Ok(_) => return Ok(()),
            // A desk was quicker, or something else stands against it: staff look.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let words = [("application", row.number.clone())];
    let contacts = contacts(content, &row.language);
    outbox::queue_to_applicant(op, row.id, Template::ApplicationReceived, &words, &contacts).await
}

/// Keeps the photo of a side; the one before it is gone.
async fn replace(op: &Op, id: ApplicationId, side: Side, file: &File) -> Result<()> {
    let before = application_file::Entity::find()
        .filter(application_file::Column::ApplicationId.eq(id))
        .filter(application_file::Column::Side.eq(side.as_str()))
        .one(op.db())
        .await?;
    if let Some(before) = before {
        application_file::Entity::delete_by_id(before.attachment_id).exec(op.db()).await?;
        detach(op, before.attachment_id).await?;
    }
    let attachment = attach(op, None, Purpose::Application, file).await?;
    let row = application_file::ActiveModel {
        attachment_id: Set(attachment),
        application_id: Set(id),
        side: Set(side.as_str().to_owned()),
    };
    application_file::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}
