//! One line in the log for each request: method, route, status, time, and a number to find it by. Nothing that was
//! entered: no query, no body, no address of a page with an id in it.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::csrf::chance;

/// The number of a request, as the log and the error page name it: `7F3A-20C9`.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

pub async fn watch(mut request: Request, next: Next) -> Response {
    let random = chance().to_uppercase();
    let id = format!("{}-{}", random.get(..4).unwrap_or_default(), random.get(4..8).unwrap_or_default());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", %id, %method, %route);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, ms) = (response.status().as_u16(), begun.elapsed().as_millis());
    span.in_scope(|| tracing::info!(status, ms, "answered"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
