//! Rust that reads well and does not slip: short files, bound SQL, no stray printing, no sleeping tests.

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo, blank_comments};

const RULE: &str = "rust";
/// No file is longer.
const LONGEST: usize = 600;
/// From here on a file is named in passing.
pub const GROWING: usize = 400;

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let sql = Regex::new(
        r#"\bformat!\(\s*r?#*"\s*(?:(?i:select|insert\s+into|delete\s+from)\s|(?i:update)\s+\S+\s+(?i:set)\s)"#,
    )?;
    let print = Regex::new(r"\b(?:e?print(?:ln)?|dbg)!\(")?;
    let ignored = Regex::new(r"#\[\s*ignore\b|\bcfg_attr\([^)]*\bignore\b")?;
    let mut findings = Vec::new();
    for file in repo.under("", ".rs").filter(|file| !file.path.starts_with("xtask/src/tidy/")) {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            let message = format!("{lines} lines, more than {LONGEST}: look for the second thing in it");
            findings.push(file.finding(0, RULE, message));
        }
        let whole = blank_comments(&file.text);
        for hit in ignored.find_iter(&whole) {
            findings.push(file.finding(hit.start(), RULE, "a test that sleeps: mend it or remove it"));
        }
        for hit in sql.find_iter(&whole).filter(|_| !file.path.starts_with("xtask/")) {
            let message = "SQL by format!: bind the values, or use the query builder; fixed text is a const";
            findings.push(file.finding(hit.start(), RULE, message));
        }
        if !may_print(&file.path) {
            for hit in print.find_iter(&file.product_code()) {
                findings.push(file.finding(
                    hit.start(),
                    RULE,
                    "printing is for the binary and xtask: use tracing",
                ));
            }
        }
    }
    Ok(findings)
}

/// The files that become long.
pub fn growing(repo: &Repo) -> Vec<String> {
    let files = repo.under("", ".rs").map(|file| (file.text.lines().count(), &file.path));
    files.filter(|(lines, _)| *lines > GROWING).map(|(lines, path)| format!("{path} {lines}")).collect()
}

fn may_print(path: &str) -> bool {
    path.starts_with("xtask/")
        || path.starts_with("crates/yueka/")
        || path.ends_with("/build.rs")
        || path.contains("/tests/")
        || path.contains("/examples/")
        || path.contains("/benches/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Repo::of(&[(path, text)])).unwrap().len()
    }

    #[test]
    fn long_files_are_refused_and_named_before() {
        let lines = |count| "//\n".repeat(count);
        assert_eq!(found("crates/web/src/a.rs", &lines(601)), 1);
        assert_eq!(found("crates/web/src/a.rs", &lines(600)), 0);
        assert_eq!(growing(&Repo::of(&[("a.rs", &lines(401)), ("b.rs", &lines(400))])), ["a.rs 401"]);
    }

    #[test]
    fn slips_are_refused() {
        for bad in [
            "fn f() { format!(\"SELECT * FROM card WHERE id = {id}\") }",
            "fn f() { format!(\n  r#\"\n  delete from card\"#) }",
            "fn f() { format!(\"UPDATE {table} SET a = 1\") }",
            "fn f() { println!(\"x\") }",
            "fn f() { dbg!(x) }",
            "#[test]\n#[ignore]\nfn f() {}",
            "#[ignore = \"slow\"]",
        ] {
            assert_eq!(found("crates/service/src/a.rs", bad), 1, "{bad}");
        }
        for good in [
            "const SQL: &str = \"SELECT 1\"; fn f() { format!(\"Update the {x}\"); format!(\"Selected {x}\") }",
            "// println!()\n#[cfg(test)]\nmod tests { fn f() { println!(\"x\") } }",
        ] {
            assert_eq!(found("crates/service/src/a.rs", good), 0, "{good}");
        }
        assert_eq!(found("crates/yueka/src/a.rs", "fn f() { println!(\"x\") }"), 0);
    }
}
