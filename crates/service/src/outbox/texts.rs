//! The built-in texts: a file for each language, with a section for each message, and the words that stand in their places.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Medium, Template};

/// The languages that messages are written in; the first where a reader has chosen none, or one that is not here.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// A text with places to be filled: `{name}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageText {
    /// Of a mail; nothing for an SMS.
    pub subject: String,
    /// What is told.
    pub body: String,
}

type Sections = HashMap<String, HashMap<String, String>>;

static TEXTS: LazyLock<[Sections; 3]> = LazyLock::new(|| {
    [
        sections(include_str!("texts/zh-Hans.txt")),
        sections(include_str!("texts/zh-Hant.txt")),
        sections(include_str!("texts/en.txt")),
    ]
});

/// `# section`, then `key: text` lines; what follows `email:` up to the next section is the body of the mail.
fn sections(file: &str) -> Sections {
    let mut sections = Sections::new();
    for section in file.split("# ").skip(1) {
        let (name, rest) = section.split_once('\n').unwrap_or((section, ""));
        let (lines, mail) = rest.split_once("email:\n").unwrap_or((rest, ""));
        let mut entries: HashMap<String, String> = lines
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(key, text)| (key.to_owned(), text.to_owned()))
            .collect();
        if !mail.is_empty() {
            entries.insert("email".to_owned(), mail.trim().to_owned());
        }
        sections.insert(name.trim().to_owned(), entries);
    }
    sections
}

fn of(language: &str) -> Option<&'static Sections> {
    let place = LANGUAGES.iter().position(|known| *known == language).unwrap_or(0);
    TEXTS.get(place)
}

/// The built-in text of a message.
#[must_use]
pub fn built_in(template: Template, medium: Medium, language: &str) -> MessageText {
    let entry = |key: &str| {
        let section = of(language).and_then(|sections| sections.get(template.as_str()));
        section.and_then(|section| section.get(key)).cloned().unwrap_or_default()
    };
    match medium {
        Medium::Email => MessageText { subject: entry("subject"), body: entry("email") },
        Medium::Sms => MessageText { subject: String::new(), body: entry("sms") },
        Medium::Screen | Medium::Phone | Medium::Slip => MessageText::default(),
    }
}

/// A value in words: what names a field, a kind of document or an answer is said in the language; all else stays. Several are
/// separated by blanks.
pub(super) fn in_words(language: &str, value: &str) -> String {
    let Some(words) = of(language).and_then(|sections| sections.get("words")) else {
        return value.to_owned();
    };
    let said: Vec<&str> = value
        .split_whitespace()
        .filter_map(|word| words.get(word.trim_matches(',')).map(String::as_str))
        .collect();
    if said.is_empty() || said.len() < value.split_whitespace().count() {
        return value.to_owned();
    }
    said.join(words.get("and").map_or(", ", String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::render;

    #[test]
    fn c_6_3_1_every_message_is_there_in_every_language_and_medium_with_all_its_words() {
        for language in LANGUAGES {
            for template in Template::ALL {
                for medium in [Medium::Email, Medium::Sms] {
                    let text = built_in(template, medium, language);
                    let place = format!("{} {language} {}", template.as_str(), medium.as_str());
                    assert!(!text.body.is_empty(), "{place}");
                    assert_eq!(text.subject.is_empty(), medium == Medium::Sms, "{place}");
                    assert_eq!(render::unknown_places(template, &text), Vec::<String>::new(), "{place}");
                    let used: Vec<String> = render::places(&text.body);
                    // What was answered may be long: an SMS says the state only.
                    let said = |word: &&&str| **word != "text" || medium == Medium::Email;
                    for word in template.own_words().iter().filter(said) {
                        // An SMS says the last characters of a number only.
                        let word = if *word == "number" && medium == Medium::Sms { "tail" } else { word };
                        assert!(used.iter().any(|place| place == word), "{place} does not say {word}");
                    }
                    assert_eq!(render::missing_places(template, medium, &text.body), [""; 0], "{place}");
                    let filled = render::fill(&text.body, language, &render::samples(language));
                    assert!(!filled.contains(['{', '}', '—']), "{place}: {filled}");
                    if medium == Medium::Sms {
                        let most = if language == "en" { 160 } else { 70 };
                        let length = text.body.chars().count();
                        assert!(length <= most, "{place}: {length} characters");
                    }
                }
            }
        }
    }

    #[test]
    fn fields_are_named_in_the_language_of_the_message() {
        assert_eq!(in_words("zh-Hans", "reader.phone reader.email"), "联系电话、电子邮箱");
        assert_eq!(in_words("en", "reader.phone reader.email"), "phone, e-mail");
        assert_eq!(in_words("en", "see the desk"), "see the desk");
    }
}
