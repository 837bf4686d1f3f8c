//! The markup of pages: Markdown, of which no HTML, no picture and no address but plain ones come through. What staff write can't run
//! anything, and loads nothing from elsewhere.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html::push_html};

/// The HTML of a text.
pub fn html(text: &str) -> String {
    let mut links = Vec::new();
    let events = Parser::new(text).filter_map(|event| safe(event, &mut links));
    let mut html = String::with_capacity(text.len() * 2);
    push_html(&mut html, events);
    html
}

/// The text without its marks, on one line, for a list: at most so many characters.
pub fn plain(text: &str, most: usize) -> String {
    let mut plain = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                plain.push(' ');
            }
            _ => {}
        }
    }
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match plain.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", plain.get(..at).unwrap_or_default().trim_end()),
        None => plain,
    }
}

/// What of an event may stand on a page; `links` holds, of each link that is open, whether it is shown as one.
fn safe<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    Some(match event {
        // Shown as it was typed: the writer of HTML pages escapes texts.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: below(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let good = may_lead_to(&dest_url);
            links.push(good);
            if !good {
                return None;
            }
            Event::Start(Tag::Link { link_type, dest_url, title: "".into(), id })
        }
        Event::End(TagEnd::Link) => match links.pop() {
            Some(true) => Event::End(TagEnd::Link),
            _ => return None,
        },
        // The text beside a picture stays.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        event => event,
    })
}

/// The page has its own first heading.
fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        _ => HeadingLevel::H4,
    }
}

/// Pages of this house and of others, telephones and mailboxes: nothing that a browser would run.
fn may_lead_to(address: &str) -> bool {
    let ours = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    ours || ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_4_4_1_staff_write_headings_lists_bold_and_links() {
        let page = html(
            "# 开卡\n\n请带 **身份证**：\n\n- [网上办证](/apply)\n- <https://example.org/>\n\n1. 一\n2. 二",
        );
        for part in [
            "<h2>开卡</h2>",
            "<strong>身份证</strong>",
            "<a href=\"/apply\">网上办证</a>",
            "<a href=\"https://example.org/\">",
            "<ol>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn c_4_4_1_nothing_that_staff_write_can_run_or_load_anything() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "![x](https://example.org/a.png)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,1)",
            "[x](//example.org)",
            "[x](vbscript:1)",
            "<a href=\"javascript:alert(1)\">x</a>",
            "[x](/a \"title\" onmouseover=\"alert(1)\")",
            "<javascript:alert(1)>",
            "[a]: javascript:alert(1)\n[a]",
            "```html\n<script>alert(1)</script>\n```",
        ] {
            let page = html(text);
            let lower = page.to_lowercase();
            for bad in [
                "<script",
                "<img",
                "<a href=\"javascript",
                "<a href=\"data",
                "<a href=\"//",
                "<a href=\"vbscript",
                "<iframe",
            ] {
                assert!(!lower.contains(bad), "{bad} in {page} of {text}");
            }
            assert!(!lower.contains("onerror=alert(1)>") || lower.contains("&lt;img"), "{page}");
        }
    }

    #[test]
    fn a_list_shows_the_beginning_without_marks() {
        assert_eq!(plain("## 新馆\n\n**周六** 开馆，[详情](/news)。", 40), "新馆 周六 开馆，详情。");
        assert_eq!(plain("一二三四五", 3), "一二三…");
    }
}
