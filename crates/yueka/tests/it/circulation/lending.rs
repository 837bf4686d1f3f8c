//! What may be lent to whom (A.3.1, A.3.2 a–c).

use service::kernel::{Actor, Blocker, ItemKind, ItemState, Right, Role};
use service::libraries::Policy;
use service::readers::{self, NewBlock};
use service::testing::{House, on_both_databases};
use service::{Error, circulation};

use super::{book, books, days, ledger, lend, load, loans, reader, refused, row, set};
use crate::life::{in_person, keyed, report};

#[tokio::test]
async fn a_3_2_a_twenty_ordinary_books_and_no_more() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 21).await;
        let card = reader(house, 1).await;
        for number in 1..=20 {
            let actor = if number % 2 == 0 { house.clerk() } else { house.clerk_at_sd() };
            let lent = lend(&service, actor, card.id, &book(number)).await.unwrap();
            assert_eq!(lent.out as usize, number);
            assert_eq!(lent.loan.item.state, ItemState::OnLoan);
            assert_eq!(lent.loan.due.to_string(), "2026-12-24", "thirty days");
        }
        let blockers = refused(lend(&service, house.clerk(), card.id, &book(21)).await);
        assert_eq!(blockers, [Blocker::LoanLimit(ItemKind::Book, 20)]);
        assert_eq!((blockers[0].code(), blockers[0].clause()), ("book_limit", "A.3.2 a"));
        assert_eq!(loans(&service, house.clerk(), card.reader).await.len(), 20);
        super::give_back(&service, house.clerk_at_sd(), &book(3)).await.unwrap();
        lend(&service, house.clerk(), card.id, &book(21)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_3_2_b_periodicals_and_av_are_lent_by_the_rules_of_each_library() {
    on_both_databases(async |house| {
        let service = ledger(house);
        let rows = (1..=4)
            .map(|n| row(&format!("P{n}"), "佛山文艺", "periodical", "FS"))
            .chain([row("V1", "粤剧", "av", "SD")])
            .collect();
        load(house, rows).await;
        let card = reader(house, 1).await;
        let blockers = refused(lend(&service, house.clerk(), card.id, "P1").await);
        assert_eq!(blockers, [Blocker::NotLentHere(ItemKind::Periodical)]);
        assert_eq!(blockers[0].clause(), "A.3.2 b");
        set(house, house.fs, Policy::PeriodicalLimit, "1").await;
        set(house, house.fs, Policy::PeriodicalDays, "7").await;
        set(house, house.sd, Policy::PeriodicalLimit, "2").await;
        let lent = lend(&service, house.clerk(), card.id, "P1").await.unwrap();
        assert_eq!(lent.loan.due.to_string(), "2026-12-01");
        let blockers = refused(lend(&service, house.clerk(), card.id, "P2").await);
        assert_eq!(blockers, [Blocker::LoanLimit(ItemKind::Periodical, 1)]);
        // Another library's rule is its own, and what it has not lent does not count there.
        lend(&service, house.clerk_at_sd(), card.id, "P2").await.unwrap();
        lend(&service, house.clerk_at_sd(), card.id, "P3").await.unwrap();
        refused(lend(&service, house.clerk_at_sd(), card.id, "P4").await);
        assert_eq!(
            refused(lend(&service, house.clerk(), card.id, "V1").await),
            [Blocker::NotLentHere(ItemKind::Av)]
        );
    })
    .await;
}

#[tokio::test]
async fn a_3_2_c_what_is_for_the_reading_room_stays_there() {
    on_both_databases(async |house| {
        let service = ledger(house);
        load(house, vec![row("R1", "佛山县志", "reading_room", "FS")]).await;
        let card = reader(house, 1).await;
        let blockers = refused(lend(&service, house.clerk(), card.id, "R1").await);
        assert_eq!(blockers, [Blocker::ReadingRoomOnly]);
        assert_eq!(blockers[0].clause(), "A.3.2 c");
    })
    .await;
}

#[tokio::test]
async fn a_3_1_what_keeps_a_reader_from_borrowing_is_told_all_at_once() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 4).await;
        load(house, vec![row("R1", "佛山县志", "reading_room", "FS")]).await;
        let (card, other) = (reader(house, 1).await, reader(house, 2).await);
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        days(house, 31 + 150);
        let block = NewBlock {
            reader: card.reader,
            reason: "conduct".to_owned(),
            note: String::new(),
            until: String::new(),
        };
        let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() };
        service.write(manager, async |op| readers::block(op, block.clone()).await).await.unwrap();
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        lend(&service, house.clerk(), other.id, &book(2)).await.unwrap();
        let blockers = refused(lend(&service, house.clerk(), card.id, &book(2)).await);
        let codes: Vec<_> = blockers.iter().map(Blocker::code).collect();
        assert_eq!(
            codes,
            ["card_lost", "reader_blocked", "items_overdue", "owes_too_much", "item_on_loan"],
            "{blockers:?}"
        );
        let asked = service.read(house.clerk(), async |op| circulation::may_borrow(op, card.id).await);
        let asked: Vec<_> = asked.await.unwrap().iter().map(Blocker::code).collect();
        assert_eq!(asked, ["card_lost", "reader_blocked", "items_overdue", "owes_too_much"]);
        let asked = service.read(house.clerk(), async |op| circulation::may_borrow(op, other.id).await);
        assert!(asked.await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_lending_needs_a_right_a_known_item_and_the_ledger() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 2).await;
        let card = reader(house, 1).await;
        let nobody = Actor { rights: vec![Right::FindReaders], ..house.clerk() };
        let refused_right = lend(&service, nobody, card.id, &book(1)).await;
        assert!(matches!(refused_right, Err(Error::Forbidden(Right::Lend))), "{refused_right:?}");
        for (barcode, code) in [("B9999", "unknown_barcode"), (" ", "missing")] {
            match lend(&service, house.clerk(), card.id, barcode).await {
                Err(Error::Invalid(invalid)) => assert_eq!(invalid.0[0].problem.code(), code),
                other => panic!("{other:?}"),
            }
        }
        // Where another system lends, this one does not.
        assert_eq!(
            refused(lend(&house.service, house.clerk(), card.id, &book(1)).await),
            [Blocker::LentByAnotherSystem]
        );
        set(house, house.sd, Policy::Circulation, "none").await;
        assert_eq!(
            refused(lend(&service, house.clerk_at_sd(), card.id, &book(1)).await),
            [Blocker::LentByAnotherSystem]
        );
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_the_same_key_lends_once_and_another_request_under_it_is_refused() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 2).await;
        let card = reader(house, 1).await;
        let first = lend(&service, keyed(house.clerk(), "one"), card.id, &book(1)).await.unwrap();
        let again = lend(&service, keyed(house.clerk(), "one"), card.id, &book(1)).await.unwrap();
        assert!(!first.repeated && again.repeated);
        assert_eq!(first.loan.id, again.loan.id);
        let other = lend(&service, keyed(house.clerk(), "one"), card.id, &book(2)).await;
        assert!(matches!(other, Err(Error::KeyReused)), "{other:?}");
        // Twice at once, as from a double click.
        let call = async || lend(&service, keyed(house.clerk(), "two"), card.id, &book(2)).await;
        let (a, b) = tokio::join!(call(), call());
        assert_eq!(a.unwrap().loan.id, b.unwrap().loan.id);
        assert_eq!(loans(&service, house.clerk(), card.reader).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_4_2_a_loan_is_renewed_as_often_as_the_library_allows() {
    on_both_databases(async |house: &House| {
        let service = ledger(house);
        books(house, 2).await;
        let card = reader(house, 1).await;
        let me = Actor::reader(card.reader, house.fs);
        let loan = lend(&service, house.clerk(), card.id, &book(1)).await.unwrap().loan;
        let renew =
            |actor: Actor| service.write(actor, async move |op| circulation::renew(op, loan.id).await);
        let title = super::title_of(&service, house, "第1本").await;
        let own = circulation::Reserve { reader: card.reader, title, library: house.fs };
        service.write(me.clone(), async move |op| circulation::reserve(op, own).await).await.unwrap();
        let renewed = renew(me.clone()).await.unwrap();
        assert_eq!((renewed.loan.due.to_string().as_str(), renewed.loan.renewals), ("2027-01-23", 1));
        assert_eq!(refused(renew(me.clone()).await), [Blocker::RenewalLimit(1)]);
        let another = Actor::reader(reader(house, 2).await.reader, house.fs);
        assert!(matches!(renew(another).await, Err(Error::Forbidden(Right::Lend))));
        set(house, house.fs, Policy::Renewals, "3").await;
        days(house, 61);
        assert_eq!(refused(renew(me.clone()).await), [Blocker::LoanOverdue]);
        // All of them at once: each tells why it could not.
        lend(&service, house.clerk(), card.id, &book(2)).await.unwrap_err();
        let all =
            service.write(me, async move |op| circulation::renew_all(op, card.reader).await).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].1, [Blocker::LoanOverdue]);
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_lost_card_renews_nothing() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let card = reader(house, 1).await;
        let loan = lend(&service, house.clerk(), card.id, &book(1)).await.unwrap().loan;
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        let renewed = service.write(house.clerk(), async |op| circulation::renew(op, loan.id).await).await;
        assert_eq!(refused(renewed), [Blocker::CardLost]);
    })
    .await;
}
