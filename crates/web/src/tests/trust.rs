//! What pages believe, whom they answer, and that no way back loses more than it must.

use chrono::TimeDelta;
use documents::Sex;
use documents::chip::{ChipRecord, ChipVariant, Validity};
use service::kernel::ReaderId;
use service::records;

use super::*;

const OPENED: [(&str, &str); 3] =
    [("kind", "document"), ("reader.name", "梁咏欣"), ("reader.phone", "13900008800")];

/// How the identity of the only reader was checked at the opening.
async fn checked(house: &House, reader: ReaderId) -> String {
    let read = house.service.read(house.clerk(), async move |op| records::timeline(op, reader, 5).await);
    read.await.unwrap().pop().and_then(|entry| entry.checked_how).unwrap()
}

async fn reader_of(house: &House, number: &str) -> ReaderId {
    let number = number.to_owned();
    let found = house.service.write(house.clerk(), async |op| service::cards::find(op, &number).await).await;
    found.unwrap().readers[0].reader.id
}

#[tokio::test]
async fn c_6_2_1_that_a_device_read_the_document_is_believed_of_our_own_form_only() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;

    // Typed, and the hidden field changed on the way.
    let typed = resident_number(7, born(1990, 5, 6));
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", &typed)]).await;
    browser.follow().await;
    browser.page = browser.page.replace("name=\"seen\" value=\"typed\"", "name=\"seen\" value=\"chip\"");
    browser.again(&OPENED).await;
    browser.follow().await;
    assert_eq!(checked(&house, reader_of(&house, &typed).await).await, "by_eye");

    // Read, and another number put in.
    let read = resident_number(8, born(1990, 5, 6));
    let record = ChipRecord {
        variant: ChipVariant::Citizen,
        name: "陈美玲".to_owned(),
        english_name: None,
        sex: Some(Sex::Female),
        ethnicity: None,
        birth_date: born(1990, 5, 6),
        address: None,
        documents: vec![(DocumentKind::ResidentId, read.clone(), None)],
        authority: None,
        valid_from: None,
        valid_until: Validity::LongTerm,
        country: None,
        issue_count: None,
        card_version: None,
        old_number_link: None,
    };
    let record: String = record.encode().iter().map(|byte| format!("{byte:02x}")).collect();
    for (number, name, how) in
        [(resident_number(9, born(1990, 5, 6)), "何嘉", "by_eye"), (read.clone(), "何欣", "reader_device")]
    {
        browser.get("/desk/open").await;
        browser.post("/desk/open/document", &[("record", &record)]).await;
        browser.follow().await;
        assert!(browser.page.contains("name=\"seen\" value=\"chip\""), "{}", browser.page);
        browser.page = browser.page.replace(&read, &number);
        browser.again(&[("kind", "document"), ("reader.name", name), ("reader.phone", "13900008800")]).await;
        browser.follow().await;
        assert_eq!(checked(&house, reader_of(&house, &number).await).await, how);
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_5_1_3_who_serves_no_readers_learns_nothing_at_the_desk_and_is_told_what_they_can_do() {
    let house = house().await;
    let known = house
        .service
        .write(house.clerk(), async |op| service::cards::open(op, adult(21)).await)
        .await
        .unwrap();
    let mut browser = Browser::new(&house);
    browser.sign_in("guan").await;
    assert_eq!((browser.status, browser.location.as_str()), (StatusCode::SEE_OTHER, "/start"));
    browser.follow().await;
    assert!(browser.page.contains("yueka audit verify") && !browser.page.contains("/desk/find"));
    for number in [21, 22] {
        let number = resident_number(number, born(1990, 5, 6));
        browser.get("/start").await;
        browser.post("/desk/open/document", &[("document.number", &number)]).await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN, "{}", browser.page);
    }
    let (reader, card) = (known.reader.id, known.card.id);
    for path in [
        "/desk/open".to_owned(),
        "/desk/form".to_owned(),
        "/office/policies".to_owned(),
        format!("/desk/readers/{reader}"),
        format!("/desk/readers/{reader}/form"),
        format!("/desk/cards/{card}/slip"),
        format!("/desk/cards/{card}/done"),
        format!("/desk/cards/{card}/report-loss"),
    ] {
        browser.get(&path).await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN, "{path}");
    }
    house.tear_down().await;
}

#[tokio::test]
async fn b_the_form_of_a_reader_is_masked_unless_it_is_theirs_who_stands_there_or_for_a_reason() {
    let house = house().await;
    let opened = house
        .service
        .write(house.clerk(), async |op| service::cards::open(op, adult(21)).await)
        .await
        .unwrap();
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let paper = format!("/desk/readers/{}/form", opened.reader.id);
    browser.get(&paper).await;
    for secret in ["13900000021", "reader21@", "季华五路"] {
        assert!(!browser.page.contains(secret), "{secret}");
    }
    browser.post(&paper, &[("reason", "other"), ("note", "")]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.get(&paper).await;
    browser.post(&paper, &[("reason", "verify"), ("note", "")]).await;
    assert!(browser.page.contains("13900000021") && browser.page.contains("季华五路"));

    // One's own, right after the opening; not half an hour later.
    let number = resident_number(30, born(1990, 5, 6));
    browser.open(&number, &OPENED).await;
    browser.follow().await;
    let own = format!("/desk/readers/{}/form", reader_of(&house, &number).await);
    browser.get(&own).await;
    assert!(browser.page.contains("13900008800"), "{}", browser.page);
    house.clock.advance(TimeDelta::minutes(19));
    browser.get("/help").await;
    house.clock.advance(TimeDelta::minutes(12));
    browser.get(&own).await;
    assert_eq!(browser.status, StatusCode::OK);
    assert!(!browser.page.contains("13900008800"));
    house.tear_down().await;
}

#[tokio::test]
async fn what_leads_nowhere_or_comes_from_elsewhere_is_a_page() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    for path in ["/desk/readers/x", "/desk/cards/1/slip", "/desk/readers/%ff", "/desk/cards/x/report-loss"] {
        browser.get(path).await;
        assert_eq!(browser.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            browser.page.contains("</html>") && browser.page.contains("陈敏"),
            "{path}: {}",
            browser.page
        );
    }
    let request = Request::builder()
        .method("POST")
        .uri("/desk/find")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    let response = browser.app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let page = to_bytes(response.into_body(), 4 << 20).await.unwrap();
    assert!(String::from_utf8(page.to_vec()).unwrap().contains("</html>"));
    house.tear_down().await;
}

