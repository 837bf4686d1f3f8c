//! Against mass registration: counts, never times. The clock stands still between the tries, and is moved by hand.

use chrono::TimeDelta;
use service::applications::{self, Particulars};
use service::testing::{House, on_both_databases};
use service::{Error, Service};

use super::{begin_at, no, online, particulars};

/// Five hundred tries within one minute; how many were let in, and the longest wait that was told.
async fn flood(
    service: &Service,
    house: &House,
    particulars: impl Fn(u32) -> Particulars,
    address: impl Fn(u32) -> String,
    also: impl AsyncFn(u32),
) -> (u32, i64) {
    let (mut let_in, mut longest) = (0, 0);
    for place in 0..500_u32 {
        let begin = begin_at(house.fs, particulars(place));
        match applications::begin(service, begin, &address(place)).await {
            Ok(_) => let_in += 1,
            Err(Error::TooManyTries(seconds)) => longest = longest.max(seconds),
            Err(error) => panic!("{error}"),
        }
        also(place).await;
        house.clock.advance(TimeDelta::milliseconds(120));
    }
    (let_in, longest)
}

/// Somebody elsewhere, every hundredth try: is let in each time.
async fn real_one(service: &Service, house: &House, place: u32) {
    if place.is_multiple_of(100) {
        let serial = 9000 + place;
        let begin = begin_at(house.sd, particulars(serial));
        let address = format!("198.51.100.{}", place / 100);
        assert!(applications::begin(service, begin, &address).await.is_ok(), "{place}");
    }
}

#[tokio::test]
async fn a_2_1_b_five_hundred_a_minute_from_one_address_are_slowed_and_stopped_and_others_go_through() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let one = |_: u32| "203.0.113.7".to_owned();
        let others = async |place| real_one(&service, house, place).await;
        let (let_in, longest) = flood(&service, house, particulars, one, others).await;
        // Ten freely, then one each three seconds, twenty within a minute; what is told is when the minute is over.
        assert_eq!(let_in, 20);
        assert!((2..=60).contains(&longest), "{longest}");
        // The next minute begins anew. After a hundred within the hour it is one each half minute.
        let mut total = let_in;
        for minute in 0..12_u32 {
            let others = async |_: u32| {};
            let given = |place| particulars(10_000 + minute * 500 + place);
            let (let_in, wait) = flood(&service, house, given, one, others).await;
            total += let_in;
            if minute == 11 {
                assert!(let_in <= 2 && (2..=30).contains(&wait), "{let_in} {wait}");
            }
        }
        let mut wait = 0;
        for place in 0..240_u32 {
            house.clock.advance(TimeDelta::seconds(10));
            let begin = begin_at(house.fs, particulars(30_000 + place));
            match applications::begin(&service, begin, &one(place)).await {
                Ok(_) => total += 1,
                Err(Error::TooManyTries(seconds)) => wait = seconds,
                Err(error) => panic!("{error}"),
            }
        }
        assert!(wait > 60, "stopped until the hour is over: {wait}");
        assert_eq!(total, 160, "within an hour");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_five_hundred_a_minute_with_one_phone_are_slowed_and_stopped_and_others_go_through() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let given = |place| Particulars { phone: "13811112222".to_owned(), ..particulars(place) };
        let from = |place: u32| format!("10.{}.{}.1", place / 200, place % 200);
        let others = async |place| real_one(&service, house, place).await;
        let (let_in, longest) = flood(&service, house, given, from, others).await;
        assert_eq!(let_in, 3, "each is an SMS to somebody");
        assert!((60..=120).contains(&longest), "slowed at first: {longest}");
        // Who waits as told gets on, until the hour's are used up.
        let mut more = 0;
        for minute in 0..50_u32 {
            house.clock.advance(TimeDelta::minutes(1));
            let begin = begin_at(house.fs, given(1000 + minute));
            more += u32::from(applications::begin(&service, begin, &from(minute)).await.is_ok());
        }
        assert_eq!(more, 3, "six codes an hour");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_a_flood_from_everywhere_is_slowed_and_never_stopped() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let from = |place: u32| format!("2001:db8:{place:x}::1");
        let none = async |_: u32| {};
        let (let_in, longest) = flood(&service, house, particulars, from, none).await;
        assert!((121..=180).contains(&let_in), "{let_in}");
        assert_eq!(longest, 1, "come back in a second");
        // All addresses of one line are one.
        house.clock.advance(TimeDelta::minutes(2));
        let one_line = |place: u32| format!("2001:db8:ffff:1::{place:x}");
        let given = |place| particulars(20_000 + place);
        let (let_in, _) = flood(&service, house, given, one_line, none).await;
        assert_eq!(let_in, 20);
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_tries_at_once_are_counted_one_after_the_other() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let one = async |service: Service, begin| applications::begin(&service, begin, "203.0.113.9").await;
        let tries: Vec<_> = (0..40)
            .map(|serial| tokio::spawn(one(service.clone(), begin_at(house.fs, particulars(serial)))))
            .collect();
        let mut let_in = 0;
        for tried in tries {
            match tried.await.unwrap() {
                Ok(_) => let_in += 1,
                Err(Error::TooManyTries(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(let_in, 10, "freely; the rest is told to come back");
    })
    .await;
}
