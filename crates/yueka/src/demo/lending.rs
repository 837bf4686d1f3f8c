//! Items, running loans, charges and reservations of the demo: loaded as those of another system are, and then lived with by the
//! services themselves. Titles are put together from what Foshan is known for; nobody wrote these books.

use anyhow::{Context, Result, bail};
use chrono::{Days, NaiveDate};
use service::Service;
use service::cards;
use service::circulation::{
    self, ItemRow, LoanRow, Reserve, ReturnItem, RowOutcome, find_titles, import_items, import_loans,
};
use service::kernel::{Actor, Channel, ReaderId, Right};
use service::libraries::{Policy, set_policy};

use super::chance::Chance;
use super::libraries::{Federation, Place};
use super::manifest::DemoReader;

/// Of how many readers the loans are.
pub const BORROWERS: usize = 300;
/// Items of each title that a library has, at most.
const COPIES: u32 = 3;
/// Rows that one transaction brings in.
const BATCH: usize = 500;

const PLACES: [&str; 10] = ["岭南", "佛山", "顺德", "广府", "珠江", "西樵山", "祖庙", "石湾", "南海", "三水"];
const SUBJECTS: [&str; 12] =
    ["建筑", "饮食", "陶艺", "武术", "粤剧", "醒狮", "水乡", "方言", "园林", "民俗", "商帮", "书法"];
const FORMS: [&str; 6] = ["史话", "图说", "入门", "札记", "研究", "漫谈"];
const AUTHORS: [&str; 12] = [
    "陈岭梅",
    "梁水乡",
    "何石湾",
    "黄木棉",
    "李西樵",
    "区醒狮",
    "麦荔香",
    "冼桑园",
    "霍陶然",
    "关映月",
    "罗雁南",
    "卢晓江",
];
const PERIODICALS: [&str; 4] = ["佛山文艺月刊", "岭南风物季刊", "陶都通讯", "水乡少年"];
const RECORDINGS: [&str; 4] = ["粤剧名段", "龙舟说唱", "十番音乐", "咏春教学"];

/// Fills in what is lent.
pub async fn fill(
    service: &Service,
    federation: &Federation,
    chosen: &[DemoReader],
    working: &[String],
) -> Result<()> {
    let actor = federation.actor();
    service
        .write(actor.clone(), async |op| {
            for (policy, value) in [
                (Policy::PeriodicalLimit, "4"),
                (Policy::AvLimit, "2"),
                (Policy::WeeklyClosing, "1"),
                (Policy::DueSoonDays, "3"),
            ] {
                set_policy(op, federation.root, policy, Some(value)).await?;
            }
            Ok(())
        })
        .await?;
    let items = items(federation);
    for rows in items.chunks(BATCH) {
        let loaded = service.write(actor.clone(), async |op| import_items(op, rows.to_vec(), true).await);
        sound(&loaded.await?)?;
    }
    let number = |sort: &str| -> Result<String> {
        let reader = chosen.iter().find(|reader| reader.sort == sort).with_context(|| sort.to_owned())?;
        Ok(reader.number.clone())
    };
    let today = service.clock().today();
    let (borrower, owing) = (number("borrower")?, number("owing")?);
    let loans = loans(&items, working, &borrower, &owing, today);
    for rows in loans.chunks(BATCH) {
        let loaded = service.write(actor.clone(), async |op| import_loans(op, rows.to_vec(), true).await);
        sound(&loaded.await?)?;
    }
    let shunde = federation.place("SD").context("SD")?;
    live(service, federation, shunde, &loans, &borrower, &owing).await
}

fn sound(outcomes: &[RowOutcome]) -> Result<()> {
    for outcome in outcomes {
        if let RowOutcome::Invalid(invalid) = outcome {
            bail!("a row of the demo is not valid: {invalid}");
        }
    }
    Ok(())
}

