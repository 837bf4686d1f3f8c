//! Reading cards back before they are released (5.2.2): the text of each page, as it will be printed, is drawn at the resolution of an
//! office printer by one library (resvg), and the bars on it are read by another (rxing), which knows nothing of how they were made.
//! Whatever spoils the bars on paper spoils them here: too narrow, covered, no quiet zone, the wrong number.

use std::collections::HashSet;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use rxing::helpers::detect_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};

use super::pages::{PrintPage, Slot};

/// Dots for a tenth of a millimetre: 300 dpi.
const DOTS: f32 = 300.0 / 254.0;

/// A card that could not be read from its page, and what was read instead.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// The number that the card should have.
    pub number: String,
    /// What was read; none where nothing was.
    pub read: Option<String>,
}

/// Reads every card of the pages; those that can't be read, or say another number. It takes some ten milliseconds a card.
#[must_use]
pub fn scan_back(pages: &[PrintPage]) -> Vec<Failure> {
    pages.iter().flat_map(scan_page).collect()
}

fn scan_page(page: &PrintPage) -> Vec<Failure> {
    if page.slots.is_empty() {
        return Vec::new();
    }
    let drawn = draw(page);
    page.slots
        .iter()
        .filter_map(|slot| {
            let read = drawn.as_ref().and_then(|drawn| read(drawn, slot));
            (read.as_ref() != Some(&slot.number)).then(|| Failure { number: slot.number.clone(), read })
        })
        .collect()
}

/// The page in dots. Words are left out: no font is needed, and a font is no part of a page.
fn draw(page: &PrintPage) -> Option<Pixmap> {
    let tree = Tree::from_str(&page.svg, &Options::default()).ok()?;
    let (width, height) = page.size;
    let mut drawn = Pixmap::new(dots(width), dots(height))?;
    let size = tree.size();
    let scale = |dots: u32, own: f32| dots as f32 / own;
    let transform =
        Transform::from_scale(scale(drawn.width(), size.width()), scale(drawn.height(), size.height()));
    resvg::render(&tree, transform, &mut drawn.as_mut());
    Some(drawn)
}

fn dots(tenths: u32) -> u32 {
    (tenths as f32 * DOTS).round() as u32
}

/// What the bars within a slot say.
fn read(drawn: &Pixmap, slot: &Slot) -> Option<String> {
    let [left, top, width, height] = slot.area.map(dots);
    let (width, height) = (width.min(drawn.width() - left), height.min(drawn.height() - top));
    let mut grey = Vec::with_capacity(usize::try_from(width * height).unwrap_or_default());
    for y in top..top + height {
        for x in left..left + width {
            let dot = drawn.pixel(x, y)?.demultiply();
            let [red, green, blue] = [dot.red(), dot.green(), dot.blue()].map(u32::from);
            grey.push(u8::try_from((red * 299 + green * 587 + blue * 114) / 1000).unwrap_or(u8::MAX));
        }
    }
    let mut hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::CODE_128])),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let read = detect_in_luma_with_hints(grey, width, height, Some(BarcodeFormat::CODE_128), &mut hints);
    read.ok().map(|read| read.getText().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::pages::{Layout, pages};
    use super::super::template::Template;
    use super::*;

    fn numbers(count: u32) -> Vec<String> {
        (0..count).map(|place| format!("FS{:08}", 90_000_000 + place * 37)).collect()
    }

    fn template(front: &str) -> Template {
        Template::read(front, Template::BACK, "").unwrap()
    }

    #[test]
    fn c_5_2_2_what_is_printed_is_read_by_another_library() {
        let template = template(Template::FRONT);
        for (layout, count, sheets) in [(Layout::Card, 2, 4), (Layout::Sheet, 9, 4), (Layout::Label, 25, 2)] {
            let numbers = numbers(count);
            let pages = pages(&template, layout, "佛山市图书馆", &numbers);
            assert_eq!(pages.len(), sheets, "{layout:?}");
            let slots: Vec<&String> =
                pages.iter().flat_map(|page| &page.slots).map(|slot| &slot.number).collect();
            assert_eq!(slots, numbers.iter().collect::<Vec<_>>(), "each card is read");
            assert_eq!(scan_back(&pages), [], "{layout:?}");
        }
    }

    #[test]
    fn c_5_2_2_what_a_scanner_could_not_read_fails() {
        let bars = "<use href=\"#bars\" x=\"96\" y=\"222\" width=\"664\" height=\"172\"/>";
        assert!(Template::FRONT.contains(bars));
        let narrow = bars.replace("664", "90");
        let covered = format!("{bars}<rect x=\"200\" y=\"200\" width=\"60\" height=\"240\" fill=\"#000\"/>");
        let pale = format!("{bars}<rect width=\"856\" height=\"540\" fill=\"#fff\" opacity=\"0.995\"/>");
        for (what, instead) in [("narrow", narrow), ("covered", covered), ("pale", pale)] {
            let template = template(&Template::FRONT.replace(bars, &instead));
            let failures = scan_back(&pages(&template, Layout::Card, "佛山市图书馆", &numbers(1)));
            assert_eq!(failures.len(), 1, "{what}");
        }
    }

    #[test]
    fn c_5_2_2_a_card_with_another_number_fails_and_the_failure_says_which() {
        let mut pages = pages(&template(Template::FRONT), Layout::Card, "佛山市图书馆", &numbers(1));
        let slot = pages.iter_mut().find_map(|page| page.slots.first_mut()).unwrap();
        slot.number = "FS00000002".to_owned();
        let failures = scan_back(&pages);
        assert_eq!(
            failures,
            [Failure { number: "FS00000002".to_owned(), read: Some(numbers(1)[0].clone()) }]
        );
    }
}
