//! The page of the account.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use service::staff::TotpSetUp;

use crate::codes::Squares;
use crate::form::Form;
use crate::i18n::Text;
use crate::page::{Page, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "account/account.html")]
struct Account {
    t: Text,
    page: Page,
    name: String,
    username: String,
    library: String,
    role: String,
    uses_codes: bool,
    /// What was just done, in words.
    done: String,
    password: Form,
    code: Form,
    set_up: Option<SetUp>,
}

/// The secret of an authenticator app, once.
struct SetUp {
    qr: Option<Squares>,
    secret: String,
}

/// What the page shows beside what it always shows.
#[derive(Default)]
pub struct Shown {
    pub status: StatusCode,
    pub done: String,
    pub password: Form,
    pub code: Form,
    pub set_up: Option<TotpSetUp>,
}

pub async fn show(me: SignedIn, RawQuery(query): RawQuery) -> Response {
    let t = me.text();
    let done = match query.as_deref() {
        Some("language") => t.t("account-language-kept"),
        Some("password") => t.t("account-password-changed"),
        Some("code") => t.t("account-code-on"),
        Some("code-off") => t.t("account-code-off"),
        _ => String::new(),
    };
    page(&me, Shown { done, ..Shown::default() })
}

pub async fn back() -> Redirect {
    Redirect::to("/account")
}

pub fn page(me: &SignedIn, shown: Shown) -> Response {
    let (t, session) = (me.text(), me.session());
    let set_up = shown.set_up.map(|set_up| SetUp {
        qr: Squares::of(&set_up.url),
        secret: set_up.secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" "),
    });
    let account = Account {
        t,
        page: me.page(),
        name: session.name.clone(),
        username: session.username.clone(),
        library: t.library(&session.tree, session.actor.scope),
        role: t.role(session.role),
        uses_codes: session.uses_codes,
        done: shown.done,
        password: shown.password,
        code: shown.code,
        set_up,
    };
    html_with(shown.status, &account)
}
