//! Guardians (Table A1, note): another takes the role with a new consent, and it ends when the reader is 16.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;

use super::canonical::{canonical_check, canonical_file};
use super::details::{GuardianForm, GuardianGiven, check_guardian};
use super::identity::{ADULT_FROM, check_identity, check_new_guardian, document_of_guardian};
use super::notes::not_merged;
use super::papers::count_change;
use super::register::add_guardian;
use super::tables::{document, guardian};
use super::tell::{contacts, tell};
use super::view::{kind_of, open_number};
use crate::kernel::{
    AttachmentId, Blocker, Error, GuardianId, Invalid, Op, Problem, ReaderId, RecordId, Result, Right,
    ServiceName, age_on,
};
use crate::libraries::{self, Policy};
use crate::outbox::{self, Contacts, Template};
use crate::records::{self, File, IdentityCheck, NewRecord, Presence, Purpose, attach, check_file};

/// Ends the role of the guardian of a reader who turned 16.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::NotFound`] when there is no guardian; a guardian of a minor is changed, not ended.
pub async fn end_guardianship(op: &Op, id: ReaderId, check: &IdentityCheck) -> Result<()> {
    op.intend(ServiceName::EndGuardianship, Some(id));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &(id, canonical_check(check)))?;
    if records::find_answer(op, ServiceName::EndGuardianship, &digest).await?.is_some() {
        return Ok(());
    }
    let row = not_merged(op, id).await?;
    if age_on(row.birth_date, op.today()) < ADULT_FROM {
        return Err(Error::field("guardian", Problem::NotApplicable));
    }
    let channel = op.actor().channel;
    let blockers = check_identity(op, id, ServiceName::EndGuardianship, channel, check, false).await?;
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    if end_roles(op, id).await? == 0 {
        return Err(Error::NotFound("guardian"));
    }
    let record = NewRecord {
        service: ServiceName::EndGuardianship,
        reader: id,
        card: None,
        channel,
        check: Some(check),
        detail: json!({}),
        digest,
    };
    records::keep(op, record).await.map(|_| ())
}

async fn end_roles(op: &Op, id: ReaderId) -> Result<u64> {
    let done = guardian::Entity::update_many()
        .col_expr(guardian::Column::EndedAt, Expr::value(op.now()))
        .filter(guardian::Column::ReaderId.eq(id))
        .filter(guardian::Column::EndedAt.is_null())
        .exec(op.db())
        .await?;
    Ok(done.rows_affected)
}

/// Another guardian for a reader under 16.
#[derive(Clone, Debug)]
pub struct ChangeGuardian {
    /// The reader.
    pub reader: ReaderId,
    /// The guardian who signs now.
    pub guardian: GuardianForm,
    /// The signed consent, scanned.
    pub consent: Option<File>,
    /// What proves the relation (household register, birth certificate, a court's decision), scanned; wanted where the guardian on file
    /// is not there to hand over.
    pub proof: Option<File>,
    /// Who stands there: the guardian on file, or the new one with the document that they are written down with.
    pub check: IdentityCheck,
}

