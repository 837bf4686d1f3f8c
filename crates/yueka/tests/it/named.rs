//! Who did something is named on a reader's page: the partner, the machine, the program; and the reader hears of links.

use delivery::province::{Person, ProvinceSettings};
use delivery::service_desk::ServiceDesk;
use service::kernel::{Actor, Channel, Right, Role, Who};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::machines::{MachineSettings, NewMachine, add_machine, list_machines};
use service::outbox::Template;
use service::partners::{NewPartner, PartnerKind, PartnerSettings, add_partner};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, on_both_databases};
use service::{cards, outbox, staff};
use tokio::net::TcpListener;

use crate::browser::Browser;
use crate::passwords::open;

/// The province's platform, whose calls are served.
async fn platform(house: &House) -> ServiceDesk {
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let yueka = format!("http://{}", door.local_addr().unwrap());
    let router = web::router(house.service.clone(), web::WebOptions::default());
    let served = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(door, served).await.unwrap() });
    let new = NewServicePoint {
        library: house.fs,
        code: "WEB".to_owned(),
        kind: ServicePointKind::Online,
        name: "网上".to_owned(),
    };
    let service_point =
        house.service.write(house.system(), async |op| add_service_point(op, new.clone()).await).await;
    let settings = PartnerSettings {
        service_point: service_point.unwrap(),
        addresses: String::new(),
        calls_per_minute: 600,
        events_url: String::new(),
        title: String::new(),
        purpose: String::new(),
    };
    let new = NewPartner { kind: PartnerKind::Yuedutong, name: "yuedutong".to_owned(), settings };
    let (key, secret) =
        house.service.write(house.system(), async |op| add_partner(op, &new).await).await.unwrap();
    let settings = ProvinceSettings { yueka, partner: "yuedutong".to_owned(), key, secret };
    ServiceDesk::new("", settings, house.clock.clone()).unwrap()
}

fn person(serial: u32) -> Person {
    let request = adult(serial);
    Person {
        code: format!("GDYDT-{serial:08}"),
        name: request.reader.name,
        sex: request.reader.sex,
        document: request.documents[0].number.clone(),
        phone: request.reader.phone,
    }
}

#[tokio::test]
async fn c_6_1_4_1_the_reader_is_told_of_a_link_and_of_its_end() {
    on_both_databases(async |house| {
        let platform = platform(house).await;
        let reader = open(house, adult(1)).await;
        let call = async |service: &str, body: serde_json::Value, key: &str| {
            let path = format!("/api/yuedutong/v1/{service}");
            let answered = platform.send(&platform.prepare_at(&path, &body, key)).await.unwrap();
            assert_eq!(answered.status, 200, "{}", answered.body);
        };
        call("link", person(1).to_link(), "link-1").await;
        call("link", person(1).to_link(), "link-1").await;
        call("link", person(1).to_link(), "link-2").await;
        call("unlink", person(1).to_name(), "unlink-1").await;
        let messages = house
            .service
            .read(house.clerk(), async |op| outbox::messages_of(op, reader.reader.id, 50).await)
            .await
            .unwrap();
        let told = |about: Template| messages.iter().filter(|message| message.template == about).count();
        // By mail and by SMS, each once.
        assert_eq!((told(Template::PartnerLinked), told(Template::PartnerUnlinked)), (2, 2), "{messages:?}");
        // A card that the platform opens is told as every card; the link is a part of that.
        let opened = platform
            .send(&platform.prepare_at("/api/yuedutong/v1/open", &person(2).to_open(), "open-1"))
            .await
            .unwrap();
        assert_eq!(opened.status, 201, "{}", opened.body);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_what_a_machine_a_program_or_a_partner_did_is_named() {
    on_both_databases(async |house| {
        let platform = platform(house).await;
        let reader = open(house, adult(1)).await;
        let linked = platform
            .send(&platform.prepare_at("/api/yuedutong/v1/link", &person(1).to_link(), "link-1"))
            .await
            .unwrap();
        assert_eq!(linked.status, 200, "{}", linked.body);

        let point = NewServicePoint {
            library: house.fs,
            code: "M1".to_owned(),
            kind: ServicePointKind::Machine,
            name: "自助机".to_owned(),
        };
        let point = house
            .service
            .write(house.system(), async |op| add_service_point(op, point.clone()).await)
            .await
            .unwrap();
        let new = NewMachine {
            login: "fs-1".to_owned(),
            password: "fs-1-geheim-2026".to_owned(),
            settings: MachineSettings::new("二楼东侧自助机", point, "strict"),
        };
        let hash = new.password_hash().await.unwrap();
        house.service.write(house.system(), async |op| add_machine(op, &new, &hash).await).await.unwrap();
        let machine = house.service.read(house.system(), list_machines).await.unwrap().remove(0).id;
        let token = staff::NewToken {
            name: "读者小程序".to_owned(),
            service_point: house.fs_desk,
            rights: vec![Right::ReportLoss],
        };
        house.service.write(house.system(), async |op| staff::issue_token(op, &token).await).await.unwrap();
        let token = house.service.read(house.system(), staff::list_tokens).await.unwrap().remove(0).id;

        let at_machine = Actor {
            who: Who::Machine(machine),
            channel: Channel::Machine,
            service_point: Some(point),
            ..house.clerk()
        };
        let by_program = Actor { who: Who::Token(token), ..house.clerk() };
        for (actor, loses) in [(at_machine, true), (by_program, false)] {
            let card = reader.card.id;
            // A machine asks for the password; a clerk sees the person.
            let how = if loses { CheckMethod::Password } else { CheckMethod::ByEye };
            let check = IdentityCheck::of_the_person(how);
            let done = match loses {
                true => {
                    let request = cards::ReportLoss { card, check };
                    house.service.write(actor, async |op| cards::report_loss(op, request.clone()).await).await
                }
                false => {
                    let request = cards::Restore { card, reason: cards::RestoreReason::Found, check };
                    house.service.write(actor, async |op| cards::restore(op, request.clone()).await).await
                }
            };
            done.unwrap();
            house.clock.advance(chrono::TimeDelta::seconds(1));
        }

        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let mut desk = Browser::new(&house.service);
        desk.get("/sign-in").await;
        desk.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        desk.follow().await;
        let point = desk.hidden("service_point");
        desk.post("/service-point", &[("service_point", &point)]).await;
        desk.get(&format!("/desk/readers/{}", reader.reader.id)).await;
        for name in ["粤读通平台", "自助机：二楼东侧自助机", "接口程序：读者小程序"]
        {
            assert!(desk.page.contains(name), "{name}: {}", desk.page);
        }
    })
    .await;
}
