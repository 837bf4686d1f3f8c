//! The stock of One-Cards: 5.2.1, 5.2.2.

use service::Error;
use service::cards;
use service::kernel::{Actor, Blocker, Cards, LibraryId, Problem, Right, Role, StockPlace};
use service::libraries::{Policy, set_policy};
use service::stock::{self, Lying, Place, Range, Receive, Received};
use service::testing::{House, macao_resident, on_both_databases};
use uuid::Uuid;

/// Who manages the stock of a library and of those under it.
pub fn manager(house: &House, library: LibraryId) -> Actor {
    Actor { rights: Role::BranchManager.rights().to_vec(), scope: library, library, ..house.system() }
}

fn range(first: &str, last: &str) -> Range {
    Range::between(first, last).unwrap()
}

pub async fn receive(house: &House, library: LibraryId, first: u32, count: u32) -> service::Result<Received> {
    let request = Receive {
        library,
        order: None,
        design: None,
        ranges: vec![Range::of(&format!("FS{first:08}"), count).unwrap()],
        spoiled: Vec::new(),
        note: "期初".to_owned(),
    };
    house.service.write(manager(house, library), async |op| stock::receive(op, request.clone()).await).await
}

/// What lies at a place of this kind, in the book of a library.
pub async fn at(house: &House, library: LibraryId, place: StockPlace) -> i64 {
    let all = balanced(house).await;
    all.iter()
        .filter(|lying| lying.spot.library == library && lying.spot.place == place)
        .map(|l| l.count)
        .sum()
}

/// What lies where; the ledger says the same.
pub async fn balanced(house: &House) -> Vec<Lying> {
    let root = house.root;
    house
        .service
        .read(manager(house, root), async |op| {
            let (counted, added) = (stock::lying(op, root).await?, stock::by_ledger(op, root).await?);
            assert_eq!(counted, added, "the ledger says what lies where");
            Ok(counted)
        })
        .await
        .unwrap()
}

async fn open(house: &House, actor: Actor, serial: u32) -> service::Result<cards::Opened> {
    house.service.write(actor, async |op| cards::open(op, macao_resident(serial)).await).await
}

