//! Reservations (A.3.2 e): the first who waits gets the first copy.

use service::circulation::{
    self, ReservationState, ReservationView, Reserve, Then, cancel_reservation, expire_reservations,
    reservations, reserve, waiting_here,
};
use service::kernel::{Actor, Blocker, Call, ItemState, LibraryId, ReaderId, TitleId};
use service::libraries::Policy;
use service::testing::{House, on_both_databases};
use service::{Error, Service};

use super::{book, books, days, give_back, ledger, lend, load, reader, refused, row, set, title_of};

async fn wait(
    service: &Service,
    call: impl Into<Call>,
    reader: ReaderId,
    title: TitleId,
    library: LibraryId,
) -> service::Result<ReservationView> {
    service.write(call, async move |op| reserve(op, Reserve { reader, title, library }).await).await
}

async fn waits(service: &Service, house: &House, reader: ReaderId) -> Vec<ReservationView> {
    service.read(house.clerk(), async move |op| reservations(op, reader).await).await.unwrap()
}

#[tokio::test]
async fn a_3_2_e_the_first_who_waits_gets_the_item_where_they_want_it() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let (has, first, second) = (reader(house, 1).await, reader(house, 2).await, reader(house, 3).await);
        lend(&service, house.clerk(), has.id, &book(1)).await.unwrap();
        let title = title_of(&service, house, "第1本").await;
        let me = Actor::reader(first.reader, house.fs);
        let waiting = wait(&service, me, first.reader, title, house.sd).await.unwrap();
        assert_eq!((waiting.place, waiting.state), (Some(1), ReservationState::Waiting));
        house.clock.advance(chrono::TimeDelta::seconds(1));
        let next = wait(&service, house.clerk(), second.reader, title, house.fs).await.unwrap();
        assert_eq!(next.place, Some(2));
        // Who has it can't keep it longer while others wait; that they wait themselves is no matter.
        let own = wait(&service, house.clerk(), has.reader, title, house.fs).await.unwrap();
        let loan = super::loans(&service, house.clerk(), has.reader).await.remove(0);
        assert_eq!(loan.against_renewal, [Blocker::ReservedByAnother]);
        let renewed = service.write(house.clerk(), async |op| circulation::renew(op, loan.id).await).await;
        assert_eq!(refused(renewed), [Blocker::ReservedByAnother]);
        service.write(house.clerk(), async |op| cancel_reservation(op, own.id).await).await.unwrap();
        // Returned at FS, wanted at SD: on its way, and kept on it.
        let back = give_back(&service, house.clerk(), &book(1)).await.unwrap();
        assert_eq!(back.then, Then::TransitForHold { reservation: waiting.id, library: house.sd });
        assert_eq!(
            refused(lend(&service, house.clerk(), has.id, &book(1)).await),
            [Blocker::ReservedByAnother]
        );
        let arrived = give_back(&service, house.clerk_at_sd(), &book(1)).await.unwrap();
        assert!(matches!(arrived.then, Then::Hold { reservation, .. } if reservation == waiting.id));
        assert_eq!(arrived.item.state, ItemState::OnHoldShelf);
        let ready = waits(&service, house, first.reader).await.remove(0);
        assert_eq!(
            (ready.state, ready.until.unwrap().to_string().as_str()),
            (ReservationState::Ready, "2026-12-01")
        );
        // The reader was told.
        let told = service
            .read(house.clerk(), async |op| service::outbox::messages_of(op, first.reader, 10).await)
            .await
            .unwrap();
        assert!(told.iter().any(|message| message.template == service::outbox::Template::ReservationReady));
        lend(&service, house.clerk_at_sd(), first.id, &book(1)).await.unwrap();
        assert!(waits(&service, house, first.reader).await.is_empty());
        assert_eq!(waits(&service, house, second.reader).await[0].place, Some(1));
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_what_is_not_picked_up_goes_to_the_next() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let (first, second) = (reader(house, 1).await, reader(house, 2).await);
        let title = title_of(&service, house, "第1本").await;
        wait(&service, house.clerk(), first.reader, title, house.fs).await.unwrap();
        house.clock.advance(chrono::TimeDelta::seconds(1));
        wait(&service, house.clerk(), second.reader, title, house.fs).await.unwrap();
        // It lies on the shelf: staff fetch it and scan it.
        let fetch = service.read(house.clerk(), async |op| waiting_here(op, 10).await).await.unwrap();
        assert_eq!(fetch, [("B0001".to_owned(), "I247.5/1".to_owned(), "第1本书".to_owned())]);
        give_back(&service, house.clerk(), &book(1)).await.unwrap();
        assert!(service.read(house.clerk(), async |op| waiting_here(op, 10).await).await.unwrap().is_empty());
        days(house, 8);
        let expire = || service.write(house.system(), async |op| expire_reservations(op, 10).await);
        assert_eq!(expire().await.unwrap(), 1);
        assert!(waits(&service, house, first.reader).await.is_empty());
        let next = waits(&service, house, second.reader).await.remove(0);
        assert_eq!((next.state, next.barcode.as_deref()), (ReservationState::Ready, Some("B0001")));
        assert_eq!(expire().await.unwrap(), 0);
        // Taken back, it goes on its shelf.
        let me = Actor::reader(second.reader, house.fs);
        service.write(me.clone(), async |op| cancel_reservation(op, next.id).await).await.unwrap();
        let again = service.write(me, async |op| cancel_reservation(op, next.id).await).await;
        assert!(matches!(again, Err(Error::NotFound(_))), "{again:?}");
        let item =
            service.read(house.clerk(), async |op| circulation::item(op, "B0001").await).await.unwrap();
        assert_eq!(item.state, ItemState::Available);
    })
    .await;
}

#[tokio::test]
async fn a_3_2_e_a_reader_waits_once_for_a_title_and_for_so_many() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 3).await;
        load(house, vec![row("R1", "佛山县志", "reading_room", "FS")]).await;
        set(house, house.fs, Policy::ReservationLimit, "2").await;
        let card = reader(house, 1).await;
        let mut titles = Vec::new();
        for text in ["第1本", "第2本", "第3本", "佛山县志"] {
            titles.push(title_of(&service, house, text).await);
        }
        let ask = |title: TitleId| wait(&service, house.clerk(), card.reader, title, house.fs);
        ask(titles[0]).await.unwrap();
        assert_eq!(refused(ask(titles[0]).await), [Blocker::ReservedAlready]);
        ask(titles[1]).await.unwrap();
        assert_eq!(refused(ask(titles[2]).await), [Blocker::ReservationLimit(2)]);
        assert_eq!(refused(ask(titles[3]).await), [Blocker::NoCopyToLend, Blocker::ReservationLimit(2)]);
        let nowhere = wait(&service, house.clerk(), card.reader, titles[2], house.root).await;
        assert!(matches!(nowhere, Err(Error::Invalid(_))), "{nowhere:?}");
        let another = Actor::reader(reader(house, 2).await.reader, house.fs);
        assert!(wait(&service, another, card.reader, titles[2], house.fs).await.is_err());
    })
    .await;
}
