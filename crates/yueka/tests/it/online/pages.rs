//! The pages of applicants and staff, as a browser without scripts meets them.

use axum::http::{StatusCode, header};
use service::Service;
use service::applications::{PRIVACY_NOTICE, Verdict};
use service::kernel::Role;
use service::testing::{House, on_both_databases};

use super::{code_among, online, particulars, picture, rows, says, yes};
use crate::browser::Browser;
use crate::passwords::{code_in, delivered};

async fn to_details(service: &Service) -> Browser {
    let mut browser = Browser::new(service);
    browser.get("/apply").await;
    assert!(browser.page.contains("href=\"/apply/status\""), "{}", browser.page);
    browser.post("/apply", &[("library", "FS"), ("consent", PRIVACY_NOTICE)]).await;
    browser.follow().await;
    browser
}

async fn to_code(service: &Service, serial: u32) -> Browser {
    let mut browser = to_details(service).await;
    enter(&mut browser, serial).await;
    browser
}

async fn enter(browser: &mut Browser, serial: u32) {
    let given = particulars(serial);
    let fields = [
        ("library", "FS"),
        ("consent", PRIVACY_NOTICE),
        ("document.type", given.kind.as_str()),
        ("document.number", &given.number),
        ("reader.name", &given.name),
        ("reader.phone", &given.phone),
    ];
    browser.post("/apply/details", &fields).await;
}

/// Applies on the pages, up to the page that says how far it is.
async fn apply(service: &Service, serial: u32) -> Browser {
    let mut browser = to_code(service, serial).await;
    browser.follow().await;
    let code = code_among(&delivered(service).await);
    browser.post("/apply/code", &[("code", &code)]).await;
    browser.follow().await;
    let (front, back) = (picture("front one"), picture("back one"));
    let files = [("front", front.0.as_slice()), ("back", back.0.as_slice())];
    browser.post_files("/apply/photos", &[], &files).await;
    browser.follow().await;
    browser
}

async fn clerk(house: &House, service: &Service, name: &str) -> Browser {
    house.add_staff(name, house.fs, Role::Clerk).await.unwrap();
    let mut clerk = Browser::new(service);
    clerk.get("/sign-in").await;
    clerk.post("/sign-in", &[("username", name), ("password", "yueka2026")]).await;
    clerk.follow().await;
    if clerk.page.contains("name=\"service_point\"") {
        let point = house.fs_desk.to_string();
        clerk.post("/service-point", &[("service_point", &point)]).await;
    }
    clerk.get("/desk").await;
    assert_eq!(clerk.status, StatusCode::OK, "{} {}", clerk.location, clerk.page);
    clerk
}

