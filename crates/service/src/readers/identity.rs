//! Who stands there, and what may be asked for by them (4.2.2, 6.2.1, A.4): one table for every service and every door.

use documents::{DocumentKind, IdentityDocument};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::children::is_guardian_of;
use super::recognise::{number_hash, rows_of};
use super::same_name::same_name;
use super::tables::{document, guardian, reader};
use crate::kernel::{
    Blocker, Channel, Error, Invalid, Op, Problem, ReaderId, Result, ServiceName, Who, age_on,
};
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
        // Table A1, note: a child does not decide alone what card it has, or that it has none.
        Presence::Reader if age < ADULT_FROM && is_decided_by_guardian(service) => {
            blockers.push(Blocker::GuardianNeeded);
        }
        Presence::Reader => {}
        Presence::Guardian if age >= ADULT_FROM => blockers.push(Blocker::GuardianOfMinorOnly),
        // A password says who the guardian is, and stops a loss; the rest is asked for with a document.
        Presence::Guardian if method == CheckMethod::Password && !channel.is_staffed() && !is_loss => {
            if !blockers.contains(&Blocker::AtDeskOnly) {
                blockers.push(Blocker::AtDeskOnly);
            }
        }
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

/// Whether a guardian decides this for a reader under 16.
fn is_decided_by_guardian(service: ServiceName) -> bool {
    matches!(service, ServiceName::ChangeKind | ServiceName::Cancel | ServiceName::Replace)
}

/// Whether somebody can have been identified by this method, for this service, at this door (6.2.1). `by_reader` says that the reader
/// acts for themselves, alone.
///
/// | method | where |
/// |---|---|
/// | `by_eye` | where staff see the person |
/// | `reader_device` | there, and at a kiosk or machine, which read the document themselves |
/// | `phone` | where staff answer; never to open a card, since nothing is known yet that could be asked |
/// | `password` | by the reader alone, at the portal, a kiosk or a machine; never to open a card, since there is none yet |
/// | `online` | at the portal, and from the province's platform |
/// | `unit_list` | for cards of a unit's list, which a clerk confirmed (6.1.3) |
#[must_use]
pub fn may_check(service: ServiceName, method: CheckMethod, channel: Channel, by_reader: bool) -> bool {
    let opens = service == ServiceName::OpenCard;
    let staffed = channel.is_staffed() && !by_reader;
    match method {
        CheckMethod::ByEye => staffed,
        CheckMethod::Phone => staffed && !opens,
        CheckMethod::ReaderDevice => {
            staffed || (!by_reader && matches!(channel, Channel::SelfService | Channel::Machine))
        }
        CheckMethod::Password => {
            let alone = matches!(channel, Channel::SelfService | Channel::Machine | Channel::Online);
            !opens && (by_reader || alone)
        }
        CheckMethod::Online => by_reader || matches!(channel, Channel::Online | Channel::Yuedutong),
        CheckMethod::UnitList => opens && channel == Channel::Group,
    }
}

/// Ok when the method can have been used here.
fn check_method(op: &Op, service: ServiceName, channel: Channel, check: &IdentityCheck) -> Result<()> {
    // What a reader asked for was checked when they asked; who answers does not see them.
    if op.intends(ServiceName::AnswerRequest) {
        return Ok(());
    }
    let by_reader = matches!(op.actor().who, Who::Reader(_));
    if !may_check(service, check.method, channel, by_reader) {
        return Err(Error::field("identity_check.method", Problem::NotApplicable));
    }
    // Staff whose device read a document know which one.
    let shown = match check.who {
        Presence::Reader => check.document.is_some(),
        Presence::Guardian => check.document.is_some() || check.agent.is_some(),
        Presence::Agent => check.document.is_some() || check.principal.is_some(),
    };
    if check.method == CheckMethod::ReaderDevice && channel.is_staffed() && !shown {
        return Err(Error::field("identity_check.document", Problem::Missing));
    }
    Ok(())
}

