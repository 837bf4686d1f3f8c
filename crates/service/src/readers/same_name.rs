//! Whether two spellings are one name. People write 陈美玲, 陳美玲 and Chen Meiling; systems write CHEN MEILING, 阿里木·买买提 and
//! 阿里木买买提; passports have their machine-readable MARIA DA SILVA for Maria da Silva.

use std::collections::BTreeSet;

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

use super::names::{readings, said};
use super::simplified::simplified;

/// A name without what spellings differ in.
struct Folded {
    /// Simplified, lower case, without accents, cut where something stood between the letters.
    parts: Vec<String>,
    /// Whether there is a character of another script than Latin.
    ideographic: bool,
}

impl Folded {
    fn of(name: &str) -> Self {
        let plain: String = name
            .nfkd()
            .filter(|c| !is_mark(*c) && !"'’.".contains(*c))
            .flat_map(char::to_lowercase)
            .map(simplified)
            .collect();
        let parts: Vec<String> = plain
            .split(|c: char| c.is_whitespace() || "·-,()（）".contains(c))
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let ideographic = parts.iter().any(|part| !part.is_ascii());
        Self { parts, ideographic }
    }

    fn joined(&self) -> String {
        self.parts.concat()
    }

    /// Whichever part is said first: `chenmeiling`, `meilingchen`.
    fn rotations(&self) -> BTreeSet<String> {
        (0..self.parts.len().max(1))
            .map(|from| {
                self.parts.iter().cycle().skip(from).take(self.parts.len()).map(String::as_str).collect()
            })
            .collect()
    }
}

/// Accents, and what chooses between forms of one character.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether two spellings are surely one name: simplified or traditional, with or without dots and spaces, words in another
/// order, or one of them the other's pinyin.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    let (a, b) = (Folded::of(one), Folded::of(other));
    match (a.ideographic, b.ideographic) {
        (true, true) => a.joined() == b.joined(),
        (false, false) => canonical_of(&a) == canonical_of(&b) || !a.rotations().is_disjoint(&b.rotations()),
        (true, false) => !readings(&a.joined()).is_disjoint(&b.rotations()),
        (false, true) => !readings(&b.joined()).is_disjoint(&a.rotations()),
    }
}

/// Whether two spellings may well be one name: [`same_name`], or characters that sound the same, one by one.
pub(super) fn may_be_same_name(one: &str, other: &str) -> bool {
    if same_name(one, other) {
        return true;
    }
    let sounds = |name: &str| -> Option<Vec<&'static str>> {
        Folded::of(name).joined().chars().map(|c| c.to_pinyin().map(|sound| sound.plain())).collect()
    };
    matches!((sounds(one), sounds(other)), (Some(a), Some(b)) if !a.is_empty() && a == b)
}

/// One text for all spellings that [`same_name`] takes for one within their script: part of the identity key of documents
/// whose number names no person.
pub(super) fn canonical(name: &str) -> String {
    canonical_of(&Folded::of(name))
}

fn canonical_of(name: &Folded) -> String {
    if name.ideographic {
        return name.joined();
    }
    let mut parts = name.parts.clone();
    parts.sort_unstable();
    parts.concat()
}

/// What names that may be one have in common, for an index: the letters of the name as it is said, sorted. Others have it too;
/// whoever finds them compares.
pub(super) fn name_key(name: &str) -> String {
    let folded = Folded::of(name);
    let said = said(&folded.joined()).unwrap_or_else(|| folded.joined());
    let mut letters: Vec<char> = said.chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_1_3_2_spellings_of_one_name_are_one() {
        for (one, other) in [
            ("陈美玲", "陳美玲"),
            ("陈美玲", "陈 美玲"),
            ("阿里木·买买提", "阿里木买买提"),
            ("阿里木·买买提", "阿里木 買買提"),
            ("Maria da Silva", "SILVA MARIA DA"),
            ("Maria da Silva", "da Silva, Maria"),
            ("Ana-Lúcia Gomes", "GOMES ANA LUCIA"),
            ("O'Brien", "OBRIEN"),
            ("Chen Meiling", "MEI LING CHEN"),
            ("陈美玲", "CHEN MEILING"),
            ("陳美玲", "Meiling Chen"),
            ("曾伟", "ZENG WEI"),
            ("Ｃｈｅｎ", "chen"),
        ] {
            assert!(same_name(one, other), "{one} {other}");
            assert!(may_be_same_name(other, one), "{one} {other}");
            assert_eq!(name_key(one), name_key(other), "{one} {other}");
        }
        for (one, other) in
            [("陈美玲", "陈美琳"), ("张伟", "张玮"), ("Amy Chan", "May Chan"), ("陈", "Chan"), ("", "陈")]
        {
            assert!(!same_name(one, other), "{one} {other}");
        }
    }

    #[test]
    fn c_6_1_3_2_names_that_sound_the_same_may_be_one() {
        assert!(may_be_same_name("张伟", "章玮"));
        assert_eq!(name_key("张伟"), name_key("章玮"));
        assert!(!may_be_same_name("张伟", "张薇薇"));
        assert!(!may_be_same_name("Amy Chan", "May Chan"));
        // Characters that no dictionary has stay themselves.
        assert!(same_name("𠮷\u{E863}", "𠮷 \u{E863}"));
        assert_eq!(name_key("𠮷\u{E863}"), name_key("𠮷·\u{E863}"));
    }

    #[test]
    fn c_6_1_3_2_one_text_stands_for_all_spellings_of_a_script() {
        assert_eq!(canonical("陳·美玲"), canonical("陈美玲"));
        assert_eq!(canonical("da Silva, Maria"), canonical("MARIA DA SILVA"));
        assert_ne!(canonical("陈美玲"), canonical("陈美琳"));
    }
}
