//! The JSON API as a caller meets it: in-process, on both databases.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use service::kernel::Right;
use service::records;
use service::staff::{self, NewToken};
use service::testing::{House, born, child, on_both_databases, resident_number};
use tower::ServiceExt;

use crate::running::{adult_json, desk_token};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

pub async fn ask(house: &House, request: Request<Body>) -> Answer {
    let router = web::router(house.service.clone(), web::WebOptions::default());
    let response = router.oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    if status.is_client_error() || status.is_server_error() {
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json", "{status}");
        assert_eq!(body["status"], status.as_u16());
        assert!(
            body["code"].is_string() && body["detail"].as_str().is_some_and(|text| !text.is_empty()),
            "{body}"
        );
    }
    Answer { status, headers, body }
}

pub fn request(method: &str, path: &str, token: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
}

pub async fn post(house: &House, token: &str, path: &str, body: &Value) -> Answer {
    send(house, "POST", token, path, body).await
}

async fn open(house: &House, token: &str, body: &Value) -> Answer {
    post(house, token, "/api/v1/cards", body).await
}

pub async fn send(house: &House, method: &str, token: &str, path: &str, body: &Value) -> Answer {
    ask(house, request(method, path, token).body(Body::from(body.to_string())).unwrap()).await
}

pub async fn get(house: &House, token: &str, path: &str) -> Answer {
    ask(house, request("GET", path, token).body(Body::empty()).unwrap()).await
}

fn one_card(serial: u32, kind: &str, number: &str) -> Value {
    let mut body = adult_json(serial);
    body["kind"] = json!("one_card");
    body["barcode"] = json!(format!("FS{serial:08}"));
    body["document"] = json!({ "type": kind, "number": number });
    body["reader"]["birth_date"] = json!("1985-07-08");
    body
}

fn child_json(serial: u32) -> Value {
    let mut body = adult_json(serial);
    body["document"]["number"] = json!(child(serial).documents[0].number);
    body["reader"]["birth_date"] = json!("2017-03-09");
    body["guardian"] = json!({
        "name": "陈监护",
        "phone": "13900001111",
        "document": { "type": "resident_id", "number": resident_number(serial + 10_000, born(1988, 1, 2)) },
        "consent": true,
    });
    body
}

#[tokio::test]
async fn a_2_1_a_card_is_opened_and_looked_up_over_the_api() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let opened = open(house, &token, &adult_json(1)).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.body);
        let body = &opened.body;
        assert_eq!((&body["kind"], &body["state"]), (&json!("document"), &json!("active")));
        assert_eq!(body["issuing_library"]["code"], "FS");
        assert_eq!(body["opened_at"], "2026-11-24T10:00:00+08:00");
        assert_eq!(body["default_password"], true);
        let number = body["number"].as_str().unwrap();
        assert_eq!(opened.headers[header::LOCATION], format!("/api/v1/cards/{number}"));
        for secret in [resident_number(1, born(1990, 5, 6)).as_str(), "13900000001"] {
            assert!(!body.to_string().contains(secret), "{secret} is told");
        }
        let shown = get(house, &token, &format!("/api/v1/cards/{number}")).await;
        assert_eq!((shown.status, &shown.body["reader"]["id"]), (StatusCode::OK, &body["reader"]["id"]));
        assert_eq!(get(house, &token, "/api/v1/cards/0757000000000000").await.status, StatusCode::NOT_FOUND);

        let search =
            json!({ "document": { "type": "resident_id", "number": resident_number(1, born(1990, 5, 6)) } });
        let found = post(house, &token, "/api/v1/readers/search", &search).await;
        assert_eq!(found.body["readers"][0]["card"]["number"], number);
        assert_eq!(post(house, &token, "/api/v1/readers/search", &json!({})).await.status, 422);
        let me = get(house, &token, "/api/v1/me").await;
        assert_eq!((&me.body["service_point"], &me.body["channel"]), (&json!("D1"), &json!("desk")));
    })
    .await;
}

