//! Runs of barcodes: the same letters before, then digits that count up.

use std::fmt;

use super::form::plain;
use crate::kernel::Problem;

/// The most cards that one step takes: a receipt, a transfer, an order.
pub const MOST_CARDS: u32 = 100_000;

/// Barcodes from the first to the last, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Range {
    /// The first barcode.
    pub first: String,
    /// The last.
    pub last: String,
    /// How many.
    pub count: u32,
}

/// A barcode as what stands before its last digits, and these.
struct Parts<'a> {
    head: &'a str,
    tail: &'a str,
}

/// Digits that count up at the end of a barcode; more than these stay as they are.
const DIGITS: usize = 15;

impl<'a> Parts<'a> {
    fn of(barcode: &'a str) -> Option<Self> {
        let digits = barcode.bytes().rev().take_while(u8::is_ascii_digit).take(DIGITS).count();
        let (head, tail) = barcode.split_at_checked(barcode.len() - digits)?;
        (!tail.is_empty()).then_some(Self { head, tail })
    }

    fn number(&self) -> Option<u64> {
        self.tail.parse().ok()
    }
}

impl Range {
    /// One barcode.
    #[must_use]
    pub fn one(barcode: &str) -> Self {
        Self { first: barcode.to_owned(), last: barcode.to_owned(), count: 1 }
    }

    /// From one barcode to another; none where the one does not lead to the other, or is [too far](MOST_CARDS) from it.
    #[must_use]
    pub fn between(first: &str, last: &str) -> Option<Self> {
        if first == last {
            return Some(Self::one(first));
        }
        let (from, to) = (Parts::of(first)?, Parts::of(last)?);
        if from.head != to.head || from.tail.len() != to.tail.len() {
            return None;
        }
        let count = to.number()?.checked_sub(from.number()?)?.checked_add(1)?;
        let count = u32::try_from(count).ok().filter(|count| *count <= MOST_CARDS)?;
        Some(Self { first: first.to_owned(), last: last.to_owned(), count })
    }

    /// So many barcodes from the first on; none where the digits don't suffice.
    #[must_use]
    pub fn of(first: &str, count: u32) -> Option<Self> {
        let on = count.checked_sub(1).filter(|_| count <= MOST_CARDS)?;
        Self::between(first, &stepped(first, on)?)
    }

