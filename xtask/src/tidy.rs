//! `cargo xtask tidy`: the house rules that a compiler cannot know. Each rule is one file, tells how to mend what it
//! finds, and has a test in which a bad sample fails.

mod clauses;
mod css;
mod dependencies;
mod links;
mod locales;
mod numbers;
mod repo;
mod rooms;
mod rust;
mod tables;
mod templates;
mod words;

use std::time::Instant;

use anyhow::Result;

use self::repo::{Finding, Repo};
use crate::place::Place;

type Rule = fn(&Repo) -> Result<Vec<Finding>>;

const RULES: &[Rule] = &[
    dependencies::check,
    rooms::check,
    tables::check,
    rust::check,
    css::check,
    templates::check,
    locales::check,
    clauses::check,
    links::check,
    numbers::check,
    words::check,
];

/// True when the house is tidy.
pub fn command(place: &Place) -> Result<bool> {
    let begun = Instant::now();
    let repo = Repo::read(&place.root)?;
    let mut findings = Vec::new();
    for rule in RULES {
        findings.extend(rule(&repo)?);
    }
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    let long: Vec<String> = rust::growing(&repo);
    if !long.is_empty() {
        println!("files that grow (over {} lines): {}", rust::GROWING, long.join(", "));
    }
    for finding in &findings {
        println!("{finding}");
    }
    let files = repo.files.len();
    let seconds = begun.elapsed().as_secs_f64();
    println!("tidy: {files} files, {} findings, {seconds:.1} s", findings.len());
    Ok(findings.is_empty())
}
