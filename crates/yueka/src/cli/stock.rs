//! `yueka stock list|find|ledger|order|export|receive|send|write-off|verify`: the stock of One-Cards (5.2.1).

use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use clap::{Args, Subcommand};
use service::kernel::{StockOrderId, local_time};
use service::stock::{self, NewOrder, Range, Receive, Send, Spot, StockPlace, Waste, WriteOff, read_ranges};

use super::at::AtLibrary;
use super::table;
use super::told::told;
use crate::opening;

/// One-Cards before they are given out: what lies where, what is needed, and the steps that they take.
#[derive(Debug, Subcommand)]
pub enum Stock {
    /// Show what a library and those under it have, what is needed, and where cards run low
    List(AtLibrary),
    /// Show where a card is, and how it came there
    Find(Find),
    /// Show the last rows of a library's ledger
    Ledger(AtLibrary),
    /// Order cards from a manufacturer
    Order(Order),
    /// Write the numbers of an order as CSV, for the manufacturer
    Export(Export),
    /// Take cards in that came, or that were there before
    Receive(ReceiveCards),
    /// Send cards to another library
    Send(SendCards),
    /// Write cards off as spoiled or void
    WriteOff(WriteOffCards),
    /// Prove that the ledger adds up to what lies there
    Verify(AtLibrary),
}

/// `yueka stock find`
#[derive(Debug, Args)]
pub struct Find {
    #[command(flatten)]
    at: AtLibrary,
    barcode: String,
}

/// `yueka stock order`
#[derive(Debug, Args)]
pub struct Order {
    #[command(flatten)]
    at: AtLibrary,
    /// How many cards
    count: u32,
    #[arg(long)]
    manufacturer: String,
    /// The first number; left out, the next one that is free
    #[arg(long, default_value = "")]
    first: String,
    #[arg(long, default_value = "")]
    note: String,
}

/// `yueka stock export`
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    at: AtLibrary,
    /// The id of the order
    order: StockOrderId,
}

/// `yueka stock receive`
#[derive(Debug, Args)]
pub struct ReceiveCards {
    #[command(flatten)]
    at: AtLibrary,
    /// Ranges, as FS00000001-FS00000500 or FS00000001+500
    #[arg(required = true)]
    ranges: Vec<String>,
    /// The id of the order that they fill
    #[arg(long)]
    order: Option<StockOrderId>,
    /// Those of them that are spoiled
    #[arg(long)]
    spoiled: Vec<String>,
    #[arg(long, default_value = "")]
    note: String,
}

/// `yueka stock send`
#[derive(Debug, Args)]
pub struct SendCards {
    #[command(flatten)]
    at: AtLibrary,
    /// The code of the library that gets them
    #[arg(long, value_name = "CODE")]
    to: String,
    /// Ranges, as FS00000001-FS00000500 or FS00000001+500
    #[arg(required = true)]
    ranges: Vec<String>,
    #[arg(long, default_value = "")]
    note: String,
}

/// `yueka stock write-off`
#[derive(Debug, Args)]
pub struct WriteOffCards {
    #[command(flatten)]
    at: AtLibrary,
    /// Ranges, as FS00000001-FS00000500 or FS00000001+500
    #[arg(required = true)]
    ranges: Vec<String>,
    /// They are void, and not spoiled
    #[arg(long)]
    void: bool,
    #[arg(long)]
    reason: String,
}

fn ranges(typed: &[String]) -> Result<Vec<Range>> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    read_ranges(&typed.join("\n"))
        .map_err(|_| anyhow!("{}: write ranges as FS00000001-FS00000500 or FS00000001+500", typed.join(" ")))
}

