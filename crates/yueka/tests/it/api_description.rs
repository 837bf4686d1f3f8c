//! The description of the API: whole, sound, and where it is looked for.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use service::testing::on_both_databases;

use crate::api::ask;

#[tokio::test]
async fn the_description_is_openapi_3_1_and_has_every_route() {
    on_both_databases(async |house| {
        let request = Request::builder().uri("/api/openapi.json").body(Body::empty()).unwrap();
        let described = ask(house, request).await;
        assert!(
            described.body["openapi"].as_str().unwrap().starts_with("3.1"),
            "{}",
            described.body["openapi"]
        );
        let routes: Vec<&String> = described.body["paths"].as_object().unwrap().keys().collect();
        let expected = [
            "/api/v1/applications",
            "/api/v1/applications/{id}",
            "/api/v1/applications/{id}/decisions",
            "/api/v1/applications/{id}/photos/{side}",
            "/api/v1/campaigns",
            "/api/v1/campaigns/{id}",
            "/api/v1/campaigns/{id}/result",
            "/api/v1/cards",
            "/api/v1/cards/{number}",
            "/api/v1/cards/{number}/blockers",
            "/api/v1/cards/{number}/cancellations",
            "/api/v1/cards/{number}/kind-changes",
            "/api/v1/cards/{number}/loss-confirmations",
            "/api/v1/cards/{number}/loss-reports",
            "/api/v1/cards/{number}/loss-reports/undo",
            "/api/v1/cards/{number}/referrals",
            "/api/v1/cards/{number}/replacements",
            "/api/v1/cards/{number}/restorations",
            "/api/v1/charges/{id}/waivers",
            "/api/v1/ecard/keys",
            "/api/v1/gates/allow-list",
            "/api/v1/group-batches",
            "/api/v1/group-batches/{id}",
            "/api/v1/group-batches/{id}/confirmations",
            "/api/v1/group-batches/{id}/consents",
            "/api/v1/group-batches/{id}/decisions",
            "/api/v1/group-batches/{id}/hand-overs",
            "/api/v1/group-batches/{id}/lists",
            "/api/v1/group-batches/{id}/pauses",
            "/api/v1/group-batches/{id}/report",
            "/api/v1/group-batches/{id}/resumptions",
            "/api/v1/group-batches/{id}/rows",
            "/api/v1/group-batches/{id}/withdrawals",
            "/api/v1/group-units",
            "/api/v1/items",
            "/api/v1/items/{barcode}",
            "/api/v1/loans",
            "/api/v1/loans/{id}/renewals",
            "/api/v1/me",
            "/api/v1/merges",
            "/api/v1/merges/{id}",
            "/api/v1/readers/search",
            "/api/v1/readers/{id}",
            "/api/v1/readers/{id}/blocks",
            "/api/v1/readers/{id}/blocks/{block}",
            "/api/v1/readers/{id}/charges",
            "/api/v1/readers/{id}/documents",
            "/api/v1/readers/{id}/documents/{document}",
            "/api/v1/readers/{id}/export",
            "/api/v1/readers/{id}/guardians",
            "/api/v1/readers/{id}/loans",
            "/api/v1/readers/{id}/messages",
            "/api/v1/readers/{id}/notes",
            "/api/v1/readers/{id}/notes/{note}",
            "/api/v1/readers/{id}/password-resets",
            "/api/v1/readers/{id}/payments",
            "/api/v1/readers/{id}/photo",
            "/api/v1/readers/{id}/records",
            "/api/v1/readers/{id}/requests",
            "/api/v1/readers/{id}/requests/{request}",
            "/api/v1/readers/{id}/reservations",
            "/api/v1/readers/{id}/unlock",
            "/api/v1/requests",
            "/api/v1/requests/{id}",
            "/api/v1/requests/{id}/answers",
            "/api/v1/requests/{id}/evidence",
            "/api/v1/reservations/{id}",
            "/api/v1/returns",
            "/api/v1/stock",
            "/api/v1/stock/cards/{barcode}",
            "/api/v1/stock/ledger",
            "/api/v1/stock/orders",
            "/api/v1/stock/orders/{id}/cancellation",
            "/api/v1/stock/receipts",
            "/api/v1/stock/transfers",
            "/api/v1/stock/transfers/{id}/arrival",
            "/api/v1/stock/write-offs",
            "/api/v1/titles/search",
            "/api/v1/visits",
            "/api/v1/visits/deliveries",
        ];
        assert_eq!(routes, expected);
        let post = &described.body["paths"]["/api/v1/cards"]["post"]["responses"];
        for status in ["201", "400", "401", "403", "409", "413", "415", "422", "503"] {
            assert!(post[status].is_object(), "{status}");
        }
        let page = Request::builder().uri("/api/docs/").body(Body::empty()).unwrap();
        let page = ask(house, page).await;
        assert_eq!(page.status, StatusCode::OK);
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self'"), "{policy}");
        let missing = Request::builder().uri("/api/v1/nothing").body(Body::empty()).unwrap();
        assert_eq!(ask(house, missing).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// A validator of another house, where the checks provide one.
fn oracle_says(description: &str) -> Option<String> {
    let python = std::env::var("YUEKA_ORACLE_PYTHON").ok()?;
    let file = std::env::temp_dir().join(format!("yueka-openapi-{}.json", std::process::id()));
    std::fs::write(&file, description).unwrap();
    let program = "import json, sys; from openapi_spec_validator import validate; validate(json.load(open(sys.argv[1])))";
    let output = std::process::Command::new(python).args(["-c", program]).arg(&file).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    Some(if output.status.success() {
        String::new()
    } else {
        String::from_utf8_lossy(&output.stderr).into_owned()
    })
}

#[test]
fn the_example_to_try_is_a_number_that_can_be_and_nobody_has() {
    let description = serde_json::to_value(web::api::description()).unwrap();
    let example = &description["components"]["schemas"]["DocumentBody"]["properties"]["number"]["example"];
    let kind = documents::DocumentKind::ResidentId;
    let example = example.as_str().unwrap();
    documents::IdentityDocument::parse(kind, example, None, service::testing::born(2026, 11, 24)).unwrap();
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    assert!(std::fs::read_to_string(page).unwrap().contains(example));
}

#[tokio::test]
async fn the_contracts_of_partners_are_described_where_they_are_looked_for() {
    on_both_databases(async |house| {
        for (place, expected) in [
            (
                "/api/yuedutong/openapi.json",
                &[
                    "/api/yuedutong/v1/cancel",
                    "/api/yuedutong/v1/link",
                    "/api/yuedutong/v1/loss",
                    "/api/yuedutong/v1/open",
                    "/api/yuedutong/v1/resolve",
                    "/api/yuedutong/v1/restore",
                    "/api/yuedutong/v1/unlink",
                ][..],
            ),
            ("/api/partners/openapi.json", &["/api/partners/v1/live-card"][..]),
        ] {
            let request = Request::builder().uri(place).body(Body::empty()).unwrap();
            let described = ask(house, request).await;
            assert!(described.body["openapi"].as_str().unwrap().starts_with("3.1"), "{place}");
            let paths = described.body["paths"].as_object().unwrap();
            assert_eq!(paths.keys().collect::<Vec<_>>(), expected, "{place}");
            for (path, item) in paths {
                let headers: Vec<&str> = item["post"]["parameters"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|header| header["name"].as_str().unwrap())
                    .collect();
                // All that the signature needs; and a key where something is changed.
                let mut signed =
                    vec!["Yueka-Partner", "Yueka-Key", "Yueka-Time", "Yueka-Nonce", "Yueka-Signature"];
                if !path.ends_with("resolve") && !path.ends_with("live-card") {
                    signed.push("Idempotency-Key");
                }
                assert_eq!(headers, signed, "{path}");
                for status in ["200", "401", "403", "404", "409", "422", "429"] {
                    assert!(item["post"]["responses"][status].is_object(), "{path} {status}");
                }
            }
        }
    })
    .await;
}

#[test]
fn the_descriptions_are_sound_and_name_each_operation_once() {
    sound(&web::api::description());
    sound(&web::api::description_for_platforms());
    sound(&web::api::description_for_services());
}

fn sound(description: &impl serde::Serialize) {
    let description = serde_json::to_string(description).unwrap();
    if let Some(faults) = oracle_says(&description) {
        assert!(faults.is_empty(), "{faults}");
    }
    let description: Value = serde_json::from_str(&description).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name =
                operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            // Each parameter of the path is described, and each body that is referred to.
            let described = operation["parameters"].as_array().cloned().unwrap_or_default();
            for parameter in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert!(
                    described.iter().any(|known| known["name"] == parameter),
                    "{method} {path}: {parameter}"
                );
            }
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {path}");
        }
    }
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let text = description.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is nowhere");
    }
}
