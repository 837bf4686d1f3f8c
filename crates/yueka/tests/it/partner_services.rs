//! Partner services (A.3.2 e): whether somebody who agrees holds a card that works, over HTTP and signed, and nothing else.

use std::net::SocketAddr;

use axum::http::StatusCode;
use chrono::TimeDelta;
use delivery::province::{Answered, Person, ProvinceSettings, Trick};
use delivery::service_desk::ServiceDesk;
use serde_json::{Value, json};
use service::Service;
use service::cards::{self, Opened, ReportLoss};
use service::consents;
use service::kernel::{Actor, Blocker, CardId, Error, PartnerId, ReaderId, Role};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::partners::{
    NewPartner, PartnerKind, PartnerSettings, add_partner, change_partner, close_partner, list_partners,
};
use service::people::{self, Merge};
use service::readers::{self, BlockReason, NewBlock};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, child, foreigner, on_both_databases};
use tokio::net::TcpListener;

use crate::browser::Browser;
use crate::gates::code_of;
use crate::passwords::{cheap, open};
use crate::portal::at_home;

/// A house that is served, and the desks of partners that call it.
struct City {
    yueka: String,
    point: service::kernel::ServicePointId,
}

impl City {
    async fn of(house: &House, service: &Service) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let yueka = format!("http://{}", door.local_addr().unwrap());
        let router = web::router(service.clone(), web::WebOptions::default());
        let served = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(door, served).await.unwrap() });
        let new = NewServicePoint {
            library: house.fs,
            code: "WEB".to_owned(),
            kind: ServicePointKind::Online,
            name: "网上".to_owned(),
        };
        let point = house
            .service
            .write(house.system(), async |op| add_service_point(op, new.clone()).await)
            .await
            .unwrap();
        Self { yueka, point }
    }

    fn settings(&self, title: &str) -> PartnerSettings {
        let purpose = if title.is_empty() { "" } else { "持证市民享受优惠" };
        PartnerSettings {
            service_point: self.point,
            addresses: "127.0.0.0/8".to_owned(),
            calls_per_minute: 600,
            events_url: String::new(),
            title: title.to_owned(),
            purpose: purpose.to_owned(),
        }
    }

    async fn partner(
        &self,
        house: &House,
        kind: PartnerKind,
        name: &str,
        title: &str,
    ) -> (ServiceDesk, PartnerId) {
        let new = NewPartner { kind, name: name.to_owned(), settings: self.settings(title) };
        let (key, secret) =
            house.service.write(house.system(), async |op| add_partner(op, &new).await).await.unwrap();
        let settings = ProvinceSettings { yueka: self.yueka.clone(), partner: name.to_owned(), key, secret };
        let desk = ServiceDesk::new(title, settings, house.clock.clone()).unwrap();
        let known = house.service.read(house.system(), list_partners).await.unwrap();
        (desk, known.into_iter().find(|partner| partner.name == name).unwrap().id)
    }
}

async fn asked(desk: &ServiceDesk, by: &str, text: &str) -> Answered {
    let answered = desk.ask(by, text).await.unwrap();
    assert!(answered.signed, "{}", answered.body);
    answered
}

/// `Some(true)`: it works.
fn live(answered: &Answered) -> Option<bool> {
    answered.body["live"].as_bool()
}

fn me(opened: &Opened) -> Actor {
    Actor::reader(opened.reader.id, opened.card.issuing_library)
}

async fn allow(house: &House, opened: &Opened, partner: PartnerId) -> String {
    house.service.write(me(opened), async |op| consents::allow(op, partner).await).await.unwrap()
}

async fn withdraw(house: &House, opened: &Opened, partner: PartnerId) {
    house.service.write(me(opened), async |op| consents::withdraw(op, partner).await).await.unwrap();
}

async fn questions(house: &House, opened: &Opened) -> Vec<(String, String, String)> {
    let asked = house.service.read(me(opened), async |op| consents::questions(op, 50).await).await.unwrap();
    asked
        .into_iter()
        .map(|question| (question.service.unwrap_or_default(), question.by, question.answer))
        .collect()
}

fn by_eye() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::ByEye)
}

