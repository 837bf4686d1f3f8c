//! Two records of one person are made one, and that is undone: 6.1.3.2, 6.2.1.

use chrono::TimeDelta;
use serde_json::{Value, json};
use service::cards::password::{ask_for_code, choose_password, reader_session, sign_in};
use service::cards::{self, CardKind, CardState, Opened};
use service::kernel::{Actor, Blocker, CardId, MergeId, Problem, ReaderId};
use service::outbox::{self, Medium, Template};
use service::people::{self, Merge};
use service::readers::{self, DocumentForm, NewBlock, NewNote, Taken};
use service::records;
use service::testing::{House, adult, macao_resident, on_both_databases, resident_number};
use service::{Error, Result};

use crate::amend::{by_eye, opened, refused, seen, wrong};
use crate::passwords::{cheap, code_in, default_of, delivered};
use crate::requests::{ask, asked};

pub fn merging(
    house: &House,
    winner: &Opened,
    loser: &Opened,
    take: &[Taken],
    card: Option<CardId>,
) -> Merge {
    let _ = house;
    Merge {
        winner: winner.reader.id,
        winner_version: winner.reader.version,
        loser: loser.reader.id,
        loser_version: loser.reader.version,
        take: take.to_vec(),
        card,
        reason: "同一人，第二份证件登记有误".to_owned(),
    }
}

pub async fn merge(house: &House, request: &Merge) -> Result<people::Merged> {
    let request = request.clone();
    house.service.write(house.system(), async move |op| people::merge(op, request.clone()).await).await
}

pub async fn undo(house: &House, id: MergeId) -> Result<(ReaderId, ReaderId)> {
    house.service.write(house.system(), async move |op| people::undo_merge(op, id).await).await
}

/// All that is held about somebody but who looked and what was recorded, which only grows.
async fn held(house: &House, id: ReaderId) -> Value {
    let mut all = house
        .service
        .write(house.clerk(), async |op| people::data_export(op, id, "测试").await)
        .await
        .unwrap();
    for growing in ["made_at", "looks", "services"] {
        all.as_object_mut().unwrap().remove(growing);
    }
    // That a card was cancelled by a merge was told, and stays told.
    let told = all["messages"].as_array_mut().unwrap();
    told.retain(|message| message["about"] != json!("card_merged"));
    all
}

/// A Macao resident at FS and, under the residence permit, the same person at SD, with something of everything.
async fn twice(house: &House) -> (Opened, Opened) {
    let first = opened(house, macao_resident(1)).await;
    let mut second = adult(2);
    second.reader.name = "陈美玲".to_owned();
    second.reader.phone = "13900000222".to_owned();
    second.kind = CardKind::Document;
    let second = opened(house, second).await;
    let id = second.reader.id;
    let clerk = house.system();
    house
        .service
        .write(clerk, async move |op| {
            let note = NewNote {
                reader: id,
                text: "需要轮椅".to_owned(),
                visibility: "federation".to_owned(),
                alert: true,
                until: String::new(),
            };
            readers::add_note(op, note).await?;
            let block = NewBlock {
                reader: id,
                reason: "address".to_owned(),
                note: String::new(),
                until: "2026-12-31".to_owned(),
            };
            readers::block(op, block).await?;
            let photo = records::File(b"\xFF\xD8\xFF\xE0 a face\xFF\xD9".to_vec());
            readers::set_photo(op, id, &photo, &by_eye()).await
        })
        .await
        .unwrap();
    ask(house, &asked(id, "陈美琳")).await.unwrap();
    let reader = seen(house, id).await;
    (first, Opened { reader, ..second })
}

