//! A list on its way: what is found, what a clerk decides, what is issued, what the unit is told.

use service::cards::{self, CardKind};
use service::groups::{self, BatchState, Decision, Ended, FaultOf, Finding, HandOver, Outcome};
use service::kernel::{Blocker, Error, Op};
use service::readers;
use service::testing::{adult, born, on_both_databases, resident_number};
use sheets::Field;

use super::{
    add_school, adult_row, begin, child_row, confirm, findings, group_clerk, group_clerk_at_sd, issue_all,
    list, look, macao_row, name, receive_cards, report, rows_of, sign, signed,
};

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_each_row_is_told_what_stands_against_it() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        // Somebody who holds a card of SD, and somebody whose namesake of the same day is known.
        let held = adult(7);
        let number = held.documents[0].number.clone();
        house
            .service
            .write(house.clerk_at_sd(), async |op| cards::open(op, held.clone()).await)
            .await
            .unwrap();
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let wrong = resident_number(9, born(1990, 5, 6));
        let wrong = format!("{}0", &wrong[..17]).replace("00", "01");
        let namesake = resident_number(900, born(1990, 5, 6));
        let rows = [
            adult_row(101),
            child_row(102),
            macao_row(103),
            format!("{},身份证,{number},,,13900000007,教师,,,,", held_name()),
            adult_row(101),
            format!("{},身份证,{namesake},,,13900000008,教师,,,,", held_name()),
            format!("{},身份证,{wrong},,,13900000009,教师,,,,", name(9)),
            format!("{},身份证,{},,,12345,教师,,,,", name(10), resident_number(10, born(1990, 5, 6))),
            format!("{},身份证,{},,,,三（2）班,,,,", name(11), resident_number(11, born(2016, 1, 2))),
            format!("{},护照,EA1234567,1990-01-01,女,13900000012,教师,,,,", name(12)),
        ];
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        let found = rows_of(&house.service, &clerk, id).await;
        let findings: Vec<Finding> = found.iter().map(|row| row.finding).collect();
        assert_eq!(
            findings,
            [
                Finding::Valid,
                Finding::Held,
                Finding::Valid,
                Finding::Holder,
                Finding::Twice,
                Finding::Possible,
                Finding::Invalid,
                Finding::Invalid,
                Finding::Invalid,
                Finding::Invalid,
            ]
        );
        assert_eq!(found[2].kind, CardKind::OneCard);
        assert_eq!(found[3].library, Some(house.sd));
        assert_eq!(found[4].same_as, Some(2), "the row of the sheet");
        assert!(found[5].reader.is_some());
        let fault = |row: usize| &found[row].faults[0];
        assert_eq!((fault(6).of, fault(6).cell.as_deref()), (FaultOf::Document, Some("C8")));
        assert_eq!((fault(7).code.as_str(), fault(7).cell.as_deref()), ("phone", Some("F9")));
        let guardian: Vec<_> = found[8].faults.iter().filter_map(|fault| fault.field).collect();
        assert!(guardian.contains(&Field::GuardianName) && guardian.contains(&Field::GuardianDocumentNumber));
        assert_eq!(fault(9).field, Some(Field::IssuingCountry));
        let (batch, counts) = look(&house.service, &clerk, id).await;
        assert_eq!((batch.state, batch.rows, counts.go), (BatchState::Checked, 10, 2));
        // Nothing was issued, and the list is sealed.
        let holders = house.service.write(clerk.clone(), async |op| cards::find(op, &name(101)).await).await;
        assert!(holders.unwrap().readers.is_empty());
    })
    .await;
}

