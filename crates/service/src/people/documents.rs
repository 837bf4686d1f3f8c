//! A reader's documents (4.2.1): another validity, another number, a second document, one that is given back. The card stays; the
//! number that was in use still leads to the reader.

use ::documents::{DocumentKind, IdentityDocument};
use serde::Serialize;
use serde_json::json;

use crate::cards::{self, CardKind};
use crate::kernel::{
    Blocker, CardId, DocumentId, Error, Invalid, Op, Problem, ReaderId, Result, Right, ServiceName, age_on,
    is_blank,
};
use crate::outbox::Template;
use crate::readers::{
    self, Before, DocumentForm, Evidence, Given, as_document, canonical_check, canonical_file, check_paper,
    count_change, document_of, documents_in_use, full_number, not_merged, owner_of, same_document,
    set_validity, write_paper,
};
use crate::records::{self, File, IdentityCheck, NewRecord};

/// A document that was renewed.
#[derive(Clone, Debug)]
pub struct RenewDocument {
    /// Whose.
    pub reader: ReaderId,
    /// The document as it was.
    pub document: DocumentId,
    /// As it is now; an empty number is the number it had, and with that number an empty date is the date it had; [`crate::readers::LONG_TERM`] takes it away.
    pub form: DocumentForm,
    /// A scan, where the library keeps one.
    pub evidence: Option<File>,
    /// How identity was checked.
    pub check: IdentityCheck,
}

/// Another document of a reader.
#[derive(Clone, Debug)]
pub struct AddDocument {
    /// Whose.
    pub reader: ReaderId,
    /// The document.
    pub form: DocumentForm,
    /// A scan, where the library keeps one.
    pub evidence: Option<File>,
    /// How identity was checked.
    pub check: IdentityCheck,
}

/// A document that is not in use any more.
#[derive(Clone, Debug)]
pub struct RetireDocument {
    /// Whose.
    pub reader: ReaderId,
    /// The document.
    pub document: DocumentId,
    /// How identity was checked.
    pub check: IdentityCheck,
}

/// Renews a document: its validity, or its number too (a passport, a re-issued permit, the new permanent-resident card).
///
/// # Errors
/// [`Right::AmendReaders`] is needed. [`Error::Stale`] when the document was retired meanwhile;
/// [`Blocker::DocumentIsAnothers`] when its number leads to another reader.
pub async fn renew_document(op: &Op, request: RenewDocument) -> Result<DocumentId> {
    let RenewDocument { reader, document, form, evidence, check } = &request;
    op.intend(ServiceName::Amend, Some(*reader));
    op.require(Right::AmendReaders)?;
    let canonical = Canonical::of("renew", *reader, Some(*document), Some(form), evidence.as_ref(), check);
    let digest = records::digest(op, &canonical)?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return Ok(latest(op, *reader).await?.unwrap_or(*document));
    }
    renew(op, *reader, *document, form, evidence.as_ref().map(Evidence::New), check, digest).await
}

pub(super) async fn renew(
    op: &Op,
    reader: ReaderId,
    document: DocumentId,
    form: &DocumentForm,
    evidence: Option<Evidence<'_>>,
    check: &IdentityCheck,
    digest: Vec<u8>,
) -> Result<DocumentId> {
    let row = not_merged(op, reader).await?;
    let old = document_of(op, reader, document).await?;
    if old.retired_at.is_some() {
        return Err(Error::Stale);
    }
    let mut form = form.clone();
    if is_blank(&form.number) {
        form.number = full_number(op, &old)?;
        form.issuing_country = old.issuing_country.clone().unwrap_or_default();
    }
    let mut invalid = Invalid::default();
    let given = check_paper(op, &row, &form, &mut invalid).await?;
    if let Some(given) = &given
        && given.document.kind().as_str() != old.kind
    {
        // Another kind is another document: that is added, and this one retired.
        invalid.add("document.type", Problem::NotApplicable);
    }
    let same_number = match &given {
        Some(given) => full_number(op, &old)? == given.document.number(),
        None => false,
    };
    needs_reason(op, reader, given.as_ref(), evidence, &mut invalid).await?;
    // A blank takes nothing away: what is known of the date stays known.
    if let Some(given) = &given
        && same_number
        && given.or_known(old.valid_until) == old.valid_until
    {
        invalid.add("document.valid_until", Problem::NothingChanged);
    }
    check_evidence(op, evidence, &mut invalid).await?;
    invalid.into_result()?;
    let Some(given) = given else { return Err(Error::internal("a checked document without its parts")) };
    refuse(op, reader, Some(&given.document), check).await?;

    let version = count_change(op, &row).await?;
    let number = (!same_number).then(|| full_number(op, &old)).transpose()?;
    let mut before =
        vec![Before { field: "document.valid_until", value: old.valid_until.map(|day| day.to_string()) }];
    let (now, card) = if same_number {
        set_validity(op, &old, given.or_known(old.valid_until)).await?;
        (old.id, None)
    } else {
        before.insert(0, Before { field: "document.number", value: number });
        readers::retire(op, old.id).await?;
        let new = match same_document(op, reader, &given).await? {
            Some(known) => {
                set_validity(op, &known, given.or_known(known.valid_until)).await?;
                known.id
            }
            None => write_paper(op, reader, &given).await?,
        };
        (new, cards::follow_document(op, reader, old.id, new).await?)
    };
    let detail = json!({ "fields": fields(&before), "document": now, "instead_of": (now != old.id).then_some(old.id) });
    keep(op, reader, Kept { card, detail, check, evidence, digest, version, before }).await?;
    Ok(now)
}

