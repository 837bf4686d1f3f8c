//! What a kiosk's page asks every few seconds: whether the server is there, and whether somebody comes.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::at::At;
use super::screen::call_text;

pub async fn show(me: At) -> Response {
    let (call, text) = call_text(me.text(), &me);
    Json(json!({ "call": call, "text": text })).into_response()
}
