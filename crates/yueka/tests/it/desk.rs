//! What the desk's services do beneath: forms that left something out, papers that only look alike, documents that lose their end,
//! readers who hear of a block, losses that wait to be confirmed.

use chrono::{NaiveDate, TimeDelta};
use documents::synthetic;
use service::Error;
use service::cards::{self, Cancel, CancelReason, CardChange, ReportLoss};
use service::kernel::{Actor, Blocker, CardId, Problem, ReaderId};
use service::libraries::{self, Policy};
use service::outbox::{Medium, MessageView, Template, messages_of};
use service::people::{self, AddDocument, RenewDocument, RetireDocument};
use service::readers::{self, DocumentForm, LONG_TERM, NewBlock};
use service::records::{self, File, IdentityCheck, Person, Presence};
use service::staff;
use service::testing::{House, adult, born, macao_resident, on_both_databases, resident_number};

use crate::amend::{by_eye, opened, refused, seen, wrong};
use crate::life::{agent_of, by_phone, codes, document_card, history, in_person, keyed, report};

/// Cancelling without the tick that loans and charges were looked up.
async fn cancel(house: &House, card: CardId, check: IdentityCheck) -> service::Result<CardChange> {
    house.clock.advance(TimeDelta::milliseconds(1));
    let request = Cancel { card, reason: CancelReason::Wish, circulation_checked: false, check };
    house.service.write(house.clerk(), async |op| cards::cancel(op, request.clone()).await).await
}

