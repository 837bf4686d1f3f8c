//! Resetting a reader's password, and opening a sign-in that was locked (4.2.3, 6.2.2).

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::cards::password::{
    PasswordState, ResetPassword, Unlock, password_state, reset_password, unlock,
};
use service::cards::{self, CardView};
use service::kernel::{Error, IdempotencyKey, ReaderId, ServiceName};
use service::outbox::MessageView;
use service::readers::{self, ReaderView};
use service::records::{self, Access, Look, log_access};

use super::messages;
use super::parts::just_done;
use super::who::{Who, check, to_compare_again};
use crate::csrf::chance;
use crate::form::{Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/reset_password.html")]
struct ResetPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    card: Option<CardView>,
    state: Option<PasswordState>,
    who: Who,
    form: Form,
    blockers: Vec<BlockerText>,
    key: String,
    /// Whether it is the lock that is opened, and the password stays.
    unlocks: bool,
    /// Whether it was just done.
    done: bool,
    /// What to tell the reader of the default password.
    rule: String,
    /// What the reader was told, once it is done.
    messages: Vec<MessageView>,
}

/// What a page shows beside what it always shows.
#[derive(Default)]
struct Shown {
    status: StatusCode,
    form: Form,
    blockers: Vec<BlockerText>,
    done: bool,
}

async fn page(me: &SignedIn, id: ReaderId, unlocks: bool, shown: Shown) -> Result<Response, Failure> {
    let (reader, card, state, messages, timeline) = me
        .write(async move |op| {
            let reader = readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "reset_password" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            let held = cards::cards_of(op, id).await?;
            let card = held.iter().find(|card| card.state.is_live()).or(held.first()).cloned();
            Ok((
                reader,
                card,
                password_state(op, id).await?,
                messages::load(op, id).await?,
                records::timeline(op, id, 10).await?,
            ))
        })
        .await?;
    let t = me.text();
    let service = if unlocks { ServiceName::Unlock } else { ServiceName::ResetPassword };
    let document =
        card.as_ref().and_then(|card| reader.documents.iter().find(|paper| paper.id == card.document));
    let reset = ResetPage {
        t,
        page: me.page(),
        who: Who::of(t, service, reader.age, &[]),
        rule: document.map(|paper| t.password_rule(paper.kind)).unwrap_or_default(),
        reader,
        card,
        state,
        form: shown.form,
        blockers: shown.blockers,
        key: chance(),
        unlocks,
        // The address alone does not make it so.
        done: shown.done
            && just_done(me, &timeline, service.as_str())
            && state.is_some_and(|state| if unlocks { state.locked.is_none() } else { state.default }),
        messages,
    };
    Ok(html_with(shown.status, &reset))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>, RawQuery(query): RawQuery) -> Answer {
    let done = query.as_deref() == Some("done");
    page(&me, id, false, Shown { done, ..Shown::default() }).await
}

pub async fn show_unlock(me: SignedIn, Path(id): Path<ReaderId>, RawQuery(query): RawQuery) -> Answer {
    let done = query.as_deref() == Some("done");
    page(&me, id, true, Shown { done, ..Shown::default() }).await
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let key = IdempotencyKey::new(posted.fields.value("idempotency_key"));
    let done = match check(&posted, ServiceName::ResetPassword) {
        Ok(check) => {
            let request = ResetPassword { reader: id, check };
            me.try_write(key, async move |op| reset_password(op, request.clone()).await.map(|_| ())).await
        }
        Err(error) => Err(error),
    };
    answer(&me, id, false, posted, done).await
}

pub async fn submit_unlock(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let key = IdempotencyKey::new(posted.fields.value("idempotency_key"));
    let done = match check(&posted, ServiceName::Unlock) {
        Ok(check) => {
            let request = Unlock { reader: id, check };
            me.try_write(key, async move |op| unlock(op, request.clone()).await).await
        }
        Err(error) => Err(error),
    };
    answer(&me, id, true, posted, done).await
}

async fn answer(
    me: &SignedIn,
    id: ReaderId,
    unlocks: bool,
    posted: PostedWithFiles,
    done: service::Result<()>,
) -> Answer {
    let t = me.text();
    match done {
        Ok(()) => {
            let what = if unlocks { "unlock" } else { "reset-password" };
            Ok(Redirect::to(&format!("/desk/readers/{id}/{what}?done")).into_response())
        }
        Err(Error::Refused(blockers)) => {
            let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            let form = Form::new(to_compare_again(posted.fields));
            let status = StatusCode::CONFLICT;
            page(me, id, unlocks, Shown { status, form, blockers, done: false }).await
        }
        Err(Error::Invalid(invalid)) => {
            let (status, form) = (StatusCode::UNPROCESSABLE_ENTITY, Form::with(posted.fields, t, &invalid));
            page(me, id, unlocks, Shown { status, form, ..Shown::default() }).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
