//! On the laptop, without network.

use axum::http::StatusCode;
use chrono::TimeDelta;
use service::Error;
use service::kernel::Blocker;
use service::points::Laptop;
use service::testing::{adult, child, foreigner, macao_resident, on_both_databases};

use super::{Event, PASSPHRASE, event};
use crate::browser::Browser;
use crate::stock::receive;

fn codes<T: std::fmt::Debug>(result: service::Result<T>) -> Vec<&'static str> {
    match result {
        Err(Error::Refused(blockers)) => blockers.iter().map(Blocker::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn c_6_5_cards_are_opened_by_the_rules_of_every_desk_with_numbers_of_the_point() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 100).await.unwrap();
        let event = event(house, 10).await;
        let first = event.open_as(adult(1), Some("k1")).await.unwrap();
        assert!(event.package.numbers.contains(&first.card.number));
        let again = event.open_as(adult(1), Some("k1")).await.unwrap();
        assert!(again.repeated && again.card.number == first.card.number);
        assert_eq!(event.laptop.standing().numbers_left, 29);
        assert_eq!(event.laptop.standing().waiting, 1);
        assert_eq!(codes(event.open(adult(1)).await), ["already_holds_card"]);
        let mut unsigned = child(2);
        unsigned.guardian = None;
        assert!(matches!(event.open(unsigned).await, Err(Error::Invalid(_))));
        event.open(child(2)).await.unwrap();
        let mut one_card = macao_resident(5);
        one_card.barcode = "FS00000005".to_owned();
        event.open(one_card).await.unwrap();
        let mut other = foreigner(50);
        other.barcode = "FS00000050".to_owned();
        assert_eq!(codes(event.open(other).await), ["not_of_this_point"]);
        assert_eq!(event.laptop.standing().cards_left, 9);
        house.clock.advance(TimeDelta::days(14));
        assert_eq!(codes(event.open(adult(3)).await), ["point_over"]);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_numbers_are_used_up_and_then_no_more_cards_are_opened() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        for serial in 0..30 {
            event.open(adult(serial)).await.unwrap();
        }
        assert_eq!(codes(event.open(adult(30)).await), ["numbers_used_up"]);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_laptop_that_was_switched_off_goes_on_where_it_was() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        let opened = event.open(adult(1)).await.unwrap();
        house.clock.advance(TimeDelta::minutes(20));
        event.open(child(2)).await.unwrap();
        let busy = Laptop::open_desk(&event.folder, PASSPHRASE, house.clock.clone()).await;
        assert!(matches!(busy, Err(Error::Busy)), "one desk at a time");
        let (folder, clerk) = (event.folder.clone(), event.clerk());
        drop(event);
        let (laptop, missing) = Laptop::open_desk(&folder, PASSPHRASE, house.clock.clone()).await.unwrap();
        assert_eq!((missing, laptop.standing().waiting, laptop.standing().numbers_left), (0, 2, 28));
        let number = opened.card.number.clone();
        let found = laptop
            .house()
            .unwrap()
            .write(clerk.clone(), async |op| service::cards::card_by_number(op, &number).await)
            .await
            .unwrap();
        assert_eq!(found.card.opened_at, opened.card.opened_at, "at its own moment");
        assert_eq!(found.reader.name, adult(1).reader.name);
        let laptop = std::sync::Arc::new(laptop);
        let call = service::kernel::Call { actor: clerk, key: None };
        let refused = std::sync::Arc::clone(&laptop).open_card(call, adult(1)).await;
        assert_eq!(codes(refused), ["already_holds_card"]);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_without_the_passphrase_the_laptop_opens_nothing() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        for wrong in ["", "four words of min", "Four words of mine"] {
            let refused = Laptop::open(&event.folder, wrong).await;
            assert!(matches!(refused, Err(Error::SignInRefused)), "{wrong}");
        }
        let again = Laptop::create(&event.folder, PASSPHRASE, &event.package).await;
        assert!(again.is_err(), "a point is never written over");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_the_desk_of_a_laptop_says_that_it_works_without_network_and_has_the_pages_of_a_point_only() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let service = event.laptop.house().unwrap().clone().with_laptop(std::sync::Arc::clone(&event.laptop));
        let mut browser = Browser::new(&service);
        browser.get("/sign-in").await;
        assert!(browser.page.contains("无需网络即可工作"), "{}", browser.page);
        browser.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        browser.follow().await;
        let point = browser.hidden("service_point");
        browser.post("/service-point", &[("service_point", &point)]).await;
        let page = browser.get("/desk").await;
        assert!(page.contains("流动办证点：第一中学") && page.contains("1 张证待上传"), "{page}");
        assert!(!page.contains("/desk/applications") && !page.contains("/office"), "{page}");
        for elsewhere in ["/office/points", "/my", "/apply", "/api/v1/me", "/desk/applications", "/kiosk"] {
            browser.get(elsewhere).await;
            assert_eq!(browser.status, StatusCode::NOT_FOUND, "{elsewhere}");
        }
        let page = browser.get("/point").await;
        assert!(page.contains("待上传") && !page.contains(&adult(1).reader.phone), "{page}");

        // A card, through the pages.
        browser.get("/desk/open").await;
        let number = adult(2).documents[0].number.clone();
        browser
            .post("/desk/open/document", &[("document.type", "resident_id"), ("document.number", &number)])
            .await;
        browser.follow().await;
        let mut fields: Vec<(String, String)> = Vec::new();
        for name in [
            "idempotency_key",
            "seen",
            "seen_proof",
            "document.type",
            "document.number",
            "document.issuing_country",
            "document.valid_until",
            "reader.sex",
            "reader.birth_date",
        ] {
            fields.push((name.to_owned(), browser.hidden(name)));
        }
        fields.push(("reader.name".to_owned(), adult(2).reader.name));
        fields.push(("reader.phone".to_owned(), adult(2).reader.phone));
        fields.push(("kind".to_owned(), "document".to_owned()));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/desk/open", &fields).await;
        assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
        browser.follow().await;
        assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
        let entries = event.laptop.openings().await.unwrap();
        assert_eq!(entries.len(), 2, "it is kept");
        assert!(browser.get("/point").await.contains(&entries[1].opening.number));
        browser.get("/desk").await;
        browser.post("/desk/find", &[("q", &entries[1].opening.number)]).await;
        assert_eq!(browser.status, StatusCode::SEE_OTHER, "found on this laptop: {}", browser.page);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_laptop_shows_whom_its_filter_meets_and_opens_the_card_all_the_same() {
    on_both_databases(async |house| {
        crate::life::document_card(house, 1).await;
        let event = event(house, 0).await;
        let service = event.laptop.house().unwrap().clone().with_laptop(std::sync::Arc::clone(&event.laptop));
        let mut browser = Browser::new(&service);
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        browser.follow().await;
        let point = browser.hidden("service_point");
        browser.post("/service-point", &[("service_point", &point)]).await;
        browser.get("/desk/open").await;
        let number = adult(1).documents[0].number.clone();
        browser
            .post("/desk/open/document", &[("document.type", "resident_id"), ("document.number", &number)])
            .await;
        let page = browser.follow().await;
        assert!(page.contains("可能已有借阅证"), "{page}");
        event.open(adult(1)).await.unwrap();
        let entries = event.laptop.openings().await.unwrap();
        assert!(entries[0].opening.may_hold);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_laptop_whose_point_is_over_opens_nothing_more_and_says_so() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        // Another program hears it from the house, while the desk is served.
        let sync = Laptop::open(&event.folder, PASSPHRASE).await.unwrap();
        sync.set_over(true).await.unwrap();
        assert_eq!(codes(event.open(adult(2)).await), ["point_over"]);
        let mut browser = at_desk(&event).await;
        assert!(browser.get("/desk").await.contains("本办证点已结束"), "{}", browser.page);
        assert!(browser.get("/point").await.contains("本办证点已结束"), "{}", browser.page);
        // The house that answered was another one.
        sync.set_over(false).await.unwrap();
        assert!(!browser.get("/desk").await.contains("本办证点已结束"), "{}", browser.page);
        event.open(adult(2)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_laptop_says_of_no_card_that_it_works_and_of_no_search_that_all_were_asked() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        let card = event.open(adult(1)).await.unwrap().card;
        let mut browser = at_desk(&event).await;
        let [done, slip, reader] = [
            format!("/desk/cards/{}/done", card.id),
            format!("/desk/cards/{}/slip", card.id),
            format!("/desk/readers/{}", card.reader),
        ];
        for (place, says) in
            [(&done, "生效后可借"), (&slip, "生效后凭此证可以"), (&reader, "上传并确认后生效")]
        {
            let page = browser.get(place).await;
            assert!(page.contains(says) && page.contains("获确认后"), "{page}");
            assert!(!page.contains("现在就能借书") && !page.contains(">正常<"), "{page}");
        }
        assert!(browser.get("/help").await.contains("系统先查本机"), "{}", browser.page);
        browser.get("/desk").await;
        browser.post("/desk/find", &[("q", "13800000000")]).await;
        assert!(
            browser.page.contains("只查了本机") && !browser.page.contains("已查联合体各馆"),
            "{}",
            browser.page
        );
        browser.get("/desk/open").await;
        let number = adult(2).documents[0].number.clone();
        let fields = [("document.type", "resident_id"), ("document.number", number.as_str())];
        browser.post("/desk/open/document", &fields).await;
        let page = browser.follow().await;
        assert!(page.contains("本机没有办过") && !page.contains("可以新办"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_the_desk_of_a_laptop_answers_only_who_names_this_computer() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        let mut browser = at_desk(&event).await;
        for (host, status) in [
            ("rebound.example.org:8090", StatusCode::MISDIRECTED_REQUEST),
            ("", StatusCode::MISDIRECTED_REQUEST),
            ("localhost:8090", StatusCode::OK),
            ("[::1]", StatusCode::OK),
        ] {
            browser.host = host.to_owned();
            for place in ["/desk", "/assets/icons.svg"] {
                browser.get(place).await;
                assert_eq!(browser.status, status, "{host} {place}");
            }
        }
    })
    .await;
}

/// A browser of whoever works there, at the desk of the laptop.
async fn at_desk(event: &Event) -> Browser {
    let service = event.laptop.house().unwrap().clone().with_laptop(std::sync::Arc::clone(&event.laptop));
    let mut browser = Browser::new(&service);
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
    browser.follow().await;
    let point = browser.hidden("service_point");
    browser.post("/service-point", &[("service_point", &point)]).await;
    browser
}
