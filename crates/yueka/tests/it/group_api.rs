//! Group issuing over the JSON API: a list is sent, corrected, decided, confirmed, followed and handed over.

use axum::http::StatusCode;
use serde_json::{Value, json};
use service::groups::{self, Contact, UnitForm};
use service::kernel::{Actor, Right, UnitId};
use service::staff::{self, NewToken};
use service::testing::{House, born, on_both_databases, resident_number};

use crate::api::{get, post};

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

async fn token(house: &House, rights: &[Right]) -> String {
    let new = NewToken { name: "t".to_owned(), service_point: house.fs_desk, rights: rights.to_vec() };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

async fn unit(house: &House) -> UnitId {
    let actor = Actor { rights: vec![Right::IssueGroups], ..house.clerk() };
    let contact = Contact { name: "郑老师".into(), phone: "13900010000".into(), ..Contact::default() };
    let form = UnitForm {
        kind: "company".into(),
        name: "某某公司".into(),
        contacts: vec![contact],
        ..UnitForm::default()
    };
    house.service.write(actor, async |op| groups::add_unit(op, form.clone()).await).await.unwrap()
}

fn list(serials: std::ops::Range<u32>) -> String {
    let mut text = "姓名,身份证号,电话,部门\n".to_owned();
    for serial in serials {
        let name = char::from_u32(0x4e00 + serial).unwrap();
        let number = resident_number(serial, born(1990, 5, 6));
        text.push_str(&format!("赵{name},{number},1390000{serial:04},研发部\n"));
    }
    text
}

async fn issue(house: &House, batch: &Value) {
    let id = batch["id"].as_str().unwrap().parse().unwrap();
    groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
}

#[tokio::test]
async fn c_6_1_3_a_program_sends_a_list_and_follows_it_until_it_is_handed_over() {
    on_both_databases(async |house| {
        let all = token(house, &[Right::IssueGroups, Right::OpenCards]).await;
        let none = token(house, &[Right::OpenCards]).await;
        let unit = unit(house).await;
        assert_eq!(get(house, &none, "/api/v1/group-units").await.status, StatusCode::FORBIDDEN);
        let units = get(house, &all, "/api/v1/group-units").await;
        assert_eq!(units.body["units"][0]["name"], "某某公司");

        // What is left out, unknown or no list is told at its field.
        let empty = post(house, &all, "/api/v1/group-batches", &json!({})).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
        for (bytes, code) in [("%PDF-1.7", "not_a_spreadsheet"), ("<html>", "web_page"), ("今天下雨。", "nobody")] {
            let body = json!({ "unit": unit, "minors_kind": "document", "list": base64(bytes.as_bytes()) });
            let told = post(house, &all, "/api/v1/group-batches", &body).await;
            assert_eq!((&told.body["errors"][0]["field"], &told.body["errors"][0]["code"]), (&json!("list"), &json!(code)));
        }

        let mut text = list(0..5);
        text.push_str("错号,190000199005060000,13900009999,研发部\n");
        text.push_str(list(2..3).lines().nth(1).unwrap());
        let body = json!({ "unit": unit, "minors_kind": "document", "name": "三月", "list": base64(text.as_bytes()) });
        let sent = post(house, &all, "/api/v1/group-batches", &body).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
        assert_eq!((&sent.body["state"], &sent.body["people"], &sent.body["go"]), (&json!("checked"), &json!(7), &json!(5)));
        assert_eq!(sent.body["found"]["invalid"], 1);
        assert_eq!(sent.body["found"]["twice"], 1);
        let path = format!("/api/v1/group-batches/{}", sent.body["id"].as_str().unwrap());
        let wrong = get(house, &all, &format!("{path}/rows?finding=invalid")).await;
        let row = &wrong.body["rows"][0];
        assert_eq!((&row["row"], &row["faults"][0]["cell"]), (&json!(7), &json!("B7")), "{row}");
        assert_eq!(row["document_number"], "1900************00");
        let twice = get(house, &all, &format!("{path}/rows?finding=twice")).await;
        assert_eq!(twice.body["rows"][0]["same_as_row"], 4);
        assert_eq!(get(house, &all, &format!("{path}/rows?finding=odd")).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        // One is left out; the version that was seen before does not confirm it.
        let decided = post(house, &all, &format!("{path}/decisions"), &json!({ "places": [1], "decision": "left_out" })).await;
        assert_eq!(decided.status, StatusCode::NO_CONTENT, "{}", decided.body);
        let stale = post(house, &all, &format!("{path}/confirmations"), &json!({ "version": sent.body["version"] })).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
        let seen = get(house, &all, &path).await;
        assert_eq!(seen.body["go"], 4);
        let confirmed = post(house, &all, &format!("{path}/confirmations"), &json!({ "version": seen.body["version"] })).await;
        assert_eq!(confirmed.status, StatusCode::NO_CONTENT, "{}", confirmed.body);
        assert_eq!(post(house, &all, &format!("{path}/pauses"), &json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(get(house, &all, &path).await.body["progress"]["running"], false);
        assert_eq!(post(house, &all, &format!("{path}/resumptions"), &json!({})).await.status, StatusCode::NO_CONTENT);
        issue(house, &seen.body).await;

        let issued = get(house, &all, &path).await;
        assert_eq!((&issued.body["state"], &issued.body["progress"]["opened"]), (&json!("issued"), &json!(4)));
        let report = get(house, &all, &format!("{path}/report")).await;
        let ended: Vec<&str> = report.body["rows"].as_array().unwrap().iter().map(|row| row["ended"].as_str().unwrap()).collect();
        assert_eq!(ended, ["left_out", "opened", "opened", "opened", "opened", "invalid", "twice"]);
        // A virtual number is the reader's to know.
        assert!(report.body["rows"][1]["card"].is_null());
        assert!(report.body["rows"][5]["note"].as_str().unwrap().starts_with("B7"));

        // Cards were issued: it can't be withdrawn, but handed over.
        let version = json!({ "version": issued.body["version"], "why": "误传", "receiver": "郑老师" });
        let withdrawn = post(house, &all, &format!("{path}/withdrawals"), &version).await;
        assert_eq!((withdrawn.status, &withdrawn.body["code"]), (StatusCode::CONFLICT, &json!("batch_issued")), "{}", withdrawn.body);
        let handed = post(house, &all, &format!("{path}/hand-overs"), &version).await;
        assert_eq!(handed.status, StatusCode::NO_CONTENT, "{}", handed.body);
        let listed = get(house, &all, "/api/v1/group-batches?state=handed_over").await;
        assert_eq!(listed.body["batches"][0]["name"], "三月");

        // The same people again hold cards now, and columns that nobody knows are told once.
        let renamed = list(1..3).replace("身份证号", "证照");
        let columns = json!({ "证照": "document_number" });
        let body = json!({ "unit": unit, "minors_kind": "document", "list": base64(renamed.as_bytes()), "columns": columns });
        let again = post(house, &all, "/api/v1/group-batches", &body).await;
        assert_eq!((&again.body["found"]["holder"], &again.body["needs_columns"]), (&json!(2), &json!(false)), "{}", again.body);
        let path = format!("/api/v1/group-batches/{}", again.body["id"].as_str().unwrap());
        let body = json!({ "list": base64(list(8..9).replace("身份证号", "证照").as_bytes()) });
        let other = post(house, &all, &format!("{path}/lists"), &body).await;
        assert_eq!((other.status, &other.body["go"], &other.body["needs_columns"]), (StatusCode::OK, &json!(1), &json!(false)), "{}", other.body);
    })
    .await;
}
