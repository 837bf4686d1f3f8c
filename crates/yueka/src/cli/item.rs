//! `yueka item import|withdraw|missing|shelf`: the items that libraries lend, as another system lists them, and what becomes of one.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use service::circulation::{ItemRow, Withdrawal, import_items, withdraw};

use super::import::ListArgs;
use super::told::told;
use crate::config::ConfigFile;
use crate::opening;
use crate::sheet::Column;

/// The items that libraries lend.
#[derive(Debug, Subcommand)]
pub enum Item {
    /// Load items, or what has changed about them, from a list: barcode, title, author, isbn, call_number, kind, library, price
    Import(ListArgs),
    /// Take items out of lending for good
    Withdraw(Which),
    /// Note that items are missing
    Missing(Which),
    /// Note that items are back on their shelves, so that they are lent again
    Shelf(Which),
}

/// Which items.
#[derive(Debug, Args)]
pub struct Which {
    #[command(flatten)]
    config: ConfigFile,
    /// Their barcodes
    #[arg(required = true, value_name = "BARCODE")]
    barcodes: Vec<String>,
}

const COLUMNS: [Column; 8] = [
    Column {
        name: "barcode", headings: &["barcode", "条码", "條碼", "条码号", "馆藏条码"], needed: true
    },
    Column {
        name: "title", headings: &["title", "题名", "題名", "书名", "書名", "正题名"], needed: true
    },
    Column { name: "author", headings: &["author", "著者", "作者", "责任者"], needed: false },
    Column { name: "isbn", headings: &["isbn", "issn", "标准号"], needed: false },
    Column { name: "call_number", headings: &["callnumber", "索书号", "索書號"], needed: false },
    Column { name: "kind", headings: &["kind", "类型", "類型", "文献类型"], needed: false },
    Column {
        name: "library", headings: &["library", "馆代码", "馆藏馆", "所属馆", "館代碼"], needed: true
    },
    Column { name: "price", headings: &["price", "价格", "價格", "定价", "单价"], needed: false },
];

impl Item {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Import(list) => import(list).await,
            Self::Withdraw(which) => which.set(Withdrawal::Withdrawn).await,
            Self::Missing(which) => which.set(Withdrawal::Missing).await,
            Self::Shelf(which) => which.set(Withdrawal::BackOnShelf).await,
        }
    }
}

impl Which {
    /// Each by itself: what can't be done to one is told, and the others are done.
    async fn set(self, what: Withdrawal) -> Result<ExitCode> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let mut all = ExitCode::SUCCESS;
        for barcode in self.barcodes {
            let asked = barcode.clone();
            let done = service.write(actor.clone(), async move |op| withdraw(op, &asked, what).await).await;
            match done.map_err(told) {
                Ok(item) => println!("{} {}: {}.", item.barcode, item.title, item.state.as_str()),
                Err(error) => {
                    eprintln!("{barcode}: {error:#}");
                    all = ExitCode::FAILURE;
                }
            }
        }
        Ok(all)
    }
}

async fn import(list: ListArgs) -> Result<ExitCode> {
    let (service, actor) = opening::as_system(&list.config.read()?).await?;
    let all_taken = list
        .load(&COLUMNS, item, async |rows: Vec<ItemRow>, all| {
            let loaded = service.write(actor.clone(), async |op| import_items(op, rows.clone(), all).await);
            loaded.await.map_err(told)
        })
        .await?;
    Ok(if all_taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn item(cells: Vec<String>) -> ItemRow {
    let mut cells = cells.into_iter();
    let mut next = || cells.next().unwrap_or_default();
    ItemRow {
        barcode: next(),
        title: next(),
        author: next(),
        isbn: next(),
        call_number: next(),
        kind: kind(&next()),
        library: next(),
        price: next(),
    }
}

/// Kinds as Chinese lists name them.
fn kind(text: &str) -> String {
    match text.trim() {
        "图书" | "普通图书" | "圖書" | "中文图书" => "book",
        "期刊" | "报刊" => "periodical",
        "音像" | "音像资料" | "光盘" => "av",
        "馆内阅览" | "非外借" | "館內閱覽" => "reading_room",
        other => other,
    }
    .to_owned()
}
