//! Virtual numbers (A.2.2): `0757`, eleven random digits, and a check digit by ISO 7064 MOD 11,10, which catches every wrong
//! digit and every swap of neighbours. They say nothing of the person and can't be counted through; that one is free is
//! for the registry to tell.

use crate::kernel::{Error, Result, random_bytes};

/// Foshan's telephone code opens the number.
const PREFIX: &str = "0757";

/// Digits of a virtual number.
pub const VIRTUAL_NUMBER_LENGTH: usize = 16;

/// A new virtual number, at random.
pub(crate) fn new_virtual_number() -> Result<String> {
    let mut digits = PREFIX.to_owned();
    while digits.len() < VIRTUAL_NUMBER_LENGTH - 1 {
        let random: [u8; 16] = random_bytes()?;
        // 250 is the last multiple of ten that fits into a byte: what lies above would make some digits likelier.
        for byte in random.into_iter().filter(|byte| *byte < 250) {
            if digits.len() < VIRTUAL_NUMBER_LENGTH - 1 {
                digits.push(char::from(b'0' + byte % 10));
            }
        }
    }
    let check =
        check_digit(&digits).ok_or_else(|| Error::internal("a virtual number of other characters"))?;
    digits.push(check);
    Ok(digits)
}

/// Whether a text has the form of a virtual number, its check digit included.
#[must_use]
pub fn is_virtual_number(text: &str) -> bool {
    text.len() == VIRTUAL_NUMBER_LENGTH
        && text.is_ascii()
        && text.starts_with(PREFIX)
        && text
            .split_at_checked(VIRTUAL_NUMBER_LENGTH - 1)
            .is_some_and(|(body, check)| check_digit(body).is_some_and(|digit| check.starts_with(digit)))
}

/// The number in groups of four, as people read it out.
#[must_use]
pub fn grouped(number: &str) -> String {
    if !is_virtual_number(number) {
        return number.to_owned();
    }
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn check_digit(body: &str) -> Option<char> {
    let mut product = 10;
    for c in body.chars() {
        let sum = match (c.to_digit(10)? + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    char::from_digit((11 - product) % 10, 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_2_2_the_check_digit_is_that_of_iso_7064() {
        // The standard's own example for MOD 11,10.
        assert_eq!(check_digit("0794"), Some('5'));
    }

    proptest! {
        #[test]
        fn a_2_2_a_wrong_digit_or_a_swap_is_noticed(place in 4_usize..16, digit in 0_u8..10) {
            let number = new_virtual_number().unwrap();
            prop_assert!(is_virtual_number(&number));
            let mut wrong = number.clone().into_bytes();
            wrong[place] = b'0' + digit;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(is_virtual_number(&wrong), wrong == number);
            let mut swapped = number.clone().into_bytes();
            swapped.swap(place - 1, place);
            let swapped = String::from_utf8(swapped).unwrap();
            if !swapped.starts_with(PREFIX) { return Ok(()); }
            prop_assert_eq!(is_virtual_number(&swapped), swapped == number);
        }
    }

    #[test]
    fn a_2_2_the_number_is_shown_in_groups() {
        let number = new_virtual_number().unwrap();
        assert_eq!(grouped(&number).replace(' ', ""), number);
        assert_eq!(grouped(&number).split(' ').count(), 4);
        assert_eq!(grouped("FS00000001"), "FS00000001");
    }
}
