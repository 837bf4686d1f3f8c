//! What is asked for beside what is on file: staff see what is the same and what differs, the number on file masked; and the file
//! that proves it.

use super::list::{AskedDocument, Request, answers_here, opened, row_of};
use crate::kernel::{Error, Op, RequestId, Result, Right};
use crate::readers::details::optional_date;
use crate::readers::papers::all_documents;
use crate::readers::photo::paper;
use crate::readers::view::{DocumentView, open_number, views};
use crate::records::File;

/// The document on file that a request is about.
#[derive(Clone, Debug)]
pub struct OnFile {
    /// The document, masked.
    pub document: DocumentView,
    /// Whether the reader said that theirs renews it; else it is on file and of the same kind.
    pub renewed: bool,
    /// Whether the numbers are the same.
    pub same_number: bool,
    /// Whether the countries are the same.
    pub same_country: bool,
    /// Whether the last days are the same, as far as one is asked for.
    pub same_valid_until: bool,
}

/// The document on file beside the one that is asked for: the very same, the one it renews, or else one of its kind; none where there
/// is none.
///
/// # Errors
/// [`Right::AmendReaders`] is needed.
pub async fn on_file(op: &Op, request: &Request) -> Result<Option<OnFile>> {
    op.require(Right::AmendReaders)?;
    let reader = request.line.reader;
    let asked = request.asked.as_ref().and_then(|asked| asked.document.as_ref());
    let Some(AskedDocument { form, renews }) = asked else { return Ok(None) };
    let rows = all_documents(op, reader).await?;
    let wanted = bare(&form.number);
    let mut same = None;
    for row in rows.iter().filter(|row| row.retired_at.is_none() && row.kind == form.kind) {
        if bare(&open_number(op, row)?) == wanted {
            same = Some(row);
        }
    }
    let row = same
        .or_else(|| rows.iter().find(|row| Some(row.id) == *renews))
        .or_else(|| rows.iter().rfind(|row| row.retired_at.is_none() && row.kind == form.kind));
    let Some(row) = row else { return Ok(None) };
    let view = views(op, &[reader]).await?.remove(&reader).ok_or(Error::NotFound("reader"))?;
    let shown = view.documents.into_iter().chain(view.retired).find(|paper| paper.id == row.id);
    let Some(document) = shown else { return Ok(None) };
    let country = row.issuing_country.as_deref().unwrap_or_default();
    let until = optional_date(&form.valid_until).unwrap_or_default();
    Ok(Some(OnFile {
        renewed: *renews == Some(row.id),
        same_number: row.kind == form.kind && bare(&open_number(op, row)?) == wanted,
        same_country: country.eq_ignore_ascii_case(form.issuing_country.trim()),
        same_valid_until: form.valid_until.trim().is_empty() || until == row.valid_until,
        document,
    }))
}

/// Letters and digits alone, as numbers are compared.
fn bare(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// What proves a request: its media type and bytes. The look is logged first, as at the desk.
///
/// # Errors
/// [`Right::RevealPersonalData`] and a reason are needed, at a library that answers the request; [`Error::NotFound`] when nothing was
/// sent with it.
pub async fn request_evidence(op: &Op, id: RequestId, reason: &str) -> Result<(String, File)> {
    op.require(Right::RevealPersonalData)?;
    let row = row_of(op, id).await?;
    answers_here(op, &row).await?;
    let request = opened(op, row).await?;
    let evidence = request.asked.and_then(|asked| asked.evidence).ok_or(Error::NotFound("attachment"))?;
    paper(op, request.line.reader, evidence, reason).await
}