#[tokio::test]
async fn c_6_3_4_what_a_form_left_out_is_no_refusal() {
    on_both_databases(async |house| {
        let card = document_card(house, 1).await;
        let before = history(house, &card).await.len();
        let forgotten = cancel(house, card.id, in_person()).await;
        assert_eq!(codes(forgotten), ["circulation_not_checked"]);
        assert_eq!(history(house, &card).await.len(), before, "a box that was not ticked");
        // With something that the rules refuse, it is one.
        let agent = cancel(house, card.id, agent_of(1)).await;
        assert!(codes(agent).contains(&"in_person_only"));
        let all = history(house, &card).await;
        assert_eq!(all.len(), before + 1);
        let refusal = all.iter().find(|line| line.outcome == "refused").unwrap();
        assert_eq!(refusal.reasons, ["in_person_only", "circulation_not_checked"]);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_another_authorization_of_the_same_size_is_another_request() {
    on_both_databases(async |house| {
        let card = document_card(house, 1).await;
        let with = |text: &str| IdentityCheck {
            authorization: Some(File(format!("%PDF-1.7 {text} %%EOF").into_bytes())),
            ..agent_of(1)
        };
        let first = report(house, keyed(house.clerk(), "key-1"), card.id, with("one")).await.unwrap();
        let again = report(house, keyed(house.clerk(), "key-1"), card.id, with("one")).await.unwrap();
        assert!(again.repeated && again.record == first.record);
        let other = report(house, keyed(house.clerk(), "key-1"), card.id, with("two")).await;
        assert!(matches!(other, Err(Error::KeyReused)), "{other:?}");
        // Nor are other answers on the phone a repeat.
        let card = document_card(house, 2).await;
        let answers =
            |phone| by_phone(&[("birth_date", "1990-05-06"), ("phone", phone), ("document_end", "x")]);
        for phone in ["0002", "0003"] {
            let call = keyed(house.clerk(), "key-2");
            assert_eq!(codes(report(house, call, card.id, answers(phone)).await), ["phone_answers_wrong"]);
        }
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_document_loses_its_end_only_when_that_is_said() {
    on_both_databases(async |house| {
        let reader = opened(house, macao_resident(1)).await.reader;
        let passport = synthetic::passport(5);
        let form = |number: &str, until: &str| DocumentForm {
            kind: "passport".to_owned(),
            number: number.to_owned(),
            issuing_country: "PRT".to_owned(),
            valid_until: until.to_owned(),
        };
        let add = async |until: &str| {
            let request = AddDocument {
                reader: reader.id,
                form: form(&passport, until),
                evidence: None,
                check: by_eye(),
            };
            let call = house
                .service
                .write(house.clerk(), async move |op| people::add_document(op, request.clone()).await);
            call.await
        };
        let until = async |id| -> Option<NaiveDate> {
            let reader = seen(house, reader.id).await;
            let all = reader.documents.into_iter().chain(reader.retired);
            all.filter(|paper| paper.id == id).find_map(|paper| paper.valid_until)
        };
        let day = NaiveDate::from_ymd_opt(2030, 1, 2);
        let paper = add("2030-01-02").await.unwrap();
        let renew = async |until: &str| {
            let request = RenewDocument {
                reader: reader.id,
                document: paper,
                form: form("", until),
                evidence: None,
                check: by_eye(),
            };
            let call = house
                .service
                .write(house.clerk(), async move |op| people::renew_document(op, request.clone()).await);
            call.await
        };
        wrong(renew("").await, "document.valid_until", &Problem::NothingChanged);
        assert_eq!(until(paper).await, day);
        renew(LONG_TERM).await.unwrap();
        assert_eq!(until(paper).await, None);
        wrong(renew(LONG_TERM).await, "document.valid_until", &Problem::NothingChanged);
        renew("2030-01-02").await.unwrap();
        // Given back and brought again: what is known of its date stays, unless it is said to have none.
        let retire = async || {
            let request = RetireDocument { reader: reader.id, document: paper, check: by_eye() };
            let call = house
                .service
                .write(house.clerk(), async move |op| people::retire_document(op, request.clone()).await);
            call.await.unwrap();
        };
        retire().await;
        assert_eq!(add("").await.unwrap(), paper);
        assert_eq!(until(paper).await, day);
        retire().await;
        assert_eq!(add(LONG_TERM).await.unwrap(), paper);
        assert_eq!(until(paper).await, None);
    })
    .await;
}

async fn told(house: &House, reader: ReaderId, template: Template) -> Vec<MessageView> {
    let all = house.service.read(house.clerk(), async |op| messages_of(op, reader, 50).await).await.unwrap();
    all.into_iter().filter(|message| message.template == template).collect()
}

#[tokio::test]
async fn a_3_1_a_reader_is_told_of_a_block_and_of_its_end() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader.id;
        let block = |reason: &str, until: &str| NewBlock {
            reader,
            reason: reason.to_owned(),
            note: "与同事说的话".to_owned(),
            until: until.to_owned(),
        };
        let put = async |block: NewBlock| {
            let call =
                house.service.write(house.system(), async move |op| readers::block(op, block.clone()).await);
            call.await
        };
        wrong(put(block("conduct", "2026-11-23")).await, "block.until", &Problem::PastDay);
        let first = put(block("conduct", "2026-12-31")).await.unwrap();
        let second = put(block("address", "")).await.unwrap();
        let media = |told: Vec<MessageView>| told.iter().map(|message| message.medium).collect::<Vec<_>>();
        assert_eq!(told(house, reader, Template::ReaderBlocked).await.len(), 4, "a mail and an SMS for each");
        let lift = async |id| {
            house
                .service
                .write(house.system(), async move |op| readers::unblock(op, reader, id).await)
                .await
                .unwrap();
        };
        lift(first).await;
        assert_eq!(told(house, reader, Template::BlockLifted).await.len(), 2);
        assert!(told(house, reader, Template::ReaderUnblocked).await.is_empty(), "one is still in force");
        lift(second).await;
        let free = media(told(house, reader, Template::ReaderUnblocked).await);
        assert!(free.len() == 2 && free.contains(&Medium::Sms) && free.contains(&Medium::Email), "{free:?}");
    })
    .await;
}

#[tokio::test]
async fn a_4_1_losses_told_by_phone_wait_at_the_issuing_library() {
    on_both_databases(async |house| {
        let root = house.root;
        let set = house.service.write(house.system(), async move |op| {
            libraries::set_policy(op, root, Policy::LossConfirmDays, Some("7")).await
        });
        set.await.unwrap();
        let (by_call, at_desk) = (document_card(house, 1).await, document_card(house, 2).await);
        let number = resident_number(1, born(1990, 5, 6));
        let check =
            by_phone(&[("birth_date", "1990-05-06"), ("phone", "0001"), ("document_end", &number[14..])]);
        // Whichever library took the call.
        report(house, house.clerk_at_sd(), by_call.id, check).await.unwrap();
        report(house, house.clerk(), at_desk.id, in_person()).await.unwrap();
        let list = async |actor: Actor| {
            house.service.read(actor, async |op| cards::losses_to_confirm(op).await).await.unwrap()
        };
        let ours = list(house.clerk()).await;
        assert_eq!(ours.iter().map(|loss| loss.card.id).collect::<Vec<_>>(), [by_call.id]);
        assert!(!ours[0].overdue && ours[0].phone.contains('*'));
        assert!(list(house.clerk_at_sd()).await.is_empty());
        assert_eq!(list(house.clerk_at_branch()).await.len(), 1, "a branch of the issuing library");
        house.clock.advance(TimeDelta::days(8));
        assert!(list(house.clerk()).await[0].overdue);
        let nobody = house.service.read(Actor::nobody(), async |op| cards::losses_to_confirm(op).await).await;
        assert!(matches!(nobody, Err(Error::Forbidden(_))));
        let confirm = cards::ConfirmLoss { card: by_call.id, check: in_person() };
        let confirmed = house
            .service
            .write(house.clerk(), async move |op| cards::confirm_loss(op, confirm.clone()).await);
        confirmed.await.unwrap();
        assert!(list(house.clerk()).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_photo_of_a_document_is_of_the_readers_own() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader.id;
        let shown = |serial| Person {
            name: String::new(),
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(serial, born(1990, 5, 6)),
            issuing_country: String::new(),
        };
        let set = async |serial| {
            let (photo, document) = (File(b"\xFF\xD8\xFF\xE0 a face\xFF\xD9".to_vec()), shown(serial));
            let call = house.service.write(house.clerk(), async move |op| {
                readers::set_photo_of_document(op, reader, &photo, &document, &by_eye()).await
            });
            call.await
        };
        wrong(set(2).await, "photo", &Problem::NotTheReaders);
        set(1).await.unwrap();
        assert!(seen(house, reader).await.photo.is_some());
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_a_history_says_who_did_it_who_came_and_why_not() {
    on_both_databases(async |house| {
        let (card, clerk) =
            (document_card(house, 1).await, house.add_staff("chen", house.fs, service::kernel::Role::Clerk));
        let clerk = clerk.await.unwrap();
        let actor = Actor { who: service::kernel::Who::Staff(clerk), ..house.clerk() };
        let request = ReportLoss { card: card.id, check: agent_of(1) };
        let call =
            house.service.write(actor.clone(), async move |op| cards::report_loss(op, request.clone()).await);
        call.await.unwrap();
        house.clock.advance(TimeDelta::seconds(1));
        let restore =
            cards::Restore { card: card.id, reason: cards::RestoreReason::Found, check: agent_of(1) };
        let call = house.service.write(actor, async move |op| cards::restore(op, restore.clone()).await);
        refused(call.await, "in_person_only");
        let reader = card.reader;
        let (lines, staff) = house
            .service
            .read(house.clerk(), async move |op| {
                let lines = records::timeline(op, reader, 10).await?;
                let actors: Vec<&str> = lines.iter().map(|line| line.actor.as_str()).collect();
                let staff = staff::colleagues(op, &actors).await?;
                Ok((lines, staff))
            })
            .await
            .unwrap();
        let refusal = &lines[0];
        assert_eq!(refusal.reasons, [Blocker::InPersonOnly.code()]);
        let loss = lines.iter().find(|line| line.service == "report_loss").unwrap();
        assert_eq!(loss.came, Some(Presence::Agent.as_str()));
        assert_eq!(staff[&loss.actor].username, "chen");
    })
    .await;
}
