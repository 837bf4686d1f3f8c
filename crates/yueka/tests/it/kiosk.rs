//! A card is opened alone at a kiosk (6.1.1.1, A.2.1 c), as its browser meets it; on both databases.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{NaiveDate, TimeDelta};
use documents::chip::{ChipRecord, ChipVariant, Validity};
use documents::{DocumentKind, Sex, synthetic};
use service::cards::password::sign_in;
use service::cards::{self, CardState, OpenCard};
use service::kernel::{ApiTokenId, Right, ServicePointId};
use service::kiosk;
use service::readers;
use service::records::Told;
use service::staff::{self, NewToken};
use service::testing::{House, adult, born, on_both_databases, resident_number};

use crate::amend::refused;
use crate::api::post;
use crate::browser::Browser;
use crate::life::history;
use crate::passwords::{cheap, default_of, delivered};
use crate::running::adult_json;

/// A token for a service point.
pub async fn token(house: &House, point: ServicePointId, rights: &[Right]) -> String {
    let new = NewToken { name: "自助机".to_owned(), service_point: point, rights: rights.to_vec() };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

/// A browser that staff have set up as the kiosk of FS.
pub async fn kiosk(house: &House) -> Browser {
    kiosk_with(house, &token(house, house.fs_kiosk, &[Right::RunKiosk]).await).await
}

pub async fn kiosk_with(house: &House, token: &str) -> Browser {
    let mut browser = Browser::new(&cheap(house).0);
    browser.get("/kiosk/set-up").await;
    browser.post("/kiosk/set-up", &[("kiosk_token", token), ("printer", "on")]).await;
    assert_eq!(browser.location, "/kiosk", "{}", browser.page);
    browser.follow().await;
    browser
}

/// The chip of a citizen's card, as a bridge hands it on.
pub fn chip(name: &str, birth: NaiveDate, number: &str) -> ChipRecord {
    ChipRecord {
        variant: ChipVariant::Citizen,
        name: name.to_owned(),
        english_name: None,
        sex: Some(Sex::Female),
        ethnicity: None,
        birth_date: birth,
        address: Some("佛山市南海区桂澜路".to_owned()),
        documents: vec![(DocumentKind::ResidentId, number.to_owned(), None)],
        authority: None,
        valid_from: None,
        valid_until: Validity::LongTerm,
        country: None,
        issue_count: None,
        card_version: None,
        old_number_link: None,
    }
}

/// The chip of `testing::adult`.
pub fn chip_of(serial: u32) -> String {
    let request = adult(serial);
    base64(&chip(&request.reader.name, born(1990, 5, 6), &request.documents[0].number))
}

pub fn base64(record: &ChipRecord) -> String {
    STANDARD.encode(record.encode())
}

/// Somebody begins; whoever stood there before has started over.
pub async fn begins(browser: &mut Browser, language: &str) {
    browser.get("/kiosk").await;
    if !follow_all(browser).await.is_empty() {
        browser.post("/kiosk/end", &[]).await;
        browser.follow().await;
    }
    browser.post("/kiosk/begin", &[("language", language)]).await;
    assert_eq!(browser.follow().await.matches("data-read-now").count(), 1);
}

/// Somebody begins and holds a document to the reader; where that leads.
pub async fn shows(browser: &mut Browser, record: &str) -> String {
    begins(browser, "zh-Hans").await;
    browser.post("/kiosk/document", &[("record", record)]).await;
    let leads_to = follow_all(browser).await;
    assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
    leads_to
}

/// How many rows a table with versions has.
pub async fn rows(house: &House, table: &str) -> u64 {
    house.tamper(&["UPDATE ", table, " SET version = version"].concat()).await.unwrap()
}

/// Follows to the page where somebody is.
pub async fn follow_all(browser: &mut Browser) -> String {
    let mut place = String::new();
    while browser.status == StatusCode::SEE_OTHER {
        place.clone_from(&browser.location);
        browser.follow().await;
    }
    place
}

/// Agrees and tells a phone number.
pub async fn answers(browser: &mut Browser, phone: &str) {
    let version = browser.hidden("version");
    browser.post("/kiosk/notice", &[("answer", "agree"), ("version", &version)]).await;
    browser.follow().await;
    browser.post("/kiosk/phone", &[("phone", phone)]).await;
    browser.follow().await;
    assert!(browser.page.contains("name=\"new_password\""), "{}", browser.page);
}

/// The number on the page of a card that was opened.
fn number_on(page: &str) -> String {
    let shown = page.split("data-number>").nth(1).unwrap().split('<').next().unwrap();
    shown.chars().filter(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn c_6_1_1_1_somebody_opens_a_card_alone_at_a_kiosk() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        assert_eq!(shows(&mut browser, &chip_of(1)).await, "/kiosk/notice");
        assert!(browser.page.contains("测*") && !browser.page.contains("测一"), "the name is masked");
        answers(&mut browser, "139 0000 0001").await;
        assert!(browser.page.contains("最后六位"), "the rule of the password is told, not its digits");
        browser.post("/kiosk/password", &[("answer", "later")]).await;
        browser.follow().await;
        let number = number_on(&browser.page);
        assert!(cards::is_virtual_number(&number), "{number}");
        for secret in [default_of(1).as_str(), "13900000001", "测一", &resident_number(1, born(1990, 5, 6))]
        {
            assert!(!browser.page.contains(secret), "{secret} stands on the page");
        }
        let card =
            house.service.write(house.clerk(), async |op| cards::card_by_number(op, &number).await).await;
        let card = card.unwrap().card;
        assert_eq!((card.state, card.issuing_library), (CardState::Active, house.fs));
        assert_eq!(card.channel.as_str(), "self_service");
        assert!(card.default_password);
        let reader = card.reader;
        let full =
            house.service.write(house.clerk(), async |op| readers::for_opening(op, reader).await).await;
        assert_eq!(full.unwrap().phone, "13900000001");
        // The record says how it was checked, and which notice was agreed to.
        let records = history(house, &card).await;
        let [record] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!((record.service.as_str(), record.channel.as_str()), ("open_card", "self_service"));
        assert_eq!(record.checked_how.as_deref(), Some("reader_device"));
        assert!(record.told.contains(&Told::Consent(kiosk::NOTICE.to_owned())), "{record:?}");
        // Done: nothing of them is there any more.
        browser.post("/kiosk/end", &[]).await;
        browser.follow().await;
        assert!(!browser.page.contains(&number));
        assert_eq!(rows(house, "kiosk_visits").await, 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_1_1_who_chose_a_language_at_the_kiosk_is_told_in_it() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        begins(&mut browser, "en").await;
        browser.post("/kiosk/document", &[("record", &chip_of(1))]).await;
        browser.follow().await;
        answers(&mut browser, "13900000001").await;
        browser.post("/kiosk/password", &[("answer", "later")]).await;
        browser.follow().await;
        assert!(browser.page.contains("Your card is open"));
        let number = number_on(&browser.page);
        let found =
            house.service.write(house.clerk(), async |op| cards::card_by_number(op, &number).await).await;
        assert_eq!(found.unwrap().reader.language.as_deref(), Some("en"));
        let told = delivered(&house.service).await;
        assert!(told.iter().any(|due| due.body.contains("Your library card")), "{} messages", told.len());
    })
    .await;
}

#[tokio::test]
async fn c_6_1_1_2_a_password_may_be_chosen_before_the_card_is_opened() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let mut browser = kiosk(house).await;
        shows(&mut browser, &chip_of(1)).await;
        answers(&mut browser, "13900000001").await;
        for (typed, told) in [
            ("", "至少 8"),
            ("short1", "至少 8"),
            ("aa123456", "很多人"),
            ("x13900000001", "生日"),
            ("ce19900506", "生日"),
        ] {
            browser.post("/kiosk/password", &[("answer", "choose"), ("new_password", typed)]).await;
            assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            let error = browser.page.split("password-error\">").nth(1).unwrap().split('<').next().unwrap();
            assert!(!error.is_empty(), "{typed}: {told}");
            assert!(typed.is_empty() || !browser.page.contains(typed), "what was typed is not sent back");
            assert_eq!(rows(house, "cards").await, 0, "nothing is opened with {typed}");
        }
        let typed = "mei4zai4shu1li";
        browser.post("/kiosk/password", &[("answer", "choose"), ("new_password", typed)]).await;
        browser.follow().await;
        assert!(browser.page.contains("您刚才选的密码") && !browser.page.contains("最后六位"));
        let number = number_on(&browser.page);
        sign_in(&service, &number, typed, "there").await.unwrap();
        assert!(sign_in(&service, &number, &default_of(1), "there").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_1_under_16_or_without_a_document_that_can_be_the_card_one_is_sent_to_the_desk() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        let child = chip("测童", born(2017, 3, 9), &resident_number(2, born(2017, 3, 9)));
        assert_eq!(shows(&mut browser, &base64(&child)).await, "/kiosk/done");
        assert!(browser.page.contains("和监护人一起到服务台") && browser.page.contains("表 A1"));
        assert!(browser.page.contains("K1-01"), "a number for the desk");
        // The day before and after the sixteenth birthday, in Foshan.
        let today = house.clock.today();
        for (birth, place) in [
            (today - chrono::Months::new(192) + TimeDelta::days(1), "/kiosk/done"),
            (today - chrono::Months::new(192), "/kiosk/notice"),
        ] {
            let record = base64(&chip("测甲", birth, &resident_number(3, birth)));
            assert_eq!(shows(&mut browser, &record).await, place, "{birth}");
        }
        // Who has another document says so, and is told what to bring.
        for (kind, brings) in [
            ("passport", "护照原件"),
            ("hk_macao_permit", "港澳居民来往内地通行证原件"),
            ("household_register", "户口簿原件，翻到本人那一页"),
        ] {
            begins(&mut browser, "zh-Hans").await;
            browser.get("/kiosk/other").await;
            browser.post("/kiosk/other", &[("document.type", kind)]).await;
            browser.follow().await;
            assert!(
                browser.page.contains("请到服务台办理“一卡通”") && browser.page.contains(brings),
                "{kind}"
            );
        }
        // Table A1 lets a residence permit of Hong Kong, Macao and Taiwan residents be the card, and the permanent resident's.
        let hmt = ChipRecord {
            variant: ChipVariant::HmtPermit,
            documents: vec![(
                DocumentKind::HmtResidencePermit,
                synthetic::hmt_permit(synthetic::HmtRegion::Macao, 5, born(1980, 1, 2), Sex::Female, 4),
                None,
            )],
            ..chip("何家欣", born(1980, 1, 2), "")
        };
        assert_eq!(shows(&mut browser, &base64(&hmt)).await, "/kiosk/notice");
        assert_eq!(rows(house, "cards").await, 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_1_1_what_is_typed_or_damaged_or_expired_opens_nothing() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        let number = resident_number(1, born(1990, 5, 6));
        for typed in [number.as_str(), "", "!!", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"] {
            begins(&mut browser, "zh-Hans").await;
            browser
                .post("/kiosk/document", &[("record", typed), ("document.number", &number), ("mrz", typed)])
                .await;
            assert_eq!(browser.location, "/kiosk/document?again", "{typed}");
        }
        let expired = ChipRecord {
            valid_until: Validity::Date(born(2020, 1, 1)),
            ..chip("测一", born(1990, 5, 6), &number)
        };
        assert_eq!(shows(&mut browser, &base64(&expired)).await, "/kiosk/done");
        assert!(browser.page.contains("证件已过有效期"));
        // A chip that says otherwise than its number is for somebody to look at.
        let differs = chip("测一", born(1990, 5, 7), &number);
        assert_eq!(shows(&mut browser, &base64(&differs)).await, "/kiosk/done");
        assert!(browser.page.contains("要人工核对"));
        assert_eq!(rows(house, "readers").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_1_a_desk_and_a_kiosk_racing_for_one_person_make_one_card() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        for serial in 1..=6 {
            shows(&mut browser, &chip_of(serial)).await;
            answers(&mut browser, "13900000001").await;
            let desk = async {
                let request: OpenCard = adult(serial);
                house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await
            };
            let (at_desk, ()) = tokio::join!(desk, browser.post("/kiosk/password", &[("answer", "later")]));
            follow_all(&mut browser).await;
            let opened_here = browser.page.contains("data-number");
            match at_desk {
                Ok(_) => assert!(!opened_here && browser.page.contains("您已经有借阅证"), "{}", browser.page),
                Err(error) => {
                    refused::<()>(Err(error), "already_holds_card");
                    assert!(opened_here, "{}", browser.page);
                }
            }
            assert_eq!(rows(house, "cards").await, u64::from(serial), "one card for {serial}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_1_1_a_button_pressed_twice_opens_one_card() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        shows(&mut browser, &chip_of(1)).await;
        answers(&mut browser, "13900000001").await;
        let mut other = kiosk_like(house, &browser);
        tokio::join!(
            browser.post("/kiosk/password", &[("answer", "later")]),
            other.post("/kiosk/password", &[("answer", "later")])
        );
        follow_all(&mut browser).await;
        follow_all(&mut other).await;
        assert_eq!(number_on(&browser.page), number_on(&other.page));
        assert_eq!((rows(house, "cards").await, rows(house, "readers").await), (1, 1));
        assert_eq!(
            house.tamper("UPDATE kiosk_days SET opened = opened WHERE opened = 1").await.unwrap(),
            1,
            "and counts once"
        );
    })
    .await;
}

/// The same browser once more.
fn kiosk_like(house: &House, browser: &Browser) -> Browser {
    let mut other = Browser::new(&cheap(house).0);
    other.cookies.clone_from(&browser.cookies);
    other.page.clone_from(&browser.page);
    other
}

#[tokio::test]
async fn c_5_1_3_a_kiosks_token_opens_nothing_anywhere_else_and_ends_at_once() {
    on_both_databases(async |house| {
        let secret = token(house, house.fs_kiosk, &[Right::RunKiosk]).await;
        let answer = post(house, &secret, "/api/v1/cards", &adult_json(1)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        // Nor does a token of the API, or of a desk, run a kiosk.
        let of_api = token(house, house.fs_kiosk, &[Right::OpenCards, Right::FindReaders]).await;
        let of_desk = token(house, house.fs_desk, &[Right::RunKiosk, Right::OpenCards]).await;
        for wrong in [of_api.as_str(), &of_desk, "yk_nothing", ""] {
            let mut browser = Browser::new(&house.service);
            browser.get("/kiosk/set-up").await;
            browser.post("/kiosk/set-up", &[("kiosk_token", wrong)]).await;
            assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            browser.cookies.push(("yueka_kiosk".to_owned(), wrong.to_owned()));
            browser.get("/kiosk").await;
            assert_eq!(browser.status, StatusCode::FORBIDDEN, "{wrong}");
            assert!(browser.page.contains("此自助机尚未启用") && browser.page.contains("not in use"));
        }
        // Revoked in the middle of it, nothing more is done.
        let mut browser = kiosk_with(house, &secret).await;
        shows(&mut browser, &chip_of(1)).await;
        answers(&mut browser, "13900000001").await;
        revoke_all(house).await;
        browser.post("/kiosk/password", &[("answer", "later")]).await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN);
        assert!(browser.page.contains("令牌已失效"));
        browser.get("/kiosk/alive").await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN);
        assert_eq!(rows(house, "cards").await, 0);
    })
    .await;
}

async fn revoke_all(house: &House) {
    let tokens = house.service.read(house.system(), staff::list_tokens).await.unwrap();
    for token in tokens {
        let id: ApiTokenId = token.id;
        house.service.write(house.system(), async move |op| staff::revoke_token(op, id).await).await.unwrap();
    }
}

#[tokio::test]
async fn c_5_1_3_a_stolen_token_neither_reads_nor_opens_without_end() {
    on_both_databases(async |house| {
        let mut browser = kiosk(house).await;
        let mut last = StatusCode::OK;
        for serial in 1..=31 {
            begins(&mut browser, "en").await;
            browser.post("/kiosk/document", &[("record", &chip_of(serial))]).await;
            last = browser.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
        assert!(browser.page.contains("This kiosk is pausing"), "{}", browser.page);
        // After a while it goes on; the cards of a day are counted all the same.
        house.clock.advance(TimeDelta::minutes(20));
        shows(&mut browser, &chip_of(40)).await;
        answers(&mut browser, "13900000001").await;
        browser.post("/kiosk/password", &[("answer", "later")]).await;
        follow_all(&mut browser).await;
        browser.post("/kiosk/end", &[]).await;
        let full = ["UPDATE kiosk_days SET opened = ", &kiosk::CARDS_PER_DAY.to_string()].concat();
        assert_eq!(house.tamper(&full).await.unwrap(), 1);
        shows(&mut browser, &chip_of(1)).await;
        answers(&mut browser, "13900000001").await;
        browser.post("/kiosk/password", &[("answer", "later")]).await;
        assert_eq!(browser.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(rows(house, "cards").await, 1);
        house.clock.advance(TimeDelta::days(1));
        shows(&mut browser, &chip_of(1)).await;
        answers(&mut browser, "13900000001").await;
        browser.post("/kiosk/password", &[("answer", "later")]).await;
        browser.follow().await;
        assert_eq!(rows(house, "cards").await, 2);
    })
    .await;
}
