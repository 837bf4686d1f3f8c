//! Loss and restoring: 6.3.1, 6.3.2, A.4.1, A.4.2.

use chrono::TimeDelta;
use service::Error;
use service::cards::{self, CardState, ConfirmLoss, RestoreReason};
use service::kernel::{Actor, CardId};
use service::libraries::{Policy, set_policy};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, child, macao_resident, on_both_databases};

use super::{
    agent_of, by_phone, card, clerk, codes, document_card, field, guardian_of, history, in_person, keyed,
    machine, one_card, open, report, restore, undo,
};

async fn confirm(house: &House, actor: Actor, id: CardId) -> service::Result<cards::CardChange> {
    let request = ConfirmLoss { card: id, check: in_person() };
    house.service.write(actor, async |op| cards::confirm_loss(op, request.clone()).await).await
}

async fn set(house: &House, policy: Policy, value: &str) {
    let root = house.root;
    house
        .service
        .write(house.system(), async |op| set_policy(op, root, policy, Some(value)).await)
        .await
        .unwrap();
}

fn right_answers() -> IdentityCheck {
    by_phone(&[("birth_date", "1990年5月6日"), ("document_end", "001x"), ("phone", "0001")])
}

/// What `resident_number(serial)` ends with.
fn document_end(serial: u32) -> String {
    let number = service::testing::resident_number(serial, service::testing::born(1990, 5, 6));
    number[14..].to_owned()
}

fn answers_of(serial: u32) -> IdentityCheck {
    by_phone(&[
        ("birth_date", "1990年5月6日"),
        ("document_end", &document_end(serial)),
        ("phone", &format!("{serial:04}")),
    ])
}

#[tokio::test]
async fn c_6_3_1_a_loss_is_reported_at_any_member_library_and_the_reader_is_told() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        house.clock.advance(TimeDelta::milliseconds(12_345));
        let change = report(house, house.clerk_at_sd(), held.id, in_person()).await.unwrap();
        let at = house.clock.now();
        assert_eq!((change.card.state, change.card.state_since, change.at), (CardState::Lost, at, at));
        assert_eq!(change.card.version, held.version + 1);
        let last = history(house, &held).await.pop().unwrap();
        assert_eq!(
            (last.service.as_str(), last.outcome.as_str(), last.library),
            ("report_loss", "done", house.sd)
        );
        assert_eq!((last.at, last.checked_how.as_deref()), (at, Some("by_eye")));
        let told = house.tamper("DELETE FROM messages WHERE template = 'loss_reported'").await.unwrap();
        assert_eq!(told, 3, "by e-mail, SMS and at the desk");
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_lost_card_stops_working_at_once_and_is_lost_once() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        house.lend(house.clerk(), held.id, held.reader).await.unwrap();
        report(house, house.clerk(), held.id, in_person()).await.unwrap();
        assert!(matches!(house.lend(house.clerk(), held.id, held.reader).await, Err(Error::Refused(_))));
        assert_eq!(codes(report(house, house.clerk_at_sd(), held.id, in_person()).await), ["card_lost"]);
        let refused = history(house, &held).await.pop().unwrap();
        assert_eq!((refused.service.as_str(), refused.outcome.as_str()), ("report_loss", "refused"));
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_caller_whose_answers_all_fit_reports_the_loss() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let asked =
            house.service.read(house.clerk(), async |op| cards::phone_questions(op, held.id).await).await;
        assert_eq!(asked.unwrap(), ["birth_date", "document_end", "phone"]);
        let change = report(house, house.clerk_at_sd(), held.id, answers_of(1)).await.unwrap();
        assert_eq!(change.card.state, CardState::Lost);
        assert_eq!(change.card.confirm_loss_by, None, "the standard asks for no confirmation");
        let last = history(house, &held).await.pop().unwrap();
        assert_eq!(last.checked_how.as_deref(), Some("phone"));
    })
    .await;
}

