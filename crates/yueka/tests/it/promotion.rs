//! What the public is told holds (4.4.1, A.1, A.3.2): each page against the rule that it tells of, on both databases.

use axum::http::StatusCode;
use chrono::{Days, Months, TimeDelta};
use documents::DocumentKind;
use documents::synthetic::{self, HmtRegion};
use service::cards::{self, CardKind, OpenCard};
use service::circulation::{open_again, set_closed_day};
use service::kernel::{Actor, Channel, Error, Invalid, Problem, Right, Role};
use service::libraries::{NewServicePoint, Policy, ServicePointKind, add_service_point, set_policy};
use service::promotion::{
    self, DOORS, Now, Place, SetHours, Way, advise, hours_of, open_now, remove_special_day, set_hours,
    set_special_day,
};
use service::readers::DocumentForm;
use service::testing::{House, adult, child, on_both_databases, resident_number};

use crate::browser::Browser;

/// Somebody of a library with the rights of a role.
pub fn staff(house: &House, library: service::kernel::LibraryId, role: Role) -> Actor {
    Actor { library, scope: library, rights: role.rights().to_vec(), ..house.clerk() }
}

/// Every kind of door there is, at FS.
pub async fn all_doors(house: &House) {
    for (code, kind) in [
        ("M9", ServicePointKind::Machine),
        ("W9", ServicePointKind::Online),
        ("P9", ServicePointKind::MobilePoint),
    ] {
        let new = NewServicePoint { library: house.fs, code: code.to_owned(), kind, name: code.to_owned() };
        house
            .service
            .write(house.system(), async |op| add_service_point(op, new.clone()).await)
            .await
            .unwrap();
    }
}

/// Somebody of an age with a document of a kind, who asks for a kind of card at a door.
fn request(
    house: &House,
    kind: CardKind,
    document: DocumentKind,
    age: u32,
    door: Channel,
    serial: u32,
) -> OpenCard {
    let birth = house.clock.today() - Months::new(age * 12);
    let sex = documents::Sex::Female;
    let number = match document {
        DocumentKind::ResidentId | DocumentKind::ResidencePermit | DocumentKind::HouseholdRegister => {
            resident_number(serial, birth)
        }
        DocumentKind::PermanentResident => {
            synthetic::permanent_resident_new(serial % 90, 840, birth, sex, 12)
        }
        DocumentKind::HmtResidencePermit => {
            synthetic::hmt_permit(HmtRegion::HongKong, serial % 90, birth, sex, 12)
        }
        DocumentKind::HkMacaoPermit => synthetic::hk_macao_permit(HmtRegion::Macao, serial, None),
        DocumentKind::TaiwanPermit => synthetic::taiwan_permit(serial, None),
        DocumentKind::Passport => synthetic::passport(serial),
        DocumentKind::MilitaryId => synthetic::military_id(serial),
        DocumentKind::Other => synthetic::other(serial),
    };
    let country = if document == DocumentKind::Passport { "PRT" } else { "" };
    let mut request = adult(serial);
    request.kind = kind;
    request.channel = Some(door);
    request.barcode = if kind == CardKind::OneCard { format!("FS{serial:08}") } else { String::new() };
    request.reader.birth_date = birth.to_string();
    request.documents = vec![DocumentForm {
        kind: document.as_str().to_owned(),
        number,
        issuing_country: country.to_owned(),
        ..DocumentForm::default()
    }];
    request.guardian = child(serial).guardian;
    request
}

