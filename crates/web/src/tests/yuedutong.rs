//! The way to 粤读通.

use service::kernel::{Actor, Who};
use service::libraries::{NewServicePoint, add_service_point};
use service::partners::{NewPartner, PartnerKind, PartnerSettings, add_partner, list_partners};
use service::yuedutong;

use super::*;

#[tokio::test]
async fn c_6_1_4_1_readers_are_led_to_yuedutong_in_three_languages() {
    let house = house().await;
    for language in Language::ALL {
        let t = Text { language };
        let mut browser = Browser::new(&house);
        browser.cookies.push(("yueka_language".to_owned(), language.tag().to_owned()));
        browser.get("/my/sign-in").await;
        assert!(browser.page.contains("href=\"/yuedutong\""), "{}", browser.page);
        browser.get("/yuedutong").await;
        assert_eq!(browser.status, StatusCode::OK);
        // The three doors of 6.1.4.1, and the five functions of 6.1.4.2.
        for key in [
            "yuedutong-open-program",
            "yuedutong-open-yueshengshi",
            "yuedutong-open-account",
            "yuedutong-can-borrow",
            "yuedutong-can-sign-in",
            "yuedutong-can-resources",
            "yuedutong-can-renew",
            "yuedutong-can-history",
        ] {
            assert!(browser.page.contains(&t.t(key)), "{key}: {}", browser.page);
        }
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_1_1_the_desk_prints_the_way_to_yuedutong() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.get("/desk/yuedutong").await;
    assert_ne!(browser.status, StatusCode::OK, "for staff");
    browser.sign_in("chen").await;
    browser.get("/desk").await;
    assert!(browser.page.contains("href=\"/desk/yuedutong\""), "{}", browser.page);
    browser.get("/desk/yuedutong").await;
    assert!(browser.page.contains("/yuedutong</p>") && browser.page.contains("class=\"squares\""));
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_1_4_2_a_card_of_yuedutong_says_where_it_comes_from() {
    let house = house().await;
    let new = NewServicePoint {
        library: house.fs,
        code: "WEB".to_owned(),
        kind: service::libraries::ServicePointKind::Online,
        name: "网上办证".to_owned(),
    };
    let point = house.service.write(house.system(), async |op| add_service_point(op, new.clone()).await);
    let settings = PartnerSettings {
        service_point: point.await.unwrap(),
        addresses: String::new(),
        calls_per_minute: 60,
        events_url: String::new(),
        title: String::new(),
        purpose: String::new(),
    };
    let point = settings.service_point;
    let new = NewPartner { kind: PartnerKind::Yuedutong, name: "yuedutong".to_owned(), settings };
    house.service.write(house.system(), async |op| add_partner(op, &new).await).await.unwrap();
    let partners = house.service.read(house.system(), list_partners).await.unwrap();
    let actor = Actor {
        who: Who::Partner(partners[0].id),
        service_point: Some(point),
        rights: vec![Right::OpenCards],
        channel: Channel::Yuedutong,
        ..house.clerk()
    };
    let person = adult(81);
    let request = yuedutong::Open {
        code: "GDYDT-00000081".to_owned(),
        reader: person.reader.clone(),
        document: person.documents[0].clone(),
    };
    let opened = house.service.write(actor, async |op| yuedutong::open(op, request.clone()).await).await;
    let reader = opened.unwrap().reader.id;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get(&format!("/desk/readers/{reader}")).await;
    for said in ["· 粤读通", "粤读通平台", "关联粤读通"] {
        assert!(browser.page.contains(said), "{said}: {}", browser.page);
    }
    house.tear_down().await;
}
