//! The reader's own pages, as a phone without scripts meets them.

use axum::http::{StatusCode, header};
use service::Service;
use service::cards::password::sign_in;
use service::cards::{self, Opened};
use service::kernel::{Role, local_moment};
use service::testing::{House, adult, born, child, on_both_databases, resident_number};

use crate::browser::Browser;
use crate::passwords::{cheap, code_in, default_of, delivered, open};

pub const CHOSEN: &str = "mei4zai4shu1li";

async fn enter(browser: &mut Browser, number: &str, password: &str) {
    browser.get("/my/sign-in").await;
    browser.post("/my/sign-in", &[("number", number), ("password", password)]).await;
}

/// A reader with a password of their own, on the page of the card.
pub async fn at_home(house: &House, service: &Service, serial: u32) -> (Browser, Opened) {
    let opened = open(house, adult(serial)).await;
    let mut browser = Browser::new(service);
    enter(&mut browser, &opened.card.number, &default_of(serial)).await;
    browser.follow().await;
    let fields = [
        ("current_password", default_of(serial)),
        ("new_password", CHOSEN.to_owned()),
        ("repeat_password", CHOSEN.to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/my/password", &fields).await;
    browser.follow().await;
    delivered(service).await;
    (browser, opened)
}

#[tokio::test]
async fn a_2_3_the_first_sign_in_leads_to_a_password_of_ones_own_and_then_to_the_card() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let mut browser = Browser::new(&service);
        browser.get("/my").await;
        assert_eq!(browser.location, "/my/sign-in");
        enter(&mut browser, &opened.card.number, "000000").await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN);
        assert!(browser.page.contains("号码或密码不对") && browser.page.contains(&opened.card.number));
        enter(&mut browser, &opened.card.number, &default_of(1)).await;
        assert_eq!(browser.location, "/my/password");
        // Nothing else before.
        for path in ["/my", "/my/information", "/my/loss", "/my/data", "/my/history"] {
            browser.get(path).await;
            assert_eq!(
                (browser.status, browser.location.as_str()),
                (StatusCode::SEE_OTHER, "/my/password"),
                "{path}"
            );
        }
        browser.get("/my/password").await;
        let weak = [
            ("current_password", default_of(1)),
            ("new_password", "a19900506".to_owned()),
            ("repeat_password", "a19900506".to_owned()),
        ];
        let weak: Vec<(&str, &str)> = weak.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/my/password", &weak).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("id=\"new-password-error\"") && !browser.page.contains("a19900506"));
        let good = [
            ("current_password", default_of(1)),
            ("new_password", CHOSEN.to_owned()),
            ("repeat_password", CHOSEN.to_owned()),
        ];
        let good: Vec<(&str, &str)> = good.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/my/password", &good).await;
        browser.follow().await;
        assert!(browser.page.contains(&cards::grouped(&opened.card.number)), "{}", browser.page);
        assert!(browser.page.contains("card-face-bars") && browser.page.contains("card-face-squares"));
        assert!(browser.page.contains("正常") && browser.page.contains("data-state=\"active\""));
        let policy = browser.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        assert!(
            !policy.contains("unsafe")
                && !browser.page.contains("<script")
                && !browser.page.contains("style=\"")
        );
        assert_eq!(browser.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        browser.post("/my/sign-out", &[]).await;
        browser.get("/my").await;
        assert_eq!(browser.location, "/my/sign-in");
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_reader_opens_no_page_of_the_desk_and_staff_none_of_a_reader() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let (mut reader, opened) = at_home(house, &service, 1).await;
        let desk = format!("/desk/readers/{}", opened.reader.id);
        for path in ["/desk", desk.as_str(), "/account", "/desk/open", "/help"] {
            reader.get(path).await;
            assert_eq!(
                (reader.status, reader.location.as_str()),
                (StatusCode::SEE_OTHER, "/sign-in"),
                "{path}"
            );
        }
        // The same token in the other cookie is no key either.
        let token = reader.cookies.iter().find(|(name, _)| name == "yueka_reader").unwrap().1.clone();
        let mut forged = Browser::new(&service);
        forged.cookies.push(("yueka_session".to_owned(), token));
        forged.get("/desk").await;
        assert_eq!(forged.location, "/sign-in?ended");

        let mut clerk = Browser::new(&service);
        clerk.get("/sign-in").await;
        clerk.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        let token = clerk.cookies.iter().find(|(name, _)| name == "yueka_session").unwrap().1.clone();
        for path in ["/my", "/my/information", "/my/data"] {
            clerk.get(path).await;
            assert_eq!(clerk.location, "/my/sign-in", "{path}");
        }
        let mut forged = Browser::new(&service);
        forged.cookies.push(("yueka_reader".to_owned(), token));
        forged.get("/my").await;
        assert_eq!(forged.location, "/my/sign-in?ended");
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_forms_of_the_portal_from_elsewhere_are_refused() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (mut browser, _) = at_home(house, &service, 1).await;
        for path in [
            "/my/sign-in",
            "/my/sign-out",
            "/my/password",
            "/my/forgotten",
            "/my/forgotten/code",
            "/my/loss",
            "/my/information",
            "/my/contact",
            "/my/contact/code",
            "/my/request",
            "/my/request/withdraw",
            "/my/data",
            "/my/children/0191e0c0-0000-7000-8000-000000000000/loss",
        ] {
            browser.send("POST", path, "csrf=0&x=y".to_owned()).await;
            assert_eq!(browser.status, StatusCode::FORBIDDEN, "{path}");
            assert!(browser.page.contains("href=\"/my\""), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_reader_reports_the_loss_and_the_card_stops_here_too() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (mut browser, opened) = at_home(house, &service, 1).await;
        browser.get("/my/loss").await;
        let key = browser.hidden("idempotency_key");
        browser.post("/my/loss", &[("idempotency_key", &key)]).await;
        assert!(browser.location.starts_with("/my/loss/done?record="), "{}", browser.location);
        let moment = local_moment(house.clock.now());
        browser.follow().await;
        for said in [moment.as_str(), "北京时间", "恢复", "0757"] {
            assert!(browser.page.contains(said), "{said}: {}", browser.page);
        }
        // To whoever else opens the page it says what a lost card means, and of nobody's loss.
        for path in ["/my/loss/done", "/my/loss/done?record=0191e0c0-0000-7000-8000-000000000000&language=en"]
        {
            browser.get(path).await;
            assert_eq!(browser.status, StatusCode::OK);
            assert!(!browser.page.contains(&moment), "{path}");
        }
        enter(&mut browser, &opened.card.number, CHOSEN).await;
        assert_eq!(browser.status, StatusCode::CONFLICT);
        assert!(browser.page.contains("已经挂失") || browser.page.contains("已挂失"), "{}", browser.page);
        assert!(delivered(&service).await.iter().any(|due| due.body.contains("挂失")));
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_who_forgot_the_password_is_told_the_same_with_a_card_and_without() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        delivered(&service).await;
        let mut browser = Browser::new(&service);
        let mut answers = Vec::new();
        for number in ["FS99999999", &opened.card.number] {
            browser.get("/my/forgotten").await;
            browser.post("/my/forgotten", &[("number", number), ("medium", "sms")]).await;
            assert_eq!(browser.status, StatusCode::OK);
            let id = browser.hidden("code_id");
            answers.push(browser.page.replace(&id, "ID"));
        }
        assert_eq!(answers[0], answers[1], "nothing tells whether there is such a reader");
        let code = code_in(&delivered(&service).await[0].body);
        let id = browser.hidden("code_id");
        let fields = [
            ("code_id", id.as_str()),
            ("medium", "sms"),
            ("code", &code),
            ("new_password", CHOSEN),
            ("repeat_password", CHOSEN),
        ];
        browser.post("/my/forgotten/code", &fields).await;
        browser.follow().await;
        assert!(browser.page.contains("新密码已经设定"));
        enter(&mut browser, &opened.card.number, CHOSEN).await;
        assert_eq!(browser.location, "/my");
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_reader_changes_what_is_theirs_to_change_and_the_rest_goes_to_staff() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (mut browser, opened) = at_home(house, &service, 1).await;
        browser.get("/my/information").await;
        assert!(browser.page.contains("139****0001") && !browser.page.contains("13900000001"));
        let (version, key) = (browser.hidden("version"), browser.hidden("idempotency_key"));
        let fields = [
            ("version", version.as_str()),
            ("idempotency_key", &key),
            ("reader.address", "顺德区大良"),
            ("reader.language", "en"),
        ];
        browser.post("/my/information", &fields).await;
        browser.follow().await;
        assert!(browser.page.contains("已经保存") || browser.page.contains("Saved"), "{}", browser.page);
        delivered(&service).await;

        // A new phone wants the code that was sent there.
        browser.post("/my/contact", &[("contact", "phone"), ("reader.phone", "123")]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("id=\"reader-phone-error\""));
        browser.post("/my/contact", &[("contact", "phone"), ("reader.phone", "13611112222")]).await;
        let sent = delivered(&service).await;
        assert_eq!(sent[0].recipient, "13611112222");
        let (id, code) = (browser.hidden("code_id"), code_in(&sent[0].body));
        let wrong = if code == "111111" { "222222" } else { "111111" };
        browser.post("/my/contact/code", &[("contact", "phone"), ("code_id", &id), ("code", wrong)]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        browser.post("/my/contact/code", &[("contact", "phone"), ("code_id", &id), ("code", &code)]).await;
        browser.follow().await;
        assert!(browser.page.contains("136****2222"), "{}", browser.page);
        // Told where they are reached now, and where they were.
        let told: Vec<String> = delivered(&service).await.into_iter().map(|due| due.recipient).collect();
        assert!(
            told.contains(&"13611112222".to_owned()) && told.contains(&"13900000001".to_owned()),
            "{told:?}"
        );

        // A name is for staff, and wants a paper that proves it.
        browser.get("/my/request").await;
        let key = browser.hidden("idempotency_key");
        let fields = [("idempotency_key", key.as_str()), ("reader.name", "测新名"), ("note", "")];
        browser.post("/my/request", &fields).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("id=\"evidence-error\""), "{}", browser.page);
        let picture = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR"[..], &[0; 64]].concat();
        browser.post_file("/my/request", &fields, "evidence", &picture).await;
        browser.follow().await;
        assert!(browser.page.contains("/my/request/withdraw") && browser.page.contains(&opened.reader.name));
        let id = browser.hidden("request");
        browser.post("/my/request/withdraw", &[("request", &id)]).await;
        browser.follow().await;
        assert!(!browser.page.contains("/my/request/withdraw"), "{}", browser.page);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_a_reader_sees_their_history_their_messages_and_all_that_is_kept() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (mut browser, _) = at_home(house, &service, 1).await;
        browser.get("/my/history").await;
        assert!(browser.page.contains("新办借阅证"), "{}", browser.page);
        browser.get("/my/messages").await;
        assert!(
            browser.page.contains("密码已修改") && browser.page.contains("139****0001"),
            "{}",
            browser.page
        );
        browser.get("/my/loans").await;
        assert!(browser.page.contains("没有连接图书流通系统"));
    })
    .await;
}

