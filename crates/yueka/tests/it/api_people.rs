//! Readers over the JSON API: photo, guardians, requests, messages, records, export; who may, and which version they saw.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use service::kernel::Right;
use service::readers::{self, RequestChange};
use service::records;
use service::staff::{self, NewToken};
use service::testing::{
    House, adult, born, child, foreigner, macao_resident, on_both_databases, resident_number,
};
use tower::ServiceExt as _;

use crate::amend::{by_eye, opened, paper, people_token, seen};
use crate::api::{Answer, ask, get, post, request, send};
use crate::requests;

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0 a face\xFF\xD9";

async fn token(house: &House, rights: &[Right]) -> String {
    let new = NewToken { name: "t".to_owned(), service_point: house.fs_desk, rights: rights.to_vec() };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

async fn looks(house: &House) -> usize {
    let log = house
        .service
        .read(house.system(), async |op| records::recent_access(op, &[house.fs], None, 500).await)
        .await;
    log.unwrap().len()
}

#[tokio::test]
async fn c_4_2_1_a_photo_goes_in_and_out_over_the_api_and_who_looks_is_logged() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let id = opened(house, adult(1)).await.reader.id;
        let path = format!("/api/v1/readers/{id}/photo");
        assert_eq!(get(house, &all, &path).await.status, StatusCode::NOT_FOUND);
        let put = async |key: &str, bytes: &'static [u8]| {
            let body = json!({ "photo": base64(bytes), "identity_check": { "method": "by_eye" } });
            let request = request("PUT", &path, &all)
                .header("idempotency-key", key)
                .header(header::CONTENT_TYPE, "application/json");
            ask(house, request.body(Body::from(body.to_string())).unwrap()).await
        };
        let unseen = send(house, "PUT", &all, &path, &json!({ "photo": base64(JPEG) })).await;
        assert_eq!(unseen.body["errors"][0]["field"], "identity_check.method", "{}", unseen.body);
        let svg = put("a", b"<svg>").await;
        assert_eq!(
            (svg.status, &svg.body["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("photo"))
        );
        assert_eq!(put("b", JPEG).await.status, StatusCode::NO_CONTENT);
        let version = seen(house, id).await.version;
        assert_eq!(put("b", JPEG).await.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(house, id).await.version, version, "the same key changes nothing");
        assert_eq!(put("b", b"%PDF-1.7 %%EOF").await.body["code"], "idempotency_key_reused");

        let before = looks(house).await;
        let router = web::router(house.service.clone(), web::WebOptions::default());
        let shown = router.oneshot(request("GET", &path, &all).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(shown.headers()[header::CONTENT_TYPE], "image/jpeg");
        assert_eq!(shown.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(shown.into_body().collect().await.unwrap().to_bytes(), JPEG);
        assert_eq!(looks(house).await, before + 1);
        let clerk = token(house, &[Right::FindReaders]).await;
        let check = json!({ "identity_check": { "method": "by_eye" } });
        assert_eq!(send(house, "DELETE", &clerk, &path, &check).await.status, StatusCode::FORBIDDEN);
        assert_eq!(send(house, "DELETE", &all, &path, &check).await.status, StatusCode::NO_CONTENT);
        assert_eq!(send(house, "DELETE", &all, &path, &check).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_1_a_guardian_is_shown_replaced_and_ended_over_the_api() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let id = opened(house, child(1)).await.reader.id;
        let path = format!("/api/v1/readers/{id}/guardians");
        let before = get(house, &all, &path).await.body;
        assert_eq!(before["guardians"][0]["name"], "陈监护");
        let mother = resident_number(10_001, born(1988, 1, 2));
        assert!(!before.to_string().contains(&mother), "masked");
        let number = resident_number(20_001, born(1959, 4, 5));
        let body = json!({
            "guardian": {
                "name": "陈外婆", "relation": "外祖母", "phone": "13900002222",
                "document": { "type": "resident_id", "number": number }, "consent": true,
            },
            "consent_file": base64(b"%PDF-1.7 signed %%EOF"),
            "identity_check": { "method": "by_eye" },
        });
        let alone = post(house, &all, &path, &body).await;
        assert_eq!(alone.body["blockers"][0]["code"], "guardian_needed", "{}", alone.body);
        let mut body = body;
        body["identity_check"] = json!({
            "who": "guardian", "method": "by_eye",
            "agent": { "name": "陈外婆", "document": { "type": "resident_id", "number": number } },
        });
        let without = post(house, &all, &path, &body).await;
        assert_eq!(without.body["errors"][0]["field"], "guardian.proof", "{}", without.body);
        body["proof"] = json!(base64(b"%PDF-1.7 the household register %%EOF"));
        let empty = post(house, &all, &path, &json!({ "identity_check": { "method": "by_eye" } })).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            empty.body["errors"].as_array().unwrap().iter().any(|error| error["field"] == "guardian.name")
        );
        let changed = post(house, &all, &path, &body).await;
        assert_eq!(changed.status, StatusCode::CREATED, "{}", changed.body);
        let after = get(house, &all, &path).await.body;
        assert_eq!(
            (&after["guardians"][0]["id"], after["guardians"].as_array().unwrap().len()),
            (&changed.body["id"], 1)
        );
        let check = json!({ "identity_check": { "method": "by_eye" } });
        let early = send(house, "DELETE", &all, &path, &check).await;
        assert_eq!(early.body["errors"][0]["field"], "guardian", "{}", early.body);
        house.clock.advance(chrono::TimeDelta::days(366 * 8));
        assert_eq!(send(house, "DELETE", &all, &path, &check).await.status, StatusCode::NO_CONTENT);
        assert_eq!(get(house, &all, &path).await.body["guardians"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_requests_are_raised_listed_shown_and_answered_over_the_api() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let first = opened(house, foreigner(4)).await.reader;
        let raise = format!("/api/v1/readers/{}/requests", first.id);
        let body = json!({
            "name": "Ana Lima", "evidence": base64(&paper().0), "note": "after the wedding",
            "identity_check": { "method": "by_eye" },
        });
        let bare =
            post(house, &all, &raise, &json!({ "name": "Ana", "identity_check": { "method": "by_eye" } }))
                .await;
        assert_eq!(bare.body["errors"][0]["field"], "evidence");
        let raised = post(house, &all, &raise, &body).await;
        assert_eq!(raised.status, StatusCode::CREATED, "{}", raised.body);
        assert_eq!(post(house, &all, &raise, &body).await.body["code"], "request_open");
        let id = raised.body["id"].as_str().unwrap().to_owned();
        let listed = get(house, &all, "/api/v1/requests").await.body;
        assert_eq!(
            (&listed["count"], &listed["requests"][0]["id"], &listed["next"]),
            (&json!(1), &json!(id), &Value::Null)
        );
        assert_eq!(get(house, &all, "/api/v1/requests?state=approved").await.body["count"], 0);
        for odd in ["state=gone", "kind=wish", "library=XX", "before=soon"] {
            let refused = get(house, &all, &format!("/api/v1/requests?{odd}")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd}");
        }
        let own = get(house, &all, &raise).await.body;
        assert_eq!(own["requests"][0]["state"], "open");
        let path = format!("/api/v1/requests/{id}");
        let shown = get(house, &all, &path).await;
        assert_eq!(
            (&shown.body["new_name"], &shown.body["note"]),
            (&json!("Ana Lima"), &json!("after the wedding"))
        );
        assert_eq!(shown.headers[header::ETAG], "\"1\"");
        let answers = format!("{path}/answers");
        let reply = async |seen: &str, body: &Value| {
            let request = request("POST", &answers, &all).header(header::IF_MATCH, seen);
            ask(house, request.body(Body::from(body.to_string())).unwrap()).await
        };
        let missing = post(house, &all, &answers, &json!({})).await;
        assert_eq!(missing.body["errors"].as_array().unwrap().len(), 2, "{}", missing.body);
        let silent = reply("\"1\"", &json!({ "reply": "ask" })).await;
        assert_eq!(silent.body["errors"][0]["field"], "answer");
        let asked = reply("\"1\"", &json!({ "reply": "ask", "answer": "Which wedding?" })).await;
        assert_eq!(asked.status, StatusCode::NO_CONTENT, "{}", asked.body);
        let late = reply("\"1\"", &json!({ "reply": "approve" })).await;
        assert_eq!(
            (late.status, &late.body["code"]),
            (StatusCode::PRECONDITION_FAILED, &json!("precondition_failed"))
        );
        let stale = post(house, &all, &answers, &json!({ "version": 1, "reply": "approve" })).await;
        assert_eq!((stale.status, &stale.body["code"]), (StatusCode::CONFLICT, &json!("stale")));
        assert_eq!(reply("*", &json!({ "reply": "approve" })).await.status, StatusCode::NO_CONTENT);
        assert_eq!(seen(house, first.id).await.name, "Ana Lima");
        assert_eq!(reply("*", &json!({ "reply": "approve" })).await.body["code"], "request_closed");

        // What the reader asks for at the portal is answered the same way, and taken back.
        let id = requests::ask(house, &requests::asked(first.id, "Ana Melo")).await.unwrap();
        let path = format!("{raise}/{id}");
        assert_eq!(send(house, "DELETE", &all, &path, &json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(send(house, "DELETE", &all, &path, &json!({})).await.body["code"], "request_closed");
    })
    .await;
}

#[tokio::test]
async fn c_5_3_what_was_told_done_and_held_is_read_over_the_api_and_logged() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let id = opened(house, adult(1)).await.reader.id;
        let base = format!("/api/v1/readers/{id}");
        let before = looks(house).await;
        let messages = get(house, &all, &format!("{base}/messages")).await.body;
        let by: Vec<&str> = messages["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["by"].as_str().unwrap())
            .collect();
        assert!(by.contains(&"sms") && by.contains(&"screen"), "{messages}");
        assert!(!messages.to_string().contains("13900000001"));
        let records = get(house, &all, &format!("{base}/records?limit=1")).await.body;
        assert_eq!(records["records"][0]["service"], "open_card");
        assert_eq!(records["records"][0]["library"]["code"], "FS");
        assert_eq!(get(house, &all, &format!("{base}/notes")).await.body["notes"], json!([]));
        assert_eq!(get(house, &all, &format!("{base}/blocks")).await.body["blocks"], json!([]));
        let why = get(house, &all, &format!("{base}/export")).await;
        assert_eq!(
            (why.status, &why.body["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason"))
        );
        let export = get(house, &all, &format!("{base}/export?reason=case-17")).await;
        assert_eq!((export.status, &export.body["reader"]["phone"]), (StatusCode::OK, &json!("13900000001")));
        assert_eq!(looks(house).await, before + 5);
        let blind = token(house, &[Right::FindReaders]).await;
        assert_eq!(
            get(house, &blind, &format!("{base}/export?reason=case-17")).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            get(house, &all, "/api/v1/readers/01a20bec-fd72-799a-bcd7-174923b255d0/records").await.status,
            404
        );
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_if_match_is_compared_as_rfc_9110_says() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let id = opened(house, adult(1)).await.reader.id;
        let path = format!("/api/v1/readers/{id}");
        let mut count = 0;
        let mut patch = async |seen: &'static str, key: Option<&str>| -> Answer {
            count += 1;
            let body = json!({ "reader": { "phone": format!("1390000{count:04}") }, "identity_check": { "method": "by_eye" } });
            let mut request = request("PATCH", &path, &all).header(header::IF_MATCH, seen);
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
            ask(house, request.body(Body::from(body.to_string())).unwrap()).await
        };
        for weak in ["W/\"1\"", "\"2\"", "\"abc\"", "W/\"1\", \"7\""] {
            let refused = patch(weak, None).await;
            assert_eq!((refused.status, &refused.body["code"]), (StatusCode::PRECONDITION_FAILED, &json!("precondition_failed")), "{weak}");
        }
        for odd in ["1", "\"1", "*, \"1\""] {
            let refused = patch(odd, None).await;
            assert_eq!((refused.status, &refused.body["code"]), (StatusCode::BAD_REQUEST, &json!("bad_if_match")), "{odd}");
        }
        assert_eq!(seen(house, id).await.version, 1);
        assert_eq!(patch("\"1\"", None).await.headers[header::ETAG], "\"2\"");
        assert_eq!(patch("\"1\", W/\"3\", \"2\"", None).await.headers[header::ETAG], "\"3\"");
        let any = patch("*", Some("any")).await;
        assert_eq!((any.status, &any.headers[header::ETAG]), (StatusCode::OK, &"\"4\"".parse().unwrap()));
        // No body says what only the header may.
        let body = json!({ "version": -1, "reader": { "phone": "13900000000" }, "identity_check": { "method": "by_eye" } });
        assert_eq!(send(house, "PATCH", &all, &path, &body).await.body["code"], "stale");
    })
    .await;
}

#[tokio::test]
async fn c_6_3_blockers_are_told_for_whoever_would_stand_there() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let card = opened(house, child(1)).await.card;
        let path = format!("/api/v1/cards/{}/blockers", card.number);
        let codes = async |who: &str, service: &str| -> Vec<String> {
            let answer = get(house, &all, &format!("{path}{who}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            let services = answer.body["services"].as_array().unwrap();
            let choice = services.iter().find(|choice| choice["service"] == service).unwrap();
            let blockers = choice["blockers"].as_array().unwrap();
            for blocker in blockers {
                assert!(
                    ["clause", "detail", "instead"].iter().all(|part| blocker[part].is_string()),
                    "{blocker}"
                );
            }
            blockers.iter().map(|blocker| blocker["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("", "cancel").await, ["guardian_needed"]);
        assert_eq!(codes("?who=reader", "cancel").await, ["guardian_needed"]);
        assert!(codes("?who=guardian", "cancel").await.is_empty());
        assert_eq!(codes("?who=agent", "cancel").await, ["in_person_only"]);
        assert!(codes("?who=phone", "report_loss").await.is_empty());
        assert!(codes("?who=phone", "cancel").await.contains(&"phone_for_loss_only".to_owned()));
        let odd = get(house, &all, &format!("{path}?who=neighbour")).await;
        assert_eq!(
            (odd.status, &odd.body["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("who"))
        );
    })
    .await;
}

#[tokio::test]
async fn c_6_1_3_2_the_api_says_which_merge_comes_first_and_wants_a_reason_against_the_documents() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let (a, b, c) = (opened(house, macao_resident(1)).await, opened(house, adult(2)).await, {
            let mut other = adult(3);
            other.documents[0].number = resident_number(3, born(1961, 2, 3));
            opened(house, other).await
        });
        let merge = async |loser: &service::cards::Opened, reason: Option<&str>| {
            let (winner, goes) = (seen(house, a.reader.id).await, seen(house, loser.reader.id).await);
            let body = json!({
                "winner": winner.id, "winner_version": winner.version,
                "loser": goes.id, "loser_version": goes.version, "card": a.card.id, "reason": reason,
            });
            post(house, &all, "/api/v1/merges", &body).await
        };
        let inner = merge(&b, Some("同一人")).await.body["id"].as_str().unwrap().to_owned();
        house.clock.advance(chrono::TimeDelta::seconds(30));
        let refused = merge(&c, None).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (StatusCode::CONFLICT, &json!("plainly_different"))
        );
        let later = merge(&c, Some("号码已更正")).await.body["id"].as_str().unwrap().to_owned();
        let undo =
            async |id: &str| send(house, "DELETE", &all, &format!("/api/v1/merges/{id}"), &json!({})).await;
        let early = undo(&inner).await;
        assert_eq!((early.status, &early.body["code"]), (StatusCode::CONFLICT, &json!("undo_merge_first")));
        assert_eq!(early.body["blockers"][0]["merge"], json!(later));
        assert!(early.body["detail"].as_str().unwrap().contains("2026-11-24 10:00"), "{}", early.body);
        let listed = get(house, &all, "/api/v1/merges").await.body;
        assert_eq!(
            (&listed["merges"][0]["id"], &listed["merges"][0]["reason"]),
            (&json!(later), &json!("号码已更正"))
        );
        for id in [&later, &inner] {
            assert_eq!(undo(id).await.status, StatusCode::NO_CONTENT);
        }
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_an_agents_authorization_may_come_along_when_a_card_is_opened() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let mut body = crate::running::adult_json(1);
        let mut scan = b"%PDF-1.7 ".to_vec();
        scan.resize(299_994, b'x');
        scan.extend(b" %%EOF");
        let person = |name: &str, number: &str| json!({ "name": name, "document": { "type": "resident_id", "number": number } });
        let number = resident_number(1, born(1990, 5, 6));
        body["identity_check"] = json!({
            "method": "by_eye", "who": "agent",
            "agent": person("陈代办", &resident_number(50, born(1970, 1, 2))),
            "principal": person(body["reader"]["name"].as_str().unwrap(), &number),
            "authorization": base64(&scan),
        });
        let done = post(house, &all, "/api/v1/cards", &body).await;
        assert_ne!(done.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(done.status, StatusCode::CREATED, "{}", done.body);
    })
    .await;
}

/// Something that each operation can read, so that what is left to refuse is who asks.
fn full() -> Value {
    let check = json!({ "method": "by_eye" });
    let of_readers = json!({
        "identity_check": check, "version": 1, "reply": "approve", "text": "x", "reason": "conduct", "query": "x", "decision": "approve",
        "name": "陈美玲", "evidence": base64(&paper().0), "reader": { "phone": "13900000002" },
        "document": { "type": "resident_id", "number": resident_number(9, born(1990, 5, 6)) },
        "winner": uuid::Uuid::nil(), "winner_version": 1, "loser": uuid::Uuid::max(), "loser_version": 1,
        "card_number": "FS00000001", "barcode": "0001", "kind": "other", "amount": 100, "method": "cash",
        "items": [{ "barcode": "0001", "title": "x", "library": "FS" }], "title": uuid::Uuid::nil(), "library": "FS",
    });
    let of_many = json!({
        "unit": uuid::Uuid::nil(), "minors_kind": "document", "list": base64("姓名,证件号码\n陈美玲,1\n".as_bytes()), "places": [1],
        "file": base64(&paper().0), "receiver": "x", "why": "x",
        "manufacturer": "x", "count": 10, "ranges": ["FS00000001"], "from": "FS", "to": "SD", "as": "spoiled",
    });
    let parts = [of_readers, of_many].into_iter().filter_map(|part| part.as_object().cloned());
    Value::Object(parts.flatten().collect())
}

#[tokio::test]
async fn c_5_1_3_every_operation_on_readers_wants_a_token_with_its_right() {
    on_both_databases(async |house| {
        let description = serde_json::to_value(web::api::description()).unwrap();
        let blind = token(house, &[]).await;
        // Somebody with something of everything, so that nothing is refused for want of it.
        let reader = opened(house, child(1)).await.reader;
        let id = reader.id;
        let asked = RequestChange { check: by_eye(), ..requests::asked(id, "陈美琳") };
        let waiting = house
            .service
            .write(house.clerk(), async move |op| readers::request_change(op, asked.clone()).await);
        let waiting = waiting.await.unwrap();
        let mut seen = 0;
        for (path, methods) in description["paths"].as_object().unwrap() {
            // The services on a card, gates, and laptops of mobile points have tests of their own. What a token may do, which titles there are, and the public
            // keys of e-cards, any token may ask.
            let elsewhere = ["/api/v1/cards", "/api/v1/visits", "/api/v1/points"]
                .iter()
                .any(|other| path.starts_with(other));
            if elsewhere
                || ["/api/v1/me", "/api/v1/titles/search", "/api/v1/ecard/keys"].contains(&path.as_str())
            {
                continue;
            }
            for method in methods.as_object().unwrap().keys() {
                seen += 1;
                let known =
                    if path.starts_with("/api/v1/requests") { waiting.to_string() } else { id.to_string() };
                let path = path.replace("{id}", &known).replace("{request}", &waiting.to_string());
                let path = path.replace("{side}", "front");
                let path =
                    path.split('/').map(|part| if part.starts_with('{') { known.as_str() } else { part });
                let mut path = path.collect::<Vec<_>>().join("/");
                if path.starts_with("/api/v1/stock") {
                    path.push_str("?library=FS");
                }
                let send = async |token: &str| {
                    let request = request(&method.to_uppercase(), &path, token);
                    let mut body = full();
                    if path.contains("/group-batches/") {
                        body["decision"] = json!("not_same");
                    }
                    ask(house, request.body(Body::from(body.to_string())).unwrap()).await
                };
                assert_eq!(send("nonsense").await.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                let nobody = Request::builder().method(method.to_uppercase().as_str()).uri(&path);
                let nobody = ask(house, nobody.body(Body::empty()).unwrap()).await;
                assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{method} {path}");
                let status = send(&blind).await.status;
                // A merge that is not there is not told of to whoever may not merge, nor anything else; and of numbers of cards,
                // whoever may do nothing learns nothing.
                let names_card = path == "/api/v1/loans";
                let expected = if names_card { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN };
                assert_eq!(status, expected, "{method} {path}");
            }
        }
        assert!(seen >= 30, "{seen}");
    })
    .await;
}
