//! What a chosen password must not be: one that many people use, or one that who knows the reader would try first (6.1.1.2, A.2.3).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use crate::kernel::{Problem, is_good_password};

static COMMON: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// So many digits in a row that stand in a number of the reader make a password one of theirs.
const RUN: usize = 6;

/// What others may know of the reader. `Debug` shows nothing of it.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub birth_date: NaiveDate,
    /// Phone, document and card numbers; those of the guardian too.
    pub numbers: Vec<String>,
    /// The name as it is looked up: itself, pinyin, initials.
    pub name_words: BTreeSet<String>,
}

/// Judges a password that a reader chose.
pub(crate) fn judge(password: &str, facts: &Facts) -> Result<(), Problem> {
    if !is_good_password(password) {
        return Err(Problem::WeakPassword);
    }
    let plain: String =
        password.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if is_common(&plain) {
        return Err(Problem::CommonPassword);
    }
    if is_derived(&plain, facts) { Err(Problem::DerivedPassword) } else { Ok(()) }
}

/// Common by itself, said twice, or of one letter and one digit.
fn is_common(plain: &str) -> bool {
    let characters: BTreeSet<char> = plain.chars().collect();
    characters.len() < 3 || COMMON.contains(plain)
}

fn is_derived(plain: &str, facts: &Facts) -> bool {
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let letters: String = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
    if births(facts.birth_date).iter().any(|birth| digits.contains(birth.as_str())) {
        return true;
    }
    let own: Vec<String> =
        facts.numbers.iter().map(|number| number.chars().filter(char::is_ascii_digit).collect()).collect();
    let runs = digits.as_bytes().windows(RUN).filter_map(|run| std::str::from_utf8(run).ok());
    if runs.into_iter().any(|run| own.iter().any(|number| number.contains(run))) {
        return true;
    }
    // A number of theirs with its letters: a One-Card's barcode, a passport.
    let number_in = |number: &String| {
        let number: String =
            number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        number.len() >= RUN && plain.contains(&number)
    };
    if facts.numbers.iter().any(number_in) {
        return true;
    }
    // The name, and a year or a few digits after it.
    let year = facts.birth_date.year().to_string();
    facts.name_words.contains(&letters) && (digits.len() <= 4 || digits.contains(&year))
}

/// The birth date in every order that people write it in, of six digits and more.
fn births(date: NaiveDate) -> BTreeSet<String> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let years = [format!("{year:04}"), format!("{:02}", year.rem_euclid(100))];
    let months = [format!("{month:02}"), month.to_string()];
    let days = [format!("{day:02}"), day.to_string()];
    let mut all = BTreeSet::new();
    for y in &years {
        for m in &months {
            for d in &days {
                for order in [[y, m, d], [y, d, m], [m, d, y], [d, m, y]] {
                    all.insert(order.into_iter().map(String::as_str).collect::<String>());
                }
            }
        }
    }
    all.retain(|text| text.len() >= RUN);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            birth_date: NaiveDate::from_ymd_opt(1990, 5, 6).unwrap(),
            numbers: ["13900008800", "590101199005060028", "0757001002386417", "FS00012345"]
                .map(str::to_owned)
                .into(),
            name_words: ["陈美玲", "chenmeiling", "cml"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn c_6_1_1_2_a_password_that_others_would_try_first_is_refused() {
        for derived in [
            "19900506ab",
            "ab900506",
            "x06051990",
            "05061990x",
            "1990-05-06a",
            "a1990.5.06",
            "x9056-1990z5061990",
            "abc13900008800",
            "abc008800",
            "yu060028x",
            "a00100238",
            "fs00012345",
            "Fs-000123-45",
            "chenmeiling1990",
            "ChenMeiLing88",
            "cml19900",
            "chenmeiling123",
            "1990chenmeiling",
        ] {
            assert_eq!(judge(derived, &facts()), Err(Problem::DerivedPassword), "{derived}");
        }
        for common in ["password1", "Passw0rd!", "aa123456", "1qaz2wsx", "woaini1314", "aaaaaaa1"] {
            assert_eq!(judge(common, &facts()), Err(Problem::CommonPassword), "{common}");
        }
        for weak in ["short1", "nodigitshere", "20262026", ""] {
            assert_eq!(judge(weak, &facts()), Err(Problem::WeakPassword), "{weak}");
        }
        for good in ["yueka2026", "mei4zai4shu1li", "correct horse 7", "读书破万卷2026xia", "cml8827154"]
        {
            assert_eq!(judge(good, &facts()), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_list_of_common_passwords_names_only_what_would_be_taken_otherwise() {
        for common in COMMON.iter() {
            assert!(is_good_password(common), "{common}");
        }
        assert!(COMMON.len() >= 200);
    }
}
