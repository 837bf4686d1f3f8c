//! No number that a living person could have: samples are synthetic (`documents::synthetic`).

use anyhow::Result;
use regex::Regex;

use super::repo::{Finding, Repo};

/// The samples that the standard and the announcements of the permits print. Only the crate that reads such numbers
/// may quote them.
const PUBLISHED: &[&str] = &["11010519491231002X", "810000199408230021", "830000199201300022"];
const READER: &str = "crates/documents/";

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let number = Regex::new(r"(?:^|[^0-9A-Za-z])(\d{17}[\dXx])(?:[^0-9A-Za-z]|$)")?;
    let mut findings = Vec::new();
    for file in repo.files.iter().filter(|file| file.path != "xtask/src/tidy/numbers.rs") {
        for hit in number.captures_iter(&file.text).filter_map(|hit| hit.get(1)) {
            let number = hit.as_str().to_ascii_uppercase();
            let quoted = file.path.starts_with(READER) && PUBLISHED.contains(&number.as_str());
            if plausible(&number) && !quoted {
                let message = "a citizen number that somebody may have: take one from documents::synthetic";
                findings.push(file.finding(hit.start(), "numbers", message));
            }
        }
    }
    Ok(findings)
}

/// An assigned province, a date of birth, the right check character.
fn plausible(number: &str) -> bool {
    let field = |range| number.get(range).and_then(|part: &str| part.parse::<u32>().ok()).unwrap_or_default();
    let assigned = match field(0..2) {
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 => true,
        // The one area each of Hong Kong, Macao and Taiwan.
        81..=83 => field(2..6) == 0,
        _ => false,
    };
    let born = field(6..10) >= 1890 && (1..=12).contains(&field(10..12)) && (1..=31).contains(&field(12..14));
    assigned && born && number.get(..17).and_then(check_character) == number.chars().next_back()
}

/// MOD 11-2.
fn check_character(first: &str) -> Option<char> {
    let mut sum = 0;
    for (at, character) in first.chars().enumerate() {
        sum += character.to_digit(10)? * (1 << (17 - at)) % 11;
    }
    "10X98765432".chars().nth(sum as usize % 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_check(first: &str) -> String {
        format!("{first}{}", check_character(first).unwrap())
    }

    fn found(number: &str) -> usize {
        check(&Repo::of(&[("a.json", &format!("{{\"number\":\"{number}\"}}"))])).unwrap().len()
    }

    #[test]
    fn only_what_nobody_has_may_stand_here() {
        for start in ["44060519900307001", "81000020010203002", "11010118901231003"] {
            assert_eq!(found(&with_check(start)), 1, "{start}");
        }
        for start in ["19060519900307001", "81990120010203002", "44060518891231003", "44060519901307001"] {
            assert_eq!(found(&with_check(start)), 0, "{start}");
        }
        let right = with_check("44060519900307001");
        let wrong = if right.ends_with('0') { '1' } else { '0' };
        assert_eq!(found(&format!("44060519900307001{wrong}")), 0);
        assert_eq!(found(&format!("a{right}")), 0);
        let sample = PUBLISHED[0];
        assert_eq!(found(sample), 1);
        assert_eq!(check(&Repo::of(&[("crates/documents/README.md", sample)])).unwrap(), []);
    }
}
