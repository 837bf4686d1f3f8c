//! A guardian at the portal: the children they signed for, and the loss of their cards (Table A1, note; A.4.1).

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::TimeDelta;
use service::Error;
use service::cards::{self, Opened, ReportLoss};
use service::kernel::{Actor, CardId, CardState, Right, local_moment};
use service::readers::{self, Amend, ChangeGuardian, Changes, GuardianForm};
use service::records::{self, CheckMethod, IdentityCheck, Person, Presence};
use service::testing::{House, adult, born, child, on_both_databases, resident_number};

use crate::browser::Browser;
use crate::passwords::{cheap, default_of, open};

/// The child with this serial, whose guardian is the adult with that one.
async fn child_of(house: &House, serial: u32, guardian: u32) -> Opened {
    let mut request = child(serial);
    request.guardian = Some(guardian_form(&request, guardian));
    open(house, request).await
}

fn guardian_form(request: &cards::OpenCard, guardian: u32) -> GuardianForm {
    let mut form = request.guardian.clone().unwrap();
    form.name = adult(guardian).reader.name;
    form.document.number = resident_number(guardian, born(1990, 5, 6));
    form
}

/// At the portal, past the change of the first password.
async fn enter(house: &House, service: &service::Service, serial: u32, number: &str) -> Browser {
    let mut browser = Browser::new(service);
    browser.get("/my/sign-in").await;
    browser.post("/my/sign-in", &[("number", number), ("password", &default_of(serial))]).await;
    house.tamper("UPDATE reader_sessions SET must_change = FALSE").await.unwrap();
    browser
}

fn as_guardian() -> IdentityCheck {
    IdentityCheck { who: Presence::Guardian, ..IdentityCheck::of_the_person(CheckMethod::Password) }
}

/// At a desk, with their ID card.
fn shown(guardian: &GuardianForm) -> IdentityCheck {
    let agent = Person {
        name: guardian.name.clone(),
        document_kind: guardian.document.kind.clone(),
        document_number: guardian.document.number.clone(),
        issuing_country: String::new(),
    };
    IdentityCheck {
        who: Presence::Guardian,
        agent: Some(agent),
        ..IdentityCheck::of_the_person(CheckMethod::ByEye)
    }
}

async fn report(house: &House, actor: Actor, card: CardId, check: IdentityCheck) -> service::Result<()> {
    let request = ReportLoss { card, check };
    house.service.write(actor, async |op| cards::report_loss(op, request.clone()).await).await.map(|_| ())
}

async fn state(house: &House, card: CardId) -> CardState {
    house.service.read(house.clerk(), async |op| cards::card(op, card).await).await.unwrap().state
}

#[tokio::test]
async fn a_1_a_guardian_sees_the_children_they_signed_for_masked_and_it_is_logged() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let guardian = open(house, adult(1)).await;
        let own = child_of(house, 21, 1).await;
        let anothers = open(house, child(22)).await;
        let mut browser = enter(house, &service, 1, &guardian.card.number).await;
        browser.get("/my/information").await;
        assert!(browser.page.contains("href=\"/my/children\""));
        browser.get("/my/children").await;
        let page = &browser.page;
        assert!(page.contains("data-state=\"active\"") && page.contains("测*二"), "{page}");
        for hidden in [
            own.reader.name.as_str(),
            &own.card.number,
            &anothers.reader.name,
            &cards::grouped(&own.card.number),
            "139****",
        ] {
            assert!(!page.contains(hidden), "{hidden}");
        }
        assert_eq!(page.matches("/loss\"").count(), 1, "one child, one card");
        let auditor = Actor { rights: vec![Right::Audit], ..house.clerk() };
        let log = house
            .service
            .read(auditor, async |op| records::recent_access(op, &[house.fs], None, 10).await)
            .await
            .unwrap();
        let look = log.iter().find(|look| look.detail.contains("guardian")).unwrap();
        assert_eq!((look.reader, look.action.as_str()), (Some(own.reader.id), "viewed"));
        assert_eq!(look.actor, format!("reader:{}", guardian.reader.id));

        // Who is nobody's guardian is shown nobody, and no way there.
        let single = open(house, adult(2)).await;
        let mut browser = enter(house, &service, 2, &single.card.number).await;
        browser.get("/my/information").await;
        assert!(!browser.page.contains("href=\"/my/children\""));
        browser.get("/my/children").await;
        assert!(browser.page.contains("没有以您的证件登记的孩子"));
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_guardian_reports_the_loss_of_a_childs_card_and_is_told_the_moment() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let guardian = open(house, adult(1)).await;
        let own = child_of(house, 21, 1).await;
        let mut browser = enter(house, &service, 1, &guardian.card.number).await;
        let path = format!("/my/children/{}/loss", own.card.id);
        browser.get(&path).await;
        let key = browser.hidden("idempotency_key");
        browser.post(&path, &[("idempotency_key", &key)]).await;
        let moment = local_moment(house.clock.now());
        browser.follow().await;
        assert!(browser.page.contains(&moment), "{}", browser.page);
        assert_eq!(state(house, own.card.id).await, CardState::Lost);
        assert_eq!(state(house, guardian.card.id).await, CardState::Active);
        // The guardian stays signed in, and sees that nothing is left to report.
        browser.get("/my/children").await;
        assert!(browser.page.contains("data-state=\"lost\"") && !browser.page.contains("/loss\""));
        browser.get(&path).await;
        let key = browser.hidden("idempotency_key");
        browser.post(&path, &[("idempotency_key", &key)]).await;
        assert_eq!(browser.status, StatusCode::CONFLICT);
        assert!(browser.page.contains("已挂失"), "{}", browser.page);
    })
    .await;
}