#[tokio::test]
async fn the_way_back_from_an_open_card_leads_to_pages_and_not_to_forms() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.open(&resident_number(7, born(1990, 5, 6)), &OPENED).await;
    assert!(browser.location.ends_with("/done"));
    browser.get("/desk/open/form").await;
    assert_eq!((browser.status, browser.location.as_str()), (StatusCode::SEE_OTHER, "/desk/open"));

    // The list of the day tells its lines apart, masked.
    browser.get("/desk").await;
    assert!(browser.page.contains("梁*欣") && !browser.page.contains("梁咏欣"), "{}", browser.page);

    // Step 2 can be loaded again, by this session only, and not tomorrow.
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", &resident_number(8, born(1990, 5, 6)))]).await;
    for _ in 0..2 {
        browser.get("/desk/open/form").await;
        assert_eq!(browser.status, StatusCode::OK);
        assert!(browser.page.contains("/preferences"), "a page of its own can change its language");
    }
    let draft = browser.cookies.iter().find(|(name, _)| name == "yueka_draft").unwrap().clone();
    let number = resident_number(8, born(1990, 5, 6));
    assert!(!draft.1.contains(&number) && !draft.1.contains(&number[12..]));
    let mut another = Browser::new(&house);
    another.sign_in("chen").await;
    another.cookies.push(draft);
    another.get("/desk/open/form").await;
    assert_eq!(another.location, "/desk/open");

    // What a form led to offers no other language: what was typed would be gone.
    browser.get("/desk/open/form").await;
    browser.again(&[("kind", "document"), ("reader.name", "梁咏欣"), ("reader.phone", "1")]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!browser.page.contains("/preferences") && browser.page.contains("梁咏欣"));
    house.tear_down().await;
}

#[tokio::test]
async fn c_5_1_3_after_a_session_that_ended_one_is_back_where_one_was() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    house.clock.advance(TimeDelta::minutes(25));
    browser.get("/desk/open").await;
    assert_eq!(browser.location, "/sign-in?ended");
    browser.follow().await;
    assert!(browser.page.contains("回到原来的页面"), "{}", browser.page);
    browser.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
    browser.follow().await;
    let point = browser.hidden("service_point");
    browser.post("/service-point", &[("service_point", &point)]).await;
    assert_eq!(browser.location, "/desk/open");
    // Once; and never to another site.
    browser.get("/service-point").await;
    browser.cookies.retain(|(name, _)| name != "yueka_next");
    browser.cookies.push(("yueka_next".to_owned(), "//elsewhere.example".to_owned()));
    browser.post("/service-point", &[("service_point", &point)]).await;
    assert_eq!(browser.location, "/desk");
    house.tear_down().await;
}

#[tokio::test]
async fn a_3_2_a_library_sets_its_policies_on_a_page() {
    let house = house().await;
    house.add_staff("feng", house.fs, Role::BranchManager).await.unwrap();
    for language in Language::ALL {
        let mut browser = Browser::new(&house);
        browser.cookies.push(("yueka_language".to_owned(), language.tag().to_owned()));
        browser.sign_in("feng").await;
        browser.get("/office/policies").await;
        assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
        assert!(!browser.page.contains("policy-name-") && browser.page.contains("A.3.2"), "{}", browser.page);
    }
    let mut browser = Browser::new(&house);
    browser.sign_in("feng").await;
    browser.get("/office/policies?library=FS").await;
    let set =
        |value: &'static str| [("library", "FS"), ("policy", "av_limit"), ("value", value), ("do", "set")];
    browser.post("/office/policies", &set("many")).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("0 到 500") && browser.page.contains("value=\"many\""));
    browser.post("/office/policies", &set("13")).await;
    assert_eq!(browser.location, "/office/policies?library=FS&saved=av_limit#av-limit");
    browser.follow().await;
    assert!(browser.page.contains("“音像资料件数”已保存"), "{}", browser.page);
    browser.get("/office/policies?library=FS-ZM").await;
    assert!(browser.page.contains("<td>13</td>"), "a branch has what its library set");
    browser.get("/office/policies").await;
    browser.post("/office/policies", &[("library", "FS"), ("policy", "av_limit"), ("do", "clear")]).await;
    browser.follow().await;
    assert!(!browser.page.contains("<td>13</td>"));
    browser.post("/office/policies", &[("library", "SD"), ("policy", "av_limit"), ("value", "4")]).await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND, "another library's");
    let mut clerk = Browser::new(&house);
    clerk.sign_in("chen").await;
    clerk.get("/office/policies").await;
    assert_eq!(clerk.status, StatusCode::FORBIDDEN);
    house.tear_down().await;
}
