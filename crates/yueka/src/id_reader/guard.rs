//! Who may talk to the reader: pages of the configured origins, its own page, and programs of this computer. A page that
//! made its own name lead here (DNS rebinding) is known by the Host it asks for.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

const ASKS_PRIVATE: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOWS_PRIVATE: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// The doorkeeper.
pub struct Guard {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Guard {
    pub fn new(address: SocketAddr, origins: Vec<String>) -> Self {
        let port = address.port();
        let mut hosts = vec![format!("localhost:{port}"), address.to_string()];
        hosts.dedup();
        let origins =
            origins.iter().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()).collect();
        Self { hosts, origins }
    }

    fn is_host(&self, headers: &HeaderMap) -> bool {
        text(headers, header::HOST)
            .is_some_and(|host| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
    }

    /// Whether the request comes from the simulator's own page, or from no page at all.
    fn is_at_home(&self, headers: &HeaderMap) -> bool {
        match text(headers, header::ORIGIN) {
            Some(origin) => self.hosts.iter().any(|own| origin == format!("http://{own}")),
            // Browsers leave the origin out of what they only show; this says where it is shown.
            None => !text(headers, HeaderName::from_static("sec-fetch-site"))
                .is_some_and(|site| ["cross-site", "same-site"].contains(&site)),
        }
    }

    fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        let lower = origin.to_str().ok()?.to_ascii_lowercase();
        self.origins.contains(&lower).then(|| origin.clone())
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Lets a request in, or says why not.
pub async fn watch(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !guard.is_host(headers) {
        return refused(
            StatusCode::MISDIRECTED_REQUEST,
            "host_refused",
            "This is not the host that was asked for.",
        );
    }
    let page = request.uri().path().starts_with("/v1/").then(|| guard.allowed_origin(headers)).flatten();
    if page.is_none() && !guard.is_at_home(headers) {
        return refused(
            StatusCode::FORBIDDEN,
            "origin_refused",
            "The reader does not serve pages of this origin: start its bridge with --origin.",
        );
    }
    let mut response = match page {
        Some(_) if request.method() == Method::OPTIONS => preflight(headers),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    if let Some(origin) = page {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if asked.get(ASKS_PRIVATE).is_some_and(|asks| asks == "true") {
        headers.insert(ALLOWS_PRIVATE, HeaderValue::from_static("true"));
    }
    response
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "code": code, "message": message }))).into_response()
}
