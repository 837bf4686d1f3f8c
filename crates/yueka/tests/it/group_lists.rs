//! Lists as units make them, read and checked: what is found of every row stands in a text beside each file
//! (`crates/sheets/tests/samples/*.checked`).
//!
//! After a change that is meant, `YUEKA_WRITE_EXPECTED=1` writes the texts anew: look at what git shows.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use service::cards::CardKind;
use service::groups::{self, Finding, RowFault};
use service::kernel::{Actor, Right};
use service::testing::{House, on_both_databases};
use sheets::{Options, Wanted};

fn group_clerk(house: &House) -> Actor {
    Actor { rights: vec![Right::IssueGroups, Right::OpenCards], ..house.clerk() }
}

fn told(rows: &[(u32, Finding, Vec<RowFault>)]) -> String {
    let mut text = String::new();
    for (row, finding, faults) in rows {
        let _ = write!(text, "{row} {finding}");
        for fault in faults {
            let place = fault.cell.clone().or(fault.field.map(|field| field.to_string())).unwrap_or_default();
            let _ = write!(text, " {place}:{}", fault.code);
        }
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn c_6_1_3_2_lists_as_units_make_them_are_checked_as_their_reports_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sheets/tests/samples");
    let mut samples: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.retain(|path| path.extension().is_none_or(|ending| ending != "expected" && ending != "checked"));
    samples.sort();
    assert!(samples.len() >= 40, "samples are missing: {}", samples.len());
    let (folder, samples) = (&folder, &samples);
    on_both_databases(async |house| {
        let mut differ = Vec::new();
        for path in samples {
            let name = path.file_name().unwrap().to_str().unwrap();
            let wanted = if name.contains("all-sheets") { Wanted::All } else { Wanted::First };
            let options = Options { wanted, ..Options::default() };
            let Ok(list) = sheets::read(&fs::read(path).unwrap(), name, &options) else { continue };
            let clerk = group_clerk(house);
            let rows = groups::look_at_list(&house.service, &clerk, &list, CardKind::Document).await.unwrap();
            let report = told(&rows);
            let expected = folder.join(format!("{name}.checked"));
            if std::env::var_os("YUEKA_WRITE_EXPECTED").is_some() {
                fs::write(&expected, &report).unwrap();
            }
            if fs::read_to_string(&expected).ok().as_deref() != Some(&report) {
                differ.push(format!("{name} is checked as\n{report}"));
            }
        }
        assert!(differ.is_empty(), "{}", differ.join("\n"));
    })
    .await;
}
