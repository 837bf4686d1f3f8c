//! What all codes have in common that are sent to a phone or mailbox: six digits, so long, so many tries.

use super::{Result, random_bytes};

/// How many minutes a code holds.
pub(crate) const CODE_MINUTES: i64 = 10;
/// Tries that a code bears.
pub(crate) const CODE_TRIES: i64 = 5;

/// Six random digits.
pub(crate) fn six_digits() -> Result<String> {
    loop {
        let random: [u8; 4] = random_bytes()?;
        let number = u32::from_be_bytes(random);
        // What lies above the last whole million would make some codes likelier.
        if number < 4_294_000_000 {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

/// The digits of a code as somebody typed it.
pub(crate) fn typed_digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).take(12).collect()
}
