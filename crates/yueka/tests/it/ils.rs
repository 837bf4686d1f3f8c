//! An existing circulation system behind the cards: 6.3.4 against a simulator of one, over SIP2.

use std::net::SocketAddr;
use std::sync::Arc;

use ils::simulator::{Behaviour, Running, SimOptions, SimReader, Simulator};
use ils::{Ils, IlsSettings};
use serde_json::json;
use service::Error;
use service::cards::{self, CancelReason, CardState};
use service::circulation::Ledger;
use service::kernel::{
    Actor, Blocker, Circulation, Clock, Known, ReaderId, Right, Role, Standing, Systems, Told, Who,
};
use service::people::{self, Merge};
use service::readers;
use service::staff::{NewToken, issue_token};
use service::testing::{House, adult, macao_resident, on_both_databases};
use sip2::{Charset, Dialect, message};

use crate::api;
use crate::browser::Browser;
use crate::circulation::{books, lend};
use crate::life::{
    cancel, card, codes, document_card, history, in_person, keyed, one_card, open, replace, report, verify,
};
use crate::passwords::cheap;
use crate::portal::at_home;

const WISH: CancelReason = CancelReason::Wish;

struct Elsewhere {
    simulator: Simulator,
    running: Running,
}

impl Elsewhere {
    async fn with(options: SimOptions) -> Self {
        let simulator = Simulator::new(options);
        let running = simulator.start().await.unwrap();
        Self { simulator, running }
    }

    async fn new() -> Self {
        Self::with(SimOptions::default()).await
    }

    fn has(&self, number: &str, loans: u32, charges: &str) {
        self.simulator.reader(number, SimReader::with(loans, charges));
    }

    fn asked(&self) -> usize {
        self.simulator.count(message::PATRON_INFORMATION)
    }
}

pub fn settings(name: &str, address: SocketAddr) -> IlsSettings {
    IlsSettings {
        name: name.to_owned(),
        address: address.to_string(),
        answer_ms: 30_000,
        patience_ms: 60_000,
        wait_ms: 60_000,
        failures: 1000,
        ..IlsSettings::default()
    }
}

pub fn system(settings: &IlsSettings) -> Arc<dyn Circulation> {
    Arc::new(Ils::new(settings, Clock::system()).unwrap())
}

/// The house asks this system from now on.
fn connect(house: &House, elsewhere: &Elsewhere) {
    house.circulation.hand_over(system(&settings("ILAS", elsewhere.running.address)));
}

pub async fn standing(house: &House, reader: ReaderId) -> Known {
    house.service.read(house.clerk(), async |op| cards::standing(op, reader).await).await.unwrap()
}

pub fn known(loans: u32, charges: i64) -> Known {
    Known::Standing(Standing { loans, overdue: 0, charges })
}