/// What is wrong with how somebody was checked who opens a card with this document (4.1, 6.2.1). Staff may open at a door without
/// staff, and help the reader there; then their eyes count. An agent shows their own document and the reader's.
pub(crate) fn check_newcomer(
    op: &Op,
    channel: Channel,
    check: &IdentityCheck,
    document: Option<&IdentityDocument>,
    invalid: &mut Invalid,
) {
    let by_reader = matches!(op.actor().who, Who::Reader(_));
    let can = |channel| may_check(ServiceName::OpenCard, check.method, channel, by_reader);
    let helped = op.actor().channel.is_staffed() && can(op.actor().channel);
    if !can(channel) && !helped {
        invalid.add("identity_check.method", Problem::NotApplicable);
    }
    if check.who != Presence::Agent && check.agent.is_none() {
        return;
    }
    match &check.agent {
        Some(agent) if is_minor(op, agent) => invalid.add("identity_check.agent", Problem::AgentIsMinor),
        Some(agent) if !agent.name.trim().is_empty() && parsed(op, agent).is_some() => {}
        _ => invalid.add("identity_check.agent", Problem::Missing),
    }
    match &check.principal {
        None => invalid.add("identity_check.principal", Problem::Missing),
        Some(principal) => {
            let shown = parsed(op, principal).map(|shown| shown.identity_key());
            if document.is_some_and(|document| shown != Some(document.identity_key())) {
                invalid.add("identity_check.principal", Problem::NotTheReaders);
            }
        }
    }
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
    check_method(op, service, channel, check)?;
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
            let fits = match (&check.agent, op.actor().who) {
                (Some(shown), _) => is_guardians(op, id, shown).await?,
                // At the portal the account is the guardian's own: its documents are known.
                (None, Who::Reader(caller)) => is_guardian_of(op, caller, id).await?,
                (None, _) => false,
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
            // One document is not two people.
            let alone = match &check.agent {
                Some(agent) => is_readers(op, id, agent).await?,
                None => false,
            };
            if check.agent.as_ref().is_some_and(|agent| is_minor(op, agent)) {
                blockers.push(Blocker::AgentIsMinor);
            }
            if !papers || by_phone || alone {
                blockers.push(Blocker::AuthorizationMissing);
            }
            match &check.principal {
                Some(principal)
                    if is_named(principal, &row.name) && is_readers(op, id, principal).await? => {}
                _ => blockers.push(Blocker::PrincipalIsAnother),
            }
        }
    }
    Ok(blockers)
}

/// What stands against a change that is made where staff see who stands there, and nowhere else (4.2.1, 6.2.1).
pub(crate) async fn check_at_desk(op: &Op, id: ReaderId, check: &IdentityCheck) -> Result<Vec<Blocker>> {
    let channel = op.actor().channel;
    let mut blockers = check_identity(op, id, ServiceName::Amend, channel, check, false).await?;
    if !channel.is_staffed() && !blockers.contains(&Blocker::AtDeskOnly) {
        blockers.push(Blocker::AtDeskOnly);
    }
    Ok(blockers)
}

/// What stands against another guardian because of who stands there (Table A1, note), and whether the guardian on file is among
/// them: they hand the role over, or the new one comes with their own document. Never the child alone, never an agent.
pub(super) async fn check_new_guardian(
    op: &Op,
    id: ReaderId,
    check: &IdentityCheck,
    name: &str,
    new: &IdentityDocument,
) -> Result<(Vec<Blocker>, bool)> {
    let mut blockers = check_identity(op, id, ServiceName::Amend, op.actor().channel, check, false).await?;
    if check.who != Presence::Guardian {
        if !blockers.contains(&Blocker::GuardianNeeded) {
            blockers.push(Blocker::GuardianNeeded);
        }
        return Ok((blockers, false));
    }
    let Some(shown) = &check.agent else { return Ok((blockers, false)) };
    if is_guardians(op, id, shown).await? {
        return Ok((blockers, true));
    }
    let is_new = parsed(op, shown).is_some_and(|shown| shown.identity_key() == new.identity_key());
    if is_new && is_named(shown, name) {
        blockers.retain(|blocker| *blocker != Blocker::NotTheGuardian);
    }
    Ok((blockers, false))
}

/// Whether a reader is under 16, so that a guardian acts for them.
pub(crate) async fn is_under_age(op: &Op, id: ReaderId) -> Result<bool> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    Ok(age_on(row.birth_date, op.today()) < ADULT_FROM)
}

/// Whether a document that was shown says that its holder is under 16.
fn is_minor(op: &Op, shown: &Person) -> bool {
    let birth = parsed(op, shown).and_then(|document| document.birth_date());
    birth.is_some_and(|birth| age_on(birth, op.today()) < ADULT_FROM)
}

