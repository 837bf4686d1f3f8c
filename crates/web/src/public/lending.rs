//! Lending rules, library by library, as each has set them (A.3.2).

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use service::kernel::{Error, LibraryId};
use service::libraries::{self, Tree};
use service::promotion::{self, LendingRules};

use super::{Written, read, written};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::session::Visit;

/// Of which library.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
}

#[derive(Template)]
#[template(path = "public/lending.html")]
struct Lending {
    t: Text,
    page: Page,
    here: &'static str,
    written: Option<Written>,
    /// Those of each member library, with its code and name.
    members: Vec<(LendingRules, String, String)>,
    /// Code and name of every library, to choose from.
    libraries: Vec<(String, String)>,
    code: String,
    chosen: Option<(LendingRules, String)>,
}

impl Lending {
    fn limit(&self, count: &i64) -> String {
        match count {
            0 => self.t.t("rules-none"),
            count => self.t.a("rules-items", &[("count", count)]),
        }
    }

    /// Names of the kinds of item, with what holds of each.
    fn kinds<'a>(&self, rules: &'a LendingRules) -> Vec<(String, &'a i64, &'a i64)> {
        let names = ["rules-book", "rules-periodical", "rules-av"].map(|key| self.t.t(key));
        names
            .into_iter()
            .zip(&rules.limits)
            .zip(&rules.days)
            .map(|((name, limit), days)| (name, limit, days))
            .collect()
    }
}

fn id_of(tree: &Tree, code: &str) -> Option<LibraryId> {
    tree.libraries().find(|library| library.code == code).map(|library| library.id)
}

pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let code = asked.library.clone();
    let (tree, members, chosen) = read(&visit, async move |op| {
        let tree = libraries::tree(op).await?;
        let chosen = match code.as_str() {
            "" => tree.root().map(|root| root.id),
            code => Some(id_of(&tree, code).ok_or(Error::NotFound("library"))?),
        };
        let chosen = match chosen {
            Some(library) => Some(promotion::lending_rules(op, library).await?),
            None => None,
        };
        Ok((tree, promotion::lending_rules_of_members(op).await?, chosen))
    })
    .await?;
    let named = |rules: LendingRules| {
        let code = tree.library(rules.library).map(|library| library.code.clone()).unwrap_or_default();
        let name = t.library(&tree, rules.library);
        (rules, code, name)
    };
    let lending = Lending {
        t,
        here: "lending",
        written: written(&visit, t, None, "lending").await?,
        members: members.into_iter().map(named).collect(),
        libraries: tree.libraries().map(|library| (library.code.clone(), t.library_name(library))).collect(),
        code: chosen
            .as_ref()
            .and_then(|rules| tree.library(rules.library))
            .map(|library| library.code.clone())
            .unwrap_or_default(),
        chosen: chosen.map(|rules| {
            let name = t.library(&tree, rules.library);
            (rules, name)
        }),
        page,
    };
    Ok(html(&lending))
}
