//! Scan to sign in (6.1.4.2): the terminal's browser and the phone's, and who else would like to be there.

use std::sync::Arc;

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use service::Service;
use service::cards::password::scan::{self, Asking, Decision, Terminal};
use service::cards::password::{ReaderSignedIn, reader_session, sign_in};
use service::cards::{self, Opened, ReportLoss, Restore, RestoreReason};
use service::kernel::{Actor, Blocker, CardId, Database, DatabaseOptions, Error, KeyRing};
use service::libraries::{Policy, set_policy};
use service::readers::{BlockReason, NewBlock, block};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, on_both_databases};

use crate::browser::Browser;
use crate::passwords::{cheap, default_of, open};
use crate::portal::{CHOSEN, at_home};

fn kiosk() -> Terminal {
    Terminal { address: "10.3.0.7".to_owned(), browser: "chrome linux".to_owned() }
}

async fn begin(service: &Service) -> String {
    let begun = service.write(Actor::nobody(), async |op| scan::begin(op, &kiosk(), None).await).await;
    begun.unwrap().secret
}

async fn name_of(service: &Service, secret: &str) -> String {
    service
        .read(Actor::nobody(), async |op| scan::shown(op, secret).await)
        .await
        .unwrap()
        .map(|shown| shown.name)
        .unwrap()
}

async fn word_of(service: &Service, secret: &str) -> &'static str {
    let shown = service.read(Actor::nobody(), async |op| scan::shown(op, secret).await).await.unwrap();
    shown.unwrap().state.as_str()
}

async fn pick_up(service: &Service, secret: &str) -> service::Result<Result<ReaderSignedIn, Blocker>> {
    service.write(Actor::nobody(), async |op| scan::pick_up(op, secret).await).await
}

/// Somebody signed in on a phone.
struct Phone {
    token: String,
    me: Actor,
    card: CardId,
}

impl Phone {
    /// A reader who has chosen a password, signed in.
    async fn of(house: &House, service: &Service, serial: u32) -> Self {
        let (_, opened) = at_home(house, service, serial).await;
        Self::again(service, &opened).await
    }

    async fn again(service: &Service, opened: &Opened) -> Self {
        let token = sign_in(service, &opened.card.number, CHOSEN, "203.0.113.9").await.unwrap().token;
        let me = Actor::reader(opened.reader.id, opened.card.issuing_library);
        Self { token, me, card: opened.card.id }
    }

    async fn asking(&self, service: &Service, name: &str) -> service::Result<Option<Asking>> {
        service.read(self.me.clone(), async |op| scan::asking(op, name).await).await
    }

    async fn decision(&self, service: &Service, secret: &str) -> Decision {
        let asking = self.asking(service, &name_of(service, secret).await).await.unwrap().unwrap();
        Decision { scan: asking.id, number: asking.number }
    }

    async fn confirm(&self, service: &Service, decision: &Decision) -> service::Result<()> {
        let token = &self.token;
        service.write(self.me.clone(), async |op| scan::confirm(op, token, decision).await).await
    }

    /// Sees the terminal and confirms it.
    async fn scan(&self, service: &Service, secret: &str) -> Decision {
        let decision = self.decision(service, secret).await;
        self.confirm(service, &decision).await.unwrap();
        decision
    }

    async fn refuse(&self, service: &Service, decision: &Decision) -> service::Result<()> {
        let token = &self.token;
        service.write(self.me.clone(), async |op| scan::refuse(op, token, decision).await).await
    }
}

fn by_eye() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::ByEye)
}

async fn lose(house: &House, service: &Service, card: CardId) {
    let request = ReportLoss { card, check: by_eye() };
    service.write(house.clerk(), async |op| cards::report_loss(op, request.clone()).await).await.unwrap();
}

async fn restore(house: &House, service: &Service, card: CardId) {
    let request = Restore { card, reason: RestoreReason::Found, check: by_eye() };
    service.write(house.clerk(), async |op| cards::restore(op, request.clone()).await).await.unwrap();
}

/// The same house on another instance: nothing but the database and the key ring is shared.
async fn another_instance(house: &House) -> Service {
    let database = Database::connect(DatabaseOptions::from_url(&house.database_url)).await.unwrap();
    let keys = Arc::new(KeyRing::open(&house.keys).unwrap());
    Service::new(database, keys, house.clock.clone())
}

