//! Lending through the JSON API.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use service::Service;
use service::kernel::{Right, ServicePointId};
use service::staff::{NewToken, issue_token};
use service::testing::{House, on_both_databases};
use tower::ServiceExt;

use super::{days, ledger, reader};

struct Api<'a> {
    service: &'a Service,
    token: String,
}

impl Api<'_> {
    async fn send(&self, method: &str, path: &str, key: Option<&str>, body: Value) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let router = web::router(self.service.clone(), web::WebOptions::default());
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

async fn token(house: &House, point: ServicePointId, rights: &[Right]) -> String {
    let new = NewToken { name: "借还".to_owned(), service_point: point, rights: rights.to_vec() };
    house.service.write(house.system(), async |op| issue_token(op, &new).await).await.unwrap()
}

#[tokio::test]
async fn a_3_2_a_a_program_lends_takes_back_and_takes_the_charge() {
    on_both_databases(async |house| {
        let service = ledger(house);
        let rights =
            [Right::Lend, Right::FindReaders, Right::TakePayments, Right::WaiveCharges, Right::ManageItems];
        let api = Api { service: &service, token: token(house, house.fs_desk, &rights).await };
        let items = json!({ "items": [
            { "barcode": "B1", "title": "岭南文化", "library": "FS", "price": "30" },
            { "barcode": "B2", "title": "佛山功夫", "library": "FS", "kind": "reading_room" },
            { "barcode": "B3", "title": "", "library": "NO" },
        ] });
        let (status, loaded) = api.send("POST", "/api/v1/items", None, items).await;
        assert_eq!(status, StatusCode::OK, "{loaded}");
        let outcomes: Vec<_> = loaded["rows"].as_array().unwrap().iter().map(|row| &row["outcome"]).collect();
        assert_eq!(outcomes, ["added", "added", "invalid"]);
        assert_eq!(loaded["rows"][2]["errors"][0]["field"], "item.title");
        let card = reader(house, 1).await;
        let lend = |barcode: &str| json!({ "card_number": card.number, "barcode": barcode });
        let (status, lent) = api.send("POST", "/api/v1/loans", Some("one"), lend("B1")).await;
        assert_eq!(status, StatusCode::CREATED, "{lent}");
        assert_eq!((&lent["loan"]["due"], &lent["out"]), (&json!("2026-12-24"), &json!(1)));
        let (status, again) = api.send("POST", "/api/v1/loans", Some("one"), lend("B1")).await;
        assert_eq!((status, &again["loan"]["id"]), (StatusCode::CREATED, &lent["loan"]["id"]));
        let (status, refused) = api.send("POST", "/api/v1/loans", None, lend("B2")).await;
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("reading_room_only"))
        );
        let renew = format!("/api/v1/loans/{}/renewals", lent["loan"]["id"].as_str().unwrap());
        assert_eq!(api.send("POST", &renew, None, Value::Null).await.1["due"], "2027-01-23");
        let (status, refused) = api.send("POST", &renew, None, Value::Null).await;
        assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("renewal_limit")));
        days(house, 63);
        let of_reader = format!("/api/v1/readers/{}", card.reader);
        let (_, loans) = api.send("GET", &format!("{of_reader}/loans"), None, Value::Null).await;
        assert_eq!(
            (&loans["loans"][0]["overdue"], &loans["loans"][0]["accruing"]),
            (&json!(true), &json!(30))
        );
        let (status, back) = api.send("POST", "/api/v1/returns", None, json!({ "barcode": "B1" })).await;
        assert_eq!((status, &back["then"]), (StatusCode::OK, &json!("shelf")));
        assert_eq!(back["charge"]["amount"], 30);
        let (_, owed) = api.send("GET", &format!("{of_reader}/charges"), None, Value::Null).await;
        assert_eq!(owed["owed"], 30);
        let pay = json!({ "amount": 20, "method": "wechat" });
        let (status, paid) =
            api.send("POST", &format!("{of_reader}/payments"), Some("pay"), pay.clone()).await;
        assert_eq!((status, &paid["left"]), (StatusCode::CREATED, &json!(10)));
        let (_, again) = api.send("POST", &format!("{of_reader}/payments"), Some("pay"), pay).await;
        assert_eq!(again["record"], paid["record"]);
        let waive = format!("/api/v1/charges/{}/waivers", back["charge"]["id"].as_str().unwrap());
        let (status, _) = api.send("POST", &waive, None, json!({ "reason": "" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, waived) = api.send("POST", &waive, None, json!({ "reason": "首次逾期" })).await;
        assert_eq!((status, &waived["left"]), (StatusCode::CREATED, &json!(0)));
        let add = json!({ "kind": "damaged", "amount": 500, "note": "封面" });
        let (status, added) = api.send("POST", &format!("{of_reader}/charges"), None, add).await;
        assert_eq!((status, &added["unpaid"]), (StatusCode::CREATED, &json!(500)));
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_a_program_reserves_and_takes_it_back() {
    on_both_databases(async |house| {
        let service = ledger(house);
        super::books(house, 1).await;
        let rights = [Right::Lend, Right::FindReaders];
        let api = Api { service: &service, token: token(house, house.fs_desk, &rights).await };
        let card = reader(house, 1).await;
        let (_, found) = api.send("POST", "/api/v1/titles/search", None, json!({ "query": "1本" })).await;
        let title = &found["titles"][0];
        assert_eq!((&title["copies"], &title["on_shelf"]), (&json!(1), &json!(1)));
        let path = format!("/api/v1/readers/{}/reservations", card.reader);
        let ask = json!({ "title": title["id"], "library": "SD" });
        let (status, reserved) = api.send("POST", &path, None, ask.clone()).await;
        assert_eq!((status, &reserved["place"]), (StatusCode::CREATED, &json!(1)), "{reserved}");
        let (status, twice) = api.send("POST", &path, None, ask).await;
        assert_eq!((status, &twice["code"]), (StatusCode::CONFLICT, &json!("reserved_already")));
        let (_, all) = api.send("GET", &path, None, Value::Null).await;
        assert_eq!(all["reservations"][0]["library"]["code"], "SD");
        let (_, item) = api.send("GET", "/api/v1/items/b0001", None, Value::Null).await;
        assert_eq!((&item["state"], &item["waiting"]), (&json!("available"), &json!(1)));
        let one = format!("/api/v1/reservations/{}", reserved["id"].as_str().unwrap());
        assert_eq!(api.send("DELETE", &one, None, Value::Null).await.0, StatusCode::NO_CONTENT);
        assert_eq!(api.send("DELETE", &one, None, Value::Null).await.0, StatusCode::NOT_FOUND);
        // A token without the rights does none of it.
        let none = Api { service: &service, token: token(house, house.fs_desk, &[Right::OpenCards]).await };
        for (method, path, body) in [
            ("POST", "/api/v1/loans", json!({ "card_number": card.number, "barcode": "B0001" })),
            ("POST", "/api/v1/returns", json!({ "barcode": "B0001" })),
            ("GET", "/api/v1/items/B0001", Value::Null),
            ("POST", "/api/v1/items", json!({ "items": [{}] })),
            ("GET", &path, Value::Null),
        ] {
            assert_eq!(none.send(method, path, None, body).await.0, StatusCode::FORBIDDEN, "{method} {path}");
        }
    })
    .await;
}
