//! The pages as a browser meets them, in process, on the embedded database.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use documents::{DocumentError, DocumentKind, DocumentWarning};
use service::kernel::{Blocker, CardKind, CardState, Channel, Problem, Right, Role, ServiceName};
use service::readers::{BlockReason, Taken, Visibility};
use service::records::{CheckMethod, Presence, Purpose};
use service::testing::{House, adult, born, child, resident_number};
use tower::ServiceExt as _;

use crate::i18n::{Language, Text};
use crate::{WebOptions, router};

mod lending;
mod life;
mod machines;
mod people;
mod recognise;
mod timeline;
mod trust;
mod yuedutong;

/// A browser: keeps cookies, sends forms with their token.
struct Browser {
    app: Router,
    cookies: Vec<(String, String)>,
    page: String,
    status: StatusCode,
    location: String,
}

impl Browser {
    fn new(house: &House) -> Self {
        let app = router(house.service.clone(), WebOptions::default());
        Self {
            app,
            cookies: Vec::new(),
            page: String::new(),
            status: StatusCode::OK,
            location: String::new(),
        }
    }

    async fn send(&mut self, method: &str, path: &str, body: String) {
        self.send_as(method, path, body, "application/x-www-form-urlencoded").await;
    }

    async fn send_as(&mut self, method: &str, path: &str, body: String, kind: &str) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, cookies.join("; "))
            .body(Body::from(body))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        self.status = response.status();
        let location = response.headers().get(header::LOCATION);
        self.location = location.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        if path.starts_with('/') && !path.starts_with("/assets") && self.status != StatusCode::FORBIDDEN {
            let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(response.headers().get(header::CACHE_CONTROL).unwrap(), "no-store", "{path}");
        }
        let bytes = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        self.page = String::from_utf8(bytes.to_vec()).unwrap();
    }

    async fn get(&mut self, path: &str) -> &str {
        self.send("GET", path, String::new()).await;
        &self.page
    }

    /// A form of the page that is open, with these fields.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let token = self.hidden("csrf");
        let mut body = format!("csrf={token}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        self.send("POST", path, body).await;
    }

    async fn follow(&mut self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.page);
        let path = self.location.clone();
        self.get(&path).await
    }

    /// The first step of opening leads on, unless something is wrong with the document.
    async fn follow_if_sent_on(&mut self) {
        if self.status == StatusCode::SEE_OTHER {
            self.follow().await;
        }
    }

    fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        // The last one: before it there may be buttons for another kind of document.
        let at =
            self.page.rfind(&start).unwrap_or_else(|| panic!("no {name} in {}", self.page)) + start.len();
        self.page[at..].split('"').next().unwrap().to_owned()
    }

    async fn sign_in(&mut self, username: &str) {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("username", username), ("password", "yueka2026")]).await;
        self.follow().await;
        let point = self.hidden("service_point");
        self.post("/service-point", &[("service_point", &point)]).await;
        self.follow().await;
    }

    /// Step 1 with a number, and the rest of the fields of step 2.
    async fn open(&mut self, number: &str, fields: &[(&str, &str)]) {
        self.get("/desk/open").await;
        self.post("/desk/open/document", &[("document.number", number)]).await;
        self.follow().await;
        assert_eq!(self.status, StatusCode::OK, "{}", self.page);
        self.again(fields).await;
    }

    async fn again(&mut self, fields: &[(&str, &str)]) {
        let kept: Vec<(&str, String)> = [
            "idempotency_key",
            "seen",
            "seen_proof",
            "document.type",
            "document.number",
            "document.issuing_country",
        ]
        .into_iter()
        .map(|name| (name, self.hidden(name)))
        .collect();
        let mut all: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(fields);
        self.post("/desk/open", &all).await;
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

async fn house() -> House {
    let house = House::on_sqlite().await.unwrap();
    house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
    house.add_staff("guan", house.root, Role::Auditor).await.unwrap();
    house
}

#[tokio::test]
async fn a_clerk_opens_a_document_card_and_hands_over_the_slip() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    assert!(browser.page.contains("佛山市图书馆") && browser.page.contains("陈敏"));
    let number = resident_number(7, born(1990, 5, 6));
    let fields = [("kind", "document"), ("reader.name", "梁咏欣"), ("reader.phone", "12345")];
    browser.open(&number, &fields).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.page.contains("href=\"#reader-phone\"") && browser.page.contains("梁咏欣"));
    let fields = [("kind", "document"), ("reader.name", "梁咏欣"), ("reader.phone", "13900008800")];
    browser.again(&fields).await;
    let done = browser.location.clone();
    browser.follow().await;
    assert!(browser.page.contains("0757 "), "{}", browser.page);
    browser.get(&done.replace("/done", "/slip")).await;
    assert!(browser.page.contains("class=\"bars\"") && browser.page.contains("梁*欣"));
    for secret in [number.as_str(), "梁咏欣", &number[12..]] {
        assert!(!browser.page.contains(secret), "the slip says {secret}");
    }
    // The same document again: nothing is opened, and the page says where the card is.
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", &number)]).await;
    browser.follow().await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    assert!(browser.page.contains("已有借阅证") && browser.page.contains("佛山市图书馆"));
    house.tear_down().await;
}

