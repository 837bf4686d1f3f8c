//! Guardians (Table A1, note): another takes the role with a new consent, and it ends when the reader is 16.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;

use super::canonical::{canonical_check, canonical_file};
use super::details::{GuardianForm, check_guardian};
use super::identity::{ADULT_FROM, check_identity, may_ask};
use super::notes::not_merged;
use super::papers::count_change;
use super::register::add_guardian;
use super::tables::{document, guardian};
use super::tell::tell;
use super::view::{kind_of, open_number};
use crate::kernel::{
    Blocker, Error, GuardianId, Invalid, Op, Problem, ReaderId, Result, Right, ServiceName, age_on,
};
use crate::libraries::{self, Policy};
use crate::outbox::Template;
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
    /// Who stands there: the reader with the new guardian, or the one before.
    pub check: IdentityCheck,
}

/// Another guardian takes the role, with a consent of their own; that of the one before ends.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::Invalid`] names each field that can't be taken.
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
    if let Some(file) = &request.consent {
        let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
        if let Some(problem) = check_file(file, most) {
            invalid.add("guardian.consent_file", problem);
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
    let check = &request.check;
    // The new guardian's papers are in the form itself: whoever signs now need not have signed before.
    let mut blockers = match check.who {
        Presence::Guardian => may_ask(ServiceName::Amend, check.who, check.method, channel, age, false),
        _ => check_identity(op, id, ServiceName::Amend, channel, check, false).await?,
    };
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
    let consent = match &request.consent {
        Some(file) => Some(attach(op, Some(id), Purpose::Consent, file).await?),
        None => None,
    };
    let detail = json!({ "fields": ["guardian"], "guardian": new, "consent": consent });
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
    Ok(new)
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
        canonical_check(&request.check),
    )
}
