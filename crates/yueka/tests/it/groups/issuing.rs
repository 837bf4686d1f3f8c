//! Issuing under pressure: held and gone on with, withdrawn, two lists at once with a desk between them.

use std::collections::BTreeSet;

use service::cards;
use service::groups::{self, BatchState, Ended, Outcome};
use service::kernel::{Actor, Blocker, Error, Role};
use service::stock;
use service::testing::{adult, on_both_databases};

use super::{
    add_school, adult_row, begin, confirm, group_clerk, group_clerk_at_sd, in_store, list, look, macao_row,
    receive_cards, report, rows_of,
};

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_issuing_is_held_gone_on_with_and_ended_early() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        receive_cards(house, &clerk, "FS00000101", "FS00000110").await;
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let rows: Vec<String> = (1..=6).map(macao_row).collect();
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        confirm(house, &clerk, id).await;
        let (batch, more) = groups::issue_chunk(&house.service, id, 2).await.unwrap();
        assert_eq!((batch.progress.done, batch.progress.of, more), (2, 6, true));
        house.service.write(clerk.clone(), async |op| groups::pause(op, id).await).await.unwrap();
        let (batch, more) = groups::issue_chunk(&house.service, id, 2).await.unwrap();
        assert_eq!((batch.progress.done, batch.progress.running, more), (2, false, false));
        house.service.write(clerk.clone(), async |op| groups::resume(op, id).await).await.unwrap();
        let (batch, _) = groups::issue_chunk(&house.service, id, 2).await.unwrap();
        assert_eq!((batch.progress.done, batch.progress.running), (4, true));
        // Cards were issued, so it can't be withdrawn; ended early, what is left goes back.
        let withdrawn = house
            .service
            .write(clerk.clone(), async |op| groups::withdraw(op, id, batch.version, "名单有误").await)
            .await;
        assert!(matches!(withdrawn, Err(Error::Refused(blockers)) if blockers == [Blocker::BatchIssued]));
        house.service.write(clerk.clone(), async |op| groups::pause(op, id).await).await.unwrap();
        let version = look(&house.service, &clerk, id).await.0.version;
        house.service.write(clerk.clone(), async |op| groups::stop(op, id, version).await).await.unwrap();
        let (batch, counts) = look(&house.service, &clerk, id).await;
        assert_eq!(
            (batch.state, batch.stopped, counts.ended(Outcome::Opened)),
            (BatchState::Issued, true, 4)
        );
        let report = report(house, &clerk, id, true).await;
        assert_eq!(report[5].ended, Ended::NotIssued);
        assert_eq!(in_store(house).await, 6, "what is left went back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_a_list_is_confirmed_with_enough_one_cards_only_and_withdrawn_before_anything_is_issued() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        receive_cards(house, &clerk, "FS00000101", "FS00000102").await;
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let rows: Vec<String> = (1..=3).map(macao_row).collect();
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        let version = look(&house.service, &clerk, id).await.0.version;
        let refused =
            house.service.write(clerk.clone(), async |op| groups::confirm(op, id, version, None).await).await;
        assert!(matches!(refused, Err(Error::Refused(blockers)) if blockers == [Blocker::NotEnoughCards(2)]));
        assert_eq!(look(&house.service, &clerk, id).await.0.state, BatchState::Checked);
        receive_cards(house, &clerk, "FS00000103", "FS00000104").await;
        confirm(house, &clerk, id).await;
        house.service.write(clerk.clone(), async |op| groups::pause(op, id).await).await.unwrap();
        let version = look(&house.service, &clerk, id).await.0.version;
        let nothing =
            house.service.write(clerk.clone(), async |op| groups::withdraw(op, id, version, " ").await).await;
        assert!(matches!(nothing, Err(Error::Invalid(_))));
        house
            .service
            .write(clerk.clone(), async |op| groups::withdraw(op, id, version, "学校撤回").await)
            .await
            .unwrap();
        assert_eq!(look(&house.service, &clerk, id).await.0.state, BatchState::Withdrawn);
        let (batch, more) = groups::issue_chunk(&house.service, id, 10).await.unwrap();
        assert_eq!((batch.progress.done, more), (0, false));
        assert_eq!(in_store(house).await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_two_lists_and_a_desk_at_once_make_one_card_for_each_person() {
    on_both_databases(async |house| {
        let (fs, sd) = (group_clerk(house), group_clerk_at_sd(house));
        let (of_fs, of_sd) =
            (add_school(house, &fs, "第一小学").await, add_school(house, &sd, "第二小学").await);
        let (one, other) = (begin(house, &fs, of_fs).await, begin(house, &sd, of_sd).await);
        // 1 to 60 and 41 to 100: twenty stand in both, in another order; the desk opens cards for 31 to 70.
        let first: Vec<String> = (1..=60).map(adult_row).collect();
        let second: Vec<String> = (41..=100).rev().map(adult_row).collect();
        groups::check_list(&house.service, &fs, one, &list(&first)).await.unwrap();
        groups::check_list(&house.service, &sd, other, &list(&second)).await.unwrap();
        confirm(house, &fs, one).await;
        confirm(house, &sd, other).await;
        let issue = |id| {
            let service = house.service.clone();
            tokio::spawn(async move {
                loop {
                    match groups::issue_chunk(&service, id, 7).await {
                        Ok((_, true)) | Err(Error::Busy) => {}
                        Ok((_, false)) => break,
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        };
        // Twice each: as two instances of the program would.
        let lists = [issue(one), issue(other), issue(one), issue(other)];
        let desk = {
            let (service, clerk) = (house.service.clone(), house.clerk());
            tokio::spawn(async move {
                let mut opened = 0;
                for serial in 31..=70_u32 {
                    let mut request = adult(serial);
                    request.reader.name = super::name(serial);
                    let answer = loop {
                        let request = request.clone();
                        match service
                            .write(clerk.clone(), async |op| cards::open(op, request.clone()).await)
                            .await
                        {
                            Err(Error::Busy) => {}
                            answer => break answer,
                        }
                    };
                    match answer {
                        Ok(_) => opened += 1,
                        Err(Error::Refused(blockers)) => {
                            assert!(
                                blockers
                                    .iter()
                                    .all(|blocker| matches!(blocker, Blocker::AlreadyHoldsCard { .. })),
                                "{blockers:?}"
                            );
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
                opened
            })
        };
        for list in lists {
            list.await.unwrap();
        }
        let at_desk: u64 = desk.await.unwrap();
        let (first, of_first) = look(&house.service, &fs, one).await;
        let (second, of_second) = look(&house.service, &sd, other).await;
        assert_eq!((first.state, second.state), (BatchState::Issued, BatchState::Issued));
        let opened = of_first.ended(Outcome::Opened) + of_second.ended(Outcome::Opened) + at_desk;
        assert_eq!(opened, 100, "each person has one card");
        assert_eq!(of_first.ended(Outcome::Opened) + of_first.ended(Outcome::Holder), 60);
        assert_eq!(of_second.ended(Outcome::Opened) + of_second.ended(Outcome::Holder), 60);
        // What each report says is so: the number leads to a card of the person of that row.
        let mut numbers = BTreeSet::new();
        for (actor, id) in [(&fs, one), (&sd, other)] {
            for row in rows_of(&house.service, actor, id).await {
                let outcome = row.outcome.unwrap();
                let Some(number) = outcome.number else { continue };
                assert!(numbers.insert(number.clone()), "once");
                let card = house
                    .service
                    .write(actor.clone(), async |op| cards::card_by_number(op, &number).await)
                    .await
                    .unwrap();
                assert_eq!(Some(card.reader.name), row.name);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_for_a_card_that_was_spoiled_after_it_was_laid_aside_the_store_gives_another() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        receive_cards(house, &clerk, "FS00000101", "FS00000105").await;
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let rows: Vec<String> = (1..=3).map(macao_row).collect();
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        confirm(house, &clerk, id).await;
        let manager = Actor { rights: Role::FederationAdmin.rights().to_vec(), ..clerk.clone() };
        let spoiled = stock::WriteOff {
            library: house.fs,
            ranges: vec![stock::Range::one("FS00000102")],
            waste: stock::Waste::Spoiled,
            reason: "折断".to_owned(),
        };
        house.service.write(manager, async |op| stock::write_off(op, spoiled.clone()).await).await.unwrap();
        groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        let numbers: Vec<String> = rows_of(&house.service, &clerk, id)
            .await
            .into_iter()
            .map(|row| row.outcome.unwrap().number.unwrap())
            .collect();
        assert_eq!(numbers, ["FS00000101", "FS00000103", "FS00000104"]);
    })
    .await;
}
