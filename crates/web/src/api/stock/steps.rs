//! Steps that cards take. A repeated call does nothing twice: what it names is not there any more, and it is refused.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use service::kernel::{Invalid, StockOrderId, TransferId};
use service::stock::{self, NewOrder, Receive, Send, Waste, WriteOff};
use utoipa::ToSchema;

use super::show::{OrderBody, TransferBody};
use super::{library, ranges};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::Caller;
use crate::api::path::In;
use crate::api::problem::ApiError;

/// Cards to order.
#[derive(Deserialize, ToSchema)]
pub struct OrderRequest {
    #[schema(required = true, example = "FS")]
    library: Option<String>,
    #[schema(required = true)]
    manufacturer: Option<String>,
    /// Left out: the next number that is free.
    #[schema(example = "FS00000001")]
    first: Option<String>,
    #[schema(required = true, example = 500)]
    count: Option<u32>,
    expected_on: Option<NaiveDate>,
    note: Option<String>,
}

/// Cards that came in.
#[derive(Deserialize, ToSchema)]
pub struct ReceiptRequest {
    #[schema(required = true, example = "FS")]
    library: Option<String>,
    /// The order that they fill; left out for those that were there before.
    #[schema(value_type = Option<uuid::Uuid>)]
    order: Option<StockOrderId>,
    /// `FS00000001-FS00000500`, `FS00000001+500` or single barcodes.
    #[schema(required = true, example = json!(["FS00000001-FS00000500"]))]
    ranges: Option<Vec<String>>,
    /// Which of them are spoiled.
    #[schema(example = json!([]))]
    spoiled: Option<Vec<String>>,
    note: Option<String>,
}

/// What came in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptAnswer {
    good: u32,
    spoiled: u32,
}

/// Cards to send.
#[derive(Deserialize, ToSchema)]
pub struct TransferRequest {
    #[schema(required = true, example = "FS")]
    from: Option<String>,
    #[schema(required = true, example = "SD")]
    to: Option<String>,
    #[schema(required = true, example = json!(["FS00000001-FS00000500"]))]
    ranges: Option<Vec<String>>,
    note: Option<String>,
}

/// Cards that arrived.
#[derive(Deserialize, ToSchema)]
pub struct ArrivalRequest {
    /// Left out: all of them.
    #[schema(example = json!(["FS00000001-FS00000498"]))]
    ranges: Option<Vec<String>>,
    note: Option<String>,
}

/// Cards to write off.
#[derive(Deserialize, ToSchema)]
pub struct WriteOffRequest {
    #[schema(required = true, example = "FS")]
    library: Option<String>,
    #[schema(required = true, example = json!(["FS00000017"]))]
    ranges: Option<Vec<String>>,
    /// `spoiled` or `void`.
    #[serde(rename = "as")]
    #[schema(required = true, example = "spoiled")]
    waste: Option<String>,
    #[schema(required = true)]
    reason: Option<String>,
}

/// Orders cards: their numbers are taken from then on.
#[utoipa::path(
    post,
    path = "/api/v1/stock/orders",
    tag = "stock",
    security(("token" = [])),
    request_body = OrderRequest,
    responses((status = 201, description = "They are ordered", body = OrderBody), (status = 409, description = "Some numbers are taken"), Asked)
)]
pub async fn order(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<OrderRequest>,
) -> Result<Response, ApiError> {
    let tree = caller.libraries().await?;
    let done = async {
        let new = NewOrder {
            library: library(&tree, request.library.as_deref(), "library")?,
            design: None,
            manufacturer: request.manufacturer.unwrap_or_default(),
            first: request.first.unwrap_or_default(),
            count: request.count.unwrap_or_default(),
            expected_on: request.expected_on,
            note: request.note.unwrap_or_default(),
        };
        app.service.write(caller.actor.clone(), async move |op| stock::order(op, new).await).await
    };
    let order = done.await.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(OrderBody::of(caller.speech.t, &tree, order))).into_response())
}

/// Cancels an order, or what of it has not come.
#[utoipa::path(
    post,
    path = "/api/v1/stock/orders/{id}/cancellation",
    tag = "stock",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "It is cancelled", body = OrderBody), (status = 409, description = "Nothing is to come"), Asked)
)]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    In(id): In<StockOrderId>,
) -> Result<Answer<OrderBody>, ApiError> {
    let tree = caller.libraries().await?;
    let order =
        app.service.write(caller.actor.clone(), async move |op| stock::cancel_order(op, id).await).await;
    let order = order.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(OrderBody::of(caller.speech.t, &tree, order)))
}

