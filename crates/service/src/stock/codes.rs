//! Bars and squares as paths of an SVG, so that a page needs no picture and no script.

use std::fmt::Write as _;

use barcoders::sym::code128::Code128;
use qrcode::{Color, QrCode};

/// Quiet zone on either side of a Code 128, in modules.
const QUIET: usize = 10;

/// A Code 128: the path of its bars, 40 units high.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// Width in modules, quiet zones included.
    pub modules: usize,
    /// The bars.
    pub path: String,
}

impl Bars {
    /// The bars of a number; none for what Code 128 can't hold.
    #[must_use]
    pub fn of(number: &str) -> Option<Self> {
        let modules = Code128::new(in_sets(number)?).ok()?.encode();
        let mut path = String::new();
        let mut place = 0;
        while let Some(rest) = modules.get(place..).filter(|rest| !rest.is_empty()) {
            let dark = rest.first() == Some(&1);
            let run = rest.iter().take_while(|module| (**module == 1) == dark).count();
            if dark {
                let _ = write!(path, "M{} 0h{run}v40h-{run}z", place + QUIET);
            }
            place += run;
        }
        Some(Self { modules: modules.len() + 2 * QUIET, path })
    }

    /// The width on paper: half a millimetre a module, which is a whole number of dots of the usual printers.
    #[must_use]
    pub fn width(&self) -> String {
        format!("{}mm", self.modules as f64 / 2.0)
    }
}

/// The number with the signs for Code 128's sets: pairs of digits in set C, the rest in set B.
fn in_sets(number: &str) -> Option<String> {
    let plain = number.bytes().all(|byte| byte.is_ascii_graphic());
    if number.is_empty() || !plain {
        return None;
    }
    let tail = number.bytes().rev().take_while(u8::is_ascii_digit).count() / 2 * 2;
    let (head, tail) = match tail {
        0 | 2 => (number, ""),
        tail => number.split_at_checked(number.len() - tail)?,
    };
    let head = if head.is_empty() { String::new() } else { format!("\u{181}{head}") };
    let tail = if tail.is_empty() { String::new() } else { format!("\u{106}{tail}") };
    Some(head + &tail)
}

/// A QR code: the path of its dark modules.
#[derive(Clone, Debug, Default)]
pub struct Squares {
    /// Modules on a side.
    pub size: usize,
    /// The modules.
    pub path: String,
}

impl Squares {
    /// The code of a text; none when it is too long.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text.as_bytes()).ok()?;
        let size = code.width();
        let mut path = String::new();
        for (place, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let _ = write!(path, "M{} {}h1v1h-1z", place % size, place / size);
            }
        }
        Some(Self { size, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_number_takes_eleven_symbols() {
        let bars = Bars::of("0757001002386417").unwrap();
        // Start, eight pairs, check: 11 modules each; stop: 13.
        assert_eq!(bars.modules, 10 * 11 + 13 + 20);
        assert_eq!(bars.width(), "71.5mm");
        assert!(bars.path.starts_with("M10 0h2v40h-2z"));
    }

    #[test]
    fn letters_and_odd_digits_fit_and_what_cannot_be_scanned_has_no_bars() {
        assert!(Bars::of("FS00012345").is_some());
        assert!(Bars::of("FS0001234").is_some());
        assert!(Bars::of("A1").is_some());
        assert!(Bars::of("").is_none());
        assert!(Bars::of("佛山").is_none());
    }

    #[test]
    fn a_qr_code_is_square() {
        let squares = Squares::of("otpauth://totp/Yueka:chen?secret=JBSWY3DPEHPK3PXP").unwrap();
        assert!(squares.size >= 21 && squares.path.starts_with("M0 0h1v1h-1z"));
    }
}
