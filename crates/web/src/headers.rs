//! What browsers may do with a page.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::App;

/// What a page may use of the computer.
pub const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Nothing.
const NOTHING: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()";
/// The camera, by the page itself.
pub const CAMERA: &str =
    "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()";

/// Sets the headers of every page; nothing of a page is kept by browsers or caches.
pub async fn of_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let set = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in set {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A page that takes photos brings one that lets it use the camera.
    if !headers.contains_key(PERMISSIONS_POLICY) {
        headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(NOTHING));
    }
    // A file from the database brings a stricter policy of its own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_policy(app.options.id_reader_url.as_deref()))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if app.options.secure_cookies {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

fn content_policy(id_reader: Option<&str>) -> String {
    let id_reader = id_reader.map(origin).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'{id_reader}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Scheme, host and port with a space in front; nothing for what is no web address.
fn origin(url: &str) -> String {
    let parts = url.split_once("://").filter(|(scheme, _)| ["http", "https"].contains(scheme));
    let host = parts.map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    match (parts, host) {
        (Some((scheme, _)), Some(host)) if !host.is_empty() && host.chars().all(fits) => {
            format!(" {scheme}://{host}")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_document_reader_and_nothing_that_was_slipped_in() {
        assert!(
            content_policy(Some("http://127.0.0.1:8091/x"))
                .contains("connect-src 'self' http://127.0.0.1:8091;")
        );
        for bad in ["", "javascript:x", "http://a; script-src *", "https://", "http://a b/"] {
            assert!(content_policy(Some(bad)).contains("connect-src 'self';"), "{bad}");
        }
    }
}
