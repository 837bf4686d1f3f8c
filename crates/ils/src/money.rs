//! Amounts of money as systems write them, into fen. No floats: what is no whole number of fen is no amount.

/// Reads an amount in yuan: `12`, `12.5`, `12.50`, `-3.00`, `1,234.50`, `¥12.50`. None when it is not surely one.
#[must_use]
pub fn fen(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.strip_prefix(['¥', '￥']).unwrap_or(text).trim();
    let (whole, part) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(split) => split,
        None => (text, ""),
    };
    let yuan = whole_yuan(whole)?;
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digit = |place: usize| part.as_bytes().get(place).map_or(0, |byte| i64::from(byte - b'0'));
    if part.bytes().skip(2).any(|byte| byte != b'0') {
        return None;
    }
    let fen = yuan.checked_mul(100)?.checked_add(digit(0) * 10 + digit(1))?;
    Some(if negative { -fen } else { fen })
}

/// Digits, with commas between groups of three or without.
fn whole_yuan(whole: &str) -> Option<i64> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = !rest.is_empty();
    if first.is_empty() || !all_digits(first) || (grouped && first.len() > 3) {
        return None;
    }
    if rest.iter().any(|group| group.len() != 3 || !all_digits(group)) {
        return None;
    }
    format!("{first}{}", rest.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c_6_3_4_amounts_are_read_to_the_fen_or_not_at_all() {
        for (text, amount) in [
            ("0", 0),
            ("0.00", 0),
            ("0.1", 10),
            ("0.29", 29),
            ("12", 1200),
            ("12.5", 1250),
            (" 12.50 ", 1250),
            ("12.5000", 1250),
            ("1,234.50", 123_450),
            ("¥3.20", 320),
            ("￥3.20", 320),
            ("-5.00", -500),
            ("+5", 500),
            ("00012.00", 1200),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(fen(text), Some(amount), "{text}");
        }
        for text in [
            "",
            " ",
            ".",
            "1.",
            ".5",
            "1,50",
            "12,34.00",
            "1.005",
            "1e3",
            "--1",
            "12.x",
            "twelve",
            "1.2.3",
            "92233720368547758.08",
            "99999999999999999999",
            "１２",
            "NaN",
            "inf",
        ] {
            assert_eq!(fen(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_exactly_is_read_exactly(amount in 0_i64..1_000_000_000_000) {
            prop_assert_eq!(fen(&format!("{}.{:02}", amount / 100, amount % 100)), Some(amount));
        }

        #[test]
        fn nothing_that_is_sent_makes_it_panic(text in "\\PC{0,12}") {
            let _ = fen(&text);
        }
    }
}
