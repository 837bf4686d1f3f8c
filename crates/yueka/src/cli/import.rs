//! What `yueka item import` and `yueka loan import` share: reading a list, loading it, telling what became of each row.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use service::circulation::RowOutcome;
use service::kernel::{Invalid, Problem};

use crate::config::ConfigFile;
use crate::sheet::{self, Column, Row};

/// A list to load.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub config: ConfigFile,
    /// The list: .csv (UTF-8 or GB18030) or .xlsx, with the names of the columns in its first line
    pub file: PathBuf,
    /// Load all rows or none: one that can't be taken keeps all of them out
    #[arg(long)]
    all_or_nothing: bool,
    /// Also write what became of each row that was not taken to this CSV file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Rows that one transaction loads.
const BATCH: usize = 500;

/// A row that was not taken.
struct Fault {
    row: usize,
    field: &'static str,
    what: String,
}

impl ListArgs {
    /// Loads the list; gives whether every row was taken.
    pub async fn load<T>(
        &self,
        columns: &[Column],
        row: impl Fn(Vec<String>) -> T,
        load: impl AsyncFn(Vec<T>, bool) -> Result<Vec<RowOutcome>>,
    ) -> Result<bool> {
        let rows = sheet::read(&self.file, columns)?;
        let total = rows.len();
        // All or none of them is one transaction; otherwise a long list goes in by parts, and can be run again.
        let batch = if self.all_or_nothing { total.max(1) } else { BATCH };
        let (mut added, mut updated, mut unchanged) = (0, 0, 0);
        let mut faults = Vec::new();
        let mut rows = rows.into_iter();
        loop {
            let part: Vec<Row> = rows.by_ref().take(batch).collect();
            if part.is_empty() {
                break;
            }
            let (numbers, part): (Vec<usize>, Vec<T>) =
                part.into_iter().map(|Row { number, cells }| (number, row(cells))).unzip();
            for (number, outcome) in numbers.into_iter().zip(load(part, self.all_or_nothing).await?) {
                match outcome {
                    RowOutcome::Added => added += 1,
                    RowOutcome::Updated => updated += 1,
                    RowOutcome::Unchanged => unchanged += 1,
                    RowOutcome::Invalid(Invalid(fields)) => {
                        faults.extend(fields.into_iter().map(|wrong| Fault {
                            row: number,
                            field: wrong.field.split_once('.').map_or(wrong.field, |(_, name)| name),
                            what: in_words(&wrong.problem),
                        }));
                    }
                }
            }
        }
        for fault in &faults {
            println!("row {}, {}: {}", fault.row, fault.field, fault.what);
        }
        if let Some(path) = &self.report {
            self.write_report(path, &faults)?;
        }
        let rows_at_fault =
            faults.iter().map(|fault| fault.row).collect::<std::collections::BTreeSet<_>>().len();
        if self.all_or_nothing && rows_at_fault > 0 {
            println!("Nothing was loaded: {rows_at_fault} of {total} rows can't be taken.");
        } else {
            println!(
                "{total} rows: {added} added, {updated} changed, {unchanged} as before, {rows_at_fault} not taken."
            );
        }
        Ok(faults.is_empty())
    }

    fn write_report(&self, path: &std::path::Path, faults: &[Fault]) -> Result<()> {
        let write = || -> Result<()> {
            let mut report = csv::Writer::from_path(path)?;
            report.write_record(["row", "field", "what"])?;
            for fault in faults {
                report.write_record([&fault.row.to_string(), fault.field, &fault.what])?;
            }
            report.flush()?;
            Ok(())
        };
        write().with_context(|| format!("the report {} can't be written", path.display()))
    }
}

/// What is wrong, and what to do.
fn in_words(problem: &Problem) -> String {
    match problem {
        Problem::Missing => "is missing: fill it in".to_owned(),
        Problem::TooLong(most) => format!("is longer than {most} characters: shorten it"),
        Problem::Character => "has a character that can't stand there: letters, digits and - . / _ can".to_owned(),
        Problem::UnknownWord => {
            "is not known: kinds are book, periodical, av, reading_room; libraries go by their codes (`yueka library list`)"
                .to_owned()
        }
        Problem::UnknownBarcode => "is not known here: load items and cards first, or mend the number".to_owned(),
        Problem::Taken => "stands in an earlier row, or is lent to somebody else: look which is right".to_owned(),
        Problem::Amount => "is no amount: write yuan with two decimals at most, as 45.00".to_owned(),
        Problem::Date => "is no day: write it as 2026-03-02".to_owned(),
        Problem::FutureDate => "lies ahead: look at the day".to_owned(),
        Problem::NotApplicable => "lies before the day of lending: look at both".to_owned(),
        other => format!("can't be taken ({})", other.code()),
    }
}
