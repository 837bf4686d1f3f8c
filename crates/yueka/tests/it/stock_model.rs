//! Long lives of a stock, thrown by dice, through the public surface; beside them a model in memory: a map from barcode to place. After
//! every step both say the same, and the ledger adds up to it.

use std::collections::BTreeMap;

use service::Error;
use service::cards;
use service::kernel::{Actor, Blocker, LibraryId, StockCountId, StockOrderId, StockPlace, TransferId};
use service::stock::{self, Allot, NewOrder, OrderState, Place, Range, Receive, Send, Spot, Waste, WriteOff};
use service::testing::{House, macao_resident, on_both_databases};
use uuid::Uuid;

use crate::life::races::Dice;
use crate::stock::{balanced, manager};

/// Barcodes that there can be.
const UNIVERSE: u64 = 240;

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Order,
    Cancel,
    Receive,
    ReceiveOrder,
    Send,
    TakeIn,
    Allot,
    AllotBack,
    Use,
    Reserve,
    Draw,
    GiveBack,
    Spoil,
    Void,
    BeginCount,
    Count,
    Book,
}

const STEPS: [Step; 17] = [
    Step::Order,
    Step::Cancel,
    Step::Receive,
    Step::ReceiveOrder,
    Step::Send,
    Step::TakeIn,
    Step::Allot,
    Step::AllotBack,
    Step::Use,
    Step::Reserve,
    Step::Draw,
    Step::GiveBack,
    Step::Spoil,
    Step::Void,
    Step::BeginCount,
    Step::Count,
    Step::Book,
];

/// The stock in plain words.
#[derive(Default)]
struct Model {
    cards: BTreeMap<String, Spot>,
    /// When each card moved last: a stock-taking looks at those only that lay still.
    moved: BTreeMap<String, u64>,
    orders: Vec<(StockOrderId, LibraryId, Range, u32, bool)>,
    transfers: Vec<(TransferId, LibraryId, LibraryId, Vec<String>)>,
    counts: Vec<(StockCountId, Spot, u64, Vec<String>)>,
    time: u64,
    readers: u32,
}

impl Model {
    fn put(&mut self, barcodes: &[String], spot: Spot) {
        for barcode in barcodes {
            self.cards.insert(barcode.clone(), spot);
            self.moved.insert(barcode.clone(), self.time);
        }
    }

    fn all_at(&self, barcodes: &[String], fits: impl Fn(&Spot) -> bool) -> bool {
        barcodes.iter().all(|barcode| self.cards.get(barcode).is_some_and(&fits))
    }

    fn lowest(&self, spot: Spot, count: usize) -> Vec<String> {
        self.cards
            .iter()
            .filter(|(_, at)| **at == spot)
            .map(|(barcode, _)| barcode.clone())
            .take(count)
            .collect()
    }

    fn planned(&self, range: &Range) -> bool {
        self.orders.iter().any(|(_, _, other, _, cancelled)| !cancelled && other.meets(range))
    }
}

fn end(library: LibraryId, place: StockPlace) -> Spot {
    Spot { library, place, id: library.0 }
}

fn store(library: LibraryId) -> Spot {
    end(library, StockPlace::Store)
}

fn some_range(dice: &mut Dice) -> Range {
    let first = 1 + dice.roll(UNIVERSE);
    let count = (1 + dice.roll(24)).min(UNIVERSE + 1 - first);
    Range::of(&format!("FS{first:08}"), u32::try_from(count).unwrap()).unwrap()
}

/// The model says whether a step goes; where it does not, the refusal is one of these.
fn agree<T: std::fmt::Debug>(step: Step, may: bool, result: service::Result<T>, codes: &[&str]) -> Option<T> {
    match result {
        Ok(value) if may => Some(value),
        Err(Error::Refused(blockers)) if !may => {
            let found: Vec<&str> = blockers.iter().map(Blocker::code).collect();
            assert!(found.iter().all(|code| codes.contains(code)), "{step:?}: {found:?}");
            None
        }
        other => panic!("{step:?}: the model says {may}, and {other:?}"),
    }
}

