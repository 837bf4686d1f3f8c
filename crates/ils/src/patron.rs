//! What a system says of a reader (64), read with care: what is not said is not known.

use service::kernel::Standing;
use sip2::{Code, Message, Part, field};

use crate::fault::Fault;
use crate::money::fen;
use crate::profile::{Profile, Unknown};

/// A reader as one system knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Patron {
    /// The number that it answered with, to see whether two numbers lead to one reader there.
    pub number: String,
    /// What they have out and owe.
    pub standing: Standing,
    /// Barcodes of what is out, as far as they were asked for and told.
    pub items: Option<Vec<String>>,
    /// What the system says against them.
    pub marks: Vec<&'static str>,
}

/// The fourteen places of the patron status, by what a Y in them says.
const MARKS: [&str; 14] = [
    "borrowing_denied",
    "renewal_denied",
    "recall_denied",
    "hold_denied",
    "card_lost",
    "too_many_loans",
    "too_many_overdue",
    "too_many_renewals",
    "too_many_claims",
    "too_many_lost",
    "too_many_fines",
    "too_many_fees",
    "recall_overdue",
    "too_many_billed",
];

impl Patron {
    /// Reads an answer. `with_items` says whether its list of loans was asked for.
    pub fn read(profile: &Profile, answer: &Message<'_>, with_items: bool) -> Result<Self, Fault> {
        let number = answer.filled(field::PATRON).unwrap_or_default().to_owned();
        let items = with_items.then(|| values(profile, answer, field::CHARGED_ITEMS));
        let charged = count(answer, Part::ChargedItems);
        let overdue = count(answer, Part::OverdueItems);
        let fines = count(answer, Part::FineItems).unwrap_or(0);
        let amount = answer.filled(profile.owed);
        let named = answer.filled(field::PERSONAL_NAME).is_some();
        // By the letter of the protocol BL says whether there is such a reader. Systems also say N of one whose card has ended or is
        // blocked; those have a name, and may well have something out.
        let known = match answer.get(field::VALID_PATRON) {
            Some("Y" | "y" | "1") => true,
            _ => named,
        };
        let marks = marks(answer);
        // Of a reader whom it does not know it can say nothing but that nothing is allowed.
        let has_something = [charged, overdue].into_iter().flatten().any(|count| count > 0)
            || fines > 0
            || owes(amount)
            || marks.iter().any(|mark| !mark.ends_with("_denied"));
        if !known && !has_something {
            let told = match profile.unknown {
                Unknown::Zeros => charged == Some(0),
                Unknown::Nothing => true,
                Unknown::Wait => false,
            };
            if !told {
                return Err(Fault::Unsaid("whether a reader whom it does not know has something out"));
            }
            let items = with_items.then(Vec::new);
            return Ok(Self { number, standing: Standing::default(), items, marks: vec!["unknown_reader"] });
        }
        // A card that is lost there, and a reader who is not named: zeros say nothing of what its holder has out.
        if !known && !named && marks.contains(&"card_lost") && charged == Some(0) && !owes(amount) {
            return Err(Fault::Unsaid("what the holder of a lost card has out"));
        }
        let listed = items.as_ref().filter(|items| !items.is_empty()).map(Vec::len);
        let listed = listed.and_then(|length| u32::try_from(length).ok());
        let Some(loans) = [charged, listed].into_iter().flatten().max() else {
            return Err(Fault::Unsaid("how much is on loan"));
        };
        let overdue = overdue.unwrap_or(0);
        let charges = match amount {
            Some(text) => fen(text).ok_or(Fault::Unsaid("what is owed in a way that can be read"))?.max(0),
            // Something is owed, and how much is not said.
            None if fines > 0 || marks.contains(&"too_many_fines") || marks.contains(&"too_many_fees") => {
                return Err(Fault::Unsaid("how much is owed"));
            }
            None => 0,
        };
        let currency = answer.filled(field::CURRENCY);
        if charges > 0 && currency.is_some_and(|given| !profile.currencies.iter().any(|ours| ours == given)) {
            return Err(Fault::Unsaid("what is owed in our currency"));
        }
        // Some count what is overdue apart.
        let standing = Standing { loans: loans.max(overdue), overdue, charges };
        Ok(Self { number, standing, items, marks })
    }
}

fn owes(amount: Option<&str>) -> bool {
    amount.is_some_and(|text| fen(text) != Some(0))
}

/// A count of four digits; none where the system leaves it blank, which says that it can't tell.
fn count(answer: &Message<'_>, part: Part) -> Option<u32> {
    answer.fixed(part)?.trim().parse().ok()
}

/// The values of a field that comes several times, or once with its values joined.
fn values(profile: &Profile, answer: &Message<'_>, code: Code) -> Vec<String> {
    let separator = |character: char| Some(character) == profile.joined;
    let mut all: Vec<String> = Vec::new();
    for value in answer.all(code).flat_map(|value| value.split(separator)).map(str::trim) {
        if !value.is_empty() && !all.iter().any(|known| known == value) {
            all.push(value.to_owned());
        }
    }
    all
}

