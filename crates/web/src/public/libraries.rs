//! Libraries and their service points: whether they are open, how to get there, what they offer.

use askama::Template;
use axum::extract::{Path, Query};
use form_urlencoded::byte_serialize;
use serde::Deserialize;
use service::kernel::Error;
use service::libraries::{self, Library, LibraryKind, ServicePointKind, Tree};
use service::promotion::{self, Hours, PlaceHours};

use super::hours::DayLine;
use super::news::{Post, post};
use super::{OpenNow, Written, read, written};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::session::Visit;

/// Which libraries.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    with: String,
    #[serde(default)]
    open: String,
}

#[derive(Template)]
#[template(path = "public/libraries.html")]
struct List {
    t: Text,
    page: Page,
    here: &'static str,
    /// Member libraries, each with its branches.
    groups: Vec<(Line, Vec<Line>)>,
    with: String,
    only_open: bool,
    /// What can be asked for: word and name.
    kinds: Vec<(&'static str, String)>,
    none: bool,
}

/// A library in the list.
struct Line {
    code: String,
    name: String,
    address: String,
    now: OpenNow,
    /// Whether it fits what was asked for.
    fits: bool,
}

#[derive(Template)]
#[template(path = "public/library.html")]
struct Show {
    t: Text,
    page: Page,
    here: &'static str,
    code: String,
    name: String,
    above: Option<(String, String)>,
    address: String,
    phone: String,
    phone_href: String,
    map: String,
    now: OpenNow,
    /// Today and six days more.
    week: Vec<DayLine>,
    /// What is said of the hours where nobody has set any.
    hours: String,
    points: Vec<Point>,
    written: Option<Written>,
    posts: Vec<Post>,
    branches: Vec<(String, String)>,
}

/// A service point.
struct Point {
    name: String,
    kind: String,
    /// Where it has hours of its own.
    now: Option<OpenNow>,
    week: Vec<DayLine>,
}

/// The kinds of point that people go to.
const KINDS: [ServicePointKind; 4] = [
    ServicePointKind::Desk,
    ServicePointKind::Kiosk,
    ServicePointKind::Machine,
    ServicePointKind::MobilePoint,
];

// locale-keys: point-kind-*
fn kind_name(t: Text, kind: ServicePointKind) -> String {
    t.t(&format!("point-kind-{}", kind.as_str()))
}

/// Where a map shows the library: an address for the map that is set, or for the one that the phone has.
pub fn map_link(template: Option<&str>, name: &str, address: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    match template {
        Some(template) => template.replace("{address}", &encoded(address)).replace("{name}", &encoded(name)),
        None => format!("geo:0,0?q={}", encoded(&format!("{address} {name}"))),
    }
}

pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let today = visit.app.service.clock().today();
    let (tree, now) =
        read(&visit, async move |op| Ok((libraries::tree(op).await?, promotion::open_now(op).await?)))
            .await?;
    let wanted = KINDS.into_iter().find(|kind| kind.as_str() == asked.with);
    let only_open = !asked.open.is_empty();
    let line = |library: &Library| {
        let now = now.get(&library.id).copied().unwrap_or(promotion::Now::Unknown);
        let own = |kind| {
            tree.points_under(library.id).any(|point| point.library == library.id && point.kind == kind)
        };
        Line {
            code: library.code.clone(),
            name: t.library_name(library),
            address: library.address.clone(),
            fits: wanted.is_none_or(own) && (!only_open || now.is_open()),
            now: t.open_now(now, today),
        }
    };
    let mut groups = Vec::new();
    for member in tree.libraries().filter(|library| library.kind == LibraryKind::Member) {
        let under = tree.under(member.id);
        let branches: Vec<Line> = tree
            .libraries()
            .filter(|library| library.id != member.id && under.contains(&library.id))
            .map(line)
            .filter(|line| line.fits)
            .collect();
        let head = line(member);
        if head.fits || !branches.is_empty() {
            groups.push((head, branches));
        }
    }
    let list = List {
        t,
        page,
        here: "libraries",
        none: groups.is_empty(),
        groups,
        with: wanted.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        only_open,
        kinds: KINDS.map(|kind| (kind.as_str(), kind_name(t, kind))).to_vec(),
    };
    Ok(html(&list))
}

fn points(t: Text, tree: &Tree, library: &Library, hours: &PlaceHours, visit: &Visit) -> Vec<Point> {
    let clock = visit.app.service.clock();
    let (now, today) = (clock.now(), clock.today());
    let own = tree
        .points_under(library.id)
        .filter(|point| point.library == library.id && KINDS.contains(&point.kind));
    own.map(|point| {
        let set: Option<&Hours> = hours.points.iter().find(|(id, _)| *id == point.id).map(|(_, hours)| hours);
        Point {
            name: point.name.clone(),
            kind: kind_name(t, point.kind),
            now: set.map(|hours| t.open_now(hours.at(now), today)),
            week: set
                .map(|hours| hours.week_from(today).iter().map(|day| t.day_line(day, today)).collect())
                .unwrap_or_default(),
        }
    })
    .collect()
}

pub async fn show(visit: Visit, Path(code): Path<String>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let (tree, hours, news, id) = read(&visit, async move |op| {
        let tree = libraries::tree(op).await?;
        let found = tree.libraries().find(|library| library.code == code).map(|library| library.id);
        let id = found.ok_or(Error::NotFound("library"))?;
        Ok((tree, promotion::hours_of(op, id).await?, promotion::news(op, Some(id), 5).await?, id))
    })
    .await?;
    let library = tree.library(id).ok_or_else(|| visit.failure(Error::NotFound("library")))?;
    let clock = visit.app.service.clock();
    let today = clock.today();
    let name = t.library_name(library);
    let member = tree.member(id).filter(|member| member.id != id);
    let digits: String = library.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let show = Show {
        t,
        here: "libraries",
        code: library.code.clone(),
        above: member.map(|member| (member.code.clone(), t.library_name(member))),
        map: map_link(visit.app.options.map_url.as_deref(), &name, &library.address),
        address: library.address.clone(),
        phone: library.phone.clone(),
        phone_href: format!("tel:{digits}"),
        now: t.open_now(hours.library.at(clock.now()), today),
        week: hours.library.week_from(today).iter().map(|day| t.day_line(day, today)).collect(),
        hours: library.hours.clone(),
        points: points(t, &tree, library, &hours, &visit),
        written: written(&visit, t, Some(id), "services").await?,
        posts: news.iter().map(|item| post(t, &tree, item)).collect(),
        branches: tree
            .libraries()
            .filter(|other| other.parent == Some(id) && library.kind == LibraryKind::Member)
            .map(|other| (other.code.clone(), t.library_name(other)))
            .collect(),
        name,
        page,
    };
    Ok(html(&show))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_goes_into_the_map_that_is_set_and_breaks_out_of_nothing() {
        let link = map_link(Some("https://map.example.org/?q={address}&n={name}"), "馆 A", "路&1\"");
        assert_eq!(link, "https://map.example.org/?q=%E8%B7%AF%261%22&n=%E9%A6%86%20A");
        assert_eq!(map_link(None, "A", "B"), "geo:0,0?q=B%20A");
    }
}
