//! Before the laptop leaves.

use service::Error;
use service::cards;
use service::kernel::{Actor, Problem, Right, Role};
use service::points::{CardRange, HolderFilter, NewPoint, Package, points, prepare};
use service::testing::{House, adult, on_both_databases};

use super::{event, manager, new_point};
use crate::life::document_card;
use crate::stock::receive;

async fn fields(house: &House, new: NewPoint) -> Vec<(&'static str, Problem)> {
    match prepare(&house.service, &manager(house), &new).await {
        Err(Error::Invalid(invalid)) => {
            invalid.0.into_iter().map(|error| (error.field, error.problem)).collect()
        }
        other => panic!("not invalid: {other:?}"),
    }
}

#[tokio::test]
async fn c_6_5_a_laptop_takes_along_what_it_has_to_know_and_nobodys_data() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let event = event(house, 0).await;
        let package: &Package = &event.package;
        assert_eq!((package.numbers.len(), package.one_cards.len()), (30, 0));
        assert!(package.numbers.iter().all(|number| cards::is_virtual_number(number)));
        assert_eq!(package.staff.len(), 1);
        let text = serde_json::to_string(package).unwrap();
        let name = adult(1).reader.name;
        for personal in [held.number.as_str(), &adult(1).documents[0].number, &name, &adult(1).reader.phone] {
            assert!(!text.contains(personal), "{personal}");
        }
        assert!(event.laptop.may_hold(&adult(1), house.clock.today()), "who holds a card is met");
        let met = (100..300).filter(|serial| event.laptop.may_hold(&adult(*serial), house.clock.today()));
        let met = met.count();
        assert!((8..=50).contains(&met), "{met} of 200 strangers are met by chance");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_numbers_set_aside_are_given_to_nobody_else() {
    on_both_databases(async |house| {
        let one = event(house, 0).await;
        let new = NewPoint { service_point: one.package.outline.point.id, ..second(house).await };
        let other = prepare(&house.service, &manager(house), &new).await.unwrap();
        let mut all: Vec<&String> = one.package.numbers.iter().chain(&other.numbers).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 60);
        let entries = house.service.read(manager(house), points).await.unwrap();
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|entry| entry.numbers == (30, 30) && entry.synced_at.is_none()));
    })
    .await;
}

async fn second(house: &House) -> NewPoint {
    house.add_staff("lin", house.fs, Role::Clerk).await.unwrap();
    NewPoint {
        name: "第二中学".to_owned(),
        service_point: house.fs_desk,
        staff: vec!["lin".to_owned()],
        numbers: 30,
        one_cards: 0,
        first_card: String::new(),
        days: 14,
    }
}

#[tokio::test]
async fn c_6_5_one_cards_are_held_back_for_the_point() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 100).await.unwrap();
        let event = event(house, 40).await;
        let range =
            |first: &str, last: &str, count| CardRange { first: first.into(), last: last.into(), count };
        assert_eq!(event.package.one_cards, [range("FS00000001", "FS00000040", 40)]);
        let mut request = service::testing::macao_resident(7);
        request.barcode = "FS00000007".to_owned();
        let refused =
            house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "the desk does not give them out: {refused:?}");
        let new = NewPoint { one_cards: 61, ..new_point_again(&event.package) };
        let refused = prepare(&house.service, &manager(house), &new).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "there are 60 left: {refused:?}");
    })
    .await;
}

fn new_point_again(package: &Package) -> NewPoint {
    NewPoint {
        name: "再去".to_owned(),
        service_point: package.outline.point.id,
        staff: vec!["chen".to_owned()],
        numbers: 0,
        one_cards: 0,
        first_card: String::new(),
        days: 1,
    }
}

#[tokio::test]
async fn c_6_5_who_prepares_a_laptop_has_the_right_and_says_what_it_needs() {
    on_both_databases(async |house| {
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        house.add_staff("guan", house.root, Role::Auditor).await.unwrap();
        house.add_staff("he", house.sd, Role::Clerk).await.unwrap();
        let new = new_point(house, "chen").await;
        for clerk in [house.clerk(), house.kiosk()] {
            let refused = prepare(&house.service, &clerk, &new).await;
            assert!(matches!(refused, Err(Error::Forbidden(Right::ManagePoints))), "{refused:?}");
        }
        let elsewhere = Actor { library: house.sd, scope: house.sd, ..manager(house) };
        let refused = prepare(&house.service, &elsewhere, &new).await;
        assert!(matches!(refused, Err(Error::NotFound("service point"))), "{refused:?}");
        for staff in ["nobody", "guan", "he"] {
            let new = NewPoint { staff: vec![staff.to_owned()], ..new.clone() };
            assert_eq!(fields(house, new).await, [("staff", Problem::UnknownWord)], "{staff}");
        }
        let empty = NewPoint {
            name: " ".to_owned(),
            staff: Vec::new(),
            numbers: 0,
            days: 0,
            service_point: house.fs_desk,
            ..new.clone()
        };
        let expected = [
            ("service_point", Problem::NotApplicable),
            ("name", Problem::Missing),
            ("staff", Problem::Missing),
            ("days", Problem::Count),
            ("numbers", Problem::Missing),
        ];
        assert_eq!(fields(house, empty).await, expected);
        let many = NewPoint { numbers: 2001, ..new.clone() };
        assert_eq!(fields(house, many).await, [("numbers", Problem::Count)]);
    })
    .await;
}

#[test]
fn c_6_5_the_filter_of_a_large_federation_is_small_and_quick() {
    let mut filter = HolderFilter::new(100_000).unwrap();
    let people: Vec<String> = (0..2000).map(|n| format!("cn:44060119900101{n:04}")).collect();
    let start = std::time::Instant::now();
    filter.add(&people).unwrap();
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_secs(2), "2000 people in {took:?}");
    let size = serde_json::to_string(&filter).unwrap().len();
    assert!(size < 140_000, "{size} bytes for a hundred thousand");
}