#[tokio::test]
async fn a_2_1_b_a_card_is_opened_on_the_pages_and_nothing_personal_stands_in_an_address() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let mut browser = to_details(&service).await;
        browser.get("/apply/details").await;
        assert_eq!(browser.location, "/apply", "nobody skips the privacy notice");
        browser.get("/apply").await;
        browser.post("/apply", &[("library", "FS")]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("id=\"consent-error\""));
        browser.post("/apply", &[("library", "FS"), ("consent", PRIVACY_NOTICE)]).await;
        browser.follow().await;
        browser
            .post(
                "/apply/details",
                &[
                    ("library", "FS"),
                    ("consent", PRIVACY_NOTICE),
                    ("document.type", "resident_id"),
                    ("document.number", "1"),
                    ("reader.name", "测"),
                    ("reader.phone", "1"),
                ],
            )
            .await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            browser.page.contains("id=\"document-number-error\"")
                && browser.page.contains("id=\"reader-phone-error\"")
        );
        enter(&mut browser, 1).await;
        assert_eq!(browser.location, "/apply/code");
        browser.follow().await;
        assert!(browser.page.contains("139****0001") && !browser.page.contains(&particulars(1).number));
        browser.post("/apply/code", &[("code", "12")]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = code_in(&delivered(&service).await[0].body);
        browser.post("/apply/code", &[("code", &code)]).await;
        assert_eq!(browser.location, "/apply/photos");
        browser.follow().await;
        browser.post_files("/apply/photos", &[], &[("front", b"<html>")]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("id=\"front-error\"") && browser.page.contains("id=\"back-error\""));
        let (front, back) = (picture("front one"), picture("back one"));
        browser.post_files("/apply/photos", &[], &[("front", &front.0), ("back", &back.0)]).await;
        assert_eq!(browser.location, "/apply/status");
        browser.follow().await;
        assert!(browser.page.contains("借阅证已开通") && browser.page.contains("0757"), "{}", browser.page);
        assert_eq!(browser.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        browser.post("/apply/leave", &[]).await;
        browser.get("/apply/status").await;
        assert!(browser.page.contains("name=\"application\""), "the next one finds nothing");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_who_comes_too_often_is_told_when_to_come_back_and_what_was_typed_is_kept() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let mut browser = to_details(&service).await;
        let mut told = None;
        for serial in 1..=12 {
            enter(&mut browser, serial).await;
            if browser.status == StatusCode::TOO_MANY_REQUESTS {
                told =
                    browser.headers.get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
                assert!(
                    browser.page.contains(&particulars(serial).number) && browser.page.contains("秒后再试"),
                    "{}",
                    browser.page
                );
                break;
            }
            browser.get(&format!("/apply/details?library=FS&consent={PRIVACY_NOTICE}")).await;
        }
        assert_eq!(told.as_deref(), Some("3"));
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_staff_go_through_what_waits_on_the_pages_of_the_desk() {
    on_both_databases(async |house| {
        online(house, yes()).await;
        let (service, _) = says(house, Verdict::NotConfigured);
        let mut reader = apply(&service, 1).await;
        assert!(reader.page.contains("等待审核"), "{}", reader.page);
        let mut chen = clerk(house, &service, "chen").await;
        assert!(chen.page.contains("待审核1件"), "the desk says so");
        chen.get("/desk/applications").await;
        assert!(
            !chen.page.contains(&particulars(1).number) && !chen.page.contains(&particulars(1).name),
            "masked in the list"
        );
        let start = chen.page.find("/desk/applications/").unwrap();
        let page = chen.page[start..].split('"').next().unwrap().to_owned();
        chen.get(&page).await;
        assert!(chen.page.contains(&particulars(1).number) && chen.page.contains("139****0001"));
        let before = rows(house, "access_log", "detail LIKE '%\"side\":\"front\"%'").await;
        chen.get(&format!("{page}/photos/front")).await;
        assert_eq!(chen.status, StatusCode::OK);
        assert_eq!(chen.headers.get(header::CONTENT_TYPE).unwrap(), "image/jpeg");
        assert_eq!(chen.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert!(chen.page.contains("front one") && !chen.page.contains("secret place"));
        assert_eq!(rows(house, "access_log", "detail LIKE '%\"side\":\"front\"%'").await, before + 1);
        reader.get(&format!("{page}/photos/front")).await;
        assert_eq!(reader.location, "/sign-in", "for staff only");

        // Two clerks have the page open; the second is told who was first.
        let mut li = clerk(house, &service, "li").await;
        li.get(&page).await;
        chen.get(&page).await;
        let version = chen.hidden("version");
        chen.post(&page, &[("decision", "ask"), ("version", &version)]).await;
        assert_eq!(chen.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is chosen");
        let ask = [
            ("decision", "ask"),
            ("version", version.as_str()),
            ("reason", "photo_unclear"),
            ("note", "背面反光"),
        ];
        chen.post(&page, &ask).await;
        chen.follow().await;
        assert!(chen.page.contains("已请读者补充"));
        li.post(&page, &[("decision", "approve"), ("version", &version)]).await;
        assert_eq!(li.status, StatusCode::CONFLICT);
        assert!(li.page.contains("陈敏已经办理"), "{}", li.page);

        reader.get("/apply/status").await;
        assert!(reader.page.contains("背面反光") && reader.page.contains("/apply/correct"));
        reader.get("/apply/correct").await;
        let given = particulars(1);
        let fields = [
            ("document.type", given.kind.as_str()),
            ("document.number", given.number.as_str()),
            ("reader.name", given.name.as_str()),
        ];
        let better = picture("back two");
        reader.post_files("/apply/correct", &fields, &[("back", &better.0)]).await;
        assert_eq!(reader.location, "/apply/status", "{}", reader.page);
        chen.get(&page).await;
        let version = chen.hidden("version");
        chen.post(&page, &[("decision", "approve"), ("version", &version)]).await;
        chen.follow().await;
        assert!(chen.page.contains("已开通借阅证"), "{}", chen.page);
        reader.get("/apply/status").await;
        assert!(reader.page.contains("借阅证已开通"));
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_a_child_and_who_needs_a_one_card_are_shown_the_way_to_a_desk() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        let mut browser = to_details(&service).await;
        let child = service::testing::resident_number(2, service::testing::born(2017, 3, 9));
        let fields = [
            ("library", "FS"),
            ("consent", PRIVACY_NOTICE),
            ("document.type", "resident_id"),
            ("document.number", child.as_str()),
            ("reader.name", "测小文"),
            ("reader.phone", "13900000002"),
        ];
        browser.post("/apply/details", &fields).await;
        assert_eq!(browser.status, StatusCode::CONFLICT);
        assert!(browser.page.contains("监护人陪同") && browser.page.contains("测小文"), "{}", browser.page);
        browser.get("/my/sign-in").await;
        assert!(browser.page.contains("href=\"/apply\""));
        browser.get("/yuedutong").await;
        assert!(browser.page.contains("href=\"/apply\""));
    })
    .await;
}
