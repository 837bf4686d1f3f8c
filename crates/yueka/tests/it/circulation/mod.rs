//! Cards in use: lending, returning, charges, reservations (A.3.2, 6.3.4), through the built-in ledger.

use std::sync::Arc;

use chrono::TimeDelta;
use service::cards::CardView;
use service::circulation::{
    self, ItemRow, Ledger, Lend, Lent, LoanView, ReturnItem, Returned, RowOutcome, find_titles, import_items,
};
use service::kernel::{Actor, Blocker, Call, CardId, LibraryId, ReaderId, TitleId};
use service::libraries::{Policy, set_policy};
use service::testing::House;
use service::{Error, Result, Service};

use crate::life::document_card;

mod api;
mod charges;
mod history;
mod importing;
mod lending;
mod merging;
mod races;
mod reminding;
mod reserving;
mod returning;

/// The house with its own ledger behind the cards.
pub fn ledger(house: &House) -> Service {
    house.service.clone().with_circulation(Arc::new(Ledger))
}

pub async fn set(house: &House, library: LibraryId, policy: Policy, value: &str) {
    let value = value.to_owned();
    house
        .service
        .write(house.system(), async |op| set_policy(op, library, policy, Some(&value)).await)
        .await
        .unwrap();
}

/// An item of FS, unless `library` says another.
pub fn row(barcode: &str, title: &str, kind: &str, library: &str) -> ItemRow {
    ItemRow {
        barcode: barcode.to_owned(),
        title: title.to_owned(),
        author: "陈大文".to_owned(),
        call_number: "I247.5/1".to_owned(),
        kind: kind.to_owned(),
        library: library.to_owned(),
        price: "45.00".to_owned(),
        ..ItemRow::default()
    }
}

pub async fn load(house: &House, rows: Vec<ItemRow>) -> Vec<RowOutcome> {
    let loaded = house.service.write(house.system(), async |op| import_items(op, rows.clone(), false).await);
    loaded.await.unwrap()
}

/// Books `B0001` and on, each of its own title.
pub async fn books(house: &House, count: usize) {
    let rows = (1..=count).map(|n| row(&book(n), &format!("第{n}本书"), "book", "FS")).collect();
    for outcome in load(house, rows).await {
        assert!(matches!(outcome, RowOutcome::Added), "{outcome:?}");
    }
}

pub fn book(number: usize) -> String {
    format!("B{number:04}")
}

pub async fn lend(service: &Service, call: impl Into<Call>, card: CardId, barcode: &str) -> Result<Lent> {
    let barcode = barcode.to_owned();
    service
        .write(call, async move |op| circulation::lend(op, Lend { card, barcode: barcode.clone() }).await)
        .await
}

pub async fn give_back(service: &Service, call: impl Into<Call>, barcode: &str) -> Result<Returned> {
    let barcode = barcode.to_owned();
    service
        .write(call, async move |op| {
            circulation::return_item(op, ReturnItem { barcode: barcode.clone() }).await
        })
        .await
}

pub async fn loans(service: &Service, actor: Actor, reader: ReaderId) -> Vec<LoanView> {
    service.read(actor, async move |op| circulation::loans(op, reader).await).await.unwrap()
}

pub async fn title_of(service: &Service, house: &House, text: &str) -> TitleId {
    let found = service.read(house.clerk(), async |op| find_titles(op, text, 5).await).await.unwrap();
    found.first().unwrap().id
}

/// A reader with a card that works.
pub async fn reader(house: &House, serial: u32) -> CardView {
    document_card(house, serial).await
}

pub fn days(house: &House, days: i64) {
    house.clock.advance(TimeDelta::days(days));
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> Vec<Blocker> {
    match result {
        Err(Error::Refused(blockers)) => blockers,
        other => panic!("not refused: {other:?}"),
    }
}