#[tokio::test]
async fn a_1_a_childs_page_names_the_guardian_who_acts_for_them_in_every_language() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, child(3)).await;
        let default = resident_number(3, born(2017, 3, 9))[12..].to_owned();
        for (language, word) in [("zh-Hans", "陈监护"), ("zh-Hant", "監護人"), ("en", "guardian")] {
            let mut browser = Browser::new(&service);
            browser.cookies.push(("yueka_language".to_owned(), language.to_owned()));
            house.tamper("UPDATE reader_sessions SET must_change = FALSE").await.unwrap();
            enter(&mut browser, &opened.card.number, &default).await;
            house.tamper("UPDATE reader_sessions SET must_change = FALSE").await.unwrap();
            for path in [
                "/my",
                "/my/password",
                "/my/loans",
                "/my/loss",
                "/my/request",
                "/my/history",
                "/my/messages",
                "/my/data",
                "/my/information",
            ] {
                browser.get(path).await;
                assert_eq!(browser.status, StatusCode::OK, "{path}");
                assert!(browser.page.contains(&format!("<html lang=\"{language}\"")), "{path}");
            }
            assert!(browser.page.contains(word), "{language}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_2_2_the_desk_resets_a_password_and_unlocks_with_a_check_of_identity() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (_, opened) = at_home(house, &service, 1).await;
        for _ in 0..5 {
            let _ = sign_in(&service, &opened.card.number, "wrong-1", "10.0.0.7").await;
        }
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let mut clerk = Browser::new(&service);
        clerk.get("/sign-in").await;
        clerk.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        clerk.follow().await;
        let point = clerk.hidden("service_point");
        clerk.post("/service-point", &[("service_point", &point)]).await;
        let (reset, unlock) = (
            format!("/desk/readers/{}/reset-password", opened.reader.id),
            format!("/desk/readers/{}/unlock", opened.reader.id),
        );
        clerk.get(&unlock).await;
        assert!(clerk.page.contains("输错次数太多"), "{}", clerk.page);
        let key = clerk.hidden("idempotency_key");
        let seen = ("identity_check.compared", "yes");
        let fields = [("idempotency_key", key.as_str()), ("identity_check.who", "reader"), seen];
        clerk.post(&unlock, &fields).await;
        clerk.follow().await;
        assert!(clerk.page.contains("已经解锁") && !clerk.page.contains("输错次数太多"));

        // Somebody else's document: refused, with what to do; nothing is changed.
        clerk.get(&reset).await;
        let (key, another) = (clerk.hidden("idempotency_key"), resident_number(9, born(1990, 5, 6)));
        let fields = [
            ("idempotency_key", key.as_str()),
            ("identity_check.who", "reader"),
            ("identity_check.document.number", &another),
            seen,
        ];
        clerk.post(&reset, &fields).await;
        assert_eq!(clerk.status, StatusCode::CONFLICT, "{}", clerk.page);
        assert!(clerk.page.contains("identity_check.document.number"));
        let (key, own) = (clerk.hidden("idempotency_key"), resident_number(1, born(1990, 5, 6)));
        let fields = [
            ("idempotency_key", key.as_str()),
            ("identity_check.who", "reader"),
            ("identity_check.document.number", &own),
            seen,
        ];
        clerk.post(&reset, &fields).await;
        clerk.follow().await;
        assert!(clerk.page.contains("密码已经重置") && clerk.page.contains("最后六位"), "{}", clerk.page);
        assert!(!clerk.page.contains(&default_of(1)), "the rule is told, never the password");
        assert!(clerk.page.contains("139****0001"), "the deliveries are seen");
        let mut browser = Browser::new(&service);
        enter(&mut browser, &opened.card.number, &default_of(1)).await;
        assert_eq!(browser.location, "/my/password");
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_a_manager_writes_a_text_sees_it_and_gives_it_back() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        house.add_staff("guan", house.fs, Role::BranchManager).await.unwrap();
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let mut manager = Browser::new(&service);
        manager.get("/sign-in").await;
        manager.post("/sign-in", &[("username", "guan"), ("password", "yueka2026")]).await;
        manager.follow().await;
        let point = manager.hidden("service_point");
        manager.post("/service-point", &[("service_point", &point)]).await;
        manager.get("/office/templates").await;
        assert_eq!(manager.status, StatusCode::OK);
        let text = format!("/office/templates/{}/loss_reported/sms/zh-Hans", house.fs);
        manager.get(&text).await;
        assert!(
            manager.page.contains("{tail}") && manager.page.contains("号码的最后四位"),
            "{}",
            manager.page
        );
        manager.post(&text, &[("do", "save"), ("body", "{code}")]).await;
        assert_eq!(manager.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(manager.page.contains("id=\"body-error\"") && manager.page.contains("没有这个词：{code}"));
        manager.post(&text, &[("do", "save"), ("body", "本馆：{name}")]).await;
        assert_eq!(manager.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            manager.page.contains("必须写上 {tail}") && manager.page.contains("本馆：{name}"),
            "{}",
            manager.page
        );
        manager.post(&text, &[("do", "preview"), ("body", "<b>{name}</b> {tail} {time}")]).await;
        assert!(manager.page.contains("陈大文") && !manager.page.contains("<b>陈"), "{}", manager.page);
        manager.post(&text, &[("do", "save"), ("body", "本馆：{name} {tail} {time}")]).await;
        manager.follow().await;
        assert!(manager.page.contains("本馆：{name}") && manager.page.contains("value=\"reset\""));
        manager.post(&text, &[("do", "reset")]).await;
        manager.follow().await;
        assert!(!manager.page.contains("本馆：") && !manager.page.contains("value=\"reset\""));
        let elsewhere = format!("/office/templates/{}/loss_reported/sms/zh-Hans", house.sd);
        manager.get(&elsewhere).await;
        assert_eq!(manager.status, StatusCode::NOT_FOUND);
    })
    .await;
}
