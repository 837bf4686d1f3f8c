//! Who stands there, and what may be asked for by them (4.2.2, 6.2.1, A.4): one table for every service and every door.

use documents::{DocumentKind, IdentityDocument};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::recognise::{number_hash, rows_of};
use super::tables::{document, guardian, reader};
use crate::kernel::{Blocker, Channel, Error, Op, ReaderId, Result, ServiceName, age_on};
use crate::libraries::{self, Policy};
use crate::records::{CheckMethod, IdentityCheck, Person, Presence, check_file};

/// Until this age a guardian consents and acts (Table A1, note).
pub const ADULT_FROM: i32 = 16;

/// Whether a service on somebody's card may be asked for by who stands there, checked like this, at this door. `deceased`
/// says that the reader has died: then an agent brings the card back.
#[must_use]
pub fn may_ask(
    service: ServiceName,
    who: Presence,
    method: CheckMethod,
    channel: Channel,
    age: i32,
    deceased: bool,
) -> Vec<Blocker> {
    use ServiceName as S;
    let mut blockers = Vec::new();
    let is_loss = service == S::ReportLoss;
    if method == CheckMethod::Phone && !is_loss {
        blockers.push(Blocker::PhoneForLossOnly);
    }
    // A reader at the portal, a kiosk or a machine reports a loss and changes what is their own to change; the rest is
    // for staff who see the person.
    let alone =
        matches!(service, S::ReportLoss | S::Amend | S::ChangePassword | S::ResetPassword | S::Request);
    if !channel.is_staffed() && !alone {
        blockers.push(Blocker::AtDeskOnly);
    }
    match who {
        Presence::Reader => {}
        Presence::Guardian if age >= ADULT_FROM => blockers.push(Blocker::GuardianOfMinorOnly),
        Presence::Guardian => {}
        Presence::Agent => {
            let by_agent = match service {
                // 4.2.2: information; 6.3.1: a loss is stopped whoever tells of it.
                S::Amend | S::ReportLoss | S::Refer => true,
                S::Cancel => deceased,
                _ => false,
            };
            if !by_agent {
                blockers.push(Blocker::InPersonOnly);
            }
        }
    }
    blockers
}

/// What stands against a service because of who stands there: the table above, and whether the papers are the right ones.
pub(crate) async fn check_identity(
    op: &Op,
    id: ReaderId,
    service: ServiceName,
    channel: Channel,
    check: &IdentityCheck,
    deceased: bool,
) -> Result<Vec<Blocker>> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let age = age_on(row.birth_date, op.today());
    let mut blockers = may_ask(service, check.who, check.method, channel, age, deceased);
    if let Some(file) = &check.authorization {
        let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
        if let Some(problem) = check_file(file, most) {
            return Err(Error::field("identity_check.authorization", problem));
        }
    }
    if let Some(shown) = &check.document
        && !is_readers(op, id, shown).await?
    {
        blockers.push(Blocker::PrincipalIsAnother);
    }
    match check.who {
        Presence::Reader => {}
        Presence::Guardian => {
            let fits = match &check.agent {
                Some(shown) => is_guardians(op, id, shown).await?,
                None => false,
            };
            if !fits && age < ADULT_FROM {
                blockers.push(Blocker::NotTheGuardian);
            }
        }
        Presence::Agent => {
            let seen = |person: &Option<Person>| {
                person
                    .as_ref()
                    .is_some_and(|person| !person.name.trim().is_empty() && parsed(op, person).is_some())
            };
            // On the phone nobody shows a paper: then it is the reader who answers, never an agent.
            let papers = seen(&check.agent) && check.authorization.is_some();
            let by_phone = check.method == CheckMethod::Phone;
            if !papers || by_phone {
                blockers.push(Blocker::AuthorizationMissing);
            }
            match &check.principal {
                Some(principal) if is_readers(op, id, principal).await? => {}
                _ => blockers.push(Blocker::PrincipalIsAnother),
            }
        }
    }
    Ok(blockers)
}

fn parsed(op: &Op, person: &Person) -> Option<IdentityDocument> {
    let kind = person.document_kind.parse().ok()?;
    let country = Some(person.issuing_country.as_str()).filter(|country| !country.is_empty());
    IdentityDocument::parse(kind, &person.document_number, country, op.today()).ok()
}

/// Whether a document belongs to the reader, renewed and retired ones included. A passport may be shown without its country:
/// whose it would be is known.
async fn is_readers(op: &Op, id: ReaderId, shown: &Person) -> Result<bool> {
    if let Some(shown) = parsed(op, shown) {
        return Ok(!rows_of(op, id, &shown).await?.is_empty());
    }
    if shown.document_kind != DocumentKind::Passport.as_str() || !shown.issuing_country.is_empty() {
        return Ok(false);
    }
    let number = number_hash(op, &documents::bare_number(&shown.document_number));
    let found = document::Entity::find()
        .filter(document::Column::ReaderId.eq(id))
        .filter(document::Column::Kind.eq(DocumentKind::Passport.as_str()))
        .filter(document::Column::NumberKey.eq(number))
        .one(op.db())
        .await?;
    Ok(found.is_some())
}

/// Whether a document is that of a guardian whose role has not ended.
async fn is_guardians(op: &Op, id: ReaderId, shown: &Person) -> Result<bool> {
    let Some(shown) = parsed(op, shown) else { return Ok(false) };
    let rows = guardian::Entity::find()
        .filter(guardian::Column::ReaderId.eq(id))
        .filter(guardian::Column::EndedAt.is_null())
        .all(op.db())
        .await?;
    for row in rows {
        let number = op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number)?;
        let person = Person {
            name: String::new(),
            document_kind: row.document_kind,
            document_number: number,
            issuing_country: row.issuing_country.unwrap_or_default(),
        };
        if parsed(op, &person).is_some_and(|own| own.identity_key() == shown.identity_key()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_4_1_on_the_phone_only_a_loss_is_reported() {
        let ask = |service| may_ask(service, Presence::Reader, CheckMethod::Phone, Channel::Desk, 30, false);
        assert!(ask(ServiceName::ReportLoss).is_empty());
        for other in [ServiceName::Restore, ServiceName::Amend, ServiceName::Cancel] {
            assert_eq!(ask(other), [Blocker::PhoneForLossOnly]);
        }
    }

    #[test]
    fn a_4_2_and_a_4_3_the_reader_comes_in_person() {
        let ask = |service, deceased| {
            may_ask(service, Presence::Agent, CheckMethod::ByEye, Channel::Desk, 30, deceased)
        };
        assert_eq!(ask(ServiceName::Restore, false), [Blocker::InPersonOnly]);
        assert_eq!(ask(ServiceName::Cancel, false), [Blocker::InPersonOnly]);
        assert!(ask(ServiceName::Cancel, true).is_empty());
        assert!(ask(ServiceName::Amend, false).is_empty());
    }

    #[test]
    fn a_1_a_guardian_acts_for_a_reader_under_16() {
        let ask = |age| {
            may_ask(ServiceName::Restore, Presence::Guardian, CheckMethod::ByEye, Channel::Desk, age, false)
        };
        assert!(ask(15).is_empty());
        assert_eq!(ask(16), [Blocker::GuardianOfMinorOnly]);
    }
}