#[tokio::test]
async fn a_4_1_every_question_must_be_answered_right() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let end = document_end(1);
        for answers in [
            vec![],
            vec![("birth_date", "1990-05-06")],
            vec![("birth_date", "1990-05-06"), ("document_end", end.as_str())],
            vec![("birth_date", "1990-05-07"), ("document_end", end.as_str()), ("phone", "0001")],
        ] {
            assert_eq!(
                codes(report(house, house.clerk(), held.id, by_phone(&answers)).await),
                ["phone_answers_wrong"]
            );
        }
        let refused = history(house, &held).await.pop().unwrap();
        assert_eq!((refused.service.as_str(), refused.outcome.as_str()), ("report_loss", "refused"));
        // A right call takes the count back.
        report(house, house.clerk(), held.id, answers_of(1)).await.unwrap();
        restore(house, house.clerk(), held.id, RestoreReason::Found, in_person()).await.unwrap();
        // The fifth wrong one locks, at every library; in person the loss is reported all the same.
        for _ in 0..5 {
            codes(report(house, house.clerk(), held.id, right_answers()).await);
        }
        let locked = report(house, house.clerk_at_sd(), held.id, answers_of(1)).await;
        assert!(matches!(locked, Err(Error::TooManyTries(seconds)) if seconds <= 900), "{locked:?}");
        house.clock.advance(TimeDelta::minutes(16));
        report(house, house.clerk_at_sd(), held.id, answers_of(1)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_library_chooses_the_questions_and_what_is_not_on_file_is_not_asked() {
    on_both_databases(async |house| {
        set(house, Policy::PhoneQuestions, "address workplace issuing_library").await;
        let held = document_card(house, 1).await;
        let mut bare = macao_resident(2);
        bare.reader.address = String::new();
        bare.reader.workplace = String::new();
        let unknown = open(house, house.clerk(), bare).await.card;
        let ask = async |id| {
            house.service.read(house.clerk(), async |op| cards::phone_questions(op, id).await).await.unwrap()
        };
        assert_eq!(ask(held.id).await, ["address", "workplace", "issuing_library"]);
        assert_eq!(ask(unknown.id).await, ["issuing_library", "birth_date"], "never fewer than two");
        let wrong =
            by_phone(&[("address", "季华六路"), ("workplace", "第一中学"), ("issuing_library", "FS")]);
        assert_eq!(codes(report(house, house.clerk(), held.id, wrong).await), ["phone_answers_wrong"]);
        let right = by_phone(&[
            ("address", " 季华五路 "),
            ("workplace", "第一中学"),
            ("issuing_library", "佛山市图书馆"),
        ]);
        report(house, house.clerk(), held.id, right).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_loss_told_by_phone_is_confirmed_in_person_where_a_library_asks_for_it() {
    on_both_databases(async |house| {
        set(house, Policy::LossConfirmDays, "7").await;
        let held = document_card(house, 1).await;
        let change = report(house, house.clerk(), held.id, answers_of(1)).await.unwrap();
        assert_eq!(change.card.confirm_loss_by, Some(change.at + TimeDelta::days(7)));
        house.clock.advance(TimeDelta::days(1));
        let confirmed = confirm(house, house.clerk_at_sd(), held.id).await.unwrap();
        assert_eq!((confirmed.card.state, confirmed.card.confirm_loss_by), (CardState::Lost, None));
        assert_eq!(confirmed.card.state_since, change.at, "lost since it was told");
        assert_eq!(codes(confirm(house, house.clerk(), held.id).await), ["card_lost"]);
        restore(house, house.clerk(), held.id, RestoreReason::Found, in_person()).await.unwrap();
        assert_eq!(codes(confirm(house, house.clerk(), held.id).await), ["card_active"]);
        // In person there is nothing to confirm.
        assert_eq!(
            report(house, house.clerk(), held.id, in_person()).await.unwrap().card.confirm_loss_by,
            None
        );
    })
    .await;
}

#[tokio::test]
async fn a_4_1_the_portal_a_machine_a_guardian_and_an_agent_report_a_loss() {
    on_both_databases(async |house| {
        let password = || IdentityCheck::of_the_person(CheckMethod::Password);
        let own = document_card(house, 1).await;
        let another = document_card(house, 2).await;
        let portal = Actor::reader(own.reader, house.fs);
        assert!(matches!(
            report(house, portal.clone(), another.id, password()).await,
            Err(Error::Forbidden(_))
        ));
        assert_eq!(field(report(house, portal.clone(), own.id, in_person()).await), "identity_check.method");
        report(house, portal, own.id, password()).await.unwrap();
        assert_eq!(
            field(report(house, machine(house), another.id, in_person()).await),
            "identity_check.method"
        );
        report(house, machine(house), another.id, password()).await.unwrap();

        let minor = open(house, house.clerk(), child(3)).await.card;
        assert_eq!(codes(report(house, house.clerk(), minor.id, guardian_of(4)).await), ["not_the_guardian"]);
        report(house, house.clerk(), minor.id, guardian_of(3)).await.unwrap();

        let absent = document_card(house, 5).await;
        let mut without = agent_of(5);
        without.authorization = None;
        assert_eq!(codes(report(house, house.clerk(), absent.id, without).await), ["authorization_missing"]);
        report(house, house.clerk(), absent.id, agent_of(5)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_mistaken_report_is_taken_back_by_who_made_it_while_it_is_fresh() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let (mine, other) = (clerk(house, 1), clerk(house, 2));
        assert_eq!(codes(undo(house, mine.clone(), held.id).await), ["card_active"]);
        report(house, mine.clone(), held.id, in_person()).await.unwrap();
        assert_eq!(codes(undo(house, other, held.id).await), ["reported_by_another"]);
        house.clock.advance(TimeDelta::minutes(29));
        let change = undo(house, mine.clone(), held.id).await.unwrap();
        assert_eq!(change.card.state, CardState::Active);
        let last = history(house, &held).await.pop().unwrap();
        assert_eq!((last.service.as_str(), last.outcome.as_str()), ("undo_loss", "done"));
        house.lend(house.clerk(), held.id, held.reader).await.unwrap();

        report(house, mine.clone(), held.id, in_person()).await.unwrap();
        house.clock.advance(TimeDelta::seconds(1801));
        assert_eq!(codes(undo(house, mine, held.id).await), ["too_late_to_undo"]);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_2_a_found_card_is_restored_at_any_member_library() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        assert_eq!(
            codes(restore(house, house.clerk(), held.id, RestoreReason::Found, in_person()).await),
            ["card_active"]
        );
        report(house, house.clerk(), held.id, in_person()).await.unwrap();
        house.clock.advance(TimeDelta::days(3));
        let change =
            restore(house, house.clerk_at_sd(), held.id, RestoreReason::Found, in_person()).await.unwrap();
        assert_eq!((change.card.state, change.card.number.clone()), (CardState::Active, held.number.clone()));
        assert_eq!(change.card.state_since, house.clock.now());
        house.lend(house.clerk(), held.id, held.reader).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_3_2_a_reissued_document_restores_the_card_that_it_is() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        report(house, house.clerk(), held.id, in_person()).await.unwrap();
        let reason = RestoreReason::DocumentReissued;
        let change = restore(house, house.clerk_at_sd(), held.id, reason, in_person()).await.unwrap();
        assert_eq!((change.card.state, change.card.document), (CardState::Active, held.document));
        let barcode = one_card(house, 2).await;
        report(house, house.clerk(), barcode.id, in_person()).await.unwrap();
        assert_eq!(field(restore(house, house.clerk(), barcode.id, reason, in_person()).await), "reason");
    })
    .await;
}

#[tokio::test]
async fn a_4_2_the_reader_comes_in_person_and_is_who_they_say() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        report(house, house.clerk(), held.id, in_person()).await.unwrap();
        let try_with =
            async |check| codes(restore(house, house.clerk(), held.id, RestoreReason::Found, check).await);
        assert_eq!(try_with(agent_of(1)).await, ["in_person_only"]);
        assert_eq!(try_with(answers_of(1)).await, ["phone_for_loss_only"]);
        let mut another = in_person();
        another.document = agent_of(2).principal;
        assert_eq!(try_with(another).await, ["principal_is_another"]);
        let portal = restore(
            house,
            Actor { channel: service::kernel::Channel::SelfService, ..house.clerk() },
            held.id,
            RestoreReason::Found,
            IdentityCheck::of_the_person(CheckMethod::ReaderDevice),
        );
        assert_eq!(codes(portal.await), ["at_desk_only"]);
        let mut own = in_person();
        own.document = agent_of(1).principal;
        restore(house, house.clerk(), held.id, RestoreReason::Found, own).await.unwrap();
        assert_eq!(card(house, held.id).await.state, CardState::Active);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_the_same_key_reports_a_loss_once_and_gives_the_first_answer_again() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let first = report(house, keyed(house.clerk(), "k1"), held.id, in_person()).await.unwrap();
        house.clock.advance(TimeDelta::minutes(1));
        let again = report(house, keyed(house.clerk(), "k1"), held.id, in_person()).await.unwrap();
        assert!(again.repeated && !first.repeated);
        assert_eq!((again.at, again.record), (first.at, first.record));
        let other =
            restore(house, keyed(house.clerk(), "k1"), held.id, RestoreReason::Found, in_person()).await;
        assert!(matches!(other, Err(Error::KeyReused)), "{other:?}");
        assert_eq!(history(house, &held).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_who_may_not_does_not() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let blind = Actor { rights: vec![service::kernel::Right::FindReaders], ..house.clerk() };
        for result in [
            report(house, blind.clone(), held.id, in_person()).await,
            undo(house, blind.clone(), held.id).await,
            restore(house, blind.clone(), held.id, RestoreReason::Found, in_person()).await,
            super::cancel(house, blind.clone(), held.id, cards::CancelReason::Wish, in_person()).await,
            super::replace(house, blind.clone(), held.id, "FS00000099").await,
            super::change_kind(house, blind, held.id, cards::CardKind::OneCard, "FS00000099", in_person())
                .await,
        ] {
            assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");
        }
        assert_eq!(card(house, held.id).await.version, held.version);
    })
    .await;
}
