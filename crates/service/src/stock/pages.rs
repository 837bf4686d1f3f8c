//! Pages that are ready to be printed (5.2.2): each is one SVG in tenths of a millimetre, and that very text is both printed and
//! [read back](super::scan_back).

use std::fmt::Write as _;

use super::codes::Bars;
use super::template::{CARD_HEIGHT, CARD_WIDTH, Filling, Side, Template, escaped};

/// How cards lie on pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One side of a card on each page, for card printers (CR80).
    Card,
    /// Eight cards on a sheet of A4 with crop marks; backs follow fronts, the other way round, for printing on both sides.
    Sheet,
    /// Labels to stick on: 24 on a sheet of A4, 63.5 by 33.9 mm.
    Label,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Self; 3] = [Self::Card, Self::Sheet, Self::Label];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Sheet => "sheet",
            Self::Label => "label",
        }
    }
}

/// Where the bars of a number are to be found on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The number.
    pub number: String,
    /// Left, top, width and height of the card or label, in tenths of a millimetre.
    pub area: [u32; 4],
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintPage {
    /// Its width and height, in tenths of a millimetre.
    pub size: (u32, u32),
    /// The SVG.
    pub svg: String,
    /// The bars on it.
    pub slots: Vec<Slot>,
}

const A4: (u32, u32) = (2100, 2970);

/// A grid on a page: columns, rows, the size of a field and the gaps.
struct Grid {
    page: (u32, u32),
    columns: u32,
    rows: u32,
    field: (u32, u32),
    gap: (u32, u32),
}

const CARDS: Grid = Grid { page: A4, columns: 2, rows: 4, field: (CARD_WIDTH, CARD_HEIGHT), gap: (100, 80) };
const LABELS: Grid = Grid { page: A4, columns: 3, rows: 8, field: (635, 339), gap: (25, 0) };
const ONE: Grid = Grid {
    page: (CARD_WIDTH, CARD_HEIGHT),
    columns: 1,
    rows: 1,
    field: (CARD_WIDTH, CARD_HEIGHT),
    gap: (0, 0),
};

impl Grid {
    fn count(&self) -> usize {
        usize::try_from(self.columns * self.rows).unwrap_or(1)
    }

    /// The left top corner of a field, columns counted from the right for backs.
    fn corner(&self, index: usize, mirrored: bool) -> (u32, u32) {
        let index = u32::try_from(index).unwrap_or_default();
        let (mut column, row) = (index % self.columns, index / self.columns);
        if mirrored {
            column = self.columns - 1 - column;
        }
        let margin =
            |page: u32, count: u32, field: u32, gap: u32| (page - count * field - (count - 1) * gap) / 2;
        let left = margin(self.page.0, self.columns, self.field.0, self.gap.0);
        let top = margin(self.page.1, self.rows, self.field.1, self.gap.1);
        (left + column * (self.field.0 + self.gap.0), top + row * (self.field.1 + self.gap.1))
    }
}

/// The pages of these numbers.
#[must_use]
pub fn pages(template: &Template, layout: Layout, library: &str, numbers: &[String]) -> Vec<PrintPage> {
    match layout {
        Layout::Card => of_cards(template, &ONE, library, numbers, false),
        Layout::Sheet => of_cards(template, &CARDS, library, numbers, true),
        Layout::Label => numbers.chunks(LABELS.count()).map(|chunk| of_labels(library, chunk)).collect(),
    }
}

fn of_cards(
    template: &Template,
    grid: &Grid,
    library: &str,
    numbers: &[String],
    marks: bool,
) -> Vec<PrintPage> {
    let mut pages = Vec::new();
    for chunk in numbers.chunks(grid.count()) {
        for side in [Side::Front, Side::Back] {
            let mut page = PrintPage { size: grid.page, svg: opening(grid.page), slots: Vec::new() };
            for (index, number) in chunk.iter().enumerate() {
                let (x, y) = grid.corner(index, side == Side::Back);
                page.svg.push_str(&template.card(side, Filling { number, library }, (x, y), index));
                if marks {
                    crop_marks(&mut page.svg, (x, y), grid.field);
                }
                if template.has_bars(side) {
                    page.slots
                        .push(Slot { number: number.clone(), area: [x, y, grid.field.0, grid.field.1] });
                }
            }
            page.svg.push_str("</svg>");
            pages.push(page);
        }
    }
    pages
}

fn of_labels(library: &str, numbers: &[String]) -> PrintPage {
    let mut page = PrintPage { size: A4, svg: opening(A4), slots: Vec::new() };
    let (width, height) = LABELS.field;
    for (index, number) in numbers.iter().enumerate() {
        let (x, y) = LABELS.corner(index, false);
        let bars = Bars::of(number).unwrap_or_default();
        let _ = write!(
            page.svg,
            "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <text x=\"{middle}\" y=\"62\" font-size=\"30\" text-anchor=\"middle\" fill=\"#000\">{library}</text>\
             <svg x=\"20\" y=\"84\" width=\"595\" height=\"160\" viewBox=\"0 0 {modules} 40\" preserveAspectRatio=\"none\">\
             <path d=\"{path}\" fill=\"#000\"/></svg>\
             <text x=\"{middle}\" y=\"300\" font-size=\"40\" letter-spacing=\"3\" text-anchor=\"middle\" font-family=\"monospace\" \
             fill=\"#000\">{number}</text></svg>",
            middle = width / 2,
            library = escaped(library),
            modules = bars.modules.max(1),
            path = bars.path,
            number = escaped(number),
        );
        page.slots.push(Slot { number: number.clone(), area: [x, y, width, height] });
    }
    page.svg.push_str("</svg>");
    page
}

fn opening((width, height): (u32, u32)) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"><rect width=\"{width}\" height=\"{height}\" \
         fill=\"#fff\"/>"
    )
}

/// Eight short lines around a card, half a millimetre off its corners.
fn crop_marks(svg: &mut String, (x, y): (u32, u32), (width, height): (u32, u32)) {
    const OFF: u32 = 5;
    const LONG: u32 = 30;
    let mut path = String::new();
    for line in [x, x + width] {
        let _ = write!(path, "M{line} {}v-{LONG}M{line} {}v{LONG}", y - OFF, y + height + OFF);
    }
    for line in [y, y + height] {
        let _ = write!(path, "M{} {line}h-{LONG}M{} {line}h{LONG}", x - OFF, x + width + OFF);
    }
    let _ = write!(svg, "<path d=\"{path}\" stroke=\"#000\" stroke-width=\"1\" fill=\"none\"/>");
}