fn marks(answer: &Message<'_>) -> Vec<&'static str> {
    let status = answer.fixed(Part::PatronStatus).unwrap_or_default();
    MARKS.into_iter().zip(status.bytes()).filter(|(_, byte)| *byte == b'Y').map(|(mark, _)| mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::IlsSettings;
    use proptest::prelude::*;
    use sip2::Rules;

    fn profile(dialect: &str) -> Profile {
        let settings = IlsSettings {
            name: "ILS".to_owned(),
            address: "ils:6001".to_owned(),
            dialect: dialect.to_owned(),
            ..IlsSettings::default()
        };
        Profile::new(&settings).ok().unwrap()
    }

    fn read(dialect: &str, line: &str) -> Result<Patron, Fault> {
        read_by(&profile(dialect), dialect, line)
    }

    fn read_by(profile: &Profile, dialect: &str, line: &str) -> Result<Patron, Fault> {
        let rules = if dialect == "strict" { Rules::Strict } else { Rules::Tolerant };
        Patron::read(profile, &Message::parse(line, rules).unwrap(), false)
    }

    fn standing(dialect: &str, line: &str) -> (u32, u32, i64) {
        let Standing { loans, overdue, charges } = read(dialect, line).unwrap().standing;
        (loans, overdue, charges)
    }

    const HEAD: &str = "64              01920261124    100000";

    #[test]
    fn c_6_3_4_what_a_system_says_is_read_as_it_says_it() {
        let line = |rest: &str| format!("{HEAD}000000020003000000000000AOFS|AA1|AE陈|BLY|{rest}");
        assert_eq!(standing("strict", &line("BHCNY|BV3.50|")), (3, 2, 350));
        assert_eq!(standing("strict", &line("")), (3, 2, 0));
        assert_eq!(standing("strict", &line("BV-2.00|")), (3, 2, 0), "a credit is no debt");
        // Where BV is money on the card, CF is what is owed.
        assert_eq!(standing("interlib", &line("BV100.00|CF1.20|")), (3, 2, 120));
        assert_eq!(standing("interlib", &line("BV100.00|")), (3, 2, 0));
        let marked = format!("64YY  Y         01920261124    100000{:024}AOFS|AA1|AE陈|BLY|", 0);
        let marks = read("strict", &marked).unwrap().marks;
        assert_eq!(marks, ["borrowing_denied", "renewal_denied", "card_lost"]);
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_makes_it_panic(rest in "[YN 0-9A-Z|.,陈]{0,160}") {
            let line = format!("64{rest}");
            for (dialect, rules) in [("strict", Rules::Strict), ("interlib", Rules::Tolerant)] {
                if let Ok(message) = Message::parse(&line, rules) {
                    let _ = Patron::read(&profile(dialect), &message, true);
                }
            }
        }
    }

    #[test]
    fn c_6_3_4_what_is_not_said_is_not_known() {
        let blank = format!("{HEAD}{:24}AOFS|AA1|AE陈|BLY|", "");
        assert_eq!(read("strict", &blank), Err(Fault::Unsaid("how much is on loan")));
        let line = |rest: &str| format!("{HEAD}000000000000000000000000AOFS|AA1|AE陈|BLY|{rest}");
        for (rest, unsaid) in [
            ("BV1,5|", "what is owed in a way that can be read"),
            ("BHUSD|BV2.00|", "what is owed in our currency"),
        ] {
            assert_eq!(read("strict", &line(rest)), Err(Fault::Unsaid(unsaid)), "{rest}");
        }
        assert_eq!(standing("strict", &line("BHUSD|BV0.00|")), (0, 0, 0));
        let fined = format!("{HEAD}000000000000000100000000AOFS|AA1|AE陈|BLY|");
        assert_eq!(read("strict", &fined), Err(Fault::Unsaid("how much is owed")));
    }

    #[test]
    fn c_6_3_4_a_reader_whom_it_does_not_know_has_nothing_there_unless_it_says_otherwise() {
        let unknown = "64YYYY          01920261124    100000000000000000000000000000AOFS|AA1|AE|BLN|";
        let read_as = read("strict", unknown).unwrap();
        assert_eq!((read_as.standing, read_as.marks), (Standing::default(), vec!["unknown_reader"]));
        let blank = format!("64YYYY          01920261124    100000{:24}AOFS|AA1|AE|BLN|", "");
        assert!(read("strict", &blank).is_err(), "blanks say that it can't tell");
        let by = |unknown| Profile { unknown, ..profile("strict") };
        for (unknown, line, expected) in [
            (Unknown::Nothing, blank.as_str(), true),
            (Unknown::Nothing, unknown, true),
            (Unknown::Wait, unknown, false),
        ] {
            assert_eq!(read_by(&by(unknown), "strict", line).is_ok(), expected, "{unknown:?}");
        }
        // A card that was reported lost there is known there.
        let lost = format!("64YYYYY         01920261124    100000{:24}AOFS|AA1|AE|BLN|", "");
        assert!(read_by(&by(Unknown::Nothing), "strict", &lost).is_err());
        let lost = "64YYYYY         01920261124    100000000000000000000000000000AOFS|AA1|AE|BLN|";
        assert!(read("interlib", lost).is_err(), "machines are told zeros");
        // A card that has ended there, of somebody who has a book out.
        let ended = "64YYYY          01920261124    100000000000000001000000000000AOFS|AA1|AE陈|BLN|";
        assert_eq!(standing("strict", ended), (1, 0, 0));
        let ended = format!("64YYYY          01920261124    100000{:24}AOFS|AA1|AE陈|BLN|", "");
        assert!(read("strict", &ended).is_err(), "it knows them, and does not say what is out");
        let owes = "64YYYY          01920261124    100000000000000000000000000000AOFS|AA1|AE|BLN|BV2.00|";
        assert_eq!(standing("strict", owes), (0, 0, 200));
    }
}
