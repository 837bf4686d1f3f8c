//! From what was typed to the characters that count.

use unicode_normalization::UnicodeNormalization;

/// NFKC (full-width becomes half-width), upper case, without white space and invisible characters.
pub(crate) fn text(typed: &str) -> String {
    typed
        .nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !invisible(*c))
        .flat_map(char::to_uppercase)
        .collect()
}

/// As [`text`], and without dashes; what looks like an X is one.
pub(crate) fn number(typed: &str) -> String {
    text(typed)
        .chars()
        .filter(|c| !dash(*c))
        .map(|c| match c {
            // multiplication sign, Greek chi, Cyrillic ha
            '×' | 'Χ' | 'Х' => 'X',
            _ => c,
        })
        .collect()
}

/// Zero-width and direction marks, byte order mark, soft hyphen: what is copied along from chats and web pages.
const fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

const fn dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_digits_spaces_and_lower_case_are_forgiven() {
        assert_eq!(number(" １１０１０５ 19491231　002ｘ\r\n"), "11010519491231002X");
        assert_eq!(number("110105-19491231–002×"), "11010519491231002X");
        assert_eq!(number("\u{202d}11010519491231002x\u{202c}"), "11010519491231002X");
    }

    #[test]
    fn free_text_keeps_its_dashes_and_ideographs() {
        assert_eq!(text("军字第 ０１２－34 号"), "军字第012-34号");
    }
}
