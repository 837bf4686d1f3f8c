//! What a repository should not say: promises instead of work, and one machine's folders.

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo};

const RULE: &str = "words";

/// Samples of what is refused stand here.
const EXEMPT: &str = "xtask/src/tidy/";

const REFUSED: &[(&str, &str)] = &[
    (r"\b(?:TODO|FIXME)\b", "a promise: do it now, or file an issue"),
    (
        r#"(?:^|[\s"'`(=:])/(?:root|work|home/\w+)/"#,
        "a folder of one machine: say it from the repository's root, or take it from the environment",
    ),
    (r"\bfarm-\w|\bDEVELOPERS\.md\b", "something outside this repository: say it here, or leave it out"),
    (
        r#""resolved":\s*"http"#,
        "a lock file with addresses: npm install with omit-lockfile-registry-resolved",
    ),
    (
        r"\b(?:test|it|describe)\.(?:skip|only|todo)\(",
        "a test that sleeps, or keeps others asleep: mend it or remove it",
    ),
];

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (pattern, message) in REFUSED {
        let pattern = Regex::new(&format!("(?m){pattern}"))?;
        for file in repo.files.iter().filter(|file| !file.path.starts_with(EXEMPT)) {
            findings
                .extend(pattern.find_iter(&file.text).map(|hit| file.finding(hit.start(), RULE, *message)));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_and_folders_are_refused() {
        for (path, bad) in [
            ("a.rs", "// TODO: later"),
            ("a.md", "see `/root/notes`"),
            ("a.sh", "cd /home/someone/yueka"),
            ("a.md", "as DEVELOPERS.md says"),
            ("tests/browser/package-lock.json", "\"resolved\": \"https://x\""),
            ("tests/browser/a.test.mjs", "test.only('x')"),
        ] {
            assert_eq!(check(&Repo::of(&[(path, bad)])).unwrap().len(), 1, "{bad}");
        }
        for good in ["GET /api/v1/work/7", "docs/work/today.md", "farmers", "the $HOME folder"] {
            assert_eq!(check(&Repo::of(&[("a.md", good)])).unwrap(), [], "{good}");
        }
    }
}
