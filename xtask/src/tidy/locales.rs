//! Every text exists in each language, is used, and has what it is given.
//!
//! Texts are used by `t.t("key")`, `t.a("key", …)` and their like in templates and Rust ([`CALL`]). A key that is
//! put together says so beside the code that does it: `// locale-keys: blocker-*`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use regex::Regex;

use super::repo::{File, Finding, Repo};

const RULE: &str = "locales";
const FOLDER: &str = "crates/web/locales/";
const LANGUAGES: &[&str] = &["zh-Hans", "zh-Hant", "en"];

/// A call that names a key. When the pages call otherwise, this is what to change.
const CALL: &str = r#"\b(?:t|text|texts|self)\.(?:t|a)\(\s*"([A-Za-z][\w-]*)""#;
/// The key of a family that is put together.
const FAMILY: &str = r"locale-keys:\s*([A-Za-z][\w-]*)\*";

/// A text: where it stands, and the variables it wants.
struct Text<'a> {
    file: &'a File,
    at: usize,
    variables: BTreeSet<&'a str>,
}

type Texts<'a> = BTreeMap<&'a str, Text<'a>>;

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut languages: Vec<(&str, Texts<'_>)> = Vec::new();
    for language in LANGUAGES {
        languages.push((language, read(repo, language, &mut findings)?));
    }
    let every: BTreeSet<&str> = languages.iter().flat_map(|(_, texts)| texts.keys().copied()).collect();
    for key in &every {
        let Some((first, text)) = languages.iter().find_map(|(name, texts)| Some((name, texts.get(key)?)))
        else {
            continue;
        };
        let wanted = &text.variables;
        for (language, texts) in &languages {
            match texts.get(key) {
                None => {
                    findings.push(text.file.finding(
                        text.at,
                        RULE,
                        format!("{key} is missing in {language}"),
                    ));
                }
                Some(other) => {
                    for extra in other.variables.difference(wanted) {
                        let message = format!("{key} wants ${extra}, which it does not in {first}");
                        findings.push(other.file.finding(other.at, RULE, message));
                    }
                }
            }
        }
    }
    if !every.is_empty() {
        uses(repo, &every, &languages, &mut findings)?;
    }
    Ok(findings)
}

fn read<'a>(repo: &'a Repo, language: &str, findings: &mut Vec<Finding>) -> Result<Texts<'a>> {
    let message = Regex::new(r"(?m)^(-?[A-Za-z][\w-]*)[ \t]*=")?;
    let variable = Regex::new(r"\{\s*\$([\w-]+)|\(\s*\$([\w-]+)")?;
    let mut texts = Texts::new();
    for file in repo.under(FOLDER, ".ftl") {
        if file.path.strip_prefix(FOLDER).and_then(|rest| rest.split('/').next()) != Some(language) {
            continue;
        }
        let heads: Vec<_> = message.captures_iter(&file.text).filter_map(|hit| hit.get(1)).collect();
        for (index, head) in heads.iter().enumerate() {
            let end = heads.get(index + 1).map_or(file.text.len(), |next| next.start());
            let body = file.text.get(head.end()..end).unwrap_or_default();
            let variables = variable.captures_iter(body).filter_map(|hit| hit.get(1).or(hit.get(2)));
            let text =
                Text { file, at: head.start(), variables: variables.map(|name| name.as_str()).collect() };
            if texts.insert(head.as_str(), text).is_some() {
                let message = format!("{} stands twice in {language}", head.as_str());
                findings.push(file.finding(head.start(), RULE, message));
            }
        }
    }
    Ok(texts)
}

fn uses(
    repo: &Repo,
    every: &BTreeSet<&str>,
    languages: &[(&str, Texts<'_>)],
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let (call, family) = (Regex::new(CALL)?, Regex::new(FAMILY)?);
    let literal = Regex::new(r#""([A-Za-z][\w-]*)""#)?;
    let reference = Regex::new(r"\{\s*(-?[A-Za-z][\w-]*)\s*[}.(]")?;
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut families: Vec<&str> = Vec::new();
    for file in &repo.files {
        let template = file.path.starts_with("crates/web/templates/");
        let code = file.path.starts_with("crates/") && file.path.ends_with(".rs");
        if file.path.starts_with(FOLDER) {
            named.extend(reference.captures_iter(&file.text).map(|hit| hit.extract::<1>().1[0]));
        }
        if !template && !code {
            continue;
        }
        named.extend(literal.captures_iter(&file.text).map(|hit| hit.extract::<1>().1[0]));
        families.extend(family.captures_iter(&file.text).map(|hit| hit.extract::<1>().1[0]));
        if file.path.starts_with("crates/web/") {
            for hit in call.captures_iter(&file.text) {
                let (_, [key]) = hit.extract();
                if !every.contains(key) {
                    let at = hit.get(0).map_or(0, |whole| whole.start());
                    findings.push(file.finding(
                        at,
                        RULE,
                        format!("no language has the text {key}: add it to all"),
                    ));
                }
            }
        }
    }
    for key in every {
        if named.contains(key) || families.iter().any(|family| key.starts_with(family)) {
            continue;
        }
        if let Some(text) = languages.iter().find_map(|(_, texts)| texts.get(key)) {
            let message =
                format!("{key} is used nowhere: remove it, or name its family by `// locale-keys: start-*`");
            findings.push(text.file.finding(text.at, RULE, message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(hans: &str, hant: &str, en: &str, template: &str) -> Vec<String> {
        let repo = Repo::of(&[
            ("crates/web/locales/zh-Hans/desk.ftl", hans),
            ("crates/web/locales/zh-Hant/desk.ftl", hant),
            ("crates/web/locales/en/desk.ftl", en),
            ("crates/web/templates/desk/find.html", template),
        ]);
        check(&repo).unwrap().iter().map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn what_is_missing_unknown_unused_or_wants_too_much_is_refused() {
        let text = "find = x\n";
        let page = "{{ t.t(\"find\") }}";
        assert_eq!(found(text, text, text, page), [""; 0]);
        assert_eq!(found(text, text, "", page), ["find is missing in en"]);
        assert_eq!(found(text, text, text, "{{ t.t(\"find\") }}{{ t.a(\"gone\", x) }}").len(), 1);
        assert_eq!(found(text, text, text, "").len(), 1);
        assert_eq!(found(text, text, "find = x { $count }\n", page).len(), 1);
        assert_eq!(found("find = x\nfind = y\n", text, text, page).len(), 1);
    }

    #[test]
    fn families_terms_and_references_count_as_use() {
        let text = "-card = x\nblocker-loans = x { -card }\n    .hint = y { NUMBER($n) }\n";
        assert_eq!(found(text, text, text, "{# locale-keys: blocker-* #}"), [""; 0]);
    }
}
