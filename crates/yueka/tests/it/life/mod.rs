//! The life of a card: 6.3, A.4 and the kinds of Table A1.

use chrono::TimeDelta;
use service::Error;
use service::cards::{
    self, Cancel, CancelReason, CardChange, CardKind, CardView, ChangeKind, OpenCard, Opened, Replace,
    ReportLoss, Restore, RestoreReason, UndoLoss,
};
use service::kernel::{Actor, Blocker, Call, CardId, Channel, IdempotencyKey, Right, StaffId, Who};
use service::records::{
    self, Chain, CheckMethod, File, IdentityCheck, Person, Presence, TimelineEntry, seal_batch,
};
use service::testing::{House, adult, born, macao_resident, resident_number};

mod api;
mod cancelling;
mod kinds;
mod loss;
mod model;
pub mod races;
mod referring;
mod replacing;
mod table;

/// The reader in person, looked at.
pub fn in_person() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::ByEye)
}

pub fn by_phone(answers: &[(&str, &str)]) -> IdentityCheck {
    let mut check = IdentityCheck::of_the_person(CheckMethod::Phone);
    check.answers = answers.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect();
    check
}

fn person(number: &str) -> Person {
    Person {
        name: "李代办".to_owned(),
        document_kind: "resident_id".to_owned(),
        document_number: number.to_owned(),
        issuing_country: String::new(),
    }
}

/// The guardian of `testing::child`.
pub fn guardian_of(serial: u32) -> IdentityCheck {
    IdentityCheck {
        who: Presence::Guardian,
        agent: Some(person(&resident_number(serial + 10_000, born(1988, 1, 2)))),
        ..in_person()
    }
}

/// An agent of `testing::adult`, with both papers and the authorization.
pub fn agent_of(serial: u32) -> IdentityCheck {
    IdentityCheck {
        who: Presence::Agent,
        agent: Some(person(&resident_number(serial + 20_000, born(1970, 1, 2)))),
        principal: Some(Person { name: String::new(), ..person(&resident_number(serial, born(1990, 5, 6))) }),
        authorization: Some(File(b"%PDF-1.7 authorization %%EOF".to_vec())),
        ..in_person()
    }
}

/// A clerk of their own at the desk of FS.
pub fn clerk(house: &House, serial: u128) -> Actor {
    Actor { who: Who::Staff(StaffId(uuid::Uuid::from_u128(serial))), ..house.clerk() }
}

/// A machine of FS that reports losses.
pub fn machine(house: &House) -> Actor {
    Actor { rights: vec![Right::ReportLoss, Right::FindReaders], channel: Channel::Machine, ..house.kiosk() }
}

pub fn keyed(actor: Actor, key: &str) -> Call {
    Call { actor, key: IdempotencyKey::new(key) }
}

/// A moment passes, so that records lie in the order in which they were written.
fn tick(house: &House) {
    house.clock.advance(TimeDelta::milliseconds(1));
}

pub async fn open(house: &House, actor: Actor, request: OpenCard) -> Opened {
    tick(house);
    house.service.write(actor, async |op| cards::open(op, request.clone()).await).await.unwrap()
}

/// A document card, opened at FS.
pub async fn document_card(house: &House, serial: u32) -> CardView {
    open(house, house.clerk(), adult(serial)).await.card
}

/// A One-Card, opened at FS.
pub async fn one_card(house: &House, serial: u32) -> CardView {
    open(house, house.clerk(), macao_resident(serial)).await.card
}

pub async fn report(
    house: &House,
    call: impl Into<Call>,
    card: CardId,
    check: IdentityCheck,
) -> service::Result<CardChange> {
    tick(house);
    let request = ReportLoss { card, check };
    house.service.write(call, async |op| cards::report_loss(op, request.clone()).await).await
}

pub async fn undo(house: &House, call: impl Into<Call>, card: CardId) -> service::Result<CardChange> {
    tick(house);
    house.service.write(call, async |op| cards::undo_loss(op, UndoLoss { card }).await).await
}

pub async fn restore(
    house: &House,
    call: impl Into<Call>,
    card: CardId,
    reason: RestoreReason,
    check: IdentityCheck,
) -> service::Result<CardChange> {
    tick(house);
    let request = Restore { card, reason, check };
    house.service.write(call, async |op| cards::restore(op, request.clone()).await).await
}

pub async fn cancel(
    house: &House,
    call: impl Into<Call>,
    card: CardId,
    reason: CancelReason,
    check: IdentityCheck,
) -> service::Result<CardChange> {
    tick(house);
    let request = Cancel { card, reason, circulation_checked: true, check };
    house.service.write(call, async |op| cards::cancel(op, request.clone()).await).await
}

pub async fn replace(
    house: &House,
    call: impl Into<Call>,
    card: CardId,
    barcode: &str,
) -> service::Result<CardChange> {
    replace_by(house, call, card, barcode, in_person()).await
}

pub async fn replace_by(
    house: &House,
    call: impl Into<Call>,
    card: CardId,
    barcode: &str,
    check: IdentityCheck,
) -> service::Result<CardChange> {
    tick(house);
    let request = Replace { card, barcode: barcode.to_owned(), circulation_checked: true, check };
    house.service.write(call, async |op| cards::replace(op, request.clone()).await).await
}

pub async fn change_kind(
    house: &House,
    call: impl Into<Call>,
    card: CardId,
    to: CardKind,
    barcode: &str,
    check: IdentityCheck,
) -> service::Result<CardChange> {
    tick(house);
    let request = ChangeKind { card, to, barcode: barcode.to_owned(), document: None, check };
    house.service.write(call, async |op| cards::change_kind(op, request.clone()).await).await
}

pub async fn card(house: &House, id: CardId) -> CardView {
    house.service.read(house.clerk(), async |op| cards::card(op, id).await).await.unwrap()
}

/// What was done for a card's holder, oldest first.
pub async fn history(house: &House, of: &CardView) -> Vec<TimelineEntry> {
    let reader = of.reader;
    let mut found =
        house.service.read(house.clerk(), async |op| records::timeline(op, reader, 100).await).await.unwrap();
    found.reverse();
    found
}

pub fn codes(result: service::Result<CardChange>) -> Vec<&'static str> {
    match result {
        Err(Error::Refused(blockers)) => blockers.iter().map(Blocker::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

/// The field that was not taken.
pub fn field(result: service::Result<CardChange>) -> &'static str {
    match result {
        Err(Error::Invalid(invalid)) => invalid.0[0].field,
        other => panic!("not invalid: {other:?}"),
    }
}

/// Seals all records, and walks the chains.
pub async fn verify(house: &House) {
    for chain in Chain::ALL {
        loop {
            let sealed =
                house.service.write(house.system(), async |op| seal_batch(op, chain, 1000).await).await;
            if sealed.unwrap().0 == 0 {
                break;
            }
        }
    }
    let reports = house.service.read(house.system(), async |op| records::verify(op).await).await.unwrap();
    for report in reports {
        assert_eq!((report.misfit, report.waiting), (None, 0), "{:?}", report.chain);
    }
}
