//! The body of a request: JSON, with the path of what does not fit.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use super::caller::Speech;
use super::problem::ApiError;
use crate::App;

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let speech = Speech::of(&parts);
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind =
            kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/json" && !kind.ends_with("+json") {
            return Err(ApiError::media_type(&speech));
        }
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|_| ApiError::too_large(&speech))?;
        // Malformed JSON first, so that what is left is a matter of one field.
        let value: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| ApiError::malformed(&speech, error.line()))?;
        serde_path_to_error::deserialize(value)
            .map(Self)
            .map_err(|error| ApiError::wrong_type(&speech, error.path().to_string()))
    }
}
