//! `yueka item import`: the items that libraries lend, as another system lists them.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use service::circulation::{ItemRow, import_items};

use super::import::ListArgs;
use super::told::told;
use crate::opening;
use crate::sheet::Column;

/// The items that libraries lend.
#[derive(Debug, Subcommand)]
pub enum Item {
    /// Load items, or what has changed about them, from a list: barcode, title, author, isbn, call_number, kind, library, price
    Import(ListArgs),
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
        let Self::Import(list) = self;
        let service = opening::house(&list.config.read()?).await?;
        let actor = opening::system(&service).await?;
        let all_taken = list
            .load(&COLUMNS, item, async |rows: Vec<ItemRow>, all| {
                let loaded =
                    service.write(actor.clone(), async |op| import_items(op, rows.clone(), all).await);
                loaded.await.map_err(told)
            })
            .await?;
        Ok(if all_taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
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
