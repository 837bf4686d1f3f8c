//! What a kiosk keeps, for how long, and what it tells whom (5.1.3, 5.3): who stands there, a stranger with a document that was found,
//! staff who are called.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use service::kernel::{Engine, Right, Role};
use service::kiosk;
use service::readers;
use service::testing::{House, adult, born, on_both_databases, resident_number};

use crate::browser::Browser;
use crate::kiosk::{answers, begins, chip_of, follow_all, kiosk, kiosk_with, rows, shows, token};
use crate::life::{cancel, document_card, history, in_person, one_card, report};
use crate::secrecy::holds;

/// Somebody who has told everything and has not opened the card yet.
async fn halfway(house: &House) -> Browser {
    let mut browser = kiosk(house).await;
    shows(&mut browser, &chip_of(1)).await;
    answers(&mut browser, "13900000001").await;
    browser
}

const PAGES: [&str; 7] = [
    "/kiosk",
    "/kiosk/document",
    "/kiosk/other",
    "/kiosk/notice",
    "/kiosk/phone",
    "/kiosk/password",
    "/kiosk/done",
];

/// No page shows anything of the person of `testing::adult(1)`, and none may be kept by the browser.
async fn shows_nothing(browser: &mut Browser) {
    for path in PAGES {
        browser.get(path).await;
        assert_eq!(browser.headers[header::CACHE_CONTROL], "no-store", "{path}");
        let place = follow_all(browser).await;
        for secret in ["测", "13900000001", "桂澜路", &resident_number(1, born(1990, 5, 6))[6..]] {
            assert!(!browser.page.contains(secret), "{secret} stands on {path} → {place}");
        }
        assert!(!place.contains('?') && !place.contains('='), "{place}");
    }
}

