//! `yueka loan import`: running loans, as another system lists them, after its cards and items.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use service::circulation::{LoanRow, import_loans};

use super::import::ListArgs;
use super::told::told;
use crate::opening;
use crate::sheet::Column;

/// Running loans.
#[derive(Debug, Subcommand)]
pub enum Loan {
    /// Load running loans from a list: barcode, card, library, lent_on, due, renewals
    Import(ListArgs),
}

const COLUMNS: [Column; 6] = [
    Column {
        name: "barcode", headings: &["barcode", "条码", "條碼", "条码号", "馆藏条码"], needed: true
    },
    Column {
        name: "card", headings: &["card", "证号", "證號", "读者证号", "借阅证号"], needed: true
    },
    Column { name: "library", headings: &["library", "馆代码", "借出馆", "館代碼"], needed: true },
    Column { name: "lent_on", headings: &["lenton", "借出日期", "借书日期"], needed: true },
    Column { name: "due", headings: &["due", "应还日期", "應還日期"], needed: true },
    Column { name: "renewals", headings: &["renewals", "续借次数", "續借次數"], needed: false },
];

impl Loan {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let Self::Import(list) = self;
        let (service, actor) = opening::as_system(&list.config.read()?).await?;
        let all_taken = list
            .load(&COLUMNS, loan, async |rows: Vec<LoanRow>, all| {
                let loaded =
                    service.write(actor.clone(), async |op| import_loans(op, rows.clone(), all).await);
                loaded.await.map_err(told)
            })
            .await?;
        Ok(if all_taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn loan(cells: Vec<String>) -> LoanRow {
    let mut cells = cells.into_iter();
    let mut next = || cells.next().unwrap_or_default();
    LoanRow { barcode: next(), card: next(), library: next(), lent_on: next(), due: next(), renewals: next() }
}
