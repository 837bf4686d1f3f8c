//! The export as a page in the reader's language: each part with a heading, each fact with a name, no word of the program's own.

use askama::Template;
use chrono::{DateTime, Utc};
use serde_json::Value;
use service::libraries::Tree;

use crate::i18n::{Language, Text};

/// How a value is said.
#[derive(Clone, Copy)]
enum As {
    /// As it is.
    Plain,
    /// A moment, in Foshan.
    Moment,
    /// A word of a family of texts: `sex-`.
    Word(&'static str),
    /// The path of a field.
    Field,
    /// The word of a kind of document.
    Document,
    /// The code of a country.
    Country,
    /// The name of a library.
    Library,
    /// The tag of a language.
    Language,
    /// Yes or no.
    YesNo,
    /// Bytes, in KB.
    Size,
    /// The name of a file in the archive.
    File,
}

type Part = (&'static str, &'static [(&'static str, As)]);

// locale-keys: data-*
// locale-keys: look-*
/// The parts, in their order, each with its facts: the path in the JSON, and how it is said.
const PARTS: [Part; 17] = {
    use As::{Country, Document, Field, Language, Library, Moment, Plain, Size, Word, YesNo};
    [
        (
            "reader",
            &[
                ("name", Plain),
                ("sex", Word("sex-")),
                ("birth_date", Plain),
                ("phone", Plain),
                ("email", Plain),
                ("address", Plain),
                ("workplace", Plain),
                ("language", Language),
                ("photo", YesNo),
                ("verified_at", Moment),
                ("since", Moment),
            ],
        ),
        (
            "documents",
            &[
                ("type", Document),
                ("number", Plain),
                ("issuing_country", Country),
                ("valid_until", Plain),
                ("added_at", Moment),
                ("retired_at", Moment),
            ],
        ),
        (
            "guardians",
            &[
                ("name", Plain),
                ("relation", Plain),
                ("phone", Plain),
                ("document_type", Document),
                ("document_number", Plain),
                ("consented_at", Moment),
            ],
        ),
        (
            "cards",
            &[
                ("number", Plain),
                ("kind", Word("card-kind-")),
                ("state", Word("state-")),
                ("state_since", Moment),
                ("issuing_library", Library),
                ("channel", Word("channel-")),
                ("opened_at", Moment),
                ("default_password", YesNo),
            ],
        ),
        ("changes", &[("at", Moment), ("field", Field), ("before", Plain)]),
        (
            "notes",
            &[
                ("text", Plain),
                ("library", Library),
                ("added_at", Moment),
                ("until", Plain),
                ("removed_at", Moment),
            ],
        ),
        (
            "blocks",
            &[
                ("reason", Word("block-reason-")),
                ("note", Plain),
                ("library", Library),
                ("added_at", Moment),
                ("until", Plain),
                ("lifted_at", Moment),
            ],
        ),
        (
            "requests",
            &[
                ("service", Word("service-")),
                ("library", Library),
                ("state", Word("request-state-")),
                ("asked/name", Plain),
                ("asked/document/form/kind", Document),
                ("asked/document/form/number", Plain),
                ("asked/note", Plain),
                ("text", Plain),
                ("answer", Plain),
                ("created_at", Moment),
                ("answered_at", Moment),
            ],
        ),
        (
            "applications",
            &[
                ("number", Plain),
                ("library", Library),
                ("state", Word("application-state-")),
                ("name", Plain),
                ("document_type", Document),
                ("document_number", Plain),
                ("phone", Plain),
                ("note", Plain),
                ("created_at", Moment),
                ("answered_at", Moment),
            ],
        ),
        (
            "papers",
            &[("purpose", Word("purpose-")), ("file", As::File), ("size", Size), ("added_at", Moment)],
        ),
        (
            "partner_codes",
            &[("platform", Plain), ("code", Plain), ("linked_at", Moment), ("unlinked_at", Moment)],
        ),
        ("partner_consents", &[("service", Plain), ("allowed_at", Moment), ("withdrawn_at", Moment)]),
        (
            "messages",
            &[
                ("about", Word("message-")),
                ("at", Moment),
                ("by", Word("medium-")),
                ("to", Plain),
                ("state", Word("message-state-")),
            ],
        ),
        (
            "services",
            &[
                ("service", Word("service-")),
                ("at", Moment),
                ("outcome", Word("outcome-")),
                ("library", Library),
                ("channel", Word("channel-")),
                ("checked_how", Word("check-")),
            ],
        ),
        ("visits", &[("at", Moment), ("library", Library)]),
        ("resources", &[("day", Plain), ("platform", Plain), ("uses", Plain)]),
        ("looks", &[("what", Word("look-")), ("at", Moment), ("library", Library)]),
    ]
};

/// What somebody does who looks at a reader.
#[cfg(test)]
pub const LOOKS: [&str; 5] = ["searched", "viewed", "revealed", "printed", "asked"];

/// The names of parts and facts, for the test of all texts.
#[cfg(test)]
pub static LABELS: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
    let facts = PARTS.iter().flat_map(|(_, facts)| facts.iter().map(|(path, _)| path));
    PARTS.iter().map(|(part, _)| part).chain(facts).map(|path| word_of(path)).collect()
});

/// The end of a text's key: `asked/document/form/number` is `asked-document-form-number`.
fn word_of(path: &str) -> String {
    path.replace(['/', '_'], "-")
}

struct Heading {
    name: String,
    /// Each with its facts.
    entries: Vec<Vec<Fact>>,
}

struct Fact {
    name: String,
    value: String,
    /// Whether the value names a file beside the page.
    file: bool,
}

#[derive(Template)]
#[template(path = "portal/data_file.html")]
struct Readable {
    t: Text,
    federation: String,
    made_at: String,
    parts: Vec<Heading>,
}

/// The page; as text, since it goes into an archive.
pub fn page(t: Text, tree: &Tree, all: &Value) -> askama::Result<String> {
    let parts = PARTS
        .iter()
        .map(|(part, facts)| {
            let entries = match &all[*part] {
                Value::Array(entries) => entries.iter().collect(),
                Value::Null => Vec::new(),
                one => vec![one],
            };
            let entries = entries
                .into_iter()
                .map(|entry| facts.iter().filter_map(|fact| said(t, tree, entry, *fact)).collect());
            Heading { name: label(t, part), entries: entries.collect() }
        })
        .collect();
    let made_at = all["made_at"].as_str().map(|at| moment(t, at)).unwrap_or_default();
    let federation = tree.root().map(|root| t.library_name(root)).unwrap_or_default();
    Readable { t, federation, made_at, parts }.render()
}

fn label(t: Text, path: &str) -> String {
    t.t(&format!("data-{}", word_of(path)))
}

fn moment(t: Text, at: &str) -> String {
    at.parse::<DateTime<Utc>>().map_or_else(|_| at.to_owned(), |at| t.moment(at))
}

/// A fact in words; none where nothing is known.
fn said(t: Text, tree: &Tree, entry: &Value, (path, how): (&str, As)) -> Option<Fact> {
    let value = entry.pointer(&format!("/{path}"))?;
    let text = match value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let value = match how {
        As::Plain | As::File => text,
        As::Moment => moment(t, &text),
        As::Word(family) => t.t(&format!("{family}{text}")),
        As::Field => t.field(&text),
        As::Document => t.document_word(&text),
        As::Country => t.country(&text),
        As::Library => tree
            .libraries()
            .find(|library| library.name == text)
            .map_or(text, |library| t.library_name(library)),
        As::Language => Language::from_tag(&text).map_or(text, |language| language.own_name().to_owned()),
        As::YesNo => t.t(if text == "true" { "data-yes" } else { "data-no" }),
        As::Size => text.parse::<u64>().map_or(text, |bytes| format!("{} KB", bytes.div_ceil(1024))),
    };
    Some(Fact { name: label(t, path), value, file: matches!(how, As::File) })
}
