//! Pages that a strict Content-Security-Policy can serve.

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo};

const RULE: &str = "templates";
const FOLDER: &str = "crates/web/templates/";

const REFUSED: &[(&str, &str)] = &[
    (r"\sstyle\s*=", "an inline style: give the element a class, and the class a rule in assets/css"),
    (r"<style\b", "a style sheet in the page: put the rules in assets/css"),
    (r#"<script\b(?:[^>"]|"[^"]*")*>"#, "a script in the page: put it in assets/js and load it with src"),
    (r#"\son[a-z]{3,}\s*=\s*["']"#, "a handler in the page: listen for it in assets/js"),
    (r#"=\s*["']?\s*javascript:"#, "a script in a link: make it a button and listen for it in assets/js"),
    (
        r#"\b(?:href|src|action)\s*=\s*["'](?:https?:)?//"#,
        "another host: pages load and send nothing elsewhere",
    ),
];

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (pattern, message) in REFUSED {
        let pattern = Regex::new(&format!("(?i){pattern}"))?;
        for file in repo.under(FOLDER, "") {
            for hit in pattern.find_iter(&file.text) {
                if hit.as_str().contains("<script") && hit.as_str().contains("src=") {
                    continue;
                }
                findings.push(file.finding(hit.start(), RULE, *message));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        check(&Repo::of(&[(&format!("{FOLDER}desk/find.html"), text)])).unwrap().len()
    }

    #[test]
    fn what_a_strict_policy_would_block_is_refused() {
        for bad in [
            "<p style=\"color: red\">",
            "<style>p {}</style>",
            "<script>let a</script>",
            "<script type=\"module\">let a</script>",
            "<button onclick=\"go()\">",
            "<a href=\"javascript:go()\">",
            "<img src=\"https://example.org/a.png\">",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
        for good in [
            "<script type=\"module\" src=\"{{ asset(\"a.js\") }}\"></script>",
            "<p class=\"style\" data-on=\"x\">on = off</p>",
            "<a href=\"/desk\">",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }
}
