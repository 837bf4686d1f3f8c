//! Links between pages of the documentation lead somewhere.

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo};

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let link = Regex::new(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")?;
    let mut findings = Vec::new();
    for file in repo.under("", ".md") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for hit in link.captures_iter(&file.text) {
            let (_, [to]) = hit.extract();
            if to.contains("://") || to.starts_with("mailto:") || to.starts_with('/') {
                continue;
            }
            let to = resolve(folder, to);
            let leads = repo.files.iter().any(|other| {
                other.path == to || other.path.strip_prefix(&to).is_some_and(|rest| rest.starts_with('/'))
            });
            // Pictures are no text, and so are not among the files.
            let picture = [".png", ".jpg", ".svg", ".pdf"].iter().any(|ending| to.ends_with(ending));
            if !leads && !picture && !to.is_empty() {
                let at = hit.get(0).map_or(0, |whole| whole.start());
                findings.push(file.finding(at, "links", format!("{to} does not exist: mend the link")));
            }
        }
    }
    Ok(findings)
}

/// `docs/x` and `../a/./b` give `a/b`.
fn resolve(folder: &str, to: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in to.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nowhere_is_refused() {
        let text = "[a](../README.md) [b](api.md#top) [c](../crates) [d](https://example.org) [e](gone.md) [f](#here)";
        let repo =
            Repo::of(&[("README.md", ""), ("docs/api.md", ""), ("crates/a.rs", ""), ("docs/x.md", text)]);
        let found = check(&repo).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message.starts_with("docs/gone.md"));
    }
}