#[tokio::test]
async fn a_1_the_api_refuses_a_second_card_and_says_which_there_is() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let first = open(house, &token, &adult_json(1)).await.body;
        let second = open(house, &token, &adult_json(1)).await;
        assert_eq!(
            (second.status, &second.body["code"]),
            (StatusCode::CONFLICT, &json!("already_holds_card"))
        );
        let card = &second.body["blockers"][0]["card"];
        assert_eq!((&card["number"], &card["issuing_library"]["code"]), (&first["number"], &json!("FS")));
        assert!(second.body["clause"].is_string());

        // A token that may not find readers is not told the number.
        let new =
            NewToken { name: "t".to_owned(), service_point: house.sd_desk, rights: vec![Right::OpenCards] };
        let blind =
            house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap();
        let told = open(house, &blind, &adult_json(1)).await.body;
        assert_eq!(told["blockers"][0]["card"]["number"], Value::Null);
        let number = first["number"].as_str().unwrap();
        let refused = get(house, &blind, &format!("/api/v1/cards/{number}")).await;
        assert_eq!((refused.status, &refused.body["code"]), (StatusCode::FORBIDDEN, &json!("forbidden")));
    })
    .await;
}

#[tokio::test]
async fn a_1_table_a1_holds_at_the_api() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let mut adult = adult_json(1);
        adult["kind"] = json!("one_card");
        adult["barcode"] = json!("FS00000001");
        let refused = open(house, &token, &adult).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("document_is_the_card"))
        );
        assert_eq!(refused.body["clause"], "A.1");

        let mut passport = one_card(2, "passport", &documents::synthetic::passport(2));
        passport["document"]["issuing_country"] = json!("PRT");
        assert_eq!(open(house, &token, &passport).await.status, StatusCode::CREATED);
        passport["kind"] = json!("document");
        passport["barcode"] = Value::Null;
        passport["document"]["number"] = json!(documents::synthetic::passport(3));
        passport["duplicates_seen"] = json!(true);
        assert_eq!(open(house, &token, &passport).await.body["code"], "document_cannot_be_card");

        assert_eq!(open(house, &token, &child_json(4)).await.status, StatusCode::CREATED);
        let mut kiosk = adult_json(5);
        kiosk["channel"] = json!("self_service");
        assert_eq!(open(house, &token, &kiosk).await.status, StatusCode::CREATED);
        let mut alone = child_json(6);
        alone["channel"] = json!("self_service");
        assert_eq!(open(house, &token, &alone).await.body["code"], "minor_at_desk_only");

        // A kiosk can't claim that a clerk saw the person.
        let new =
            NewToken { name: "k".to_owned(), service_point: house.fs_kiosk, rights: vec![Right::OpenCards] };
        let token =
            house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap();
        let claimed = open(house, &token, &one_card(7, "other", "DEMO-7")).await;
        assert_eq!(
            (claimed.status, &claimed.body["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("channel"))
        );
    })
    .await;
}

