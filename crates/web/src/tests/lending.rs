//! Lending as a browser meets it: at the desk, and at the reader's own pages.

use std::sync::Arc;

use chrono::TimeDelta;
use service::cards::{self, CardView};
use service::circulation::{
    ChargeKind, ItemKind, ItemRow, ItemState, Ledger, PayMethod, ReservationState, import_items,
};
use service::kernel::Actor;

use super::*;

/// The texts of these pages whose keys are put together.
pub fn families() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("item-kind-", ItemKind::ALL.map(ItemKind::as_str).to_vec()),
        ("item-state-", ItemState::ALL.map(ItemState::as_str).to_vec()),
        ("charge-kind-", ChargeKind::ALL.map(ChargeKind::as_str).to_vec()),
        ("pay-method-", PayMethod::ALL.map(PayMethod::as_str).to_vec()),
        ("reservation-state-", ReservationState::ALL.map(ReservationState::as_str).to_vec()),
        ("lending-done-", crate::desk::lending::loans::DONE.to_vec()),
    ]
}

/// A house that lends by its own ledger, with three items and a reader.
async fn lending() -> (House, CardView) {
    let mut house = house().await;
    house.service = house.service.clone().with_circulation(Arc::new(Ledger));
    let row = |barcode: &str, title: &str, kind: &str| ItemRow {
        barcode: barcode.to_owned(),
        title: title.to_owned(),
        author: "陈大文".to_owned(),
        kind: kind.to_owned(),
        library: "FS".to_owned(),
        price: "30".to_owned(),
        ..ItemRow::default()
    };
    let rows = vec![
        row("B0001", "岭南文化", "book"),
        row("B0002", "佛山功夫", "book"),
        row("R0001", "佛山县志", "reading_room"),
    ];
    let system = Actor::system(house.root);
    house.service.write(system, async |op| import_items(op, rows.clone(), true).await).await.unwrap();
    let request = adult(1);
    let opened =
        house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await.unwrap();
    (house, opened.card)
}

impl Browser {
    async fn scan(&mut self, path: &str, barcode: &str) {
        let key = self.hidden("idempotency_key");
        self.post(path, &[("item.barcode", barcode), ("idempotency_key", &key)]).await;
    }
}