#[tokio::test]
async fn a_double_click_opens_one_card() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let number = resident_number(8, born(1990, 5, 6));
    let fields = [("kind", "document"), ("reader.name", "梁咏欣"), ("reader.phone", "13900008800")];
    browser.get("/desk/open").await;
    browser.post("/desk/open/document", &[("document.number", &number)]).await;
    browser.follow().await;
    let form = browser.page.clone();
    browser.again(&fields).await;
    let first = browser.location.clone();
    browser.page = form;
    browser.again(&fields).await;
    assert_eq!((browser.status, browser.location.clone()), (StatusCode::SEE_OTHER, first));
    house.tear_down().await;
}

#[tokio::test]
async fn a_minor_needs_the_guardian_and_what_was_typed_is_kept() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let number = resident_number(9, born(2017, 3, 9));
    let mut fields = vec![
        ("kind", "one_card"),
        ("reader.name", "黄梓轩"),
        ("reader.phone", "13900007701"),
        ("barcode", "FS00000009"),
        ("guardian.document.type", "resident_id"),
    ];
    browser.open(&number, &fields).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    for id in ["guardian-name", "guardian-phone", "guardian-document-number", "guardian-consent"] {
        assert!(browser.page.contains(&format!("href=\"#{id}\"")), "{id}");
        assert!(browser.page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(browser.page.contains("FS00000009"));
    let guardian = resident_number(10, born(1984, 3, 21));
    fields.extend([
        ("guardian.name", "黄国栋"),
        ("guardian.phone", "13900007701"),
        ("guardian.document.number", guardian.as_str()),
        ("guardian.consent", "yes"),
    ]);
    browser.again(&fields).await;
    browser.follow().await;
    assert!(browser.page.contains("FS00000009"));
    house.tear_down().await;
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    for path in [
        "/desk/find",
        "/desk/open/document",
        "/desk/open",
        "/sign-out",
        "/preferences",
        "/account/password",
        "/service-point",
    ] {
        browser.send("POST", path, "csrf=0&q=x".to_owned()).await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN, "{path}");
        browser.send("POST", path, String::new()).await;
        assert_eq!(browser.status, StatusCode::FORBIDDEN, "{path}");
    }
    house.tear_down().await;
}

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_who_may_not_is_told_why() {
    let house = house().await;
    let mut browser = Browser::new(&house);
    for path in
        ["/desk", "/desk/open", "/account", "/help", "/desk/readers/01a20bec-fd72-799a-bcd7-174923b255d0"]
    {
        browser.get(path).await;
        assert_eq!(
            (browser.status, browser.location.as_str()),
            (StatusCode::SEE_OTHER, "/sign-in"),
            "{path}"
        );
    }
    browser.get("/nowhere").await;
    assert_eq!(browser.status, StatusCode::NOT_FOUND);
    browser.sign_in("guan").await;
    browser.post("/desk/find", &[("q", "x")]).await;
    assert!(browser.page.contains("查找读者"), "{}", browser.page);
    assert_eq!(browser.status, StatusCode::FORBIDDEN);
    house.tear_down().await;
}

