//! The reader's photo (4.2.1): the picture itself, as it is, in and out.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use service::kernel::ReaderId;
use service::readers;
use service::records::File;

use crate::App;
use crate::api::answers::{Asked, LookedUp};
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::ApiError;

/// The reader's photo. Needs `find_readers`; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/photo",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The picture: JPEG, PNG or WebP", content_type = "image/*"),
        LookedUp,
    )
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Response, ApiError> {
    let (media_type, file) = app
        .service
        .write(caller.actor.clone(), async move |op| readers::photo(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let mut response = file.0.into_response();
    let kind = HeaderValue::from_str(&media_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// Sets the reader's photo; the one before it is not kept. Needs `amend_readers`. The body is the picture itself: what it is shows by
/// its content.
#[utoipa::path(
    put,
    path = "/api/v1/readers/{id}/photo",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body(content = Vec<u8>, description = "A JPEG, PNG or WebP", content_type = "image/*"),
    responses(
        (status = 204, description = "This is the photo from now on"),
        Asked,
    )
)]
pub async fn set(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let photo = File(body.to_vec());
    app.service
        .write(caller.call(key), async move |op| readers::set_photo(op, id, &photo).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the reader's photo away. Needs `amend_readers`.
#[utoipa::path(
    delete,
    path = "/api/v1/readers/{id}/photo",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    responses(
        (status = 204, description = "There is none any more"),
        Asked,
    )
)]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
) -> Result<StatusCode, ApiError> {
    app.service
        .write(caller.call(key), async move |op| readers::remove_photo(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
