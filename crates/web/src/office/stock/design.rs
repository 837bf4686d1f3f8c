//! Designs of cards: the list, and one of them with its preview.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::kernel::{DesignId, Error, LibraryId};
use service::stock::{self, Design, Layout, SaveDesign, Template as CardTemplate, pages};

use super::super::Nav;
use super::super::policies::library;
use super::{Choice, code, libraries};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

/// The number on a preview: no card has it.
const SAMPLE: &str = "FS00000000";

#[derive(Template)]
#[template(path = "office/stock/designs.html")]
struct Designs {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<Choice>,
    code: String,
    library: String,
    /// Each with its library and its front as SVG.
    designs: Vec<(Design, String, String)>,
}

#[derive(Template)]
#[template(path = "office/stock/design.html")]
struct DesignPage {
    t: Text,
    page: Page,
    nav: Nav,
    title: String,
    id: String,
    code: String,
    library: String,
    /// Front and back of a sample, or nothing.
    preview: Vec<String>,
    form: Form,
    saved: bool,
    stale: bool,
}

/// Which library.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    saved: Option<String>,
}

pub async fn list(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let id = library(&me, &asked.library)?;
    let designs = me.read(async move |op| stock::designs(op, id).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let name = t.library(tree, id);
    let shown = designs.into_iter().map(|design| {
        let whose = t.library(tree, design.library);
        let front = preview(&design.front, &design.back, &design.logo, &name).into_iter().next();
        (design, whose, front.unwrap_or_default())
    });
    Ok(html(&Designs {
        t,
        page: me.page(),
        nav: Nav::of(&me, "stock"),
        libraries: libraries(&me),
        code: code(tree, id),
        designs: shown.collect(),
        library: name,
    }))
}

pub async fn show(me: SignedIn, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let mut form = Form::default();
    let (design, whose) = match id.parse::<DesignId>() {
        Ok(id) => {
            let design = me.read(async move |op| stock::one_design(op, id).await).await?;
            let whose = design.library;
            (Some(design), whose)
        }
        Err(_) => (None, library(&me, &asked.library)?),
    };
    let (name, front, back, logo, version) = match &design {
        Some(of) => (of.name.as_str(), of.front.as_str(), of.back.as_str(), of.logo.as_str(), of.version),
        None => ("", CardTemplate::FRONT, CardTemplate::BACK, "", 0),
    };
    for (field, value) in
        [("stock.name", name), ("stock.front", front), ("stock.back", back), ("stock.logo", logo)]
    {
        form.fill(field, value);
    }
    form.fill("version", &version.to_string());
    page(&me, &id, whose, form, asked.saved.is_some(), false)
}

pub async fn submit(me: SignedIn, Path(id): Path<String>, Posted(fields): Posted) -> Answer {
    let whose = library(&me, fields.value("library"))?;
    let own = id.parse::<DesignId>().ok();
    let request = SaveDesign {
        id: own.map(|id| (id, fields.value("version").parse().unwrap_or_default())),
        library: whose,
        name: fields.owned("stock.name"),
        front: fields.owned("stock.front"),
        back: fields.owned("stock.back"),
        logo: fields.owned("stock.logo"),
    };
    match me.try_write(None, async move |op| stock::save_design(op, request).await).await {
        Ok(id) => Ok(Redirect::to(&format!("/office/stock/designs/{id}?saved=1")).into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, &id, whose, form, false, false)
        }
        Err(Error::Stale) => page(&me, &id, whose, Form::new(fields), false, true),
        Err(error) => Err(me.failure(error)),
    }
}

fn page(
    me: &SignedIn,
    id: &str,
    whose: LibraryId,
    form: Form,
    saved: bool,
    stale: bool,
) -> Result<Response, Failure> {
    me.require(service::kernel::Right::ManageStock)?;
    let (t, tree) = (me.text(), &me.session().tree);
    let name = t.library(tree, whose);
    let status = match (stale, form.wrong().is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, true) => StatusCode::OK,
    };
    let value = |field: &str| form.value(field).to_owned();
    let page = DesignPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "stock"),
        title: if id == "new" { t.t("stock-design-new") } else { value("stock.name") },
        id: id.to_owned(),
        code: code(tree, whose),
        preview: preview(&value("stock.front"), &value("stock.back"), &value("stock.logo"), &name),
        library: name,
        form,
        saved,
        stale,
    };
    Ok(html_with(status, &page))
}

/// Both sides of a sample card, where the template is good.
fn preview(front: &str, back: &str, logo: &str, library: &str) -> Vec<String> {
    let Ok(template) = CardTemplate::read(front, back, logo) else { return Vec::new() };
    let pages = pages(&template, Layout::Card, library, &[SAMPLE.to_owned()]);
    pages.into_iter().map(|page| page.svg).collect()
}
