//! Loans: what a reader has; lend, take back, renew.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use service::cards;
use service::circulation::{self, Lend, ReturnItem, Then};
use service::kernel::{Known, LoanId, ReaderId, Told};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use super::replayed;
use super::shapes::{ChargeBody, ItemBody, LoanBody};
use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::LibraryBody;

/// An item to lend.
#[derive(Deserialize, ToSchema)]
pub struct LendRequest {
    /// A virtual number or the barcode of a One-Card.
    #[schema(required = true)]
    card_number: Option<String>,
    /// The item's barcode.
    #[schema(required = true)]
    barcode: Option<String>,
}

/// An item that was lent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LentBody {
    loan: LoanBody,
    /// How many items the reader has now.
    out: u32,
}

/// An item that was brought.
#[derive(Deserialize, ToSchema)]
pub struct ReturnRequest {
    #[schema(required = true)]
    barcode: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnedBody {
    item: ItemBody,
    /// The loan that ended; none, when it was on none.
    loan: Option<LoanBody>,
    /// What it costs that it was late.
    charge: Option<ChargeBody>,
    /// Where it goes: `shelf`, `transit`, `hold`, `transit_for_hold` or `withdrawn`.
    then: &'static str,
    /// The library that it is sent to.
    to: Option<LibraryBody>,
    /// Until when it is kept on the hold shelf.
    until: Option<NaiveDate>,
}

/// Loans of a reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoansBody {
    loans: Vec<LoanBody>,
    /// What circulation systems elsewhere tell.
    elsewhere: Vec<ElsewhereBody>,
}

/// What a circulation system elsewhere tells of a reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct ElsewhereBody {
    /// What it is called here.
    system: &'static str,
    /// `known`, or `unavailable` when it does not answer.
    state: &'static str,
    /// None when it does not answer, or can't name them.
    loans: Option<Vec<LoanElsewhereBody>>,
}

/// An item that is on loan elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoanElsewhereBody {
    barcode: String,
    /// None when the system does not tell.
    title: Option<String>,
    due: Option<NaiveDate>,
    overdue: bool,
}

impl ElsewhereBody {
    fn of(told: Told) -> Self {
        let loans = told.loans.map(|loans| {
            loans
                .into_iter()
                .map(|loan| LoanElsewhereBody {
                    barcode: loan.barcode,
                    title: loan.title,
                    due: loan.due,
                    overdue: loan.overdue,
                })
                .collect()
        });
        let state = if matches!(told.known, Known::Unavailable(_)) { "unavailable" } else { "known" };
        Self { system: told.system.as_str(), state, loans }
    }
}

/// What a reader has now, the first due first, and what systems elsewhere list. The look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/loans",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The loans", body = LoansBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn of_reader(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<LoansBody>, ApiError> {
    let (loans, elsewhere) = app
        .service
        .write(caller.actor.clone(), async move |op| {
            // First: what a system elsewhere tells is asked for outside of the transaction, which then begins again.
            let elsewhere = cards::loans_elsewhere(op, id).await?;
            service::readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "loans" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            Ok((circulation::loans(op, id).await?, elsewhere))
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let loans = loans.iter().map(|loan| LoanBody::of(&caller.speech, &tree, loan)).collect();
    let elsewhere = elsewhere.into_iter().map(ElsewhereBody::of).collect();
    Ok(Answer(LoansBody { loans, elsewhere }))
}

/// Lends an item on a card (A.3.2 a–c).
#[utoipa::path(
    post,
    path = "/api/v1/loans",
    tag = "lending",
    security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = LendRequest,
    responses(
        (status = 201, description = "The item is lent", body = LentBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "How things stand now, each reason in `blockers`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn lend(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Json(request): Json<LendRequest>,
) -> Result<Response, ApiError> {
    let (number, barcode) = (request.card_number.unwrap_or_default(), request.barcode.unwrap_or_default());
    let lent = app
        .service
        .write(caller.call(key), async move |op| {
            let card = cards::by_number(op, &number).await?;
            circulation::lend(op, Lend { card, barcode: barcode.clone() }).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let body = LentBody { loan: LoanBody::of(&caller.speech, &tree, &lent.loan), out: lent.out };
    Ok(replayed((StatusCode::CREATED, Answer(body)).into_response(), lent.repeated))
}

/// Renews a loan (6.1.4.2).
#[utoipa::path(
    post,
    path = "/api/v1/loans/{id}/renewals",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    responses(
        (status = 200, description = "The loan with its new last day", body = LoanBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such loan", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "How things stand now, each reason in `blockers`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn renew(
    State(app): State<App>,
    caller: Caller,
    In(id): In<LoanId>,
    key: Key,
) -> Result<Response, ApiError> {
    let renewed = app
        .service
        .write(caller.call(key), async move |op| circulation::renew(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let body = LoanBody::of(&caller.speech, &tree, &renewed.loan);
    Ok(replayed(Answer(body).into_response(), renewed.repeated))
}

/// Takes an item back, at any member library, whatever the state of the card (A.3.2 a).
#[utoipa::path(
    post,
    path = "/api/v1/returns",
    tag = "lending",
    security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = ReturnRequest,
    responses(
        (status = 200, description = "What became of it", body = ReturnedBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No item has this barcode", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn give_back(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Json(request): Json<ReturnRequest>,
) -> Result<Response, ApiError> {
    let barcode = request.barcode.unwrap_or_default();
    let returned = app
        .service
        .write(caller.call(key), async move |op| {
            circulation::return_item(op, ReturnItem { barcode: barcode.clone() }).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let (then, to, until) = match returned.then {
        Then::Shelf => ("shelf", None, None),
        Then::Transit(library) => ("transit", Some(library), None),
        Then::Hold { until, .. } => ("hold", None, Some(until)),
        Then::TransitForHold { library, .. } => ("transit_for_hold", Some(library), None),
        Then::Withdrawn => ("withdrawn", None, None),
    };
    let speech = &caller.speech;
    let body = ReturnedBody {
        item: ItemBody::of(speech, &tree, &returned.item),
        loan: returned.loan.as_ref().map(|loan| LoanBody::of(speech, &tree, loan)),
        charge: returned.charge.as_ref().map(|charge| ChargeBody::of(speech, &tree, charge)),
        then,
        to: to.map(|library| LibraryBody::of(speech.t, &tree, library)),
        until,
    };
    Ok(replayed(Answer(body).into_response(), returned.repeated))
}
