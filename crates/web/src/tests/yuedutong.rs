//! The way to 粤读通.

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