#[tokio::test]
async fn c_5_3_a_kiosk_knows_somebody_for_minutes_and_then_nothing() {
    on_both_databases(async |house| {
        // "Done", "start over" and quiet end with the same.
        let mut browser = halfway(house).await;
        browser.post("/kiosk/end", &[]).await;
        assert_eq!(rows(house, "kiosk_visits").await, 0);
        assert!(!browser.cookies.iter().any(|(name, _)| name == "yueka_kiosk_visit"));
        shows_nothing(&mut browser).await;
        // The next person ends what stood there, and the cookie of before leads nowhere.
        let mut browser = halfway(house).await;
        let before = browser.cookies.clone();
        let token = before.iter().find(|(name, _)| name == "yueka_kiosk").unwrap().1.clone();
        let mut next = kiosk_with(house, &token).await;
        next.post("/kiosk/begin", &[("language", "en")]).await;
        assert_eq!(rows(house, "kiosk_visits").await, 1);
        browser.cookies = before;
        shows_nothing(&mut browser).await;
        next.get("/kiosk/password").await;
        assert_eq!(next.location, "/kiosk/document", "going back to a page of before leads to one's own");
        // A kiosk that lost its power forgets by itself, job or none.
        let mut browser = halfway(house).await;
        house.clock.advance(TimeDelta::minutes(kiosk::VISIT_MINUTES));
        shows_nothing(&mut browser).await;
        house.service.write(service::kernel::Actor::nobody(), kiosk::forget).await.unwrap();
        assert_eq!(rows(house, "kiosk_visits").await, 0);
        // Without agreement nothing is kept either.
        shows(&mut browser, &chip_of(1)).await;
        browser.post("/kiosk/notice", &[("answer", "refuse")]).await;
        assert_eq!((browser.location.as_str(), rows(house, "kiosk_visits").await), ("/kiosk", 0));
        assert_eq!(rows(house, "readers").await, 0);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_who_stands_at_a_kiosk_lies_sealed() {
    on_both_databases(async |house| {
        let _browser = halfway(house).await;
        let dump = house.files().join("dump");
        if house.engine == Engine::Postgres {
            let output = std::process::Command::new("pg_dump").arg(&house.database_url).output();
            std::fs::write(&dump, output.expect("pg_dump is installed").stdout).unwrap();
        }
        assert!(holds(house.files(), "kiosk_visits"), "the search finds what is there");
        for secret in ["测一", "13900000001", "桂澜路", &resident_number(1, born(1990, 5, 6))] {
            assert!(!holds(house.files(), secret), "{secret} lies in the clear on {:?}", house.engine);
        }
    })
    .await;
}

#[tokio::test]
async fn c_5_3_one_goes_back_a_step_at_a_time_and_the_answer_is_forgotten() {
    on_both_databases(async |house| {
        let mut browser = halfway(house).await;
        for place in ["/kiosk/phone", "/kiosk/notice", "/kiosk/document", ""] {
            browser.post("/kiosk/back", &[]).await;
            browser.follow().await;
            assert_eq!(follow_all(&mut browser).await, place);
            assert!(!browser.page.contains("13900000001"));
        }
        assert_eq!(rows(house, "kiosk_visits").await, 0);
        // Steps that are sent out of turn do nothing.
        shows(&mut browser, &chip_of(1)).await;
        for (path, fields) in [
            ("/kiosk/phone", ("phone", "13900000001")),
            ("/kiosk/password", ("answer", "later")),
            ("/kiosk/document", ("record", "")),
        ] {
            browser.post(path, &[fields]).await;
            assert_eq!(browser.location, "/kiosk/notice", "{path}");
            browser.follow().await;
        }
        browser.post("/kiosk/notice", &[("answer", "agree"), ("version", "2020-01-01")]).await;
        browser.follow().await;
        assert_eq!(follow_all(&mut browser).await, "/kiosk/notice", "another version was not shown");
        assert_eq!(rows(house, "cards").await, 0);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_found_document_tells_a_stranger_little_and_changes_nothing() {
    on_both_databases(async |house| {
        let card = document_card(house, 1).await;
        let mut browser = kiosk(house).await;
        assert_eq!(shows(&mut browser, &chip_of(1)).await, "/kiosk/done");
        assert!(browser.page.contains("您已经有借阅证"));
        let shown = &card.number[card.number.len() - 4..];
        assert!(browser.page.contains(&format!("****{shown}")));
        for secret in [card.number.as_str(), &service::cards::grouped(&card.number), "139000", "测", "桂澜路"]
        {
            let main = browser.page.split("<main").nth(1).unwrap();
            assert!(!main.contains(secret), "{secret} is told");
        }
        // The refusal stands in the reader's history, with the kiosk's door.
        let refusal = history(house, &card).await;
        let refusal = refusal.iter().find(|line| line.outcome == "refused").unwrap();
        assert_eq!(
            (refusal.channel.as_str(), refusal.reasons.as_slice()),
            ("self_service", &["already_holds_card".to_owned()][..])
        );
        // Lost: what to do is said, and nothing is restored.
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        shows(&mut browser, &chip_of(1)).await;
        assert!(browser.page.contains("已经挂失") && browser.page.contains("6.3.2"));
        // Cancelled: whoever holds the document does not write their own phone into the record.
        let reason = service::cards::CancelReason::Wish;
        cancel(house, house.clerk(), card.id, reason, in_person()).await.unwrap();
        assert_eq!(shows(&mut browser, &chip_of(1)).await, "/kiosk/done");
        assert!(browser.page.contains("由工作人员当面核对") && !browser.page.contains("注销"));
        let reader = card.reader;
        let full =
            house.service.write(house.clerk(), async |op| readers::for_opening(op, reader).await).await;
        assert_eq!(full.unwrap().phone, "13900000001");
        // A namesake with the same birth date is nobody's business but the clerk's.
        let mut request = adult(2);
        request.reader.name = adult(3).reader.name;
        house
            .service
            .write(house.clerk(), async |op| service::cards::open(op, request.clone()).await)
            .await
            .unwrap();
        assert_eq!(shows(&mut browser, &chip_of(3)).await, "/kiosk/done");
        assert!(browser.page.contains("由工作人员当面核对") && browser.page.contains("K1-02"));
        // A One-Card says what to do with it.
        let macao = one_card(house, 4).await;
        assert_eq!(rows(house, "cards").await, 3);
        assert_ne!(macao.number, card.number);
    })
    .await;
}

/// A clerk at work at a desk.
async fn at_desk(house: &House, name: &str, library: service::kernel::LibraryId) -> Browser {
    house.add_staff(name, library, Role::Clerk).await.unwrap();
    let mut browser = Browser::new(&house.service);
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("username", name), ("password", "yueka2026")]).await;
    browser.follow().await;
    let points: Vec<String> = browser
        .page
        .match_indices("name=\"service_point\" value=\"")
        .map(|(at, start)| browser.page[at + start.len()..].split('"').next().unwrap().to_owned())
        .collect();
    let desk = if library == house.fs { house.fs_desk } else { house.sd_desk }.to_string();
    assert!(points.contains(&desk), "{points:?}");
    browser.post("/service-point", &[("service_point", &desk)]).await;
    browser
}

#[tokio::test]
async fn c_4_1_staff_are_called_to_a_kiosk_and_say_that_they_come() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        let mut desk = at_desk(house, "chen.min", house.fs).await;
        let mut elsewhere = at_desk(house, "he.jiaxin", house.sd).await;
        assert!(!desk.get("/desk").await.contains("呼叫工作人员"));
        browser.get("/kiosk").await;
        browser.post("/kiosk/call", &[]).await;
        browser.follow().await;
        assert!(browser.page.contains("已在 10:00 呼叫工作人员"), "{}", browser.page);
        // Called again it is the same call.
        house.clock.advance(TimeDelta::minutes(3));
        browser.post("/kiosk/call", &[]).await;
        assert!(browser.follow().await.contains("已在 10:00 呼叫工作人员"));
        let page = desk.get("/desk").await;
        assert_eq!(page.matches("呼叫工作人员，3 分钟前").count(), 1, "{page}");
        assert!(!elsewhere.get("/desk").await.contains("呼叫工作人员"), "another library has its own kiosks");
        // Another library's clerk does not take the call away.
        elsewhere.post(&format!("/desk/kiosks/{}/come", house.fs_kiosk), &[]).await;
        assert!(desk.get("/desk/kiosks/calls").await.contains("我去"));
        desk.post(&format!("/desk/kiosks/{}/come", house.fs_kiosk), &[]).await;
        assert!(desk.follow().await.contains("有人过去了"));
        assert!(browser.get("/kiosk/alive").await.contains("工作人员正在过来"));
        // A while later it is over, and a new call is a new one.
        house.clock.advance(TimeDelta::minutes(4));
        assert!(!desk.get("/desk").await.contains("有人过去了"));
        browser.get("/kiosk").await;
        browser.post("/kiosk/call", &[]).await;
        assert!(browser.follow().await.contains("已在 10:07 呼叫工作人员"));
        // A browser that is no kiosk calls nobody, and a kiosk sees no calls.
        let mut other = Browser::new(&house.service);
        other.get("/kiosk/set-up").await;
        other.post("/kiosk/call", &[]).await;
        assert_eq!(other.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_2_1_the_desk_finds_the_reason_under_the_number_of_the_slip() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        let mut desk = at_desk(house, "chen.min", house.fs).await;
        let mut elsewhere = at_desk(house, "he.jiaxin", house.sd).await;
        assert!(!desk.get("/desk").await.contains("自助机转来"));
        for (number, kind) in [("K1-01", "passport"), ("K1-02", "taiwan_permit")] {
            begins(&mut browser, "zh-Hant").await;
            browser.get("/kiosk/other").await;
            browser.post("/kiosk/other", &[("document.type", kind)]).await;
            assert!(browser.follow().await.contains(number) && browser.page.contains("服務台"), "{kind}");
            browser.post("/kiosk/end", &[]).await;
            browser.follow().await;
        }
        let page = desk.get("/desk").await;
        assert!(page.contains("K1-01") && page.contains("K1-02") && page.contains("办理“一卡通”"));
        assert!(!elsewhere.get("/desk").await.contains("K1-0"));
        // The numbers begin anew with the day.
        house.clock.advance(TimeDelta::days(1));
        begins(&mut browser, "zh-Hans").await;
        browser.get("/kiosk/other").await;
        browser.post("/kiosk/other", &[("document.type", "passport")]).await;
        assert!(browser.follow().await.contains("K1-01"));
        house.clock.advance(TimeDelta::days(2));
        house.service.write(service::kernel::Actor::nobody(), kiosk::forget).await.unwrap();
        assert_eq!(house.tamper("UPDATE kiosk_referrals SET reason = reason").await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_two_kiosks_know_nothing_of_each_other() {
    on_both_databases(async |house| {
        let mut browser = halfway(house).await;
        let second = token(house, house.fs_kiosk, &[Right::RunKiosk]).await;
        let mut other = kiosk_with(house, &second).await;
        let visit = browser.cookies.iter().find(|(name, _)| name == "yueka_kiosk_visit").unwrap().clone();
        other.cookies.push(visit);
        shows_nothing(&mut other).await;
        other.get("/kiosk").await;
        other.post("/kiosk/begin", &[("language", "en")]).await;
        assert_eq!(rows(house, "kiosk_visits").await, 2);
        browser.get("/kiosk/password").await;
        assert_eq!(browser.status, StatusCode::OK, "the first is where they were");
    })
    .await;
}
