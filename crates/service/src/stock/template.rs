//! The template of a card (5.2.2): an SVG of each side, in tenths of a millimetre, in which places are marked and filled in for each card:
//! `<use href="#bars">` (Code 128 with its quiet zones, black on white), `#qr`, `#logo`, and the words `{number}` and `{library}`.
//!
//! Templates come from outside and are shown in our pages, so what an SVG can do beside drawing is refused: scripts, styles, links.

use std::fmt::Write as _;

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::codes::{Bars, Squares};
use crate::kernel::Problem;

/// Width of a card (ISO/IEC 7810 ID-1), in tenths of a millimetre.
pub const CARD_WIDTH: u32 = 856;
/// Its height.
pub const CARD_HEIGHT: u32 = 540;
/// The longest template, in bytes.
const LONGEST: usize = 256 * 1024;

/// What a template may be made of.
const ELEMENTS: [&str; 21] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "path",
    "text",
    "tspan",
    "use",
    "symbol",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
];
/// What `<use>` may show beside what the template itself defines.
const FILLED_IN: [&str; 3] = ["#bars", "#qr", "#logo"];

/// Both sides and the logo, found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    front: String,
    back: String,
    logo: Logo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Logo {
    view_box: String,
    inner: String,
}

/// What is filled in.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The barcode.
    pub number: &'a str,
    /// The library's name.
    pub library: &'a str,
}

/// A side of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The front.
    Front,
    /// The back.
    Back,
}

impl Template {
    /// The front that every library can begin with.
    pub const FRONT: &str = include_str!("template/front.svg");
    /// The back.
    pub const BACK: &str = include_str!("template/back.svg");
    /// The logo that is built in.
    pub const LOGO: &str = include_str!("template/logo.svg");

    /// Takes a template as it came; a blank logo is the one that is built in. What is wrong with it is told by field.
    ///
    /// # Errors
    /// The field (`stock.front`, `stock.back`, `stock.logo`) and [`Problem::Design`] for what is no SVG of a card, holds what none may, or has no bars,
    /// number and logo; [`Problem::Missing`], [`Problem::TooLong`].
    pub fn read(front: &str, back: &str, logo: &str) -> Result<Self, (&'static str, Problem)> {
        let logo = if logo.trim().is_empty() { Self::LOGO } else { logo };
        let logo = parsed(logo, None).map_err(|problem| ("stock.logo", problem))?;
        let size = format!("0 0 {CARD_WIDTH} {CARD_HEIGHT}");
        let front = parsed(front, Some(&size)).map_err(|problem| ("stock.front", problem))?.inner;
        let back = parsed(back, Some(&size)).map_err(|problem| ("stock.back", problem))?.inner;
        let has = |what: &str| front.contains(what) || back.contains(what);
        if has("href=\"#bars\"") && has("href=\"#logo\"") && has("{number}") {
            Ok(Self { front, back, logo })
        } else {
            Err(("stock.front", Problem::Design))
        }
    }

    /// Whether the bars are on this side.
    #[must_use]
    pub fn has_bars(&self, side: Side) -> bool {
        self.inner(side).contains("href=\"#bars\"")
    }

    fn inner(&self, side: Side) -> &str {
        match side {
            Side::Front => &self.front,
            Side::Back => &self.back,
        }
    }

    /// One side of a card at a place of a page. `mark` tells cards of a page apart.
    #[must_use]
    pub fn card(&self, side: Side, filling: Filling<'_>, (x, y): (u32, u32), mark: usize) -> String {
        let mut svg = format!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"{CARD_WIDTH}\" height=\"{CARD_HEIGHT}\" viewBox=\"0 0 {CARD_WIDTH} {CARD_HEIGHT}\">"
        );
        let mut body = self.inner(side).to_owned();
        for what in FILLED_IN {
            body = body.replace(&format!("href=\"{what}\""), &format!("href=\"{what}-{mark}\""));
        }
        svg.push_str("<defs>");
        if let Some(bars) = Bars::of(filling.number) {
            let _ = write!(
                svg,
                "<symbol id=\"bars-{mark}\" viewBox=\"0 0 {width} 40\" preserveAspectRatio=\"none\"><rect width=\"{width}\" \
                 height=\"40\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></symbol>",
                width = bars.modules,
                path = bars.path,
            );
        }
        if self.inner(side).contains("href=\"#qr\"")
            && let Some(squares) = Squares::of(filling.number)
        {
            // Four modules of quiet on each side.
            let size = squares.size + 8;
            let _ = write!(
                svg,
                "<symbol id=\"qr-{mark}\" viewBox=\"-4 -4 {size} {size}\"><rect x=\"-4\" y=\"-4\" width=\"{size}\" height=\"{size}\" \
                 fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></symbol>",
                path = squares.path,
            );
        }
        let Logo { view_box, inner } = &self.logo;
        let _ = write!(svg, "<symbol id=\"logo-{mark}\" viewBox=\"{view_box}\">{inner}</symbol></defs>");
        svg.push_str(
            &body
                .replace("{number}", &escaped(filling.number))
                .replace("{library}", &escaped(filling.library)),
        );
        svg.push_str("</svg>");
        svg
    }
}

