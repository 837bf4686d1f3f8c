//! Who acts for a child, and for anybody: guardians, how they are changed, agents: 4.2.2, 6.2.1, and the note of Table A1.

use chrono::TimeDelta;
use service::Error;
use service::cards;
use service::kernel::Problem;
use service::outbox;
use service::readers::{self, ChangeGuardian, DocumentForm, GuardianForm};
use service::records::{IdentityCheck, Person, Presence};
use service::testing::{adult, born, child, on_both_databases, resident_number};

use crate::amend::{by_eye, opened, paper, refused, seen, wrong};

/// Somebody who comes as the guardian, with this ID card.
fn shows_as_guardian(number: String) -> IdentityCheck {
    let agent = Person {
        name: String::new(),
        document_kind: "resident_id".to_owned(),
        document_number: number,
        issuing_country: String::new(),
    };
    IdentityCheck { who: Presence::Guardian, agent: Some(agent), ..by_eye() }
}

#[tokio::test]
async fn a_1_nobody_takes_a_child_over_whom_neither_the_guardian_nor_papers_stand_for() {
    on_both_databases(async |house| {
        let reader = opened(house, child(1)).await.reader;
        let (stranger, other) =
            (resident_number(20_001, born(1958, 3, 4)), resident_number(20_002, born(1961, 5, 6)));
        let guardian = GuardianForm {
            name: "陈某人".to_owned(),
            relation: String::new(),
            phone: "13900002222".to_owned(),
            document: DocumentForm {
                kind: "resident_id".to_owned(),
                number: stranger.clone(),
                ..DocumentForm::default()
            },
            consent: true,
        };
        let change = ChangeGuardian {
            reader: reader.id,
            guardian,
            consent: Some(paper()),
            proof: Some(paper()),
            check: by_eye(),
        };
        let ask = async |check: IdentityCheck, papers: bool| {
            let mut change = ChangeGuardian { check, ..change.clone() };
            if !papers {
                (change.consent, change.proof) = (None, None);
            }
            let done = house
                .service
                .write(house.clerk(), async move |op| readers::change_guardian(op, change.clone()).await);
            done.await
        };
        // The child alone, somebody with an authorization, a stranger who brings another one.
        refused(ask(by_eye(), true).await, "guardian_needed");
        let agent = IdentityCheck {
            who: Presence::Agent,
            principal: Some(Person {
                name: String::new(),
                document_kind: "resident_id".to_owned(),
                document_number: child(1).documents[0].number.clone(),
                issuing_country: String::new(),
            }),
            authorization: Some(paper()),
            agent: Some(Person {
                name: "陈某人".to_owned(),
                ..shows_as_guardian(other.clone()).agent.unwrap()
            }),
            ..by_eye()
        };
        refused(ask(agent, true).await, "guardian_needed");
        refused(ask(shows_as_guardian(other), true).await, "not_the_guardian");
        let without_a_document = IdentityCheck { agent: None, ..shows_as_guardian(stranger.clone()) };
        refused(ask(without_a_document, true).await, "not_the_guardian");
        let another_name =
            Person { name: "李四".to_owned(), ..shows_as_guardian(stranger.clone()).agent.unwrap() };
        let another_name = IdentityCheck { agent: Some(another_name), ..shows_as_guardian(stranger.clone()) };
        refused(ask(another_name, true).await, "not_the_guardian");
        assert_eq!(seen(house, reader.id).await.guardian.unwrap().name, "陈监护");
        // With their own document, but nothing that says what they are to the child.
        let fields = |result: Result<_, Error>| match result {
            Err(Error::Invalid(invalid)) => {
                invalid.0.into_iter().map(|wrong| (wrong.field, wrong.problem)).collect::<Vec<_>>()
            }
            other => panic!("{:?}", other.map(|_: service::kernel::GuardianId| ())),
        };
        assert_eq!(
            fields(ask(shows_as_guardian(stranger.clone()), false).await),
            [("guardian.consent_file", Problem::Missing), ("guardian.proof", Problem::Missing)]
        );
        ask(shows_as_guardian(stranger), true).await.unwrap();
        assert_eq!(seen(house, reader.id).await.guardian.unwrap().name, "陈某人");
        // Whoever had the role is told at their own phone.
        let told = house
            .service
            .read(house.clerk(), async |op| outbox::messages_of(op, reader.id, 20).await)
            .await
            .unwrap();
        let phone = child(1).guardian.unwrap().phone;
        let masked = format!("{}****{}", &phone[..3], &phone[7..]);
        assert!(told.iter().any(|message| {
            message.template == outbox::Template::GuardianChanged
                && message.recipient.as_deref() == Some(masked.as_str())
        }));
    })
    .await;
}

