//! A gate that lost the network: it decides by its signed list, and delivers its visits later (A.3.1).

use axum::body::Body;
use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use ecard::{AllowList, CodeError, Decision, Gate, Kept, PublicKeys, Shown};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use service::testing::{House, macao_resident, on_both_databases};
use service::visits;
use tower::ServiceExt;

use crate::api::{get, post, request};
use crate::gates::{code_of, enter, gate};
use crate::life::{document_card, in_person, open, report};

/// Status, tag and bytes of the list.
async fn list(house: &House, gate: &str, known: &str) -> (StatusCode, String, Vec<u8>) {
    let asked = request("GET", "/api/v1/gates/allow-list", gate).header(header::IF_NONE_MATCH, known);
    let router = web::router(house.service.clone(), web::WebOptions::default());
    let answer = router.oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    let tag =
        answer.headers().get(header::ETAG).map(|tag| tag.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status(), tag, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn keys(house: &House, gate: &str) -> PublicKeys {
    let answer = get(house, gate, "/api/v1/ecard/keys").await.body;
    let mut keys = PublicKeys::default();
    for key in answer["keys"].as_array().unwrap() {
        keys.add(key["public_key"].as_str().unwrap().parse().unwrap());
    }
    keys
}

async fn visits_of(house: &House) -> u64 {
    let since = house.clock.today() - TimeDelta::days(30);
    let days = house.service.read(house.system(), async |op| visits::by_day(op, since).await).await.unwrap();
    days.iter().map(|day| day.visits).sum()
}

async fn deliver(house: &House, gate: &str, kept: &[Kept], gate_time: i64) -> Vec<Value> {
    let body = json!({ "gate_time": gate_time, "visits": kept });
    let answer = post(house, gate, "/api/v1/visits/deliveries", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body["visits"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_3_1_a_gate_cut_off_for_an_hour_lets_good_cards_in_and_delivers_each_visit_once() {
    on_both_databases(async |house| {
        let token = gate(house, house.fs, "G1").await;
        let other = gate(house, house.sd, "G9").await;
        let (good, lost, later) =
            (document_card(house, 1).await, document_card(house, 2).await, document_card(house, 3).await);
        let barcode = open(house, house.clerk(), macao_resident(4)).await.card;
        report(house, house.clerk(), lost.id, in_person()).await.unwrap();
        let keys = keys(house, &token).await;
        let (status, tag, bytes) = list(house, &token, "").await;
        assert_eq!(status, StatusCode::OK);
        // Nobody's number stands in it, and it is good for one gate.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for number in [&good.number, &barcode.number] {
            assert!(!text.contains(number.as_str()));
        }
        assert!(AllowList::read(&bytes, &keys, "FS/G9").is_err());
        assert_eq!(list(house, &token, &tag).await.0, StatusCode::NOT_MODIFIED);
        assert_ne!(list(house, &other, &tag).await.0, StatusCode::NOT_MODIFIED);

        // The cable is cut.
        let mut alone = Gate::new(keys.clone());
        alone.take(AllowList::read(&bytes, &keys, "FS/G1").unwrap());
        let mut kept = Vec::new();
        let mut come = |house: &House, shown: &str, off: i64| {
            let (shown, at) = (Shown::of(shown), house.clock.now().timestamp() + off);
            let decision = alone.decide(&shown, at);
            if decision == Decision::Admit {
                kept.push(Kept { id: format!("k-{}", kept.len()), at, shown });
            }
            decision
        };
        house.clock.advance(TimeDelta::minutes(20));
        assert_eq!(come(house, &good.number, 0), Decision::Admit);
        assert_eq!(come(house, &barcode.number.to_lowercase(), 0), Decision::Admit);
        assert_eq!(come(house, &lost.number, 0), Decision::NotOnTheList);
        let code = code_of(&house.service, &later).await.unwrap();
        assert_eq!(come(house, &code, 60), Decision::Admit, "its clock may be a minute off");
        assert_eq!(come(house, &code, 60), Decision::UsedCode);
        let code = code_of(&house.service, &good).await.unwrap();
        assert!(matches!(come(house, &code, 3600), Decision::BadCode(CodeError::TooOld(_))), "an hour off");
        // Lost after the cut: the gate can't know yet.
        report(house, house.clerk(), later.id, in_person()).await.unwrap();
        house.clock.advance(TimeDelta::minutes(40));
        assert_eq!(come(house, &good.number, 0), Decision::Admit);

        // The cable is mended.
        let now = house.clock.now().timestamp();
        let done = deliver(house, &token, &kept, now).await;
        let outcomes: Vec<&str> = done.iter().map(|visit| visit["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["counted", "counted", "counted", "counted"], "{done:?}");
        assert_eq!(done[2]["warning"]["code"], "card_lost", "staff are told of who came in");
        let again = deliver(house, &token, &kept, now).await;
        assert!(again.iter().all(|visit| visit["outcome"] == "repeated"), "{again:?}");
        assert_eq!(visits_of(house).await, 4);
        // The next list has no more of it, and the old one ends.
        let (status, _, bytes) = list(house, &token, &tag).await;
        assert_eq!(status, StatusCode::OK);
        alone.take(AllowList::read(&bytes, &keys, "FS/G1").unwrap());
        assert_eq!(alone.decide(&Shown::of(&later.number), now), Decision::NotOnTheList);
        assert_eq!(alone.decide(&Shown::of(&good.number), now + 4 * 3600), Decision::NoList);
    })
    .await;
}

#[tokio::test]
async fn a_3_1_what_a_gate_delivers_wrongly_is_refused_row_by_row() {
    on_both_databases(async |house| {
        let (token, other) = (gate(house, house.fs, "G1").await, gate(house, house.fs, "G2").await);
        let (card, code_holder) = (document_card(house, 1).await, document_card(house, 2).await);
        let now = house.clock.now().timestamp();
        let used = code_of(&house.service, &code_holder).await.unwrap();
        assert_eq!(enter(house, &other, json!({ "code": used })).await["admitted"], true);
        let visit = |id: &str, at: i64, shown: &str| Kept { id: id.to_owned(), at, shown: Shown::of(shown) };
        let kept = [
            visit("a", now - 600, &card.number),
            visit("b", now - 500, &card.number),
            visit("c", now - 8 * 86_400, &card.number),
            visit("d", now + 600, &card.number),
            visit("e", now - 10, "0757009999999999"),
            visit("f", now, &used),
            visit("", now, &card.number),
            visit("a", now - 600, "0757009999999999"),
        ];
        let done = deliver(house, &token, &kept, now).await;
        let told: Vec<(&str, Option<&str>)> =
            done.iter().map(|row| (row["outcome"].as_str().unwrap(), row["reason"].as_str())).collect();
        assert_eq!(
            told,
            [
                ("counted", None),
                ("within_interval", None),
                ("refused", Some("too_late")),
                ("refused", Some("from_the_future")),
                ("refused", Some("no_such_card")),
                ("refused", Some("code_used")),
                ("refused", Some("bad_id")),
                ("refused", Some("id_reused")),
            ]
        );
        // Its clock is set right by the time that it tells: an hour ahead, and all the same.
        let ahead = [visit("z", now + 3600 - 7200, &card.number)];
        assert_eq!(deliver(house, &token, &ahead, now + 3600).await[0]["outcome"], "counted");
        // What it asked while the network was there, and heard no answer to, counts once.
        let asked = request("POST", "/api/v1/visits", &token).header("idempotency-key", "live-1");
        let shown = json!({ "card_number": code_holder.number }).to_string();
        crate::api::ask(house, asked.body(Body::from(shown)).unwrap()).await;
        let same = [visit("live-1", now, &code_holder.number)];
        assert_eq!(deliver(house, &token, &same, now).await[0]["outcome"], "repeated");
        let many: Vec<Kept> = (0..201).map(|id| visit(&id.to_string(), now, &card.number)).collect();
        let body = json!({ "visits": many });
        let answer = post(house, &token, "/api/v1/visits/deliveries", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}
