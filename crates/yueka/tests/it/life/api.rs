//! The life of a card over the JSON API.

use axum::body::Body;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use service::cards::CardView;
use service::kernel::{Known, Right, ServicePointId, Standing};
use service::staff::{self, NewToken};
use service::testing::{House, born, child, on_both_databases, resident_number};

use super::{document_card, one_card, open};
use crate::api::{Answer, ask, get, post, request};

const LIFE: [Right; 6] = [
    Right::FindReaders,
    Right::OpenCards,
    Right::ReportLoss,
    Right::RestoreCards,
    Right::CancelCards,
    Right::ReplaceCards,
];

async fn token(house: &House, point: ServicePointId, rights: &[Right]) -> String {
    let new = NewToken { name: "life".to_owned(), service_point: point, rights: rights.to_vec() };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

fn by_eye() -> Value {
    json!({ "identity_check": { "method": "by_eye" } })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn call(house: &House, token: &str, card: &CardView, service: &str, body: &Value) -> Answer {
    post(house, token, &format!("/api/v1/cards/{}/{service}", card.number), body).await
}

async fn keyed(
    house: &House,
    token: &str,
    card: &CardView,
    service: &str,
    key: &str,
    body: &Value,
) -> Answer {
    let path = format!("/api/v1/cards/{}/{service}", card.number);
    let request = request("POST", &path, token).header("idempotency-key", key);
    ask(house, request.body(Body::from(body.to_string())).unwrap()).await
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn c_6_3_1_a_loss_is_reported_taken_back_and_restored_over_the_api() {
    on_both_databases(async |house| {
        let (fs, sd) = (token(house, house.fs_desk, &LIFE).await, token(house, house.sd_desk, &LIFE).await);
        let card = document_card(house, 1).await;
        let lost = call(house, &sd, &card, "loss-reports", &by_eye()).await;
        assert_eq!(lost.status, StatusCode::OK, "{}", lost.body);
        assert_eq!(
            (&lost.body["service"], &lost.body["card"]["state"]),
            (&json!("report_loss"), &json!("lost"))
        );
        assert_eq!(lost.body["at"], lost.body["card"]["state_since"]);
        assert!(
            lost.body["at"].as_str().unwrap().starts_with("2026-11-24T10:00:00.00"),
            "{}",
            lost.body["at"]
        );
        let again = call(house, &fs, &card, "loss-reports", &by_eye()).await;
        assert_eq!(code(&again), (409, "card_lost"));
        assert_eq!(again.body["clause"], "A.4.1");
        let other = call(house, &fs, &card, "loss-reports/undo", &json!({})).await;
        assert_eq!(code(&other), (409, "reported_by_another"));
        let undone = call(house, &sd, &card, "loss-reports/undo", &json!({})).await;
        assert_eq!((undone.status, &undone.body["card"]["state"]), (StatusCode::OK, &json!("active")));
        assert_eq!(
            code(&call(house, &sd, &card, "loss-reports/undo", &json!({})).await),
            (409, "card_active")
        );

        let found = with(by_eye(), "reason", json!("found"));
        assert_eq!(code(&call(house, &fs, &card, "restorations", &found).await), (409, "card_active"));
        call(house, &sd, &card, "loss-reports", &by_eye()).await;
        let unknown = call(house, &fs, &card, "restorations", &with(by_eye(), "reason", json!("why"))).await;
        assert_eq!(
            (code(&unknown), &unknown.body["errors"][0]["field"]),
            ((422, "invalid"), &json!("reason"))
        );
        let nobody = call(house, &fs, &card, "restorations", &json!({ "reason": "found" })).await;
        assert_eq!(nobody.body["errors"][0]["field"], "identity_check.method");
        let restored = call(house, &fs, &card, "restorations", &found).await;
        assert_eq!((restored.status, &restored.body["card"]["state"]), (StatusCode::OK, &json!("active")));
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_call_centre_reports_a_loss_with_the_callers_answers() {
    on_both_databases(async |house| {
        let fs = token(house, house.fs_desk, &[Right::ReportLoss]).await;
        let card = document_card(house, 1).await;
        let number = resident_number(1, born(1990, 5, 6));
        let answers = |phone: &str| {
            json!({ "identity_check": { "method": "phone", "answers":
                { "birth_date": "1990-05-06", "document_end": number[14..], "phone": phone } } })
        };
        let wrong = call(house, &fs, &card, "loss-reports", &answers("9999")).await;
        assert_eq!(code(&wrong), (422, "phone_answers_wrong"));
        for secret in ["0001", &number[14..]] {
            assert!(!wrong.body.to_string().contains(secret), "{}", wrong.body);
        }
        for _ in 0..4 {
            call(house, &fs, &card, "loss-reports", &answers("9999")).await;
        }
        let locked = call(house, &fs, &card, "loss-reports", &answers("0001")).await;
        assert_eq!(code(&locked), (429, "too_many_tries"));
        house.clock.advance(chrono::TimeDelta::minutes(16));
        assert_eq!(call(house, &fs, &card, "loss-reports", &answers("0001")).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_cancelling_and_replacing_over_the_api() {
    on_both_databases(async |house| {
        let (fs, sd) = (token(house, house.fs_desk, &LIFE).await, token(house, house.sd_desk, &LIFE).await);
        let card = document_card(house, 1).await;
        let wish = with(by_eye(), "reason", json!("wish"));
        let checked = with(wish.clone(), "circulation_checked", json!(true));
        assert_eq!(
            code(&call(house, &sd, &card, "cancellations", &checked).await),
            (409, "issuing_library_only")
        );
        assert_eq!(
            code(&call(house, &fs, &card, "cancellations", &wish).await),
            (422, "circulation_not_checked")
        );
        house.circulation.tell(card.reader, Known::Standing(Standing { loans: 1, overdue: 0, charges: 120 }));
        let out = call(house, &fs, &card, "cancellations", &wish).await;
        assert_eq!(code(&out), (409, "loans_out"));
        assert_eq!(out.body["blockers"].as_array().unwrap().len(), 2);
        house.circulation.tell(card.reader, Known::Standing(Standing::default()));
        let first = keyed(house, &fs, &card, "cancellations", "c-1", &wish).await;
        assert_eq!((first.status, &first.body["card"]["state"]), (StatusCode::OK, &json!("cancelled")));
        let again = keyed(house, &fs, &card, "cancellations", "c-1", &wish).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(again.body["at"], first.body["at"]);
        let reused = keyed(house, &fs, &card, "loss-reports", "c-1", &by_eye()).await;
        assert_eq!(code(&reused), (422, "idempotency_key_reused"));

        let held = one_card(house, 2).await;
        let new = with(with(by_eye(), "barcode", json!("FS00000042")), "circulation_checked", json!(true));
        let replaced = call(house, &fs, &held, "replacements", &new).await;
        assert_eq!(replaced.status, StatusCode::CREATED, "{}", replaced.body);
        assert_eq!(replaced.headers[header::LOCATION], "/api/v1/cards/FS00000042");
        assert_eq!(
            (&replaced.body["card"]["number"], &replaced.body["old_card"]["state"]),
            (&json!("FS00000042"), &json!("cancelled"))
        );
        assert_eq!(code(&call(house, &fs, &held, "replacements", &new).await), (409, "card_replaced"));
        let old = get(house, &fs, &format!("/api/v1/cards/{}", held.number)).await.body;
        assert_eq!((&old["current_number"], &old["replaced_by"]), (&json!(false), &json!("FS00000042")));
        let new_card = get(house, &fs, "/api/v1/cards/FS00000042").await.body;
        assert_eq!((&new_card["current_number"], &new_card["replaced_by"]), (&json!(true), &Value::Null));
        assert_eq!(code(&call(house, &fs, &card, "replacements", &new).await).0, 409);
    })
    .await;
}

#[tokio::test]
async fn a_1_the_kind_is_changed_over_the_api_and_the_old_number_says_so() {
    on_both_databases(async |house| {
        let fs = token(house, house.fs_desk, &LIFE).await;
        let card = open(house, house.clerk(), child(1)).await.card;
        let to =
            |kind: &str, barcode: &str| with(with(by_eye(), "kind", json!(kind)), "barcode", json!(barcode));
        let alone = call(house, &fs, &card, "kind-changes", &to("one_card", "FS00000031")).await;
        assert_eq!((code(&alone), &alone.body["clause"]), ((422, "guardian_needed"), &json!("A.1")));
        let guardian = json!({ "method": "by_eye", "who": "guardian", "agent": { "document":
            { "type": "resident_id", "number": resident_number(10_001, born(1988, 1, 2)) } } });
        assert_eq!(
            code(&call(house, &fs, &card, "kind-changes", &to("document", "")).await),
            (409, "same_kind")
        );
        let by_guardian = with(to("one_card", "FS00000031"), "identity_check", guardian);
        let changed = call(house, &fs, &card, "kind-changes", &by_guardian).await;
        assert_eq!((changed.status, &changed.body["card"]["number"]), (StatusCode::OK, &json!("FS00000031")));
        for (number, current) in [(card.number.as_str(), false), ("FS00000031", true)] {
            let shown = get(house, &fs, &format!("/api/v1/cards/{number}")).await.body;
            assert_eq!((&shown["number"], &shown["current_number"]), (&json!("FS00000031"), &json!(current)));
        }
        let adult = document_card(house, 2).await;
        let refused = call(house, &fs, &adult, "kind-changes", &to("one_card", "FS00000032")).await;
        assert_eq!(code(&refused), (422, "document_is_the_card"));
    })
    .await;
}

#[tokio::test]
async fn c_6_3_what_stands_against_each_service_is_told_before_it_is_asked_for() {
    on_both_databases(async |house| {
        let (fs, sd) = (token(house, house.fs_desk, &LIFE).await, token(house, house.sd_desk, &LIFE).await);
        let card = one_card(house, 1).await;
        let look = async |token: &str| {
            let answer = get(house, token, &format!("/api/v1/cards/{}/blockers", card.number)).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            answer.body
        };
        let service = |body: &Value, name: &str| {
            let found = body["services"].as_array().unwrap().iter().find(|each| each["service"] == name);
            found.unwrap().clone()
        };
        let here = look(&fs).await;
        assert_eq!(here["circulation"]["state"], "not_configured");
        assert_eq!(
            (&service(&here, "cancel")["possible"], &service(&here, "cancel")["needs_circulation_check"]),
            (&json!(true), &json!(true))
        );
        assert_eq!(service(&here, "restore")["blockers"][0]["code"], "card_active");
        let there = look(&sd).await;
        let replace = service(&there, "replace");
        assert_eq!(
            (&replace["possible"], &replace["blockers"][0]["code"], &replace["blockers"][0]["clause"]),
            (&json!(false), &json!("issuing_library_only"), &json!("6.3.3"))
        );
        assert_eq!(service(&there, "refer")["possible"], true);
        let sent = call(house, &sd, &card, "referrals", &with(by_eye(), "service", json!("replace"))).await;
        assert_eq!((sent.status, &sent.body["service"]), (StatusCode::OK, &json!("refer")));

        // A token of a machine: what it may not, and what its door does not allow.
        let kiosk = token(house, house.fs_kiosk, &[Right::FindReaders, Right::ReportLoss]).await;
        let machine = look(&kiosk).await;
        assert_eq!(service(&machine, "report_loss")["possible"], true);
        let cancel = service(&machine, "cancel");
        assert_eq!((&cancel["allowed"], &cancel["right"]), (&json!(false), &json!("cancel_cards")));
        assert_eq!(cancel["blockers"][0]["code"], "at_desk_only");
        let by_eye = call(house, &kiosk, &card, "loss-reports", &by_eye()).await;
        assert_eq!(by_eye.body["errors"][0]["field"], "identity_check.method");
        let blind = token(house, house.fs_desk, &[Right::OpenCards]).await;
        assert_eq!(
            code(&get(house, &blind, &format!("/api/v1/cards/{}/blockers", card.number)).await).0,
            403
        );
        assert_eq!(code(&get(house, &fs, "/api/v1/cards/FS99999999/blockers").await), (404, "not_found"));
        let none = post(house, &fs, "/api/v1/cards/FS99999999/loss-reports", &json!({})).await;
        assert_eq!(code(&none).0, 422);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_an_agents_authorization_is_larger_than_other_requests_and_is_looked_at() {
    use base64::Engine as _;
    on_both_databases(async |house| {
        let fs = token(house, house.fs_desk, &LIFE).await;
        let card = document_card(house, 1).await;
        let body = |file: &[u8]| {
            json!({ "identity_check": {
                "method": "by_eye",
                "who": "agent",
                "agent": { "name": "李四", "document": { "type": "resident_id", "number": resident_number(9, born(1970, 1, 2)) } },
                "principal": { "document": { "type": "resident_id", "number": resident_number(1, born(1990, 5, 6)) } },
                "authorization": base64::engine::general_purpose::STANDARD.encode(file),
            }})
        };
        let other = call(house, &fs, &card, "loss-reports", &body(b"<svg>")).await;
        assert_eq!(other.body["errors"][0]["field"], "identity_check.authorization", "{}", other.body);
        let mut scan = b"%PDF-1.7 ".to_vec();
        scan.resize(299_994, b'x');
        scan.extend(b" %%EOF");
        let done = call(house, &fs, &card, "loss-reports", &body(&scan)).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let papers = house.tamper("DELETE FROM attachments WHERE purpose = 'authorization' AND size = 300000");
        assert_eq!(papers.await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_every_service_on_a_card_wants_a_token_with_its_right() {
    on_both_databases(async |house| {
        let description = serde_json::to_value(web::api::description()).unwrap();
        let blind = token(house, house.fs_desk, &[]).await;
        let card = document_card(house, 1).await;
        let mut seen = 0;
        for (path, methods) in description["paths"].as_object().unwrap() {
            let Some(service) = path.strip_prefix("/api/v1/cards/{number}/") else { continue };
            for method in methods.as_object().unwrap().keys() {
                seen += 1;
                let path = format!("/api/v1/cards/{}/{service}", card.number);
                let send = async |token: &str| {
                    let body = with(
                        full(),
                        "reason",
                        json!(if service == "restorations" { "found" } else { "wish" }),
                    );
                    let request = request(&method.to_uppercase(), &path, token);
                    ask(house, request.body(Body::from(body.to_string())).unwrap()).await
                };
                assert_eq!(send("nonsense").await.status, StatusCode::UNAUTHORIZED, "{path}");
                // Who may do nothing is not told what there is.
                let status = send(&blind).await.status;
                assert!(
                    status == StatusCode::NOT_FOUND || status == StatusCode::FORBIDDEN,
                    "{path}: {status}"
                );
            }
        }
        assert_eq!(seen, 9);
    })
    .await;
}

/// Something that each of them can read.
fn full() -> Value {
    json!({
        "identity_check": { "method": "by_eye" },
        "kind": "one_card",
        "barcode": "FS00000001",
        "service": "cancel",
        "circulation_checked": true,
    })
}