/// Another guardian takes the role, with a consent of their own; that of the one before ends, and they are told. The guardian on file
/// hands over; where they are not there, the new one shows their own document, and a proof of the relation is kept beside the signed
/// consent. A child alone, or an agent, changes no guardian.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::Invalid`] names each field that can't be taken; [`Blocker::GuardianNeeded`] and
/// [`Blocker::NotTheGuardian`] say who has to be there.
pub async fn change_guardian(op: &Op, request: ChangeGuardian) -> Result<GuardianId> {
    let id = request.reader;
    op.intend(ServiceName::Amend, Some(id));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &canonical(&request))?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        let row = current(op, id).await?.ok_or(Error::NotFound("guardian"))?;
        return Ok(row.id);
    }
    let row = not_merged(op, id).await?;
    let age = age_on(row.birth_date, op.today());
    let mut invalid = Invalid::default();
    let own = own_document(op, id).await?;
    let given = check_guardian(&request.guardian, own.as_ref(), op.today(), &mut invalid);
    let check = &request.check;
    let (mut blockers, handed_over) = match &given {
        Some(given) => check_new_guardian(op, id, check, &given.name, &given.document).await?,
        None => (Vec::new(), false),
    };
    let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
    let signs = given.is_some() && check.who == Presence::Guardian && age < ADULT_FROM;
    for (field, file, wanted) in [
        ("guardian.consent_file", &request.consent, signs),
        ("guardian.proof", &request.proof, signs && !handed_over),
    ] {
        match file {
            Some(file) => {
                if let Some(problem) = check_file(file, most) {
                    invalid.add(field, problem);
                }
            }
            None if wanted => invalid.add(field, Problem::Missing),
            None => {}
        }
    }
    let before = current(op, id).await?;
    if let (Some(given), Some(before)) = (&given, &before) {
        let number =
            op.keys().open_sealed("guardians.document_number", before.id.0, &before.document_number)?;
        let same =
            before.document_kind == given.document.kind().as_str() && number == given.document.number();
        if same && before.name == given.name && before.relation == given.relation {
            invalid.add("guardian.document.number", Problem::NothingChanged);
        }
    }
    invalid.into_result()?;
    let Some(given) = given else { return Err(Error::internal("a checked guardian without its parts")) };
    let channel = op.actor().channel;
    if age >= ADULT_FROM && !blockers.contains(&Blocker::GuardianOfMinorOnly) {
        blockers.push(Blocker::GuardianOfMinorOnly);
    }
    if !channel.is_staffed() {
        blockers.push(Blocker::AtDeskOnly);
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    count_change(op, &row).await?;
    end_roles(op, id).await?;
    let new = add_guardian(op, id, &given).await?;
    let consent = keep_file(op, id, Purpose::Consent, request.consent.as_ref()).await?;
    let proof = keep_file(op, id, Purpose::Evidence, request.proof.as_ref()).await?;
    let detail = json!({
        "fields": ["guardian"],
        "guardian": new,
        "instead_of": before.as_ref().map(|before| before.id),
        "handed_over": handed_over,
        "consent": consent,
        "evidence": proof,
    });
    let record = NewRecord {
        service: ServiceName::Amend,
        reader: id,
        card: None,
        channel,
        check: Some(check),
        detail,
        digest,
    };
    let record = records::keep(op, record).await?;
    let words = [("fields", "guardian".to_owned())];
    tell(op, id, record, Template::InformationChanged, &words, Some(check)).await?;
    if let Some(before) = before {
        tell_the_one_before(op, id, record, before, row.name).await?;
    }
    Ok(new)
}

async fn keep_file(
    op: &Op,
    id: ReaderId,
    purpose: Purpose,
    file: Option<&File>,
) -> Result<Option<AttachmentId>> {
    match file {
        Some(file) => attach(op, Some(id), purpose, file).await.map(Some),
        None => Ok(None),
    }
}

/// Whoever had the role learns of it at their own phone, wherever they were.
async fn tell_the_one_before(
    op: &Op,
    id: ReaderId,
    record: RecordId,
    before: guardian::Model,
    child: String,
) -> Result<()> {
    let phone = op.keys().open_sealed("guardians.phone", before.id.0, &before.phone)?;
    let contacts = Contacts { name: before.name, phone, email: None, ..contacts(op, id).await? };
    let words = [("reader", child)];
    outbox::queue(op, id, Some(record), Template::GuardianChanged, &words, &contacts).await
}

/// Whether a reader who comes back has a guardian on file who is another one: that is changed with their papers, not by opening a card.
pub(crate) async fn has_another_guardian(op: &Op, id: ReaderId, given: &GuardianGiven) -> Result<bool> {
    let Some(before) = current(op, id).await? else { return Ok(false) };
    let known = document_of_guardian(op, &before)?;
    Ok(known.is_none_or(|known| known.identity_key() != given.document.identity_key()))
}

/// The guardian signs for a card: from now on it is this consent that counts.
pub(crate) async fn sign_as_guardian(op: &Op, id: ReaderId, given: &GuardianGiven) -> Result<GuardianId> {
    end_roles(op, id).await?;
    add_guardian(op, id, given).await
}

async fn current(op: &Op, id: ReaderId) -> Result<Option<guardian::Model>> {
    use sea_orm::QueryOrder;
    Ok(guardian::Entity::find()
        .filter(guardian::Column::ReaderId.eq(id))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_desc(guardian::Column::Id)
        .one(op.db())
        .await?)
}

async fn own_document(op: &Op, id: ReaderId) -> Result<Option<documents::IdentityDocument>> {
    let row = document::Entity::find().filter(document::Column::ReaderId.eq(id)).one(op.db()).await?;
    let Some(row) = row else { return Ok(None) };
    let (kind, number) = (kind_of(&row.kind)?, open_number(op, &row)?);
    let country = row.issuing_country.as_deref();
    Ok(documents::IdentityDocument::parse(kind, &number, country, op.today()).ok())
}

fn canonical(request: &ChangeGuardian) -> impl Serialize {
    (
        request.reader,
        &request.guardian,
        canonical_file(request.consent.as_ref()),
        canonical_file(request.proof.as_ref()),
        canonical_check(&request.check),
    )
}