async fn step(house: &House, model: &mut Model, dice: &mut Dice) {
    let step = STEPS[usize::try_from(dice.roll(STEPS.len() as u64)).unwrap()];
    let library = [house.fs, house.branch, house.sd][usize::try_from(dice.roll(3)).unwrap()];
    let range = some_range(dice);
    let barcodes: Vec<String> = range.barcodes().collect();
    let root = manager(house, house.root);
    let (service, ranges) = (&house.service, vec![range.clone()]);
    model.time += 1;
    house.clock.advance(chrono::TimeDelta::seconds(1));
    match step {
        Step::Order => {
            let may =
                !barcodes.iter().any(|barcode| model.cards.contains_key(barcode)) && !model.planned(&range);
            let new = NewOrder {
                library,
                design: None,
                manufacturer: "佛山制卡厂".to_owned(),
                first: range.first.clone(),
                count: range.count,
                expected_on: None,
                note: String::new(),
            };
            let ordered = service.write(root, async |op| stock::order(op, new.clone()).await).await;
            if let Some(order) = agree(step, may, ordered, &["numbers_taken"]) {
                model.orders.push((order.id, library, range, 0, false));
            }
        }
        Step::Cancel => {
            let place = usize::try_from(dice.roll(1 + model.orders.len() as u64)).unwrap();
            let Some((id, _, range, received, cancelled)) = model.orders.get_mut(place) else { return };
            let (id, may) = (*id, !*cancelled && *received < range.count);
            let done = service.write(root, async |op| stock::cancel_order(op, id).await).await;
            if let Some(order) = agree(step, may, done, &["stock_closed"]) {
                assert_eq!((order.state, order.open()), (OrderState::Cancelled, 0));
                *cancelled = true;
            }
        }
        Step::Receive => {
            let may =
                !barcodes.iter().any(|barcode| model.cards.contains_key(barcode)) && !model.planned(&range);
            let spoiled = if dice.roll(3) == 0 { vec![Range::one(&range.last)] } else { Vec::new() };
            let request = Receive {
                library,
                order: None,
                design: None,
                ranges,
                spoiled: spoiled.clone(),
                note: String::new(),
            };
            let done = service.write(root, async |op| stock::receive(op, request.clone()).await).await;
            if agree(step, may, done, &["numbers_taken"]).is_some() {
                model.put(&barcodes, store(library));
                if let Some(range) = spoiled.first() {
                    model.put(std::slice::from_ref(&range.first), end(library, StockPlace::Spoiled));
                }
            }
        }
        Step::ReceiveOrder => {
            let place = usize::try_from(dice.roll(1 + model.orders.len() as u64)).unwrap();
            let Some((id, library, whole, received, cancelled)) = model.orders.get(place).cloned() else {
                return;
            };
            // A part of it: from some card to the end.
            let from = u32::try_from(dice.roll(whole.count.into())).unwrap();
            let part: Vec<String> = whole.barcodes().skip(usize::try_from(from).unwrap()).collect();
            let ranges = vec![Range::between(&part[0], &whole.last).unwrap()];
            let open = !cancelled && received < whole.count;
            let fresh = !part.iter().any(|barcode| model.cards.contains_key(barcode));
            let request = Receive {
                library,
                order: Some(id),
                design: None,
                ranges,
                spoiled: Vec::new(),
                note: String::new(),
            };
            let done = service.write(root, async |op| stock::receive(op, request.clone()).await).await;
            if agree(step, open && fresh, done, &["numbers_taken", "stock_closed"]).is_some() {
                model.put(&part, store(library));
                model.orders[place].3 += u32::try_from(part.len()).unwrap();
            }
        }
        Step::Send => {
            let to = [house.fs, house.branch, house.sd][usize::try_from(dice.roll(3)).unwrap()];
            if to == library {
                return;
            }
            let may = model.all_at(&barcodes, |spot| *spot == store(library));
            let request = Send { from: library, to, ranges, note: String::new() };
            let done = service.write(root, async |op| stock::send(op, request.clone()).await).await;
            if let Some(transfer) = agree(step, may, done, &["cards_not_there"]) {
                let way = Spot { library, place: StockPlace::Transit, id: transfer.id.0 };
                model.put(&barcodes, way);
                model.transfers.push((transfer.id, library, to, barcodes));
            }
        }
        Step::TakeIn => {
            if model.transfers.is_empty() {
                return;
            }
            let place = usize::try_from(dice.roll(model.transfers.len() as u64)).unwrap();
            let (id, from, to, sent) = model.transfers.swap_remove(place);
            let lost = usize::try_from(dice.roll(3)).unwrap().min(sent.len() - 1);
            let (missing, arrived) = sent.split_at(lost);
            let ranges = (dice.roll(2) == 0 || lost > 0).then(|| stock::runs(arrived));
            let done = service
                .write(root.clone(), async |op| stock::take_in(op, id, ranges.clone(), "").await)
                .await
                .unwrap();
            assert_eq!(done.missing(), u32::try_from(lost).unwrap());
            let again = service.write(root, async |op| stock::take_in(op, id, None, "").await).await;
            agree(step, false, again, &["stock_closed"]);
            model.put(arrived, store(to));
            model.put(missing, end(from, StockPlace::Missing));
        }
        Step::Allot | Step::AllotBack => {
            let (library, desk) =
                if dice.roll(2) == 0 { (house.fs, house.fs_desk) } else { (house.sd, house.sd_desk) };
            let (mut from, mut to) = (Place::Library(library), Place::Desk(desk));
            let (mut at, mut goes) = (store(library), Spot { library, place: StockPlace::Desk, id: desk.0 });
            if matches!(step, Step::AllotBack) {
                (from, to, at, goes) = (to, from, goes, at);
            }
            let by_count = dice.roll(2) == 0;
            let lowest = model.lowest(at, barcodes.len());
            let (moved, may) = if by_count {
                let enough = lowest.len() == barcodes.len();
                (lowest, enough)
            } else {
                let there = model.all_at(&barcodes, |spot| *spot == at);
                (barcodes, there)
            };
            let ranges = if by_count { Vec::new() } else { ranges };
            let request = Allot { library, from, to, ranges, count: range.count };
            let done = service.write(root, async |op| stock::allot(op, request.clone()).await).await;
            if let Some(told) = agree(step, may, done, &["cards_not_there", "not_enough_cards"]) {
                assert_eq!(told, stock::runs(&moved));
                model.put(&moved, goes);
            }
        }
        Step::Use => {
            let clerk: Actor = if library == house.sd { house.clerk_at_sd() } else { house.clerk() };
            let barcode = range.first;
            let mut request = macao_resident(1000 + model.readers);
            request.barcode.clone_from(&barcode);
            let here = |spot: &Spot| {
                spot.library == clerk.library && matches!(spot.place, StockPlace::Store | StockPlace::Desk)
            };
            let spot = model.cards.get(&barcode).copied();
            let known = [barcode];
            let given = spot.is_some_and(|spot| spot.place == StockPlace::Used);
            let may = spot.as_ref().is_some_and(here);
            if spot.is_none() {
                // Not in any stock: it could be given out, and could never be received.
                return;
            }
            let done = service.write(clerk.clone(), async |op| cards::open(op, request.clone()).await).await;
            let code = match spot.map(|spot| spot.place) {
                _ if given => "barcode_in_use",
                Some(StockPlace::Store) => "stock_in_store",
                Some(StockPlace::Desk) => "stock_at_desk",
                Some(StockPlace::Batch) => "stock_in_batch",
                Some(StockPlace::Transit) => "stock_in_transit",
                Some(StockPlace::Spoiled) => "stock_spoiled",
                Some(StockPlace::Void) => "stock_void",
                _ => "stock_missing",
            };
            // What was drawn below has no card.
            if agree(step, may, done, &[code, "stock_used"]).is_some() {
                model.put(&known, end(clerk.library, StockPlace::Used));
                model.readers += 1;
            }
        }
        Step::Reserve => {
            let batch = Place::Batch(Uuid::from_u128(library.0.as_u128() + 1));
            let moved = model.lowest(store(library), barcodes.len());
            let may = moved.len() == barcodes.len();
            let done = service
                .write(root, async |op| stock::reserve(op, library, batch, range.count, None).await)
                .await;
            if let Some(told) = agree(step, may, done, &["not_enough_cards"]) {
                assert_eq!(told, stock::runs(&moved));
                model.put(&moved, Spot { library, place: batch.kind(), id: batch.id() });
            }
        }
        Step::Draw => {
            let batch = Place::Batch(Uuid::from_u128(library.0.as_u128() + 1));
            let spot = Spot { library, place: batch.kind(), id: batch.id() };
            let moved = model.lowest(spot, 5);
            let drawn = service.write(root, async |op| stock::draw(op, batch, 5).await).await.unwrap();
            assert_eq!(drawn, moved);
            model.put(&moved, end(library, StockPlace::Used));
        }
        Step::GiveBack => {
            let batch = Place::Batch(Uuid::from_u128(library.0.as_u128() + 1));
            let spot = Spot { library, place: batch.kind(), id: batch.id() };
            let moved = model.lowest(spot, usize::MAX);
            let back = service.write(root, async |op| stock::give_back(op, batch).await).await.unwrap();
            assert_eq!(usize::try_from(back).unwrap(), moved.len());
            model.put(&moved, store(library));
        }
        Step::Spoil | Step::Void => {
            let waste = if matches!(step, Step::Spoil) { Waste::Spoiled } else { Waste::Void };
            // A few only, or soon there are no cards left.
            let few: Vec<String> = barcodes.into_iter().take(2).collect();
            let live = |spot: &Spot| {
                spot.library == library && spot.place.is_live() && spot.place != StockPlace::Transit
            };
            let may = model.all_at(&few, live);
            let request = WriteOff { library, ranges: stock::runs(&few), waste, reason: "印坏".to_owned() };
            let done = service.write(root, async |op| stock::write_off(op, request.clone()).await).await;
            if agree(step, may, done, &["cards_not_there"]).is_some() {
                model.put(&few, end(library, waste.place()));
            }
        }
        Step::BeginCount => {
            if model.counts.len() > 1 {
                return;
            }
            let place = Place::Library(library);
            let may = !model.counts.iter().any(|(_, spot, ..)| *spot == store(library));
            let begun = service.write(root, async |op| stock::begin_count(op, library, place).await).await;
            if let Some(count) = agree(step, may, begun, &["count_open"]) {
                model.counts.push((count.id, store(library), model.time, Vec::new()));
            }
        }
        Step::Count => {
            let Some((id, spot, ..)) = model.counts.first().cloned() else { return };
            // Whoever counts sees nearly all that lies there, and what they throw in besides.
            let mut seen = model.lowest(spot, usize::MAX);
            seen.retain(|_| dice.roll(12) > 0);
            if dice.roll(3) == 0 {
                seen.extend(barcodes.into_iter().take(3));
            }
            seen.sort();
            seen.dedup();
            if seen.is_empty() {
                return;
            }
            let ranges = stock::runs(&seen);
            service.write(root, async |op| stock::count_cards(op, id, &ranges).await).await.unwrap();
            let counted = &mut model.counts[0].3;
            counted.extend(seen);
            counted.sort();
            counted.dedup();
        }
        Step::Book => {
            if model.counts.is_empty() {
                return;
            }
            let (id, spot, since, seen) = model.counts.remove(0);
            let still =
                |model: &Model, barcode: &String| model.moved.get(barcode).is_none_or(|at| *at <= since);
            let missing: Vec<String> = model
                .lowest(spot, usize::MAX)
                .into_iter()
                .filter(|barcode| still(model, barcode) && !seen.contains(barcode))
                .collect();
            let found: Vec<String> = seen
                .iter()
                .filter(|barcode| still(model, barcode))
                .filter(|barcode| match model.cards.get(*barcode) {
                    None => !model.planned(&Range::one(barcode)),
                    Some(at) if *at == spot => false,
                    Some(at) => {
                        at.place == StockPlace::Missing
                            || (at.library == spot.library && at.place == StockPlace::Desk)
                    }
                })
                .cloned()
                .collect();
            let booked =
                service.write(root, async |op| stock::book_count(op, id, "季度盘点").await).await.unwrap();
            let [_, counted, gone, came] = booked.booked.unwrap();
            assert_eq!(usize::try_from(counted).unwrap(), seen.len());
            assert_eq!(usize::try_from(gone).unwrap(), missing.len(), "missing: {missing:?}");
            assert_eq!(usize::try_from(came).unwrap(), found.len(), "found: {found:?}");
            model.put(&missing, end(spot.library, StockPlace::Missing));
            model.put(&found, spot);
        }
    }
}

