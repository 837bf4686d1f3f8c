//! The address that others reach these pages by: as it is set, or as the browser asks for it.

use axum::http::{HeaderMap, header};

use crate::WebOptions;

/// Scheme, host and port, without a slash at the end; none where neither settings nor browser tell it.
pub fn origin(options: &WebOptions, headers: &HeaderMap) -> Option<String> {
    if let Some(url) = &options.public_url {
        return Some(url.trim_end_matches('/').to_owned());
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok())?;
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    let scheme = if options.secure_cookies { "https" } else { "http" };
    (!host.is_empty() && host.chars().all(fits)).then(|| format!("{scheme}://{host}"))
}
