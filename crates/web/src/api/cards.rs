//! Cards: open one, look one up.

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::cards;
use service::kernel::{Blocker, CardId, Error};
use service::libraries::Tree;

use super::answers::{Asked, LookedUp};
use super::body::Json;
use super::caller::{Caller, Key, Speech};
use super::problem::{ApiError, ProblemBody};
use super::shapes::{CardBody, HeldCard, LibraryBody, OpenRequest, local};
use crate::App;

/// Opens a card (4.1, 6.1.1, 6.1.2, A.1).
///
/// The same `Idempotency-Key` with the same request gives the first answer again, with `Idempotency-Replayed: true`.
#[utoipa::path(
    post,
    path = "/api/v1/cards",
    tag = "cards",
    security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = OpenRequest,
    responses(
        (status = 201, description = "The card is open", body = CardBody),
        (status = 409, description = "`already_holds_card`, `possible_duplicate`, `record_of_another`, `documents_of_two_readers` or `barcode_in_use`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn open(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Json(request): Json<OpenRequest>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let (operation, mut problems) = request.into_operation();
    if !problems.is_empty() {
        let others =
            app.service.read(caller.actor.clone(), async |op| cards::open_fields(op, &operation).await).await;
        let others = others.map_err(|error| ApiError::of(&speech, error))?;
        problems.extend(others.0.into_iter().map(|error| (error.field, error.problem)));
        return Err(ApiError::fields(&speech, problems));
    }
    let opened =
        app.service.write(caller.call(key), async |op| cards::open(op, operation.clone()).await).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(Error::Refused(blockers)) => {
            let mut held = held_card(&caller.libraries().await?, &speech, &blockers);
            if let Some((card, shown)) = &mut held {
                shown.number = caller.number_of(*card).await;
            }
            return Err(ApiError::refused(&speech, &blockers, held.map(|(_, shown)| shown)));
        }
        Err(error) => return Err(ApiError::of(&speech, error)),
    };
    let tree = caller.libraries().await?;
    let body = CardBody::of(speech.t, &tree, &opened.card, Some(&opened.reader))
        .with_possible_duplicates(opened.possible_duplicates.len())
        .with_warnings(speech.t, &opened.warnings);
    let mut response = (StatusCode::CREATED, Answer(body)).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("/api/v1/cards/{}", opened.card.number)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if opened.repeated {
        let replayed = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(replayed, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The card of a number, with its holder, masked. The look is logged.
///
/// A number that the card once had leads to it too, and so does that of a card that was replaced; `current_number` tells, and
/// `replaced_by` has the number of the successor. `blocked` and `blocks` say whether the holder may borrow and enter.
#[utoipa::path(
    get,
    path = "/api/v1/cards/{number}",
    tag = "cards",
    security(("token" = [])),
    params(("number" = String, Path, description = "A virtual number or a barcode; never a document's number")),
    responses(
        (status = 200, description = "The card", body = CardBody),
        LookedUp,
    )
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Answer<CardBody>, ApiError> {
    let found = app
        .service
        .write(caller.actor.clone(), async |op| cards::card_by_number(op, &number).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let body = CardBody::of(caller.speech.t, &tree, &found.card, Some(&found.reader));
    Ok(Answer(body.looked_up(&found)))
}

/// The card that the person holds already, where that is the reason.
fn held_card(tree: &Tree, speech: &Speech, blockers: &[Blocker]) -> Option<(CardId, HeldCard)> {
    blockers.iter().find_map(|blocker| match blocker {
        Blocker::AlreadyHoldsCard { card, kind, state, issuing_library, opened_at, .. } => {
            let held = HeldCard {
                number: None,
                kind: kind.as_str(),
                state: state.as_str(),
                issuing_library: LibraryBody::of(speech.t, tree, *issuing_library),
                opened_at: local(*opened_at),
            };
            Some((*card, held))
        }
        _ => None,
    })
}