#[tokio::test]
async fn c_6_1_3_2_two_records_become_one_and_nothing_of_either_is_lost() {
    on_both_databases(async |house| {
        let (first, second) = twice(house).await;
        let (winner, loser) = (first.reader.id, second.reader.id);
        let plain = merging(house, &first, &second, &[Taken::Phone, Taken::Photo], None);
        wrong(merge(house, &plain).await, "card", &Problem::Missing);
        let chosen = Merge { card: Some(first.card.id), ..plain };
        let merged = merge(house, &chosen).await.unwrap();
        assert_eq!(merged.winner, winner);

        let one = seen(house, winner).await;
        assert_eq!((one.name.as_str(), one.phone.as_str()), (first.reader.name.as_str(), "139****0222"));
        assert_eq!((one.documents.len(), one.photo.is_some()), (2, true));
        assert_eq!(seen(house, loser).await.merged_into, Some(winner));
        let find = async |text: &str| -> Vec<ReaderId> {
            let found = house.service.write(house.clerk(), async |op| cards::find(op, text).await).await;
            found.unwrap().readers.into_iter().map(|found| found.reader.id).collect()
        };
        let document = second_number();
        for text in
            ["13900000222", second.card.number.as_str(), first.card.number.as_str(), document.as_str()]
        {
            assert_eq!(find(text).await, [winner], "{text}");
        }
        assert!(find("陈美玲").await.is_empty());
        let held_now =
            house.service.read(house.clerk(), async |op| cards::cards_of(op, winner).await).await.unwrap();
        let state = |id| held_now.iter().find(|card| card.id == id).unwrap().state;
        assert_eq!((state(first.card.id), state(second.card.id)), (CardState::Active, CardState::Cancelled));
        let (notes, blocks, timeline, asked, papers) = house
            .service
            .read(house.clerk(), async |op| {
                Ok((
                    readers::notes(op, winner).await?.len(),
                    readers::is_blocked(op, winner).await?.is_some(),
                    records::timeline(op, winner, 100).await?,
                    readers::own_requests(op, winner).await?.len(),
                    readers::papers(op, winner).await?.len(),
                ))
            })
            .await
            .unwrap();
        assert_eq!((notes, blocks, asked, papers), (1, true, 1, 1));
        let services: Vec<&str> = timeline.iter().map(|entry| entry.service.as_str()).collect();
        assert_eq!(services.iter().filter(|service| **service == "open_card").count(), 2, "{services:?}");
        for service in ["merge", "cancel", "note", "block", "request", "amend"] {
            assert!(services.contains(&service), "{service} in {services:?}");
        }
        // The records themselves were not touched: the chain still holds.
        for chain in records::Chain::ALL {
            house
                .service
                .write(house.system(), async |op| records::seal_batch(op, chain, 1000).await)
                .await
                .unwrap();
        }
        let reports = house.service.read(house.system(), records::verify).await.unwrap();
        assert!(reports.iter().all(|report| report.misfit.is_none()));
        let messages =
            house.service.read(house.clerk(), async |op| outbox::messages_of(op, winner, 50).await).await;
        let cancelled = messages.unwrap().into_iter();
        let cancelled: Vec<Medium> = cancelled
            .filter(|message| message.template == Template::CardMerged)
            .map(|message| message.medium)
            .collect();
        assert!(cancelled.contains(&Medium::Sms) && !cancelled.contains(&Medium::Screen), "{cancelled:?}");
        // Whoever shows the other's document holds a card already.
        let again = house.service.write(house.clerk(), async |op| cards::open(op, adult(2)).await).await;
        refused(again, "already_holds_card");
        refused(merge(house, &chosen).await, "merged_already");
    })
    .await;
}

/// As if the card had been cancelled.
async fn cancel(house: &House, number: &str) {
    let sql = ["UPDATE cards SET state = 'cancelled' WHERE number = '", number, "'"].concat();
    house.tamper(&sql).await.unwrap();
}

fn second_number() -> String {
    resident_number(2, service::testing::born(1990, 5, 6))
}

