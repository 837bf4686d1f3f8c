//! Filling the places of a text.

use super::texts::{MessageText, in_words};
use super::{Medium, Template};

/// What stands where a word was not given: the message is told all the same.
const MISSING: &str = "—";
/// The words that every message may use.
const ALWAYS: [&str; 3] = ["name", "library", "time"];

/// The places of a text, in their order.
#[must_use]
pub fn places(text: &str) -> Vec<String> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').map_or(rest, |(place, _)| place).trim().to_owned())
        .collect()
}

/// The places of a text that this message has no word for.
#[must_use]
pub fn unknown_places(template: Template, text: &MessageText) -> Vec<String> {
    let known = words(template);
    let mut unknown = places(&text.subject);
    unknown.extend(places(&text.body));
    unknown.retain(|place| !known.contains(&place.as_str()));
    unknown
}

/// The words that this message has to say and that a text leaves out; a number instead of its last characters is as good.
#[must_use]
pub fn missing_places(template: Template, medium: Medium, body: &str) -> Vec<&'static str> {
    let used = places(body);
    let says = |word: &str| used.iter().any(|place| place == word || (word == "tail" && place == "number"));
    template.needed_words(medium).iter().copied().filter(|word| !says(word)).collect()
}

/// The words that a message may use.
#[must_use]
pub fn words(template: Template) -> Vec<&'static str> {
    let own = template.own_words();
    let tail = own.contains(&"number").then_some("tail");
    ALWAYS.into_iter().chain(own.iter().copied()).chain(tail).collect()
}

/// The text with its places filled. What was given stays on its line, so that a name can't add a line of its own.
#[must_use]
pub fn fill(text: &str, language: &str, words: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut parts = text.split('{');
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (place, rest) = part.split_once('}').unwrap_or((part, ""));
        filled.push_str(&word(place.trim(), language, words));
        filled.push_str(rest);
    }
    filled
}

fn word(place: &str, language: &str, words: &[(&str, String)]) -> String {
    let find = |name: &str| words.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    let value = match place {
        "tail" => find("tail").map(str::to_owned).or_else(|| {
            let number = find("number")?;
            let skipped = number.chars().count().saturating_sub(4);
            Some(number.chars().skip(skipped).collect())
        }),
        "fields" | "document" | "state" | "reason" | "until" | "platform" => {
            find(place).map(|value| in_words(language, value))
        }
        _ => find(place).map(str::to_owned),
    };
    let value = value.unwrap_or_else(|| MISSING.to_owned());
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words to show a text with.
#[must_use]
pub fn samples(language: &str) -> Vec<(&'static str, String)> {
    let name = if language == "en" { "Chan Tai Man" } else { "陈大文" };
    let library = if language == "en" { "Foshan Library" } else { "佛山市图书馆" };
    let child = if language == "en" { "Chan Siu Man" } else { "陈小文" };
    [
        ("name", name),
        ("reader", child),
        ("library", library),
        ("time", "2026-03-02 14:05"),
        ("number", "0757001200345678"),
        ("until", "2026-03-09"),
        ("platform", "yuedutong"),
        ("fields", "reader.phone reader.address"),
        ("document", "resident_id"),
        ("state", "approved"),
        ("text", "2026-03-09"),
        ("reason", "block.conduct"),
        ("code", "246810"),
        ("application", "3141592653"),
        ("title", "岭南文化"),
        ("place", "顺德图书馆"),
        ("count", "2"),
    ]
    .into_iter()
    .map(|(word, value)| (word, value.to_owned()))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_what_is_missing_or_odd_breaks_nothing() {
        let words = [("name", "李\n四 {code}".to_owned()), ("number", "FS00000001".to_owned())];
        assert_eq!(fill("{name}，尾号{tail}", "zh-Hans", &words), "李 四 {code}，尾号0001");
        assert_eq!(fill("{until}", "zh-Hans", &words), "—");
        assert_eq!(fill("a { name } b", "en", &words), "a 李 四 {code} b");
        assert_eq!(fill("{", "en", &words), "—");
    }

    #[test]
    fn a_place_that_the_message_has_no_word_for_is_named() {
        let text = MessageText { subject: "{nmae}".to_owned(), body: "{number}{code}".to_owned() };
        assert_eq!(unknown_places(Template::LossReported, &text), ["nmae", "code"]);
    }
}
