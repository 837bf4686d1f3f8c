//! Any room may read another's tables; only the owner writes them.
//!
//! Entities stand in `crates/service/src/<room>/tables.rs` or below `<room>/tables/`. Refused is, in another room's
//! file, a write that names an entity which came from there: `ActiveModel`, `Entity::insert`, `Entity::update` and
//! the like, under whatever name it was imported. A `Model` that is turned into an `ActiveModel` by a method goes
//! unseen; reviewers know.

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo};
use super::rooms::{HOUSE, room};

const RULE: &str = "tables";
const EXEMPT: &[&str] = &["testing", "demo", "lib"];
/// What follows the name of an entity, or of a module of entities, when it is written.
const WRITE: &str = r"::(?:\w+::)*(?:ActiveModel\b|(?:insert|update|delete)\w*\()";

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let import = Regex::new(r"\buse (crate::[^;]*);")?;
    let inline = Regex::new(&format!(r"\bcrate::(\w+)::tables{WRITE}"))?;
    let mut findings = Vec::new();
    for file in repo.under(HOUSE, ".rs") {
        let Some(own) = room(file).filter(|room| !EXEMPT.contains(room)) else { continue };
        let code = file.product_code();
        let mut refuse = |at, other: &str| {
            let message = format!("{own} writes a table of {other}: call a function of {other} that does it");
            findings.push(file.finding(at, RULE, message));
        };
        for hit in inline.captures_iter(&code) {
            let (_, [other]) = hit.extract();
            if other != own {
                refuse(hit.get(0).map_or(0, |whole| whole.start()), other);
            }
        }
        for hit in import.captures_iter(&code) {
            let (_, [tree]) = hit.extract();
            for (path, name) in leaves(tree, "") {
                let mut path = path.split("::").skip(1);
                let (Some(other), Some("tables")) = (path.next(), path.next()) else { continue };
                if other == own {
                    continue;
                }
                if path.last() == Some("ActiveModel") || name == "*" {
                    refuse(hit.get(0).map_or(0, |whole| whole.start()), other);
                }
                let write = Regex::new(&format!(r"(?:^|[^:\w]){}{WRITE}", regex::escape(&name)))?;
                for hit in write.find_iter(&code) {
                    refuse(hit.start() + 1, other);
                }
            }
        }
    }
    Ok(findings)
}

/// All that a `use` brings: its path, and its name here.
fn leaves(tree: &str, prefix: &str) -> Vec<(String, String)> {
    let tree = tree.trim();
    if let Some((before, inner)) = tree.split_once('{') {
        let prefix = format!("{prefix}{}", before.trim());
        let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
        return branches(inner).into_iter().flat_map(|branch| leaves(branch, &prefix)).collect();
    }
    let (path, alias) =
        tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path.trim(), Some(alias)));
    let whole = format!("{prefix}{path}");
    let whole = whole.strip_suffix("::self").unwrap_or(&whole);
    let name = alias.or(whole.rsplit("::").next()).unwrap_or(whole).trim().to_owned();
    vec![(whole.to_owned(), name)]
}

/// Split at the commas outside of braces.
fn branches(inner: &str) -> Vec<&str> {
    let mut depth = 0;
    inner
        .split(|character| {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            character == ',' && depth == 0
        })
        .filter(|branch| !branch.trim().is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        check(&Repo::of(&[(&format!("{HOUSE}cards/open.rs"), text)])).unwrap().len()
    }

    #[test]
    fn writing_the_table_of_another_room_is_refused() {
        for bad in [
            "use crate::readers::tables::reader;\nfn f() { reader::ActiveModel { ..x } }",
            "use crate::readers::tables as theirs;\nfn f() { theirs::reader::Entity::update_many(); }",
            "use crate::{kernel::Op, readers::{merge, tables::{self, reader::{self as r}}}};\nfn f() { r::Entity::insert(x) }",
            "use crate::readers::tables::reader::Entity as Readers;\nfn f() { Readers::delete_by_id(x) }",
            "use crate::readers::tables::reader::{ActiveModel, Column};",
            "use crate::readers::tables::*;",
            "fn f() { crate::readers::tables::reader::Entity::delete_many() }",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
    }

    #[test]
    fn reading_it_and_writing_ones_own_is_fine() {
        for good in [
            "use crate::readers::tables::reader;\nfn f() { reader::Entity::find() }",
            "use crate::cards::tables::card;\nfn f() { card::ActiveModel {}; card::Entity::insert(x) }",
            "use crate::readers::{tables::reader, update};\nfn f() { update::insert_all(); reader::Column::Name }",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }
}