/// Whether a person who was shown bears this name, if theirs was given at all.
fn is_named(shown: &Person, name: &str) -> bool {
    shown.name.trim().is_empty() || same_name(&shown.name, name)
}

fn parsed(op: &Op, person: &Person) -> Option<IdentityDocument> {
    let kind = person.document_kind.parse().ok()?;
    let country = Some(person.issuing_country.as_str()).filter(|country| !country.is_empty());
    IdentityDocument::parse(kind, &person.document_number, country, op.today()).ok()
}

/// Whether a document belongs to the reader, renewed and retired ones included. A passport may be shown without its country:
/// whose it would be is known.
pub(super) async fn is_readers(op: &Op, id: ReaderId, shown: &Person) -> Result<bool> {
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
        if document_of_guardian(op, &row)?.is_some_and(|own| own.identity_key() == shown.identity_key()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The document that a guardian signed with; none when its number can't be read as one any more.
pub(super) fn document_of_guardian(op: &Op, row: &guardian::Model) -> Result<Option<IdentityDocument>> {
    let number = op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number)?;
    let Ok(kind) = row.document_kind.parse() else { return Ok(None) };
    let country = row.issuing_country.as_deref().filter(|country| !country.is_empty());
    Ok(IdentityDocument::parse(kind, &number, country, op.today()).ok())
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
    fn c_6_2_1_a_method_counts_where_it_can_have_been_used() {
        use Channel::{Desk, Group, Machine, MobilePoint, Online, SelfService, Yuedutong};
        use CheckMethod as M;
        let doors = |method, service, by_reader| {
            let can = |channel: &Channel| may_check(service, method, *channel, by_reader);
            Channel::ALL.into_iter().filter(can).collect::<Vec<_>>()
        };
        let staffed = [Desk, Group, MobilePoint];
        for service in [ServiceName::OpenCard, ServiceName::ReportLoss, ServiceName::Restore] {
            assert_eq!(doors(M::ByEye, service, false), staffed);
            assert_eq!(
                doors(M::ReaderDevice, service, false),
                [Desk, SelfService, Machine, Group, MobilePoint]
            );
            assert_eq!(doors(M::Online, service, false), [Online, Yuedutong]);
            for by_hand in [M::ByEye, M::ReaderDevice, M::Phone] {
                assert_eq!(doors(by_hand, service, true), [], "a reader alone");
            }
        }
        assert_eq!(doors(M::Phone, ServiceName::OpenCard, false), []);
        assert_eq!(doors(M::Phone, ServiceName::ReportLoss, false), staffed);
        assert_eq!(doors(M::Password, ServiceName::OpenCard, false), []);
        assert_eq!(doors(M::Password, ServiceName::OpenCard, true), []);
        assert_eq!(doors(M::Password, ServiceName::ReportLoss, false), [SelfService, Machine, Online]);
        assert_eq!(doors(M::Password, ServiceName::Amend, true), Channel::ALL);
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

    #[test]
    fn a_4_1_with_a_password_a_guardian_reports_a_loss_and_nothing_else() {
        let ask = |service, age| {
            may_ask(service, Presence::Guardian, CheckMethod::Password, Channel::Online, age, false)
        };
        assert!(ask(ServiceName::ReportLoss, 9).is_empty());
        assert_eq!(ask(ServiceName::ReportLoss, 16), [Blocker::GuardianOfMinorOnly]);
        for other in ServiceName::ALL.into_iter().filter(|service| *service != ServiceName::ReportLoss) {
            assert_eq!(ask(other, 9), [Blocker::AtDeskOnly], "{other:?}");
        }
    }

    #[test]
    fn a_1_under_16_the_guardian_decides_what_card_there_is() {
        let ask = |service, who, age| may_ask(service, who, CheckMethod::ByEye, Channel::Desk, age, false);
        for service in [ServiceName::ChangeKind, ServiceName::Cancel, ServiceName::Replace] {
            assert_eq!(ask(service, Presence::Reader, 15), [Blocker::GuardianNeeded]);
            assert!(ask(service, Presence::Guardian, 15).is_empty());
            assert!(ask(service, Presence::Reader, 16).is_empty());
        }
        for own in
            [ServiceName::ReportLoss, ServiceName::Restore, ServiceName::Amend, ServiceName::ResetPassword]
        {
            assert!(ask(own, Presence::Reader, 9).is_empty(), "{own:?}");
        }
    }
}
