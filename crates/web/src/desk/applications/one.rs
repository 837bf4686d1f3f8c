//! One application: the photos beside what was typed, what stands against it; approve, ask, reject.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::applications::{self, Application, Decision, Reason, State};
use service::kernel::{ApplicationId, Blocker, Error, Problem, ReaderId};
use service::readers;

use super::sign;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/applications/one.html")]
struct One {
    t: Text,
    page: Page,
    application: Application,
    library: String,
    form: Form,
    blockers: Vec<BlockerText>,
    /// Readers whom it may be about, masked: to be looked at.
    readers: Vec<(ReaderId, String)>,
    /// Whether some of them only may be the same person: then staff can say that they are not.
    only_possible: bool,
    reasons: Vec<(&'static str, String)>,
    /// Somebody else was first.
    stale: bool,
}

impl One {
    fn waits(&self) -> bool {
        self.application.line.state == State::Waiting
    }

    fn state_sign(&self) -> (&'static str, &'static str) {
        sign(self.application.line.state)
    }

    // locale-keys: application-verdict-*
    fn verdict(&self) -> String {
        let word = self.application.line.verdict.as_deref().unwrap_or("not_configured");
        self.t.t(&format!("application-verdict-{word}"))
    }

    fn matched(&self) -> bool {
        self.application.line.verdict.as_deref() == Some("match")
    }
}

/// The readers that blockers name.
fn named(blockers: &[Blocker]) -> Vec<ReaderId> {
    let mut readers: Vec<ReaderId> = Vec::new();
    for blocker in blockers {
        match blocker {
            Blocker::AlreadyHoldsCard { reader, .. } | Blocker::RecordOfAnother(reader) => {
                readers.push(*reader)
            }
            Blocker::PossibleDuplicate(duplicates) => {
                readers.extend(duplicates.iter().map(|duplicate| duplicate.reader));
            }
            _ => {}
        }
    }
    readers.dedup();
    readers
}

async fn page(
    me: &SignedIn,
    id: ApplicationId,
    form: Form,
    stale: bool,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (application, readers) = me
        .write(async move |op| {
            let application = applications::application(op, id).await?;
            let mut readers = Vec::new();
            for reader in named(&application.blockers) {
                let view = readers::view(op, reader).await?;
                let documents: Vec<String> =
                    view.documents.iter().map(|document| document.number.clone()).collect();
                readers.push((reader, format!("{} {}", view.name, documents.join(" "))));
            }
            Ok((application, readers))
        })
        .await?;
    let t = me.text();
    let only_possible =
        application.blockers.iter().all(|blocker| matches!(blocker, Blocker::PossibleDuplicate(_)));
    let page = One {
        t,
        page: me.page(),
        library: t.library(&me.session().tree, application.line.library),
        form,
        blockers: application.blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        readers,
        only_possible,
        reasons: Reason::ALL.iter().map(|reason| (reason.as_str(), t.application_reason(reason))).collect(),
        stale,
        application,
    };
    Ok(html_with(status, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<ApplicationId>) -> Answer {
    page(&me, id, Form::default(), false, StatusCode::OK).await
}

pub async fn decide(me: SignedIn, Path(id): Path<ApplicationId>, Posted(fields): Posted) -> Answer {
    let word = fields.owned("decision");
    let (reason, note) = (Reason::from_word(fields.value("reason")), fields.owned("note"));
    let decision = match (word.as_str(), reason) {
        ("approve", _) => Decision::Approve { duplicates_seen: fields.has("duplicates_seen") },
        ("ask", Some(reason)) => Decision::Ask { reason, note },
        ("reject", Some(reason)) => Decision::Reject { reason, note },
        _ => {
            let mut form = Form::new(fields);
            form.add(me.text(), "reason", me.text().problem(&Problem::Missing));
            return page(&me, id, form, false, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let version = fields.value("version").parse().unwrap_or_default();
    let actor = me.session().actor.clone();
    match applications::decide(&me.app().service, &actor, id, version, &decision).await {
        Ok(_) => {
            // A stranger is not asked for more, but comes to a desk: the clerk is told what happened.
            let now = me.write(async move |op| applications::application(op, id).await).await?.line.state;
            let word = if word == "ask" && now == State::Rejected { "at_desk" } else { word.as_str() };
            Ok(Redirect::to(&format!("/desk/applications?done={word}")).into_response())
        }
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, id, form, false, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        // What stands against it the page shows by itself.
        Err(Error::Refused(_)) => page(&me, id, Form::new(fields), false, StatusCode::CONFLICT).await,
        Err(Error::Stale) => page(&me, id, Form::new(Fields::default()), true, StatusCode::CONFLICT).await,
        Err(error) => Err(me.failure(error)),
    }
}
