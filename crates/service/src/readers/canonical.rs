//! Requests in a form that is the same for the same request: its keyed digest tells a repeated call from another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::records::{File, IdentityCheck, Person};

/// A check of identity, for a digest.
#[derive(Serialize)]
pub(crate) struct CanonicalCheck<'a> {
    who: &'a str,
    method: &'a str,
    document: Option<&'a Person>,
    agent: Option<&'a Person>,
    principal: Option<&'a Person>,
    authorization: Option<String>,
    answers: &'a [(String, String)],
}

pub(crate) fn canonical_check(check: &IdentityCheck) -> CanonicalCheck<'_> {
    CanonicalCheck {
        who: check.who.as_str(),
        method: check.method.as_str(),
        document: check.document.as_ref(),
        agent: check.agent.as_ref(),
        principal: check.principal.as_ref(),
        authorization: canonical_file(check.authorization.as_ref()),
        answers: &check.answers,
    }
}

/// A file, for a digest.
pub(crate) fn canonical_file(file: Option<&File>) -> Option<String> {
    file.map(|file| STANDARD.encode(&file.0))
}