fn codes<T: std::fmt::Debug>(result: service::Result<T>) -> Vec<&'static str> {
    match result {
        Err(Error::Refused(blockers)) => blockers.iter().map(Blocker::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn c_5_2_1_a_card_of_the_store_is_used_once_and_leaves_it() {
    on_both_databases(async |house| {
        let received = receive(house, house.fs, 1, 1200).await.unwrap();
        assert_eq!(received.good, 1200);
        open(house, house.clerk(), 7).await.unwrap();
        assert_eq!(at(house, house.fs, StockPlace::Store).await, 1199);
        assert_eq!(at(house, house.fs, StockPlace::Used).await, 1);
        let mut again = macao_resident(8);
        again.barcode = "FS00000007".to_owned();
        let again = house.service.write(house.clerk(), async |op| cards::open(op, again.clone()).await).await;
        assert_eq!(codes(again), ["barcode_in_use"]);
        assert_eq!(codes(receive(house, house.fs, 1200, 2).await), ["numbers_taken"]);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_a_card_that_is_elsewhere_is_refused_and_the_refusal_says_where_it_is() {
    on_both_databases(async |house| {
        receive(house, house.sd, 1, 10).await.unwrap();
        match open(house, house.clerk(), 3).await {
            Err(Error::Refused(blockers)) => match blockers.as_slice() {
                [Blocker::InStockElsewhere { place, library, names }] => {
                    assert_eq!((*place, *library), (StockPlace::Store, house.sd));
                    assert_eq!(names[0], "顺德图书馆");
                }
                other => panic!("{other:?}"),
            },
            other => panic!("not refused: {other:?}"),
        }
        let batch = Place::Batch(Uuid::from_u128(1));
        let held = house
            .service
            .write(manager(house, house.sd), async |op| {
                stock::reserve(op, house.sd, batch, 4, Some("FS00000003")).await
            })
            .await
            .unwrap();
        assert_eq!(held, [range("FS00000003", "FS00000006")]);
        assert_eq!(codes(open(house, house.clerk_at_sd(), 3).await), ["stock_in_batch"]);
        open(house, house.clerk_at_sd(), 2).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_where_stock_is_required_a_card_that_it_does_not_know_is_refused() {
    on_both_databases(async |house| {
        open(house, house.clerk(), 1).await.unwrap();
        house
            .service
            .write(house.system(), async |op| {
                set_policy(op, house.fs, Policy::StockRequired, Some("1")).await
            })
            .await
            .unwrap();
        assert_eq!(codes(open(house, house.clerk(), 2).await), ["not_in_stock"]);
        open(house, house.clerk_at_sd(), 3).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_a_replaced_card_takes_the_new_one_from_the_stock() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 10).await.unwrap();
        receive(house, house.sd, 100, 10).await.unwrap();
        let opened = open(house, house.clerk(), 1).await.unwrap();
        let replace = |barcode: &str| cards::Replace {
            card: opened.card.id,
            barcode: barcode.to_owned(),
            circulation_checked: true,
            check: macao_resident(1).check,
        };
        let elsewhere = replace("FS00000101");
        let refused =
            house.service.write(house.clerk(), async |op| cards::replace(op, elsewhere.clone()).await).await;
        assert_eq!(codes(refused), ["stock_in_store"]);
        let here = replace("FS00000002");
        house.service.write(house.clerk(), async |op| cards::replace(op, here.clone()).await).await.unwrap();
        assert_eq!(at(house, house.fs, StockPlace::Used).await, 2);
        assert_eq!(at(house, house.fs, StockPlace::Store).await, 8);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_cards_held_back_are_drawn_lowest_first_and_the_rest_is_given_back() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 3000).await.unwrap();
        let batch = Place::Batch(Uuid::from_u128(7));
        let clerk = house.clerk();
        let write = async |count| {
            house
                .service
                .write(clerk.clone(), async |op| stock::reserve(op, house.fs, batch, count, None).await)
                .await
        };
        assert_eq!(codes(write(3001).await), ["not_enough_cards"]);
        assert_eq!(write(2000).await.unwrap(), [range("FS00000001", "FS00002000")]);
        let drawn = house
            .service
            .write(clerk.clone(), async |op| {
                let drawn = stock::draw(op, batch, 500).await?;
                // In the same operation the cards are opened with what was drawn.
                let mut request = macao_resident(1);
                request.barcode.clone_from(&drawn[0]);
                cards::open(op, request).await?;
                Ok(drawn)
            })
            .await
            .unwrap();
        assert_eq!((drawn.len(), drawn[0].as_str(), drawn[499].as_str()), (500, "FS00000001", "FS00000500"));
        let mut later = macao_resident(2);
        later.barcode.clone_from(&drawn[1]);
        let later = house.service.write(clerk.clone(), async |op| cards::open(op, later.clone()).await).await;
        assert_eq!(codes(later), ["stock_used"]);
        let named = ["FS00000777", "FS00002500", "FS00000600"].map(str::to_owned);
        let drawn = house
            .service
            .write(clerk.clone(), async |op| stock::draw_these(op, batch, &named).await)
            .await
            .unwrap();
        assert_eq!(drawn, ["FS00000600", "FS00000777"], "those that are there");
        let back =
            house.service.write(clerk.clone(), async |op| stock::give_back(op, batch).await).await.unwrap();
        assert_eq!(back, 1498);
        assert_eq!(at(house, house.fs, StockPlace::Store).await, 2498);
        assert_eq!(at(house, house.fs, StockPlace::Used).await, 502);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_two_that_draw_at_once_never_get_the_same_card() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 400).await.unwrap();
        let draws = (0..4).map(|_| {
            let (service, clerk, fs) = (house.service.clone(), house.clerk(), house.fs);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for _ in 0..5 {
                    mine.extend(
                        service
                            .write(clerk.clone(), async move |op| {
                                stock::draw(op, Place::Library(fs), 20).await
                            })
                            .await
                            .unwrap(),
                    );
                }
                mine
            })
        });
        let mut all = Vec::new();
        for draw in draws.collect::<Vec<_>>() {
            all.extend(draw.await.unwrap());
        }
        all.sort();
        assert_eq!(all, range("FS00000001", "FS00000400").barcodes().collect::<Vec<_>>());
        assert_eq!(at(house, house.fs, StockPlace::Used).await, 400);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_stock_is_managed_with_the_right_and_below_ones_own_library_only() {
    on_both_databases(async |house| {
        let fs = house.fs;
        let without = house.service.read(house.clerk(), async |op| stock::lying(op, fs).await).await;
        assert!(matches!(without, Err(Error::Forbidden(Right::ManageStock))), "{without:?}");
        let of_another =
            house.service.read(manager(house, house.sd), async |op| stock::lying(op, fs).await).await;
        assert!(matches!(of_another, Err(Error::NotFound(_))), "{of_another:?}");
        let branch = house.branch;
        house.service.read(manager(house, fs), async |op| stock::lying(op, branch).await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_5_2_2_barcodes_of_another_form_are_not_received() {
    on_both_databases(async |house| {
        let request = Receive {
            library: house.fs,
            order: None,
            design: None,
            ranges: vec![range("XX00000001", "XX00000009")],
            spoiled: Vec::new(),
            note: String::new(),
        };
        let refused = house
            .service
            .write(manager(house, house.fs), async |op| stock::receive(op, request.clone()).await)
            .await;
        assert!(
            matches!(&refused, Err(Error::Invalid(invalid)) if invalid.0[0].field == "stock.ranges"),
            "{refused:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_five_hundred_at_a_time_are_drawn_quickly_of_many_thousands() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 20_000).await.unwrap();
        let batch = Place::Batch(Uuid::from_u128(9));
        let clerk = house.clerk();
        house
            .service
            .write(clerk.clone(), async |op| stock::reserve(op, house.fs, batch, 20_000, None).await)
            .await
            .unwrap();
        let began = std::time::Instant::now();
        for _ in 0..20 {
            let drawn = house
                .service
                .write(clerk.clone(), async |op| stock::draw(op, batch, 500).await)
                .await
                .unwrap();
            assert_eq!(drawn.len(), 500);
        }
        // 20 times 500 in some tenths of a second; ten times as long on a busy computer is still quick enough.
        let took = began.elapsed();
        eprintln!("{:?}: 10,000 cards drawn in {took:?}", house.engine);
        assert!(took.as_secs() < 10, "{took:?}");
        assert_eq!(at(house, house.fs, StockPlace::Batch).await, 10_000);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_ordered_numbers_come_in_by_their_order_only() {
    on_both_databases(async |house| {
        let (service, manager, fs) = (&house.service, manager(house, house.fs), house.fs);
        let new = stock::NewOrder {
            library: fs,
            design: None,
            manufacturer: "佛山制卡厂".to_owned(),
            first: "FS50100001".to_owned(),
            count: 10,
            expected_on: None,
            note: String::new(),
        };
        let order =
            service.write(manager.clone(), async |op| stock::order(op, new.clone()).await).await.unwrap();
        match receive(house, fs, 50_099_999, 5).await {
            Err(Error::Refused(blockers)) => {
                let cards = Cards { first: "FS50100001".to_owned(), count: 3 };
                assert_eq!(blockers, [Blocker::NumbersTaken(cards)]);
            }
            other => panic!("not refused: {other:?}"),
        }

        // Whoever counts one of them is told, and it is not booked.
        let place = Place::Library(fs);
        let count = service
            .write(manager.clone(), async |op| stock::begin_count(op, fs, place).await)
            .await
            .unwrap()
            .id;
        let seen = [range("FS50100003", "FS50100004"), range("FS50200001", "FS50200001")];
        service.write(manager.clone(), async |op| stock::count_cards(op, count, &seen).await).await.unwrap();
        let (_, told) =
            service.read(manager.clone(), async |op| stock::one_count(op, count).await).await.unwrap();
        assert_eq!((told.planned.as_slice(), told.unknown.as_slice()), (&seen[..1], &seen[1..]));
        service.write(manager.clone(), async |op| stock::book_count(op, count, "期初").await).await.unwrap();
        assert_eq!(at(house, fs, StockPlace::Store).await, 1);

        let all = Receive {
            library: fs,
            order: Some(order.id),
            design: None,
            ranges: vec![order.range.clone()],
            spoiled: Vec::new(),
            note: String::new(),
        };
        service.write(manager.clone(), async |op| stock::receive(op, all.clone()).await).await.unwrap();
        let order = service.read(manager, async |op| stock::one_order(op, order.id).await).await.unwrap();
        assert_eq!((order.state, order.open()), (stock::OrderState::Received, 0));
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_a_first_card_that_is_not_in_the_store_is_not_passed_over() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 4).await.unwrap();
        receive(house, house.fs, 11, 4).await.unwrap();
        receive(house, house.sd, 21, 4).await.unwrap();
        open(house, house.clerk(), 2).await.unwrap();
        let batch = Place::Batch(Uuid::from_u128(1));
        let reserve = async |first: &str| {
            house
                .service
                .write(house.clerk(), async |op| stock::reserve(op, house.fs, batch, 2, Some(first)).await)
                .await
        };
        // Used, in another library's store, between two, behind all of them, no barcode at all.
        for first in ["FS00000002", "FS00000021", "FS00000007", "FS00000099", "11", "?"] {
            match reserve(first).await {
                Err(Error::Invalid(invalid)) => {
                    let wrong: Vec<_> = invalid.0.iter().map(|wrong| (wrong.field, &wrong.problem)).collect();
                    assert_eq!(wrong, [("first", &Problem::NotInStore)], "{first}");
                }
                other => panic!("{first}: {other:?}"),
            }
        }
        assert_eq!(reserve("fs00000011").await.unwrap(), [range("FS00000011", "FS00000012")]);
    })
    .await;
}
