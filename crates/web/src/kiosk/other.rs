//! Who has none of the documents that are read here is guided to the desk, with what to bring (4.1, 6.1.2.1).

use askama::Template;
use axum::response::{IntoResponse, Redirect};
use documents::DocumentKind;
use service::kiosk::{self, Reason, Stage};

use super::at::{At, Pressed};
use super::screen::Screen;
use crate::i18n::Text;
use crate::page::{Answer, html};

#[derive(Template)]
#[template(path = "kiosk/other.html")]
struct Other {
    t: Text,
    screen: Screen,
    kinds: Vec<(&'static str, String)>,
}

/// The documents that lead to a One-Card, in the order in which people come with them.
const KINDS: [DocumentKind; 6] = [
    DocumentKind::HkMacaoPermit,
    DocumentKind::TaiwanPermit,
    DocumentKind::Passport,
    DocumentKind::HouseholdRegister,
    DocumentKind::MilitaryId,
    DocumentKind::Other,
];

pub async fn show(me: At) -> Answer {
    me.require(Stage::Document)?;
    let t = me.text();
    let kinds = KINDS.map(|kind| (kind.as_str(), t.document_kind(kind))).to_vec();
    Ok(html(&Other { t, screen: me.screen(), kinds }))
}

pub async fn submit(me: At, Pressed(form): Pressed) -> Answer {
    me.require(Stage::Document)?;
    let Some(kind) = KINDS.into_iter().find(|kind| kind.as_str() == form.value("document.type")) else {
        return Ok(Redirect::to("/kiosk/other").into_response());
    };
    let secret = me.secret();
    let done = me
        .try_write(async move |op| kiosk::refer(op, &secret, Reason::OneCard, Some(kind.as_str())).await)
        .await;
    me.onwards(done, "/kiosk/done")
}