#[tokio::test]
async fn c_4_4_1_what_the_page_says_is_what_opening_would_say() {
    on_both_databases(async |house| {
        all_doors(house).await;
        let mut visitor = Browser::new(&house.service);
        let mut serial = 100;
        for document in DocumentKind::ALL {
            for (age, group) in [(9, "minor"), (15, "minor"), (16, "adult"), (40, "adult")] {
                let page =
                    visitor.get(&format!("/guide/check?document={document}&age={group}")).await.to_owned();
                assert_eq!(visitor.status, StatusCode::OK);
                let advice = advise(document, i32::try_from(age).unwrap());
                for kind in CardKind::ALL {
                    for door in DOORS {
                        serial += 1;
                        let asked = request(house, kind, document, age, door, serial);
                        let against = house
                            .service
                            .read(house.clerk(), async |op| cards::against_opening(op, &asked).await)
                            .await
                            .unwrap_or_else(|error| panic!("{document} {age} {kind} {door}: {error}"));
                        let said = format!("{document}, {age}, {kind} at {door}: {against:?}");
                        assert_eq!(advice.ways.contains(&Way { kind, door }), against.is_empty(), "{said}");
                        let mark = format!("data-way=\"{kind} {door}\"");
                        assert_eq!(
                            page.contains(&mark),
                            against.is_empty(),
                            "the page says otherwise: {said}"
                        );
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_1_the_page_names_the_guardian_the_desk_and_why_not_and_no_door_that_there_is_not() {
    on_both_databases(async |house| {
        let mut visitor = Browser::new(&house.service);
        let page = visitor.get("/guide/check?document=resident_id&age=minor").await.to_owned();
        assert!(page.contains("监护人本人到场") && page.contains("监护人的证件原件"), "{page}");
        assert!(page.contains("data-way=\"document desk\"") && page.contains("data-way=\"one_card desk\""));
        assert!(!page.contains("data-way=\"document online\""), "no library opens cards on the web");
        assert!(page.contains("未满 16 岁，须监护人到服务台签字"), "why a kiosk opens none");
        let page = visitor.get("/guide/check?document=resident_id&age=adult").await.to_owned();
        assert!(!page.contains("监护人") && page.contains("16 岁以上持这种证件的读者，证件就是借阅证"));
        assert!(!page.contains("/apply\"") && !visitor.get("/guide/card").await.contains("href=\"/apply\""));
        all_doors(house).await;
        assert!(visitor.get("/guide/check?document=resident_id&age=adult").await.contains("href=\"/apply\""));
        // What is no answer is asked again, in every language.
        for (language, said) in
            [("zh-Hans", "两项都选了"), ("zh-Hant", "兩項都選了"), ("en", "both questions")]
        {
            visitor.cookies.push(("yueka_language".to_owned(), language.to_owned()));
            for odd in ["document=nothing&age=adult", "document=passport", "age=12&document=passport"] {
                assert!(visitor.get(&format!("/guide/check?{odd}")).await.contains(said), "{odd}");
            }
            visitor.cookies.retain(|(name, _)| name != "yueka_language");
        }
        for path in [
            "/guide",
            "/guide/card",
            "/guide/check",
            "/guide/lending",
            "/guide/services",
            "/libraries",
            "/news",
            "/yuedutong",
        ] {
            visitor.get(path).await;
            assert_eq!(visitor.status, StatusCode::OK, "{path}");
        }
        for path in ["/libraries/XX", "/guide/p/none", "/guide/lending?library=XX", "/news?library=XX"] {
            visitor.get(path).await;
            assert_eq!(visitor.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_3_2_lending_rules_are_those_that_the_library_has_set() {
    on_both_databases(async |house| {
        let mut visitor = Browser::new(&house.service);
        let page = visitor.get("/guide/lending?library=SD").await.to_owned();
        assert!(page.contains("20 册（件）") && page.contains("不外借"), "the standard's own: {page}");
        for (policy, value) in [
            (Policy::BookLimit, "17"),
            (Policy::AvLimit, "3"),
            (Policy::BookDays, "41"),
            (Policy::Renewals, "0"),
            (Policy::OverdueFen, "25"),
        ] {
            house
                .service
                .write(house.system(), async |op| set_policy(op, house.sd, policy, Some(value)).await)
                .await
                .unwrap();
        }
        let page = visitor.get("/guide/lending?library=SD").await.to_owned();
        for said in ["17 册（件）", "3 册（件）", "每次 41 天", "不能续借", "每册每天 0.25 元"]
        {
            assert!(page.contains(said), "{said} in {page}");
        }
        let other = visitor.get("/guide/lending?library=FS").await.to_owned();
        assert!(!other.contains("每次 41 天"), "another library's are its own");
        let rules =
            house.service.read(Actor::nobody(), async |op| promotion::lending_rules(op, house.sd).await);
        assert_eq!(rules.await.unwrap().limits, [17, 0, 3]);
    })
    .await;
}

async fn now(house: &House) -> Now {
    let all = house.service.read(Actor::nobody(), open_now).await.unwrap();
    let one = house.service.read(Actor::nobody(), async |op| hours_of(op, house.fs).await).await.unwrap();
    let now = one.library.at(house.clock.now());
    assert_eq!(all[&house.fs], now, "the list and the page say the same");
    now
}

fn week(hours: &str) -> [String; 7] {
    std::array::from_fn(|_| hours.to_owned())
}

#[tokio::test]
async fn c_4_4_1_hours_closed_days_and_special_days_are_told_as_they_are() {
    on_both_databases(async |house| {
        let manager = staff(house, house.fs, Role::BranchManager);
        let at = Place { library: house.fs, point: None };
        assert_eq!(now(house).await, Now::Unknown);
        let set = SetHours { place: at, seen: 0, week: week("9:00-12:00 14:00-18:00") };
        house.service.write(manager.clone(), async |op| set_hours(op, &set).await).await.unwrap();
        // Ten in the morning.
        assert_eq!(now(house).await, Now::OpenUntil(720));
        let mut visitor = Browser::new(&house.service);
        assert!(visitor.get("/libraries/FS").await.contains("开放中，到 12:00"));
        assert!(visitor.get("/libraries").await.contains("开放中，到 12:00"));
        house.clock.advance(TimeDelta::hours(3));
        assert_eq!(now(house).await, Now::OpensToday(840));
        assert!(!visitor.get("/libraries?open=now").await.contains("library-group"), "none is open now");
        // A closed day of the federation closes the library; a day that the library has set itself counts first.
        let tomorrow = house.clock.today() + Days::new(1);
        let closed = async |op: &service::kernel::Op| set_closed_day(op, house.root, tomorrow, "台风").await;
        house.service.write(house.system(), closed).await.unwrap();
        house.clock.advance(TimeDelta::hours(8));
        let after = tomorrow + Days::new(1);
        assert_eq!(now(house).await, Now::OpensOn(after, 540));
        assert!(visitor.get("/libraries/FS").await.contains("台风"));
        let day = tomorrow.to_string();
        let special = async |op: &service::kernel::Op| set_special_day(op, at, &day, "10-11", "只还书").await;
        house.service.write(manager.clone(), special).await.unwrap();
        assert_eq!(now(house).await, Now::OpensOn(tomorrow, 600));
        let remove = async |op: &service::kernel::Op| remove_special_day(op, at, tomorrow).await;
        house.service.write(manager.clone(), remove).await.unwrap();
        house
            .service
            .write(house.system(), async |op| open_again(op, house.root, tomorrow).await)
            .await
            .unwrap();
        assert_eq!(now(house).await, Now::OpensOn(tomorrow, 540));
        // What the policy closes every week, no hours open.
        house
            .service
            .write(house.system(), async |op| {
                set_policy(op, house.root, Policy::WeeklyClosing, Some("3")).await
            })
            .await
            .unwrap();
        // 25 November 2026 is a Wednesday.
        assert_eq!(now(house).await, Now::OpensOn(after, 540));
    })
    .await;
}

#[tokio::test]
async fn c_4_4_1_a_library_sets_its_own_hours_and_no_others() {
    on_both_databases(async |house| {
        let manager = staff(house, house.sd, Role::BranchManager);
        let set = |place, seen, text: &str| SetHours { place, seen, week: week(text) };
        let own = Place { library: house.sd, point: Some(house.sd_desk) };
        let write = async |actor: Actor, set: SetHours| {
            house.service.write(actor, async |op| set_hours(op, &set).await).await
        };
        let other = Place { library: house.fs, point: None };
        assert!(matches!(
            write(manager.clone(), set(other, 0, "9-12")).await,
            Err(Error::NotFound("library"))
        ));
        let strange = Place { library: house.sd, point: Some(house.fs_desk) };
        assert!(matches!(
            write(manager.clone(), set(strange, 0, "9-12")).await,
            Err(Error::NotFound("service point"))
        ));
        let clerk = house.clerk_at_sd();
        assert!(matches!(write(clerk, set(own, 0, "9-12")).await, Err(Error::Forbidden(Right::EditSite))));
        match write(manager.clone(), set(own, 0, "12-9")).await {
            Err(Error::Invalid(Invalid(fields))) => {
                assert_eq!(fields.len(), 7, "each day is named");
                assert!(fields.iter().all(|field| field.problem == Problem::Hours));
            }
            other => panic!("{other:?}"),
        }
        write(manager.clone(), set(own, 0, "9-12")).await.unwrap();
        assert!(matches!(write(manager.clone(), set(own, 0, "9-13")).await, Err(Error::Stale)));
        write(manager.clone(), set(own, 1, "9-13")).await.unwrap();
        let hours =
            house.service.read(Actor::nobody(), async |op| hours_of(op, house.sd).await).await.unwrap();
        assert_eq!(hours.points.len(), 1, "the point has hours of its own");
        assert_eq!(hours.library.at(house.clock.now()), Now::Unknown, "the library has none");
        let past = (house.clock.today() - Days::new(1)).to_string();
        let late = async |op: &service::kernel::Op| set_special_day(op, own, &past, "9-10", "").await;
        match house.service.write(manager, late).await {
            Err(Error::Invalid(Invalid(fields))) => assert_eq!(fields[0].problem, Problem::PastDay),
            other => panic!("{other:?}"),
        }
    })
    .await;
}
