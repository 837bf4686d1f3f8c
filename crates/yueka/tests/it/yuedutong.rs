//! 粤读通 as a partner platform (4.1.1, 6.1.4): its simulator calls the house over HTTP, and is told of cards.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::TimeDelta;
use delivery::PartnerEvents;
use delivery::province::{Answered, Behaviour, Person, Province, ProvinceSettings, Trick};
use serde_json::{Value, json};
use service::cards::{self, CardState, Restore, RestoreReason, password};
use service::kernel::{Actor, CardId, Channel, ReaderId, Right};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::partners::{
    self, EventCarrier, NewPartner, PartnerKind, PartnerSettings, add_key, close_key, close_partner,
    deliver_due,
};
use service::people::{self, Merge};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, child, on_both_databases};
use tokio::net::TcpListener;

use crate::sip2;

const API: &str = "yuedutong";

/// A house that is served, and the platform that calls it.
struct Platform {
    province: Province,
    settings: ProvinceSettings,
    carrier: Arc<dyn EventCarrier>,
    online: service::kernel::ServicePointId,
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

fn person(serial: u32) -> Person {
    of(&adult(serial), serial)
}

fn of(request: &cards::OpenCard, serial: u32) -> Person {
    Person {
        code: format!("GDYDT-{serial:08}"),
        name: request.reader.name.clone(),
        sex: request.reader.sex.clone(),
        document: request.documents[0].number.clone(),
        phone: request.reader.phone.clone(),
    }
}

impl Platform {
    async fn at(house: &House) -> Self {
        let (yueka_door, yueka) = listen().await;
        let router = web::router(house.service.clone(), web::WebOptions::default());
        let served = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(yueka_door, served).await.unwrap() });
        let (door, address) = listen().await;
        let new = NewServicePoint {
            library: house.fs,
            code: "WEB".to_owned(),
            kind: ServicePointKind::Online,
            name: "网上办证".to_owned(),
        };
        let online = house
            .service
            .write(house.system(), async |op| add_service_point(op, new.clone()).await)
            .await
            .unwrap();
        let settings = PartnerSettings {
            service_point: online,
            addresses: "127.0.0.0/8".to_owned(),
            calls_per_minute: 600,
            events_url: format!("{address}/events"),
            title: String::new(),
            purpose: String::new(),
        };
        let new = NewPartner { kind: PartnerKind::Yuedutong, name: API.to_owned(), settings };
        let (key, secret) = house
            .service
            .write(house.system(), async |op| partners::add_partner(op, &new).await)
            .await
            .unwrap();
        let settings = ProvinceSettings { yueka, partner: API.to_owned(), key, secret };
        let province = Province::new(settings.clone(), Vec::new(), house.clock.clone()).unwrap();
        let served = province.router();
        tokio::spawn(async move { axum::serve(door, served).await.unwrap() });
        Self { province, settings, carrier: Arc::new(PartnerEvents::new().unwrap()), online }
    }

    /// A call that must be answered with a signature.
    async fn call(&self, service: &str, body: &Value, key: &str) -> Answered {
        let answered = self.province.call(service, body, key).await.unwrap();
        assert!(answered.signed, "{service}: {}", answered.body);
        answered
    }

    async fn open(&self, person: &Person, key: &str) -> Answered {
        self.call("open", &person.to_open(), key).await
    }

    async fn resolve(&self, person: &Person) -> Answered {
        self.call("resolve", &person.to_name(), "").await
    }

    async fn deliver(&self, house: &House) -> usize {
        let mut told = 0;
        loop {
            match deliver_due(&house.service, &self.carrier).await.unwrap() {
                0 => return told,
                some => told += some,
            }
        }
    }

    fn events(&self) -> Vec<String> {
        self.province.told().into_iter().map(|told| told.event).collect()
    }
}

fn by_eye() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::ByEye)
}

