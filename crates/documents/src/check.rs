//! The two check rules: ISO 7064 MOD 11-2 (GB 11643) and the 7-3-1 weights of ICAO 9303. The examples that the
//! standards print are in the tests; python-stdnum and id-validator are asked in `tests/oracles.rs`.

/// Weights of GB 11643 for the first 17 digits: powers of two modulo 11.
const MOD_11_2: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character by the remainder.
const MOD_11_2_CHARACTERS: [u8; 11] = *b"10X98765432";

/// The check character (`0`–`9`, `X`) of 17 digits; `None` when they are not 17 digits.
#[must_use]
pub fn mod_11_2(first_17: &str) -> Option<char> {
    if first_17.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (byte, weight) in first_17.bytes().zip(MOD_11_2) {
        sum += u32::from(digit(byte)?) * weight;
    }
    let place = usize::try_from(sum % 11).ok()?;
    MOD_11_2_CHARACTERS.get(place).map(|byte| char::from(*byte))
}

/// The check digit by weights 7, 3, 1 over digits, capital letters (A = 10 … Z = 35) and `<`
/// (= 0); `None` when there is anything else.
#[must_use]
pub fn weights_7_3_1(text: &str) -> Option<char> {
    let mut sum = 0;
    for (byte, weight) in text.bytes().zip([7, 3, 1].into_iter().cycle()) {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'<' => 0,
            _ => return None,
        };
        sum += u32::from(value) * weight;
    }
    char::from_digit(sum % 10, 10)
}

pub(crate) const fn digit(byte: u8) -> Option<u8> {
    if byte.is_ascii_digit() { Some(byte - b'0') } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mod_11_2_of_the_example_in_gb_11643() {
        // The two examples printed in GB 11643-1999.
        assert_eq!(mod_11_2("11010519491231002"), Some('X'));
        assert_eq!(mod_11_2("44052418800101001"), Some('4'));
        assert_eq!(mod_11_2("4405241880010100"), None);
        assert_eq!(mod_11_2("4405241880010100A"), None);
    }

    #[test]
    fn weights_7_3_1_of_the_specimen_in_icao_9303() {
        assert_eq!(weights_7_3_1("L898902C3"), Some('6'));
        assert_eq!(weights_7_3_1("740812"), Some('2'));
        assert_eq!(weights_7_3_1("120415"), Some('9'));
        assert_eq!(weights_7_3_1("ZE184226B<<<<<"), Some('1'));
        assert_eq!(weights_7_3_1("a"), None);
    }
}
