//! Pictures of a few colours, as PNGs without compression.

/// A PNG of the points, with a palette of red, green and blue.
pub fn png(width: usize, height: usize, palette: &[[u8; 3]], colour: impl Fn(i32, i32) -> u8) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).unwrap_or_default().to_be_bytes();
    let coordinate = |value: usize| i32::try_from(value).unwrap_or_default();
    let mut lines = Vec::with_capacity((width + 1) * height);
    for y in 0..height {
        // Each line begins with its filter: none.
        lines.push(0);
        lines.extend((0..width).map(|x| colour(coordinate(x), coordinate(y))));
    }
    let head = [number(width).as_slice(), &number(height), &[8, 3, 0, 0, 0]].concat();
    let chunks =
        [(b"IHDR", head), (b"PLTE", palette.concat()), (b"IDAT", stored(&lines)), (b"IEND", Vec::new())];
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, bytes) in chunks {
        let body = [kind.as_slice(), &bytes].concat();
        file.extend(number(bytes.len()));
        file.extend(&body);
        file.extend(crc(&body).to_be_bytes());
    }
    file
}

/// Stored blocks of zlib: each with its length, the length inverted and the bytes; a check sum in the end.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        all.push(u8::from(blocks.peek().is_none()));
        all.extend(length.to_le_bytes());
        all.extend((!length).to_le_bytes());
        all.extend_from_slice(block);
    }
    all.extend(adler(bytes).to_be_bytes());
    all
}

fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_standards() {
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
        assert_eq!(adler(b"Wikipedia"), 0x11E6_0398);
    }

    #[test]
    fn what_is_longer_than_a_block_is_stored_in_several() {
        let all = stored(&vec![7; 70_000]);
        assert_eq!(all.len(), 2 + 5 + 65_535 + 5 + 4465 + 4);
        assert_eq!((all[2], all[2 + 5 + 65_535]), (0, 1));
    }
}