async fn lose(house: &House, card: CardId) {
    let request = ReportLoss { card, check: by_eye() };
    house
        .service
        .write(house.clerk(), async |op| cards::report_loss(op, request.clone()).await)
        .await
        .unwrap();
}

fn question(service: &str, by: &str, answer: &str) -> (String, String, String) {
    (service.to_owned(), by.to_owned(), answer.to_owned())
}

#[tokio::test]
async fn a_3_2_e_showing_the_e_card_answers_this_question_and_nothing_else() {
    on_both_databases(async |house| {
        let city = City::of(house, &house.service).await;
        let (sports, _) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let (museum, _) = city.partner(house, PartnerKind::Service, "museum", "城市博物馆").await;
        let reader = open(house, adult(1)).await;
        let code = code_of(&house.service, &reader.card).await.unwrap();
        let answered = asked(&sports, "code", &code).await;
        assert_eq!(
            (answered.status, &answered.body),
            (200, &json!({ "live": true })),
            "yes, and nothing else"
        );
        // Shown once more at the same desk it is the same question; at another it is used.
        assert_eq!(live(&asked(&sports, "code", &code).await), Some(true));
        let elsewhere = asked(&museum, "code", &code).await;
        assert_eq!((elsewhere.status, &elsewhere.body["code"]), (409, &json!("code_used")));
        house.clock.advance(TimeDelta::minutes(5));
        let late = asked(&sports, "code", &code).await;
        assert_eq!((late.status, &late.body["code"]), (409, &json!("code_too_old")));
        for forged in ["YE1", &code[..code.len() - 1], "GDYDT-44000001"] {
            let refused = asked(&sports, "code", forged).await;
            assert_eq!((refused.status, &refused.body["code"]), (409, &json!("code_unknown")), "{forged}");
        }
        // A code that was made before a loss answers no after it.
        let code = code_of(&house.service, &reader.card).await.unwrap();
        lose(house, reader.card.id).await;
        let answered = asked(&sports, "code", &code).await;
        assert_eq!(answered.body, json!({ "live": false, "reason": "not_live" }), "why is not told");
        let seen = questions(house, &reader).await;
        assert_eq!(
            seen,
            [
                question("城市体育中心", "code", "not_live"),
                question("城市体育中心", "code", "live"),
                question("城市体育中心", "code", "live"),
            ],
            "the reader sees each question that was about them"
        );
        // One of the two, exactly.
        for body in [json!({}), json!({ "code": "a", "handle": "b" })] {
            let call = sports.prepare_at("/api/partners/v1/live-card", &body, "");
            let refused = sports.send(&call).await.unwrap();
            assert_eq!((refused.status, &refused.body["code"]), (422, &json!("invalid")));
        }
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_a_standing_consent_holds_until_it_is_withdrawn_and_for_one_service() {
    on_both_databases(async |house| {
        let city = City::of(house, &house.service).await;
        let (sports, sports_id) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let (museum, museum_id) = city.partner(house, PartnerKind::Service, "museum", "城市博物馆").await;
        let reader = open(house, adult(1)).await;
        let nobody = asked(&sports, "handle", "YC-0000-0000-0000-0000").await;
        assert_eq!((nobody.status, &nobody.body["code"]), (404, &json!("no_consent")));

        let handle = allow(house, &reader, sports_id).await;
        assert!(!handle.contains(&reader.card.number) && handle.len() == 22, "{handle}");
        assert_eq!(asked(&sports, "handle", &handle).await.body, json!({ "live": true }));
        let bare = handle.replace('-', "").to_lowercase();
        assert_eq!(live(&asked(&sports, "handle", &bare).await), Some(true), "however it is written");

        // Another service can't use it, and is told what it is told of nobody.
        let stolen = asked(&museum, "handle", &handle).await;
        assert_eq!((stolen.status, without_request(&stolen.body)), (404, without_request(&nobody.body)));
        let other = allow(house, &reader, museum_id).await;
        assert_ne!(handle, other, "services can't compare what they know of a reader");
        assert_eq!(live(&asked(&museum, "handle", &other).await), Some(true));

        // A block and a loss answer no from the next question on, on whichever instance.
        let new = NewBlock {
            reader: reader.reader.id,
            reason: BlockReason::Verification.as_str().to_owned(),
            note: String::new(),
            until: String::new(),
        };
        let blocked =
            house.service.write(house.system(), async |op| readers::block(op, new.clone()).await).await;
        assert_eq!(
            asked(&sports, "handle", &handle).await.body,
            json!({ "live": false, "reason": "not_live" })
        );
        let blocked = blocked.unwrap();
        house
            .service
            .write(house.system(), async |op| readers::unblock(op, reader.reader.id, blocked).await)
            .await
            .unwrap();
        assert_eq!(live(&asked(&sports, "handle", &handle).await), Some(true));
        lose(house, reader.card.id).await;
        assert_eq!(live(&asked(&sports, "handle", &handle).await), Some(false));

        // Withdrawn: as of nobody. Another handle is another one.
        withdraw(house, &reader, sports_id).await;
        withdraw(house, &reader, sports_id).await;
        let gone = asked(&sports, "handle", &handle).await;
        assert_eq!((gone.status, without_request(&gone.body)), (404, without_request(&nobody.body)));
        let second = allow(house, &reader, sports_id).await;
        let third = allow(house, &reader, sports_id).await;
        assert_eq!(asked(&sports, "handle", &second).await.status, 404, "the one before ends");
        assert_eq!(live(&asked(&sports, "handle", &third).await), Some(false));

        let seen = questions(house, &reader).await;
        assert_eq!(seen.len(), 10, "{seen:?}");
        assert!(seen.contains(&question("城市博物馆", "handle", "no_consent")), "also who may not ask");
        // A closed account asks nothing, and is offered to nobody.
        house.service.write(house.system(), async |op| close_partner(op, "sports").await).await.unwrap();
        let closed = sports.ask("handle", &third).await.unwrap();
        assert_eq!((closed.status, &closed.body["code"], closed.signed), (401, &json!("unknown_key"), false));
        let offered = house.service.read(me(&reader), async |op| consents::offered(op).await).await.unwrap();
        assert_eq!(offered.len(), 1);
        let again = house.service.write(me(&reader), async |op| consents::allow(op, sports_id).await).await;
        assert!(matches!(again, Err(Error::NotFound("service"))));
    })
    .await;
}

/// Two answers are the same but for the number of the request.
fn without_request(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

#[tokio::test]
async fn a_3_2_e_replayed_and_badly_signed_questions_are_refused() {
    on_both_databases(async |house| {
        let city = City::of(house, &house.service).await;
        let (sports, id) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let reader = open(house, adult(1)).await;
        let handle = allow(house, &reader, id).await;
        let call = sports.prepare("handle", &handle, Trick::None);
        assert_eq!(sports.send(&call).await.unwrap().status, 200);
        let replayed = sports.send(&call).await.unwrap();
        assert_eq!((replayed.status, &replayed.body["code"]), (409, &json!("replayed")));
        for (trick, code) in [
            (Trick::Late, "off_time"),
            (Trick::BadSignature, "bad_signature"),
            (Trick::ChangedBody, "bad_signature"),
        ] {
            let refused = sports.send(&sports.prepare("handle", &handle, trick)).await.unwrap();
            assert_eq!((refused.status, &refused.body["code"]), (401, &json!(code)), "{trick:?}");
        }
        assert_eq!(questions(house, &reader).await.len(), 1, "what was not let in asked nothing");
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_a_service_may_ask_this_and_nothing_else_and_a_platform_keeps_its_rights() {
    on_both_databases(async |house| {
        let city = City::of(house, &house.service).await;
        let (sports, id) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let (platform, platform_id) = city.partner(house, PartnerKind::Yuedutong, "yuedutong", "").await;
        let person = Person {
            code: "GDYDT-00000009".to_owned(),
            name: "测试".to_owned(),
            sex: "female".to_owned(),
            document: adult(9).documents[0].number.clone(),
            phone: "13900000009".to_owned(),
        };
        for (call, body) in [
            ("open", person.to_open()),
            ("link", person.to_link()),
            ("unlink", person.to_name()),
            ("loss", person.to_name()),
            ("restore", person.to_name()),
            ("cancel", person.to_name()),
            ("resolve", person.to_name()),
        ] {
            let path = format!("/api/yuedutong/v1/{call}");
            let refused = sports.send(&sports.prepare_at(&path, &body, "key-1")).await.unwrap();
            assert_eq!(
                (refused.status, &refused.body["code"], refused.signed),
                (403, &json!("other_contract"), true),
                "{call}"
            );
        }
        let reader = open(house, adult(1)).await;
        let handle = allow(house, &reader, id).await;
        let refused = platform.ask("handle", &handle).await.unwrap();
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("other_contract")));
        let opened =
            platform.send(&platform.prepare_at("/api/yuedutong/v1/open", &person.to_open(), "key-2")).await;
        assert_eq!(opened.unwrap().status, 201, "the platform opens cards as before");
        // Nor by another door: the actor of a service has no rights, and is no platform.
        let actor = Actor { who: service::kernel::Who::Partner(id), ..me(&reader) };
        let code = person.code.clone();
        let by_side =
            house.service.write(actor.clone(), async |op| service::yuedutong::resolve(op, &code).await).await;
        assert!(matches!(by_side, Err(Error::Forbidden(_))));
        let platform_asks = Actor { who: service::kernel::Who::Partner(platform_id), ..actor };
        let asked = consents::Asked::Handle(handle);
        let by_side =
            house.service.write(platform_asks, async |op| consents::live_card(op, &asked).await).await;
        assert!(matches!(by_side, Err(Error::Forbidden(_))));
        // A service is known by a title, and told nothing; a platform asks for no consent of its own.
        for (kind, settings, field) in [
            (PartnerKind::Service, city.settings(""), "title"),
            (
                PartnerKind::Service,
                PartnerSettings { events_url: "https://example.org/e".to_owned(), ..city.settings("某馆") },
                "events_url",
            ),
            (
                PartnerKind::Yuedutong,
                PartnerSettings { purpose: "预约场地".to_owned(), ..city.settings("某平台") },
                "purpose",
            ),
        ] {
            let new = NewPartner { kind, name: "another".to_owned(), settings };
            let refused = house.service.write(house.system(), async |op| add_partner(op, &new).await).await;
            let Err(Error::Invalid(invalid)) = refused else { panic!("{refused:?}") };
            assert!(invalid.0.iter().any(|wrong| wrong.field == field), "{field}");
        }
        let renamed = city.settings("体育馆");
        house
            .service
            .write(house.system(), async |op| change_partner(op, "sports", &renamed).await)
            .await
            .unwrap();
        let offered = house.service.read(me(&reader), async |op| consents::offered(op).await).await.unwrap();
        assert_eq!(offered[0].service.title, "体育馆");
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_a_consent_follows_a_merged_reader_and_comes_back() {
    on_both_databases(async |house| {
        let city = City::of(house, &house.service).await;
        let (sports, id) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let (winner, loser) = (open(house, adult(1)).await, open(house, foreigner(2)).await);
        let handle = allow(house, &loser, id).await;
        let version = async |reader: ReaderId| {
            house
                .service
                .write(house.clerk(), async |op| readers::view(op, reader).await)
                .await
                .unwrap()
                .version
        };
        let request = Merge {
            winner: winner.reader.id,
            loser: loser.reader.id,
            winner_version: version(winner.reader.id).await,
            loser_version: version(loser.reader.id).await,
            take: Vec::new(),
            card: Some(winner.card.id),
            reason: "同一个人".to_owned(),
        };
        let merged = house
            .service
            .write(house.system(), async |op| people::merge(op, request.clone()).await)
            .await
            .unwrap();
        assert_eq!(live(&asked(&sports, "handle", &handle).await), Some(true), "it is the same person");
        let offered = house.service.read(me(&winner), async |op| consents::offered(op).await).await.unwrap();
        assert!(matches!(offered[0].state, consents::ConsentState::Since(_)));
        assert_eq!(questions(house, &winner).await.len(), 1);
        house
            .service
            .write(house.system(), async |op| people::undo_merge(op, merged.merge).await)
            .await
            .unwrap();
        assert_eq!(live(&asked(&sports, "handle", &handle).await), Some(true));
        assert_eq!(questions(house, &loser).await.len(), 1, "whose question it was");
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_the_reader_allows_withdraws_and_sees_what_was_asked() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let city = City::of(house, &service).await;
        let (sports, id) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let (mut browser, opened) = at_home(house, &service, 1).await;
        browser.get("/my").await;
        assert!(browser.page.contains("href=\"/my/services\""));
        browser.get("/my/services").await;
        assert!(browser.page.contains("城市体育中心") && browser.page.contains("还没有服务查询过"));
        browser.post("/my/services/allow", &[("service", &id.to_string())]).await;
        assert_eq!(browser.status, StatusCode::OK);
        let at = browser.page.find(">YC-").unwrap() + 1;
        let handle = browser.page[at..].split('<').next().unwrap().to_owned();
        assert_eq!(live(&asked(&sports, "handle", &handle).await), Some(true));
        browser.get("/my/services").await;
        assert!(!browser.page.contains(&handle), "it is shown this once");
        assert!(browser.page.contains("已允许，自") && browser.page.contains("答复：能用"));
        browser.post("/my/services/withdraw", &[("service", &id.to_string())]).await;
        browser.follow().await;
        assert!(browser.page.contains("已撤回，对方不能再查询"));
        assert_eq!(asked(&sports, "handle", &handle).await.status, 404);
        browser.get("/my/services").await;
        assert!(browser.page.contains("未经允许，没有答复"));
        browser.get("/my/history").await;
        assert!(browser.page.contains("允许合作服务查询") && browser.page.contains("撤回合作服务查询"));
        // Among all that is held about the reader, without the handle.
        let export = service
            .write(me(&opened), async |op| people::data_export(op, opened.reader.id, "").await)
            .await
            .unwrap();
        assert_eq!(export["partner_consents"][0]["service"], "城市体育中心");
        assert!(export["looks"].to_string().contains("asked") && !export.to_string().contains(&handle));
        // Under 16 the guardian is asked first.
        let minor = open(house, child(7)).await;
        let refused = service.write(me(&minor), async |op| consents::allow(op, id).await).await;
        let Err(Error::Refused(blockers)) = refused else { panic!("{refused:?}") };
        assert_eq!(blockers, [Blocker::GuardianNeeded]);
        let staff = service.read(house.clerk(), async |op| consents::offered(op).await).await;
        assert!(matches!(staff, Err(Error::Forbidden(_))), "a consent is the reader's own");
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_the_office_sees_partners_and_closes_them() {
    on_both_databases(async |house| {
        let city = City::of(house, &house.service).await;
        let (sports, _) = city.partner(house, PartnerKind::Service, "sports", "城市体育中心").await;
        let (_, _) = city.partner(house, PartnerKind::Yuedutong, "yuedutong", "").await;
        let mut office = at_work(house, "guan", Role::FederationAdmin).await;
        office.get("/office/partners").await;
        assert_eq!(office.status, StatusCode::OK);
        for text in ["sports", "城市体育中心", "yuedutong", "k1", "还没有"] {
            assert!(office.page.contains(text), "{text}");
        }
        asked(&sports, "handle", "YC-0000-0000-0000-0000").await;
        // The last call is known after calls are forgotten.
        house.clock.advance(TimeDelta::hours(1));
        house
            .service
            .write(Actor::nobody(), async |op| service::partners::forget_old(op).await)
            .await
            .unwrap();
        let mut office = at_work(house, "liang", Role::FederationAdmin).await;
        office.get("/office/partners").await;
        assert!(office.page.contains("2026-11-24 10:00"), "{}", office.page);
        office.get("/office/partners/sports?close").await;
        assert!(office.page.contains("确定停用 sports"));
        office.post("/office/partners/sports/close", &[]).await;
        office.follow().await;
        assert!(office.page.contains("账号已停用"));
        assert_eq!(sports.ask("handle", "YC-0").await.unwrap().status, 401);
        let mut clerk = at_work(house, "chen", Role::Clerk).await;
        clerk.get("/office/partners").await;
        assert_eq!(clerk.status, StatusCode::FORBIDDEN);
    })
    .await;
}

async fn at_work(house: &House, name: &str, role: Role) -> Browser {
    let library = if role == Role::Clerk { house.fs } else { house.root };
    house.add_staff(name, library, role).await.unwrap();
    let mut browser = Browser::new(&house.service);
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("username", name), ("password", "yueka2026")]).await;
    browser.follow().await;
    let point = browser.hidden("service_point");
    browser.post("/service-point", &[("service_point", &point)]).await;
    browser
}
