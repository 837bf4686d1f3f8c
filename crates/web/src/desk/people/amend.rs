//! Change contact data and name (4.2.1, 6.2.1): one form. What is on file is shown masked; a field left empty stays as it is.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Error, ReaderId, ServiceName};
use service::readers::{self, Amend, Changes, LANGUAGES, Sex};

use super::trouble::Trouble;
use super::{Head, blank, done, key};
use crate::desk::who::{self, Who, to_compare_again};
use crate::form::{Fields, Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/amend.html")]
struct AmendPage {
    t: Text,
    page: Page,
    reader: readers::ReaderView,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
    /// What somebody else changed since the form was opened: the field, what it is now, what was typed here.
    theirs: Vec<Theirs>,
    sexes: Vec<(&'static str, String)>,
    languages: Vec<(&'static str, String)>,
}

struct Theirs {
    field: String,
    at: String,
    now: String,
    typed: String,
}

impl AmendPage {
    /// `Now: 139****8800. Empty: stays.`
    fn now(&self, value: &str) -> String {
        self.t.a("amend-now", &[("value", value)])
    }

    fn now_or_none(&self, value: &Option<String>) -> String {
        value.as_deref().map_or_else(|| self.t.t("amend-now-none"), |value| self.now(value))
    }
}

/// Fields that the form shows as they are, so that what was not touched can be told from what was.
const SHOWN: [&str; 3] = ["reader.name", "reader.sex", "reader.language"];

fn was(field: &str) -> String {
    format!("was.{field}")
}

fn fill(fields: &mut Fields, reader: &readers::ReaderView) {
    fields.set("version", reader.version.to_string());
    let language = reader.language.clone().unwrap_or_default();
    for (field, now) in SHOWN.into_iter().zip([&reader.name, &reader.sex, &language]) {
        let untouched = fields.value(field) == fields.value(&was(field));
        if untouched {
            fields.set(field, now.clone());
        }
        fields.set(&was(field), now.clone());
    }
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let head = Head::of(&me, id).await?;
    let mut fields = blank();
    fill(&mut fields, &head.reader);
    Ok(page(head, Trouble::none_with(fields), Vec::new()))
}

fn page(head: Head, trouble: Trouble, theirs: Vec<Theirs>) -> Response {
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let blockers = trouble.told(t);
    let languages = [("", t.t("language-of-federation")), ("zh-Hans", "简体中文".to_owned())]
        .into_iter()
        .chain([("zh-Hant", "繁體中文".to_owned()), ("en", "English".to_owned())])
        .filter(|(tag, _)| tag.is_empty() || LANGUAGES.contains(tag))
        .collect();
    html_with(
        trouble.status,
        &AmendPage {
            t,
            page: head.page,
            reader: head.reader,
            form: trouble.form,
            who,
            blockers,
            theirs,
            sexes: Sex::ALL.map(|sex| (sex.as_str(), t.sex(sex.as_str()))).to_vec(),
            languages,
        },
    )
}

fn changes(fields: &Fields) -> Changes {
    let touched = |field: &str| {
        let value = fields.value(field);
        (value != fields.value(&was(field))).then(|| value.to_owned())
    };
    let typed = |field: &str| fields.has(field).then(|| fields.owned(field));
    let typed_or_taken_away = |field: &str, name: &str| {
        let taken_away = fields.has(&format!("clear.{name}"));
        typed(field).or_else(|| taken_away.then(String::new))
    };
    Changes {
        name: touched("reader.name"),
        sex: touched("reader.sex"),
        birth_date: typed("reader.birth_date"),
        phone: typed("reader.phone"),
        email: typed_or_taken_away("reader.email", "email"),
        address: typed_or_taken_away("reader.address", "address"),
        workplace: typed_or_taken_away("reader.workplace", "workplace"),
        language: touched("reader.language"),
    }
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let version = posted.fields.value("version").parse().unwrap_or_default();
    let key = key(&posted.fields);
    let amended = match who::check(&posted, ServiceName::Amend) {
        Ok(check) => {
            let (changes, evidence) = (changes(&posted.fields), posted.file("evidence"));
            let request = Amend { reader: id, version, changes, evidence, check };
            me.try_write(key, async move |op| readers::amend(op, request.clone()).await).await
        }
        Err(error) => Err(error),
    };
    match amended {
        Ok(_) => Ok(done(id, "amend")),
        Err(Error::Stale) => stale(&me, id, version, posted.fields).await,
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            Ok(page(Head::of(&me, id).await?, trouble, Vec::new()))
        }
    }
}

/// Somebody else was first: what they changed beside what was typed here; sent again, it counts.
async fn stale(me: &SignedIn, id: ReaderId, version: i64, mut fields: Fields) -> Answer {
    let t = me.text();
    let changed = me.read(async move |op| readers::changed_since(op, id, version).await).await?;
    let head = Head::of(me, id).await?;
    let mut theirs: Vec<Theirs> = changed
        .into_iter()
        .map(|(field, at)| Theirs {
            now: now(t, &head.reader, &field),
            typed: if fields.value(&field) == fields.value(&was(&field)) {
                String::new()
            } else {
                shown(t, &field, fields.value(&field))
            },
            field: t.field(&field),
            at: t.time(at),
        })
        .collect();
    theirs.dedup_by(|a, b| a.field == b.field);
    fill(&mut fields, &head.reader);
    fields = to_compare_again(fields);
    fields.set("idempotency_key", crate::csrf::chance());
    let trouble = Trouble { status: StatusCode::CONFLICT, ..Trouble::none_with(fields) };
    Ok(page(head, trouble, theirs))
}

fn shown(t: Text, field: &str, value: &str) -> String {
    if field == "reader.sex" && !value.is_empty() { t.sex(value) } else { value.to_owned() }
}

/// What stands in a field now, masked.
fn now(t: Text, reader: &readers::ReaderView, field: &str) -> String {
    let none = || t.t("amend-none");
    match field {
        "reader.name" => reader.name.clone(),
        "reader.sex" => t.sex(&reader.sex),
        "reader.birth_date" => reader.birth_date.to_string(),
        "reader.phone" => reader.phone.clone(),
        "reader.email" => reader.email.clone().unwrap_or_else(none),
        "reader.address" => reader.address.clone().unwrap_or_else(none),
        "reader.workplace" => reader.workplace.clone().unwrap_or_else(none),
        "reader.language" => reader.language.clone().unwrap_or_else(none),
        _ => String::new(),
    }
}
