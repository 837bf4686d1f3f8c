//! The checksum behind AZ: minus the sum, 16 bits, four hexadecimal digits. What is summed is another matter.

/// What the checksum is taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Sum {
    /// Over the bytes as they are sent, up to `AZ` and with it: the protocol as written.
    #[default]
    Bytes,
    /// Over the UTF-16 units of the text, up to `AZ` and with it.
    Units,
    /// Over the UTF-16 units of the text before `|AY`.
    UnitsBeforeSequence,
}

/// What a checksum turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is none.
    Missing,
    /// It fits.
    Right,
    /// It does not fit.
    Wrong,
}

impl Verdict {
    /// Whether it is there and fits.
    #[must_use]
    pub fn is_right(self) -> bool {
        self == Self::Right
    }
}

impl Sum {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Bytes, Self::Units, Self::UnitsBeforeSequence];

    /// The word for it, as in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Units => "units",
            Self::UnitsBeforeSequence => "units-before-sequence",
        }
    }

    /// The way of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sum| sum.as_str() == word)
    }

    /// The sum of a message whose bytes and text end with `AZ`.
    pub(crate) fn of(self, bytes: &[u8], text: &str) -> u16 {
        match self {
            Self::Bytes => sum_of_bytes(bytes),
            Self::Units => sum_of_units(text),
            Self::UnitsBeforeSequence => sum_of_units(before_sequence(text)),
        }
    }
}

/// Minus the sum of the bytes, in 16 bits.
#[must_use]
pub fn sum_of_bytes(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |sum, byte| sum.wrapping_sub(u16::from(*byte)))
}

/// Minus the sum of the UTF-16 units, in 16 bits.
#[must_use]
pub fn sum_of_units(text: &str) -> u16 {
    text.encode_utf16().fold(0_u16, |sum, unit| sum.wrapping_sub(unit))
}

/// The text before `|AY`, or before `AY` where no bar stands before it.
fn before_sequence(text: &str) -> &str {
    let end = text.rfind("|AY").or_else(|| text.rfind("AY")).or_else(|| text.rfind("AZ"));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Compares the checksum of a line with what it should be. `line` are the bytes as they came, `text` is what they say. Lower case is
/// taken, and anything may follow.
#[must_use]
pub fn check_sum(line: &[u8], text: &str, sum: Sum) -> Verdict {
    let Some((end, given)) = find(line) else { return Verdict::Missing };
    let should_be = match sum {
        Sum::Bytes => sum_of_bytes(line.get(..end).unwrap_or_default()),
        Sum::Units | Sum::UnitsBeforeSequence => {
            let Some((end, _)) = find(text.as_bytes()) else { return Verdict::Wrong };
            sum.of(&[], text.get(..end).unwrap_or_default())
        }
    };
    if should_be == given { Verdict::Right } else { Verdict::Wrong }
}

/// Where the digits of the last `AZ` begin, and what they say.
fn find(line: &[u8]) -> Option<(usize, u16)> {
    let last = line.len().checked_sub(6)?;
    (0..=last).rev().find_map(|at| {
        let window = line.get(at..at + 6)?;
        let digits = window.strip_prefix(b"AZ")?;
        Some((at + 2, hexadecimal(digits)?))
    })
}

/// Four hexadecimal digits, in any case.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<u16> {
    let digits = digits.get(..4)?;
    digits.iter().try_fold(0_u16, |value, digit| {
        let digit = char::from(*digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
        Some(value << 4 | digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Charset;

    #[test]
    fn the_examples_of_the_protocol() {
        for line in [
            "9900302.00AY1AZFCA5",
            "941AY3AZFDFA",
            "97AZFEF5",
            "96AZFEF6",
            "3519980723    094014AOCertification Institute ID|AAPatronID|AY3AZEBF2",
        ] {
            assert_eq!(check_sum(line.as_bytes(), line, Sum::Bytes), Verdict::Right, "{line}");
            let lower = format!("{}|", line.to_ascii_lowercase().replace("ay", "AY").replace("az", "AZ"));
            assert_ne!(check_sum(lower.as_bytes(), &lower, Sum::Bytes), Verdict::Missing, "{lower}");
        }
    }

    #[test]
    fn three_ways_to_sum_a_name() {
        let text = "98|AF陈敏|AY1AZ";
        let gbk = Charset::Gbk.encode(text).into_owned();
        for sum in Sum::ALL {
            let digits = format!("{:04x}", sum.of(&gbk, text));
            let line = [gbk.clone(), digits.clone().into_bytes()].concat();
            let read = format!("{text}{digits}");
            assert_eq!(check_sum(&line, &read, sum), Verdict::Right, "{sum:?}");
            for other in Sum::ALL.into_iter().filter(|other| *other != sum) {
                assert_eq!(check_sum(&line, &read, other), Verdict::Wrong, "{sum:?} {other:?}");
            }
        }
    }

    #[test]
    fn what_is_no_checksum() {
        for line in ["", "AZ", "AZ12", "9900302.00", "AZxyz0"] {
            assert_eq!(check_sum(line.as_bytes(), line, Sum::Bytes), Verdict::Missing);
        }
    }
}
