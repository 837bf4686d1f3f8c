//! Name, document and phone. The code goes to the phone whether the person is known or not.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use service::applications::{self, Begin, PRIVACY_NOTICE, Particulars};
use service::kernel::LibraryId;

use super::{Trouble, applicant, start, steps};
use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::public::campaign;
use crate::session::Visit;
use crate::words::{BlockerText, Step};

#[derive(Template)]
#[template(path = "apply/details.html")]
struct Details {
    t: Text,
    page: Page,
    form: Form,
    steps: Vec<Step>,
    kinds: Vec<(&'static str, String)>,
    library: String,
    blockers: Vec<BlockerText>,
    wait: String,
}

/// What was agreed to on the page before.
#[derive(Debug, Deserialize)]
pub struct Agreed {
    #[serde(default)]
    library: String,
    #[serde(default)]
    consent: String,
}

/// The kinds of document that can be chosen.
pub(super) fn kinds(t: Text) -> Vec<(&'static str, String)> {
    applications::kinds().map(|kind| (kind.as_str(), t.document_kind(kind))).collect()
}

/// What was entered.
pub(super) fn particulars(fields: &Fields) -> Particulars {
    Particulars {
        kind: fields.owned("document.type"),
        number: fields.owned("document.number"),
        name: fields.owned("reader.name"),
        birth_date: fields.owned("reader.birth_date"),
        phone: fields.owned("reader.phone"),
    }
}

async fn page(visit: &Visit, trouble: Trouble) -> Result<Response, Failure> {
    let page = visitors_page(visit).await;
    let t = page.t;
    let places = start::libraries(visit).await?;
    let code = trouble.form.value("library");
    let Some(place) = places.iter().find(|place| place.library.code == code) else {
        return Ok(Redirect::to("/apply").into_response());
    };
    let Trouble { form, blockers, wait, status, seconds } = trouble;
    let library = t.library_name(&place.library);
    let details = Details { t, page, form, steps: steps(t, 2), kinds: kinds(t), library, blockers, wait };
    Ok(Trouble::answer(seconds, html_with(status, &details)))
}

pub async fn show(visit: Visit, Query(agreed): Query<Agreed>) -> Answer {
    if agreed.consent != PRIVACY_NOTICE {
        return Ok(Redirect::to("/apply").into_response());
    }
    let mut fields = Fields::default();
    fields.set("library", agreed.library);
    fields.set("consent", agreed.consent);
    page(&visit, Trouble::none(fields)).await
}

pub async fn submit(
    visit: Visit,
    Address(address): Address,
    jar: CookieJar,
    Posted(fields): Posted,
) -> Answer {
    let places = start::libraries(&visit).await?;
    let code = fields.owned("library");
    let place = places.iter().find(|place| place.library.code == code);
    let library: Option<LibraryId> = place.map(|place| place.library.id);
    let Some(library) = library.filter(|_| fields.value("consent") == PRIVACY_NOTICE) else {
        return Ok(Redirect::to("/apply").into_response());
    };
    let begin = Begin {
        library,
        consent: fields.owned("consent"),
        language: visit.text().language.tag().to_owned(),
        particulars: particulars(&fields),
        campaign: campaign::remembered(&visit.headers),
    };
    match applications::begin(&visit.app.service, begin, &address).await {
        Ok(token) => {
            let jar = jar.add(applicant(&visit, &token));
            Ok((jar, Redirect::to("/apply/code")).into_response())
        }
        Err(error) => page(&visit, Trouble::of(&visit, fields, error)?).await,
    }
}
