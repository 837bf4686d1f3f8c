//! Virtual numbers (A.2.2): `0757`, eleven random digits, and a check digit by Damm's algorithm, which catches every wrong digit
//! and every swap of neighbours. They say nothing of the person and can't be counted through; that one is free is
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

/// The quasigroup of H. Michael Damm (2004): totally anti-symmetric, with zeros on its diagonal.
const DAMM: [[usize; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn check_digit(body: &str) -> Option<char> {
    let mut interim = 0_usize;
    for c in body.chars() {
        let digit = usize::try_from(c.to_digit(10)?).ok()?;
        interim = *DAMM.get(interim)?.get(digit)?;
    }
    char::from_digit(u32::try_from(interim).ok()?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_2_2_the_check_digit_is_that_of_damm() {
        // The example of his thesis, as it is quoted everywhere.
        assert_eq!(check_digit("572"), Some('4'));
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