fn refused_by<T: std::fmt::Debug>(result: service::Result<T>) -> Blocker {
    match result {
        Err(Error::Refused(mut blockers)) => blockers.remove(0),
        other => panic!("not refused: {other:?}"),
    }
}

fn not_there<T: std::fmt::Debug>(result: &service::Result<T>) -> bool {
    matches!(result, Err(Error::NotFound("scan")))
}

fn cookie(browser: &Browser, name: &str) -> Option<String> {
    browser.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

#[tokio::test]
async fn c_6_1_4_2_a_public_terminal_is_signed_in_by_a_phone_and_ends_soon() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (mut phone, opened) = at_home(house, &service, 1).await;
        let mut terminal = Browser::new(&service);
        terminal.get("/my/sign-in").await;
        assert!(terminal.page.contains("href=\"/my/scan\""));
        terminal.get("/my/scan").await;
        assert!(!terminal.page.contains("data-scan-state"), "nothing is written before somebody asks");
        terminal.post("/my/scan", &[]).await;
        assert_eq!(terminal.location, "/my/scan");
        terminal.follow().await;
        assert_eq!(terminal.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert!(terminal.page.contains("scan-squares") && terminal.page.contains("http-equiv=\"refresh\""));
        assert!(terminal.page.contains("公用电脑"), "it says what a public terminal is");
        let secret = cookie(&terminal, "yueka_scan").unwrap();
        let name = name_of(&service, &secret).await;
        assert!(!terminal.page.contains(&secret), "what picks the session up stands in no page");

        phone.get("/my").await;
        assert!(phone.page.contains("href=\"/my/scan/confirm\""));
        phone.get(&format!("/my/scan/confirm?r={name}")).await;
        assert_eq!(phone.status, StatusCode::OK, "{}", phone.page);
        let number = phone.hidden("number");
        let said = format!("{} {}", &number[..3], &number[3..]);
        for page in [&terminal.page, &phone.page] {
            assert!(page.contains(&said), "both screens show {said}");
        }
        assert!(phone.page.contains("不在图书馆登记的网络内") && phone.page.contains("其他浏览器"));
        let scan = phone.hidden("scan");
        terminal.get("/my/scan/state.json").await;
        assert!(terminal.page.contains("\"open\""));
        phone.post("/my/scan/confirm", &[("scan", &scan), ("number", &number), ("do", "confirm")]).await;
        phone.follow().await;
        assert!(phone.page.contains("已确认"));
        terminal.get("/my/scan/state.json").await;
        assert!(terminal.page.contains("\"confirmed\""));

        terminal.get("/my/scan").await;
        assert_eq!(terminal.location, "/my");
        assert!(cookie(&terminal, "yueka_scan").is_none(), "the secret is gone");
        terminal.follow().await;
        assert!(terminal.page.contains(&cards::grouped(&opened.card.number)));
        assert!(terminal.page.contains("data-shared=\"300\"") && terminal.page.contains("自动退出"));
        assert!(!phone.page.contains("data-shared="));
        // A terminal that was signed in by a scan signs no other in.
        assert!(!terminal.page.contains("/my/scan/confirm"));
        terminal.get("/my/history").await;
        assert!(terminal.page.contains("扫码登录"), "the reader sees it among what was done");

        // Kept up by use, ended by five minutes of quiet.
        for _ in 0..3 {
            house.clock.advance(TimeDelta::minutes(4));
            terminal.get("/my").await;
            assert_eq!(terminal.status, StatusCode::OK);
        }
        house.clock.advance(TimeDelta::minutes(6));
        terminal.get("/my").await;
        assert_eq!(terminal.location, "/my/sign-in?ended");
        phone.get("/my").await;
        assert_eq!(phone.status, StatusCode::OK, "the phone stays signed in");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_what_the_code_says_picks_nothing_up() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (phone, thief) = (Phone::of(house, &service, 1).await, Phone::of(house, &service, 2).await);
        let secret = begin(&service).await;
        let name = name_of(&service, &secret).await;
        assert!(not_there(&pick_up(&service, &secret).await), "not confirmed yet");
        let decision = phone.scan(&service, &secret).await;
        // Whoever photographed the code has its name, and could have read the number.
        for known in
            [name.as_str(), decision.number.as_str(), &decision.scan.to_string(), "", &"0".repeat(64)]
        {
            assert!(not_there(&pick_up(&service, known).await), "{known}");
        }
        // Confirmed once: somebody else can't take it over, nor refuse it; the same reader may press twice.
        assert!(not_there(&thief.confirm(&service, &decision).await));
        assert!(not_there(&thief.refuse(&service, &decision).await));
        assert!(thief.asking(&service, &name).await.unwrap().is_none());
        phone.confirm(&service, &decision).await.unwrap();
        // Picked up once.
        let signed_in = pick_up(&service, &secret).await.unwrap().unwrap();
        assert!(not_there(&pick_up(&service, &secret).await), "used twice");
        assert_eq!(word_of(&service, &secret).await, "over");
        let token = signed_in.token;
        let session = service
            .read(Actor::nobody(), async |op| reader_session(op, &token).await)
            .await
            .unwrap()
            .unwrap();
        assert!(session.shared && phone.me.is_reader(session.reader));
        // The terminal that was signed in confirms no other.
        let second = begin(&service).await;
        let through = Phone { token, me: phone.me.clone(), card: phone.card };
        let decision = through.decision(&service, &second).await;
        assert_eq!(refused_by(through.confirm(&service, &decision).await), Blocker::SharedTerminal);
        // A session of another reader, or none, confirms nothing in somebody's name.
        let mixed = Phone { token: thief.token.clone(), me: phone.me.clone(), card: phone.card };
        assert!(matches!(mixed.confirm(&service, &decision).await, Err(Error::NotFound("session"))));
        let wrong = Decision { number: "000000".to_owned(), ..decision.clone() };
        assert!(not_there(&phone.confirm(&service, &wrong).await), "the number belongs to it");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_of_two_that_confirm_or_pick_up_at_once_one_does() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let other = another_instance(house).await;
        let (one, two) = (Phone::of(house, &service, 1).await, Phone::of(house, &service, 2).await);
        for _ in 0..3 {
            let secret = begin(&service).await;
            let decision = one.decision(&service, &secret).await;
            let (first, second) =
                tokio::join!(one.confirm(&service, &decision), two.confirm(&other, &decision));
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let (first, second) = tokio::join!(pick_up(&service, &secret), pick_up(&other, &secret));
            assert!(first.is_ok() != second.is_ok(), "one session");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_a_code_ends_and_a_refused_one_stays_refused() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let phone = Phone::of(house, &service, 1).await;
        // Not confirmed within two minutes.
        let secret = begin(&service).await;
        let (name, decision) = (name_of(&service, &secret).await, phone.decision(&service, &secret).await);
        house.clock.advance(TimeDelta::seconds(scan::OPEN_SECONDS + 1));
        assert_eq!(word_of(&service, &secret).await, "over");
        assert!(phone.asking(&service, &name).await.unwrap().is_none());
        assert!(not_there(&phone.confirm(&service, &decision).await));
        // Confirmed, and not picked up within one.
        let secret = begin(&service).await;
        phone.scan(&service, &secret).await;
        house.clock.advance(TimeDelta::seconds(scan::PICK_UP_SECONDS + 1));
        assert!(not_there(&pick_up(&service, &secret).await));
        // Refused.
        let secret = begin(&service).await;
        let decision = phone.decision(&service, &secret).await;
        phone.refuse(&service, &decision).await.unwrap();
        phone.refuse(&service, &decision).await.unwrap();
        assert!(not_there(&phone.confirm(&service, &decision).await), "a no is a no");
        assert_eq!(word_of(&service, &secret).await, "refused");
        assert!(not_there(&pick_up(&service, &secret).await));
        // Another code in the same browser ends the one before.
        let secret = begin(&service).await;
        let decision = phone.decision(&service, &secret).await;
        let next = service
            .write(Actor::nobody(), async |op| scan::begin(op, &kiosk(), Some(&secret)).await)
            .await
            .unwrap();
        assert!(not_there(&phone.confirm(&service, &decision).await));
        phone.scan(&service, &next.secret).await;
        // And in the end it is forgotten.
        house.clock.advance(TimeDelta::hours(2));
        service.write(Actor::nobody(), async |op| scan::forget_old(op).await).await.unwrap();
        let shown =
            service.read(Actor::nobody(), async |op| scan::shown(op, &next.secret).await).await.unwrap();
        assert!(shown.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_loss_on_another_instance_ends_what_was_confirmed_and_the_terminal() {
    on_both_databases(async |house| {
        let (here, _) = cheap(house);
        let there = another_instance(house).await;
        let phone = Phone::of(house, &here, 1).await;
        let step = || house.clock.advance(TimeDelta::seconds(1));

        // Shown, then lost: it can't be confirmed.
        let secret = begin(&here).await;
        let decision = phone.decision(&here, &secret).await;
        step();
        lose(house, &there, phone.card).await;
        assert!(matches!(phone.confirm(&here, &decision).await, Err(Error::NotFound("session"))));
        step();
        restore(house, &there, phone.card).await;
        step();

        // Confirmed, then lost on another instance: it can't be picked up, and is used up with that.
        let secret = begin(&here).await;
        phone.scan(&here, &secret).await;
        step();
        lose(house, &there, phone.card).await;
        step();
        assert_eq!(pick_up(&here, &secret).await.unwrap().unwrap_err(), Blocker::CardLost);
        assert!(not_there(&pick_up(&here, &secret).await));
        restore(house, &there, phone.card).await;
        step();

        // Confirmed, lost and found in between: whoever confirmed may not have been its holder.
        let secret = begin(&there).await;
        phone.scan(&there, &secret).await;
        step();
        lose(house, &here, phone.card).await;
        step();
        restore(house, &here, phone.card).await;
        step();
        assert_eq!(pick_up(&there, &secret).await.unwrap().unwrap_err(), Blocker::ChangedSinceScan);

        // Signed in, then lost: the terminal ends at that instant, and does not begin again with the card.
        let secret = begin(&here).await;
        phone.scan(&here, &secret).await;
        let token = pick_up(&here, &secret).await.unwrap().unwrap().token;
        let session = async |service: &Service, token: &str| {
            service.read(Actor::nobody(), async |op| reader_session(op, token).await).await.unwrap()
        };
        assert!(session(&there, &token).await.is_some());
        step();
        lose(house, &there, phone.card).await;
        assert!(session(&here, &token).await.is_none());
        assert!(session(&here, &phone.token).await.is_none(), "no page is open while the card is lost");
        step();
        restore(house, &there, phone.card).await;
        step();
        assert!(session(&here, &token).await.is_none(), "the terminal is somebody else's by now");
        assert!(session(&here, &phone.token).await.is_some(), "the phone is the reader's own");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_a_blocked_reader_and_a_new_password_sign_no_terminal_in() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let phone = Phone::of(house, &service, 1).await;
        let reader = match phone.me.who {
            service::kernel::Who::Reader(reader) => reader,
            other => panic!("{other}"),
        };
        // A password that was changed after the confirmation.
        let secret = begin(&service).await;
        phone.scan(&service, &secret).await;
        house.clock.advance(TimeDelta::seconds(1));
        let token = phone.token.clone();
        cards::password::change_password(&service, &token, CHOSEN, "lin4wai4xin1mi4").await.unwrap();
        assert_eq!(pick_up(&service, &secret).await.unwrap().unwrap_err(), Blocker::ChangedSinceScan);

        let secret = begin(&service).await;
        let (early, late) = (begin(&service).await, phone.decision(&service, &secret).await);
        phone.scan(&service, &early).await;
        let new = NewBlock {
            reader,
            reason: BlockReason::Verification.as_str().to_owned(),
            note: String::new(),
            until: String::new(),
        };
        service.write(house.system(), async |op| block(op, new.clone()).await).await.unwrap();
        assert_eq!(refused_by(phone.confirm(&service, &late).await), Blocker::ReaderBlocked);
        assert_eq!(pick_up(&service, &early).await.unwrap().unwrap_err(), Blocker::ReaderBlocked);
    })
    .await;
}

#[tokio::test]
async fn a_2_3_a_phone_with_the_default_password_changes_it_first_and_comes_back() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let secret = begin(&service).await;
        let name = name_of(&service, &secret).await;
        let mut phone = Browser::new(&service);
        let path = format!("/my/scan/confirm?r={name}");
        phone.get(&path).await;
        assert_eq!(phone.location, "/my/sign-in?scan");
        phone.follow().await;
        assert!(phone.page.contains("请先在手机上登录"));
        let password = default_of(1);
        phone.post("/my/sign-in", &[("number", &opened.card.number), ("password", &password)]).await;
        assert_eq!(phone.location, "/my/password");
        phone.get(&path).await;
        assert_eq!(phone.location, "/my/password", "the default password confirms nothing");
        phone.follow().await;
        let fields =
            [("current_password", password.as_str()), ("new_password", CHOSEN), ("repeat_password", CHOSEN)];
        phone.post("/my/password", &fields).await;
        assert_eq!(phone.location, path, "back to the terminal that was scanned");
        phone.follow().await;
        assert!(phone.page.contains("号码一样，登录"));
        // The note is used up: signing in again leads home.
        phone.post("/my/sign-out", &[]).await;
        phone.follow().await;
        phone.post("/my/sign-in", &[("number", &opened.card.number), ("password", CHOSEN)]).await;
        assert_eq!(phone.location, "/my");
        // What is no name of ours leads nowhere.
        let mut other = Browser::new(&service);
        for bad in ["//example.org", "..%2F..", "x"] {
            other.get(&format!("/my/scan/confirm?r={bad}")).await;
            assert!(cookie(&other, "yueka_scan_next").is_none(), "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_numbers_are_typed_five_times_and_an_address_shows_a_hundred_codes() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let phone = Phone::of(house, &service, 1).await;
        let secret = begin(&service).await;
        let number = phone.decision(&service, &secret).await.number;
        let typed = async |number: &str| {
            service.write(phone.me.clone(), async |op| scan::asking_by_number(op, number).await).await
        };
        let spaced = format!("{} {}", &number[..3], &number[3..]);
        assert_eq!(typed(&spaced).await.unwrap().unwrap().number, number);
        let wrong = if number == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert!(typed(wrong).await.unwrap().is_none());
        }
        for asked in [wrong, number.as_str()] {
            assert!(matches!(typed(asked).await, Err(Error::TooManyTries(_))));
        }
        house.clock.advance(TimeDelta::minutes(16));
        assert!(typed(&number).await.unwrap().is_none(), "its time is over");

        // One address fills up with what waits, others do not, and it empties by itself.
        let mut numbers = std::collections::BTreeSet::new();
        for _ in 0..scan::MOST_OPEN {
            let secret = begin(&service).await;
            let shown =
                service.read(Actor::nobody(), async |op| scan::shown(op, &secret).await).await.unwrap();
            assert!(numbers.insert(shown.unwrap().number), "a number means one terminal");
        }
        let full = service.write(Actor::nobody(), async |op| scan::begin(op, &kiosk(), None).await).await;
        assert!(matches!(full, Err(Error::TooManyTries(_))));
        let elsewhere = Terminal { address: "10.3.0.8".to_owned(), ..kiosk() };
        service.write(Actor::nobody(), async |op| scan::begin(op, &elsewhere, None).await).await.unwrap();
        house.clock.advance(TimeDelta::seconds(scan::OPEN_SECONDS + 1));
        begin(&service).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_the_phone_says_whose_terminal_it_is() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let phone = Phone::of(house, &service, 1).await;
        for (library, networks) in
            [(house.fs, "10.3.0.0/16"), (house.branch, "10.3.0.0/24"), (house.sd, "10.9.0.0/16")]
        {
            service
                .write(house.system(), async |op| {
                    set_policy(op, library, Policy::TerminalNetworks, Some(networks)).await
                })
                .await
                .unwrap();
        }
        let bad = service
            .write(house.system(), async |op| {
                set_policy(op, house.fs, Policy::TerminalNetworks, Some("everywhere")).await
            })
            .await;
        assert!(matches!(bad, Err(Error::Invalid(_))));
        for (address, library) in [
            ("10.3.0.7", Some(house.branch)),
            ("10.3.1.7", Some(house.fs)),
            ("10.9.200.1", Some(house.sd)),
            ("203.0.113.7", None),
            ("local", None),
        ] {
            let terminal = Terminal { address: address.to_owned(), browser: "edge windows".to_owned() };
            let begun =
                service.write(Actor::nobody(), async |op| scan::begin(op, &terminal, None).await).await;
            let name = name_of(&service, &begun.unwrap().secret).await;
            let asking = phone.asking(&service, &name).await.unwrap().unwrap();
            assert_eq!((asking.library, asking.address.as_str()), (library, address));
            assert!(
                !format!("{asking:?} {terminal:?}").contains(address),
                "an address is told to the reader alone"
            );
        }
    })
    .await;
}