/// The titles, with how many libraries have them and how many copies each.
fn items(federation: &Federation) -> Vec<ItemRow> {
    let mut titles: Vec<(String, &str, &str)> = Vec::new();
    for place in PLACES {
        for subject in SUBJECTS {
            for form in FORMS {
                titles.push((format!("{place}{subject}{form}"), "book", "K296.5"));
            }
        }
    }
    for name in PERIODICALS {
        titles.extend((1..=12).map(|issue| (format!("{name} 第{issue}期"), "periodical", "Z62")));
    }
    for name in RECORDINGS {
        titles.extend((1..=6).map(|disc| (format!("{name} 第{disc}辑"), "av", "J825")));
    }
    titles.extend(PLACES.map(|place| (format!("{place}县志（影印本）"), "reading_room", "K296.5")));
    let mut rows = Vec::new();
    for (serial, (title, kind, class)) in (0_u32..).zip(titles) {
        let mut chance = Chance::of("item", serial);
        let author = if kind == "book" { chance.one_of(&AUTHORS) } else { "" };
        let price = format!("{}.{}0", chance.between(18, 98), chance.below(10));
        for copy in 0..chance.between(2, 2 + COPIES) {
            // The city's library has one of each.
            let place = if copy == 0 {
                federation.place("FS")
            } else {
                chance.weighted(&federation.places, |place| place.weight)
            };
            let Some(place) = place else { continue };
            rows.push(ItemRow {
                barcode: format!("T{serial:05}{copy}"),
                title: title.clone(),
                author: author.to_owned(),
                call_number: format!("{class}/{}", serial % 97 + 1),
                kind: kind.to_owned(),
                library: place.code.to_owned(),
                price: price.clone(),
                ..ItemRow::default()
            });
        }
    }
    rows
}

/// Running loans: some due soon, some overdue.
fn loans(
    items: &[ItemRow],
    working: &[String],
    borrower: &str,
    owing: &str,
    today: NaiveDate,
) -> Vec<LoanRow> {
    // Of each title the first copy, in an order that mixes them; the other copies stay on the shelves.
    let books: Vec<&ItemRow> =
        items.iter().filter(|item| item.kind == "book" && item.barcode.ends_with('0')).collect();
    let mut next = (0..books.len()).filter_map(|place| books.get(place * 7 % books.len()));
    let mut rows = Vec::new();
    let mut lend = |card: &str, days_ago: u64| {
        if let Some(item) = next.next() {
            let lent = today.checked_sub_days(Days::new(days_ago)).unwrap_or(today);
            let due = lent.checked_add_days(Days::new(30)).unwrap_or(lent);
            rows.push(LoanRow {
                barcode: item.barcode.clone(),
                card: card.to_owned(),
                library: item.library.clone(),
                lent_on: lent.to_string(),
                due: due.to_string(),
                renewals: String::new(),
            });
        }
    };
    for days_ago in [4, 12, 28, 20] {
        lend(borrower, days_ago);
    }
    for days_ago in [45, 52, 60] {
        lend(owing, days_ago);
    }
    for (serial, card) in (0_u32..).zip(working) {
        let mut chance = Chance::of("loans", serial);
        for _ in 0..chance.below(4) {
            let days_ago = if chance.per_mille(80) { chance.between(31, 70) } else { chance.between(1, 29) };
            lend(card, u64::from(days_ago));
        }
    }
    rows
}

/// Somebody brings back what was overdue, and somebody waits.
async fn live(
    service: &Service,
    federation: &Federation,
    place: &Place,
    loans: &[LoanRow],
    borrower: &str,
    owing: &str,
) -> Result<()> {
    let machine = Actor {
        library: place.library,
        service_point: place.point("M1"),
        scope: place.library,
        rights: vec![Right::Lend, Right::FindReaders],
        channel: Channel::Machine,
        ..federation.actor()
    };
    // One overdue item stays out, the others come back and are charged for; one that was not late comes back too.
    let of = |card: &str, from: usize| {
        let theirs: Vec<&LoanRow> = loans.iter().filter(|loan| loan.card == card).collect();
        theirs.into_iter().skip(from).map(|loan| loan.barcode.clone()).collect::<Vec<_>>()
    };
    for barcode in of(owing, 1).into_iter().chain(of(borrower, 3)) {
        let returned = ReturnItem { barcode };
        service
            .write(machine.clone(), async |op| circulation::return_item(op, returned.clone()).await)
            .await?;
    }
    let reader = holder(service, federation, borrower).await?;
    let fs = federation.place("FS").context("FS")?.library;
    for text in ["石湾陶艺漫谈", "佛山醒狮图说"] {
        service
            .write(machine.clone(), async |op| {
                let title = find_titles(op, text, 1).await?.first().map(|title| title.id);
                let title = title.ok_or(service::Error::NotFound("title"))?;
                circulation::reserve(op, Reserve { reader, title, library: fs }).await
            })
            .await?;
    }
    Ok(())
}

async fn holder(service: &Service, federation: &Federation, number: &str) -> Result<ReaderId> {
    let number = number.to_owned();
    let found = service.read(federation.actor(), async |op| {
        let id = cards::by_number(op, &number).await?;
        cards::card(op, id).await
    });
    Ok(found.await?.reader)
}