/// The stock says what the model says, place by place and, for some, card by card.
async fn same(house: &House, model: &Model, dice: &mut Dice) {
    let mut places: BTreeMap<Spot, i64> = BTreeMap::new();
    for spot in model.cards.values() {
        *places.entry(*spot).or_default() += 1;
    }
    let found: BTreeMap<Spot, i64> =
        balanced(house).await.into_iter().map(|lying| (lying.spot, lying.count)).collect();
    assert_eq!(found, places);
    let looked_at = format!("FS{:08}", 1 + dice.roll(UNIVERSE));
    let root = manager(house, house.root);
    let card = house.service.read(root, async |op| stock::find_card(op, &looked_at).await).await;
    match (card, model.cards.get(&looked_at)) {
        (Ok(card), Some(spot)) => {
            assert_eq!(card.spot, *spot);
            // Its way leads there without a gap: each step begins where the one before ended.
            assert_eq!(card.way.first().map(|entry| entry.to), Some(*spot));
            assert!(card.way.windows(2).all(|two| two[0].from == Some(two[1].to)), "{:?}", card.way);
            assert!(card.way.last().is_some_and(|entry| entry.from.is_none()));
        }
        (Err(Error::NotFound(_)), None) => {}
        other => panic!("{looked_at}: {other:?}"),
    }
}

#[tokio::test]
async fn c_5_2_1_whatever_happens_each_card_is_at_one_place_and_the_ledger_adds_up() {
    on_both_databases(async |house| {
        let mut dice = Dice::new(521);
        let mut model = Model::default();
        for _ in 0..400 {
            step(house, &mut model, &mut dice).await;
            same(house, &model, &mut dice).await;
        }
        let used = model.cards.values().filter(|spot| spot.place == StockPlace::Used).count();
        assert!(used > 5 && model.cards.len() > 100, "{used} of {}", model.cards.len());
    })
    .await;
}
