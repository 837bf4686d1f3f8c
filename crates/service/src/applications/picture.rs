//! A photo without what its camera has written into it: where it was taken, when, with whose phone. Only the way up stays. What is no
//! whole picture is refused.

use crate::kernel::Problem;
use crate::records::File;

/// The picture alone.
pub(super) fn without_metadata(file: &File) -> Result<File, Problem> {
    let bare = match file.media_type()? {
        "image/jpeg" => jpeg(&file.0),
        "image/png" => png(&file.0),
        "image/webp" => webp(&file.0),
        // A document is photographed; nobody prints it to a PDF on a phone.
        _ => None,
    };
    let bare = File(bare.ok_or(Problem::FileKind)?);
    // What no screen can show nobody can compare.
    if size(&bare.0)
        .is_some_and(|(width, height)| width.max(height) > LONGEST_SIDE || width * height > MOST_PIXELS)
    {
        return Err(Problem::FileKind);
    }
    bare.media_type().map(|_| bare)
}

/// Pixels of a side, and of a picture, that phones and screens still bear: the largest cameras take some two hundred million.
const LONGEST_SIDE: u64 = 20_000;
const MOST_PIXELS: u64 = 250_000_000;

/// Width and height of a JPEG or PNG, where they are told.
fn size(all: &[u8]) -> Option<(u64, u64)> {
    let two = |at: usize| Some(u64::from(u16::from_be_bytes(all.get(at..at + 2)?.try_into().ok()?)));
    let four = |at: usize| Some(u64::from(u32::from_be_bytes(all.get(at..at + 4)?.try_into().ok()?)));
    if all.starts_with(b"\x89PNG") {
        return Some((four(16)?, four(20)?));
    }
    let mut at = 2;
    while *all.get(at)? == 0xFF {
        match *all.get(at + 1)? {
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => return Some((two(at + 7)?, two(at + 5)?)),
            SCAN => return None,
            _ => {}
        }
        at += 2 + usize::try_from(two(at + 2)?).ok()?;
    }
    None
}

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COMMENT: u8 = 0xFE;
const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

/// JPEG: segments up to the end of the picture; what stands behind that is cut off.
fn jpeg(all: &[u8]) -> Option<Vec<u8>> {
    let mut bare = vec![0xFF, 0xD8];
    let mut at = 2;
    let mut scanned = false;
    loop {
        let (0xFF, marker) = (*all.get(at)?, *all.get(at + 1)?) else { return None };
        match marker {
            // Fill bytes may stand before a marker.
            0xFF => at += 1,
            END => {
                bare.extend([0xFF, END]);
                return scanned.then_some(bare);
            }
            0x01 | 0xD0..=0xD7 => {
                bare.extend([0xFF, marker]);
                at += 2;
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([*all.get(at + 2)?, *all.get(at + 3)?]));
                let segment = all.get(at..at + 2 + length)?;
                let content = segment.get(4..)?;
                match marker {
                    APP1 => {
                        if let Some(way_up) = orientation(content).filter(|way_up| *way_up != 1) {
                            bare.extend(only_orientation(way_up));
                        }
                    }
                    APP0 if content.starts_with(b"JFIF\0") => bare.extend_from_slice(segment),
                    APP2 if content.starts_with(b"ICC_PROFILE\0") => bare.extend_from_slice(segment),
                    APP14 if content.starts_with(b"Adobe") => bare.extend_from_slice(segment),
                    APP0..=APP15 | COMMENT => {}
                    _ => bare.extend_from_slice(segment),
                }
                at += segment.len();
                if marker == SCAN {
                    scanned = true;
                    let rest = all.get(at..)?;
                    let length = scan_length(rest)?;
                    bare.extend_from_slice(rest.get(..length)?);
                    at += length;
                }
            }
        }
    }
}

/// How long the data of a scan are: up to the next marker that is none of theirs.
fn scan_length(data: &[u8]) -> Option<usize> {
    data.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF))
}

/// Which way up, by EXIF: the tag 0x0112 of the first directory.
fn orientation(content: &[u8]) -> Option<u16> {
    let tiff = content.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes = tiff.get(at..at + 4)?.try_into().ok()?;
        Some(if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };
    let directory = usize::try_from(four(4)?).ok()?;
    let entries = usize::from(two(directory)?);
    let entry = (0..entries).map(|place| directory + 2 + place * 12).find(|at| two(*at) == Some(0x0112))?;
    two(entry + 8).filter(|way_up| (1..=8).contains(way_up))
}

