//! What was done with a card: a green line to say aloud, paper, the next reader.

use askama::Template;
use axum::extract::Path;
use service::cards::{self, CardView};
use service::kernel::{CardId, CardState, Error, ServiceName};
use service::readers::{self, ReaderView};
use service::records::{self, Access, CheckMethod, Look, Presence, TimelineEntry, log_access};

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::{service_of_slug, slug};

#[derive(Template)]
#[template(path = "desk/after.html")]
struct After {
    t: Text,
    page: Page,
    service: ServiceName,
    reader: ReaderView,
    card: CardView,
    issuing: String,
    at: String,
    /// What is true of the card now, where that is no longer what the service left.
    since: Option<String>,
    say: String,
    paper: bool,
    may_undo: bool,
}

/// A service that was rendered, as its record says.
pub struct Rendered {
    pub service: ServiceName,
    pub record: TimelineEntry,
    pub card: CardView,
    pub reader: ReaderView,
    pub may_undo: bool,
}

/// The latest record of a service on a card.
pub async fn rendered(me: &SignedIn, id: CardId, word: &str, look: Look) -> Result<Rendered, Failure> {
    let service = service_of_slug(word).ok_or_else(|| me.failure(Error::NotFound("service")))?;
    me.write(async move |op| {
        let services = cards::services(op, id, Presence::Reader, CheckMethod::ByEye).await?;
        let services = services.with_a_guardian_to_choose();
        let card = services.card;
        let reader = readers::view(op, card.reader).await?;
        let entries = records::timeline(op, card.reader, 50).await?;
        let record = entries
            .into_iter()
            .find(|entry| {
                // A reader may have held others.
                entry.card == Some(id) && entry.service == service.as_str() && entry.outcome == "done"
            })
            .ok_or(Error::NotFound("record"))?;
        let undo = services.services.iter().find(|choice| choice.service == ServiceName::UndoLoss);
        let may_undo = undo.is_some_and(cards::ServiceChoice::possible);
        let detail = serde_json::json!({ "page": service.as_str() });
        log_access(op, Access { look, reader: Some(reader.id), detail, reason: None }).await?;
        if look == Look::Printed {
            cards::told_on_paper(op, id, &[service]).await?;
        }
        Ok(Rendered { service, record, card, reader, may_undo })
    })
    .await
}

// locale-keys: say-after-*
pub async fn show(me: SignedIn, Path((id, word)): Path<(CardId, String)>) -> Answer {
    let Rendered { service, record, card, reader, may_undo, .. } =
        rendered(&me, id, &word, Look::Viewed).await?;
    let (t, session) = (me.text(), me.session());
    let at = t.moment(record.at);
    let issuing = t.library(&session.tree, card.issuing_library);
    let words = [
        ("time", at.clone()),
        ("number", cards::grouped(&card.number)),
        ("library", issuing.clone()),
        ("kind", t.card_kind(card.kind)),
    ];
    let say = t.a(&format!("say-after-{}", service.as_str()), &words);
    let since = left(service)
        .filter(|left| *left != card.state)
        .map(|_| t.a("state-since", &[("time", t.moment(card.state_since)), ("state", t.state(card.state))]));
    let paper = super::paper::has_paper(service);
    let may_undo = may_undo && service == ServiceName::ReportLoss && card.state == CardState::Lost;
    Ok(html(&After { t, page: me.page(), service, reader, card, issuing, at, since, say, paper, may_undo }))
}

/// The state that a service leaves a card in, where it changes it.
fn left(service: ServiceName) -> Option<CardState> {
    Some(match service {
        ServiceName::ReportLoss => CardState::Lost,
        ServiceName::Restore | ServiceName::UndoLoss | ServiceName::Replace => CardState::Active,
        ServiceName::Cancel => CardState::Cancelled,
        _ => return None,
    })
}

impl After {
    fn paper_path(&self) -> String {
        format!("/desk/cards/{}/paper/{}", self.card.id, slug(self.service.as_str()))
    }
}
