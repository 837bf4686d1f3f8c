//! The unit's own form (6.1.3.1).

use chrono::TimeDelta;
use service::cards;
use service::groups::{self, BatchState, Ended, Source};
use service::kernel::{Actor, Error};
use service::testing::{House, adult, on_both_databases};

use super::{add_school, adult_row, begin, child_row, confirm, group_clerk, link, list, look, sign};

async fn rows(house: &House, token: &str) -> Vec<Ended> {
    let rows = house.service.read(Actor::nobody(), async |op| groups::rows_by_link(op, token, 0).await).await;
    rows.unwrap().into_iter().map(|row| row.ended).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_1_a_unit_sends_its_list_by_a_link_that_ends() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let held = adult(7);
        house.service.write(house.clerk(), async |op| cards::open(op, held.clone()).await).await.unwrap();
        let holder = format!("{},身份证,{},,,13900000007,,,,,", held.reader.name, held.documents[0].number);
        let unit = add_school(house, &clerk, "第一小学").await;
        let token = link(house, &clerk, unit).await;
        let visit = async |token: &str| {
            house.service.read(Actor::nobody(), async |op| groups::visit_by_link(op, token).await).await
        };
        let seen = visit(&token).await.unwrap();
        assert_eq!((seen.unit.as_str(), seen.library), ("第一小学", house.fs));
        assert!(seen.sent.is_none());
        assert!(matches!(visit("another").await, Err(Error::NotFound(_))));

        groups::send_by_link(&house.service, &token, &list(&[adult_row(1)])).await.unwrap();
        groups::send_by_link(&house.service, &token, &list(&[adult_row(1), holder, adult_row(1)]))
            .await
            .unwrap();
        let sent = visit(&token).await.unwrap().sent.unwrap();
        assert_eq!((sent.state, sent.open, sent.rows), (BatchState::Checked, true, 3));
        // Before a clerk has confirmed it, the unit is told of its cells, and nothing of people.
        assert_eq!(rows(house, &token).await, [Ended::Accepted, Ended::Accepted, Ended::Twice]);

        let links =
            house.service.read(clerk.clone(), async |op| groups::links(op, unit).await).await.unwrap();
        let id = links[0].batch.unwrap();
        assert_eq!(look(&house.service, &clerk, id).await.0.source, Source::Form);
        confirm(house, &clerk, id).await;
        groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        assert_eq!(rows(house, &token).await, [Ended::Opened, Ended::Holder, Ended::Twice]);
        let late = groups::send_by_link(&house.service, &token, &list(&[adult_row(2)])).await;
        assert!(matches!(late, Err(Error::Stale)), "it was confirmed");

        house.clock.advance(TimeDelta::days(8));
        assert!(matches!(visit(&token).await, Err(Error::NotFound(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_5_1_3_a_link_tells_of_no_child_whether_it_holds_a_card() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        groups::check_list(&house.service, &clerk, id, &list(&[child_row(1)])).await.unwrap();
        sign(house, &clerk, id).await;
        confirm(house, &clerk, id).await;
        groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        let token = link(house, &clerk, unit).await;
        groups::send_by_link(&house.service, &token, &list(&[child_row(1), child_row(2)])).await.unwrap();
        assert_eq!(rows(house, &token).await, [Ended::Held, Ended::Held], "one of them holds a card");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_1_a_link_is_closed_and_answers_no_flood() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let token = link(house, &clerk, unit).await;
        let one = list(&[adult_row(1)]);
        let mut slowed = false;
        for _ in 0..40 {
            match groups::send_by_link(&house.service, &token, &one).await {
                Ok(()) => {}
                Err(Error::TooManyTries(_)) => {
                    slowed = true;
                    break;
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert!(slowed);
        let other = link(house, &clerk, unit).await;
        let links =
            house.service.read(clerk.clone(), async |op| groups::links(op, unit).await).await.unwrap();
        for link in links {
            house
                .service
                .write(clerk.clone(), async |op| groups::close_link(op, link.id).await)
                .await
                .unwrap();
        }
        let gone = groups::send_by_link(&house.service, &other, &one).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
    })
    .await;
}
