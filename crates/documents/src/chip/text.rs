//! Bytes that were typed: hexadecimal or base64.

/// The bytes, or nothing when the text is neither. White space, a `data:` prefix and the URL alphabet of
/// base64 are forgiven.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let text = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(',')?.1,
        None => text,
    };
    let symbols: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if symbols.is_empty() { None } else { hexadecimal(&symbols).or_else(|| base64(&symbols)) }
}

fn hexadecimal(symbols: &[u8]) -> Option<Vec<u8>> {
    let value = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, []) = symbols.as_chunks::<2>() else {
        return None;
    };
    pairs.iter().map(|[high, low]| Some(value(*high)? * 16 + value(*low)?)).collect()
}

fn base64(symbols: &[u8]) -> Option<Vec<u8>> {
    let length = symbols.iter().rposition(|byte| *byte != b'=')? + 1;
    let mut bytes = Vec::with_capacity(length * 3 / 4);
    let mut bits = 0_u32;
    let mut held = 0;
    for byte in symbols.get(..length)? {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    // One symbol too many holds no byte.
    (held < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_and_base64_give_the_same_bytes() {
        let bytes = Some(vec![0x5f, 0x20, 0x09, 0x4e, 0xff]);
        assert_eq!(decode("5F20 094e\r\nFF"), bytes);
        assert_eq!(decode("XyAJTv8="), bytes);
        assert_eq!(decode("data:application/octet-stream;base64,XyAJTv8="), bytes);
        assert_eq!(decode("XyAJTv8"), bytes);
    }

    #[test]
    fn other_text_is_neither() {
        for text in ["", "   ", "=", "身份证", "abc$", "abcde", "data:abcd"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