#[tokio::test]
async fn c_7_an_idempotency_key_gives_the_first_answer_again() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let send = async |key: &str, body: &Value| {
            let request = request("POST", "/api/v1/cards", &token).header("idempotency-key", key);
            ask(house, request.body(Body::from(body.to_string())).unwrap()).await
        };
        let first = send("key-1", &adult_json(1)).await;
        let again = send("key-1", &adult_json(1)).await;
        assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(first.body["number"], again.body["number"]);
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let other = send("key-1", &adult_json(2)).await;
        assert_eq!(
            (other.status, &other.body["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("idempotency_key_reused"))
        );
        assert_eq!(send(&"k".repeat(201), &adult_json(3)).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_without_a_token_that_works_nothing_is_answered() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        for wrong in ["", "yk_x", &token[..token.len() - 1]] {
            let answer = open(house, wrong, &adult_json(1)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
        }
        let id =
            house.service.read(house.system(), async |op| staff::list_tokens(op).await).await.unwrap()[0].id;
        house.service.write(house.system(), async |op| staff::revoke_token(op, id).await).await.unwrap();
        assert_eq!(open(house, &token, &adult_json(1)).await.status, StatusCode::UNAUTHORIZED);
    })
    .await;
}

/// Changes one value of a request: a path of names, the new value.
fn with(mut body: Value, path: &str, value: Value) -> Value {
    let pointer = format!("/{}", path.replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
    body
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn b_bad_input_is_told_at_its_field_and_never_breaks_anything() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let good = resident_number(1, born(1990, 5, 6));
        let long = |count: usize| "长".repeat(count);
        let number = |text: &str| (("document.number", json!(text)), "document.number");
        let mut swapped = good.clone().into_bytes();
        swapped.swap(14, 16);
        let swapped = String::from_utf8(swapped).unwrap();
        let swapped = if swapped == good { format!("{}0", &good[..17]) } else { swapped };
        let mut rows: Vec<((&str, Value), &str)> = vec![
            // Documents.
            number(""),
            number("   "),
            number("5"),
            number(&good[..17]),
            number(&format!("{good}1")),
            number(&swapped),
            number(&format!("{}A", &good[..17])),
            number(&good.replace("19900506", "19901306")),
            number(&good.replace("19900506", "19900231")),
            number(&good.replace("19900506", "20990506")),
            number("<script>alert(1)</script>"),
            number("'; DROP TABLE cards; --"),
            number("身份证号码"),
            number(&"9".repeat(5000)),
            number("\u{0}\u{0}\u{0}"),
            number("🪪🪪🪪"),
            number("99010119900506"),
            number("000000000000000"),
            (("document.number", json!(590_101)), "document.number"),
            (("document.number", json!(["x"])), "document.number"),
            (("document.number", Value::Null), "document.number"),
            (("document", json!("590101")), "document"),
            (("document", Value::Null), "document.number"),
            (("document.type", json!("")), "document.type"),
            (("document.type", json!("driving_licence")), "document.type"),
            (("document.type", json!(1)), "document.type"),
            (("document.type", json!("RESIDENT_ID")), "document.type"),
            (("document.type", json!("passport")), "document.number"),
            (("document.type", json!("other")), "document.number"),
            (("document", json!({ "type": "passport", "number": "SYN000001" })), "document.issuing_country"),
            (("document.type", json!("hk_macao_permit")), "document.number"),
            (("document.type", json!("permanent_resident")), "document.number"),
            (("document.type", json!("hmt_residence_permit")), "document.number"),
            (("document.valid_until", json!("2020-01-01")), "document.valid_until"),
            (("document.valid_until", json!("soon")), "document.valid_until"),
            (("document.valid_until", json!("2026-02-30")), "document.valid_until"),
            (("documents", json!([{ "type": "resident_id", "number": "1" }])), "document.number"),
            // The reader.
            (("reader", json!([])), "reader"),
            (("reader.name", json!("")), "reader.name"),
            (("reader.name", json!("  \t ")), "reader.name"),
            (("reader.name", json!("张三1")), "reader.name"),
            (("reader.name", json!("张\u{0}三")), "reader.name"),
            (("reader.name", json!("张\u{202e}三")), "reader.name"),
            (("reader.name", json!("😀")), "reader.name"),
            (("reader.name", json!("····")), "reader.name"),
            (("reader.name", json!(long(51))), "reader.name"),
            (("reader.name", json!({ "first": "三" })), "reader.name"),
            (("reader.sex", json!("f")), "reader.sex"),
            (("reader.sex", json!(0)), "reader.sex"),
            (("reader.birth_date", json!("06-05-1990")), "reader.birth_date"),
            (("reader.birth_date", json!("1990-05-07")), "reader.birth_date"),
            (("reader.birth_date", json!("1990-02-30")), "reader.birth_date"),
            (("reader.birth_date", json!("九〇年五月")), "reader.birth_date"),
            (("reader.birth_date", json!(19_900_506)), "reader.birth_date"),
            (("reader.phone", json!("")), "reader.phone"),
            (("reader.phone", json!("12345")), "reader.phone"),
            (("reader.phone", json!("12345678901")), "reader.phone"),
            (("reader.phone", json!("1390000000a")), "reader.phone"),
            (("reader.phone", json!("+".repeat(40))), "reader.phone"),
            (("reader.phone", json!("9".repeat(4000))), "reader.phone"),
            (("reader.phone", json!(13_900_000_001_u64)), "reader.phone"),
            (("reader.email", json!("nobody")), "reader.email"),
            (("reader.email", json!("a@b")), "reader.email"),
            (("reader.email", json!("a b@example.org")), "reader.email"),
            (("reader.email", json!(format!("{}@example.org", "a".repeat(200)))), "reader.email"),
            (("reader.address", json!(long(201))), "reader.address"),
            (("reader.address", json!("季华\u{7}路")), "reader.address"),
            (("reader.workplace", json!(long(101))), "reader.workplace"),
            // The card and the check.
            (("kind", json!("")), "kind"),
            (("kind", json!("gold")), "kind"),
            (("kind", json!(true)), "kind"),
            (("kind", json!("one_card")), "barcode"),
            (("barcode", json!("FS00000001")), "barcode"),
            (("channel", json!("fax")), "channel"),
            (("channel", json!(7)), "channel"),
            (("identity_check", Value::Null), "identity_check.method"),
            (("identity_check.method", json!("guess")), "identity_check.method"),
            (("identity_check.agent", json!("somebody")), "identity_check.agent"),
        ];
        assert!(rows.len() >= 60, "{}", rows.len());
        let minor = |path: &'static str, value: Value| (path, value);
        for ((path, value), field) in rows.drain(..) {
            refused_at(house, &token, &with(adult_json(1), path, value), field).await;
        }
        for ((path, value), field) in [
            (minor("guardian", Value::Null), "guardian.name"),
            (minor("guardian.consent", json!(false)), "guardian.consent"),
            (minor("guardian.consent", json!("yes")), "guardian.consent"),
            (minor("guardian.phone", json!("1")), "guardian.phone"),
            (minor("guardian.document", Value::Null), "guardian.document.type"),
            (minor("guardian.document.number", json!("1")), "guardian.document.number"),
            (
                minor("guardian.document.number", json!(child(1).documents[0].number)),
                "guardian.document.number",
            ),
        ] {
            refused_at(house, &token, &with(child_json(1), path, value), field).await;
        }

        for (kind, body, status) in [
            ("application/json", "{", 400),
            ("application/json", "", 400),
            ("application/json", "\u{feff}{}", 400),
            ("text/plain", "{}", 415),
            ("application/x-www-form-urlencoded", "kind=document", 415),
            ("application/json", "[]", 422),
            ("application/json", "null", 422),
            ("application/json", "{}", 422),
        ] {
            let mut request = request("POST", "/api/v1/cards", &token).body(Body::from(body)).unwrap();
            request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
            assert_eq!(ask(house, request).await.status, status, "{kind} {body}");
        }
        let huge = Body::from(format!("{{\"kind\": \"{}\"}}", "x".repeat(70_000)));
        let answer = ask(house, request("POST", "/api/v1/readers/search", &token).body(huge).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);

        // Nothing of all that was written; and the good one goes through.
        let log = house
            .service
            .read(house.system(), async |op| records::recent_access(op, &[house.fs], None, 10).await)
            .await
            .unwrap();
        assert!(log.is_empty());
        for (serial, name) in [(1, "𠮷"), (2, "阿卜杜热西提·买买提"), (3, &*"名".repeat(50)), (4, "㙍𠮷𡥧")]
        {
            let body = with(adult_json(serial), "reader.name", json!(name));
            let opened = open(house, &token, &body).await;
            assert_eq!((opened.status, &opened.body["reader"]["name"]), (StatusCode::CREATED, &json!(name)));
        }
        let lenient = with(
            adult_json(5),
            "document.number",
            json!(format!(" {} ", full_width(&resident_number(5, born(1990, 5, 6))))),
        );
        assert_eq!(open(house, &token, &lenient).await.status, StatusCode::CREATED);
    })
    .await;
}

