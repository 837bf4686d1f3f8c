//! Texts as people type them, in their normal form.

use unicode_normalization::UnicodeNormalization;

/// Zero-width and direction marks, byte order mark, soft hyphen: what is copied along from chats and web pages.
pub(crate) const fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Half-width, without what can't be seen, one blank where there were several.
pub(crate) fn free(typed: &str) -> String {
    let mut text = String::with_capacity(typed.len());
    for c in unquoted(typed).nfkc().filter(|c| !invisible(*c)) {
        if c.is_whitespace() || c.is_control() {
            if !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
        } else {
            text.push(c);
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// What forces Excel to keep a text is no part of it: an apostrophe before it, `="…"` around it.
fn unquoted(typed: &str) -> &str {
    let text = typed.trim();
    let formula = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    formula.unwrap_or_else(|| text.trim_start_matches(['\'', '`', '’', '‘']))
}

/// A name: 张　三 is 张三, since blanks between Chinese characters only align them; those between other words stay.
pub(crate) fn name(typed: &str) -> String {
    let text = free(typed);
    let chars: Vec<char> = text.chars().collect();
    let beside = |at: usize| chars.get(at).copied().is_some_and(|c| ideograph(c) || middle_dot(c));
    let kept = chars
        .iter()
        .enumerate()
        .filter(|(at, c)| **c != ' ' || !(at.checked_sub(1).is_some_and(beside) && beside(at + 1)));
    kept.map(|(at, c)| {
        let between = at.checked_sub(1).is_some_and(beside) && beside(at + 1);
        if middle_dot(*c) && between { '·' } else { *c }
    })
    .collect()
}

const fn middle_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '∙' | '⋅' | '・' | '●' | '.')
}

/// Whether it is a Chinese character, also one of the private use area, where old systems keep rare ones.
pub(crate) const fn ideograph(c: char) -> bool {
    matches!(
        c,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{e000}'..='\u{f8ff}' | '〇'
    )
}

/// The number of a document. Where it names its dashes (`free_form`), they stay.
pub(crate) fn document_number(typed: &str, free_form: bool) -> String {
    if free_form {
        return free(typed).chars().filter(|c| *c != ' ').collect();
    }
    let number = documents::bare_number(unquoted(typed));
    // H12345678(01): the two digits that count re-issues, as some cards print them.
    match number.strip_suffix(')').and_then(|number| number.rsplit_once('(')) {
        Some((number, count)) if count.len() == 2 && count.chars().all(|c| c.is_ascii_digit()) => {
            [number, count].concat()
        }
        _ => number,
    }
}

/// A phone number: of several in one cell the first. Blanks, dashes and brackets only group its digits; the country code of
/// the mainland says nothing.
pub(crate) fn phone(typed: &str) -> String {
    let text = free(typed);
    let first = text.split(['/', '、', ',', ';', '|', '或']).map(str::trim).find(|part| !part.is_empty());
    // Two mobile numbers with only a blank between them.
    let first = first.unwrap_or_default();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let first = match first.split_once(' ') {
        Some((one, other)) if digits(one) >= 11 && digits(other) >= 7 => one,
        _ => first,
    };
    let groups = |c: char| {
        matches!(c, ' ' | '-' | '(' | ')' | '\u{2010}'..='\u{2015}')
            || (c == '.' && first.matches('.').count() > 1)
    };
    let bare: String = first.chars().filter(|c| !groups(*c)).collect();
    let national = bare.strip_prefix("+86").or_else(|| bare.strip_prefix("0086"));
    match national
        .or_else(|| bare.strip_prefix("86").filter(|rest| rest.len() == 11 && rest.starts_with('1')))
    {
        Some(rest) => rest.to_owned(),
        None => bare,
    }
}

/// Headings and words of choice in a form that can be compared: small, half-width, simplified, without blanks, marks and what stands in
/// brackets.
pub(crate) fn plain(typed: &str) -> String {
    let mut depth = 0_u8;
    let mut plain = String::with_capacity(typed.len());
    for c in typed.nfkc().flat_map(char::to_lowercase) {
        match c {
            '(' | '【' | '〔' | '<' | '《' => depth = depth.saturating_add(1),
            ')' | '】' | '〕' | '>' | '》' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() || c.is_control() || invisible(c) => {}
            '*' | '★' | '☆' | '#' | ':' | '.' | '。' | ',' | '、' | '_' | '-' | '\'' | '"' | '?' | '!'
            | '“' | '”' => {}
            _ => plain.push(simplified(c)),
        }
    }
    for mark in ["必填", "选填"] {
        if let Some(rest) = plain.strip_suffix(mark).or_else(|| plain.strip_prefix(mark)) {
            plain = rest.to_owned();
        }
    }
    plain
}

/// The simplified form of those characters that headings and words of choice are made of.
fn simplified(c: char) -> char {
    const TRADITIONAL: &str = "證類號碼聯繫電話級監護長別備註郵關係學單國職員與讀種機絡簽發區體辦業親無習戶軍灣內臺陸來護籍爺媽爸媽孫師園編號屬實稱務處組歲齡門";
    const SIMPLIFIED: &str = "证类号码联系电话级监护长别备注邮关系学单国职员与读种机络签发区体办业亲无习户军湾内台陆来护籍爷妈爸妈孙师园编号属实称务处组岁龄门";
    let at = TRADITIONAL.chars().position(|traditional| traditional == c);
    at.and_then(|at| SIMPLIFIED.chars().nth(at)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_only_aligns_them() {
        for (typed, name) in [
            ("张　三", "张三"),
            ("  欧阳 小 明 ", "欧阳小明"),
            ("Mary  Ann Lee", "Mary Ann Lee"),
            ("古丽•努尔", "古丽·努尔"),
            ("阿依.古丽", "阿依·古丽"),
            ("J.R. Lee", "J.R. Lee"),
            ("＇李四\u{200b}", "'李四"),
            ("'李四", "李四"),
            ("ＬＩ　Ｍｉｎｇ", "LI Ming"),
        ] {
            assert_eq!(super::name(typed), name, "{typed}");
        }
    }

    #[test]
    fn phones_are_digits_and_the_first_of_several() {
        for (typed, phone) in [
            ("139 0000 0001", "13900000001"),
            ("139-0000-0001", "13900000001"),
            ("+86 13900000001", "13900000001"),
            ("8613900000001", "13900000001"),
            ("13900000001/13900000002", "13900000001"),
            ("13900000001 13900000002", "13900000001"),
            ("１３９００００００01、0757-83330000", "13900000001"),
            ("(0757) 8333 0000", "075783330000"),
            ("+852 5123 4567", "+85251234567"),
        ] {
            assert_eq!(super::phone(typed), phone, "{typed}");
        }
    }

    #[test]
    fn numbers_keep_what_counts() {
        assert_eq!(document_number("'１１０１０１ 19900101-001x", false), "11010119900101001X");
        assert_eq!(document_number("=\"190000199001010011\"", false), "190000199001010011");
        assert_eq!(document_number("DEMO-00 01", true), "DEMO-0001");
        assert_eq!(document_number("h9900 0251（01）", false), "H9900025101");
        assert_eq!(document_number("99000252(B)", false), "99000252(B)");
    }

    #[test]
    fn traditional_and_simplified_tables_agree() {
        assert_eq!(plain("證件號碼（必填）*："), "证件号码");
        assert_eq!(plain("監護人 聯繫電話"), "监护人联系电话");
        assert_eq!(plain("Guardian's Phone No."), "guardiansphoneno");
    }
}
