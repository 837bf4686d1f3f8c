//! A face that nobody has, as a picture of the size that chips hold.

use documents::Sex;
use documents::chip::ChipRecord;

use crate::png::png;

/// The size of the photo on a chip.
pub const WIDTH: usize = 102;
pub const HEIGHT: usize = 126;

/// The portrait of somebody on the simulated reader; each looks a little different.
pub fn of(record: &ChipRecord) -> Vec<u8> {
    let serial = record.name.chars().fold(7_u32, |sum, c| sum.wrapping_mul(31).wrapping_add(c.into()));
    let pick = |from: &[[u8; 3]], at: u32| {
        let place = usize::try_from(at).unwrap_or_default() % from.len().max(1);
        from.get(place).copied().unwrap_or_default()
    };
    let clothes = pick(&[[38, 70, 83], [92, 52, 64], [60, 82, 58], [68, 72, 104]], serial);
    let skin = pick(&[[236, 200, 170], [224, 182, 148], [244, 212, 186]], serial >> 4);
    // Background, clothes, skin, hair, eyes and mouth, shade.
    let palette = [[238, 241, 244], clothes, skin, [34, 30, 30], [88, 48, 42], [208, 160, 130]];
    let long_hair = record.sex == Some(Sex::Female);
    png(WIDTH, HEIGHT, &palette, |x, y| colour(x, y, long_hair))
}

/// Which colour of the palette a point has.
pub fn colour(x: i32, y: i32, long_hair: bool) -> u8 {
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
