//! A face that nobody has, as a picture of the size that chips hold: drawn, and written as a PNG without compression.

use documents::Sex;
use documents::chip::ChipRecord;

/// The size of the photo on a chip.
const WIDTH: usize = 102;
const HEIGHT: usize = 126;

/// Red, green and blue of: background, clothes, skin, hair, eyes and mouth, shade.
type Palette = [[u8; 3]; 6];

/// The portrait of somebody on the simulated reader; each looks a little different.
pub fn of(record: &ChipRecord) -> Vec<u8> {
    let serial = record.name.chars().fold(7_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(c.into()));
    let pick = |from: &[[u8; 3]], at: u32| {
        let place = usize::try_from(at).unwrap_or_default() % from.len().max(1);
        from.get(place).copied().unwrap_or_default()
    };
    let clothes = pick(&[[38, 70, 83], [92, 52, 64], [60, 82, 58], [68, 72, 104]], serial);
    let skin = pick(&[[236, 200, 170], [224, 182, 148], [244, 212, 186]], serial >> 4);
    let palette = [[238, 241, 244], clothes, skin, [34, 30, 30], [88, 48, 42], [208, 160, 130]];
    let long_hair = record.sex == Some(Sex::Female);
    png(&palette, |x, y| colour(x, y, long_hair))
}

/// Which colour of the palette a point has.
fn colour(x: i32, y: i32, long_hair: bool) -> u8 {
    let within = |cx: i32, cy: i32, rx: i32, ry: i32| {
        let (dx, dy) = (x - cx, y - cy);
        dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry
    };
    let face = within(51, 56, 22, 29);
    let fringe = within(51, 36, 24, 17) && y < 42 + (x - 51).abs() / 4;
    match () {
        () if face && (within(42, 55, 3, 2) || within(60, 55, 3, 2)) => 4,
        () if face && within(51, 72, 8, 2) => 4,
        () if face && within(51, 63, 3, 2) => 5,
        () if fringe => 3,
        () if face => 2,
        () if within(51, 84, 9, 14) && y < 98 => 5,
        () if long_hair && within(51, 58, 31, 36) && y < 92 => 3,
        () if within(51, 44, 25, 25) && y < 56 => 3,
        () if within(51, 130, 46, 36) => 1,
        () => 0,
    }
}

/// A PNG of the points, with a palette.
fn png(palette: &Palette, colour: impl Fn(i32, i32) -> u8) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).unwrap_or_default().to_be_bytes();
    let coordinate = |value: usize| i32::try_from(value).unwrap_or_default();
    let mut lines = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for y in 0..HEIGHT {
        // Each line begins with its filter: none.
        lines.push(0);
        lines.extend((0..WIDTH).map(|x| colour(coordinate(x), coordinate(y))));
    }
    let head = [number(WIDTH).as_slice(), &number(HEIGHT), &[8, 3, 0, 0, 0]].concat();
    // One stored block of zlib: its length, the length inverted, the bytes, a check sum.
    let length = u16::try_from(lines.len()).unwrap_or_default();
    let stored = [
        &[0x78, 0x01, 0x01],
        length.to_le_bytes().as_slice(),
        &(!length).to_le_bytes(),
        &lines,
        &adler(&lines).to_be_bytes(),
    ]
    .concat();
    let chunks = [(b"IHDR", head), (b"PLTE", palette.concat()), (b"IDAT", stored), (b"IEND", Vec::new())];
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, bytes) in chunks {
        let body = [kind.as_slice(), &bytes].concat();
        file.extend(number(bytes.len()));
        file.extend(&body);
        file.extend(crc(&body).to_be_bytes());
    }
    file
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
}
