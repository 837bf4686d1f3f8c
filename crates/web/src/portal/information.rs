//! What the library knows of a reader, and what the reader may change alone (4.2.1): address, workplace, language. Phone and mailbox
//! want a code ([`super::contact`]), name and documents are for staff ([`super::request`]).

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::cards;
use service::kernel::{Blocker, Error, IdempotencyKey};
use service::readers::{self, Amend, Changes, ReaderView, Request};
use service::records::{CheckMethod, IdentityCheck};

use super::card::is_minor;
use super::session::Reader;
use crate::csrf::chance;
use crate::form::{Form, Posted};
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;

/// How many requests the page shows.
const MOST: usize = 10;

#[derive(Template)]
#[template(path = "portal/information.html")]
struct Information {
    t: Text,
    page: Page,
    reader: ReaderView,
    minor: bool,
    form: Form,
    contact: Form,
    requests: Vec<(Request, String)>,
    /// The language of messages that they chose, or nothing.
    language: String,
    /// The library's own, which holds without a choice.
    usual: &'static str,
    /// Whether they are the guardian of anybody.
    guardian: bool,
    key: String,
    done: String,
}

/// The page, with forms as they were sent where something is wrong with them.
pub async fn page(
    me: &Reader,
    status: StatusCode,
    form: Option<Form>,
    contact: Form,
    done: String,
) -> Result<Response, Failure> {
    let id = me.session().reader;
    let (reader, requests, guardian) = me
        .read(async move |op| {
            let mut requests = Vec::new();
            for line in readers::own_requests(op, id).await?.into_iter().take(MOST) {
                requests.push(readers::request(op, line.id).await?);
            }
            Ok((readers::view(op, id).await?, requests, cards::is_guardian(op, id).await?))
        })
        .await?;
    let (t, session) = (me.text(), me.session());
    let language = session.language.clone().unwrap_or_default();
    let requests = requests
        .into_iter()
        .map(|request| {
            let library = t.library(&session.tree, request.line.library);
            (request, library)
        })
        .collect();
    let minor = is_minor(&reader, me.app().service.clock());
    let information = Information {
        t,
        page: me.page(),
        reader,
        minor,
        form: form.unwrap_or_default(),
        contact,
        requests,
        language,
        usual: Language::default().own_name(),
        guardian,
        key: chance(),
        done,
    };
    Ok(html_with(status, &information))
}

pub async fn show(me: Reader, RawQuery(query): RawQuery) -> Answer {
    let t = me.text();
    let done = match query.as_deref() {
        Some("kept") => t.t("my-information-kept"),
        Some("contact") => t.t("my-contact-kept"),
        Some("asked") => t.t("my-request-sent"),
        Some("changed") => t.t("my-request-changed"),
        Some("closed") => t.blocker(&Blocker::RequestClosed).why,
        Some("withdrawn") => t.t("my-request-withdrawn"),
        _ => String::new(),
    };
    page(&me, StatusCode::OK, None, Form::default(), done).await
}

/// What was left empty stays as it is: the page shows it masked, so an empty field says nothing.
pub async fn submit(me: Reader, Posted(fields): Posted) -> Answer {
    let reader = me.session().reader;
    let given = |name: &str| Some(fields.owned(name)).filter(|text| !text.trim().is_empty());
    let changes = Changes {
        address: given("reader.address"),
        workplace: given("reader.workplace"),
        // None of one's own is a choice too: that of the library.
        language: fields.pairs().find(|(name, _)| *name == "reader.language").map(|(_, tag)| tag.to_owned()),
        ..Changes::default()
    };
    let version = fields.value("version").parse().unwrap_or_default();
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    let done = me
        .try_write(key, async move |op| {
            let check = IdentityCheck::of_the_person(CheckMethod::Password);
            let amend = Amend { reader, version, changes: changes.clone(), evidence: None, check };
            readers::amend(op, amend).await
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/my/information?kept").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, StatusCode::UNPROCESSABLE_ENTITY, Some(form), Form::default(), String::new()).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
