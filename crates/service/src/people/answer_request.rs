//! Staff answer a reader's request (4.2.1): what is approved goes the way of the desk, with the same rules and records; the reader
//! is told whatever the answer is.

use serde_json::json;

use super::documents;
use crate::kernel::{Error, Invalid, Op, Problem, RequestId, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::readers::{
    self, Amend, AskedChange, AskedDocument, Changes, Evidence, RequestState, answers_here, check_paper,
    close, document_of, not_merged, opened, row_of, same_document,
};
use crate::records::{self, CheckMethod, IdentityCheck, NewRecord};

/// What staff say to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It is done as asked.
    Approve,
    /// No, and why.
    Reject(String),
    /// A question to the reader.
    Ask(String),
}

impl Reply {
    fn word(&self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject(_) => "reject",
            Self::Ask(_) => "ask",
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Approve => None,
            Self::Reject(text) | Self::Ask(text) => Some(text),
        }
    }
}

/// Answers a request. `version` is the one that was seen, or [`readers::ANY_VERSION`]: what the reader or somebody else did since is not overrun.
///
/// # Errors
/// [`Right::AmendReaders`] is needed, at the library that answers. [`Error::Stale`] when the request was changed since. What
/// stands against the change itself stands against its approval.
pub async fn answer_request(op: &Op, id: RequestId, version: i64, reply: &Reply) -> Result<()> {
    op.require(Right::AmendReaders)?;
    let row = row_of(op, id).await?;
    let reader = row.reader_id;
    op.intend(ServiceName::AnswerRequest, Some(reader));
    let digest = records::digest(op, &(id, version, reply.word(), reply.text()))?;
    if records::find_answer(op, ServiceName::AnswerRequest, &digest).await?.is_some() {
        return Ok(());
    }
    answers_here(op, &row).await?;
    let text = match reply.text().map(str::trim) {
        Some("") => return Err(Error::field("answer", Problem::Missing)),
        Some(text) if text.chars().count() > 500 => {
            return Err(Error::field("answer", Problem::TooLong(500)));
        }
        text => text,
    };
    let waits = matches!(row.state.as_str(), "open" | "asked");
    if waits && version != readers::ANY_VERSION && row.version != version {
        return Err(Error::Stale);
    }
    let is_change = row.kind == "change";
    let state = match reply {
        Reply::Approve if is_change => RequestState::Approved,
        Reply::Approve => RequestState::Done,
        Reply::Reject(_) => RequestState::Rejected,
        Reply::Ask(_) => RequestState::Asked,
    };
    close(op, &row, state, text).await?;
    // Its record first: the key of the call belongs to the answer, not to the changes that follow from it.
    let record = NewRecord {
        service: ServiceName::AnswerRequest,
        reader,
        card: row.card_id,
        channel: op.actor().channel,
        check: None,
        detail: json!({ "request": id, "kind": row.kind, "state": state.as_str() }),
        digest,
    };
    let record = records::keep(op, record).await?;
    if is_change && *reply == Reply::Approve {
        let asked =
            opened(op, row).await?.asked.ok_or_else(|| Error::internal("a request without content"))?;
        apply(op, reader, &asked).await?;
    }
    let words = [("state", state.as_str().to_owned()), ("text", text.unwrap_or_default().to_owned())];
    readers::tell(op, reader, record, Template::RequestAnswered, &words, None).await
}

/// Does what was asked, as the desk does it. The reader was signed in when they asked; the evidence is what they sent.
async fn apply(op: &Op, reader: crate::kernel::ReaderId, asked: &AskedChange) -> Result<()> {
    let check = IdentityCheck::of_the_person(CheckMethod::Password);
    let evidence = asked.evidence.map(Evidence::Kept);
    let row = not_merged(op, reader).await?;
    // What the desk did meanwhile is done.
    if let Some(name) = asked.name.as_ref().filter(|name| **name != row.name) {
        let amend = Amend {
            reader,
            version: row.version,
            changes: Changes { name: Some(name.clone()), ..Changes::default() },
            evidence: None,
            check: check.clone(),
        };
        readers::change(op, &amend, evidence, Vec::new()).await?;
    }
    let Some(AskedDocument { form, renews }) = &asked.document else { return Ok(()) };
    let row = not_merged(op, reader).await?;
    let mut invalid = Invalid::default();
    let given = check_paper(op, &row, form, &mut invalid).await?;
    invalid.into_result()?;
    if let Some(given) = given
        && let Some(known) = same_document(op, reader, &given).await?
        && known.retired_at.is_none()
        && given.or_known(known.valid_until) == known.valid_until
    {
        return Ok(());
    }
    let renewed = match renews {
        Some(old) => Some(document_of(op, reader, *old).await?).filter(|old| old.retired_at.is_none()),
        None => None,
    };
    match renewed {
        Some(old) => documents::renew(op, reader, old.id, form, evidence, &check, Vec::new()).await?,
        None => documents::add(op, reader, form, evidence, &check, Vec::new()).await?,
    };
    Ok(())
}
