//! How it ended: the card is open, or they hold one, or the desk has to look at it. The paper says the same.

use askama::Template;
use documents::DocumentKind;
use service::kernel::{CardKind, Op};
use service::kiosk::{End, Reason, Stage};
use service::libraries::{self, Policy};

use super::at::At;
use super::screen::Screen;
use crate::codes::{Bars, Squares};
use crate::i18n::Text;
use crate::page::{Answer, html};

#[derive(Template)]
#[template(path = "kiosk/opened.html")]
struct Opened {
    t: Text,
    screen: Screen,
    number: String,
    bars: Option<Bars>,
    document: String,
    /// Whether they chose a password; else the rule of the default one.
    chosen: bool,
    rule: String,
    /// Their own pages, for a phone.
    portal: String,
    squares: Option<Squares>,
    loss_phone: String,
    now: String,
}

#[derive(Template)]
#[template(path = "kiosk/holds.html")]
struct Holds {
    t: Text,
    screen: Screen,
    number: String,
    kind: String,
    one_card: bool,
    lost: bool,
}

#[derive(Template)]
#[template(path = "kiosk/to_desk.html")]
struct ToDesk {
    t: Text,
    screen: Screen,
    /// The number on the slip: `K1-03`.
    number: String,
    title: String,
    why: String,
    clause: &'static str,
    bring: Vec<String>,
    now: String,
}

pub async fn show(me: At) -> Answer {
    me.require(Stage::End)?;
    let end = me.somebody.as_ref().and_then(|somebody| somebody.end()).cloned();
    match end {
        Some(End::Opened { number, document, chosen }) => opened(&me, number, &document, chosen).await,
        Some(End::Holds { number, kind, lost }) => {
            let t = me.text();
            let kind = kind.parse().unwrap_or(CardKind::Document);
            let one_card = kind == CardKind::OneCard;
            Ok(html(&Holds { t, screen: me.screen(), number, kind: t.card_kind(kind), one_card, lost }))
        }
        Some(End::ToDesk { reason, document, number }) => Ok(html(&to_desk(&me, reason, document, number))),
        None => Err(me.failure(service::Error::Stale)),
    }
}

async fn opened(me: &At, number: String, document: &str, chosen: bool) -> Answer {
    let t = me.text();
    let library = me.kiosk.point.library;
    let loss_phone = async move |op: &Op| libraries::policy(op, library, Policy::LossPhone).await;
    let loss_phone = me.app().service.read(me.kiosk.actor.clone(), loss_phone).await;
    let loss_phone = loss_phone.map_err(|error| me.failure(error))?.to_string();
    let kind: DocumentKind = document.parse().unwrap_or(DocumentKind::ResidentId);
    let portal = me.visit.address_of("/my");
    Ok(html(&Opened {
        t,
        screen: me.screen(),
        bars: Bars::of(&number),
        number,
        document: t.document_kind(kind),
        chosen,
        rule: t.password_rule(kind),
        squares: Squares::of(&portal),
        portal,
        loss_phone,
        now: t.time(me.app().service.clock().now()),
    }))
}

// locale-keys: kiosk-desk-*
// locale-keys: kiosk-bring-*
fn to_desk(me: &At, reason: Reason, document: Option<String>, number: i64) -> ToDesk {
    let t = me.text();
    let clause = match reason {
        Reason::Minor => "A.1",
        Reason::OneCard => "6.1.2.1",
        Reason::Expired | Reason::Unclear => "4.1",
        Reason::Records => "6.1.3.2",
    };
    let kind = document.and_then(|kind| kind.parse::<DocumentKind>().ok());
    let words =
        [("document", kind.map_or_else(|| t.t("kiosk-bring-document"), |kind| t.document_kind(kind)))];
    let bring: &[&str] = match (reason, kind) {
        (Reason::Minor, _) => &["kiosk-bring-child", "kiosk-bring-guardian", "kiosk-bring-phone"],
        (Reason::OneCard, Some(DocumentKind::HouseholdRegister)) => {
            &["kiosk-bring-register", "kiosk-bring-phone", "kiosk-bring-minor"]
        }
        (Reason::OneCard, _) => &["kiosk-bring-this", "kiosk-bring-phone", "kiosk-bring-minor"],
        (Reason::Expired, _) => &["kiosk-bring-valid", "kiosk-bring-phone"],
        (Reason::Unclear | Reason::Records, _) => &["kiosk-bring-this", "kiosk-bring-phone"],
    };
    ToDesk {
        t,
        screen: me.screen(),
        number: format!("{}-{number:02}", me.kiosk.point.code),
        title: t.t(&format!("kiosk-desk-{}", reason.as_str())),
        why: t.t(&format!("kiosk-desk-{}-why", reason.as_str())),
        clause,
        bring: bring.iter().map(|key| t.a(key, &words)).collect(),
        now: t.time(me.app().service.clock().now()),
    }
}