/// A text between tags.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What stands within the outermost element, where all of it may be there.
fn parsed(text: &str, size: Option<&str>) -> Result<Logo, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Missing);
    }
    if text.len() > LONGEST {
        return Err(Problem::TooLong(LONGEST));
    }
    // Without a document type there are no entities that grow.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 20_000, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|_| Problem::Design)?;
    let root = document.root_element();
    let view_box =
        root.attribute("viewBox").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let numbers: Vec<f32> = view_box.split(' ').filter_map(|number| number.parse().ok()).collect();
    let right_size = size.is_none_or(|size| size == view_box);
    if root.tag_name().name() != "svg" || numbers.len() != 4 || !right_size {
        return Err(Problem::Design);
    }
    if !root.descendants().all(|node| is_allowed(&node)) {
        return Err(Problem::Design);
    }
    let (first, last) = (root.first_child(), root.last_child());
    let range = first.zip(last).map(|(first, last)| first.range().start..last.range().end);
    let inner = range.and_then(|range| text.get(range)).unwrap_or_default();
    Ok(Logo { view_box, inner: inner.to_owned() })
}

fn is_allowed(node: &Node<'_, '_>) -> bool {
    if node.is_pi() {
        return false;
    }
    if !node.is_element() {
        return true;
    }
    let own = node.tag_name().namespace() == Some("http://www.w3.org/2000/svg");
    own && ELEMENTS.contains(&node.tag_name().name())
        && node.attributes().all(|attribute| {
            let (name, value) = (attribute.name(), attribute.value());
            let inside = value.starts_with('#');
            // `url(#gradient)` is of the template, `url(https:…)` is not.
            let links_out =
                value.replace(' ', "").contains("url(") && !value.replace(' ', "").contains("url(#");
            attribute.namespace().is_none()
                && !name.to_ascii_lowercase().starts_with("on")
                && !matches!(name, "style" | "class" | "src" | "filter")
                && (name != "href" || inside)
                && !links_out
                && !value.to_ascii_lowercase().contains("javascript:")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(inner: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 856 540\">{inner}</svg>")
    }

    const WHOLE: &str = "<use href=\"#bars\" x=\"9\" y=\"9\" width=\"600\" height=\"99\"/><use href=\"#logo\"/><text>{number}</text>";

    #[test]
    fn c_5_2_2_the_standard_template_is_good() {
        let template = Template::read(Template::FRONT, Template::BACK, "").unwrap();
        assert!(template.has_bars(Side::Front) && !template.has_bars(Side::Back));
        let filling = Filling { number: "FS00000001", library: "甲 & 乙" };
        let card = template.card(Side::Front, filling, (10, 20), 3);
        assert!(
            card.contains("甲 &amp; 乙")
                && card.contains("href=\"#bars-3\"")
                && card.contains("id=\"bars-3\"")
        );
        assert!(!card.contains("href=\"#bars\"") && !card.contains("{number}"));
    }

    #[test]
    fn c_5_2_2_a_design_has_bars_number_and_logo() {
        assert!(Template::read(&side(WHOLE), &side("<g/>"), "").is_ok());
        for part in ["href=\"#bars\"", "href=\"#logo\"", "{number}"] {
            let without = side(&WHOLE.replace(part, ""));
            assert_eq!(
                Template::read(&without, &side("<g/>"), "").unwrap_err(),
                ("stock.front", Problem::Design),
                "{part}"
            );
        }
        assert_eq!(Template::read("", &side("<g/>"), "").unwrap_err(), ("stock.front", Problem::Missing));
    }

    #[test]
    fn c_5_2_2_a_design_only_draws() {
        for bad in [
            "<script>alert(1)</script>",
            "<rect onload=\"alert(1)\"/>",
            "<rect style=\"fill:url(https://example.org/a)\"/>",
            "<rect fill=\"url(https://example.org/a)\"/>",
            "<image href=\"https://example.org/a.png\"/>",
            "<use href=\"https://example.org/a.svg#b\"/>",
            "<foreignObject/>",
            "<animate attributeName=\"href\" values=\"javascript:alert(1)\"/>",
            "<a href=\"#x\"><text>x</text></a>",
            "<style>*{display:none}</style>",
            "<?xml-stylesheet href=\"a\"?>",
        ] {
            let front = side(&format!("{WHOLE}{bad}"));
            assert_eq!(
                Template::read(&front, &side("<g/>"), "").unwrap_err(),
                ("stock.front", Problem::Design),
                "{bad}"
            );
        }
        let growing = "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]>";
        assert!(Template::read(&format!("{growing}{}", side(WHOLE)), &side("<g/>"), "").is_err());
    }
}
