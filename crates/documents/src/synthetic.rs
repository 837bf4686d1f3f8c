//! Numbers of people who cannot exist: for demos, simulators and tests. Everything follows from the arguments.
//!
//! China keeps no range of numbers for fiction. What takes its place:
//!
//! | number | why nobody has it |
//! |---|---|
//! | [`resident_number`] | province prefixes 19, 29, 39, 49, 59, 69, 79 are not assigned |
//! | [`permanent_resident_new`], [`permanent_resident_old`] | the same prefixes as province of acceptance |
//! | [`hmt_permit`] | area 8199xx, 8299xx, 8399xx; real ones are 810000, 820000, 830000 |
//! | [`hk_macao_permit`] | H99…, M99…: far above what has been issued |
//! | [`taiwan_permit`] | 99…: far above what has been issued |
//! | [`passport`] | SYN and six digits |
//! | [`military_id`] | 演字第…号: there is no such character for a unit |
//! | [`other`] | DEMO-… |

use chrono::NaiveDate;

use crate::Sex;
use crate::check::{mod_11_2, weights_7_3_1};

/// Which of the three permits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HmtRegion {
    /// 香港: 81, and H on the travel permit.
    HongKong,
    /// 澳门: 82, and M on the travel permit.
    Macao,
    /// 台湾: 83.
    Taiwan,
}

/// A citizen number: `area` chooses among 70 000 unassigned areas, `sequence` among 498 people of one area, birth
/// date and sex.
#[must_use]
pub fn resident_number(area: u32, birth: NaiveDate, sex: Sex, sequence: u16) -> String {
    let (prefix, rest) = (unassigned(area), area / 7 % 10_000);
    with_mod_11_2(format!("{prefix}{rest:04}{}{}", birth.format("%Y%m%d"), sequence_of(sex, sequence)))
}

/// The 15-digit form of the same number; only people born from 1900 to 1999 have one.
#[must_use]
pub fn resident_number_15(area: u32, birth: NaiveDate, sex: Sex, sequence: u16) -> String {
    let number = resident_number(area, birth, sex, sequence);
    number.char_indices().filter(|(i, _)| !matches!(i, 6 | 7 | 17)).map(|(_, c)| c).collect()
}

/// The number of a residence permit for residents of Hong Kong, Macao and Taiwan.
#[must_use]
pub fn hmt_permit(region: HmtRegion, area: u32, birth: NaiveDate, sex: Sex, sequence: u16) -> String {
    let prefix = match region {
        HmtRegion::HongKong => 81,
        HmtRegion::Macao => 82,
        HmtRegion::Taiwan => 83,
    };
    let area = area % 100;
    with_mod_11_2(format!("{prefix}99{area:02}{}{}", birth.format("%Y%m%d"), sequence_of(sex, sequence)))
}

/// A permanent-resident number of the new form; `country` is ISO 3166-1 numeric.
#[must_use]
pub fn permanent_resident_new(area: u32, country: u16, birth: NaiveDate, sex: Sex, sequence: u16) -> String {
    let (prefix, country) = (unassigned(area), country % 1000);
    with_mod_11_2(format!("9{prefix}{country:03}{}{}", birth.format("%Y%m%d"), sequence_of(sex, sequence)))
}

/// A permanent-resident number of the old form; `country` has three letters.
#[must_use]
pub fn permanent_resident_old(area: u32, country: &str, birth: NaiveDate, sex: Sex, sequence: u16) -> String {
    let (prefix, rest) = (unassigned(area), area / 7 % 100);
    let digit = sequence % 5 * 2 + u16::from(sex == Sex::Male);
    let mut number =
        format!("{country}{prefix}{rest:02}{}{digit}", birth.format("%y%m%d")).to_ascii_uppercase();
    number.extend(weights_7_3_1(&number));
    number
}

/// A travel permit of Hong Kong or Macao; `issue` adds the two digits that count re-issues. Taiwan has
/// [`taiwan_permit`], which this gives then.
#[must_use]
pub fn hk_macao_permit(region: HmtRegion, serial: u32, issue: Option<u8>) -> String {
    let letter = match region {
        HmtRegion::HongKong => 'H',
        HmtRegion::Macao => 'M',
        HmtRegion::Taiwan => return taiwan_permit(serial, issue),
    };
    format!("{letter}{}", taiwan_permit(serial, issue))
}

/// A travel permit of Taiwan; `issue` adds the two digits that count re-issues.
#[must_use]
pub fn taiwan_permit(serial: u32, issue: Option<u8>) -> String {
    let count = issue.map(|issue| format!("{:02}", issue % 100)).unwrap_or_default();
    format!("99{:06}{count}", serial % 1_000_000)
}

/// The number of a passport, of whatever country.
#[must_use]
pub fn passport(serial: u32) -> String {
    format!("SYN{:06}", serial % 1_000_000)
}

/// The number of a military document.
#[must_use]
pub fn military_id(serial: u32) -> String {
    format!("演字第{:07}号", serial % 10_000_000)
}

/// The number of another document.
#[must_use]
pub fn other(serial: u32) -> String {
    format!("DEMO-{:06}", serial % 1_000_000)
}

const fn unassigned(area: u32) -> u32 {
    19 + area % 7 * 10
}

/// Three digits, odd for males, below the centenarians' 996.
fn sequence_of(sex: Sex, sequence: u16) -> String {
    format!("{:03}", sequence % 498 * 2 + u16::from(sex == Sex::Male))
}

fn with_mod_11_2(mut number: String) -> String {
    number.extend(mod_11_2(&number));
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentKind, DocumentWarning, IdentityDocument};

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }

    #[test]
    fn nobody_real_can_have_them() {
        let birth = day(1990, 1, 1);
        for area in 0..1_000 {
            let number = resident_number(area, birth, Sex::Female, 1);
            assert!(
                IdentityDocument::parse(DocumentKind::ResidentId, &number, None, day(2026, 3, 1))
                    .is_ok_and(|document| document.warnings() == [DocumentWarning::UnknownRegion]),
                "{number}"
            );
        }
    }

    #[test]
    fn areas_and_sequences_make_different_people() {
        let birth = day(1990, 1, 1);
        let mut numbers: Vec<_> = (0..200)
            .flat_map(|area| (0..498).map(move |sequence| resident_number(area, birth, Sex::Male, sequence)))
            .collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 200 * 498);
    }
}