async fn card_of(house: &House, answered: &Answered) -> cards::CardView {
    let number = answered.body["card"]["number"].as_str().unwrap().to_owned();
    let found = house.service.write(house.clerk(), async |op| cards::card_by_number(op, &number).await).await;
    found.unwrap().card
}

async fn restore(house: &House, card: CardId) {
    let request = Restore { card, reason: RestoreReason::Found, check: by_eye() };
    house.service.write(house.clerk(), async |op| cards::restore(op, request.clone()).await).await.unwrap();
}

async fn lose(house: &House, card: CardId) {
    let request = cards::ReportLoss { card, check: by_eye() };
    house
        .service
        .write(house.clerk(), async |op| cards::report_loss(op, request.clone()).await)
        .await
        .unwrap();
}

async fn open_at_desk(house: &House, serial: u32) -> (ReaderId, CardId) {
    let opened = house.service.write(house.clerk(), async |op| cards::open(op, adult(serial)).await).await;
    let card = opened.unwrap().card;
    (card.reader, card.id)
}

#[tokio::test]
async fn c_6_1_4_2_a_card_lives_through_the_platform() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let person = person(1);
        let opened = platform.open(&person, "open-1").await;
        assert_eq!(opened.status, 201, "{}", opened.body);
        assert_eq!(opened.body["card"]["channel"], "yuedutong");
        assert_eq!(opened.body["card"]["issuing_library"], "FS");
        for secret in [&person.document, &person.phone, &person.name] {
            assert!(!opened.body.to_string().contains(secret.as_str()), "the answer tells {secret}");
        }
        let card = card_of(house, &opened).await;
        assert_eq!((card.channel, card.state), (Channel::Yuedutong, CardState::Active));
        assert_eq!(platform.resolve(&person).await.body["works"], true);

        let lost = platform.call("loss", &person.to_name(), "loss-1").await;
        assert_eq!((lost.status, &lost.body["card"]["state"]), (200, &json!("lost")));
        let resolved = platform.resolve(&person).await;
        assert_eq!(resolved.body["works"], false);
        assert_eq!(
            (&resolved.body["blockers"][0]["code"], &resolved.body["blockers"][0]["clause"]),
            (&json!("card_lost"), &json!("A.4.1"))
        );

        // Restoring and cancelling want the person at a desk, and the answer says so.
        for (service, clause) in [("restore", "A.4.2"), ("cancel", "A.4.2")] {
            let refused = platform.call(service, &person.to_name(), &format!("{service}-1")).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
            let codes: Vec<&str> = refused.body["blockers"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|blocker| blocker["code"].as_str())
                .collect();
            assert!(codes.contains(&"at_desk_only"), "{service}: {codes:?}");
            assert_eq!(refused.body["clause"], clause, "{service}");
        }
        restore(house, card.id).await;
        assert_eq!(platform.resolve(&person).await.body["works"], true);
        platform.deliver(house).await;
        assert_eq!(platform.events(), ["card_lost", "card_restored"]);
        let told = platform.province.told();
        assert_eq!((told[0].code.as_str(), told[0].seq, told[1].seq), (person.code.as_str(), 1, 2));
        assert_eq!(told[1].card.as_ref().unwrap()["state"], "active");

        // Under 16 the desk sees the guardian.
        let minor = of(&child(7), 7);
        let refused = platform.open(&minor, "open-child").await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("minor_at_desk_only")));
        assert_eq!(platform.resolve(&minor).await.body["code"], "unknown_code");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_1_a_card_there_is_is_linked() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let (reader, card) = open_at_desk(house, 1).await;
        let person = person(1);
        let other = Person { code: "GDYDT-OTHER".to_owned(), ..person.clone() };

        let refused = platform.open(&person, "open-1").await;
        assert_eq!((refused.status, &refused.body["code"]), (409, &json!("already_holds_card")));
        let wrong = Person { name: "别人".to_owned(), ..person.clone() };
        let unknown = platform.call("link", &wrong.to_link(), "link-0").await;
        assert_eq!((unknown.status, &unknown.body["code"]), (404, &json!("unknown_person")));

        let linked = platform.call("link", &person.to_link(), "link-1").await;
        assert_eq!((linked.status, &linked.body["repeated"]), (200, &json!(false)), "{}", linked.body);
        assert_eq!(card_of(house, &linked).await.id, card);
        for key in ["link-1", "link-2"] {
            assert_eq!(platform.call("link", &person.to_link(), key).await.body["repeated"], true);
        }
        let second = platform.call("link", &other.to_link(), "link-3").await;
        assert_eq!((second.status, &second.body["code"]), (409, &json!("other_code_linked")));
        let (_, _) = open_at_desk(house, 2).await;
        let thief = Person { code: person.code.clone(), ..self::person(2) };
        let stolen = platform.call("link", &thief.to_link(), "link-4").await;
        assert_eq!((stolen.status, &stolen.body["code"]), (409, &json!("code_of_another")));
        let stolen = platform.open(&Person { code: person.code.clone(), ..self::person(3) }, "open-3").await;
        assert_eq!((stolen.status, &stolen.body["code"]), (409, &json!("code_of_another")));

        // The reader sees the code among all that is held about them.
        let own = Actor::reader(reader, house.fs);
        let export =
            house.service.write(own, async |op| people::data_export(op, reader, "").await).await.unwrap();
        assert_eq!(export["partner_codes"][0]["code"], person.code);

        let unlinked = platform.call("unlink", &person.to_name(), "unlink-1").await;
        assert_eq!(unlinked.status, 200);
        assert_eq!(platform.call("unlink", &person.to_name(), "unlink-1").await.status, 200);
        assert_eq!(platform.resolve(&person).await.body["code"], "unknown_code");
        lose(house, card).await;
        assert_eq!(platform.deliver(house).await, 0, "nobody is told of a reader who went");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_replayed_late_and_badly_signed_calls_are_refused() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let (province, person) = (&platform.province, person(1));
        for (trick, code, signed) in [
            (Trick::Late, "off_time", true),
            (Trick::BadSignature, "bad_signature", false),
            (Trick::ChangedBody, "bad_signature", false),
        ] {
            let call = province.prepare("open", &person.to_open(), "open-0", trick);
            let refused = province.send(&call).await.unwrap();
            assert_eq!(
                (refused.status, &refused.body["code"], refused.signed),
                (401, &json!(code), signed),
                "{trick:?}"
            );
        }
        let late = province.prepare("resolve", &person.to_name(), "", Trick::Late);
        let late = province.send(&late).await.unwrap();
        let now = house.clock.now().timestamp().to_string();
        assert!(late.body["detail"].as_str().unwrap().contains(&now), "{}", late.body);

        // The same call again, byte by byte, does nothing; the same request in a new call has the first answer.
        let call = province.prepare("open", &person.to_open(), "open-1", Trick::None);
        let first = province.send(&call).await.unwrap();
        assert_eq!(first.status, 201, "{}", first.body);
        let replayed = province.send(&call).await.unwrap();
        assert_eq!((replayed.status, &replayed.body["code"]), (409, &json!("replayed")));
        let again = platform.open(&person, "open-1").await;
        assert_eq!((again.status, &again.body["repeated"]), (200, &json!(true)));
        assert_eq!(again.body["card"], first.body["card"]);
        for other in [
            Person { code: "GDYDT-OTHER".to_owned(), ..person.clone() },
            Person { phone: "13911112222".to_owned(), ..person.clone() },
        ] {
            let reused = platform.open(&other, "open-1").await;
            assert_eq!((reused.status, &reused.body["code"]), (422, &json!("idempotency_key_reused")));
        }
        let keyless = platform.open(&person, "").await;
        assert_eq!((keyless.status, &keyless.body["code"]), (400, &json!("bad_idempotency_key")));
        // Losses: the second call has the moment of the first.
        let lost = platform.call("loss", &person.to_name(), "loss-1").await;
        house.clock.advance(TimeDelta::minutes(1));
        let again = platform.call("loss", &person.to_name(), "loss-1").await;
        assert_eq!((&again.body["at"], &again.body["repeated"]), (&lost.body["at"], &json!(true)));
        let twice = platform.call("loss", &person.to_name(), "loss-2").await;
        assert_eq!((twice.status, &twice.body["code"]), (409, &json!("card_lost")));

        // Eleven minutes later the nonce may be forgotten, and the time of the call refuses it.
        house.clock.advance(TimeDelta::minutes(20));
        house.service.write(Actor::nobody(), async |op| partners::forget_old(op).await).await.unwrap();
        assert_eq!(province.send(&call).await.unwrap().body["code"], "off_time");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_keys_are_changed_without_a_gap() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let person = person(1);
        let admin = house.system();
        let (label, secret) =
            house.service.write(admin.clone(), async |op| add_key(op, API).await).await.unwrap();
        let third = house.service.write(admin.clone(), async |op| add_key(op, API).await).await;
        assert!(third.is_err(), "two keys at most");
        let settings = ProvinceSettings { key: label, secret, ..platform.settings.clone() };
        let renewed = Province::new(settings, Vec::new(), house.clock.clone()).unwrap();
        for province in [&platform.province, &renewed] {
            let answered = province.call("resolve", &person.to_name(), "").await.unwrap();
            assert_eq!((answered.signed, &answered.body["code"]), (true, &json!("unknown_code")));
        }
        house.service.write(admin.clone(), async |op| close_key(op, API, "k1").await).await.unwrap();
        let old = platform.province.call("resolve", &person.to_name(), "").await.unwrap();
        assert_eq!((old.status, &old.body["code"], old.signed), (401, &json!("unknown_key"), false));
        let new = renewed.call("resolve", &person.to_name(), "").await.unwrap();
        assert_eq!(new.body["code"], "unknown_code");
        let last = house.service.write(admin.clone(), async |op| close_key(op, API, "k2").await).await;
        assert!(last.is_err(), "one key stays");

        let settings = PartnerSettings {
            service_point: platform.online,
            addresses: "192.0.2.0/24".to_owned(),
            calls_per_minute: 600,
            events_url: String::new(),
            title: String::new(),
            purpose: String::new(),
        };
        let set = async |settings: &PartnerSettings| {
            house
                .service
                .write(admin.clone(), async |op| partners::change_partner(op, API, settings).await)
                .await
        };
        set(&settings).await.unwrap();
        let elsewhere = renewed.call("resolve", &person.to_name(), "").await.unwrap();
        assert_eq!((elsewhere.status, &elsewhere.body["code"]), (403, &json!("from_elsewhere")));
        // Two calls were let in within this minute.
        set(&PartnerSettings { addresses: String::new(), calls_per_minute: 4, ..settings }).await.unwrap();
        let mut codes = Vec::new();
        for _ in 0..3 {
            let answered = renewed.call("resolve", &person.to_name(), "").await.unwrap();
            codes.push(answered.body["code"].as_str().unwrap_or_default().to_owned());
        }
        assert_eq!(codes, ["unknown_code", "too_many_calls", "too_many_calls"]);
        house.clock.advance(TimeDelta::minutes(2));
        let later = renewed.call("resolve", &person.to_name(), "").await.unwrap();
        assert_eq!(later.body["code"], "unknown_code");
        let (reader, card) = open_at_desk(house, 1).await;
        let linked = renewed.call("link", &person.to_link(), "link-1").await.unwrap();
        assert_eq!(linked.status, 200, "{}", linked.body);
        lose(house, card).await;
        house.service.write(admin.clone(), async |op| close_partner(op, API).await).await.unwrap();
        restore(house, card).await;
        let waiting =
            house.service.read(admin.clone(), async |op| partners::events_not_told(op, API).await).await;
        assert!(waiting.unwrap().is_empty(), "who is closed is told nothing");
        let code = person.code.clone();
        let found =
            house.service.write(house.clerk(), async |op| cards::find(op, &code).await).await.unwrap();
        assert!(found.readers.is_empty(), "{reader} is found by no code of a closed account");
        let closed = renewed.call("resolve", &person.to_name(), "").await.unwrap();
        assert_eq!(closed.body["code"], "unknown_key");
        let clerk = house.service.read(house.clerk(), partners::list_partners).await;
        assert!(matches!(clerk, Err(service::Error::Forbidden(Right::ManageTokens))));
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_desk_and_platform_at_once_give_one_card() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        for serial in 1..=6 {
            let person = person(serial);
            let key = format!("open-{serial}");
            let desk =
                house.service.write(house.clerk(), async move |op| cards::open(op, adult(serial)).await);
            let (at_desk, first, second) = tokio::join!(
                desk,
                platform.open(&person, &key),
                platform.open(&person, "another key, another click")
            );
            let opened = [at_desk.is_ok(), first.status == 201, second.status == 201];
            let codes = (&first.body["code"], &second.body["code"]);
            assert_eq!(opened.iter().filter(|opened| **opened).count(), 1, "{opened:?} {codes:?}");
            let linked = platform.call("link", &person.to_link(), &format!("link-{serial}")).await;
            assert_eq!(linked.status, 200, "{}", linked.body);
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_an_hour_without_the_platform_loses_nothing() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let mut cards = Vec::new();
        for serial in 1..=3 {
            let opened = platform.open(&person(serial), &format!("open-{serial}")).await;
            cards.push(card_of(house, &opened).await.id);
        }
        platform.province.behave(Behaviour { down: true, ..Behaviour::default() });
        for minute in 0..60 {
            if minute % 10 == 0 {
                for card in &cards {
                    lose(house, *card).await;
                    restore(house, *card).await;
                }
            }
            platform.deliver(house).await;
            house.clock.advance(TimeDelta::minutes(1));
        }
        assert!(platform.province.told().is_empty());
        assert!(platform.province.asked() > 20, "it is tried again and again");
        let waiting = house
            .service
            .read(house.system(), async |op| partners::events_not_told(op, API).await)
            .await
            .unwrap();
        assert_eq!(waiting.len(), 36);

        // Back, but its answers are lost at first: what it knows comes again, and is known.
        platform.province.behave(Behaviour { lose_answers: true, ..Behaviour::default() });
        house.clock.advance(TimeDelta::minutes(6));
        platform.deliver(house).await;
        platform.province.behave(Behaviour { unsigned: true, ..Behaviour::default() });
        house.clock.advance(TimeDelta::minutes(6));
        platform.deliver(house).await;
        assert!(platform.province.told().len() <= 3, "what was not signed for ends nothing");
        platform.province.behave(Behaviour::default());
        for _ in 0..3 {
            house.clock.advance(TimeDelta::minutes(6));
            platform.deliver(house).await;
        }
        let told = platform.province.told();
        assert_eq!(told.len(), 36);
        assert!(platform.province.repeats() > 0);
        assert_eq!(platform.province.out_of_order(), 0);
        for serial in 1..=3 {
            let code = person(serial).code;
            let events: Vec<&str> =
                told.iter().filter(|told| told.code == code).map(|told| told.event.as_str()).collect();
            assert_eq!(events, ["card_lost", "card_restored"].repeat(6), "{code}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_two_instances_tell_each_thing_once_and_in_order() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let opened = platform.open(&person(1), "open-1").await;
        let card = card_of(house, &opened).await.id;
        for _ in 0..5 {
            lose(house, card).await;
            restore(house, card).await;
        }
        let other = house.service.clone();
        for _ in 0..40 {
            let (a, b) = tokio::join!(
                deliver_due(&house.service, &platform.carrier),
                deliver_due(&other, &platform.carrier)
            );
            if a.unwrap() + b.unwrap() == 0 {
                break;
            }
        }
        assert_eq!(platform.events().len(), 10);
        assert_eq!((platform.province.out_of_order(), platform.province.repeats()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_a_code_leads_to_its_reader_at_desk_and_machine() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let person = person(1);
        let opened = platform.open(&person, "open-1").await;
        let card = card_of(house, &opened).await;
        let scanned = format!(" {} ", person.code.to_lowercase());
        let text = scanned.clone();
        let found =
            house.service.write(house.clerk(), async |op| cards::find(op, &text).await).await.unwrap();
        assert_eq!(found.readers.len(), 1);
        assert_eq!(found.readers[0].reader.id, card.reader);
        let presented = house
            .service
            .read(house.kiosk(), async |op| password::presented(op, &scanned).await)
            .await
            .unwrap();
        let presented = presented.unwrap();
        assert_eq!((presented.card.id, presented.current), (card.id, true));
        let nobody =
            house.service.read(house.kiosk(), async |op| password::presented(op, "GDYDT-NOBODY").await);
        assert!(nobody.await.unwrap().is_none());

        // A real machine, which hears the code as the number of the patron.
        sip2::account(house, "ydm", "strict", |_| {}).await;
        let machines = sip2::Machines::of(&house.service).await;
        let mut line = machines.signed_in("ydm", ::sip2::Charset::Utf8).await;
        let ask = |code: &str| format!("23019{}AOFS|AA{code}|AC|AD|", sip2::NOW);
        let known = line.say(&ask(&person.code)).await;
        assert!(known.starts_with("24") && known.contains("|BLY|"), "{known}");
        lose(house, card.id).await;
        let lost = line.say(&ask(&person.code)).await;
        assert!(lost.starts_with("24") && lost.as_bytes()[2] == b'Y', "a lost card may not borrow: {lost}");
        let unknown = line.say(&ask("GDYDT-NOBODY")).await;
        assert!(unknown.contains("|BLN|"), "{unknown}");
        drop(line);
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_a_code_follows_merged_readers() {
    on_both_databases(async |house| {
        let platform = Platform::at(house).await;
        let (winner, kept) = open_at_desk(house, 1).await;
        let loser_person = person(2);
        let opened = platform.open(&loser_person, "open-2").await;
        let loser = card_of(house, &opened).await.reader;
        let manager = Actor { rights: vec![Right::MergeReaders], ..house.clerk() };
        let version = async |reader: ReaderId| {
            let read =
                house.service.read(house.clerk(), async move |op| service::readers::view(op, reader).await);
            read.await.unwrap().version
        };
        let merge = Merge {
            winner,
            winner_version: version(winner).await,
            loser,
            loser_version: version(loser).await,
            take: Vec::new(),
            card: Some(kept),
            reason: "同一人，两次登记".to_owned(),
        };
        house
            .circulation
            .tell_of_others(service::kernel::Known::Standing(service::kernel::Standing::default()));
        let merged = house
            .service
            .write(manager.clone(), async |op| people::merge(op, merge.clone()).await)
            .await
            .unwrap();
        let resolved = platform.resolve(&loser_person).await;
        assert_eq!(card_of(house, &resolved).await.id, kept);
        let undone = merged.merge;
        house.service.write(manager, async move |op| people::undo_merge(op, undone).await).await.unwrap();
        assert_eq!(card_of(house, &platform.resolve(&loser_person).await).await.reader, loser);
        platform.deliver(house).await;
        assert_eq!(platform.events(), ["reader_merged", "reader_unmerged"]);
        assert_eq!(platform.province.out_of_order(), 0);
    })
    .await;
}