/// A segment that says which way up, and nothing else.
fn only_orientation(way_up: u16) -> Vec<u8> {
    let [high, low] = way_up.to_be_bytes();
    let mut segment = vec![0xFF, APP1, 0, 34];
    segment.extend_from_slice(b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    segment.extend([high, low, 0, 0, 0, 0, 0, 0]);
    segment
}

/// Chunks of a PNG that make the picture.
const PNG_PICTURE: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD"];

fn png(all: &[u8]) -> Option<Vec<u8>> {
    let mut bare = all.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = usize::try_from(u32::from_be_bytes(all.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let chunk = all.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let kind = chunk.get(4..8)?;
        if PNG_PICTURE.iter().any(|known| *known == kind) {
            bare.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(bare);
        }
        at += chunk.len();
    }
}

/// Flags of a WebP that say that there is EXIF or XMP.
const WEBP_METADATA: u8 = 0x08 | 0x04;

fn webp(all: &[u8]) -> Option<Vec<u8>> {
    let mut chunks = Vec::new();
    let mut at = 12;
    while at < all.len() {
        let head = all.get(at..at + 8)?;
        let length = usize::try_from(u32::from_le_bytes(head.get(4..)?.try_into().ok()?)).ok()?;
        let content = all.get(at + 8..at.checked_add(8)?.checked_add(length)?)?;
        match head.get(..4)? {
            b"VP8X" => {
                let mut content = content.to_vec();
                *content.first_mut()? &= !WEBP_METADATA;
                add_chunk(&mut chunks, head, &content);
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ICCP" => add_chunk(&mut chunks, head, content),
            // Documents don't move.
            b"ANIM" | b"ANMF" => return None,
            _ => {}
        }
        at += 8 + length + length % 2;
    }
    let size = u32::try_from(chunks.len() + 4).ok()?;
    let mut bare = b"RIFF".to_vec();
    bare.extend(size.to_le_bytes());
    bare.extend_from_slice(b"WEBP");
    bare.extend(chunks);
    Some(bare)
}

fn add_chunk(chunks: &mut Vec<u8>, head: &[u8], content: &[u8]) {
    chunks.extend_from_slice(head);
    chunks.extend_from_slice(content);
    if content.len() % 2 == 1 {
        chunks.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"23.02N 113.12E";

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    }

    fn has(file: &File, what: &[u8]) -> bool {
        file.0.windows(what.len()).any(|window| window == what)
    }

    fn little_endian_exif(way_up: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0II\x2A\0\x08\0\0\0\x02\0".to_vec();
        exif.extend(b"\x0F\x01\x02\0\x0E\0\0\0\x26\0\0\0");
        exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, way_up, 0, 0, 0]);
        exif.extend([0, 0, 0, 0]);
        exif.extend_from_slice(SECRET);
        exif
    }

    fn photo(exif: &[u8]) -> File {
        let mut jpeg = vec![0xFF, 0xD8];
        jpeg.extend(segment(APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
        jpeg.extend(segment(APP1, exif));
        jpeg.extend(segment(0xED, SECRET));
        jpeg.extend(segment(COMMENT, SECRET));
        jpeg.extend(segment(0xDB, b"table"));
        jpeg.extend(segment(SCAN, b"scan"));
        jpeg.extend(b"data\xFF\0more\xFF\xD1\xFF\0");
        jpeg.extend(segment(SCAN, b"again"));
        jpeg.extend(b"rest\xFF\xD9");
        jpeg.extend_from_slice(SECRET);
        jpeg.extend(b"\xFF\xD9");
        File(jpeg)
    }

    #[test]
    fn c_5_3_a_photo_keeps_which_way_up_it_is_and_not_where_it_was_taken() {
        let bare = without_metadata(&photo(&little_endian_exif(6))).unwrap();
        assert!(!has(&bare, SECRET) && has(&bare, b"JFIF") && has(&bare, b"table"));
        assert!(bare.0.ends_with(b"rest\xFF\xD9") && has(&bare, b"data\xFF\0more\xFF\xD1\xFF\0"));
        assert!(has(&bare, &only_orientation(6)));
        let content = only_orientation(6);
        assert_eq!(orientation(&content[4..]), Some(6));
        assert_eq!(without_metadata(&bare), Ok(bare));
        let upright = without_metadata(&photo(&little_endian_exif(1))).unwrap();
        assert!(!has(&upright, b"Exif") && !has(&upright, SECRET));
    }

    #[test]
    fn c_5_3_a_png_and_a_webp_keep_the_picture_alone() {
        let chunk = |kind: &[u8], content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&length[..], kind, content, b"crc!"].concat()
        };
        let png = [
            b"\x89PNG\r\n\x1A\n".to_vec(),
            chunk(b"IHDR", &[0; 13]),
            chunk(b"eXIf", SECRET),
            chunk(b"tEXt", SECRET),
            chunk(b"IDAT", b"picture"),
            chunk(b"IEND", b""),
            SECRET.to_vec(),
        ];
        let bare = without_metadata(&File(png.concat())).unwrap();
        assert!(!has(&bare, SECRET) && has(&bare, b"picture"));

        let chunk = |kind: &[u8], content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_le_bytes();
            [kind, &length[..], content, &vec![0; content.len() % 2]].concat()
        };
        let chunks = [
            chunk(b"VP8X", &[0x0C, 0, 0, 0, 1, 0, 0, 1, 0, 0]),
            chunk(b"VP8 ", b"odd"),
            chunk(b"EXIF", SECRET),
            chunk(b"XMP ", SECRET),
        ]
        .concat();
        let size = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
        let webp = [b"RIFF", &size[..], b"WEBP", &chunks].concat();
        let bare = without_metadata(&File(webp)).unwrap();
        assert!(!has(&bare, SECRET) && has(&bare, b"odd"));
        assert_eq!(bare.0[20] & WEBP_METADATA, 0);
    }

    #[test]
    fn what_is_no_whole_picture_is_refused() {
        let whole = photo(&little_endian_exif(6)).0;
        for broken in [
            b"\xFF\xD8\xFF\xE0....\xFF\xD9".to_vec(),
            b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR....".to_vec(),
            b"RIFF\x08\0\0\0WEBPVP8 ".to_vec(),
            b"%PDF-1.7 .... %%EOF\r\n".to_vec(),
            [&whole[..60], b"\xFF\xD9"].concat(),
        ] {
            assert_eq!(without_metadata(&File(broken)), Err(Problem::FileKind));
        }
    }
}
