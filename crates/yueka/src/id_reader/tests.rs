//! The contract of docs/id-reader-bridge.md, as the simulator keeps it.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use documents::IdentityDocument;
use documents::chip::{ChipRecord, ChipVariant};
use http_body_util::BodyExt;
use service::kernel::Clock;
use tower::ServiceExt;

use super::*;

const PAGE: &str = "http://desk.example.org";

fn simulator() -> Router {
    router(SocketAddr::from(([127, 0, 0, 1], 8091)), vec![PAGE.to_owned()])
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

async fn ask(simulator: &Router, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "127.0.0.1:8091");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = simulator.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn choose(simulator: &Router, body: &str) -> StatusCode {
    let form = [("content-type", "application/x-www-form-urlencoded"), ("origin", "http://127.0.0.1:8091")];
    ask(simulator, "POST", "/simulator/reader", &form, body).await.status
}

#[tokio::test]
async fn c_6_1_1_every_card_with_a_chip_can_be_put_on_the_simulated_reader() {
    let simulator = simulator();
    let list = ask(&simulator, "GET", "/simulator/people", &[], "").await.json();
    assert_eq!(list["on_reader"], "adult");
    let today = Clock::system().today();
    let mut variants = BTreeSet::new();
    for person in list["people"].as_array().unwrap() {
        for framed in ["", "&framed=on"] {
            let key = person["person"].as_str().unwrap();
            assert_eq!(choose(&simulator, &format!("person={key}{framed}")).await, StatusCode::SEE_OTHER);
            let answer = ask(&simulator, "POST", "/v1/read", &[("origin", PAGE)], "").await;
            let record = ChipRecord::parse_text(answer.json()["record"].as_str().unwrap()).unwrap();
            assert_eq!(record.name, person["name"].as_str().unwrap());
            let documents: Vec<IdentityDocument> =
                record.identity_documents(today).collect::<Result<_, _>>().unwrap();
            assert!(!documents.is_empty(), "{key}");
            assert!(record.address.is_some() || record.english_name.is_some(), "{key}");
            variants.insert(record.variant);
        }
    }
    let all = [
        ChipVariant::Citizen,
        ChipVariant::HmtPermit,
        ChipVariant::PermanentResident2017,
        ChipVariant::PermanentResident2023,
    ];
    assert_eq!(variants.into_iter().collect::<Vec<_>>(), all);
    let page = ask(&simulator, "GET", "/", &[], "").await;
    assert!(page.text.contains("王𠮷") && !page.text.contains('{'), "{}", page.text);
}

#[tokio::test]
async fn c_4_2_1_the_photo_comes_with_the_record_it_belongs_to() {
    let simulator = simulator();
    let mut seen = BTreeSet::new();
    for person in ["adult", "child", "macao"] {
        choose(&simulator, &format!("person={person}")).await;
        let record = ask(&simulator, "POST", "/v1/read", &[("origin", PAGE)], "").await.json();
        let answer = ask(&simulator, "POST", "/v1/photo", &[("origin", PAGE)], "").await.json();
        assert_eq!(answer["record"], record["record"], "{person}");
        let photo = STANDARD.decode(answer["photo"].as_str().unwrap()).unwrap();
        assert!(photo.starts_with(b"\x89PNG\r\n") && photo.len() < 64 * 1024, "{person}");
        seen.insert(photo);
    }
    assert_eq!(seen.len(), 3, "each has a face of their own");
    choose(&simulator, "fault=no_document").await;
    let failed = ask(&simulator, "POST", "/v1/photo", &[("origin", PAGE)], "").await;
    assert_eq!((failed.status, failed.json()["code"].as_str()), (StatusCode::CONFLICT, Some("no_document")));
    let evil = ask(&simulator, "POST", "/v1/photo", &[("origin", "http://evil.example.org")], "").await;
    assert_eq!(evil.status, StatusCode::FORBIDDEN);
    assert!(!evil.text.contains("photo"));
}

#[tokio::test]
async fn only_known_pages_may_read_and_no_name_that_was_turned_here() {
    let simulator = simulator();
    let preflight = [
        ("origin", PAGE),
        ("access-control-request-method", "POST"),
        ("access-control-request-private-network", "true"),
    ];
    let allowed = ask(&simulator, "OPTIONS", "/v1/read", &preflight, "").await;
    assert_eq!(allowed.status, StatusCode::NO_CONTENT);
    assert_eq!(allowed.headers["access-control-allow-origin"], PAGE);
    assert_eq!(allowed.headers["access-control-allow-private-network"], "true");
    assert_eq!(ask(&simulator, "POST", "/v1/read", &[], "").await.status, StatusCode::OK, "a local program");

    let evil = ("origin", "http://evil.example.org");
    let own = ("origin", PAGE);
    for (method, path, headers, status) in [
        ("OPTIONS", "/v1/read", vec![evil], 403),
        ("POST", "/v1/read", vec![evil], 403),
        ("GET", "/v1/status", vec![evil], 403),
        ("POST", "/v1/read", vec![("origin", "null")], 403),
        ("GET", "/v1/status", vec![("sec-fetch-site", "cross-site")], 403),
        ("POST", "/simulator/reader", vec![own], 403),
        ("POST", "/simulator/reader", vec![evil], 403),
        ("POST", "/v1/read", vec![own, ("host", "evil.example.org:8091")], 421),
        ("POST", "/v1/read", vec![own, ("host", "127.0.0.1:80")], 421),
    ] {
        let refused = ask(&simulator, method, path, &headers, "person=adult").await;
        assert_eq!(refused.status, status, "{method} {path} {headers:?}");
        assert!(!refused.headers.contains_key("access-control-allow-origin"));
        assert!(!refused.text.contains("record"));
    }
}

#[tokio::test]
async fn what_goes_wrong_has_a_code_and_words_in_three_languages() {
    let simulator = simulator();
    for (fault, status, state) in [
        ("no_document", 409, "no_document"),
        ("busy", 409, "error"),
        ("read_failed", 502, "ready"),
        ("device_missing", 503, "error"),
    ] {
        assert_eq!(choose(&simulator, &format!("fault={fault}")).await, StatusCode::SEE_OTHER);
        let mut told = BTreeSet::new();
        for language in ["zh-CN,zh;q=0.9", "zh-TW", "en-GB"] {
            let headers = [("origin", PAGE), ("accept-language", language)];
            let answer = ask(&simulator, "POST", "/v1/read", &headers, "").await;
            assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (status, fault));
            told.insert(answer.json()["message"].as_str().unwrap().to_owned());
        }
        assert_eq!(told.len(), 3);
        assert_eq!(ask(&simulator, "GET", "/v1/status", &[], "").await.json()["state"], state);
    }
    choose(&simulator, "fault=damaged").await;
    let answer = ask(&simulator, "POST", "/v1/read", &[], "").await;
    assert!(ChipRecord::parse_text(answer.json()["record"].as_str().unwrap()).is_err());
    assert_eq!(choose(&simulator, "fault=fire").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(choose(&simulator, "person=adult").await, StatusCode::SEE_OTHER, "it works again");
    assert_eq!(ask(&simulator, "GET", "/v1/status", &[], "").await.json()["state"], "ready");
}
