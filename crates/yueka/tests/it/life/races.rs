//! Conflicting services at once: whoever is first, what is left is one of the states that one after the other would have left.

use service::Error;
use service::cards::{self, CancelReason, CardKind, CardState, CardView, RestoreReason};
use service::kernel::{Known, Standing};
use service::testing::{House, adult, child, macao_resident, on_both_databases};

use super::{
    cancel, card, change_kind, guardian_of, history, in_person, open, replace, report, restore, verify,
};

/// Numbers that look thrown, the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}

/// One of the services that get into each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Report,
    Restore,
    Cancel,
    Lend,
    Replace(u32),
    OpenAnew,
    ChangeKind(u32),
}

/// What a card's holder is, and what happens to it at once.
const BOUTS: [(Holder, bool, [Act; 3]); 8] = [
    (Holder::Adult, false, [Act::Cancel, Act::Lend, Act::Lend]),
    (Holder::Adult, false, [Act::Report, Act::Lend, Act::Cancel]),
    (Holder::Adult, false, [Act::Report, Act::Restore, Act::Report]),
    (Holder::Adult, true, [Act::Restore, Act::Report, Act::Restore]),
    (Holder::Macao, false, [Act::Replace(1), Act::Replace(2), Act::Report]),
    (Holder::Macao, true, [Act::Replace(1), Act::Cancel, Act::Restore]),
    (Holder::Macao, true, [Act::Replace(1), Act::Cancel, Act::OpenAnew]),
    (Holder::Child, false, [Act::ChangeKind(1), Act::ChangeKind(2), Act::Report]),
];

#[derive(Clone, Copy, Debug)]
enum Holder {
    Adult,
    Macao,
    Child,
}

fn barcode(serial: u32, which: u32) -> String {
    format!("FS{:08}", 10_000_000 + serial * 10 + which)
}

async fn act(house: &House, serial: u32, held: &CardView, act: Act, wait: u64) -> bool {
    for _ in 0..wait {
        tokio::task::yield_now().await;
    }
    let clerk = house.clerk();
    let result = match act {
        Act::Report => report(house, clerk, held.id, in_person()).await.map(drop),
        Act::Restore => restore(house, clerk, held.id, RestoreReason::Found, in_person()).await.map(drop),
        Act::Cancel => cancel(house, clerk, held.id, CancelReason::Wish, in_person()).await.map(drop),
        Act::Lend => house.lend(clerk, held.id, held.reader).await,
        Act::Replace(which) => replace(house, clerk, held.id, &barcode(serial, which)).await.map(drop),
        Act::OpenAnew => {
            let mut request = macao_resident(serial);
            request.barcode = barcode(serial, 9);
            let anew = house.service.write(clerk, async |op| cards::open(op, request.clone()).await);
            anew.await.map(drop)
        }
        Act::ChangeKind(which) => {
            let (kind, check) = (CardKind::OneCard, guardian_of(serial));
            change_kind(house, clerk, held.id, kind, &barcode(serial, which), check).await.map(drop)
        }
    };
    match result {
        Ok(()) => true,
        Err(Error::Refused(_)) => false,
        Err(other) => panic!("{act:?}: {other}"),
    }
}

async fn bout(house: &House, serial: u32, dice: &mut Dice) {
    let (holder, lost, acts) = BOUTS[usize::try_from(dice.roll(BOUTS.len() as u64)).unwrap()];
    let mut request = match holder {
        Holder::Adult => adult(serial),
        Holder::Macao => macao_resident(serial),
        Holder::Child => child(serial),
    };
    request.duplicates_seen = true;
    let held = open(house, house.clerk(), request).await.card;
    house.circulation.tell(held.reader, Known::Standing(Standing::default()));
    if lost {
        report(house, house.clerk(), held.id, in_person()).await.unwrap();
    }
    let before = card(house, held.id).await;
    let waits = [dice.roll(40), dice.roll(40), dice.roll(40)];
    let done = tokio::join!(
        act(house, serial, &held, acts[0], waits[0]),
        act(house, serial, &held, acts[1], waits[1]),
        act(house, serial, &held, acts[2], waits[2]),
    );
    let done = [done.0, done.1, done.2];
    look(house, serial, &before, acts, done).await;
}

