//! E-cards and entry gates (A.3.1, 6.1.4.2), through the API, the portal and SIP2, on both databases.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use service::cards::{self, CancelReason, CardView};
use service::kernel::{Actor, Database, DatabaseOptions, KeyRing, LibraryId, Right, Role};
use service::libraries::{NewServicePoint, Policy, ServicePointKind, add_service_point, set_policy};
use service::people::{self, Merge, data_export};
use service::readers::{self, NewBlock, block};
use service::staff::{self, NewToken};
use service::testing::{House, adult, on_both_databases};
use service::{Service, visits};
use sip2::{Charset, field};

use crate::api::{Answer, ask, get, post, request};
use crate::browser::Browser;
use crate::life::{cancel, document_card, in_person, report};
use crate::passwords::default_of;
use crate::portal::at_home;
use crate::sip2::{Machines, NOW, account, lending};

/// A gate of a library, and its token.
pub async fn gate(house: &House, library: LibraryId, code: &str) -> String {
    let point = NewServicePoint {
        library,
        code: code.to_owned(),
        kind: ServicePointKind::Machine,
        name: "进馆闸机".to_owned(),
    };
    let point = house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await);
    let rights = vec![Right::AdmitVisitors];
    let new = NewToken { name: "闸机".to_owned(), service_point: point.await.unwrap(), rights };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

/// The code on the phone of who holds a card.
pub async fn code_of(service: &Service, card: &CardView) -> service::Result<String> {
    let me = Actor::reader(card.reader, card.issuing_library);
    Ok(service.read(me, async |op| cards::e_card(op).await).await?.text)
}

/// The same house on another instance: nothing but the database and the key ring is shared.
async fn another_instance(house: &House) -> Service {
    let database = Database::connect(DatabaseOptions::from_url(&house.database_url)).await.unwrap();
    let keys = Arc::new(KeyRing::open(&house.keys).unwrap());
    Service::new(database, keys, house.clock.clone())
}

pub async fn enter(house: &House, gate: &str, shown: Value) -> Value {
    let answer = post(house, gate, "/api/v1/visits", &shown).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

fn refused(answer: &Value) -> &str {
    assert_eq!(answer["admitted"], false, "{answer}");
    assert_eq!(answer["counted"], false, "{answer}");
    assert!(answer["reason"]["detail"].as_str().is_some_and(|text| text.len() > 10), "{answer}");
    answer["reason"]["code"].as_str().unwrap()
}

async fn visits_of(house: &House) -> u64 {
    let since = house.clock.today() - TimeDelta::days(30);
    let days = house.service.read(house.system(), async |op| visits::by_day(op, since).await).await.unwrap();
    days.iter().map(|day| day.visits).sum()
}

async fn staff_browser(house: &House, name: &str, library: LibraryId, role: Role) -> Browser {
    house.add_staff(name, library, role).await.unwrap();
    let mut browser = Browser::new(&house.service);
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("username", name), ("password", "yueka2026")]).await;
    browser.follow().await;
    let point = browser.hidden("service_point");
    browser.post("/service-point", &[("service_point", &point)]).await;
    browser
}

fn ago(house: &House, seconds: i64) {
    house.clock.advance(TimeDelta::seconds(seconds));
}

