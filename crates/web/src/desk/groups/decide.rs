//! What a clerk does with a batch: decides about rows, records the guardians' consent, confirms, holds and goes on, withdraws, hands over.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::groups::{self, Decision, HandOver};
use service::kernel::{AttachmentId, BatchId, Error, Op};
use service::records::File;

use super::batch::{self, View};
use crate::desk::people::papers::streamed;
use crate::form::{Fields, Form, Posted, PostedWithFiles};
use crate::page::Answer;
use crate::session::SignedIn;

fn back(id: BatchId, query: &str) -> Response {
    Redirect::to(&format!("/desk/groups/batches/{id}{query}")).into_response()
}

fn version(fields: &Fields) -> i64 {
    fields.value("version").parse().unwrap_or_default()
}

/// Runs an operation on a batch; what goes wrong is shown on its page.
async fn act(
    me: &SignedIn,
    id: BatchId,
    fields: Fields,
    done: &str,
    operation: impl AsyncFnOnce(&Op) -> service::Result<()> + Clone,
) -> Answer {
    match me.try_write(None, operation).await {
        Ok(()) => Ok(back(id, done)),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            batch::page(me, id, View::default(), form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let texts = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            batch::refused(me, id, View::default(), Form::new(fields), texts, StatusCode::CONFLICT).await
        }
        // Somebody else, or the cards themselves, were quicker: the page shows how it stands now.
        Err(Error::Stale) => Ok(back(id, "?done=moved")),
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn settings(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let (version, name, tells) = (version(&fields), fields.owned("name"), fields.has("tells_readers"));
    act(&me, id, fields, "?done=settings", async move |op| {
        groups::set_batch(op, id, version, &name, tells).await
    })
    .await
}

pub async fn rows(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let places: Vec<i64> = fields
        .pairs()
        .filter(|(name, _)| *name == "row")
        .filter_map(|(_, place)| place.parse().ok())
        .collect();
    let decision = match fields.value("decision") {
        "not_same" => Some(Decision::NotSame),
        "left_out" => Some(Decision::LeftOut),
        _ => None,
    };
    let (finding, after) = (fields.owned("finding"), fields.owned("after"));
    let query =
        format!("?done=rows&finding={}&after={}", word(&finding), after.parse::<i64>().unwrap_or_default());
    act(&me, id, fields, &query, async move |op| groups::decide(op, id, &places, decision).await).await
}

/// A filter as it may stand in an address.
fn word(text: &str) -> &str {
    text.parse::<groups::Finding>().map_or("", |finding| finding.as_str())
}

pub async fn consent(me: SignedIn, Path(id): Path<BatchId>, posted: PostedWithFiles) -> Answer {
    let files: Vec<File> =
        ["consent.file", "consent.more"].into_iter().filter_map(|name| posted.file(name)).collect();
    let version = version(&posted.fields);
    act(&me, id, posted.fields, "?done=consent", async move |op| {
        groups::record_consent(op, id, version, &files).await
    })
    .await
}

pub async fn consent_file(me: SignedIn, Path((id, file)): Path<(BatchId, AttachmentId)>) -> Answer {
    let (media_type, file) = me.write(async move |op| groups::consent_file(op, id, file).await).await?;
    Ok(streamed(&media_type, file))
}

pub async fn confirm(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let (version, first) = (version(&fields), fields.value("first").trim().to_owned());
    let operation = async move |op: &Op| {
        let first = Some(first.as_str()).filter(|first| !first.is_empty());
        groups::confirm(op, id, version, first).await
    };
    act(&me, id, fields, "", operation).await
}

pub async fn pause(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    act(&me, id, fields, "?done=held", async move |op| groups::pause(op, id).await).await
}

pub async fn resume(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    act(&me, id, fields, "?done=resumed", async move |op| groups::resume(op, id).await).await
}

pub async fn stop(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let version = version(&fields);
    act(&me, id, fields, "", async move |op| groups::stop(op, id, version).await).await
}

pub async fn withdraw(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let (version, why) = (version(&fields), fields.owned("why"));
    act(&me, id, fields, "", async move |op| groups::withdraw(op, id, version, &why).await).await
}

pub async fn hand_over(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let (version, request) = (version(&fields), HandOver { receiver: fields.owned("receiver") });
    act(&me, id, fields, "?done=handed_over", async move |op| {
        groups::hand_over(op, id, version, &request).await
    })
    .await
}