fn full_width(text: &str) -> String {
    text.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect()
}

async fn refused_at(house: &House, token: &str, body: &Value, field: &str) {
    let mut messages = Vec::new();
    for language in ["zh-CN", "zh-TW", "en"] {
        let mut request = request("POST", "/api/v1/cards", token).body(Body::from(body.to_string())).unwrap();
        request.headers_mut().insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        let answer = ask(house, request).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", answer.body);
        let errors = answer.body["errors"].as_array().unwrap_or_else(|| panic!("{field}: {}", answer.body));
        let told = errors.iter().find(|error| error["field"] == field);
        let told = told.unwrap_or_else(|| panic!("{field} is not named: {}", answer.body));
        let message = told["message"].as_str().unwrap().to_owned();
        assert!(!message.is_empty() && !message.contains("problem-"), "{field}: {message}");
        messages.push(message);
    }
    assert_ne!(messages[0], messages[2], "{field}: English");
}

#[tokio::test]
async fn c_6_1_3_2_the_api_refuses_a_possible_duplicate_until_somebody_looked() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        assert_eq!(open(house, &token, &adult_json(1)).await.status, StatusCode::CREATED);
        let mut namesake = adult_json(1);
        namesake["document"]["number"] = json!(resident_number(2, born(1990, 5, 6)));
        let refused = open(house, &token, &namesake).await;
        assert_eq!(
            (refused.status, &refused.body["code"], &refused.body["clause"]),
            (StatusCode::CONFLICT, &json!("possible_duplicate"), &json!("6.1.3.2"))
        );
        namesake["duplicates_seen"] = json!(true);
        let opened = open(house, &token, &namesake).await;
        assert_eq!((opened.status, &opened.body["possible_duplicates"]), (StatusCode::CREATED, &json!(1)));
    })
    .await;
}

