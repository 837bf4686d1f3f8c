//! Staff make a browser a kiosk, once, with a token that was issued for it (docs/kiosk.md).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::kernel::Error;
use service::kiosk;

use super::at::{At, KIOSK, MaybeAt, NO_PRINTER, cookie};
use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::Visit;

#[derive(Template)]
#[template(path = "kiosk/set_up.html")]
struct SetUp {
    t: Text,
    page: Page,
    form: Form,
    /// What it is now: library and point.
    now: Option<(String, String)>,
    /// Whether an ID-reader bridge is configured.
    bridge: bool,
}

fn page(visit: &Visit, me: Option<&At>, status: StatusCode, form: Form) -> Response {
    let t = visit.text();
    let now = me.map(|me| (t.library(&me.kiosk.tree, me.kiosk.point.library), me.kiosk.point.name.clone()));
    let bridge = visit.app.options.id_reader_url.is_some();
    html_with(status, &SetUp { t, page: visit.page(), form, now, bridge })
}

pub async fn show(visit: Visit, MaybeAt(me): MaybeAt) -> Response {
    let mut fields = Fields::default();
    if me.as_ref().is_none_or(|me| me.printer) {
        fields.set("printer", "on");
    }
    page(&visit, me.as_ref(), StatusCode::OK, Form::new(fields))
}

pub async fn submit(
    visit: Visit,
    Address(address): Address,
    MaybeAt(me): MaybeAt,
    mut jar: CookieJar,
    Posted(fields): Posted,
) -> Answer {
    let t = visit.text();
    match kiosk::set_up(&visit.app.service, fields.value("kiosk_token"), &address).await {
        Ok(_) => {
            let mut token = cookie(&visit.app, KIOSK, fields.value("kiosk_token").trim());
            token.make_permanent();
            let mut printer = cookie(&visit.app, NO_PRINTER, "1");
            printer.make_permanent();
            jar = jar.add(token);
            jar = if fields.has("printer") { jar.remove(printer) } else { jar.add(printer) };
            Ok((jar, Redirect::to("/kiosk")).into_response())
        }
        Err(Error::Invalid(_)) => {
            let mut form = Form::new(fields);
            form.fill("kiosk_token", "");
            form.add(t, "kiosk_token", t.t("kiosk-token-unknown"));
            Ok(page(&visit, me.as_ref(), StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Err(Error::TooManyTries(seconds)) => {
            let mut form = Form::default();
            form.add(t, "kiosk_token", t.a("sign-in-locked", &[("minutes", (seconds + 59) / 60)]));
            Ok(page(&visit, me.as_ref(), StatusCode::TOO_MANY_REQUESTS, form))
        }
        Err(error) => Err(visit.failure(error)),
    }
}
