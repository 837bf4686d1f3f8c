//! What stands in the address: an id of something. What is no id is an id of nothing.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::caller::Speech;
use super::problem::ApiError;
use crate::App;

/// The parts of an address.
#[derive(Debug)]
pub struct In<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for In<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiError::not_found(&Speech::of(parts))),
        }
    }
}
