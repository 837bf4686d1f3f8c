//! Crockford's base 32: digits and capitals, so that a QR code is small, and a scanner that types like a keyboard types it right on any
//! layout. O is read as 0, I and L as 1, small letters as capitals.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub fn encode(bytes: &[u8], text: &mut String) {
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(text, held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(text, held << (5 - bits));
    }
}

fn push(text: &mut String, value: u32) {
    if let Some(letter) = ALPHABET.get((value & 31) as usize) {
        text.push(char::from(*letter));
    }
}

/// The bytes of a text; none when a character is none of the alphabet, or bits are left over that are not zero.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let letter = match letter.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            letter => letter,
        };
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 5 && held == 0).then_some(bytes)
}
