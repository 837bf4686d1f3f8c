//! The reader's photo (4.2.1): the picture as it is out, in base64 with the identity check in.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::kernel::ReaderId;
use service::readers;
use service::records::File;
use utoipa::ToSchema;

use super::guardians::EndRequest;
use crate::App;
use crate::api::answers::{Asked, LookedUp};
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::ApiError;
use crate::api::shapes::{CheckBody, file_of};

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

/// A photo, and who stands there.
#[derive(Deserialize, ToSchema)]
pub struct PhotoRequest {
    /// A JPEG, PNG or WebP in base64: what it is shows by its content.
    #[schema(required = true)]
    photo: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Sets the reader's photo; the one before it is not kept. Needs `amend_readers`.
#[utoipa::path(
    put,
    path = "/api/v1/readers/{id}/photo",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = PhotoRequest,
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
    Json(request): Json<PhotoRequest>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Vec::new();
    let photo = file_of("photo", request.photo.as_deref(), &mut problems).unwrap_or(File(Vec::new()));
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(check), true) = (check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    app.service
        .write(caller.call(key), async move |op| readers::set_photo(op, id, &photo, &check).await)
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
    request_body = EndRequest,
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
    Json(request): Json<EndRequest>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Vec::new();
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(check), true) = (check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    app.service
        .write(caller.call(key), async move |op| readers::remove_photo(op, id, &check).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