#[tokio::test]
async fn b_what_is_missing_is_named_all_at_once() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let named = |answer: &Answer| -> Vec<String> {
            let errors = answer.body["errors"].as_array().unwrap();
            errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
        };
        let empty = open(house, &token, &json!({ "kind": "document" })).await;
        assert_eq!(
            named(&empty),
            [
                "identity_check.method",
                "document.type",
                "document.number",
                "reader.name",
                "reader.sex",
                "reader.phone"
            ]
        );
        assert!(named(&open(house, &token, &json!({})).await).contains(&"kind".to_owned()));
        let mut minor = child_json(1);
        minor["guardian"] = Value::Null;
        minor["reader"]["name"] = Value::Null;
        minor["kind"] = json!("gold");
        let minor = named(&open(house, &token, &minor).await);
        for field in ["kind", "reader.name", "guardian.name", "guardian.document.number", "guardian.consent"]
        {
            assert!(minor.contains(&field.to_owned()), "{field} in {minor:?}");
        }

        let passport = one_card(2, "passport", &documents::synthetic::passport(2));
        assert_eq!(named(&open(house, &token, &passport).await), ["document.issuing_country"]);
    })
    .await;
}

#[tokio::test]
async fn b_what_is_odd_is_told_with_the_card() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let plain = open(house, &token, &adult_json(1)).await.body;
        let told = |body: &Value| -> Vec<(String, String)> {
            let told = body["warnings"].as_array().unwrap().iter();
            told.map(|each| {
                (each["field"].as_str().unwrap().to_owned(), each["code"].as_str().unwrap().to_owned())
            })
            .collect()
        };
        assert!(!told(&plain).iter().any(|(field, _)| field == "reader.sex"));
        let mut other_sex = adult_json(2);
        other_sex["reader"]["sex"] = json!("male");
        let other_sex = open(house, &token, &other_sex).await;
        assert_eq!(other_sex.status, StatusCode::CREATED);
        assert!(told(&other_sex.body).contains(&("reader.sex".to_owned(), "sex_differs".to_owned())));
        let message = other_sex.body["warnings"].as_array().unwrap().last().unwrap()["message"].to_string();
        assert!(!message.contains("warning-"), "{message}");

        let mut old = documents::synthetic::permanent_resident_old(
            7,
            "PRT",
            born(1985, 7, 8),
            documents::Sex::Female,
            1,
        );
        let last = old.pop().unwrap().to_digit(10).unwrap();
        old.push_str(&((last + 1) % 10).to_string());
        let mut resident = adult_json(3);
        resident["document"] = json!({ "type": "permanent_resident", "number": old });
        resident["reader"]["birth_date"] = json!("1985-07-08");
        let request = request("POST", "/api/v1/cards", &token).header("idempotency-key", "odd");
        let opened = ask(house, request.body(Body::from(resident.to_string())).unwrap()).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.body);
        let warning = ("document.number".to_owned(), "old_permanent_resident_check".to_owned());
        assert!(told(&opened.body).contains(&warning), "{}", opened.body);
        // The answer to a repeated call says the same.
        let again = request_again(house, &token, "odd", &resident).await;
        assert_eq!(again.body["warnings"], opened.body["warnings"]);
    })
    .await;
}

async fn request_again(house: &House, token: &str, key: &str, body: &Value) -> Answer {
    let request = request("POST", "/api/v1/cards", token).header("idempotency-key", key);
    ask(house, request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn c_4_2_a_search_finds_a_passport_without_its_country() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let number = documents::synthetic::passport(2);
        let mut passport = one_card(2, "passport", &number);
        passport["document"]["issuing_country"] = json!("PRT");
        assert_eq!(open(house, &token, &passport).await.status, StatusCode::CREATED);
        for search in [
            json!({ "query": number }),
            json!({ "document": { "type": "passport", "number": number } }),
            json!({ "document": { "type": "passport", "number": number, "issuing_country": "PRT" } }),
        ] {
            let found = post(house, &token, "/api/v1/readers/search", &search).await;
            assert_eq!(found.body["readers"].as_array().unwrap().len(), 1, "{}", found.body);
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too_and_sentences_are_ended() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let odd = get(house, &token, "/api/v1/cards/%ff").await;
        assert_eq!((odd.status, &odd.body["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")));
        assert_eq!(odd.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(open(house, &token, &adult_json(1)).await.status, StatusCode::CREATED);
        let told = open(house, &token, &adult_json(1)).await.body;
        let detail = told["detail"].as_str().unwrap();
        assert!(
            detail.ends_with('。') && detail.matches('。').count() >= 2 && !detail.contains(' '),
            "{detail}"
        );
    })
    .await;
}
