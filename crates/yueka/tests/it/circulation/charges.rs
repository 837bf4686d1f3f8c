//! Overdue charges, payments, waivers (6.3.4).

use chrono::NaiveDate;
use service::Error;
use service::Service;
use service::cards::CancelReason;
use service::circulation::{
    AddCharge, Charges, Paid, Pay, PayMethod, Waive, add_charge, charges, pay, set_closed_day, waive,
};
use service::kernel::{Actor, Blocker, Call, ReaderId, Right, Role};
use service::libraries::Policy;
use service::testing::{House, on_both_databases};

use super::{book, books, days, give_back, ledger, lend, reader, refused, set};
use crate::life::{in_person, keyed};

async fn owed(service: &Service, house: &House, reader: ReaderId) -> Charges {
    service.read(house.clerk(), async move |op| charges(op, reader).await).await.unwrap()
}

async fn paid(
    service: &Service,
    call: impl Into<Call>,
    reader: ReaderId,
    amount: Option<i64>,
) -> service::Result<Paid> {
    let request = Pay { reader, charges: Vec::new(), amount, method: PayMethod::Cash };
    service.write(call, async move |op| pay(op, request.clone()).await).await
}

fn manager(house: &House) -> Actor {
    Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() }
}

#[tokio::test]
async fn c_6_3_4_days_on_which_the_library_was_closed_cost_nothing() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let card = reader(house, 1).await;
        set(house, house.fs, Policy::WeeklyClosing, "1").await;
        let new_year = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        // What the federation closes is closed at FS too.
        let closed =
            service.write(house.system(), async |op| set_closed_day(op, house.root, new_year, "元旦").await);
        closed.await.unwrap();
        // Lent on 24 November, due on 24 December, returned on 4 January at a library that was open all the time.
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        days(house, 41);
        // 25–31 December without Monday 28th, 2 and 3 January; 1 and 4 January are closed.
        let accruing = owed(&service, house, card.reader).await;
        assert_eq!((accruing.owed, accruing.accruing), (0, 80));
        let returned = give_back(&service, house.clerk_at_sd(), &book(1)).await.unwrap();
        let charge = returned.charge.unwrap();
        assert_eq!((charge.amount, charge.days, charge.library), (80, Some(8), house.fs));
        let owes = owed(&service, house, card.reader).await;
        assert_eq!((owes.owed, owes.accruing), (80, 0));
        assert_eq!(owes.unpaid[0].title.as_deref(), Some("第1本书"));
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_charge_never_passes_the_cap() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 2).await;
        let card = reader(house, 1).await;
        set(house, house.fs, Policy::OverdueCapFen, "500").await;
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        lend(&service, house.clerk(), card.id, &book(2)).await.unwrap();
        days(house, 400);
        assert_eq!(give_back(&service, house.clerk(), &book(1)).await.unwrap().charge.unwrap().amount, 500);
        // Without a cap no more than the item is worth.
        set(house, house.fs, Policy::OverdueCapFen, "0").await;
        set(house, house.fs, Policy::OverdueFen, "1000").await;
        assert_eq!(give_back(&service, house.clerk(), &book(2)).await.unwrap().charge.unwrap().amount, 4500);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_card_is_cancelled_once_loans_are_returned_and_charges_paid() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 2).await;
        let card = reader(house, 1).await;
        let cancel = || {
            let request = service::cards::Cancel {
                card: card.id,
                reason: CancelReason::Wish,
                circulation_checked: false,
                check: in_person(),
            };
            service.write(house.clerk(), async move |op| service::cards::cancel(op, request.clone()).await)
        };
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        lend(&service, house.clerk(), card.id, &book(2)).await.unwrap();
        assert_eq!(refused(cancel().await), [Blocker::LoansOut(2)]);
        days(house, 35);
        assert_eq!(refused(cancel().await), [Blocker::LoansOut(2), Blocker::ChargesUnpaid(100)]);
        give_back(&service, house.clerk(), &book(1)).await.unwrap();
        give_back(&service, house.clerk_at_sd(), &book(2)).await.unwrap();
        assert_eq!(refused(cancel().await), [Blocker::ChargesUnpaid(100)]);
        paid(&service, house.clerk(), card.reader, Some(60)).await.unwrap();
        assert_eq!(refused(cancel().await), [Blocker::ChargesUnpaid(40)]);
        paid(&service, house.clerk_at_sd(), card.reader, None).await.unwrap();
        cancel().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_payment_goes_to_the_oldest_first_and_never_twice() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 2).await;
        let card = reader(house, 1).await;
        for number in [1, 2] {
            lend(&service, house.clerk(), card.id, &book(number)).await.unwrap();
        }
        days(house, 35);
        for number in [1, 2] {
            give_back(&service, house.clerk(), &book(number)).await.unwrap();
        }
        let more = paid(&service, house.clerk(), card.reader, Some(101)).await;
        assert!(
            matches!(&more, Err(Error::Invalid(invalid)) if invalid.0[0].problem.code() == "more_than_owed")
        );
        let nothing = Actor { rights: vec![Right::Lend], ..house.clerk() };
        assert!(matches!(
            paid(&service, nothing, card.reader, None).await,
            Err(Error::Forbidden(Right::TakePayments))
        ));
        let first = paid(&service, keyed(house.clerk(), "pay"), card.reader, Some(70)).await.unwrap();
        assert_eq!((first.amount, first.left), (70, 30));
        assert_eq!(first.settled.iter().map(|(_, fen)| *fen).collect::<Vec<_>>(), [50, 20]);
        let again = paid(&service, keyed(house.clerk(), "pay"), card.reader, Some(70)).await.unwrap();
        assert!(again.repeated);
        assert_eq!((again.amount, again.left, again.record), (70, 30, first.record));
        // Ten tills take the rest at once: one gets it.
        let tills = futures(10, || {
            let (service, clerk, reader) = (service.clone(), house.clerk(), card.reader);
            async move { paid(&service, clerk, reader, Some(30)).await }
        })
        .await;
        assert_eq!(tills.iter().filter(|till| till.is_ok()).count(), 1, "{tills:?}");
        assert_eq!(owed(&service, house, card.reader).await.owed, 0);
    })
    .await;
}

