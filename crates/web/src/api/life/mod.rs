//! The life of a card: what may be done with it, loss, restoring, cancelling, replacing, another kind. Each names the card by its
//! number, brings an `identity_check`, and may bring an `Idempotency-Key`.

use axum::Json as Answer;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::cards::CardChange;
use service::kernel::{Problem, ServiceName};
use service::records::IdentityCheck;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::{Caller, Speech};
use super::problem::ApiError;
use super::shapes::{CardBody, CheckBody, local};
use crate::App;

pub mod blockers;
mod cancel;
mod change_kind;
mod confirm_loss;
mod refer;
mod replace;
mod report_loss;
mod restore;
mod undo_loss;

/// The services that may bring a scan.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(report_loss::report_loss))
        .routes(routes!(undo_loss::undo_loss))
        .routes(routes!(confirm_loss::confirm_loss))
        .routes(routes!(restore::restore))
        .routes(routes!(cancel::cancel))
        .routes(routes!(replace::replace))
        .routes(routes!(change_kind::change_kind))
        .routes(routes!(refer::refer))
}

/// Who is there.
#[derive(Deserialize, ToSchema)]
pub struct CheckRequest {
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeBody {
    /// The service, by its stable word.
    #[schema(example = "report_loss")]
    service: &'static str,
    /// From which moment on, to the millisecond.
    at: DateTime<FixedOffset>,
    /// The card as it stands now; the new one when it was replaced.
    card: CardBody,
    /// The card that was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_card: Option<CardBody>,
}

type Problems = Vec<(&'static str, Problem)>;

/// The parts of a request as the operation takes them, or all that is wrong with them.
fn parts<T>(
    speech: &Speech,
    check: Option<CheckBody>,
    rest: impl FnOnce(&mut Problems) -> Option<T>,
) -> Result<(IdentityCheck, T), ApiError> {
    let mut problems = Vec::new();
    let rest = rest(&mut problems);
    let check = CheckBody::into_check(check, &mut problems);
    match (check, rest) {
        (Some(check), Some(rest)) if problems.is_empty() => Ok((check, rest)),
        _ => Err(ApiError::fields(speech, problems)),
    }
}

async fn done(caller: Caller, change: service::Result<CardChange>) -> Result<Response, ApiError> {
    let change = change.map_err(|error| ApiError::of(&caller.speech, error))?;
    let (tree, t) = (caller.libraries().await?, caller.speech.t);
    let new = change.service == ServiceName::Replace;
    let location = format!("/api/v1/cards/{}", change.card.number);
    let body = ChangeBody {
        service: change.service.as_str(),
        at: local(change.at),
        card: CardBody::of(t, &tree, &change.card, Some(&change.reader)),
        old_card: change.old.as_ref().map(|old| CardBody::of(t, &tree, old, None)),
    };
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, Answer(body)).into_response();
    if let (true, Ok(location)) = (new, HeaderValue::try_from(location)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if change.repeated {
        let replayed = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(replayed, HeaderValue::from_static("true"));
    }
    Ok(response)
}