/// What holds whoever was first.
async fn look(house: &House, serial: u32, before: &CardView, acts: [Act; 3], done: [bool; 3]) {
    let after = card(house, before.id).await;
    let why = format!(
        "{acts:?} {done:?}: {} v{} to {} v{}",
        before.state, before.version, after.state, after.version
    );
    let count =
        |wanted: fn(Act) -> bool| acts.iter().zip(done).filter(|(act, done)| *done && wanted(**act)).count();
    let reader = before.reader;
    let all = house.service.read(house.clerk(), async |op| cards::cards_of(op, reader).await).await.unwrap();
    let live = all.iter().filter(|card| card.state.is_live()).count();
    assert!(live <= 1, "{why}: {live} live cards");

    let cancelled = count(|act| matches!(act, Act::Cancel | Act::Replace(_)));
    assert!(
        cancelled == usize::from(after.state == CardState::Cancelled) || acts.contains(&Act::Cancel),
        "{why}"
    );
    if let Known::Standing(standing) = house.circulation.known(reader) {
        assert_eq!(standing.loans as usize, count(|act| act == Act::Lend), "{why}");
        assert!(standing.loans == 0 || after.state != CardState::Cancelled, "{why}: cancelled with a loan");
    }
    // Of two replacements one is done, and the barcode of the other stays free.
    let replaced = count(|act| matches!(act, Act::Replace(_)));
    assert!(replaced <= 1, "{why}");
    assert_eq!(after.replaced_by.is_some(), replaced == 1, "{why}");
    for (act, done) in acts.iter().zip(done) {
        if let Act::Replace(which) | Act::ChangeKind(which) = act {
            let number = barcode(serial, *which);
            let given = house
                .service
                .read(house.clerk(), async |op| cards::by_number(op, &number).await)
                .await
                .is_ok();
            assert_eq!(given, done, "{why}: {number}");
        }
    }
    assert!(count(|act| matches!(act, Act::ChangeKind(_))) <= 1, "{why}");

    // Each change counts once in the version, and leaves one record.
    let changes: i64 = after.version - before.version;
    let lent = i64::try_from(count(|act| act == Act::Lend)).unwrap();
    let successor = i64::try_from(replaced).unwrap();
    let records = history(house, before).await;
    let of_card = |service: &str| {
        i64::try_from(
            records.iter().filter(|entry| entry.service == service && entry.outcome == "done").count(),
        )
        .unwrap()
    };
    let at_start = i64::from(before.state == CardState::Lost);
    let told = of_card("report_loss") - at_start
        + of_card("restore")
        + of_card("cancel")
        + of_card("change_kind")
        + lent
        + successor;
    assert_eq!(changes, told, "{why}");
    assert_eq!(of_card("replace"), successor, "{why}");
    let refused = records.iter().filter(|entry| entry.outcome == "refused").count();
    let quiet = acts.iter().zip(done).filter(|(act, done)| **act == Act::Lend && !*done).count();
    assert_eq!(refused, done.iter().filter(|done| !**done).count() - quiet, "{why}");

    // Loss and restoring take turns; the state is that of the last one.
    if after.state != CardState::Cancelled {
        let lost = of_card("report_loss") - of_card("restore");
        assert_eq!(lost, i64::from(after.state == CardState::Lost), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_6_3_a_thousand_conflicts_end_as_if_one_had_come_after_the_other() {
    on_both_databases(async |house| {
        let mut dice = Dice::new(63);
        for round in 0..125_u32 {
            // Four readers at once, so that the database has more to do than one of them.
            let mut throws: Vec<Dice> = (0..4).map(|_| Dice::new(dice.roll(u64::MAX))).collect();
            let [one, two, three, four] = throws.as_mut_slice() else { panic!("four") };
            let serial = round * 4;
            tokio::join!(
                bout(house, serial + 1, one),
                bout(house, serial + 2, two),
                bout(house, serial + 3, three),
                bout(house, serial + 4, four),
            );
        }
        verify(house).await;
    })
    .await;
}