#[tokio::test]
async fn a_full_value_is_shown_for_a_reason_and_masked_without() {
    let house = house().await;
    let opened = house
        .service
        .write(house.clerk(), async move |op| service::cards::open(op, adult(21)).await)
        .await
        .unwrap();
    house
        .service
        .write(house.clerk(), async move |op| service::cards::open(op, child(22)).await)
        .await
        .unwrap();
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.post("/desk/find", &[("q", &opened.card.number)]).await;
    let page = browser.location.clone();
    browser.follow().await;
    assert!(!browser.page.contains("13900000021"));
    let reveal = format!("{page}/reveal");
    browser.post(&reveal, &[("field", "phone"), ("reason", "other"), ("note", "")]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.get(&page).await;
    browser.post(&reveal, &[("field", "phone"), ("reason", "contact"), ("note", "")]).await;
    assert!(browser.page.contains("13900000021"));
    let document = format!("document-{}", opened.card.document);
    browser.post(&reveal, &[("field", &document), ("reason", "verify"), ("note", "")]).await;
    assert!(browser.page.contains(&resident_number(21, born(1990, 5, 6))));
    house.tear_down().await;
}

#[tokio::test]
async fn every_page_is_there_in_every_language() {
    let house = house().await;
    let opened = house
        .service
        .write(house.clerk(), async move |op| service::cards::open(op, child(31)).await)
        .await
        .unwrap();
    for language in Language::ALL {
        let mut browser = Browser::new(&house);
        browser.cookies.push(("yueka_language".to_owned(), language.tag().to_owned()));
        browser.sign_in("chen").await;
        let (reader, card) = (opened.reader.id, opened.card.id);
        for path in [
            "/desk".to_owned(),
            "/help".to_owned(),
            "/account".to_owned(),
            "/service-point".to_owned(),
            "/desk/open".to_owned(),
            "/desk/yuedutong".to_owned(),
            "/desk/form".to_owned(),
            format!("/desk/readers/{reader}"),
            format!("/desk/readers/{reader}/form"),
            format!("/desk/cards/{card}/slip"),
            format!("/desk/cards/{card}/done"),
        ] {
            browser.get(&path).await;
            assert_eq!(browser.status, StatusCode::OK, "{path}: {}", browser.page);
            assert!(browser.page.contains(&format!("<html lang=\"{}\"", language.tag())), "{path}");
        }
    }
    house.tear_down().await;
}

#[test]
fn no_text_is_missing_in_any_language() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let read = |language: Language| {
        let files = std::fs::read_dir(folder.join(language.tag())).unwrap();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect::<String>()
    };
    let heads = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
        lines.filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect()
    };
    let texts = Language::ALL.map(|language| (language, heads(&read(language))));
    let mut keys: BTreeSet<String> = texts.iter().flat_map(|(_, keys)| keys.clone()).collect();
    assert!(keys.len() > 300);
    let mut put_together: Vec<String> = Vec::new();
    let mut family = |start: &str, words: &[&str]| {
        put_together.extend(words.iter().map(|word| format!("{start}{word}")));
    };
    family("document-kind-", &DocumentKind::ALL.map(DocumentKind::as_str));
    family("document-problem-", &DocumentError::CODES);
    family("document-warning-", &DocumentWarning::ALL.map(DocumentWarning::code));
    family("record-problem-", &documents::chip::ChipError::CODES);
    family("record-problem-", &documents::mrz::MrzError::CODES);
    family("card-kind-", &CardKind::ALL.map(CardKind::as_str));
    family("number-of-", &CardKind::ALL.map(CardKind::as_str));
    family("state-", &CardState::ALL.map(CardState::as_str));
    family("channel-", &Channel::ALL.map(Channel::as_str));
    family("service-", &ServiceName::ALL.map(ServiceName::as_str));
    family("check-", &CheckMethod::ALL.map(CheckMethod::as_str));
    family("who-", &Presence::ALL.map(Presence::as_str));
    family("question-", &service::libraries::PHONE_QUESTIONS);
    family("visibility-", &Visibility::ALL.map(Visibility::as_str));
    family("block-reason-", &BlockReason::ALL.map(BlockReason::as_str));
    family("purpose-", &Purpose::ALL.map(Purpose::as_str));
    family("request-kind-", &["change", "referral"]);
    family("request-state-", &["open", "asked", "approved", "rejected", "done", "withdrawn"]);
    family(
        "application-state-",
        &service::applications::State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>(),
    );
    family(
        "application-reason-",
        &service::applications::Reason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>(),
    );
    family("application-verdict-", &["match", "no_match", "unavailable", "not_configured"]);
    family("applications-done-", &["approve", "reject", "ask"]);
    family("taken-", &Taken::ALL.map(Taken::as_str));
    family("people-done-", &crate::desk::parts::DONE);
    family("card-to-do-", &["lost", "cancelled"]);
    family("right-", &Right::ALL.map(Right::as_str));
    family("role-", &Role::ALL.map(Role::as_str));
    family("sex-", &service::readers::Sex::ALL.map(service::readers::Sex::as_str));
    family("message-", &service::outbox::Template::ALL.map(service::outbox::Template::as_str));
    family("message-state-", &service::outbox::MessageState::ALL.map(service::outbox::MessageState::as_str));
    family("medium-", &service::outbox::Medium::ALL.map(service::outbox::Medium::as_str));
    for template in service::outbox::Template::ALL {
        family("message-word-", &service::outbox::words_of_template(template));
    }
    let faults =
        ["connection", "time_out", "recipient", "smtp", "gateway", "not_configured", "too_late", "stopped"];
    family("fault-", &faults);
    family("my-request-", &["open", "asked", "approved", "rejected", "done", "withdrawn"]);
    let policies = service::libraries::Policy::ALL.map(service::libraries::Policy::as_str);
    family("gate-refused-", &service::visits::REASONS);
    let codes = service::ecard::CodeRefusal::ALL.map(service::ecard::CodeRefusal::as_str);
    family("desk-", &codes);
    family("policy-name-", &policies);
    family("policy-hint-", &policies);
    family("compared-", &["reader", "guardian", "agent", "lost"]);
    family("by-", &crate::desk::reader::BY);
    family("by-", &crate::desk::reader::BY_NAMED);
    family("refused-", &crate::timeline_words::REFUSED);
    family("told-because-", &["replaced", "merged"]);
    family("start-where-", &crate::desk::start::PLACES);
    family("weekday-", &["1", "2", "3", "4", "5", "6", "7"]);
    family("warning-", &crate::desk::open::form::DIFFERS);
    let problems = [
        Problem::Missing,
        Problem::TooLong(1),
        Problem::TooShort(1),
        Problem::Character,
        Problem::Phone,
        Problem::Email,
        Problem::Date,
        Problem::FutureDate,
        Problem::TooLongAgo,
        Problem::UnknownWord,
        Problem::Expired,
        Problem::BirthDateDiffers,
        Problem::GuardianIsMinor,
        Problem::AgentIsMinor,
        Problem::GuardianIsReader,
        Problem::ConsentMissing,
        Problem::Barcode,
        Problem::WeakPassword,
        Problem::Taken,
        Problem::WrongPassword,
        Problem::WrongCode,
        Problem::PolicyValue,
        Problem::NotApplicable,
        Problem::DerivedPassword,
        Problem::CommonPassword,
        Problem::SamePassword,
        Problem::FileKind,
        Problem::NothingChanged,
        Problem::FileTooLarge(1),
        Problem::NotTheReaders,
        Problem::UnknownPlace,
        Problem::MissingPlace("code"),
        Problem::NotOneLine,
        Problem::NotCompared,
        Problem::KindUnclear,
        Problem::Unreadable,
        Problem::PastDay,
        Problem::UnknownBarcode,
        Problem::Amount,
        Problem::MoreThanOwed,
        Problem::Count,
        Problem::Time,
        Problem::NotARange,
        Problem::TooMany(1),
        Problem::NotInStore,
        Problem::NotOrdered,
        Problem::Design,
    ];
    family("problem-", &problems.each_ref().map(Problem::code));
    let labels: Vec<&str> = crate::portal::data::LABELS.iter().map(String::as_str).collect();
    family("data-", &labels);
    family("data-", &["yes", "no"]);
    family("look-", &crate::portal::data::LOOKS);
    family("outcome-", &["done", "refused"]);
    family("merge-doubt-", &service::people::Doubt::ALL.map(service::people::Doubt::as_str));
    family("stock-place-", &service::stock::StockPlace::ALL.map(service::stock::StockPlace::as_str));
    family("stock-movement-", &service::stock::Movement::ALL.map(service::stock::Movement::as_str));
    family("stock-order-", &service::stock::OrderState::ALL.map(service::stock::OrderState::as_str));
    family("stock-count-", &service::stock::CountState::ALL.map(service::stock::CountState::as_str));
    family("stock-run-", &service::stock::RunState::ALL.map(service::stock::RunState::as_str));
    family("stock-layout-", &service::stock::Layout::ALL.map(service::stock::Layout::as_str));
    family("stock-act-", &crate::office::stock::act::ACTS);
    family("stock-what-", &crate::office::stock::act::ACTS);
    family("stock-done-", &crate::office::stock::overview::DONE);
    family("blocker-", &Blocker::CODES);
    family("instead-", &Blocker::CODES);
    for (start, words) in life::families().into_iter().chain(lending::families()) {
        family(start, &words);
    }
    keys.extend(put_together);
    // Whatever a text may ask for.
    let names: BTreeSet<String> = Language::ALL
        .iter()
        .flat_map(|language| read(*language).split('$').skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(char::is_ascii_alphabetic).collect())
        .collect();
    let values: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "2")).collect();
    for (language, own) in &texts {
        for key in &keys {
            assert!(own.contains(key), "{key} is missing in {}", language.tag());
            let text = Text { language: *language }.a(key, &values);
            // A word may be its own key: "optional".
            assert!(
                !text.is_empty() && (text != *key || !key.contains('-')),
                "{key} can't be shown in {}",
                language.tag()
            );
        }
    }
}
