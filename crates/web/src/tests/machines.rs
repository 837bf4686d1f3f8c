//! The office's page of machine accounts (A.2.1 c).

use axum::http::StatusCode;
use service::kernel::{PasswordMemory, Role};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::machines::{MachineSignIn, list_machines, note_seen, sign_in};
use service::testing::House;

use super::Browser;

const LIST: &str = "/office/machines";
const NEW: &str = "/office/machines/new";

async fn let_in(house: &House, login: &str, password: &str) -> bool {
    let memory = PasswordMemory::new().unwrap();
    let address = "10.3.0.7".parse().unwrap();
    let signed_in = sign_in(&house.service, &memory, login, password, address).await.unwrap();
    matches!(signed_in, MachineSignIn::Welcome(_))
}

/// The password that a page shows.
fn shown(page: &str) -> String {
    let at = page.find("(CO)</dt>").unwrap_or_else(|| panic!("{page}"));
    page[at..].split("\"number\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

async fn with_a_point() -> (House, String) {
    let house = House::on_sqlite().await.unwrap();
    let point = NewServicePoint {
        library: house.fs,
        code: "M1".to_owned(),
        kind: ServicePointKind::Machine,
        name: "一楼".to_owned(),
    };
    let point =
        house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await).await;
    house.add_staff("boss", house.root, Role::FederationAdmin).await.unwrap();
    house.add_staff("feng", house.fs, Role::BranchManager).await.unwrap();
    (house, point.unwrap().to_string())
}

fn good<'a>(point: &'a str, dialect: &'a str) -> [(&'static str, &'a str); 8] {
    [
        ("machine.login", "fs-m1"),
        ("machine.name", "一楼自助机"),
        ("machine.service_point", point),
        ("machine.dialect", dialect),
        ("machine.charset", "gb18030"),
        ("machine.addresses", "10.3.0.0/16"),
        ("machine.opens_cards", "yes"),
        ("machine.asks_password", "yes"),
    ]
}

#[tokio::test]
async fn a_2_1_c_accounts_of_machines_are_for_who_manages_access() {
    let (house, point) = with_a_point().await;
    house.add_staff("clerk", house.fs, Role::Clerk).await.unwrap();
    let mut other = Browser::new(&house);
    other.sign_in("clerk").await;
    other.get("/office/requests").await;
    assert!(!other.page.contains(LIST), "no link for who may not");
    other.post(NEW, &good(&point, "strict")).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    for path in [LIST, NEW] {
        other.get(path).await;
        assert_eq!(other.status, StatusCode::FORBIDDEN, "{path}");
    }

    let mut browser = Browser::new(&house);
    browser.sign_in("boss").await;
    browser.get("/office/requests").await;
    assert!(browser.page.contains("href=\"/office/machines\""), "{}", browser.page);
    browser.get(LIST).await;
    assert!(browser.page.contains("还没有自助机账号"), "{}", browser.page);
    // Everything that is wrong is told at once, at its field.
    browser.get(NEW).await;
    let bad = [
        ("machine.login", "a b"),
        ("machine.name", ""),
        ("machine.service_point", point.as_str()),
        ("machine.dialect", "nobody's"),
        ("machine.addresses", "everywhere"),
    ];
    browser.post(NEW, &bad).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    for id in ["machine-login", "machine-name", "machine-dialect", "machine-addresses"] {
        assert!(browser.page.contains(&format!("href=\"#{id}\"")), "{id}: {}", browser.page);
    }
    // A dialect that is none of this house's is taken nowhere; a service point has to be chosen.
    for (point, dialect, id) in [(point.as_str(), "klingon", "dialect"), ("", "strict", "service-point")] {
        browser.post(NEW, &good(point, dialect)).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.page.contains(&format!("href=\"#machine-{id}\"")), "{id}: {}", browser.page);
    }
    assert!(house.service.read(house.system(), list_machines).await.unwrap().is_empty());
    house.tear_down().await;
}

#[tokio::test]
async fn a_2_1_c_an_account_of_a_machine_is_added_changed_and_closed_on_pages() {
    let (house, point) = with_a_point().await;
    let mut browser = Browser::new(&house);
    // Who runs the branch looks after its machines.
    browser.sign_in("feng").await;
    browser.get(NEW).await;
    browser.post(NEW, &good(&point, "interlib")).await;
    assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
    let first = shown(&browser.page);
    assert!(let_in(&house, "fs-m1", &first).await);
    let machines = house.service.read(house.system(), list_machines).await.unwrap();
    let (id, settings) = (machines[0].id, &machines[0].settings);
    assert_eq!(
        (settings.dialect.as_str(), settings.charset.as_deref(), settings.addresses.as_str()),
        ("interlib", Some("gb18030"), "10.3.0.0/16")
    );
    assert!(settings.opens_cards && settings.asks_password);
    browser.get(LIST).await;
    for told in ["fs-m1", "interlib gb18030", "10.3.0.0/16", "可办证", "从未", "佛山市图书馆 · M1"]
    {
        assert!(browser.page.contains(told), "{told}: {}", browser.page);
    }
    assert!(!browser.page.contains(&first), "it is shown once");
    house.service.write(house.system(), async move |op| note_seen(op, id).await).await.unwrap();
    browser.get(LIST).await;
    assert!(browser.page.contains("2026-11-24 10:00") && !browser.page.contains("从未"), "{}", browser.page);

    // Twice the same login.
    browser.get(NEW).await;
    browser.post(NEW, &good(&point, "interlib")).await;
    assert!(browser.page.contains("href=\"#machine-login\""), "{}", browser.page);

    // What is not said is as the dialect has it; the password stays.
    let page = format!("{LIST}/{id}");
    browser.get(&page).await;
    assert!(browser.page.contains("value=\"gb18030\" selected"), "{}", browser.page);
    let change = [
        ("machine.name", "二楼自助机"),
        ("machine.service_point", point.as_str()),
        ("machine.dialect", "wenhua"),
        ("do", "save"),
    ];
    browser.post(&page, &change).await;
    browser.follow().await;
    assert!(browser.page.contains("二楼自助机") && browser.page.contains("不问密码"), "{}", browser.page);
    assert!(let_in(&house, "fs-m1", &first).await);

    browser.get(&page).await;
    browser.post(&page, &[("do", "password")]).await;
    let second = shown(&browser.page);
    assert!(let_in(&house, "fs-m1", &second).await && !let_in(&house, "fs-m1", &first).await);

    browser.get(&format!("{page}?close")).await;
    assert!(browser.page.contains("确定停用"), "{}", browser.page);
    browser.post(&page, &[("do", "close")]).await;
    browser.follow().await;
    for told in ["账号已停用", "已停用的账号"] {
        assert!(browser.page.contains(told), "{told}: {}", browser.page);
    }
    assert!(!let_in(&house, "fs-m1", &second).await);
    browser.get(&page).await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND);
    house.tear_down().await;
}
