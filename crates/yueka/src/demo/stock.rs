//! The stock of cards of the demo: a design, cards in stores and at desks, an order on its way, a transfer to take in, a branch that
//! runs low.

use service::kernel::Actor;
use service::stock::{
    self, Allot, NewOrder, Place, Range, Receive, SaveDesign, Send, Template, Waste, WriteOff,
};
use service::{Error, Result, Service};

use super::libraries::Federation;

/// Cards by library: the code, the first number, how many. Numbers from here on are on no card of the demo.
const RECEIVED: [(&str, &str, u32); 6] = [
    ("FS", "FS50000001", 2000),
    ("CC", "FS50010001", 600),
    ("NH", "FS50020001", 900),
    ("SD", "FS50030001", 700),
    ("GM", "FS50040001", 300),
    ("SS", "FS50050001", 12),
];

/// Fills the stock.
pub async fn fill(service: &Service, federation: &Federation) -> Result<()> {
    let library = |code: &str| federation.library(code).ok_or(Error::NotFound("library"));
    let (root, fs, branch) = (library("FSUL")?, library("FS")?, library("CC-ZM")?);
    let desk = federation.place("FS").and_then(|place| place.point("D1")).ok_or(Error::NotFound("desk"))?;
    let mut received = Vec::new();
    for (code, first, count) in RECEIVED {
        received.push((library(code)?, range(first, count)?));
    }
    let cc = library("CC")?;
    service
        .write(Actor::system(root), async move |op| {
            let design = SaveDesign {
                id: None,
                library: root,
                name: "佛山市联合图书馆一卡通".to_owned(),
                front: Template::FRONT.to_owned(),
                back: Template::BACK.to_owned(),
                logo: String::new(),
            };
            let design = stock::save_design(op, design).await?;
            for (library, range) in received {
                let request = Receive {
                    library,
                    order: None,
                    design: Some(design),
                    ranges: vec![range],
                    spoiled: Vec::new(),
                    note: "期初库存".to_owned(),
                };
                stock::receive(op, request).await?;
            }
            let order = NewOrder {
                library: fs,
                design: Some(design),
                manufacturer: "佛山市智卡制卡有限公司（演示）".to_owned(),
                first: "FS50100001".to_owned(),
                count: 1000,
                expected_on: op.today().checked_add_days(chrono::Days::new(30)),
                note: String::new(),
            };
            stock::order(op, order).await?;
            let allot = Allot {
                library: fs,
                from: Place::Library(fs),
                to: Place::Desk(desk),
                ranges: Vec::new(),
                count: 100,
            };
            stock::allot(op, allot).await?;
            let spoiled = WriteOff {
                library: fs,
                ranges: vec![range("FS50000150", 3)?],
                waste: Waste::Spoiled,
                reason: "卡面印刷模糊".to_owned(),
            };
            stock::write_off(op, spoiled).await?;
            let sent = Send {
                from: cc,
                to: branch,
                ranges: vec![range("FS50010001", 50)?],
                note: "分馆补货".to_owned(),
            };
            stock::send(op, sent).await.map(|_| ())
        })
        .await
}

fn range(first: &str, count: u32) -> Result<Range> {
    Range::of(first, count).ok_or(Error::NotFound("range"))
}
