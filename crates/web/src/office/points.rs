//! Mobile card points (6.5): which laptops are out, what they handed in, and what waits for somebody.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect};
use service::kernel::{Error, PointId, Right};
use service::points::{
    LATE_HOURS, OpeningFilter, OpeningState, PointEntry, PointOpening, end_point, let_in_late, openings,
    points, take_back_cards,
};
use service::staff;

use super::Nav;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/points.html")]
struct Points {
    t: Text,
    page: Page,
    nav: Nav,
    rows: Vec<Row>,
    waiting: Vec<Line>,
    more: u64,
    may_manage: bool,
}

#[derive(Template)]
#[template(path = "office/point.html")]
struct Point {
    t: Text,
    page: Page,
    nav: Nav,
    row: Row,
    lines: Vec<Line>,
    count: u64,
    may_manage: bool,
    /// Whether it is asked once more before it is revoked.
    revoking: bool,
    /// What was just done, or nothing.
    done: String,
    late_hours: i64,
}

/// One point.
struct Row {
    entry: PointEntry,
    place: String,
    staff: String,
    state: &'static str,
    sign: &'static str,
    word: String,
}

/// One opening.
pub struct Line {
    pub opening: PointOpening,
    pub point: String,
    pub staff: String,
    pub kind: String,
    pub why: String,
    pub state: &'static str,
    pub sign: &'static str,
    pub word: String,
}

// locale-keys: points-state-*
fn row(me: &SignedIn, entry: PointEntry, names: &HashMap<String, String>) -> Row {
    let (t, session) = (me.text(), me.session());
    let place = session.tree.points_under(session.actor.scope).find(|place| place.id == entry.service_point);
    let now = me.app().service.clock().now();
    let (state, sign, word) = match (entry.ended_at, entry.revoked) {
        (Some(_), true) => ("lost", "lost", "revoked"),
        (Some(_), false) => ("", "dash", "over"),
        (None, _) if entry.valid_until < now => ("warning", "attention", "run-out"),
        (None, _) => ("active", "done", "out"),
    };
    let known = |id: &service::kernel::StaffId| names.get(&format!("staff:{id}")).cloned();
    Row {
        place: place
            .map(|place| [&t.library(&session.tree, place.library), " · ", &place.name].concat())
            .unwrap_or_default(),
        staff: entry.staff.iter().filter_map(known).collect::<Vec<_>>().join(&t.t("comma")),
        state,
        sign,
        word: t.t(&["points-state-", word].concat()),
        entry,
    }
}

/// The names of staff, by `staff:…`.
async fn names(me: &SignedIn, ids: Vec<String>) -> Result<HashMap<String, String>, Failure> {
    if !me.session().actor.may(Right::FindReaders) {
        return Ok(HashMap::new());
    }
    let found = me
        .read(async move |op| {
            let actors: Vec<&str> = ids.iter().map(String::as_str).collect();
            staff::colleagues(op, &actors).await
        })
        .await?;
    Ok(found.into_iter().map(|(id, colleague)| (id, colleague.name)).collect())
}

fn ids_of(entries: &[PointEntry], found: &[PointOpening]) -> Vec<String> {
    let staff = entries.iter().flat_map(|entry| &entry.staff);
    staff.chain(found.iter().map(|opening| &opening.staff)).map(|id| format!("staff:{id}")).collect()
}

// locale-keys: points-opening-*
// locale-keys: points-settled-*
pub fn line(me: &SignedIn, opening: PointOpening, point: String, names: &HashMap<String, String>) -> Line {
    let t = me.text();
    let (state, sign, word) = match opening.state {
        OpeningState::Accepted => ("active", "done", t.t("points-opening-accepted")),
        OpeningState::Conflict => ("warning", "attention", t.t("points-opening-conflict")),
        OpeningState::Settled => ("active", "done", t.t(&["points-settled-", &opening.settlement].concat())),
    };
    let why: Vec<String> = opening.reasons.iter().map(|code| t.opening_reason(code)).collect();
    Line {
        point,
        staff: names.get(&format!("staff:{}", opening.staff)).cloned().unwrap_or_default(),
        kind: t.t(&["card-kind-", &opening.kind].concat()),
        why: why.join(&t.t("comma")),
        state,
        sign,
        word,
        opening,
    }
}

/// One opening, in a line.
pub async fn line_of(me: &SignedIn, opening: PointOpening) -> Result<Line, Failure> {
    let entries = me.read(points).await?;
    let point = entries.iter().find(|entry| entry.id == opening.point).map(|entry| entry.name.clone());
    let names = names(me, ids_of(&[], std::slice::from_ref(&opening))).await?;
    Ok(line(me, opening, point.unwrap_or_default(), &names))
}

pub async fn list(me: SignedIn) -> Answer {
    let entries = me.read(points).await?;
    let filter = OpeningFilter { state: Some(OpeningState::Conflict), ..OpeningFilter::default() };
    let (found, count) = me.read(async move |op| openings(op, filter).await).await?;
    let names = names(&me, ids_of(&entries, &found)).await?;
    let titles: HashMap<PointId, String> =
        entries.iter().map(|entry| (entry.id, entry.name.clone())).collect();
    let more = count - found.len() as u64;
    let title = |opening: &PointOpening| titles.get(&opening.point).cloned().unwrap_or_default();
    let waiting = found.into_iter().map(|one| line(&me, one.clone(), title(&one), &names)).collect();
    let rows = entries.into_iter().map(|entry| row(&me, entry, &names)).collect();
    let may_manage = me.session().actor.may(Right::ManagePoints);
    let nav = Nav::of(&me, "points");
    Ok(html(&Points { t: me.text(), page: me.page(), nav, rows, waiting, more, may_manage }))
}

pub async fn show(me: SignedIn, Path(id): Path<PointId>, RawQuery(query): RawQuery) -> Answer {
    let entries = me.read(points).await?;
    let entry = entries.into_iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(|| me.failure(Error::NotFound("point")))?;
    let filter = OpeningFilter { point: Some(id), state: None };
    let (found, count) = me.read(async move |op| openings(op, filter).await).await?;
    let names = names(&me, ids_of(std::slice::from_ref(&entry), &found)).await?;
    let lines = found.into_iter().map(|one| line(&me, one, entry.name.clone(), &names)).collect();
    let may_manage = me.session().actor.may(Right::ManagePoints);
    let t = me.text();
    let done = match query.as_deref() {
        Some("revoked") => t.t("points-revoked-now"),
        Some("late") => t.a("points-late-now", &[("hours", LATE_HOURS)]),
        Some("back") => t.t("points-back-now"),
        _ => String::new(),
    };
    let revoking = query.as_deref() == Some("revoke") && may_manage && entry.ended_at.is_none();
    Ok(html(&Point {
        t,
        page: me.page(),
        nav: Nav::of(&me, "points"),
        row: row(&me, entry, &names),
        lines,
        count,
        may_manage,
        revoking,
        done,
        late_hours: LATE_HOURS,
    }))
}

pub async fn submit(me: SignedIn, Path(id): Path<PointId>, Posted(fields): Posted) -> Answer {
    let done = match fields.value("do") {
        "revoke" => {
            me.write(async move |op| end_point(op, id).await).await?;
            "revoked"
        }
        "late" => {
            me.write(async move |op| let_in_late(op, id).await).await?;
            "late"
        }
        "back" => {
            me.write(async move |op| take_back_cards(op, id).await).await?;
            "back"
        }
        _ => return Err(me.failure(Error::NotFound("page"))),
    };
    Ok(Redirect::to(&format!("/office/points/{id}?{done}")).into_response())
}