#[tokio::test]
async fn c_6_2_1_undoing_a_merge_restores_everything_as_it_was() {
    on_both_databases(async |house| {
        let (first, second) = twice(house).await;
        let (winner, loser) = (first.reader.id, second.reader.id);
        let before = (held(house, winner).await, held(house, loser).await);
        let all: Vec<Taken> = Taken::ALL.to_vec();
        let request = merging(house, &first, &second, &all, Some(second.card.id));
        let merged = merge(house, &request).await.unwrap();
        assert_eq!(seen(house, winner).await.name, "陈美玲");
        let listed =
            house.service.read(house.system(), async |op| people::merges(op, 10).await).await.unwrap();
        assert!(listed[0].undo_until.is_some() && listed[0].id == merged.merge);
        house.clock.advance(TimeDelta::days(29));
        assert_eq!(undo(house, merged.merge).await.unwrap(), (winner, loser));
        assert_eq!(before.0, held(house, winner).await);
        assert_eq!(before.1, held(house, loser).await);
        let find = async |text: &str| -> Vec<ReaderId> {
            let found = house.service.write(house.clerk(), async |op| cards::find(op, text).await).await;
            found.unwrap().readers.into_iter().map(|found| found.reader.id).collect()
        };
        assert_eq!(find("cml").await, [loser]);
        assert_eq!(find(&first.reader.name).await, [winner]);
        assert_eq!(find(&second.card.number).await, [loser]);
        assert_eq!(find(&second_number()).await, [loser]);
        assert_eq!(find("13900000222").await, [loser]);
        refused(undo(house, merged.merge).await, "undone_already");
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_what_was_changed_since_a_merge_stays_when_it_is_undone() {
    on_both_databases(async |house| {
        let (first, second) = twice(house).await;
        let winner = first.reader.id;
        let take = [Taken::Name, Taken::Phone];
        let merged =
            merge(house, &merging(house, &first, &second, &take, Some(first.card.id))).await.unwrap();
        let amended = readers::Amend {
            reader: winner,
            version: seen(house, winner).await.version,
            changes: readers::Changes { phone: Some("13900000333".to_owned()), ..Default::default() },
            evidence: None,
            check: by_eye(),
        };
        house
            .service
            .write(house.clerk(), async move |op| readers::amend(op, amended.clone()).await)
            .await
            .unwrap();
        undo(house, merged.merge).await.unwrap();
        let now = seen(house, winner).await;
        assert_eq!((now.name, now.phone.as_str()), (first.reader.name, "139****0333"));
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_a_merge_is_not_undone_after_thirty_days_or_another_card() {
    on_both_databases(async |house| {
        let (first, second) = twice(house).await;
        let request = merging(house, &first, &second, &[], Some(first.card.id));
        let merged = merge(house, &request).await.unwrap();
        cancel(house, &first.card.number).await;
        let mut again = macao_resident(1);
        again.barcode = "FS00000099".to_owned();
        opened(house, again).await;
        refused(undo(house, merged.merge).await, "changed_since_merge");
        house.clock.advance(TimeDelta::days(31));
        refused(undo(house, merged.merge).await, "too_late_to_unmerge");
        assert_eq!(seen(house, second.reader.id).await.merged_into, Some(first.reader.id));
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_merges_at_once_and_of_what_changed_since_do_no_harm() {
    on_both_databases(async |house| {
        let (first, second) = twice(house).await;
        let there = merging(house, &first, &second, &[], Some(first.card.id));
        let back = merging(house, &second, &first, &[], Some(first.card.id));
        let stale = Merge { loser_version: 0, ..there.clone() };
        assert!(matches!(merge(house, &stale).await, Err(Error::Stale)));
        let itself = Merge { loser: first.reader.id, ..there.clone() };
        wrong(merge(house, &itself).await, "loser", &Problem::NotApplicable);
        let clerk = house.service.write(house.clerk(), async |op| {
            let merge = Merge { card: None, ..merging(house, &first, &second, &[], None) };
            people::merge(op, merge).await
        });
        assert!(matches!(clerk.await, Err(Error::Forbidden(_))));
        let (a, b, c, open) = tokio::join!(
            merge(house, &there),
            merge(house, &back),
            merge(house, &there),
            house.service.write(house.clerk(), async |op| cards::open(op, adult(2)).await),
        );
        assert_eq!([&a, &b, &c].iter().filter(|merged| merged.is_ok()).count(), 1, "{a:?} {b:?} {c:?}");
        refused(open, "already_holds_card");
        let mut live = 0;
        for id in [first.reader.id, second.reader.id] {
            let held = house.service.read(house.clerk(), async |op| cards::cards_of(op, id).await).await;
            live += held.unwrap().iter().filter(|card| card.state.is_live()).count();
        }
        assert_eq!(live, 1);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_3_2_a_card_opened_while_records_are_merged_is_the_persons_only_one() {
    on_both_databases(async |house| {
        let first = opened(house, macao_resident(1)).await;
        let second = opened(house, adult(2)).await;
        cancel(house, &second.card.number).await;
        let request = merging(house, &first, &second, &[], None);
        let (merged, open) = tokio::join!(
            merge(house, &request),
            house.service.write(house.clerk(), async |op| cards::open(op, adult(2)).await),
        );
        // Whoever was first, the other sees it: no card too many.
        match (&merged, &open) {
            (Ok(_), Err(Error::Refused(_))) => {}
            (Err(Error::Invalid(_) | Error::Stale), Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_a_record_merged_twice_over_leads_to_the_last() {
    on_both_databases(async |house| {
        let (first, second) = twice(house).await;
        let third = opened(house, adult(3)).await;
        let request = merging(house, &first, &second, &[], Some(first.card.id));
        let inner = merge(house, &request).await.unwrap();
        let middle = seen(house, first.reader.id).await;
        let outer = Merge {
            winner: third.reader.id,
            winner_version: third.reader.version,
            loser: middle.id,
            loser_version: middle.version,
            take: Vec::new(),
            card: Some(third.card.id),
            reason: "同一人，第三份证件登记有误".to_owned(),
        };
        let outer = merge(house, &outer).await.unwrap();
        for id in [first.reader.id, second.reader.id] {
            assert_eq!(seen(house, id).await.merged_into, Some(third.reader.id));
        }
        // In the wrong order it says which merge comes first.
        match undo(house, inner.merge).await {
            Err(Error::Refused(blockers)) => {
                let first = |blocker: &Blocker| matches!(blocker, Blocker::UndoMergeFirst { merge, .. } if *merge == outer.merge);
                assert!(blockers.iter().any(first), "{blockers:?}");
            }
            other => panic!("{other:?}"),
        }
        undo(house, outer.merge).await.unwrap();
        assert_eq!(seen(house, second.reader.id).await.merged_into, Some(first.reader.id));
        undo(house, inner.merge).await.unwrap();
        assert_eq!(seen(house, second.reader.id).await.merged_into, None);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_document_of_another_record_is_refused_and_names_it() {
    on_both_databases(async |house| {
        let first = opened(house, macao_resident(1)).await;
        let second = opened(house, adult(2)).await;
        let add = people::AddDocument {
            reader: first.reader.id,
            form: DocumentForm {
                kind: "resident_id".to_owned(),
                number: second_number(),
                ..DocumentForm::default()
            },
            evidence: None,
            check: by_eye(),
        };
        let result =
            house.service.write(house.clerk(), async |op| people::add_document(op, add.clone()).await).await;
        // The number says another birth date than that of the first: told at the field, before anything else.
        wrong(result, "document.number", &Problem::BirthDateDiffers);
        let mut third = macao_resident(3);
        third.reader.birth_date = "1990-05-06".to_owned();
        let third = opened(house, third).await;
        let add = people::AddDocument { reader: third.reader.id, ..add };
        let result =
            house.service.write(house.clerk(), async |op| people::add_document(op, add.clone()).await).await;
        match result {
            Err(Error::Refused(blockers)) => {
                assert_eq!(blockers, [Blocker::DocumentIsAnothers(second.reader.id)]);
            }
            other => panic!("{other:?}"),
        }
        let compared = house
            .service
            .write(house.system(), async |op| people::compare(op, third.reader.id, second.reader.id).await)
            .await
            .unwrap();
        assert!(compared.differ.contains(&Taken::Phone) && !compared.differ.contains(&Taken::Sex));
        assert!(json!(compared.differ.len()).as_u64() >= Some(2));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_who_goes_is_signed_out_by_a_merge_and_their_codes_end() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (first, second) = (opened(house, macao_resident(1)).await, opened(house, adult(2)).await);
        let number = second.card.number.as_str();
        delivered(&service).await;
        let token = sign_in(&service, number, &default_of(2), "10.0.0.1").await.unwrap().token;
        let signed_in = async || {
            let token = token.clone();
            let session =
                service.read(Actor::nobody(), async move |op| reader_session(op, &token).await).await;
            session.unwrap().is_some()
        };
        let id = ask_for_code(&service, number, Medium::Sms, "10.0.0.1").await.unwrap();
        let code = code_in(&delivered(&service).await[0].body);
        assert!(signed_in().await);
        let merged = merge(house, &merging(house, &first, &second, &[], Some(second.card.id))).await.unwrap();
        assert!(!signed_in().await);
        // The number of the card that went lets nobody in, and says where to go; to who knows its password only.
        let gone = first.card.number.as_str();
        let permit = macao_resident(1).documents[0].number.clone();
        let default = permit[permit.len() - 6..].to_lowercase();
        refused(sign_in(&service, gone, &default, "10.0.0.1").await, "number_not_used");
        let guess = sign_in(&service, gone, "wrong-1", "10.0.0.1").await;
        assert!(matches!(guess, Err(Error::SignInRefused)), "{guess:?}");
        let by_code = async || choose_password(&service, id, &code, "mei4zai4shu1li", "10.0.0.1").await;
        wrong(by_code().await, "code", &Problem::WrongCode);
        // Nor is anybody let in again by undoing it.
        undo(house, merged.merge).await.unwrap();
        assert!(!signed_in().await);
        wrong(by_code().await, "code", &Problem::WrongCode);
        sign_in(&service, number, &default_of(2), "10.0.0.1").await.unwrap();
    })
    .await;
}