/// The same, many times at once.
async fn futures<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    count: usize,
    make: impl Fn() -> F,
) -> Vec<T> {
    let running: Vec<_> = (0..count).map(|_| tokio::spawn(make())).collect();
    let mut all = Vec::new();
    for one in running {
        all.push(one.await.unwrap());
    }
    all
}

#[tokio::test]
async fn c_6_3_4_a_waiver_has_a_reason_and_leaves_a_record() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let card = reader(house, 1).await;
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        days(house, 35);
        let charge = give_back(&service, house.clerk(), &book(1)).await.unwrap().charge.unwrap();
        let asked = |actor: Actor, reason: &str| {
            let request = Waive { charge: charge.id, amount: None, reason: reason.to_owned() };
            service.write(actor, async move |op| waive(op, request.clone()).await)
        };
        assert!(matches!(asked(house.clerk(), "生病住院").await, Err(Error::Forbidden(Right::WaiveCharges))));
        assert!(matches!(asked(manager(house), " ").await, Err(Error::Invalid(_))));
        let waived = asked(manager(house), "生病住院").await.unwrap();
        assert_eq!((waived.amount, waived.left), (50, 0));
        let settled = owed(&service, house, card.reader).await.settled;
        assert_eq!(settled[0].entries[0].reason.as_deref(), Some("生病住院"));
        assert_eq!(settled[0].entries[0].kind, "waiver");
        let timeline = service
            .read(house.clerk(), async |op| service::records::timeline(op, card.reader, 5).await)
            .await
            .unwrap();
        assert_eq!((timeline[0].service.as_str(), timeline[0].outcome.as_str()), ("waive", "done"));
        // What was said of the reader does not lie in the clear.
        let clear = house
            .tamper("UPDATE charge_entries SET amount = amount WHERE CAST(reason AS TEXT) LIKE '%生病%'");
        assert_eq!(clear.await.unwrap_or_default(), 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_lost_item_is_charged_for() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let card = reader(house, 1).await;
        let loan = lend(&service, house.clerk(), card.id, &book(1)).await.unwrap().loan;
        let asked = |kind: &str, amount: i64, note: &str| {
            let request = AddCharge {
                reader: card.reader,
                loan: Some(loan.id),
                kind: kind.to_owned(),
                amount,
                note: note.to_owned(),
            };
            service.write(keyed(house.clerk(), &format!("{kind}{amount}{}", note.len())), async move |op| {
                add_charge(op, request.clone()).await
            })
        };
        for (kind, amount, note) in [("overdue", 1, ""), ("lost", 0, ""), ("other", 10, "")] {
            assert!(matches!(asked(kind, amount, note).await, Err(Error::Invalid(_))), "{kind}");
        }
        let charge = asked("lost", 4500, "").await.unwrap();
        assert_eq!(charge.id, asked("lost", 4500, "").await.unwrap().id);
        assert_eq!((charge.amount, charge.barcode.as_deref()), (4500, Some("B0001")));
        assert_eq!(owed(&service, house, card.reader).await.owed, 4500);
        // Who pays for it has it no longer, and it costs nothing more for being late.
        assert!(super::loans(&service, house.clerk(), card.reader).await.is_empty());
        days(house, 90);
        assert_eq!(owed(&service, house, card.reader).await.accruing, 0);
        let blockers = refused(lend(&service, house.clerk(), card.id, &book(1)).await);
        assert!(blockers.contains(&Blocker::OwesTooMuch(4500)));
        // Found after all, it goes on its shelf; what was paid for it is for people to settle.
        let found = give_back(&service, house.clerk(), &book(1)).await.unwrap();
        assert_eq!((found.then, found.reader), (service::circulation::Then::Shelf, None));
    })
    .await;
}