/// Adds a document: it leads to the reader from now on.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Blocker::DocumentIsAnothers`] when its number leads to another reader.
pub async fn add_document(op: &Op, request: AddDocument) -> Result<DocumentId> {
    let AddDocument { reader, form, evidence, check } = &request;
    op.intend(ServiceName::Amend, Some(*reader));
    op.require(Right::AmendReaders)?;
    let canonical = Canonical::of("add", *reader, None, Some(form), evidence.as_ref(), check);
    let digest = records::digest(op, &canonical)?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return latest(op, *reader).await?.ok_or(Error::NotFound("document"));
    }
    add(op, *reader, form, evidence.as_ref().map(Evidence::New), check, digest).await
}

pub(super) async fn add(
    op: &Op,
    reader: ReaderId,
    form: &DocumentForm,
    evidence: Option<Evidence<'_>>,
    check: &IdentityCheck,
    digest: Vec<u8>,
) -> Result<DocumentId> {
    let row = not_merged(op, reader).await?;
    let mut invalid = Invalid::default();
    let given = check_paper(op, &row, form, &mut invalid).await?;
    let known = match &given {
        Some(given) => same_document(op, reader, given).await?,
        None => None,
    };
    if known.as_ref().is_some_and(|known| known.retired_at.is_none()) {
        invalid.add("document.number", Problem::NothingChanged);
    }
    needs_reason(op, reader, given.as_ref(), evidence, &mut invalid).await?;
    check_evidence(op, evidence, &mut invalid).await?;
    invalid.into_result()?;
    let Some(given) = given else { return Err(Error::internal("a checked document without its parts")) };
    refuse(op, reader, Some(&given.document), check).await?;

    let version = count_change(op, &row).await?;
    let id = match known {
        Some(known) => {
            set_validity(op, &known, given.or_known(known.valid_until)).await?;
            known.id
        }
        None => write_paper(op, reader, &given).await?,
    };
    let before = vec![Before { field: "document", value: None }];
    let detail = json!({ "fields": ["document"], "document": id });
    keep(op, reader, Kept { card: None, detail, check, evidence, digest, version, before }).await?;
    Ok(id)
}

/// Takes a document out of use. A card that stands on it stands on another that can carry it.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Blocker::LastDocument`] when the reader, or the card, would be left without one.
pub async fn retire_document(op: &Op, request: RetireDocument) -> Result<()> {
    let RetireDocument { reader, document, check } = &request;
    let reader = *reader;
    op.intend(ServiceName::Amend, Some(reader));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &Canonical::of("retire", reader, Some(*document), None, None, check))?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return Ok(());
    }
    let row = not_merged(op, reader).await?;
    let old = document_of(op, reader, *document).await?;
    if old.retired_at.is_some() {
        return Err(Error::Stale);
    }
    let mut blockers = readers::check_at_desk(op, reader, check).await?;
    let age = age_on(row.birth_date, op.today());
    let held = cards::live_card(op, reader).await?.filter(|card| card.document == old.id);
    let mut carrier = None;
    let mut others = 0;
    for other in documents_in_use(op, reader).await?.iter().filter(|other| other.id != old.id) {
        others += 1;
        let fits = match (&held, as_document(op, other)?) {
            (Some(card), Some(paper)) => {
                card.kind == CardKind::OneCard || cards::choices(paper.kind(), age).contains(&card.kind)
            }
            _ => false,
        };
        if fits {
            carrier = Some(other.id);
        }
    }
    if others == 0 || (held.is_some() && carrier.is_none()) {
        blockers.push(Blocker::LastDocument);
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let version = count_change(op, &row).await?;
    let number = full_number(op, &old)?;
    readers::retire(op, old.id).await?;
    let card = match carrier {
        Some(carrier) => cards::follow_document(op, reader, old.id, carrier).await?,
        None => None,
    };
    let before = vec![Before { field: "document.number", value: Some(number) }];
    let detail = json!({ "fields": ["document.number"], "retired": old.id });
    keep(op, reader, Kept { card, detail, check, evidence: None, digest, version, before }).await
}

