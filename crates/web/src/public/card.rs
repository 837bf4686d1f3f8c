//! How to get a card: Table A1 as the rules have it, and the doors (A.1, A.2.1).

use askama::Template;
use documents::DocumentKind;
use service::kernel::Channel;
use service::promotion::{self, Advice, Row};

use super::{Written, read, written};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::session::Visit;

#[derive(Template)]
#[template(path = "public/card.html")]
struct Card {
    t: Text,
    page: Page,
    here: &'static str,
    written: Option<Written>,
    rows: Vec<Line>,
    doors: Vec<Door>,
}

/// A row of the table in words.
struct Line {
    documents: Vec<String>,
    adult: Vec<Choice>,
    minor: Vec<Choice>,
}

/// A kind of card, and where it is to be had.
pub struct Choice {
    pub kind: String,
    pub doors: Vec<String>,
}

/// A door in words.
pub struct Door {
    /// Its stable word.
    pub word: &'static str,
    pub name: String,
    pub what: String,
    /// Where it leads, or nothing.
    pub href: &'static str,
}

/// The page that leads to a door.
pub fn way_to(door: Channel) -> &'static str {
    match door {
        Channel::Online => "/apply",
        Channel::Yuedutong => "/yuedutong",
        Channel::Desk => "/libraries",
        Channel::SelfService => "/libraries?with=kiosk",
        Channel::Machine => "/libraries?with=machine",
        Channel::MobilePoint => "/libraries?with=mobile_point",
        Channel::Group => "",
    }
}

impl Text {
    // locale-keys: door-name-*
    /// What a door is called to the public.
    pub fn door(&self, door: Channel) -> String {
        self.t(&format!("door-name-{door}"))
    }

    // locale-keys: door-what-*
    /// What one does there.
    pub fn door_what(&self, door: Channel) -> String {
        self.t(&format!("door-what-{door}"))
    }

    // locale-keys: public-card-*
    /// A kind of card as the public knows it; a document that is the card goes by its own name.
    pub fn public_card(&self, kind: service::kernel::CardKind) -> String {
        self.t(&format!("public-card-{kind}"))
    }

    /// Documents in one line.
    pub fn documents(&self, kinds: &[DocumentKind]) -> Vec<String> {
        kinds.iter().map(|kind| self.document_kind(kind)).collect()
    }
}

/// The kinds of card that advice has, with the doors that there are.
pub fn choices(t: Text, advice: &Advice, offered: &[Channel]) -> Vec<Choice> {
    let of = |kind: service::kernel::CardKind| Choice {
        kind: t.public_card(kind),
        doors: advice.doors(kind).filter(|door| offered.contains(door)).map(|door| t.door(door)).collect(),
    };
    advice.kinds.iter().map(|kind| of(*kind)).collect()
}

/// A door.
pub fn door(t: Text, channel: Channel) -> Door {
    Door { word: channel.as_str(), name: t.door(channel), what: t.door_what(channel), href: way_to(channel) }
}

pub async fn show(visit: Visit) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let offered = read(&visit, promotion::doors_offered).await?;
    let line = |row: Row| Line {
        documents: t.documents(&row.documents),
        adult: choices(t, &row.adult, &offered),
        minor: choices(t, &row.minor, &offered),
    };
    let rows = promotion::table_a1().into_iter().map(line).collect();
    let doors = offered.iter().map(|channel| door(t, *channel)).collect();
    let written = written(&visit, t, None, "card").await?;
    Ok(html(&Card { t, page, here: "card", written, rows, doors }))
}