#[tokio::test]
async fn c_6_3_4_loans_and_charges_of_an_existing_system_stand_against_cancelling() {
    on_both_databases(async |house| {
        for (serial, name) in (1..).zip(Dialect::NAMES) {
            let dialect = Dialect::named(name).unwrap();
            let charset = if name == "wenhua" { Charset::Gb18030 } else { dialect.charset };
            let elsewhere =
                Elsewhere::with(SimOptions { dialect, charset: Some(charset), login: None }).await;
            house.circulation.hand_over(system(&IlsSettings {
                dialect: name.to_owned(),
                charset: charset.as_str().to_owned(),
                ..settings("ILAS", elsewhere.running.address)
            }));
            let held = document_card(house, serial).await;
            let try_with = async |loans, charges: &str| {
                elsewhere.has(&held.number, loans, charges);
                cancel(house, house.clerk(), held.id, WISH, in_person()).await
            };
            assert_eq!(codes(try_with(2, "").await), ["loans_out"], "{name}");
            assert_eq!(codes(try_with(0, "0.50").await), ["charges_unpaid"], "{name}");
            let Err(Error::Refused(blockers)) = try_with(3, "12.05").await else { panic!("not refused") };
            assert_eq!(blockers, [Blocker::LoansOut(3), Blocker::ChargesUnpaid(1205)], "{name}");
            assert_eq!(card(house, held.id).await.state, CardState::Active);
            try_with(0, "0.00").await.unwrap();
            assert_eq!(card(house, held.id).await.state, CardState::Cancelled);
        }
        verify(house).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_service_that_asked_leaves_one_record_and_its_key_gives_the_first_answer() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        let held = document_card(house, 1).await;
        elsewhere.has(&held.number, 0, "");
        let call = || keyed(house.clerk(), "cancel-1");
        let first = cancel(house, call(), held.id, WISH, in_person()).await.unwrap();
        assert_eq!(elsewhere.asked(), 1, "once, not once for each run");
        let again = cancel(house, call(), held.id, WISH, in_person()).await.unwrap();
        assert_eq!((again.record, again.at, again.repeated), (first.record, first.at, true));
        assert_eq!(elsewhere.asked(), 1, "what was answered is not asked about again");
        let services: Vec<_> = history(house, &held).await.into_iter().map(|entry| entry.service).collect();
        assert_eq!(services, ["open_card", "cancel"]);

        // A refusal is recorded once too.
        let other = document_card(house, 2).await;
        elsewhere.has(&other.number, 1, "");
        assert_eq!(codes(cancel(house, house.clerk(), other.id, WISH, in_person()).await), ["loans_out"]);
        let refused = house.tamper(
            "UPDATE service_records SET outcome = outcome WHERE service = 'cancel' AND outcome = 'refused'",
        );
        assert_eq!(refused.await.unwrap(), 1);
        verify(house).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_while_a_system_does_not_answer_what_depends_on_it_waits_and_the_rest_works() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        let held = one_card(house, 1).await;
        elsewhere.has(&held.number, 0, "");
        elsewhere.simulator.behave(Behaviour::Closing);
        let Err(Error::Refused(blockers)) = cancel(house, house.clerk(), held.id, WISH, in_person()).await
        else {
            panic!("not refused")
        };
        assert!(
            matches!(&blockers[..], [Blocker::CirculationUnavailable(system)] if system.as_str() == "ILAS"),
            "{blockers:?}"
        );
        let replaced = replace(house, house.clerk(), held.id, "FS00000077").await;
        assert_eq!(codes(replaced), ["circulation_unavailable"]);
        // The clerk's word does not replace a system that is only away.
        assert!(matches!(standing(house, held.reader).await, Known::Unavailable(_)));
        report(house, house.clerk(), held.id, in_person()).await.unwrap();
        open(house, house.clerk(), adult(2)).await;

        elsewhere.simulator.behave(Behaviour::Well);
        let new = replace(house, house.clerk(), held.id, "FS00000077").await.unwrap();
        assert_eq!(new.card.number, "FS00000077");
        verify(house).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_nobody_waits_for_a_system_inside_of_a_transaction() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        let held = document_card(house, 1).await;
        elsewhere.has(&held.number, 0, "");
        elsewhere.simulator.behave(Behaviour::Waiting);
        let cancelling = cancel(house, house.clerk(), held.id, WISH, in_person());
        let reading = standing(house, held.reader);
        let meanwhile = async {
            elsewhere.simulator.heard(message::PATRON_INFORMATION, 2).await;
            // Were the writer of the embedded database, or a row of the card, held meanwhile, this would never end.
            document_card(house, 2).await;
            report(house, house.clerk(), held.id, in_person()).await.unwrap();
            elsewhere.simulator.behave(Behaviour::Well);
        };
        let (cancelled, read, ()) = tokio::join!(cancelling, reading, meanwhile);
        assert_eq!(read, known(0, 0));
        // It saw what happened while it asked.
        assert!(cancelled.unwrap().card.was_lost);
        assert_eq!(elsewhere.asked(), 2);
        verify(house).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_two_who_asked_for_the_same_card_cancel_it_once() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        for serial in 1..=10 {
            let held = document_card(house, serial).await;
            elsewhere.has(&held.number, 0, "");
            elsewhere.simulator.behave(Behaviour::Waiting);
            let asked = elsewhere.asked();
            let meanwhile = async {
                elsewhere.simulator.heard(message::PATRON_INFORMATION, asked + 2).await;
                elsewhere.simulator.behave(Behaviour::Well);
            };
            let (one, two, ()) = tokio::join!(
                cancel(house, house.clerk(), held.id, WISH, in_person()),
                cancel(house, house.clerk(), held.id, WISH, in_person()),
                meanwhile
            );
            let (done, refused) = if one.is_ok() { (one, two) } else { (two, one) };
            done.unwrap();
            assert_eq!(codes(refused), ["card_cancelled"]);
        }
        verify(house).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_what_was_lent_under_an_old_number_stands_against_the_new_card() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        let old = one_card(house, 1).await;
        elsewhere.has(&old.number, 0, "");
        let new = replace(house, house.clerk(), old.id, "FS00000077").await.unwrap().card;
        elsewhere.has(&old.number, 1, "");
        let refused = cancel(house, house.clerk(), new.id, WISH, in_person()).await;
        assert_eq!(codes(refused), ["loans_out"]);
        elsewhere.has(&new.number, 2, "0.30");
        assert_eq!(standing(house, new.reader).await, known(3, 30));

        // Two records become one: what hangs off a number of either hangs off the one who stays.
        let other = open(house, house.clerk(), adult(2)).await;
        elsewhere.has(&other.card.number, 4, "");
        let winner =
            house.service.read(house.clerk(), async |op| readers::view(op, new.reader).await).await.unwrap();
        let request = Merge {
            winner: winner.id,
            winner_version: winner.version,
            loser: other.reader.id,
            loser_version: other.reader.version,
            take: Vec::new(),
            card: Some(new.id),
            reason: "同一人，第二份证件登记有误".to_owned(),
        };
        house
            .service
            .write(house.system(), async |op| people::merge(op, request.clone()).await)
            .await
            .unwrap();
        assert_eq!(standing(house, new.reader).await, known(7, 30));
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_systems_add_up_and_one_that_is_silent_leaves_all_unknown() {
    on_both_databases(async |house| {
        let (one, two) = (Elsewhere::new().await, Elsewhere::new().await);
        let of_sd = IlsSettings { libraries: vec!["SD".to_owned()], ..settings("Koha", two.running.address) };
        let ilas = system(&settings("ILAS", one.running.address));
        house.circulation.hand_over(Arc::new(Systems::new(vec![ilas, system(&of_sd)])));
        let at_fs = open(house, house.clerk(), adult(1)).await.card;
        let at_sd = open(house, house.clerk_at_sd(), adult(2)).await.card;
        for (elsewhere, loans) in [(&one, 1), (&two, 2)] {
            elsewhere.has(&at_fs.number, loans, "1.00");
            elsewhere.has(&at_sd.number, loans, "1.00");
        }
        assert_eq!(standing(house, at_fs.reader).await, known(1, 100));
        assert_eq!(standing(house, at_sd.reader).await, known(3, 200));
        two.simulator.behave(Behaviour::Half);
        assert_eq!(standing(house, at_fs.reader).await, known(1, 100));
        let unknown = standing(house, at_sd.reader).await;
        assert!(matches!(unknown, Known::Unavailable(system) if system.as_str() == "Koha"), "{unknown:?}");

        // Where no system keeps the reader, staff look it up and say so.
        house.circulation.hand_over(system(&of_sd));
        assert_eq!(standing(house, at_fs.reader).await, Known::NotConfigured);
        cancel(house, house.clerk(), at_fs.id, WISH, in_person()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_3_2_the_items_are_told_to_the_reader_and_to_staff_and_to_nobody_else() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        let held = document_card(house, 1).await;
        elsewhere.has(&held.number, 2, "");
        let told = async |actor: Actor| -> service::Result<Vec<Told>> {
            house.service.read(actor, async |op| cards::loans_elsewhere(op, held.reader).await).await
        };
        let reader = |id| Actor { who: Who::Reader(id), rights: Vec::new(), ..house.clerk() };
        let stranger = open(house, house.clerk(), macao_resident(2)).await.card;
        assert!(matches!(told(reader(stranger.reader)).await, Err(Error::Forbidden(Right::FindReaders))));
        assert_eq!(elsewhere.asked(), 0);
        for actor in [house.clerk(), reader(held.reader)] {
            let told = told(actor).await.unwrap();
            assert_eq!((told.len(), told[0].system.as_str(), told[0].known), (1, "ILAS", known(2, 0)));
            let loans = told[0].loans.as_ref().unwrap();
            assert_eq!(loans.len(), 2);
            assert_eq!((loans[0].barcode.as_str(), loans[0].overdue), ("B0001", false));
            assert_eq!(loans[0].title.as_deref(), Some("射雕英雄传（1）"));
            assert_eq!(loans[0].due.unwrap().to_string(), "2026-12-24");
        }
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_reader_sees_what_is_on_loan_elsewhere_beside_what_the_house_has_lent() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        let ilas = system(&settings("ILAS", elsewhere.running.address));
        house.circulation.hand_over(Arc::new(Systems::new(vec![Arc::new(Ledger), ilas])));
        let (service, _) = cheap(house);
        let (mut browser, opened) = at_home(house, &service, 1).await;
        elsewhere.has(&opened.card.number, 2, "1.50");
        books(house, 1).await;
        lend(&service, house.clerk(), opened.card.id, "B0001").await.unwrap();
        assert_eq!(standing(house, opened.reader.id).await, known(3, 150));

        let asked = elsewhere.asked();
        browser.get("/my/loans").await;
        for text in [
            "借自 ILAS",
            "射雕英雄传（1）",
            "射雕英雄传（2）",
            "B0002",
            "第1本书",
            "<dd>3</dd>",
            "<dd>1.50</dd>",
        ] {
            assert!(browser.page.contains(text), "{text}: {}", browser.page);
        }
        assert_eq!(elsewhere.asked(), asked + 1, "one question for the whole page");

        elsewhere.simulator.behave(Behaviour::Closing);
        browser.get("/my/loans").await;
        assert!(
            browser.page.contains("借还系统没有应答") && browser.page.contains("第1本书"),
            "{}",
            browser.page
        );
        assert!(!browser.page.contains("射雕"));
        let refused = cancel(house, house.clerk(), opened.card.id, WISH, in_person()).await;
        assert_eq!(codes(refused), ["circulation_unavailable"]);
    })
    .await;
}

#[tokio::test]
async fn a_3_2_staff_and_programs_see_what_is_on_loan_elsewhere_item_by_item() {
    on_both_databases(async |house| {
        let elsewhere = Elsewhere::new().await;
        connect(house, &elsewhere);
        let held = document_card(house, 1).await;
        elsewhere.has(&held.number, 2, "1.50");
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let mut clerk = Browser::new(&house.service);
        clerk.get("/sign-in").await;
        clerk.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        clerk.follow().await;
        let point = clerk.hidden("service_point");
        clerk.post("/service-point", &[("service_point", &point)]).await;
        // The reader's page leads there, though this house lends nothing itself.
        let page = format!("/desk/readers/{}", held.reader);
        clerk.get(&page).await;
        let loans = format!("{page}/loans");
        assert!(clerk.page.contains(&format!("href=\"{loans}\"")), "{}", clerk.page);
        let asked = elsewhere.asked();
        clerk.get(&loans).await;
        for text in ["借自 ILAS", "射雕英雄传（1）", "射雕英雄传（2）", "B0002", "2026-12-24"]
        {
            assert!(clerk.page.contains(text), "{text}: {}", clerk.page);
        }
        assert_eq!(elsewhere.asked(), asked + 1, "one question for the whole page");

        let new = NewToken {
            name: "test".to_owned(),
            service_point: house.fs_desk,
            rights: vec![Right::FindReaders, Right::Lend],
        };
        let token =
            house.service.write(house.system(), async |op| issue_token(op, &new).await).await.unwrap();
        let path = format!("/api/v1/readers/{}/loans", held.reader);
        let told = api::get(house, &token, &path).await;
        assert_eq!(told.body["loans"], json!([]));
        let system = &told.body["elsewhere"][0];
        assert_eq!((&system["system"], &system["state"]), (&json!("ILAS"), &json!("known")));
        assert_eq!(
            system["loans"][0],
            json!({
                "barcode": "B0001", "title": "射雕英雄传（1）", "due": "2026-12-24", "overdue": false
            })
        );
        assert_eq!(system["loans"].as_array().unwrap().len(), 2);

        elsewhere.simulator.behave(Behaviour::Closing);
        clerk.get(&loans).await;
        assert!(clerk.page.contains("借还系统没有应答") && !clerk.page.contains("射雕"), "{}", clerk.page);
        let told = api::get(house, &token, &path).await;
        assert_eq!(
            told.body["elsewhere"],
            json!([{ "system": "ILAS", "state": "unavailable", "loans": null }])
        );
    })
    .await;
}
