//! The desk recognises people: the box, the document, the form.

use axum::http::StatusCode;
use documents::{Sex, synthetic};
use service::cards::{self, CancelReason, OpenCard, Opened};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, born, foreigner, resident_number};

use super::{Browser, house};

async fn opened(house: &House, request: OpenCard) -> Opened {
    house.service.write(house.clerk(), async move |op| cards::open(op, request.clone()).await).await.unwrap()
}

async fn cancelled(house: &House, request: OpenCard) -> Opened {
    let opened = opened(house, request).await;
    let cancel = cards::Cancel {
        card: opened.card.id,
        reason: CancelReason::Wish,
        circulation_checked: true,
        check: IdentityCheck::of_the_person(CheckMethod::ByEye),
    };
    house
        .service
        .write(house.clerk(), async move |op| cards::cancel(op, cancel.clone()).await)
        .await
        .unwrap();
    opened
}

#[tokio::test]
async fn c_4_2_a_passport_scanned_without_its_country_leads_to_its_holder() {
    let house = house().await;
    let known = opened(&house, foreigner(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.post("/desk/find", &[("q", &synthetic::passport(1))]).await;
    assert_eq!(browser.location, format!("/desk/readers/{}", known.reader.id));

    // Of a number that nobody has, no green light: it may be known with another country's.
    let unknown = synthetic::passport(9);
    browser.get("/desk").await;
    browser.post("/desk/find", &[("q", &unknown)]).await;
    assert!(browser.page.contains("像护照号码") && browser.page.contains("签发国家"), "{}", browser.page);
    assert!(!browser.page.contains("data-kind=\"done\"") && !browser.page.contains("可以新办"));
    browser.post("/desk/open/document", &[("document.number", &unknown)]).await;
    browser.follow_if_sent_on().await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("href=\"#document-issuing-country\""), "{}", browser.page);

    // The known number as another country's: shown before the click.
    let number = synthetic::passport(1);
    browser
        .post("/desk/open/document", &[("document.number", &number), ("document.issuing_country", "BRA")])
        .await;
    browser.follow_if_sent_on().await;
    assert_eq!(browser.status, StatusCode::OK);
    assert!(browser.page.contains("Maria da Silva") && browser.page.contains("duplicates_seen"));
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_a_mistyped_number_is_told_and_kept() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let good = resident_number(7, born(1990, 5, 6));
    let wrong = format!("{}{}", &good[..17], if good.ends_with('1') { '2' } else { '1' });
    for (typed, told) in [(&good[..16], "应有 15, 18 位"), (wrong.as_str(), "校验码不对")] {
        browser.get("/desk").await;
        browser.post("/desk/find", &[("q", typed)]).await;
        assert!(browser.page.contains(told), "{typed}: {}", browser.page);
        assert!(browser.page.contains(&format!("name=\"q\" value=\"{typed}\"")), "{}", browser.page);
    }
    for typed in ["0757000000000000", "FS99999999", "13900000009", "王小明"] {
        browser.get("/desk").await;
        browser.post("/desk/find", &[("q", typed)]).await;
        assert!(!browser.page.contains("data-invalid") && !browser.page.contains("可以新办"), "{typed}");
        assert!(browser.page.contains(&format!("name=\"q\" value=\"{typed}\"")), "{typed}");
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_1_1_only_a_check_digit_that_was_there_is_said_to_be_right() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let permit = synthetic::hk_macao_permit(synthetic::HmtRegion::Macao, 7, None);
    let citizen = resident_number(7, born(1990, 5, 6));
    for (number, right) in [(citizen.as_str(), true), (permit.as_str(), false)] {
        browser.get("/desk").await;
        browser.post("/desk/find", &[("q", number)]).await;
        assert_eq!(browser.page.contains("号码校验正确"), right, "{number}");
        assert_eq!(browser.page.contains("号码没有校验位"), !right, "{number}");
        browser.post("/desk/open/document", &[("document.number", number)]).await;
        browser.follow_if_sent_on().await;
        assert_eq!(browser.page.contains("号码校验正确"), right, "{number}");
        assert_eq!(browser.page.contains("号码没有校验位"), !right, "{number}");
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_1_1_a_line_of_a_passports_zone_waits_for_the_other() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let line = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", line)]).await;
    browser.follow_if_sent_on().await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    let encoded = line.replace('<', "&#60;");
    assert!(browser.page.contains(&format!("autofocus>{encoded}\n</textarea>")), "{}", browser.page);
    assert!(browser.page.contains("只是机读码的一行"));
    browser.post("/desk/find", &[("q", line)]).await;
    assert!(browser.page.contains("只是机读码的一行") && browser.page.contains(&encoded));
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_2_1_the_form_shows_whose_document_it_is_and_starts_from_the_record() {
    let house = house().await;
    let mut request = adult(1);
    request.reader.name = "陈美玲".to_owned();
    let known = cancelled(&house, request).await;
    let number = resident_number(1, born(1990, 5, 6));
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", &number)]).await;
    browser.follow_if_sent_on().await;
    assert_eq!(browser.status, StatusCode::OK);
    assert!(browser.page.contains("这个证件在一位读者的记录里") && browser.page.contains("陈*玲"));
    assert!(browser.page.contains(&format!("/desk/readers/{}", known.reader.id)));
    for kept in ["value=\"陈美玲\"", "value=\"13900000001\"", "value=\"第一中学\""] {
        assert!(browser.page.contains(kept), "{kept}");
    }
    // Somebody else's name: refused, and the record stays.
    let fields = [("kind", "document"), ("reader.name", "李别人"), ("reader.phone", "13900008800")];
    browser.again(&fields).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(
        browser.page.contains("另一个姓名或出生日期") && browser.page.contains("陈*玲"),
        "{}",
        browser.page
    );
    let fields = [("kind", "document"), ("reader.name", "陳美玲"), ("reader.phone", "13900008800")];
    browser.again(&fields).await;
    assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn a_1_a_record_that_differs_from_its_number_is_shown_on_the_form() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let birth = born(1989, 11, 2);
    let record = documents::chip::ChipRecord {
        variant: documents::chip::ChipVariant::Citizen,
        name: "梁咏欣".to_owned(),
        english_name: None,
        sex: Some(Sex::Male),
        ethnicity: None,
        birth_date: born(1989, 11, 3),
        address: None,
        documents: vec![(
            documents::DocumentKind::ResidentId,
            synthetic::resident_number(7, birth, Sex::Female, 3),
            None,
        )],
        authority: None,
        valid_from: None,
        valid_until: documents::chip::Validity::LongTerm,
        country: None,
        issue_count: None,
        card_version: None,
        old_number_link: None,
    };
    let hex: String = record.encode().iter().map(|byte| format!("{byte:02x}")).collect();
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", &hex)]).await;
    browser.follow_if_sent_on().await;
    assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
    assert!(browser.page.contains("芯片里的出生日期和证件号码里的不同"), "{}", browser.page);
    assert!(browser.page.contains("性别和证件号码里的不同"));
    house.tear_down().await;
}