#[tokio::test]
async fn a_1_a_card_opened_again_brings_no_other_guardian_in() {
    on_both_databases(async |house| {
        let first = opened(house, child(1)).await;
        let cancel = cards::Cancel {
            card: first.card.id,
            reason: cards::CancelReason::GuardianRequest,
            circulation_checked: true,
            check: shows_as_guardian(resident_number(10_001, born(1988, 1, 2))),
        };
        house.service.write(house.clerk(), async |op| cards::cancel(op, cancel.clone()).await).await.unwrap();
        let again = async |guardian: Option<GuardianForm>| {
            let mut request = child(1);
            request.guardian = guardian;
            let done =
                house.service.write(house.clerk(), async move |op| cards::open(op, request.clone()).await);
            done.await
        };
        let mut stranger = child(1).guardian.unwrap();
        stranger.name = "李外人".to_owned();
        stranger.document.number = resident_number(20_001, born(1958, 3, 4));
        refused(again(Some(stranger)).await, "not_the_guardian");
        // The one on file signs anew.
        again(child(1).guardian).await.unwrap();
        assert_eq!(seen(house, first.reader.id).await.guardian.unwrap().name, "陈监护");
    })
    .await;
}

#[tokio::test]
async fn a_1_a_child_alone_does_not_change_where_codes_go() {
    on_both_databases(async |house| {
        let reader = opened(house, child(1)).await.reader;
        let amend = async |changes: readers::Changes, check: IdentityCheck| {
            let request = readers::Amend {
                reader: reader.id,
                version: readers::ANY_VERSION,
                changes,
                evidence: None,
                check,
            };
            let done =
                house.service.write(house.clerk(), async move |op| readers::amend(op, request.clone()).await);
            done.await
        };
        let phone = || readers::Changes { phone: Some("13900004444".to_owned()), ..Default::default() };
        refused(amend(phone(), by_eye()).await, "guardian_needed");
        let address = readers::Changes { address: Some("新街 1 号".to_owned()), ..Default::default() };
        amend(address, by_eye()).await.unwrap();
        amend(phone(), shows_as_guardian(resident_number(10_001, born(1988, 1, 2)))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_a_child_is_nobodys_agent() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let person = |name: &str, number: String| Person {
            name: name.to_owned(),
            document_kind: "resident_id".to_owned(),
            document_number: number,
            issuing_country: String::new(),
        };
        let amend = async |birth| {
            let check = IdentityCheck {
                who: Presence::Agent,
                agent: Some(person("李小", resident_number(5_001, birth))),
                principal: Some(person("", adult(1).documents[0].number.clone())),
                authorization: Some(paper()),
                ..by_eye()
            };
            let changes = readers::Changes { phone: Some("13900004444".to_owned()), ..Default::default() };
            let version = readers::ANY_VERSION;
            let request = readers::Amend { reader: reader.id, version, changes, evidence: None, check };
            let done =
                house.service.write(house.clerk(), async move |op| readers::amend(op, request.clone()).await);
            done.await
        };
        refused(amend(born(2020, 1, 2)).await, "agent_is_minor");
        amend(born(1970, 1, 2)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_1_a_guardian_is_changed_with_a_new_consent_and_ends_at_sixteen() {
    on_both_databases(async |house| {
        let reader = opened(house, child(1)).await.reader;
        let form = GuardianForm {
            name: "陈外婆".to_owned(),
            relation: "外祖母".to_owned(),
            phone: "13900002222".to_owned(),
            document: DocumentForm {
                kind: "resident_id".to_owned(),
                number: resident_number(20_001, born(1958, 3, 4)),
                ..DocumentForm::default()
            },
            consent: false,
        };
        let change = ChangeGuardian {
            reader: reader.id,
            guardian: form,
            consent: Some(paper()),
            proof: None,
            check: shows_as_guardian(resident_number(10_001, born(1988, 1, 2))),
        };
        let ask = async |change: &ChangeGuardian| {
            let change = change.clone();
            let done = house
                .service
                .write(house.clerk(), async move |op| readers::change_guardian(op, change.clone()).await);
            done.await
        };
        wrong(ask(&change).await, "guardian.consent", &Problem::ConsentMissing);
        let mut signed = change.clone();
        signed.guardian.consent = true;
        ask(&signed).await.unwrap();
        let now = seen(house, reader.id).await;
        assert_eq!(now.guardian.as_ref().unwrap().name, "陈外婆");
        assert!(!now.guardian_outgrown);
        let end = async || {
            let check = by_eye();
            let done = house
                .service
                .write(house.clerk(), async move |op| readers::end_guardianship(op, reader.id, &check).await);
            done.await
        };
        wrong(end().await, "guardian", &Problem::NotApplicable);
        house.clock.advance(TimeDelta::days(366 * 7));
        assert!(seen(house, reader.id).await.guardian_outgrown);
        signed.guardian.name = "陈外公".to_owned();
        refused(ask(&signed).await, "guardian_of_minor_only");
        end().await.unwrap();
        assert!(seen(house, reader.id).await.guardian.is_none());
        assert!(matches!(end().await, Err(Error::NotFound(_))));
    })
    .await;
}
