//! Accounts of partners (6.1.4, A.3.2 e): which there are, when each called last, what it was not told yet, and closing one. Keys are made
//! and shown on the command line alone.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect};
use service::kernel::Error;
use service::partners::{
    EventEntry, PartnerEntry, PartnerKind, close_partner, events_not_told, list_partners,
};

use super::Nav;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/partners.html")]
struct Partners {
    t: Text,
    page: Page,
    nav: Nav,
    rows: Vec<Row>,
    closed: Vec<Row>,
    /// What was just done, or nothing.
    done: String,
}

#[derive(Template)]
#[template(path = "office/partner.html")]
struct Partner {
    t: Text,
    page: Page,
    nav: Nav,
    row: Row,
    events: Vec<EventEntry>,
    /// Whether it is asked once more before the account is closed.
    closing: bool,
}

/// One account.
struct Row {
    entry: PartnerEntry,
    kind: String,
    /// Library and service point.
    place: String,
    /// The names of its open keys.
    keys: String,
}

// locale-keys: partners-kind-*
fn row(me: &SignedIn, entry: PartnerEntry) -> Row {
    let (t, session) = (me.text(), me.session());
    let point =
        session.tree.points_under(session.actor.scope).find(|point| point.id == entry.settings.service_point);
    let open = entry.keys.iter().filter(|key| key.closed_at.is_none());
    Row {
        kind: t.t(&format!("partners-kind-{}", entry.kind.as_str())),
        place: point
            .map(|point| [&t.library(&session.tree, point.library), " · ", &point.code].concat())
            .unwrap_or_default(),
        keys: open.map(|key| key.label.as_str()).collect::<Vec<_>>().join(" "),
        entry,
    }
}

async fn find(me: &SignedIn, name: &str) -> Result<PartnerEntry, Failure> {
    let found = me.read(list_partners).await?.into_iter().find(|partner| partner.name == name);
    found.ok_or_else(|| me.failure(Error::NotFound("partner")))
}

pub async fn list(me: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let partners = me.read(list_partners).await?;
    let t = me.text();
    let rows = partners.into_iter().map(|entry| row(&me, entry));
    let (rows, closed) = rows.partition(|row| row.entry.closed_at.is_none());
    let done = match query.as_deref() {
        Some("closed") => t.t("partners-closed-now"),
        _ => String::new(),
    };
    Ok(html(&Partners { t, page: me.page(), nav: Nav::of(&me, "partners"), rows, closed, done }))
}

pub async fn show(me: SignedIn, Path(name): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let entry = find(&me, &name).await?;
    let events = me.read(async move |op| events_not_told(op, &name).await).await?;
    let closing = query.as_deref() == Some("close") && entry.closed_at.is_none();
    let row = row(&me, entry);
    let nav = Nav::of(&me, "partners");
    Ok(html(&Partner { t: me.text(), page: me.page(), nav, row, events, closing }))
}

pub async fn close(me: SignedIn, Path(name): Path<String>, _: Posted) -> Answer {
    me.write(async move |op| close_partner(op, &name).await).await?;
    Ok(Redirect::to("/office/partners?closed").into_response())
}

impl Row {
    /// Whether it is told of cards.
    fn is_told(&self) -> bool {
        self.entry.kind == PartnerKind::Yuedutong
    }
}
