//! The services on a card as a browser meets them.

use service::cards::{self, CARD_SERVICES, CancelReason, CardView, RestoreReason};
use service::kernel::{Known, ServiceName, Standing, SystemName};
use service::libraries::{self, Policy};
use service::testing::macao_resident;

use super::*;

/// The texts of these pages whose keys are put together.
pub fn families() -> Vec<(&'static str, Vec<&'static str>)> {
    let all: Vec<&'static str> = CARD_SERVICES.map(ServiceName::as_str).to_vec();
    let without =
        |left_out: &[&str]| all.iter().copied().filter(|word| !left_out.contains(word)).collect::<Vec<_>>();
    let hinted = |words: &[&'static str]| -> Vec<&'static str> {
        words.iter().flat_map(|word| [*word, Box::leak(format!("{word}-hint").into_boxed_str())]).collect()
    };
    vec![
        ("lead-", all.clone()),
        ("do-", all.clone()),
        ("say-after-", all.clone()),
        ("note-of-", without(&["refer"])),
        ("paper-title-", without(&["undo_loss", "confirm_loss"])),
        ("paper-say-", without(&["undo_loss", "confirm_loss"])),
        ("restore-reason-", hinted(&RestoreReason::ALL.map(RestoreReason::as_str))),
        ("cancel-reason-", hinted(&CancelReason::ALL.map(CancelReason::as_str))),
        ("refer-for-", hinted(&["cancel", "replace"])),
    ]
}

/// Says that the document was seen and compared with the person.
const COMPARED: (&str, &str) = ("identity_check.compared", "yes");

async fn card(house: &House, request: cards::OpenCard) -> CardView {
    house
        .service
        .write(house.clerk(), async move |op| cards::open(op, request.clone()).await)
        .await
        .unwrap()
        .card
}

impl Browser {
    /// Opens a service's form and sends it with these fields, and the tick that the person was compared.
    async fn render(&mut self, card: &CardView, service: &str, fields: &[(&str, &str)]) {
        self.render_unseen(card, service, &[fields, &[COMPARED]].concat()).await;
    }

    /// The same without the tick.
    async fn render_unseen(&mut self, card: &CardView, service: &str, fields: &[(&str, &str)]) {
        let path = format!("/desk/cards/{}/{service}", card.id);
        self.get(&path).await;
        assert_eq!(self.status, StatusCode::OK, "{path}: {}", self.page);
        let key = self.hidden("idempotency_key");
        let mut all = vec![("idempotency_key", key.as_str())];
        all.extend(fields);
        self.post(&path, &all).await;
    }
}

#[tokio::test]
async fn c_6_3_1_a_clerk_reports_a_loss_says_it_aloud_and_takes_a_mistake_back() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let page = format!("/desk/readers/{}", held.reader);
    browser.get(&page).await;
    assert!(browser.page.contains(&format!("/desk/cards/{}/report-loss\" data-key=\"1\"", held.id)));
    assert!(browser.page.contains("没有接入借还系统"), "{}", browser.page);
    browser.render(&held, "report-loss", &[("identity_check.who", "reader")]).await;
    browser.follow().await;
    assert!(browser.page.contains("已在 2026-11-24 10:00:00 挂失"), "{}", browser.page);
    browser.get(&format!("/desk/cards/{}/paper/report-loss", held.id)).await;
    assert!(browser.page.contains("挂失回执") && !browser.page.contains(&adult(1).reader.name));
    browser.get(&page).await;
    assert!(browser.page.contains("自 2026-11-24 10:00:00 起") && browser.page.contains("/restore\""));
    // The form that lay open elsewhere says why not, and no second record is made.
    browser.get(&format!("/desk/cards/{}/report-loss", held.id)).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(browser.page.contains("这张证已挂失") && browser.page.contains("A.4.1"));
    browser.render(&held, "undo-loss", &[]).await;
    browser.follow().await;
    assert!(browser.page.contains("挂失已撤回"), "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn a_4_1_a_caller_answers_and_what_was_typed_is_kept() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let number = resident_number(1, born(1990, 5, 6));
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let answers = |birth: &'static str| {
        [
            ("identity_check.who", "phone"),
            ("identity_check.answers.birth_date", birth),
            ("identity_check.answers.document_end", &number[14..]),
            ("identity_check.answers.phone", "0001"),
        ]
    };
    browser.render(&held, "report-loss", &answers("1990-05-07")).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(browser.page.contains("回答有不对的") && browser.page.contains("1990-05-07"));
    assert!(browser.page.contains("value=\"phone\" checked"), "{}", browser.page);
    assert!(browser.page.contains("还可以试 4 次"), "{}", browser.page);
    browser.render(&held, "report-loss", &answers("1990-05-06")).await;
    browser.follow().await;
    assert!(browser.page.contains("挂失，从这一刻起"), "{}", browser.page);

    // After the fifth wrong try nobody is asked for a while, and the page says so where the caller stands.
    let held = card(&house, adult(2)).await;
    for left in [4, 3, 2, 1] {
        browser.render(&held, "report-loss", &answers("1990-05-07")).await;
        assert!(browser.page.contains(&format!("还可以试 {left} 次")), "{}", browser.page);
    }
    browser.render(&held, "report-loss", &answers("1990-05-07")).await;
    assert!(browser.page.contains("已经不能再试"), "{}", browser.page);
    browser.render(&held, "report-loss", &answers("1990-05-06")).await;
    assert_eq!(browser.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(browser.page.contains("核对答错次数太多，15 分钟"), "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_3_2_a_found_card_is_restored() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.render(&held, "report-loss", &[("identity_check.who", "reader")]).await;
    let another = resident_number(2, born(1990, 5, 6));
    let fields = [
        ("identity_check.who", "reader"),
        ("identity_check.document.number", another.as_str()),
        ("reason", "found"),
    ];
    browser.render(&held, "restore", &fields).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(browser.page.contains("出示的证件不是这位读者的"));
    browser.render(&held, "restore", &[("reason", "document_reissued")]).await;
    browser.follow().await;
    assert!(browser.page.contains("借阅证已恢复"), "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_2_1_a_tick_that_was_forgotten_is_told_at_its_field_and_nothing_is_recorded() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let reader = held.reader;
    let records = async || {
        let read = async move |op: &service::kernel::Op| service::records::timeline(op, reader, 50).await;
        house.service.read(house.clerk(), read).await.unwrap()
    };
    browser.render(&held, "report-loss", &[]).await;
    let before = records().await.len();
    for (service, fields) in [
        ("restore", vec![("reason", "found")]),
        ("cancel", vec![("reason", "wish"), ("circulation_checked", "yes")]),
        ("restore", vec![("reason", "found"), ("identity_check.who", "guardian")]),
    ] {
        let key = "a".repeat(32);
        let path = format!("/desk/cards/{}/{service}", held.id);
        browser.get(&format!("/desk/cards/{}/restore", held.id)).await;
        let fields = [fields, vec![("idempotency_key", key.as_str())]].concat();
        browser.post(&path, &fields).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "{service}: {}", browser.page);
        assert!(browser.page.contains("href=\"#identity-check-compared\""), "{service}: {}", browser.page);
        assert!(browser.page.contains("还没有核对"), "{service}");
    }
    for service in ["reset-password", "unlock", "verify"] {
        let path = format!("/desk/readers/{reader}/{service}");
        browser.get(&path).await;
        let key = browser.hidden("idempotency_key");
        browser.post(&path, &[("idempotency_key", &key)]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "{service}");
        assert!(browser.page.contains("href=\"#identity-check-compared\""), "{service}");
    }
    // Nor does the box for loans and charges make a refusal of what was only forgotten; both are told at once.
    browser.render_unseen(&held, "cancel", &[("reason", "wish")]).await;
    for tick in ["#identity-check-compared", "#circulation-checked"] {
        assert!(browser.page.contains(&format!("href=\"{tick}\"")), "{tick}: {}", browser.page);
    }
    browser.render(&held, "cancel", &[("reason", "wish")]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(records().await.len(), before, "a form error is no refusal");
    // What is a refusal is one, with its reason and who came.
    let another = resident_number(2, born(1990, 5, 6));
    let fields = [("reason", "found"), ("identity_check.document.number", another.as_str())];
    browser.render(&held, "restore", &fields).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(!browser.page.contains("name=\"identity_check.compared\" checked"), "to be said anew");
    assert_eq!(records().await.len(), before + 1);
    browser.get(&format!("/desk/readers/{reader}")).await;
    for text in ["出示的证件不是这位读者的", "未能办理", "陈敏（chen）", "来人：读者本人", "2026-11-24 10:00"]
    {
        assert!(browser.page.contains(text), "{text}: {}", browser.page);
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_2_2_a_locked_sign_in_is_seen_at_the_readers_page() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    for _ in 0..5 {
        let _ = cards::password::sign_in(&house.service, &held.number, "wrong-1", "10.0.0.7").await;
    }
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get(&format!("/desk/readers/{}", held.reader)).await;
    assert!(browser.page.contains("登录已锁定，还有 15 分钟"), "{}", browser.page);
    assert!(browser.page.contains(&format!("/desk/readers/{}/unlock\"", held.reader)));
    assert!(browser.page.contains("押金：本系统没有登记"));
    house.tear_down().await;
}

#[tokio::test]
async fn a_4_1_losses_told_by_phone_are_listed_for_the_issuing_library_until_they_are_confirmed() {
    let house = house().await;
    house.add_staff("liang", house.sd, Role::Clerk).await.unwrap();
    let root = house.root;
    house
        .service
        .write(house.system(), async move |op| {
            libraries::set_policy(op, root, Policy::LossConfirmDays, Some("7")).await
        })
        .await
        .unwrap();
    let held = card(&house, adult(1)).await;
    let number = resident_number(1, born(1990, 5, 6));
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let answers = [
        ("identity_check.who", "phone"),
        ("identity_check.answers.birth_date", "1990-05-06"),
        ("identity_check.answers.document_end", &number[14..]),
        ("identity_check.answers.phone", "0001"),
    ];
    browser.render(&held, "report-loss", &answers).await;
    browser.follow().await;
    browser.get("/office/losses").await;
    let page = format!("/desk/readers/{}", held.reader);
    assert!(browser.page.contains(&page) && browser.page.contains("2026-12-01 10:00"), "{}", browser.page);
    assert!(browser.page.contains("139****0001") && !browser.page.contains("13900000001"));
    let mut elsewhere = Browser::new(&house);
    elsewhere.sign_in("liang").await;
    elsewhere.get("/office/losses").await;
    assert!(elsewhere.page.contains("没有待确认的挂失"), "{}", elsewhere.page);
    house.clock.advance(chrono::TimeDelta::days(8));
    let mut later = Browser::new(&house);
    later.sign_in("chen").await;
    later.get("/office/losses").await;
    assert!(later.page.contains("已过期限"), "{}", later.page);
    later.render(&held, "confirm-loss", &[]).await;
    later.follow().await;
    later.get("/office/losses").await;
    assert!(!later.page.contains(&page), "{}", later.page);
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_3_4_cancelling_asks_what_is_out_and_a_second_click_gives_the_first_answer() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.render(&held, "cancel", &[("reason", "wish")]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("href=\"#circulation-checked\""), "{}", browser.page);
    house.circulation.tell(held.reader, Known::Standing(Standing { loans: 2, overdue: 1, charges: 350 }));
    browser.get(&format!("/desk/cards/{}/cancel", held.id)).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(browser.page.contains("还有 2 册没有还") && browser.page.contains("还有 3.50 元"));
    browser.get(&format!("/desk/readers/{}", held.reader)).await;
    assert!(browser.page.contains("在借 2 册，逾期 1 册，欠费 3.50 元"));
    house.circulation.tell(held.reader, Known::Standing(Standing::default()));
    let path = format!("/desk/cards/{}/cancel", held.id);
    browser.get(&path).await;
    let (form, key) = (browser.page.clone(), browser.hidden("idempotency_key"));
    let fields = [("idempotency_key", key.as_str()), ("reason", "moved_away"), COMPARED];
    browser.post(&path, &fields).await;
    let first = browser.location.clone();
    browser.page = form;
    browser.post(&path, &fields).await;
    assert_eq!((browser.status, browser.location.clone()), (StatusCode::SEE_OTHER, first));
    browser.follow().await;
    assert!(browser.page.contains("注销"));
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_3_4_the_desk_names_the_system_that_does_not_answer_and_the_rest_works() {
    let house = house().await;
    let held = card(&house, macao_resident(1)).await;
    house.circulation.tell(held.reader, Known::Unavailable(SystemName::of("ILAS")));
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let reader = format!("/desk/readers/{}", held.reader);
    browser.get(&reader).await;
    assert_eq!(browser.status, StatusCode::OK);
    assert!(browser.page.contains("ILAS 没有应答，在借与欠费不明"), "{}", browser.page);
    for service in ["cancel", "replace"] {
        browser.get(&format!("/desk/cards/{}/{service}", held.id)).await;
        assert_eq!(browser.status, StatusCode::CONFLICT, "{service}");
        assert!(browser.page.contains("ILAS 没有应答"), "{service}: {}", browser.page);
        assert!(browser.page.contains("稍后再办；其他业务不受影响"), "{service}: {}", browser.page);
    }
    browser.render(&held, "report-loss", &[]).await;
    assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn a_4_4_a_one_card_is_replaced_in_one_step() {
    let house = house().await;
    let held = card(&house, macao_resident(1)).await;
    let taken = card(&house, macao_resident(2)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let fields = [("barcode", taken.number.as_str()), ("circulation_checked", "yes")];
    browser.render(&held, "replace", &fields).await;
    assert!(browser.page.contains("href=\"#barcode\"") && browser.page.contains(&taken.number));
    browser.render(&held, "replace", &[("barcode", "FS00000042"), ("circulation_checked", "yes")]).await;
    browser.follow().await;
    assert!(
        browser.page.contains("新卡 FS00 0000 42") || browser.page.contains("FS00000042"),
        "{}",
        browser.page
    );
    let paper = browser.page.split("href=\"").find(|part| part.contains("/paper/replace")).unwrap();
    let paper = paper.split('"').next().unwrap().to_owned();
    browser.get(&paper).await;
    assert!(browser.page.contains("class=\"bars\""), "the new card scans");
    for (number, old) in [(held.number.as_str(), true), ("FS00000042", false)] {
        browser.get("/desk").await;
        browser.post("/desk/find", &[("q", number)]).await;
        browser.follow().await;
        assert_eq!(browser.page.contains("刚才的号码已经不能用"), old, "{number}");
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_3_3_another_library_prints_directions() {
    let house = house().await;
    house.add_staff("liang", house.sd, Role::Clerk).await.unwrap();
    let held = card(&house, macao_resident(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("liang").await;
    browser.get(&format!("/desk/readers/{}", held.reader)).await;
    let refer = format!("/desk/cards/{}/refer?for=replace", held.id);
    assert!(browser.page.contains(&refer) && browser.page.contains("须由原办证馆办理"), "{}", browser.page);
    browser.get(&refer).await;
    assert!(browser.page.contains("value=\"replace\" checked"), "{}", browser.page);
    let key = browser.hidden("idempotency_key");
    let path = format!("/desk/cards/{}/refer", held.id);
    browser.post(&path, &[("idempotency_key", &key), ("reason", "replace"), COMPARED]).await;
    browser.follow().await;
    browser.get(&format!("/desk/cards/{}/paper/refer", held.id)).await;
    for line in ["佛山市图书馆", "补办", "季华五路", "9:00–21:00", "0757-00000000", "本人有效证件"]
    {
        assert!(browser.page.contains(line), "{line}");
    }
    let mut issuing = Browser::new(&house);
    issuing.sign_in("chen").await;
    issuing.get(&format!("/desk/readers/{}", held.reader)).await;
    assert!(issuing.page.contains("别的馆转来办理：补办"), "{}", issuing.page);
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_2_an_agent_brings_a_scan_of_the_authorization() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let path = format!("/desk/cards/{}/report-loss", held.id);
    browser.get(&path).await;
    let (key, token) = (browser.hidden("idempotency_key"), browser.hidden("csrf"));
    let (own, agents) = (resident_number(1, born(1990, 5, 6)), resident_number(9, born(1970, 5, 6)));
    let fields = [
        ("csrf", token.as_str()),
        ("idempotency_key", key.as_str()),
        ("identity_check.who", "agent"),
        ("identity_check.agent.name", "李四"),
        ("identity_check.agent.number", agents.as_str()),
        ("identity_check.document.number", own.as_str()),
        COMPARED,
    ];
    let send = async |browser: &mut Browser, file: &str| {
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!(
            "--x\r\ncontent-disposition: form-data; name=\"identity_check.authorization\"; filename=\"a.pdf\"\r\n\
             content-type: application/pdf\r\n\r\n{file}\r\n--x--\r\n"
        ));
        browser.send_as("POST", &path, body, "multipart/form-data; boundary=x").await;
    };
    send(&mut browser, "<svg>").await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("href=\"#identity-check-authorization\""), "{}", browser.page);
    // Larger than a form without files may be.
    send(&mut browser, &format!("%PDF-1.7 {} %%EOF", "x".repeat(200_000))).await;
    browser.follow().await;
    assert!(browser.page.contains("挂失"));
    house.tear_down().await;
}

#[tokio::test]
async fn every_page_of_the_life_of_a_card_is_there_in_every_language() {
    let house = house().await;
    let held = card(&house, child(31)).await;
    for language in Language::ALL {
        let mut browser = Browser::new(&house);
        browser.cookies.push(("yueka_language".to_owned(), language.tag().to_owned()));
        browser.sign_in("chen").await;
        let look = async |browser: &mut Browser, service: &str, status: StatusCode| {
            browser.get(&format!("/desk/cards/{}/{service}", held.id)).await;
            assert_eq!(browser.status, status, "{service}: {}", browser.page);
        };
        for service in ["report-loss", "cancel", "change-kind"] {
            look(&mut browser, service, StatusCode::OK).await;
        }
        for service in ["undo-loss", "confirm-loss", "restore", "replace"] {
            look(&mut browser, service, StatusCode::CONFLICT).await;
        }
        browser.render(&held, "report-loss", &[]).await;
        browser.follow().await;
        for service in ["after/report-loss", "paper/report-loss", "restore", "undo-loss"] {
            look(&mut browser, service, StatusCode::OK).await;
        }
        browser.render(&held, "restore", &[("reason", "found")]).await;
        browser.follow().await;
        look(&mut browser, "paper/restore", StatusCode::OK).await;
        look(&mut browser, "paper/nonsense", StatusCode::NOT_FOUND).await;
        browser.get(&format!("/desk/readers/{}", held.reader)).await;
        assert_eq!(browser.status, StatusCode::OK);
    }
    house.tear_down().await;
}

#[tokio::test]
async fn a_reason_is_chosen_and_never_preset() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    for (before, service) in [("", "cancel"), ("report-loss", "restore")] {
        if !before.is_empty() {
            browser.render(&held, before, &[("identity_check.who", "reader")]).await;
        }
        browser.get(&format!("/desk/cards/{}/{service}", held.id)).await;
        let asked =
            browser.page.split("data-reasons").nth(1).and_then(|rest| rest.split("</fieldset>").next());
        assert!(asked.is_some_and(|asked| !asked.contains("checked")), "{}", browser.page);
        browser.render(&held, service, &[("identity_check.who", "reader")]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains("id=\"reason-error\""), "{}", browser.page);
    }
    house.tear_down().await;
}

#[tokio::test]
async fn pages_say_what_is_true_of_a_card_now() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.render(&held, "report-loss", &[("identity_check.who", "reader")]).await;
    // What was opened doesn't work now, on the screen and on paper.
    for page in ["done", "slip"] {
        browser.get(&format!("/desk/cards/{}/{page}", held.id)).await;
        assert!(browser.page.contains("此证现在不能使用"), "{page}: {}", browser.page);
        assert!(!browser.page.contains("slip-list"), "{page}: {}", browser.page);
    }
    // A service that is refused asks nothing.
    browser.get(&format!("/desk/cards/{}/report-loss", held.id)).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(!browser.page.contains("identity_check.who"), "{}", browser.page);
    // The loss was reported, and counts no more.
    browser.render(&held, "restore", &[("identity_check.who", "reader"), ("reason", "found")]).await;
    browser.get(&format!("/desk/cards/{}/after/report-loss", held.id)).await;
    assert!(browser.page.contains("此后借阅证又有变动"), "{}", browser.page);
    assert!(!browser.page.contains("挂失，从这一刻起"), "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn after_a_service_stands_the_record_of_this_very_card() {
    let house = house().await;
    let (one, other) = (card(&house, adult(1)).await, card(&house, adult(2)).await);
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.render(&one, "report-loss", &[("identity_check.who", "reader")]).await;
    browser.get(&format!("/desk/cards/{}/after/report-loss", other.id)).await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND);
    house.tear_down().await;
}

#[tokio::test]
async fn a_form_without_its_key_comes_back_with_what_was_typed() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let path = format!("/desk/cards/{}/report-loss", held.id);
    browser.get(&path).await;
    let typed = [("identity_check.who", "reader"), ("identity_check.document.number", "TYPED123"), COMPARED];
    browser.post(&path, &typed).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("TYPED123") && browser.page.contains("缺少表单编号"), "{}", browser.page);
    assert!(!browser.hidden("idempotency_key").is_empty());
    house.tear_down().await;
}

#[tokio::test]
async fn an_address_alone_says_nothing_was_done_and_a_face_or_its_absence_is_shown() {
    let house = house().await;
    let held = card(&house, adult(1)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get(&format!("/desk/readers/{}?done=amend", held.reader)).await;
    assert!(!browser.page.contains("信息已修改"), "{}", browser.page);
    assert!(browser.page.contains("data-photo-none"), "{}", browser.page);
    browser.get(&format!("/desk/readers/{}/reset-password?done", held.reader)).await;
    assert!(!browser.page.contains("data-kind=\"done\""), "{}", browser.page);
    house.tear_down().await;
}
