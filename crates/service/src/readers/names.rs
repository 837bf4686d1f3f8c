//! What a name is found by: the name without spaces and dots, its pinyin, its initials; for names in Latin letters each
//! word; for surnames that are read in a way of their own, both readings.

use std::collections::BTreeSet;

use pinyin::ToPinyin;

/// Surnames whose reading as a surname is not the character's usual one.
const SURNAMES: [(&str, &str); 26] = [
    ("尉迟", "yu chi"),
    ("万俟", "mo qi"),
    ("长孙", "zhang sun"),
    ("单于", "chan yu"),
    ("曾", "zeng"),
    ("单", "shan"),
    ("解", "xie"),
    ("仇", "qiu"),
    ("查", "zha"),
    ("朴", "piao"),
    ("区", "ou"),
    ("任", "ren"),
    ("盖", "ge"),
    ("翟", "zhai"),
    ("乐", "yue"),
    ("覃", "qin"),
    ("冼", "xian"),
    ("缪", "miao"),
    ("员", "yun"),
    ("黑", "he"),
    ("种", "chong"),
    ("折", "she"),
    ("繁", "po"),
    ("召", "shao"),
    ("燕", "yan"),
    ("宁", "ning"),
];

/// The words a name is found by, each once.
#[must_use]
pub fn words_of(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::from([as_word(name)]);
    if name.chars().any(|c| c.to_pinyin().is_some()) {
        for reading in readings_of(name) {
            words.extend(spelled(&reading));
        }
    } else {
        words.extend(name.split([' ', '-', '·']).map(as_word).filter(|word| word.chars().count() > 1));
    }
    words.remove("");
    words
}

/// The pinyin of a name in one word, both readings of a surname that has two; none without a character that has any.
pub(super) fn readings(name: &str) -> BTreeSet<String> {
    readings_of(name).into_iter().map(|syllables| syllables.concat()).collect()
}

/// How a name is said: with the reading of a surname that has its own. None without a character that has pinyin.
pub(super) fn said(name: &str) -> Option<String> {
    readings_of(name).pop().map(|syllables| syllables.concat())
}

fn readings_of(name: &str) -> Vec<Vec<String>> {
    if !name.chars().any(|c| c.to_pinyin().is_some()) {
        return Vec::new();
    }
    let mut readings = vec![syllables(name)];
    if let Some((surname, reading)) = SURNAMES.iter().find(|(surname, _)| name.starts_with(surname)) {
        let own = reading.split(' ').map(str::to_owned);
        let rest = syllables(name.strip_prefix(surname).unwrap_or_default());
        readings.push(own.chain(rest).collect());
    }
    readings
}

/// A text as it is looked up: lower case, nothing between the letters.
#[must_use]
pub fn as_word(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(60).collect()
}

fn syllables(name: &str) -> Vec<String> {
    name.chars()
        .filter_map(|c| match c.to_pinyin() {
            Some(sound) => Some(sound.plain().replace('ü', "v")),
            None if c.is_ascii_alphabetic() => Some(c.to_ascii_lowercase().to_string()),
            None => None,
        })
        .collect()
}

fn spelled(syllables: &[String]) -> [String; 2] {
    [syllables.concat(), syllables.iter().filter_map(|syllable| syllable.chars().next()).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_4_2_a_reader_is_found_by_name_pinyin_and_initials() {
        let words = words_of("陈美玲");
        for word in ["陈美玲", "chenmeiling", "cml"] {
            assert!(words.contains(word), "{word}");
        }
        assert!(words_of("曾伟").contains("zengwei"));
        assert!(words_of("吕布").contains("lvbu"));
        let western = words_of("Maria da Silva");
        for word in ["mariadasilva", "maria", "silva"] {
            assert!(western.contains(word), "{word}");
        }
    }
}