#[tokio::test]
async fn a_4_1_of_cards_of_others_a_guardian_learns_nothing_and_can_do_nothing() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let guardian = open(house, adult(1)).await;
        child_of(house, 21, 1).await;
        let anothers = open(house, child(22)).await;
        let mut browser = enter(house, &service, 1, &guardian.card.number).await;
        let mut answers = Vec::new();
        for card in [anothers.card.id.to_string(), "0191e0c0-0000-7000-8000-000000000000".to_owned()] {
            browser.get(&format!("/my/children/{card}/loss")).await;
            answers.push((browser.status, browser.page.replace(&card, "ID")));
        }
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
        assert_eq!(answers[0].1, answers[1].1, "nothing tells whether there is such a card");
        browser.get("/my/children").await;
        browser.post(&format!("/my/children/{}/loss", anothers.card.id), &[("idempotency_key", "a")]).await;
        assert_eq!(browser.status, StatusCode::NOT_FOUND);
        let actor = Actor::reader(guardian.reader.id, house.fs);
        let refused = report(house, actor.clone(), anothers.card.id, as_guardian()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        // Nor anything but a loss.
        let restore = cards::Restore {
            card: anothers.card.id,
            reason: cards::RestoreReason::Found,
            check: as_guardian(),
        };
        let refused = house.service.write(actor, async |op| cards::restore(op, restore.clone()).await).await;
        assert!(refused.is_err());
        assert_eq!(state(house, anothers.card.id).await, CardState::Active);
    })
    .await;
}

#[tokio::test]
async fn a_1_a_guardian_whose_role_ended_or_whose_child_is_16_sees_nobody() {
    on_both_databases(async |house| {
        let guardian = open(house, adult(1)).await;
        let (first, second) = (child_of(house, 21, 1).await, child_of(house, 22, 1).await);
        let actor = Actor::reader(guardian.reader.id, house.fs);
        let seen = async || {
            let id = guardian.reader.id;
            let found = house.service.write(actor.clone(), async |op| cards::children(op, id).await).await;
            found.unwrap().into_iter().map(|child| child.reader).collect::<BTreeSet<_>>()
        };
        assert_eq!(seen().await, BTreeSet::from([first.reader.id, second.reader.id]));
        // Another takes the role.
        let request = ChangeGuardian {
            reader: first.reader.id,
            guardian: child(21).guardian.unwrap(),
            consent: Some(records::File(b"%PDF-1.7 %%EOF".to_vec())),
            proof: Some(records::File(b"%PDF-1.7 %%EOF".to_vec())),
            check: shown(&child(21).guardian.unwrap()),
        };
        house
            .service
            .write(house.clerk(), async |op| readers::change_guardian(op, request.clone()).await)
            .await
            .unwrap();
        assert_eq!(seen().await, BTreeSet::from([second.reader.id]));
        let refused = report(house, actor.clone(), first.card.id, as_guardian()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        // The name does not fit the document any more: somebody has to look.
        let changes = Changes { name: Some("欧阳别".to_owned()), ..Changes::default() };
        let evidence = Some(records::File(b"%PDF-1.7 %%EOF".to_vec()));
        let check = IdentityCheck::of_the_person(CheckMethod::ByEye);
        let amend =
            Amend { reader: guardian.reader.id, version: guardian.reader.version, changes, evidence, check };
        house.service.write(house.clerk(), async |op| readers::amend(op, amend.clone()).await).await.unwrap();
        assert!(seen().await.is_empty());
    })
    .await;
    on_both_databases(async |house| {
        let guardian = open(house, adult(1)).await;
        let own = child_of(house, 21, 1).await;
        let actor = Actor::reader(guardian.reader.id, house.fs);
        house.clock.advance(TimeDelta::days(366 * 8));
        let id = guardian.reader.id;
        let found =
            house.service.write(actor.clone(), async |op| cards::children(op, id).await).await.unwrap();
        assert!(found.is_empty(), "16 by now");
        let refused = report(house, actor, own.card.id, as_guardian()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_1_guardians_of_a_release_before_are_found_once_the_job_has_run() {
    on_both_databases(async |house| {
        let guardian = open(house, adult(1)).await;
        child_of(house, 21, 1).await;
        open(house, child(22)).await;
        house.tamper("UPDATE guardians SET document_key = NULL").await.unwrap();
        let (actor, id) = (Actor::reader(guardian.reader.id, house.fs), guardian.reader.id);
        let count = async || {
            house.service.write(actor.clone(), async |op| cards::children(op, id).await).await.unwrap().len()
        };
        assert_eq!(count().await, 0);
        let job = async || {
            house.service.write(Actor::nobody(), async |op| readers::key_guardians(op, 10).await).await
        };
        assert_eq!(job().await.unwrap(), 2);
        assert_eq!((job().await.unwrap(), count().await), (0, 1));
        // At a desk the same guardian brings the document: an account says nothing there.
        let refused = report(house, house.clerk(), CardId(uuid::Uuid::nil()), as_guardian()).await;
        assert!(refused.is_err());
    })
    .await;
}
