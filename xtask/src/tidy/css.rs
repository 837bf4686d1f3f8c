//! Colours, sizes and breakpoints have names, and the names stand in one file.

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo};

const RULE: &str = "css";
const FOLDER: &str = "crates/web/assets/css/";
const TOKENS: &str = "crates/web/assets/css/tokens.css";

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let comment = Regex::new(r"(?s)/\*.*?\*/")?;
    let raw = Regex::new(concat!(
        r"(?i)(?P<colour>:[^;{}]*?#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b",
        r"|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\()",
        r"|(?P<size>\b\d*\.?\d+px\b)"
    ))?;
    let used = Regex::new(r"var\(\s*(--[\w-]+)")?;
    let defined = Regex::new(r"(?m)(--[\w-]+)\s*:")?;
    let sheets: Vec<_> = repo.under(FOLDER, ".css").collect();
    let tokens: Vec<&str> = sheets
        .iter()
        .flat_map(|file| defined.captures_iter(&file.text))
        .map(|hit| hit.extract::<1>().1[0])
        .collect();
    let mut findings = Vec::new();
    for file in sheets {
        let text = comment.replace_all(&file.text, |hit: &regex::Captures<'_>| {
            hit[0].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>()
        });
        for hit in raw.captures_iter(&text).filter(|_| file.path != TOKENS) {
            let Some(whole) = hit.get(0) else { continue };
            let (what, found) = match hit.name("colour") {
                Some(found) => ("a colour", found),
                None => ("a size in px", whole),
            };
            let message = format!("{what} outside of tokens.css: give it a name there and say var(--name)");
            findings.push(line(file.path.clone(), &text, found.end(), message));
        }
        for hit in used.captures_iter(&text) {
            let (_, [name]) = hit.extract();
            if !tokens.contains(&name) {
                let message = format!("{name} is defined nowhere: add it to tokens.css, or mend the name");
                findings.push(line(
                    file.path.clone(),
                    &text,
                    hit.get(0).map_or(0, |whole| whole.start()),
                    message,
                ));
            }
        }
    }
    Ok(findings)
}

/// Comments that are blanked keep their lines, not their bytes.
fn line(path: String, text: &str, at: usize, message: String) -> Finding {
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    Finding { path, line, rule: RULE, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Finding> {
        check(&Repo::of(&[
            (TOKENS, ":root { --ink: #111; --edge: 1px; }"),
            (&format!("{FOLDER}desk.css"), text),
        ]))
        .unwrap()
    }

    #[test]
    fn a_nameless_colour_or_size_is_refused() {
        for bad in [
            "a { color: #fff; }",
            "a {\n  border: var(--edge) solid #a1B2c3; }",
            "a { color: rgb(1 2 3); }",
            "a { margin: 4px; }",
            "@media (min-width: 600px) {}",
            "a { color: var(--inc); }",
        ] {
            assert_eq!(found(bad).len(), 1, "{bad}");
        }
        assert_eq!(found("\n\na { margin: 4px }")[0].line, 3);
    }

    #[test]
    fn tokens_comments_selectors_and_other_units_are_fine() {
        for good in [
            "a { color: var(--ink); margin: 0; border: var(--edge) solid }",
            "/* 墨 #fff 4px */ #add { width: 4rem }",
            "@page { margin: 12mm }",
        ] {
            assert_eq!(found(good), [], "{good}");
        }
    }
}