    /// All its barcodes, in order.
    pub fn barcodes(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.count).filter_map(|on| stepped(&self.first, on))
    }

    /// Whether the two share a barcode.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (Some(ours), Some(theirs)) = (Parts::of(&self.first), Parts::of(&other.first)) else {
            return self.first == other.first;
        };
        ours.head == theirs.head
            && ours.tail.len() == theirs.tail.len()
            && self.first <= other.last
            && other.first <= self.last
    }

    /// The barcodes that the two share.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Option<Self> {
        if !self.meets(other) {
            return None;
        }
        Self::between(std::cmp::max(&self.first, &other.first), std::cmp::min(&self.last, &other.last))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 1 { f.write_str(&self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// The barcode so many after this one; none where the digits don't suffice.
#[must_use]
pub(super) fn stepped(barcode: &str, on: u32) -> Option<String> {
    if on == 0 {
        return Some(barcode.to_owned());
    }
    let Parts { head, tail } = Parts::of(barcode)?;
    let number = tail.parse::<u64>().ok()?.checked_add(on.into())?.to_string();
    (number.len() <= tail.len()).then(|| format!("{head}{number:0>width$}", width = tail.len()))
}

/// Sorted barcodes as runs.
#[must_use]
pub fn runs(sorted: &[String]) -> Vec<Range> {
    let mut found: Vec<Range> = Vec::new();
    for barcode in sorted {
        match found.last_mut() {
            Some(run) if stepped(&run.last, 1).as_ref() == Some(barcode) => {
                run.last.clone_from(barcode);
                run.count += 1;
            }
            _ => found.push(Range::one(barcode)),
        }
    }
    found
}

/// Ranges as one text, and back: `FS00000001-FS00000500, FS00000777`.
#[must_use]
pub fn told(ranges: &[Range]) -> String {
    ranges.iter().map(Range::to_string).collect::<Vec<_>>().join(", ")
}

/// Reads ranges as somebody entered or scanned them: one on a line or separated by commas; `FS00000001-FS00000500`,
/// `FS00000001+500` (so many from there on), or a single barcode.
///
/// # Errors
/// [`Problem::Missing`] when there are none, [`Problem::NotARange`] for what is no range, [`Problem::TooMany`] for more than
/// [`MOST_CARDS`] cards.
pub fn read(text: &str) -> Result<Vec<Range>, Problem> {
    let mut ranges = Vec::new();
    for part in text.split(['\n', ',', '，', ';', '；', '、']).map(as_typed).filter(|part| !part.is_empty())
    {
        let range = if let Some((first, count)) = part.split_once('+') {
            let count = count.parse().map_err(|_| Problem::NotARange)?;
            if count > MOST_CARDS {
                return Err(Problem::TooMany(MOST_CARDS as usize));
            }
            Range::of(first, count).ok_or(Problem::NotARange)
        } else {
            between(&part)
        };
        ranges.push(range?);
    }
    if ranges.is_empty() {
        return Err(Problem::Missing);
    }
    let count: u64 = ranges.iter().map(|range| u64::from(range.count)).sum();
    if count > u64::from(MOST_CARDS) {
        return Err(Problem::TooMany(MOST_CARDS as usize));
    }
    ranges.sort();
    let twice = ranges.windows(2).any(|pair| matches!(pair, [one, next] if one.meets(next)));
    if twice { Err(Problem::NotARange) } else { Ok(ranges) }
}

/// A barcode may hold a hyphen itself, so the middle one of several parts them. What would be a range but for its order or its length is
/// said to be none, rather than taken for one long barcode.
fn between(part: &str) -> Result<Range, Problem> {
    let hyphens: Vec<usize> = part.match_indices('-').map(|(at, _)| at).collect();
    let halves = |at: usize| {
        let (first, last) = part.split_at_checked(at)?;
        Some((first, last.strip_prefix('-')?))
    };
    if hyphens.len() % 2 == 1
        && let Some((first, last)) = hyphens.get(hyphens.len() / 2).copied().and_then(halves)
    {
        if let Some(range) = Range::between(first, last) {
            return Ok(range);
        }
        // Digits alone may be one barcode with a hyphen: `2024-0001`.
        if let (Some(from), Some(to)) = (Parts::of(first), Parts::of(last))
            && !from.head.is_empty()
            && from.head == to.head
        {
            let ahead = from.tail.len() == to.tail.len() && from.number() < to.number();
            return Err(if ahead { Problem::TooMany(MOST_CARDS as usize) } else { Problem::NotARange });
        }
    }
    let plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { Ok(Range::one(part)) } else { Err(Problem::NotARange) }
}

/// As scanners and people type it; long dashes are made plain too.
pub(super) fn as_typed(text: &str) -> String {
    let dash = |c| if matches!(c, '–' | '—' | '~' | '至' | '～') { '-' } else { c };
    plain(text).map(dash).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: &str, last: &str) -> Range {
        Range::between(first, last).unwrap()
    }

    #[test]
    fn c_5_2_2_ranges_count_up_within_their_digits() {
        assert_eq!(range("FS00000001", "FS00000500").count, 500);
        assert_eq!(Range::of("FS00000999", 2).unwrap().last, "FS00001000");
        assert_eq!(Range::between("FS00000002", "FS00000001"), None);
        assert_eq!(Range::between("FS00000001", "SD00000002"), None);
        assert_eq!(Range::of("FS99999999", 2), None);
        assert_eq!(Range::of("FS00000001", 0), None);
        let all: Vec<String> = range("A-98", "A-99").barcodes().collect();
        assert_eq!(all, ["A-98", "A-99"]);
    }

    #[test]
    fn c_5_2_2_ranges_are_read_as_people_type_them() {
        let read_all = |text: &str| told(&read(text).unwrap());
        assert_eq!(read_all("fs00000001 - fs00000003\nFS00000009"), "FS00000001-FS00000003, FS00000009");
        assert_eq!(
            read_all("ＦＳ00000001至FS00000003，FS00000007+2"),
            "FS00000001-FS00000003, FS00000007-FS00000008"
        );
        assert_eq!(read_all("A-0001-A-0004"), "A-0001-A-0004");
        assert_eq!(read(""), Err(Problem::Missing));
        assert_eq!(read("FS00000003-FS00000001 ?"), Err(Problem::NotARange));
        assert_eq!(read("FS00000001-FS00000003, FS00000002"), Err(Problem::NotARange), "twice");
        assert_eq!(read("FS00000009-FS00000001"), Err(Problem::NotARange), "reversed");
        let too_many = Err(Problem::TooMany(100_000));
        assert_eq!(read("FS00000001+100001"), too_many);
        assert_eq!(read("FS00000001-FS00100001"), too_many);
        assert_eq!(read_all("2024-0001"), "2024-0001");
    }

    #[test]
    fn c_5_2_2_sorted_barcodes_become_runs() {
        let sorted = ["FS01", "FS02", "FS03", "FS07", "SD08"].map(str::to_owned);
        assert_eq!(told(&runs(&sorted)), "FS01-FS03, FS07, SD08");
    }
}
