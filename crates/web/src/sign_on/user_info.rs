//! Who a token is about, at this moment (OpenID Connect Core 5.3). A lost or cancelled card ends it with the next question.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::kernel::Actor;
use service::resources;

use super::token::{failed, kept_by_nobody, tell};
use crate::App;

pub async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|header| header.split_once(' '));
    let token =
        token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let Some(token) = token.map(str::to_owned) else { return no("Bearer") };
    let claims = app.service.read(Actor::nobody(), async move |op| resources::claims(op, &token).await).await;
    match claims {
        Ok(Some(claims)) => {
            let mut body = json!({});
            tell(&mut body, &claims);
            kept_by_nobody(Json(body).into_response())
        }
        Ok(None) => no("Bearer error=\"invalid_token\""),
        Err(error) => failed(&error),
    }
}

fn no(challenge: &'static str) -> Response {
    let challenge = (header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    kept_by_nobody((StatusCode::UNAUTHORIZED, [challenge]).into_response())
}
