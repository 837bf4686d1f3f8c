//! The `If-Match` header (RFC 9110, 13.1.1): which version the caller saw. The comparison is the strong one, so a weak tag (`W/"1"`)
//! matches nothing; `*` matches whatever there is.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use service::kernel::{Error, Problem};
use service::readers::ANY_VERSION;

use super::caller::{Boxed, Speech};
use super::problem::ApiError;
use crate::App;

/// A version that nothing has: they are counted from 1.
const NEVER: i64 = 0;
/// Tags that one header may name; nobody saw more versions than that.
const MOST: usize = 8;

/// The header; none where it was left out.
#[derive(Debug)]
pub struct IfMatch(Option<Vec<i64>>);

impl FromRequestParts<App> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let mut versions = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            let tags = value.to_str().ok().and_then(tags);
            versions.extend(tags.ok_or_else(|| ApiError::bad_if_match(&Speech::of(parts)))?);
        }
        versions.truncate(MOST);
        Ok(Self(Some(versions).filter(|versions| !versions.is_empty())))
    }
}

/// The versions that a header names; none when it is no list of tags.
fn tags(text: &str) -> Option<Vec<i64>> {
    if text.trim() == "*" {
        return Some(vec![ANY_VERSION]);
    }
    let mut versions = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
        let (tag, after) = tag.strip_prefix('"')?.split_once('"')?;
        let after = after.trim_start_matches([' ', '\t']);
        if !after.is_empty() && !after.starts_with(',') {
            return None;
        }
        // A tag that is no version of ours matches nothing; nor does one that some proxy made weak.
        let version = tag.parse().ok().filter(|version| !weak && *version > NEVER);
        versions.push(version.unwrap_or(NEVER));
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    Some(versions).filter(|versions| !versions.is_empty())
}

/// The versions that the caller takes for the present one.
#[derive(Debug)]
pub struct Seen {
    versions: Vec<i64>,
    by_header: bool,
}

impl IfMatch {
    /// The header, or else the version of the body; one of them is needed.
    pub fn or(self, version: Option<i64>, problems: &mut Vec<(&'static str, Problem)>) -> Option<Seen> {
        match (self.0, version) {
            (Some(versions), _) => Some(Seen { versions, by_header: true }),
            (None, Some(version)) => Some(Seen { versions: vec![version.max(NEVER)], by_header: false }),
            (None, None) => {
                problems.push(("version", Problem::Missing));
                None
            }
        }
    }
}

impl Seen {
    /// Does it with the version that is the present one. A version that is not changes nothing, so the next may be tried.
    pub async fn attempt<T>(
        &self,
        speech: &Speech,
        attempt: impl Fn(i64) -> Boxed<service::Result<T>> + Send,
    ) -> Result<T, ApiError> {
        for version in &self.versions {
            match attempt(*version).await {
                Err(Error::Stale) => {}
                other => return other.map_err(|error| ApiError::of(speech, error)),
            }
        }
        Err(if self.by_header {
            ApiError::precondition_failed(speech)
        } else {
            ApiError::of(speech, Error::Stale)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_strongly_and_a_star_matches_whatever_there_is() {
        for (header, versions) in [
            ("\"3\"", vec![3]),
            (" \"3\" ,\t\"4\",", vec![3, 4]),
            ("*", vec![ANY_VERSION]),
            ("W/\"3\"", vec![NEVER]),
            ("W/\"3\", \"4\"", vec![NEVER, 4]),
            ("\"abc\"", vec![NEVER]),
            ("\"-1\"", vec![NEVER]),
            ("\"a, b\"", vec![NEVER]),
        ] {
            assert_eq!(tags(header), Some(versions), "{header}");
        }
        for odd in ["", "3", "\"3", "3\"", "w/\"3\"", "\"3\" \"4\"", "\"3\", *", "\"3\"x"] {
            assert_eq!(tags(odd), None, "{odd}");
        }
    }
}
