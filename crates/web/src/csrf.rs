//! That a form was sent from a page of ours: each form carries a keyed hash of the browser's session (or, before signing in, of
//! a visitor's cookie), and is compared without telling by its time how much of it fits.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use service::kernel::KeyRing;

use crate::App;
use crate::session::{READER, SESSION, VISITOR, cookie};

/// The field of a form.
pub const FIELD: &str = "csrf";

/// 32 random letters and digits.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the faces that needs chance outside an operation"
)]
pub fn chance() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// What the browser is known by: its session, or else its visitor's cookie.
pub fn basis(headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let value =
        |name| jar.get(name).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty());
    value(SESSION).or_else(|| value(READER)).or_else(|| value(VISITOR))
}

/// The token for forms of this browser.
pub fn token(keys: &KeyRing, basis: &str) -> String {
    keys.lookup("csrf", basis).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a form's token is the right one.
pub fn fits(keys: &KeyRing, headers: &HeaderMap, given: &str) -> bool {
    basis(headers).is_some_and(|basis| same(token(keys, &basis).as_bytes(), given.as_bytes()))
}

/// Compares without telling by its time how much of it fits.
pub fn same(expected: &[u8], given: &[u8]) -> bool {
    let differing = expected.iter().zip(given).fold(0_u8, |all, (a, b)| all | (a ^ b));
    expected.len() == given.len() && std::hint::black_box(differing) == 0
}

/// Gives a browser without any cookie of ours one to be known by.
pub async fn know_the_visitor(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if basis(request.headers()).is_some() {
        return next.run(request).await;
    }
    let visitor = chance();
    if let Ok(value) = HeaderValue::from_str(&format!("{VISITOR}={visitor}")) {
        request.headers_mut().append(header::COOKIE, value);
    }
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&cookie(&app, VISITOR, &visitor).to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Refuses forms that browsers say come from elsewhere, before anything is looked at.
pub async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let elsewhere = site.is_some_and(|site| !["same-origin", "none"].contains(&site));
    if elsewhere && ![Method::GET, Method::HEAD].contains(request.method()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_token_is_the_same() {
        assert!(same(b"abc", b"abc"));
        for other in ["abd", "ab", "abcd", ""] {
            assert!(!same(b"abc", other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn the_session_counts_before_the_visitor() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("yueka_visitor=v"));
        assert_eq!(basis(&headers).as_deref(), Some("v"));
        headers.append(header::COOKIE, HeaderValue::from_static("yueka_session=s"));
        assert_eq!(basis(&headers).as_deref(), Some("s"));
    }
}