/// Takes cards in.
#[utoipa::path(
    post,
    path = "/api/v1/stock/receipts",
    tag = "stock",
    security(("token" = [])),
    request_body = ReceiptRequest,
    responses((status = 201, description = "They lie in the store", body = ReceiptAnswer), (status = 409, description = "Some numbers are taken"), Asked)
)]
pub async fn receive(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<ReceiptRequest>,
) -> Result<Response, ApiError> {
    let tree = caller.libraries().await?;
    let done = async {
        let mut invalid = Invalid::default();
        let came = ranges(request.ranges, "ranges", true, &mut invalid);
        let spoiled = ranges(request.spoiled, "spoiled", false, &mut invalid);
        invalid.into_result()?;
        let receive = Receive {
            library: library(&tree, request.library.as_deref(), "library")?,
            order: request.order,
            design: None,
            ranges: came,
            spoiled,
            note: request.note.unwrap_or_default(),
        };
        app.service.write(caller.actor.clone(), async move |op| stock::receive(op, receive).await).await
    };
    let received = done.await.map_err(|error| ApiError::of(&caller.speech, error))?;
    let answer = ReceiptAnswer { good: received.good, spoiled: received.spoiled };
    Ok((StatusCode::CREATED, Answer(answer)).into_response())
}

/// Sends cards of one library's store to another library.
#[utoipa::path(
    post,
    path = "/api/v1/stock/transfers",
    tag = "stock",
    security(("token" = [])),
    request_body = TransferRequest,
    responses((status = 201, description = "They are on their way", body = TransferBody), (status = 409, description = "Some are not in the store"), Asked)
)]
pub async fn send(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<TransferRequest>,
) -> Result<Response, ApiError> {
    let tree = caller.libraries().await?;
    let done = async {
        let mut invalid = Invalid::default();
        let sent = ranges(request.ranges, "ranges", true, &mut invalid);
        invalid.into_result()?;
        let send = Send {
            from: library(&tree, request.from.as_deref(), "from")?,
            to: library(&tree, request.to.as_deref(), "to")?,
            ranges: sent,
            note: request.note.unwrap_or_default(),
        };
        app.service.write(caller.actor.clone(), async move |op| stock::send(op, send).await).await
    };
    let transfer = done.await.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(TransferBody::of(caller.speech.t, &tree, &transfer))).into_response())
}

/// Takes a transfer in; what did not arrive is missing in the book of the library that sent it.
#[utoipa::path(
    post,
    path = "/api/v1/stock/transfers/{id}/arrival",
    tag = "stock",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = ArrivalRequest,
    responses((status = 200, description = "It is taken in", body = TransferBody), (status = 409, description = "It was taken in already"), Asked)
)]
pub async fn take_in(
    State(app): State<App>,
    caller: Caller,
    In(id): In<TransferId>,
    Json(request): Json<ArrivalRequest>,
) -> Result<Answer<TransferBody>, ApiError> {
    let tree = caller.libraries().await?;
    let done = async {
        let mut invalid = Invalid::default();
        let arrived = request.ranges.map(|sent| ranges(Some(sent), "ranges", true, &mut invalid));
        invalid.into_result()?;
        let note = request.note.unwrap_or_default();
        app.service
            .write(caller.actor.clone(), async move |op| stock::take_in(op, id, arrived, &note).await)
            .await
    };
    let transfer = done.await.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(TransferBody::of(caller.speech.t, &tree, &transfer)))
}

/// Writes cards off.
#[utoipa::path(
    post,
    path = "/api/v1/stock/write-offs",
    tag = "stock",
    security(("token" = [])),
    request_body = WriteOffRequest,
    responses((status = 204, description = "Nobody will get them"), (status = 409, description = "Some are not there"), Asked)
)]
pub async fn write_off(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<WriteOffRequest>,
) -> Result<StatusCode, ApiError> {
    let tree = caller.libraries().await?;
    let done = async {
        let mut invalid = Invalid::default();
        let cards = ranges(request.ranges, "ranges", true, &mut invalid);
        let waste =
            Waste::ALL.into_iter().find(|waste| Some(waste.place().as_str()) == request.waste.as_deref());
        let waste =
            invalid.take("as", waste.ok_or(service::kernel::Problem::UnknownWord)).unwrap_or(Waste::Spoiled);
        invalid.into_result()?;
        let write_off = WriteOff {
            library: library(&tree, request.library.as_deref(), "library")?,
            ranges: cards,
            waste,
            reason: request.reason.unwrap_or_default(),
        };
        app.service.write(caller.actor.clone(), async move |op| stock::write_off(op, write_off).await).await
    };
    done.await.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
