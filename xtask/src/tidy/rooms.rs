//! The rooms of `crates/service` know each other in one direction.

use std::collections::BTreeMap;

use anyhow::Result;
use regex::Regex;

use super::repo::{File, Finding, Repo};

const RULE: &str = "rooms";
pub const HOUSE: &str = "crates/service/src/";

/// A room may use the rooms of the lines before its own, and those of its own line as long as there is no cycle.
const FLOORS: &[&[&str]] = &[
    &["kernel", "records"],
    &["libraries", "staff"],
    &["machines", "ecard", "partners"],
    &["outbox"],
    &["readers"],
    &["stock", "deposits", "campaigns"],
    &["cards"],
    &["visits", "resources", "consents"],
    &["applications", "people"],
    &["groups", "circulation", "yuedutong", "kiosk"],
    &["assessment", "privacy", "promotion"],
];

/// They may use everything, and no room uses them.
const EXEMPT: &[&str] = &["testing", "demo", "house", "lib"];

/// One room uses another.
struct Use<'a> {
    file: &'a File,
    at: usize,
    from: &'a str,
    to: String,
}

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut uses = Vec::new();
    for file in repo.under(HOUSE, ".rs") {
        let Some(from) = room(file).filter(|room| !EXEMPT.contains(room)) else { continue };
        if floor(from).is_none() {
            let message =
                format!("{from} stands on no floor: give it a line in FLOORS of xtask/src/tidy/rooms.rs");
            findings.push(file.finding(0, RULE, message));
            continue;
        }
        for (at, to) in paths(file)? {
            if to != from && (floor(&to).is_some() || EXEMPT.contains(&to.as_str())) {
                uses.push(Use { file, at, from, to });
            }
        }
    }
    let mut level: BTreeMap<(&str, &str), &Use<'_>> = BTreeMap::new();
    for one in &uses {
        let Use { file, at, from, to } = one;
        if floor(to) > floor(from) || floor(to).is_none() {
            let message = format!(
                "{from} uses {to}, which stands after it: let {to} call {from}, or hand in what is needed"
            );
            findings.push(file.finding(*at, RULE, message));
        } else if floor(to) == floor(from) {
            level.entry((from, to)).or_insert(one);
        }
    }
    for ((from, to), one) in &level {
        if let Some(back) = way(&level, to, from) {
            let message = format!(
                "a cycle, {from} → {}: move what both need to the one that is used",
                back.join(" → ")
            );
            findings.push(one.file.finding(one.at, RULE, message));
        }
    }
    Ok(findings)
}

/// The room a file of the house belongs to.
pub fn room(file: &File) -> Option<&str> {
    let path = file.path.strip_prefix(HOUSE)?.trim_end_matches(".rs");
    // Tests of a room may set the scene with any other.
    if path.ends_with("/tests") || path.contains("/tests/") {
        return None;
    }
    path.split('/').next()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The first names of all paths from the crate's root, and where they stand.
fn paths(file: &File) -> Result<Vec<(usize, String)>> {
    let code = file.product_code();
    let mut found = Vec::new();
    for hit in Regex::new(r"\bcrate::(\w+|\{)")?.captures_iter(&code) {
        let Some(name) = hit.get(1) else { continue };
        if name.as_str() == "{" {
            found.extend(names_in_braces(&code, name.start()));
        } else {
            found.push((name.start(), name.as_str().to_owned()));
        }
    }
    // `super::` as often as the file is deep leads to the root, too.
    let depth = depth(&file.path);
    for hit in Regex::new(r"\b(?:super::)+")?.find_iter(&code) {
        if hit.as_str().matches("super").count() == depth {
            let name: String = code.get(hit.end()..).unwrap_or_default().chars().take_while(word).collect();
            found.push((hit.start(), name));
        }
    }
    Ok(found)
}

fn word(character: &char) -> bool {
    character.is_alphanumeric() || *character == '_'
}

/// `{a, b::{c, d}, e}` gives a, b and e.
fn names_in_braces(code: &str, open: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut depth, mut expected) = (0, false);
    for (at, character) in code.get(open..).unwrap_or_default().char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if expected && word(&character) => {
                let name = code.get(open + at..).unwrap_or_default().chars().take_while(word).collect();
                found.push((open + at, name));
                expected = false;
            }
            _ => {}
        }
        if depth == 1 && matches!(character, '{' | ',') {
            expected = true;
        }
        if depth == 0 {
            break;
        }
    }
    found
}

/// How many `super::` lead from a file's module to the crate's root.
fn depth(path: &str) -> usize {
    let path = path.strip_prefix(HOUSE).unwrap_or(path).trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').count()
}

/// A way from one room to another along the uses within a floor.
fn way<'a>(level: &BTreeMap<(&'a str, &'a str), &Use<'_>>, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![from]];
    while let Some(way) = ways.pop() {
        let last = *way.last()?;
        if last == to {
            return Some(way);
        }
        for (_, next) in level.keys().filter(|(start, next)| *start == last && !way.contains(next)) {
            let mut longer = way.clone();
            longer.push(next);
            ways.push(longer);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("{HOUSE}{path}"), *text)).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        check(&Repo::of(&files)).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_room_that_looks_forward_is_refused() {
        for bad in [
            "use crate::cards::open;",
            "use crate::{kernel::Op, cards::{open, replace}};",
            "fn f() { crate::cards::open(); }",
            "use super::super::cards;",
            "use crate::testing::clock;",
        ] {
            assert_eq!(found(&[("readers/register.rs", bad)]).len(), 1, "{bad}");
        }
        for good in [
            "use crate::kernel::Op;",
            "use crate::{kernel::{cards, Op}, readers::merge};",
            "/// See [`crate::cards`].",
            "use super::cards;",
            "#[cfg(test)]\nmod tests { use crate::cards::open; }",
        ] {
            assert_eq!(found(&[("readers/register.rs", good)]), [""; 0], "{good}");
        }
        assert_eq!(found(&[("testing/world.rs", "use crate::cards::open;")]), [""; 0]);
        assert_eq!(found(&[("readers/tests.rs", "use crate::cards::open;")]), [""; 0]);
        assert_eq!(found(&[("attic.rs", "")]).len(), 1);
    }

    #[test]
    fn a_cycle_on_one_floor_is_refused() {
        let one_way = [("libraries.rs", "use crate::staff::list;"), ("staff.rs", "use crate::kernel::Op;")];
        assert_eq!(found(&one_way), [""; 0]);
        let cycle = [one_way[0], one_way[1], ("staff/mod.rs", "use crate::libraries::tree;")];
        let found = found(&cycle);
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("libraries → staff → libraries"), "{found:?}");
    }
}
