//! What readers are told by SMS and e-mail, in a library's own words (6.3.1).

use askama::Template as Page_;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{Error, Invalid, LibraryId, Problem};
use service::outbox::{
    EditedText, LANGUAGES, Medium, MessageText, Template, preview, reset_text, set_text, texts_at,
    unknown_places, words_of_template,
};

use super::Nav;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::SignedIn;

#[derive(Page_)]
#[template(path = "office/templates.html")]
struct List {
    t: Text,
    page: Page,
    nav: Nav,
    library: LibraryId,
    library_name: String,
    /// The libraries whose texts one may write.
    libraries: Vec<(LibraryId, String)>,
    rows: Vec<Row>,
}

/// One message, with its texts by medium and language.
struct Row {
    template: Template,
    texts: Vec<(EditedText, String)>,
}

#[derive(Page_)]
#[template(path = "office/template.html")]
struct Edit {
    t: Text,
    page: Page,
    nav: Nav,
    library: LibraryId,
    library_name: String,
    template: Template,
    medium: Medium,
    language: &'static str,
    words: Vec<&'static str>,
    form: Form,
    /// Who wrote the text in force; nothing for the built-in one.
    set_by: String,
    /// Whether it is this library's own, so that it can be given back.
    own: bool,
    preview: Option<MessageText>,
    done: String,
}

pub async fn list(me: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let (t, session) = (me.text(), me.session());
    let wanted =
        query.as_deref().and_then(|query| query.strip_prefix("library=")).and_then(|id| id.parse().ok());
    let library: LibraryId = wanted.unwrap_or(session.actor.scope);
    let texts = me.read(async move |op| texts_at(op, library).await).await?;
    let tree = &session.tree;
    let mut rows: Vec<Row> =
        Template::ALL.iter().map(|template| Row { template: *template, texts: Vec::new() }).collect();
    for text in texts {
        let by = text.set_by.map(|id| t.a("messages-set-by", &[("library", t.library(tree, id))]));
        let by = by.unwrap_or_else(|| t.t("messages-built-in"));
        if let Some(row) = rows.iter_mut().find(|row| row.template == text.template) {
            row.texts.push((text, by));
        }
    }
    let libraries = tree.under(session.actor.scope).into_iter().map(|id| (id, t.library(tree, id))).collect();
    Ok(html(&List {
        t,
        page: me.page(),
        nav: Nav::of(&me, "templates"),
        library,
        library_name: t.library(tree, library),
        libraries,
        rows,
    }))
}

/// Which text a page is about.
type Which = (LibraryId, String, String, String);

fn which(
    me: &SignedIn,
    path: &Which,
) -> Result<(LibraryId, Template, Medium, &'static str), crate::problem::Failure> {
    let (library, name, medium, language) = path;
    let template = Template::from_word(name);
    let medium = Medium::from_word(medium).filter(|medium| matches!(medium, Medium::Email | Medium::Sms));
    let language = LANGUAGES.into_iter().find(|known| known == language);
    match (template, medium, language) {
        (Some(template), Some(medium), Some(language)) => Ok((*library, template, medium, language)),
        _ => Err(me.failure(Error::NotFound("text"))),
    }
}

/// What the page shows beside what it always shows.
#[derive(Default)]
struct Shown {
    status: StatusCode,
    form: Option<Form>,
    preview: Option<MessageText>,
    done: String,
}

async fn page(me: &SignedIn, path: Which, shown: Shown) -> Result<Response, crate::problem::Failure> {
    let (library, template, medium, language) = which(me, &path)?;
    let texts = me.read(async move |op| texts_at(op, library).await).await?;
    let is_it =
        |text: &&EditedText| text.template == template && text.medium == medium && text.language == language;
    let current = texts.iter().find(is_it).ok_or_else(|| me.failure(Error::NotFound("text")))?;
    let (t, tree) = (me.text(), &me.session().tree);
    let form = shown.form.unwrap_or_else(|| {
        let mut fields = Fields::default();
        fields.set("subject", current.text.subject.clone());
        fields.set("body", current.text.body.clone());
        Form::new(fields)
    });
    let edit = Edit {
        t,
        page: me.page(),
        nav: Nav::of(me, "templates"),
        library,
        library_name: t.library(tree, library),
        template,
        medium,
        language,
        words: words_of_template(template),
        form,
        set_by: current.set_by.map(|id| t.library(tree, id)).unwrap_or_default(),
        own: current.set_by == Some(library),
        preview: shown.preview,
        done: shown.done,
    };
    Ok(html_with(shown.status, &edit))
}

pub async fn show(me: SignedIn, Path(path): Path<Which>, RawQuery(query): RawQuery) -> Answer {
    let t = me.text();
    let done = match query.as_deref() {
        Some("saved") => t.t("messages-saved"),
        Some("reset") => t.t("messages-was-reset"),
        _ => String::new(),
    };
    page(&me, path, Shown { done, ..Shown::default() }).await
}

/// The form with what can't be taken; a word that the message does not have is named.
fn wrong(t: Text, fields: Fields, template: Template, invalid: &Invalid) -> Form {
    let unknown = |field: &str| {
        let text = MessageText { body: fields.owned(field), ..MessageText::default() };
        let named: Vec<String> =
            unknown_places(template, &text).iter().map(|place| ["{", place, "}"].concat()).collect();
        named.join(" ")
    };
    let said: Vec<(&'static str, String)> = invalid
        .0
        .iter()
        .map(|error| match error.problem {
            Problem::UnknownPlace if !unknown(error.field).is_empty() => {
                (error.field, t.a("messages-unknown-places", &[("places", unknown(error.field))]))
            }
            _ => (error.field, t.problem(&error.problem)),
        })
        .collect();
    let mut form = Form::new(fields);
    for (field, text) in said {
        form.add(t, field, text);
    }
    form
}

pub async fn submit(me: SignedIn, Path(path): Path<Which>, Posted(fields): Posted) -> Answer {
    let (library, template, medium, language) = which(&me, &path)?;
    let text = MessageText { subject: fields.owned("subject"), body: fields.owned("body") };
    let here = format!("/office/templates/{library}/{}/{}/{language}", template.as_str(), medium.as_str());
    let what = (template, medium, language);
    let outcome = match fields.value("do") {
        "reset" => {
            me.write(async move |op| reset_text(op, library, what).await).await?;
            return Ok(Redirect::to(&format!("{here}?reset")).into_response());
        }
        "save" => {
            let saved = text.clone();
            me.try_write(None, async move |op| set_text(op, library, what, &saved).await).await.map(|()| None)
        }
        _ => preview(what, &text).map(Some),
    };
    match outcome {
        Ok(None) => Ok(Redirect::to(&format!("{here}?saved")).into_response()),
        Ok(preview) => {
            page(&me, path, Shown { form: Some(Form::new(fields)), preview, ..Shown::default() }).await
        }
        Err(Error::Invalid(invalid)) => {
            let form = Some(wrong(me.text(), fields, template, &invalid));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&me, path, Shown { status, form, ..Shown::default() }).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
