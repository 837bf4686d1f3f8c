//! Nobody learns from the answers to tries whether a number leads to a reader, or two numbers to one (5.1.3, A.2.2).

use chrono::TimeDelta;
use service::cards::password::{Unlock, ask_for_code, sign_in, unlock};
use service::outbox::Medium;
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, born, macao_resident, on_both_databases, resident_number};
use service::{Error, Service};

use crate::passwords::{cheap, default_of, delivered, open};

/// The 15-digit form of a citizen number.
fn short(number: &str) -> String {
    format!("{}{}", &number[..6], &number[8..17])
}

async fn try_in_turn(service: &Service, numbers: &[String], address: &str) -> Vec<String> {
    let mut answers = Vec::new();
    for number in numbers {
        answers.push(format!("{:?}", sign_in(service, number, "wrong-1", address).await.map(|_| ())));
    }
    answers
}

async fn ask_in_turn(service: &Service, numbers: &[String], address: &str) -> Vec<String> {
    let mut answers = Vec::new();
    for number in numbers {
        answers.push(format!("{:?}", ask_for_code(service, number, Medium::Sms, address).await.map(|_| ())));
    }
    answers
}

fn times(count: usize, number: &str) -> Vec<String> {
    vec![number.to_owned(); count]
}

/// Orders in which somebody may try the numbers of one person, to see whether they belong together.
fn orders(numbers: &[String]) -> Vec<Vec<String>> {
    let mut orders = Vec::new();
    for first in numbers {
        for second in numbers {
            orders.push([times(6, first), times(7, second)].concat());
            orders.push([times(3, first), times(3, second), times(3, first), times(6, second)].concat());
        }
    }
    orders
}

/// Numbers of people whom the house knows, and such as lead to nobody, pair by pair in the same forms.
async fn pairs(house: &House) -> Vec<(Vec<String>, Vec<String>)> {
    let adult_numbers = |serial: u32, virtual_number: String| {
        let citizen = resident_number(serial, born(1990, 5, 6));
        vec![virtual_number, short(&citizen), citizen]
    };
    let permit_numbers = |serial: u32| {
        let request = macao_resident(serial);
        let permit = request.documents[0].number[..9].to_owned();
        vec![request.barcode, format!("{permit}01"), permit.to_lowercase(), permit]
    };
    let held = open(house, adult(1)).await;
    open(house, macao_resident(2)).await;
    // Virtual numbers that were given to nobody: the digits of one that was, with another check digit.
    let mut nobodys = held.card.number.clone();
    let last = nobodys.pop().unwrap();
    nobodys.push(if last == '0' { '1' } else { '0' });
    vec![
        (adult_numbers(1, held.card.number), adult_numbers(301, nobodys)),
        (permit_numbers(2), permit_numbers(302)),
    ]
}

#[tokio::test]
async fn c_5_1_3_no_answer_to_a_sign_in_tells_whether_a_number_is_known() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        for (known, unknown) in pairs(house).await {
            for (one, other) in orders(&known).into_iter().zip(orders(&unknown)) {
                let answers = try_in_turn(&service, &one, "10.0.0.1").await;
                assert_eq!(answers, try_in_turn(&service, &other, "10.0.0.2").await, "{one:?} {other:?}");
                assert!(answers.last().unwrap().contains("TooManyTries"), "{answers:?}");
                house.clock.advance(TimeDelta::minutes(31));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn c_4_2_3_no_answer_to_a_forgotten_password_tells_whether_a_number_is_known() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let pairs = pairs(house).await;
        delivered(&service).await;
        for (known, unknown) in pairs {
            let two = |numbers: &[String]| [times(3, &numbers[0]), times(5, &numbers[1])].concat();
            let (one, other) =
                tokio::join!(async { ask_in_turn(&service, &two(&known), "10.0.0.1").await }, async {
                    ask_in_turn(&service, &two(&unknown), "10.0.0.2").await
                },);
            assert_eq!(one, other);
            assert!(one.last().unwrap().contains("TooManyTries"), "{one:?}");
            // Not more than a few are sent, by whichever number they are asked for.
            assert_eq!(delivered(&service).await.len(), 4);
        }
    })
    .await;
}

#[tokio::test]
async fn a_2_3_a_reader_has_one_handful_of_tries_over_all_their_numbers() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let citizen = resident_number(1, born(1990, 5, 6));
        let right = default_of(1);
        let mixed = [times(3, &opened.card.number), times(2, &citizen)].concat();
        try_in_turn(&service, &mixed, "10.0.0.1").await;
        // The right one is answered as a wrong one now, from wherever.
        for number in [&opened.card.number, &citizen] {
            let answer = sign_in(&service, number, &right, "10.0.0.3").await;
            assert!(matches!(answer, Err(Error::SignInRefused)), "{answer:?}");
        }
        // A desk opens it, for every number.
        try_in_turn(&service, &times(3, &citizen), "10.0.0.1").await;
        let request =
            Unlock { reader: opened.reader.id, check: IdentityCheck::of_the_person(CheckMethod::ByEye) };
        house.service.write(house.clerk(), async |op| unlock(op, request.clone()).await).await.unwrap();
        for number in [&opened.card.number, &citizen, &short(&citizen)] {
            sign_in(&service, number, &right, "10.0.0.1").await.unwrap();
        }
        // Or time.
        try_in_turn(&service, &mixed, "10.0.0.1").await;
        house.clock.advance(TimeDelta::minutes(16));
        sign_in(&service, &citizen, &right, "10.0.0.1").await.unwrap();
    })
    .await;
}
