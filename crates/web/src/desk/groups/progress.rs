//! How far a batch is, for the page that looks again by itself.

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse;
use serde::Serialize;
use service::groups;
use service::kernel::BatchId;

use crate::page::Answer;
use crate::session::SignedIn;

/// How far it is: in numbers, and in the words of the page.
#[derive(Serialize)]
struct Body {
    state: &'static str,
    running: bool,
    of: i64,
    done: i64,
    opened: i64,
    /// Rows of a list that is being checked.
    checked: u64,
    rate: String,
    left: String,
}

pub async fn show(me: SignedIn, Path(id): Path<BatchId>) -> Answer {
    let (batch, checked) = me.read(async move |op| groups::progress(op, id).await).await?;
    let (t, progress) = (me.text(), batch.progress);
    let rate = progress
        .per_second
        .map(|rate| t.a("group-rate", &[("rate", format!("{rate:.0}"))]))
        .unwrap_or_default();
    let body = Body {
        state: batch.state.as_str(),
        running: progress.running,
        of: progress.of,
        done: progress.done,
        opened: progress.opened,
        checked,
        rate,
        left: progress.seconds_left.map(|seconds| t.about(seconds)).unwrap_or_default(),
    };
    Ok(Json(body).into_response())
}
