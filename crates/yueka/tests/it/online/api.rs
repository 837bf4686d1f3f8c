//! Applications over the JSON API: the same rules, for other systems of staff.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;
use service::kernel::{Right, ServicePointId};
use service::staff::{self, NewToken};
use service::testing::{House, on_both_databases};

use super::{applied, no, online, particulars, rows, seen};
use crate::api::{get, post};

async fn token(house: &House, point: ServicePointId, rights: &[Right]) -> String {
    let new = NewToken { name: "test".to_owned(), service_point: point, rights: rights.to_vec() };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

#[tokio::test]
async fn a_2_1_b_the_same_over_the_api_and_not_for_doors_without_staff() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let first = applied(&service, house, particulars(1)).await;
        house.clock.advance(TimeDelta::minutes(1));
        let second = applied(&service, house, particulars(2)).await;
        let desk = token(house, house.fs_desk, &[Right::OpenCards]).await;
        let list = get(house, &desk, "/api/v1/applications").await;
        assert_eq!((list.status, list.body["count"].as_u64()), (StatusCode::OK, Some(2)), "{}", list.body);
        let ids: Vec<String> = list.body["applications"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| format!("/api/v1/applications/{}", one["id"].as_str().unwrap()))
            .collect();
        for (stranger, status) in [
            (token(house, house.fs_kiosk, &[Right::OpenCards]).await, StatusCode::FORBIDDEN),
            (token(house, house.sd_desk, &[Right::OpenCards]).await, StatusCode::NOT_FOUND),
            (token(house, house.fs_desk, &[Right::FindReaders]).await, StatusCode::FORBIDDEN),
        ] {
            for path in [ids[0].clone(), format!("{}/photos/front", ids[0])] {
                assert_eq!(get(house, &stranger, &path).await.status, status, "{path}");
            }
        }
        let shown = get(house, &desk, &ids[0]).await;
        assert_eq!(shown.body["entered"]["document_number"], particulars(1).number.as_str());
        assert_eq!(shown.body["verdict"], "no_match");
        assert_eq!(shown.headers["etag"], "\"2\"");
        assert_eq!(
            get(house, &desk, &format!("{}/photos/back", ids[0])).await.headers["content-type"],
            "image/jpeg"
        );
        assert_eq!(get(house, &desk, &format!("{}/photos/side", ids[0])).await.status, StatusCode::NOT_FOUND);

        let decide = async |path: &str, body| post(house, &desk, &format!("{path}/decisions"), &body).await;
        let odd = decide(&ids[0], json!({ "version": 2, "decision": "reject" })).await;
        assert_eq!(
            (odd.status, odd.body["errors"][0]["field"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("reason")),
            "{}",
            odd.body
        );
        let stale = decide(&ids[0], json!({ "version": 1, "decision": "approve" })).await;
        assert_eq!(
            (stale.status, stale.body["code"].as_str()),
            (StatusCode::CONFLICT, Some("stale")),
            "{}",
            stale.body
        );
        let opened = decide(&ids[0], json!({ "version": 2, "decision": "approve" })).await;
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
        assert_eq!(
            seen(&service, &first).await.card.unwrap().number,
            opened.body["number"].as_str().unwrap()
        );
        let again = decide(&ids[0], json!({ "version": 2, "decision": "approve" })).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let asked = decide(
            &ids[1],
            json!({ "version": 2, "decision": "ask", "reason": "photo_unclear", "note": "请重拍" }),
        )
        .await;
        assert_eq!((asked.status, &asked.body["card"]), (StatusCode::OK, &json!(null)));
        assert_eq!(seen(&service, &second).await.note.as_deref(), Some("请重拍"));
        let list = get(house, &desk, "/api/v1/applications?state=asked&library=FS").await;
        assert_eq!(list.body["applications"][0]["state"], "asked");
        assert_eq!(
            get(house, &desk, "/api/v1/applications?state=draft").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(rows(house, "cards", "1 = 1").await, 1);
    })
    .await;
}