#[tokio::test]
async fn a_3_1_a_reader_enters_by_card_document_or_e_card_and_a_visit_counts_once_in_half_an_hour() {
    on_both_databases(async |house| {
        let (fs, sd) = (gate(house, house.fs, "G1").await, gate(house, house.sd, "G1").await);
        let card = document_card(house, 1).await;
        let document = adult(1).documents[0].number.clone();
        let code = code_of(&house.service, &card).await.unwrap();
        for (shown, counted) in [
            (json!({ "card_number": card.number }), true),
            (json!({ "document_number": document }), false),
            (json!({ "code": code }), false),
        ] {
            let answer = enter(house, &fs, shown).await;
            assert_eq!(
                (&answer["admitted"], &answer["counted"]),
                (&json!(true), &json!(counted)),
                "{answer}"
            );
            assert_eq!(answer.get("reason"), None);
        }
        // Another library counts for itself; after the interval it is another visit.
        assert_eq!(enter(house, &sd, json!({ "card_number": card.number })).await["counted"], true);
        ago(house, 30 * 60);
        assert_eq!(enter(house, &fs, json!({ "card_number": card.number })).await["counted"], true);
        assert_eq!(visits_of(house).await, 3);
        let zero =
            async |op: &service::kernel::Op| set_policy(op, house.fs, Policy::VisitMinutes, Some("0")).await;
        house.service.write(house.system(), zero).await.unwrap();
        ago(house, 1);
        assert_eq!(enter(house, &fs, json!({ "card_number": card.number })).await["counted"], true);

        // The office of a library sees its own, by day.
        let mut office = staff_browser(house, "feng", house.sd, Role::BranchManager).await;
        let page = office.get("/office/visits").await;
        assert!(
            page.contains("2026-11-24") && page.contains("顺德图书馆") && !page.contains("佛山市图书馆</td>"),
            "{page}"
        );
        let mut clerk = staff_browser(house, "he", house.sd, Role::Clerk).await;
        clerk.get("/office/visits").await;
        assert_eq!(clerk.status, StatusCode::FORBIDDEN);

        for wrong in [json!({}), json!({ "code": code, "card_number": card.number })] {
            let answer = post(house, &fs, "/api/v1/visits", &wrong).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let desk = crate::running::desk_token(house).await;
        let answer = post(house, &desk, "/api/v1/visits", &json!({ "card_number": card.number })).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let answer = post(house, &desk, "/api/v1/visits/deliveries", &json!({ "visits": [] })).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(get(house, &desk, "/api/v1/gates/allow-list").await.status, StatusCode::FORBIDDEN);
        let answer = get(house, &fs, &format!("/api/v1/cards/{}", card.number)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "a gate learns nothing of anybody");
    })
    .await;
}

#[tokio::test]
async fn a_3_1_who_may_not_enter_is_told_why_and_what_to_do() {
    on_both_databases(async |house| {
        let fs = gate(house, house.fs, "G1").await;
        let (lost, gone, blocked) =
            (document_card(house, 1).await, document_card(house, 2).await, document_card(house, 3).await);
        report(house, house.clerk(), lost.id, in_person()).await.unwrap();
        cancel(house, house.clerk(), gone.id, CancelReason::Wish, in_person()).await.unwrap();
        let new = NewBlock {
            reader: blocked.reader,
            reason: "conduct".to_owned(),
            note: String::new(),
            until: String::new(),
        };
        house.service.write(house.system(), async |op| block(op, new.clone()).await).await.unwrap();
        for (number, reason, clause) in [
            (lost.number.as_str(), "card_lost", "A.4.1"),
            (gone.number.as_str(), "card_cancelled", "A.4.3"),
            (blocked.number.as_str(), "reader_blocked", "A.3.1"),
            ("0757009999999999", "no_such_card", "A.3.1"),
        ] {
            let answer = enter(house, &fs, json!({ "card_number": number })).await;
            assert_eq!(refused(&answer), reason);
            assert_eq!(answer["reason"]["clause"], clause);
        }
        assert_eq!(refused(&enter(house, &fs, json!({ "code": "YK1" })).await), "code_unknown");
        assert_eq!(visits_of(house).await, 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_a_code_is_useless_after_its_time_and_at_another_gate() {
    on_both_databases(async |house| {
        let (one, two) = (gate(house, house.fs, "G1").await, gate(house, house.fs, "G2").await);
        let card = document_card(house, 1).await;
        let code = code_of(&house.service, &card).await.unwrap();
        let first = named(house, &one, "c-1", json!({ "code": code })).await.body;
        assert_eq!((&first["admitted"], &first["repeated"]), (&json!(true), &json!(false)));
        // The same gate asks again since it heard no answer, by the same name.
        let again = named(house, &one, "c-1", json!({ "code": code })).await.body;
        assert_eq!((&again["admitted"], &again["repeated"]), (&json!(true), &json!(true)));
        // A picture of it is refused, at the same gate and at the next.
        for name in ["c-2", "c-3"] {
            let picture = named(house, &one, name, json!({ "code": code.to_lowercase() })).await.body;
            assert_eq!(refused(&picture), "code_used");
        }
        assert_eq!(refused(&enter(house, &one, json!({ "code": code })).await), "code_used");
        assert_eq!(refused(&enter(house, &two, json!({ "code": code })).await), "code_used");
        // Nor at the desk.
        let found =
            house.service.write(house.clerk(), async |op| cards::find(op, &code).await).await.unwrap();
        assert!(found.readers.is_empty());
        assert_eq!(found.code_refused, Some(service::ecard::CodeRefusal::Used));

        let code = code_of(&house.service, &card).await.unwrap();
        ago(house, 41);
        assert_eq!(refused(&enter(house, &one, json!({ "code": code })).await), "code_too_old");
        let code = code_of(&house.service, &card).await.unwrap();
        ago(house, -3600);
        assert_eq!(refused(&enter(house, &one, json!({ "code": code })).await), "code_from_the_future");

        // A desk finds its holder by a fresh one.
        let code = code_of(&house.service, &card).await.unwrap();
        let found =
            house.service.write(house.clerk(), async |op| cards::find(op, &code).await).await.unwrap();
        assert_eq!(found.readers.first().map(|found| found.reader.id), Some(card.reader));
    })
    .await;
}

#[tokio::test]
async fn a_4_1_after_a_loss_was_reported_on_another_instance_the_next_gate_and_code_are_refused() {
    on_both_databases(async |house| {
        let fs = gate(house, house.fs, "G1").await;
        let card = document_card(house, 1).await;
        let code = code_of(&house.service, &card).await.unwrap();
        let other = another_instance(house).await;
        let used = code_of(&other, &card).await.unwrap();
        assert_eq!(enter(house, &fs, json!({ "code": used })).await["admitted"], true);
        // Not a moment passes: what counts is the order.
        let request = cards::ReportLoss { card: card.id, check: in_person() };
        other.write(house.clerk(), async |op| cards::report_loss(op, request.clone()).await).await.unwrap();
        for shown in [json!({ "code": code }), json!({ "card_number": card.number })] {
            assert_eq!(refused(&enter(house, &fs, shown).await), "card_lost");
        }
        assert_eq!(refused(&enter(house, &fs, json!({ "code": used })).await), "code_used");
        assert!(code_of(&house.service, &card).await.is_err(), "a lost card gets no code");
        other.database().clone().close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_3_1_a_gates_clock_is_told_to_be_off_and_the_servers_decides() {
    on_both_databases(async |house| {
        let fs = gate(house, house.fs, "G1").await;
        let card = document_card(house, 1).await;
        for (off, told) in [(0, None), (60, None), (-60, None), (3600, Some(3600)), (-3600, Some(-3600))] {
            let code = code_of(&house.service, &card).await.unwrap();
            let time = house.clock.now().timestamp() + off;
            let answer = enter(house, &fs, json!({ "code": code, "gate_time": time })).await;
            assert_eq!(answer["admitted"], true, "{answer}");
            assert_eq!(answer.get("clock_off_seconds").and_then(Value::as_i64), told, "{answer}");
            let said = answer.get("clock_warning").and_then(Value::as_str);
            assert_eq!(said.is_some_and(|text| text.contains("60")), told.is_some(), "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_of_two_gates_that_read_one_code_at_once_one_wins() {
    on_both_databases(async |house| {
        let gates = [gate(house, house.fs, "G1").await, gate(house, house.fs, "G2").await];
        let card = document_card(house, 1).await;
        for _ in 0..8 {
            let code = code_of(&house.service, &card).await.unwrap();
            let shown = json!({ "code": code });
            let (one, two) =
                tokio::join!(enter(house, &gates[0], shown.clone()), enter(house, &gates[1], shown.clone()));
            let admitted = [&one, &two].iter().filter(|answer| answer["admitted"] == true).count();
            assert_eq!(admitted, 1, "{one} {two}");
        }
        // And of one card at both gates at once, one visit counts.
        ago(house, 3600);
        let before = visits_of(house).await;
        let shown = json!({ "card_number": card.number });
        let (one, two) =
            tokio::join!(enter(house, &gates[0], shown.clone()), enter(house, &gates[1], shown.clone()));
        assert_eq!((&one["admitted"], &two["admitted"]), (&json!(true), &json!(true)));
        assert_eq!(visits_of(house).await, before + 1);
    })
    .await;
}

async fn named(house: &House, gate: &str, name: &str, body: Value) -> Answer {
    let request = request("POST", "/api/v1/visits", gate).header("idempotency-key", name);
    ask(house, request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_3_1_a_gate_that_asks_again_by_the_same_name_gets_the_first_answer() {
    on_both_databases(async |house| {
        let fs = gate(house, house.fs, "G1").await;
        let card = document_card(house, 1).await;
        let shown = json!({ "card_number": card.number });
        let first = named(house, &fs, "s-1", shown.clone()).await.body;
        assert_eq!((&first["counted"], &first["repeated"]), (&json!(true), &json!(false)));
        let again = named(house, &fs, "s-1", shown).await.body;
        assert_eq!(
            (&again["admitted"], &again["counted"], &again["repeated"]),
            (&json!(true), &json!(true), &json!(true))
        );
        let other = named(house, &fs, "s-1", json!({ "card_number": "0757009999999999" })).await;
        assert_eq!(other.body["code"], "idempotency_key_reused");
        assert_eq!(visits_of(house).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_3_1_after_two_records_are_merged_a_visit_of_the_other_counts_for_the_person() {
    on_both_databases(async |house| {
        let fs = gate(house, house.fs, "G1").await;
        let (stays, goes) = (document_card(house, 1).await, document_card(house, 2).await);
        let visited = async |card: &CardView| {
            let entered = enter(house, &fs, json!({ "card_number": card.number })).await;
            (entered["admitted"] == json!(true), entered["counted"] == json!(true))
        };
        assert_eq!(visited(&goes).await, (true, true));
        let version = async |card: &CardView| {
            let reader = card.reader;
            let view = house.service.write(house.clerk(), async |op| readers::view(op, reader).await).await;
            view.unwrap().version
        };
        let request = Merge {
            winner: stays.reader,
            loser: goes.reader,
            winner_version: version(&stays).await,
            loser_version: version(&goes).await,
            take: Vec::new(),
            card: Some(stays.id),
            reason: "同一个人".to_owned(),
        };
        let merge = async |op: &service::kernel::Op| people::merge(op, request.clone()).await;
        let merged = house.service.write(house.system(), merge).await.unwrap();
        // They came as the other ten minutes ago: it is the same visit.
        house.clock.advance(TimeDelta::minutes(10));
        assert_eq!(visited(&stays).await, (true, false));
        assert_eq!(visits_of(house).await, 1);
        // Apart again, each has visits of their own.
        let undo = async |op: &service::kernel::Op| people::undo_merge(op, merged.merge).await;
        house.service.write(house.system(), undo).await.unwrap();
        assert_eq!(visited(&stays).await, (true, true));
        house.clock.advance(TimeDelta::minutes(31));
        assert_eq!(visited(&stays).await, (true, true));
        assert_eq!(visits_of(house).await, 3);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_after_some_days_it_is_not_known_who_visited() {
    on_both_databases(async |house| {
        let fs = gate(house, house.fs, "G1").await;
        let card = document_card(house, 1).await;
        assert_eq!(enter(house, &fs, json!({ "card_number": card.number })).await["counted"], true);
        let known = async || {
            house.tamper("UPDATE visits SET shown = shown WHERE reader_id IS NOT NULL").await.unwrap()
        };
        house.clock.advance(TimeDelta::days(89));
        house.service.write(Actor::nobody(), visits::forget).await.unwrap();
        assert_eq!(known().await, 1);
        let me = Actor::reader(card.reader, card.issuing_library);
        let held = async || {
            let export = async |op: &service::kernel::Op| data_export(op, card.reader, "").await;
            house.service.write(me.clone(), export).await.unwrap()["visits"].as_array().unwrap().len()
        };
        assert_eq!(held().await, 1);
        house.clock.advance(TimeDelta::days(2));
        house.service.write(Actor::nobody(), visits::forget).await.unwrap();
        assert_eq!((known().await, held().await), (0, 0));
        assert_eq!(house.tamper("UPDATE visits SET shown = shown").await.unwrap(), 1, "it still counts");
        assert_eq!(house.tamper("UPDATE visitors SET version = version").await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_the_portal_shows_a_code_that_a_gate_takes_or_says_why_there_is_none() {
    on_both_databases(async |house| {
        let service = crate::passwords::cheap(house).0;
        let (mut phone, opened) = at_home(house, &service, 1).await;
        let page = phone.get("/my/e-card").await.to_owned();
        assert!(page.contains("data-e-card=\"/my/e-card/code.json\"") && page.contains("6.1.4.2"), "{page}");
        let next: Value = serde_json::from_str(phone.get("/my/e-card/code.json").await).unwrap();
        assert_eq!(next["seconds"], 30);
        assert!(next["path"].as_str().is_some_and(|path| path.starts_with("M0 0h1v1h-1z")));
        assert!(phone.get("/my").await.contains("href=\"/my/e-card\""));
        let new = NewBlock {
            reader: opened.card.reader,
            reason: "conduct".to_owned(),
            note: String::new(),
            until: String::new(),
        };
        house.service.write(house.system(), async |op| block(op, new.clone()).await).await.unwrap();
        let page = phone.get("/my/e-card").await.to_owned();
        assert!(page.contains("现在不能使用电子证") && !page.contains("data-e-card"), "{page}");
        phone.get("/my/e-card/code.json").await;
        assert_eq!(phone.status, StatusCode::CONFLICT);
        // Reported lost: the session ends with the card.
        report(house, house.clerk(), opened.card.id, in_person()).await.unwrap();
        phone.get("/my/e-card/code.json").await;
        assert_eq!(phone.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_3_1_a_gate_that_speaks_sip2_counts_visits_and_takes_e_cards() {
    on_both_databases(async |house| {
        let service = lending(house);
        account(house, "g1", "strict", |settings| {
            (settings.records_visits, settings.asks_password) = (true, false);
        })
        .await;
        account(house, "m1", "strict", |_| {}).await;
        let card = document_card(house, 1).await;
        let machines = Machines::of(&service).await;
        let mut line = machines.signed_in("g1", Charset::Utf8).await;
        let look = |number: &str| format!("63019{NOW}{:10}AOFS|AA{number}|AC|AD|", "");
        let code = code_of(&service, &card).await.unwrap();
        // As often as it asks about one reader, it is one visit; a code stands for the number.
        for _ in 0..2 {
            let answer = line.ask(&look(&code)).await;
            assert_eq!(
                (answer.get(field::VALID_PATRON), answer.get(field::PATRON)),
                (Some("Y"), Some(card.number.as_str()))
            );
        }
        let status = line.ask(&format!("23019{NOW}AOFS|AA{}|AC|AD|", card.number)).await;
        assert_eq!(status.get(field::VALID_PATRON), Some("Y"));
        assert_eq!(visits_of(house).await, 1);
        // Another machine does not take a code that was used, and is told so; and it counts no visits.
        let mut other = machines.signed_in("m1", Charset::Utf8).await;
        let answer = other.ask(&look(&code)).await;
        assert_eq!(answer.get(field::VALID_PATRON), Some("N"));
        assert_eq!(answer.get(field::SCREEN_MESSAGE), Some("电子证码已使用，请出示新的码"));
        // Nor the same machine, once the reader has gone, nor by another connection: that is a picture of it.
        assert_eq!(line.ask(&format!("35{NOW}AOFS|AA{code}|AC|")).await.succeeded(), Some(true));
        let mut again = machines.signed_in("g1", Charset::Utf8).await;
        for line in [&mut line, &mut again] {
            let answer = line.ask(&look(&code)).await;
            assert_eq!(answer.get(field::SCREEN_MESSAGE), Some("电子证码已使用，请出示新的码"));
        }
        ago(house, 3600);
        let fresh = code_of(&service, &card).await.unwrap();
        let answer = other.ask(&format!("63019{NOW}{:10}AOFS|AA{fresh}|AC|AD{}|", "", default_of(1))).await;
        assert_eq!(
            (answer.get(field::VALID_PATRON), answer.get(field::VALID_PASSWORD)),
            (Some("Y"), Some("Y"))
        );
        assert_eq!(visits_of(house).await, 1);
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        let answer = line.ask(&look(&card.number)).await;
        assert_eq!(answer.get(field::VALID_PATRON), Some("N"));
        assert_eq!(visits_of(house).await, 1);
        machines.end().await;
    })
    .await;
}