fn held_name() -> String {
    adult(7).reader.name
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_a_confirmed_list_is_issued_with_records_messages_and_barcodes_in_its_order() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        receive_cards(house, &clerk, "FS00000101", "FS00000110").await;
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let rows = [macao_row(1), adult_row(2), macao_row(3), child_row(4), macao_row(5)];
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        sign(house, &clerk, id).await;
        confirm(house, &clerk, id).await;
        let batch = groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        assert_eq!((batch.state, batch.progress.done, batch.progress.opened), (BatchState::Issued, 5, 5));
        let found = rows_of(&house.service, &clerk, id).await;
        let numbers: Vec<String> =
            found.iter().map(|row| row.outcome.as_ref().unwrap().number.clone().unwrap()).collect();
        assert_eq!([&numbers[0], &numbers[2], &numbers[4]], ["FS00000101", "FS00000102", "FS00000103"]);
        assert!(numbers[1].starts_with("0757") && numbers[3].starts_with("0757"));
        let outcome = found[3].outcome.as_ref().unwrap();
        let card = outcome.card.unwrap();
        let told = house
            .service
            .write(clerk.clone(), async |op: &Op| {
                let card = cards::card(op, card).await?;
                let reader = readers::view(op, card.reader).await?;
                let timeline = service::records::timeline(op, card.reader, 10).await?;
                let messages = service::outbox::messages_of(op, card.reader, 10).await?;
                Ok((card, reader, timeline, messages))
            })
            .await
            .unwrap();
        let (card, reader, timeline, messages) = told;
        assert_eq!(card.channel.as_str(), "group");
        assert_eq!(reader.name, name(4));
        assert_eq!(reader.guardian.unwrap().name, format!("陈{}", name(4)));
        assert_eq!(
            (timeline[0].service.as_str(), timeline[0].checked_how.as_deref()),
            ("open_card", Some("unit_list"))
        );
        assert_eq!(timeline[0].actor, clerk.who.to_string());
        assert_eq!(messages.len(), 1, "by SMS; nobody was told from a screen");
        // It takes a second look, and nothing else: what is done is done.
        let again = groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        assert_eq!(again.progress.opened, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_1_children_wait_for_the_list_that_guardians_signed() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        groups::check_list(&house.service, &clerk, id, &list(&[child_row(1), child_row(2)])).await.unwrap();
        let version = look(&house.service, &clerk, id).await.0.version;
        let refused =
            house.service.write(clerk.clone(), async |op| groups::confirm(op, id, version, None).await).await;
        assert!(matches!(refused, Err(Error::Refused(blockers)) if blockers == [Blocker::NobodyToIssue]));
        let nothing =
            house.service.write(clerk.clone(), async |op| groups::record_consent(op, id, version, &[]).await);
        assert!(matches!(nothing.await, Err(Error::Invalid(_))));
        sign(house, &clerk, id).await;
        confirm(house, &clerk, id).await;
        let batch = groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        assert_eq!(batch.progress.opened, 2);
        assert_eq!(signed(house, &clerk, id).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_1_what_guardians_signed_counts_for_the_list_it_was_about_and_no_other() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        groups::check_list(&house.service, &clerk, id, &list(&[child_row(1)])).await.unwrap();
        sign(house, &clerk, id).await;
        assert_eq!(look(&house.service, &clerk, id).await.1.go, 1);
        groups::check_list(&house.service, &clerk, id, &list(&[child_row(2), child_row(3)])).await.unwrap();
        let (batch, counts) = look(&house.service, &clerk, id).await;
        assert_eq!((batch.consent_at, counts.go), (None, 0));
        assert_eq!(signed(house, &clerk, id).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_who_may_be_the_same_person_waits_for_a_clerk() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let known = adult(7);
        house.service.write(house.clerk(), async |op| cards::open(op, known.clone()).await).await.unwrap();
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let namesake = |serial| {
            let number = resident_number(serial, born(1990, 5, 6));
            format!("{},身份证,{number},,,13900000008,教师,,,,", held_name())
        };
        let rows = [namesake(900), namesake(901), adult_row(5)];
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        assert_eq!(
            findings(&house.service, &clerk, id).await,
            [Finding::Possible, Finding::Possible, Finding::Valid]
        );
        let decide = async |places: &[i64], decision| {
            house
                .service
                .write(clerk.clone(), async |op| groups::decide(op, id, places, decision).await)
                .await
        };
        assert!(decide(&[3], Some(Decision::NotSame)).await.is_err(), "nobody asked that of row 3");
        decide(&[1], Some(Decision::NotSame)).await.unwrap();
        decide(&[3], Some(Decision::LeftOut)).await.unwrap();
        assert_eq!(look(&house.service, &clerk, id).await.1.go, 1);
        confirm(house, &clerk, id).await;
        assert!(decide(&[2], Some(Decision::NotSame)).await.is_err(), "it is confirmed");
        let batch = groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
        assert_eq!(batch.progress.opened, 1);
        let report = report(house, &clerk, id, false).await;
        let ended: Vec<Ended> = report.iter().map(|row| row.ended).collect();
        assert_eq!(ended, [Ended::Opened, Ended::AskLibrary, Ended::LeftOut]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_2_the_unit_is_told_who_was_left_out_and_no_more_than_it_may_know() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        receive_cards(house, &clerk, "FS00000101", "FS00000101").await;
        let held = adult(7);
        let number = held.documents[0].number.clone();
        house
            .service
            .write(house.clerk_at_sd(), async |op| cards::open(op, held.clone()).await)
            .await
            .unwrap();
        let unit = add_school(house, &clerk, "第一小学").await;
        let rows = [
            adult_row(1),
            macao_row(2),
            format!("{},身份证,{number},,,13900000007,教师,,,,", held_name()),
            adult_row(1),
        ];
        let id = issue_all(house, &clerk, unit, &rows).await;
        let of_unit = report(house, &clerk, id, true).await;
        let ended: Vec<Ended> = of_unit.iter().map(|row| row.ended).collect();
        assert_eq!(ended, [Ended::Opened, Ended::Opened, Ended::Holder, Ended::Twice]);
        assert!(of_unit.iter().all(|row| row.library.is_none() && row.codes.is_empty()));
        assert_eq!(of_unit[0].card, None, "a virtual number is the reader's to know");
        assert_eq!(of_unit[1].card.as_deref(), Some("FS00000101"), "a One-Card is given on by the unit");
        assert_eq!(of_unit[3].same_as, Some(2));
        assert!(of_unit.iter().all(|row| !row.number.contains(&number)), "masked");
        let of_library = report(house, &clerk, id, false).await;
        assert_eq!(of_library[2].library, Some(house.sd));
        assert!(of_library[0].card.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_a_batch_is_handed_over_and_its_list_taken_out_after_its_time() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = issue_all(house, &clerk, unit, &[adult_row(1), adult_row(2)]).await;
        let classes =
            house.service.read(clerk.clone(), async |op| groups::classes(op, id).await).await.unwrap();
        assert_eq!(classes, [("教师".to_owned(), 2)]);
        let slips = house
            .service
            .write(clerk.clone(), async |op| groups::slips(op, id, "教师", 0, 100).await)
            .await
            .unwrap();
        assert_eq!(slips.len(), 2);
        assert_eq!(slips[0].1.name, name(1));
        let version = look(&house.service, &clerk, id).await.0.version;
        let taken = HandOver { receiver: "陈老师".to_owned() };
        house
            .service
            .write(clerk.clone(), async |op| groups::hand_over(op, id, version, &taken).await)
            .await
            .unwrap();
        let (batch, counts) = look(&house.service, &clerk, id).await;
        assert_eq!((batch.state, batch.receiver.as_deref()), (BatchState::HandedOver, Some("陈老师")));
        let forget = async || {
            house.service.write(house.system(), async |op| groups::forget(op, 10).await).await.unwrap()
        };
        assert_eq!(forget().await, 0);
        house.clock.advance(chrono::TimeDelta::days(91));
        assert_eq!(forget().await, 1);
        assert_eq!(forget().await, 0);
        let rows = rows_of(&house.service, &clerk, id).await;
        assert!(rows.iter().all(|row| row.name.is_none() && row.number.is_empty() && row.class.is_empty()));
        assert_eq!(look(&house.service, &clerk, id).await.1, counts, "what was issued is still known");
        assert_eq!(counts.ended(Outcome::Opened), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_5_3_lists_are_the_librarys_that_has_them() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        groups::check_list(&house.service, &clerk, id, &list(&[adult_row(1)])).await.unwrap();
        let sd = group_clerk_at_sd(house);
        let looked = house.service.read(sd.clone(), async |op| groups::batch(op, id).await).await;
        assert!(matches!(looked, Err(Error::NotFound(_))));
        let looked = house.service.write(sd.clone(), async |op| groups::rows(op, id, None, 0).await).await;
        assert!(matches!(looked, Err(Error::NotFound(_))));
        let plain = house.service.read(house.clerk(), async |op| groups::batch(op, id).await).await;
        assert!(matches!(plain, Err(Error::Forbidden(_))));
        assert!(groups::check_list(&house.service, &sd, id, &list(&[adult_row(2)])).await.is_err());
        // A list that is sent again takes the place of the one before.
        groups::check_list(&house.service, &clerk, id, &list(&[adult_row(3), adult_row(4)])).await.unwrap();
        assert_eq!(rows_of(&house.service, &clerk, id).await[0].name.as_deref(), Some(name(3).as_str()));
        assert_eq!(look(&house.service, &clerk, id).await.0.rows, 2);
    })
    .await;
}