/// A number that is its holder's for life stays theirs: another one is another person's, or was put right by an office whose paper is kept.
async fn needs_reason(
    op: &Op,
    reader: ReaderId,
    given: Option<&Given>,
    evidence: Option<Evidence<'_>>,
    invalid: &mut Invalid,
) -> Result<()> {
    let (Some(given), None) = (given, evidence) else { return Ok(()) };
    if !is_for_life(&given.document) {
        return Ok(());
    }
    // Those that are no longer in use count as well: giving a document back first is no way around.
    for known in readers::all_documents(op, reader).await? {
        let Some(known) = as_document(op, &known)? else { continue };
        if is_for_life(&known) && known.identity_key() != given.document.identity_key() {
            invalid.add("evidence", Problem::Missing);
            break;
        }
    }
    Ok(())
}

/// Whether the number of a document is its holder's for life: a citizen number, that of the residence permit of Hong Kong, Macao and
/// Taiwan residents, that of the new permanent-resident card.
fn is_for_life(document: &IdentityDocument) -> bool {
    match document.kind() {
        DocumentKind::ResidentId
        | DocumentKind::HouseholdRegister
        | DocumentKind::ResidencePermit
        | DocumentKind::HmtResidencePermit => true,
        DocumentKind::PermanentResident => document.number().len() == 18,
        _ => false,
    }
}

async fn check_evidence(op: &Op, evidence: Option<Evidence<'_>>, invalid: &mut Invalid) -> Result<()> {
    if let Some(evidence) = evidence
        && let Some(problem) = evidence.check(op).await?
    {
        invalid.add("evidence", problem);
    }
    Ok(())
}

/// What stands against a change of documents: who stands there, and whose number it is.
async fn refuse(
    op: &Op,
    reader: ReaderId,
    document: Option<&IdentityDocument>,
    check: &IdentityCheck,
) -> Result<()> {
    let mut blockers = readers::check_at_desk(op, reader, check).await?;
    if let Some(document) = document
        && let Some(owner) = owner_of(op, reader, document).await?
        && owner != reader
    {
        blockers.push(Blocker::DocumentIsAnothers(owner));
    }
    if blockers.is_empty() { Ok(()) } else { Err(Error::Refused(blockers)) }
}

fn fields(before: &[Before]) -> Vec<&'static str> {
    before.iter().map(|before| before.field).collect()
}

/// What is kept of a change.
struct Kept<'a> {
    card: Option<CardId>,
    detail: serde_json::Value,
    check: &'a IdentityCheck,
    evidence: Option<Evidence<'a>>,
    digest: Vec<u8>,
    version: i64,
    before: Vec<Before>,
}

async fn keep(op: &Op, reader: ReaderId, kept: Kept<'_>) -> Result<()> {
    let mut detail = kept.detail;
    if let Some(evidence) = kept.evidence {
        let id = evidence.keep(op, reader).await?;
        if let Some(detail) = detail.as_object_mut() {
            detail.insert("evidence".to_owned(), json!(id));
        }
    }
    let record = NewRecord {
        service: ServiceName::Amend,
        reader,
        card: kept.card,
        channel: op.actor().channel,
        check: Some(kept.check),
        detail,
        digest: kept.digest,
    };
    let record = records::keep(op, record).await?;
    readers::keep_old_values(op, reader, record, kept.version, &kept.before).await?;
    let words = [("fields", fields(&kept.before).join(" "))];
    readers::tell(op, reader, record, Template::InformationChanged, &words, Some(kept.check)).await
}

/// The document that was written last: the answer of a repeated call.
async fn latest(op: &Op, reader: ReaderId) -> Result<Option<DocumentId>> {
    Ok(documents_in_use(op, reader).await?.last().map(|row| row.id))
}

/// A request, the same for the same request.
#[derive(Serialize)]
struct Canonical<'a> {
    what: &'a str,
    reader: ReaderId,
    document: Option<DocumentId>,
    form: Option<&'a DocumentForm>,
    evidence: Option<String>,
    check: readers::CanonicalCheck<'a>,
}

impl<'a> Canonical<'a> {
    fn of(
        what: &'a str,
        reader: ReaderId,
        document: Option<DocumentId>,
        form: Option<&'a DocumentForm>,
        evidence: Option<&File>,
        check: &'a IdentityCheck,
    ) -> Self {
        let (evidence, check) = (canonical_file(evidence), canonical_check(check));
        Self { what, reader, document, form, evidence, check }
    }
}