impl Stock {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::List(at) => list(&at).await?,
            Self::Find(find) => find.run().await?,
            Self::Ledger(at) => ledger(&at).await?,
            Self::Order(order) => order.run().await?,
            Self::Export(export) => export.run().await?,
            Self::Receive(receive) => receive.run().await?,
            Self::Send(send) => send.run().await?,
            Self::WriteOff(write_off) => write_off.run().await?,
            Self::Verify(at) => return verify(&at).await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(at: &AtLibrary) -> Result<()> {
    let (service, actor, tree, library) = at.open().await?;
    let stock = service.read(actor, async move |op| stock::stock(op, library).await).await.map_err(told)?;
    let rows: Vec<_> = stock
        .libraries
        .iter()
        .map(|of| {
            let named = tree.library(of.library);
            let name = named.map(|library| format!("{} {}", library.code, library.name)).unwrap_or_default();
            let held = of.at(StockPlace::Batch) + of.at(StockPlace::Point);
            let state = if of.outlook.low {
                format!("low: order {}", of.outlook.proposal)
            } else {
                "enough".to_owned()
            };
            [
                name,
                of.at(StockPlace::Store).to_string(),
                of.at(StockPlace::Desk).to_string(),
                held.to_string(),
                of.outlook.coming.to_string(),
                of.outlook.needed.to_string(),
                state,
            ]
        })
        .collect();
    table::print(["library", "store", "desks", "held", "coming", "needed", "state"], &rows);
    let all = &stock.outlook;
    let order = if all.low { format!("; low: order {}", all.proposal) } else { String::new() };
    println!("All together: {} free, {} coming, {} needed{order}.", all.free, all.coming, all.needed);
    Ok(())
}

impl Find {
    async fn run(self) -> Result<()> {
        let (service, actor, tree, _) = self.at.open().await?;
        let barcode = self.barcode;
        let card =
            service.read(actor, async move |op| stock::find_card(op, &barcode).await).await.map_err(told)?;
        let place = |spot: Spot| {
            let code = tree.library(spot.library).map(|library| library.code.clone()).unwrap_or_default();
            format!("{code} {}", spot.place)
        };
        println!("{}: {}", card.barcode, place(card.spot));
        let rows: Vec<_> = card
            .way
            .iter()
            .map(|entry| {
                [local_time(entry.at), entry.kind.as_str().to_owned(), place(entry.to), entry.reason.clone()]
            })
            .collect();
        table::print(["when", "what", "where", "reason"], &rows);
        Ok(())
    }
}

async fn ledger(at: &AtLibrary) -> Result<()> {
    let (service, actor, _, library) = at.open().await?;
    let entries = service.read(actor, async move |op| stock::ledger(op, library, None, 100).await).await;
    let rows: Vec<_> = entries
        .map_err(told)?
        .into_iter()
        .map(|entry| {
            let (first, last) = &entry.cards;
            let cards = if first == last { first.clone() } else { format!("{first}-{last}") };
            let change = entry.change_for(library);
            let (kind, count) = (entry.kind.as_str().to_owned(), entry.count.to_string());
            [local_time(entry.at), kind, cards, count, format!("{change:+}"), entry.reason]
        })
        .collect();
    table::print(["when", "what", "cards", "count", "change", "reason"], &rows);
    Ok(())
}

impl Order {
    async fn run(self) -> Result<()> {
        let (service, actor, _, library) = self.at.open().await?;
        let new = NewOrder {
            library,
            design: None,
            manufacturer: self.manufacturer,
            first: self.first,
            count: self.count,
            expected_on: None,
            note: self.note,
        };
        let order = service.write(actor, async move |op| stock::order(op, new).await).await.map_err(told)?;
        println!("{}: ordered {}, {} cards.", order.id, order.range, order.range.count);
        Ok(())
    }
}

impl Export {
    async fn run(self) -> Result<()> {
        let (service, actor, tree, _) = self.at.open().await?;
        let id = self.order;
        let order =
            service.read(actor, async move |op| stock::one_order(op, id).await).await.map_err(told)?;
        let library = tree.library(order.library).map(|library| library.name.clone()).unwrap_or_default();
        let mut out = csv::Writer::from_writer(std::io::stdout());
        out.write_record(["no", "barcode", "library"])?;
        for (place, barcode) in order.range.barcodes().enumerate() {
            out.write_record([&(place + 1).to_string(), &barcode, &library])?;
        }
        out.flush()?;
        Ok(())
    }
}

impl ReceiveCards {
    async fn run(self) -> Result<()> {
        let (came, spoiled) = (ranges(&self.ranges)?, ranges(&self.spoiled)?);
        let (service, actor, _, library) = self.at.open().await?;
        let request =
            Receive { library, order: self.order, design: None, ranges: came, spoiled, note: self.note };
        let done = service.write(actor, async move |op| stock::receive(op, request).await).await;
        let received = done.map_err(told)?;
        println!("{}: {} cards in the store, {} spoiled.", self.at.code, received.good, received.spoiled);
        Ok(())
    }
}

impl SendCards {
    async fn run(self) -> Result<()> {
        let cards = ranges(&self.ranges)?;
        let (service, actor, tree, from) = self.at.open().await?;
        let to = opening::library(&tree, &self.to)?;
        let request = Send { from, to, ranges: cards, note: self.note };
        let sent =
            service.write(actor, async move |op| stock::send(op, request).await).await.map_err(told)?;
        println!("{}: {} cards on their way to {}.", sent.id, sent.count, self.to);
        Ok(())
    }
}

impl WriteOffCards {
    async fn run(self) -> Result<()> {
        let cards = ranges(&self.ranges)?;
        let count: u32 = cards.iter().map(|range| range.count).sum();
        let (service, actor, _, library) = self.at.open().await?;
        let waste = if self.void { Waste::Void } else { Waste::Spoiled };
        let request = WriteOff { library, ranges: cards, waste, reason: self.reason };
        service.write(actor, async move |op| stock::write_off(op, request).await).await.map_err(told)?;
        println!("{}: {count} cards written off as {}.", self.at.code, waste.place());
        Ok(())
    }
}

async fn verify(at: &AtLibrary) -> Result<ExitCode> {
    let (service, actor, _, library) = at.open().await?;
    let (counted, added) = service
        .read(actor, async move |op| {
            Ok((stock::lying(op, library).await?, stock::by_ledger(op, library).await?))
        })
        .await
        .map_err(told)?;
    if counted != added {
        bail!("the ledger of {} does not add up to what lies there", at.code);
    }
    let cards: i64 = counted.iter().map(|lying| lying.count).sum();
    println!("{}: the ledger adds up, {cards} cards at {} places.", at.code, counted.len());
    Ok(ExitCode::SUCCESS)
}