#[tokio::test]
async fn a_3_2_a_a_clerk_lends_renews_takes_back_and_takes_the_charge() {
    let (house, card) = lending().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    assert!(browser.page.contains("/desk/returns"), "{}", browser.page);
    browser.get(&format!("/desk/readers/{}", card.reader)).await;
    assert!(browser.page.contains("在借 0 册"));
    let loans = format!("/desk/readers/{}/loans", card.reader);
    assert!(browser.page.contains(&format!("href=\"{loans}\" data-key=\"j\"")));
    browser.get(&loans).await;
    assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
    browser.get(&loans).await;
    browser.scan(&loans, "b0001").await;
    assert!(browser.page.contains("已借出《岭南文化》，2026-12-24 前归还"), "{}", browser.page);
    browser.scan(&loans, "R0001").await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(browser.page.contains("只供馆内阅览") && browser.page.contains("A.3.2 c"));
    browser.scan(&loans, "X1").await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        browser.page.contains("没有这个号码") && browser.page.contains("value=\"X1\""),
        "{}",
        browser.page
    );
    let loan = browser.hidden("loan");
    browser.post(&format!("{loans}/renew"), &[("loan", &loan)]).await;
    assert!(browser.page.contains("2027-01-23 前归还"), "{}", browser.page);
    house.clock.advance(TimeDelta::days(65));
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get("/desk/returns").await;
    browser.scan("/desk/returns", "B0001").await;
    assert!(browser.page.contains("上架") && browser.page.contains("过期违约金 0.50 元"), "{}", browser.page);
    browser.get(&loans).await;
    assert!(browser.page.contains("0.50") && browser.page.contains("没有在借的文献"));
    let key = browser.hidden("idempotency_key");
    let pay = format!("/desk/readers/{}/charges/pay", card.reader);
    for (amount, told) in [("5", "多于所欠的金额"), ("x", "金额不对"), ("0.20", "还欠 0.30 元")]
    {
        let fields = [("idempotency_key", key.as_str()), ("amount", amount), ("method", "wechat")];
        browser.post(&pay, &fields).await;
        assert!(browser.page.contains(told), "{amount}: {}", browser.page);
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_3_4_a_manager_charges_for_a_lost_item_and_waives_with_a_reason() {
    let (house, card) = lending().await;
    house.add_staff("feng", house.fs, Role::BranchManager).await.unwrap();
    let mut browser = Browser::new(&house);
    browser.sign_in("feng").await;
    let add = format!("/desk/readers/{}/charges/add", card.reader);
    browser.get(&add).await;
    let key = browser.hidden("idempotency_key");
    browser
        .post(&add, &[("idempotency_key", &key), ("charge.kind", "other"), ("charge.amount", "1,5")])
        .await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("金额不对") && browser.page.contains("value=\"1,5\""), "{}", browser.page);
    let fields = [
        ("idempotency_key", key.as_str()),
        ("charge.kind", "lost"),
        ("charge.amount", "30"),
        ("charge.note", "封面"),
    ];
    browser.post(&add, &fields).await;
    browser.follow().await;
    assert!(
        browser.page.contains("已计收") && browser.page.contains("30.00") && browser.page.contains("封面")
    );
    let at = browser.page.find("/waive\"").unwrap();
    let waive = browser.page[..at].rsplit('"').next().unwrap().to_owned() + "/waive";
    browser.get(&waive).await;
    assert!(browser.page.contains("value=\"30.00\""), "{}", browser.page);
    let key = browser.hidden("idempotency_key");
    browser.post(&waive, &[("idempotency_key", &key), ("amount", "30"), ("reason", "")]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.post(&waive, &[("idempotency_key", &key), ("amount", "30"), ("reason", "书已找到")]).await;
    browser.follow().await;
    assert!(browser.page.contains("已减免") && browser.page.contains("书已找到"), "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn a_3_2_e_a_clerk_reserves_and_the_copy_is_fetched() {
    let (house, card) = lending().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let reserve = format!("/desk/readers/{}/reserve", card.reader);
    browser.get(&reserve).await;
    browser.post(&reserve, &[("q", "功夫")]).await;
    assert!(browser.page.contains("佛山功夫") && browser.page.contains("在架 1 册"), "{}", browser.page);
    let at = browser.page.find("name=\"title\" value=\"").unwrap() + "name=\"title\" value=\"".len();
    let title = browser.page[at..].split('"').next().unwrap().to_owned();
    let (key, here) = (browser.hidden("idempotency_key"), house.fs.to_string());
    let fields =
        [("q", "功夫"), ("title", title.as_str()), ("library", here.as_str()), ("idempotency_key", &key)];
    browser.post(&reserve, &fields).await;
    browser.follow().await;
    assert!(browser.page.contains("已预约") && browser.page.contains("第 1 位"), "{}", browser.page);
    browser.get("/desk/returns").await;
    assert!(browser.page.contains("B0002"), "{}", browser.page);
    browser.scan("/desk/returns", "B0002").await;
    assert!(browser.page.contains("放预约架") && browser.page.contains("预约读者：测*"), "{}", browser.page);
    let loans = format!("/desk/readers/{}/loans", card.reader);
    browser.get(&loans).await;
    assert!(browser.page.contains("可取"));
    let at = browser.page.find("/reservations/").unwrap();
    let cancel = browser.page[at..].split('"').next().unwrap().to_owned();
    browser.post(&format!("/desk/readers/{}{cancel}", card.reader), &[]).await;
    assert!(browser.page.contains("已取消预约") && browser.page.contains("没有预约"), "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_3_4_a_manager_sets_closed_days_and_takes_items_out_of_lending() {
    let (house, _) = lending().await;
    house.add_staff("feng", house.fs, Role::BranchManager).await.unwrap();
    let mut browser = Browser::new(&house);
    browser.sign_in("feng").await;
    let page = "/office/closed-days";
    browser.get(page).await;
    assert!(browser.page.contains("没有将来的闭馆日"), "{}", browser.page);
    browser
        .post(page, &[("library", "FS"), ("closed.day", "春节"), ("closed.note", "春节"), ("do", "close")])
        .await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser
        .post(
            page,
            &[("library", "FS"), ("closed.day", "2027-02-07"), ("closed.note", "春节"), ("do", "close")],
        )
        .await;
    browser.follow().await;
    assert!(browser.page.contains("2027-02-07") && browser.page.contains("星期日"), "{}", browser.page);
    browser.post(page, &[("library", "FS"), ("closed.day", "2027-02-07"), ("do", "open")]).await;
    browser.follow().await;
    assert!(!browser.page.contains("2027-02-07"));
    browser.get(&format!("{page}?library=SD")).await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND, "another library's days are its own");
    browser.get("/desk/items").await;
    for (fields, told) in [
        (&[("item.barcode", "b0002")][..], "佛山功夫"),
        (&[("item.barcode", "B0002"), ("do", "missing")], "<strong>找不到"),
        (&[("item.barcode", "B0002"), ("do", "shelf")], "<strong>在架"),
        (&[("item.barcode", "B0002"), ("do", "withdraw")], "<strong>已下架"),
        (&[("item.barcode", "X")], "没有这个号码"),
    ] {
        browser.post("/desk/items", fields).await;
        assert!(browser.page.contains(told), "{told}: {}", browser.page);
    }
    house.tear_down().await;
}
