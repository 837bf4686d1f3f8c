//! Pages that are what staff wrote: special services, and whatever else the federation wants to tell.

use askama::Template;
use axum::extract::Path;
use service::kernel::Error;
use service::libraries::{self, LibraryKind};
use service::promotion;

use super::{Written, read, written};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::session::Visit;

/// A page that staff wrote.
#[derive(Template)]
#[template(path = "public/written.html")]
pub struct Show {
    pub t: Text,
    pub page: Page,
    pub here: &'static str,
    pub title: String,
    pub written: Option<Written>,
    /// What libraries offer besides: code, name, and the beginning of what they say.
    pub libraries: Vec<(String, String, String)>,
}

pub async fn services(visit: Visit) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let tag = t.language.tag();
    let (tree, pages) = read(&visit, async move |op| {
        let tree = libraries::tree(op).await?;
        let mut pages = Vec::new();
        for library in tree.libraries().filter(|library| library.kind != LibraryKind::Federation) {
            if let Some(page) = promotion::page(op, Some(library.id), "services", tag).await? {
                pages.push((library.id, page));
            }
        }
        Ok((tree, pages))
    })
    .await?;
    let libraries = pages
        .iter()
        .filter_map(|(id, page)| {
            let library = tree.library(*id)?;
            Some((library.code.clone(), t.library_name(library), super::markup::plain(&page.body, 90)))
        })
        .collect();
    let written = written(&visit, t, None, "services").await?;
    let title = written.as_ref().map_or_else(|| t.t("guide-services"), |written| written.title.clone());
    Ok(html(&Show { t, page, here: "services", title, written, libraries }))
}

pub async fn show(visit: Visit, Path(slug): Path<String>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let tag = t.language.tag();
    // Those with a place of their own are shown there, with what the rules say.
    let known = promotion::GENERAL.contains(&slug.as_str());
    let found = match known {
        true => None,
        false => read(&visit, async move |op| promotion::page(op, None, &slug, tag).await).await?,
    };
    let found = found.ok_or_else(|| visit.failure(Error::NotFound("page")))?;
    let written = Written::of(t, &found.title, &found.body, &found.language);
    Ok(html(&Show { t, page, here: "", title: found.title, written: Some(written), libraries: Vec::new() }))
}
