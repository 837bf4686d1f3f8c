//! Accounts of self-service machines (A.2.1 c): which there are, how each speaks, and when it was last there.

use askama::Template;
use axum::extract::RawQuery;
use service::machines::{MachineEntry, list_machines};

use super::Nav;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/machines.html")]
struct Machines {
    t: Text,
    page: Page,
    nav: Nav,
    rows: Vec<Row>,
    closed: Vec<Row>,
    /// What was just done, or nothing.
    done: String,
}

/// One account.
struct Row {
    entry: MachineEntry,
    /// Library and service point.
    place: String,
    /// The dialect, and what it has of its own.
    speech: String,
    /// What it may beside what all may.
    may: String,
}

pub async fn show(me: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let machines = me.read(list_machines).await?;
    let (t, session) = (me.text(), me.session());
    let rows = machines.into_iter().map(|entry| {
        let settings = &entry.settings;
        let point =
            session.tree.points_under(session.actor.scope).find(|point| point.id == settings.service_point);
        let own = [&settings.charset, &settings.checks, &settings.terminator];
        let own = own.into_iter().flatten().map(String::as_str);
        let may = [
            settings.opens_cards.then(|| t.t("machines-opens")),
            settings.records_visits.then(|| t.t("machines-visits")),
            (!settings.asks_password).then(|| t.t("machines-no-password")),
        ];
        Row {
            place: point
                .map(|point| [&t.library(&session.tree, point.library), " · ", &point.code].concat())
                .unwrap_or_default(),
            speech: std::iter::once(settings.dialect.as_str()).chain(own).collect::<Vec<_>>().join(" "),
            may: may.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            entry,
        }
    });
    let (rows, closed) = rows.partition(|row| row.entry.closed_at.is_none());
    let done = match query.as_deref() {
        Some("saved") => t.t("machines-saved"),
        Some("closed") => t.t("machines-closed-now"),
        _ => String::new(),
    };
    Ok(html(&Machines { t, page: me.page(), nav: Nav::of(&me, "machines"), rows, closed, done }))
}
