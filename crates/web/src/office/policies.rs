//! What a library sets for itself (A.3.2 b): what is in force, whose setting that is, and a form at each row.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::kernel::{Error, LibraryId};
use service::libraries::{self, Policy, PolicySetting};

use super::Nav;
use crate::form::{Posted, id_of};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/policies.html")]
struct Policies {
    t: Text,
    page: Page,
    nav: Nav,
    /// The libraries whose policies may be seen here: code and name, and which is shown.
    libraries: Vec<(String, String)>,
    code: String,
    library: String,
    /// The name of what was just set, or nothing.
    saved: String,
    rows: Vec<Row>,
}

/// One policy at the library that is shown.
struct Row {
    word: &'static str,
    id: String,
    name: String,
    hint: String,
    clause: String,
    value: String,
    /// Whose setting it is, in words.
    set_by: String,
    /// Whether this library set it itself, and so may give it back.
    own: bool,
    entry: Entry,
    /// What stands in the field, and what is wrong with it.
    typed: String,
    error: String,
}

/// How a value is entered.
enum Entry {
    /// A whole number in these bounds.
    Number(i64, i64),
    /// Yes or no.
    YesNo,
    /// A text.
    Text,
}

/// Which library, and what was just set there.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    #[serde(default)]
    saved: String,
}

/// What was typed at a row, and what is wrong with it.
struct Wrong {
    policy: Policy,
    typed: String,
    text: String,
}

pub async fn show(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let library = library(&me, &asked.library)?;
    page(&me, library, Policy::from_word(&asked.saved), None).await
}

pub async fn submit(me: SignedIn, Posted(fields): Posted) -> Answer {
    let id = library(&me, fields.value("library"))?;
    let policy = Policy::from_word(fields.value("policy"));
    let policy = policy.ok_or_else(|| me.failure(Error::NotFound("policy")))?;
    let typed = fields.owned("value");
    let value = (fields.value("do") != "clear").then(|| typed.clone());
    let set =
        me.try_write(None, async move |op| libraries::set_policy(op, id, policy, value.as_deref()).await);
    match set.await {
        Ok(()) => {
            let code = me.session().tree.library(id).map(|library| library.code.clone()).unwrap_or_default();
            let word = policy.as_str();
            let place = format!("/office/policies?library={code}&saved={word}#{}", id_of(word));
            Ok(Redirect::to(&place).into_response())
        }
        Err(Error::Invalid(_)) => {
            let text = takes(me.text(), policy);
            page(&me, id, None, Some(Wrong { policy, typed, text })).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

/// The library of a code; without one, that of one's place.
pub fn library(me: &SignedIn, code: &str) -> Result<LibraryId, Failure> {
    let tree = &me.session().tree;
    match code {
        "" => Ok(me.session().actor.library),
        code => tree
            .libraries()
            .find(|library| library.code == code)
            .map(|library| library.id)
            .ok_or_else(|| me.failure(Error::NotFound("library"))),
    }
}

async fn page(
    me: &SignedIn,
    id: LibraryId,
    saved: Option<Policy>,
    wrong: Option<Wrong>,
) -> Result<Response, Failure> {
    let settings = me.read(async move |op| libraries::policies_to_set(op, id).await).await?;
    let (t, tree, scope) = (me.text(), &me.session().tree, me.session().actor.scope);
    let rows = settings.into_iter().map(|setting| {
        let wrong = wrong.as_ref().filter(|wrong| wrong.policy == setting.policy);
        row(me, id, &setting, wrong)
    });
    let shown = tree.library(id);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let policies = Policies {
        t,
        page: me.page(),
        nav: Nav::of(me, "policies"),
        libraries: tree
            .libraries()
            .filter(|library| tree.covers(scope, library.id))
            .map(|library| (library.code.clone(), t.library_name(library)))
            .collect(),
        code: shown.map(|library| library.code.clone()).unwrap_or_default(),
        library: shown.map(|library| t.library_name(library)).unwrap_or_default(),
        saved: saved.map(|policy| name(t, policy)).unwrap_or_default(),
        rows: rows.collect(),
    };
    Ok(html_with(status, &policies))
}

fn row(me: &SignedIn, library: LibraryId, setting: &PolicySetting, wrong: Option<&Wrong>) -> Row {
    let t = me.text();
    let PolicySetting { policy, value, set_by, .. } = setting;
    let entry = match policy.range() {
        Some(range) if *range.end() == 1 => Entry::YesNo,
        Some(range) => Entry::Number(*range.start(), *range.end()),
        None => Entry::Text,
    };
    let word = policy.as_str();
    let raw = value.to_string();
    let shown = match (&entry, raw.as_str()) {
        (Entry::YesNo, "0") => t.t("policy-no"),
        (Entry::YesNo, _) => t.t("policy-yes"),
        (_, "") => t.t("policy-empty"),
        (_, raw) => raw.to_owned(),
    };
    Row {
        word,
        id: id_of(word),
        name: name(t, *policy),
        hint: hint(t, *policy),
        clause: t.clause(policy.clause()),
        value: shown,
        set_by: set_by.map_or_else(|| t.t("policy-of-the-standard"), |by| t.library(&me.session().tree, by)),
        own: *set_by == Some(library),
        entry,
        typed: wrong.map_or(raw, |wrong| wrong.typed.clone()),
        error: wrong.map(|wrong| wrong.text.clone()).unwrap_or_default(),
    }
}

// locale-keys: policy-name-*
fn name(t: Text, policy: Policy) -> String {
    t.t(&format!("policy-name-{}", policy.as_str()))
}

// locale-keys: policy-hint-*
fn hint(t: Text, policy: Policy) -> String {
    t.t(&format!("policy-hint-{}", policy.as_str()))
}

/// What a policy takes, in words.
fn takes(t: Text, policy: Policy) -> String {
    match policy.range() {
        Some(range) => t.a("policy-takes-number", &[("least", range.start()), ("most", range.end())]),
        None => hint(t, policy),
    }
}
