//! Numbers that lost their last digits before they came into a text file: Excel writes them as 4.40106E+17, or with zeros at
//! the end.

use crate::value::{ROUNDED, Value};

/// Whether a cell holds a number that is not all there.
pub(crate) fn is(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.abs() >= ROUNDED,
        Value::Text(text) => is_scientific(text),
        _ => false,
    }
}

/// 4.40106E+17. Numbers of documents with an E look otherwise: they have no plus and no point.
fn is_scientific(text: &str) -> bool {
    let text = crate::text::free(text).to_ascii_uppercase();
    let Some((digits, power)) = text.split_once("E+") else { return false };
    let power: u32 = power.parse().unwrap_or_default();
    power >= 11
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Among numbers of 18 digits one in a thousand ends on 000. Where most do, Excel rounded them on their way into the file.
#[derive(Default)]
pub(crate) struct Column {
    long: u32,
    round: u32,
}

impl Column {
    pub(crate) fn see(&mut self, number: &str) {
        if is_long(number) {
            self.long += 1;
            self.round += u32::from(is_round(number));
        }
    }

    pub(crate) fn is_rounded(&self) -> bool {
        self.round >= 2 && self.round * 2 > self.long
    }
}

/// Whether a number is one of those that were rounded in a rounded column.
pub(crate) fn is_round(number: &str) -> bool {
    is_long(number) && number.ends_with("000")
}

fn is_long(number: &str) -> bool {
    number.len() == 18 && number.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_lost_digits_are_known() {
        assert!(is(&Value::Number(4.401_061_990_010_1e17)));
        assert!(is(&Value::Text("4.40106E+17".into())));
        assert!(is(&Value::Text("1.9E+17".into())));
        assert!(!is(&Value::Number(13_900_000_001.0)));
        assert!(!is(&Value::Text("E12345678".into())));
        assert!(!is(&Value::Text("190000199001010011".into())));
    }

    #[test]
    fn a_column_of_zeros_is_rounded_and_one_such_number_is_not() {
        let mut column = Column::default();
        column.see("190000199001010000");
        column.see("190000199001010011");
        assert!(!column.is_rounded());
        column.see("190000199001020000");
        assert!(column.is_rounded());
    }
}
