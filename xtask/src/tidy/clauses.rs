//! `docs/clauses.md` tells for each clause of the standard where it is built and what proves it. This rule believes
//! nothing of it.
//!
//! ```text
//! | clause | what | where | proof |
//! |---|---|---|---|
//! | 6.3.2 | 挂失 | `crates/service/src/cards/report_loss.rs` | `a_lost_card_stops_at_once`, `a clerk reports a loss` |
//! | 5.1.1 | 场地 | — the library's own | — |
//! ```
//!
//! `where` names files or folders of the repository; `proof` names test functions (with or without their path),
//! titles of browser tests, or test files. A clause that is not for software says `—` and why.

use std::collections::BTreeSet;

use anyhow::Result;
use regex::Regex;

use super::repo::{File, Finding, Repo};

const RULE: &str = "clauses";
const PAGE: &str = "docs/clauses.md";

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let Some(page) = repo.get(PAGE) else { return Ok(Vec::new()) };
    let span = Regex::new(r"`([^`]+)`")?;
    let tests = tests(repo)?;
    let mut findings = Vec::new();
    for (at, clause, place, proof) in rows(page) {
        let mut refuse = |message: String| findings.push(page.finding(at, RULE, message));
        if let Some(reason) = place.strip_prefix('—') {
            if reason.trim().is_empty() {
                refuse(format!("{clause} is built nowhere: say after the — why not"));
            }
            continue;
        }
        let spans = |cell| span.captures_iter(cell).map(|hit| hit.extract::<1>().1[0]).collect::<Vec<&str>>();
        let (places, proofs) = (spans(place), spans(proof));
        if places.is_empty() || proofs.is_empty() {
            refuse(format!("{clause} names no file, or no test: put both in `code spans`"));
        }
        for place in places.iter().filter(|place| !exists(repo, place)) {
            refuse(format!("{clause}: there is no {place}"));
        }
        for proof in proofs {
            let name = proof.rsplit("::").next().unwrap_or(proof);
            if !tests.contains(name) && !tests.contains(proof) && !exists(repo, proof) {
                refuse(format!("{clause}: no test is called {proof}"));
            }
        }
    }
    Ok(findings)
}

/// The rows of all tables of four columns: where they stand, clause, where, proof.
fn rows(page: &File) -> Vec<(usize, &str, &str, &str)> {
    let mut at = 0;
    let mut rows = Vec::new();
    for line in page.text.split_inclusive('\n') {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if let (true, [clause, _, place, proof, ..]) = (line.starts_with('|'), cells.as_slice()) {
            let heading =
                *clause == "clause" || clause.chars().all(|character| matches!(character, '-' | ':'));
            if !heading {
                rows.push((at, *clause, *place, *proof));
            }
        }
        at += line.len();
    }
    rows
}

fn exists(repo: &Repo, path: &str) -> bool {
    let path = path.split('#').next().unwrap_or(path).trim_end_matches('/');
    repo.files.iter().any(|file| {
        file.path == path || file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The names of all tests: Rust functions under a test attribute or a test macro, titles of browser tests.
fn tests(repo: &Repo) -> Result<BTreeSet<&str>> {
    let function = Regex::new(
        r"#\[(?:[\w:]*test|test_case|rstest)\b[^\]]*\](?:\s*#\[[^\]]*\])*\s*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(\w+)",
    )?;
    // A macro that makes a test for each database: `on_both!(name, …)` or `on_both! { async fn name(…) … }`.
    let by_macro =
        Regex::new(r"(?m)^\s*(?:\w+::)*\w+!\s*[({]\s*(?:(?:pub\s+)?(?:async\s+)?fn\s+)?(\w+)\s*[,;({]")?;
    let in_macro = Regex::new(r"(?m)^\s+(?:async\s+)?fn\s+(\w+)")?;
    let title = Regex::new(r#"\b(?:test|it)\(\s*(?:'([^']+)'|"([^"]+)"|`([^`]+)`)"#)?;
    let mut names = BTreeSet::new();
    for file in repo.under("", ".rs") {
        names.extend(function.captures_iter(&file.text).map(|hit| hit.extract::<1>().1[0]));
        let may_hold_macros = file.path.contains("/tests/") || file.path.ends_with("/tests.rs");
        if may_hold_macros || file.text.contains("#[cfg(test)]") {
            names.extend(by_macro.captures_iter(&file.text).map(|hit| hit.extract::<1>().1[0]));
            if may_hold_macros {
                names.extend(in_macro.captures_iter(&file.text).map(|hit| hit.extract::<1>().1[0]));
            }
        }
    }
    for file in repo.under("tests/browser/", ".test.mjs") {
        let titles = title.captures_iter(&file.text);
        names.extend(
            titles.filter_map(|hit| hit.get(1).or(hit.get(2)).or(hit.get(3))).map(|hit| hit.as_str()),
        );
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(row: &str) -> Vec<String> {
        let page = format!("# Clauses\n\n| clause | what | where | proof |\n|---|:-:|---|---|\n{row}\n");
        let repo = Repo::of(&[
            (PAGE, &page),
            (
                "crates/service/src/cards/open.rs",
                "pub async fn open() {}\n#[cfg(test)]\nmod tests {\n#[tokio::test(flavor = \"x\")]\nasync fn one_person_one_card() {}\n}",
            ),
            (
                "crates/yueka/tests/it/open.rs",
                "on_both! {\n    async fn two_desks_race(app) {}\n}\non_both!(a_third, x);",
            ),
            ("tests/browser/open.test.mjs", "yueka.test('a clerk opens a card', async () => {})"),
        ]);
        check(&repo).unwrap().iter().map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn a_claim_without_a_place_or_a_proof_is_refused() {
        for bad in [
            "| 6.1 | open | `crates/service/src/cards/gone.rs` | `one_person_one_card` |",
            "| 6.1 | open | `crates/service/src/cards/open.rs` | `open` |",
            "| 6.1 | open | `crates/service/src/cards/open.rs` | `nobody_wrote_this` |",
            "| 6.1 | open | `crates/service/src/cards/open.rs` | |",
            "| 6.1 | open | the desk | `one_person_one_card` |",
            "| 6.1 | open | — | — |",
        ] {
            assert_eq!(found(bad).len(), 1, "{bad}: {:?}", found(bad));
        }
    }

    #[test]
    fn a_claim_that_holds_is_believed() {
        for good in [
            "| 6.1 | open | `crates/service/src/cards/open.rs` | `cards::open::tests::one_person_one_card` |",
            "| 6.1 | open | `crates/service/src/cards/` | `two_desks_race`, `a clerk opens a card` |",
            "| 6.1 | open | `crates/service` | `a_third` and `tests/browser/open.test.mjs` |",
            "| 5.1 | 场地 | — the library's own | — |",
        ] {
            assert_eq!(found(good), [""; 0], "{good}");
        }
    }
}
