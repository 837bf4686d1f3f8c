//! The person holds a card already: which, opened where, and what can be done for them now.

use askama::Template;
use axum::http::StatusCode;
use service::cards::{self, CardView};
use service::kernel::{CardId, CardState};
use service::readers::{self, ReaderView};
use service::records::{Access, Look, log_access};

use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/holds.html")]
struct Holds {
    t: Text,
    page: Page,
    reader: ReaderView,
    card: CardView,
    issuing: String,
    say: String,
    /// Whether another library issued it, which alone cancels it (6.3.3).
    elsewhere: bool,
}

pub async fn page(me: &SignedIn, card: CardId) -> Answer {
    let (card, reader) = me
        .write(async move |op| {
            let card = cards::card(op, card).await?;
            let reader = readers::view(op, card.reader).await?;
            let detail = serde_json::json!({ "page": "already_holds" });
            log_access(op, Access { look: Look::Viewed, reader: Some(reader.id), detail, reason: None })
                .await?;
            Ok((card, reader))
        })
        .await?;
    let t = me.text();
    let issuing = t.library(&me.session().tree, card.issuing_library);
    let words = [("date", t.day(card.opened_at)), ("library", issuing.clone())];
    let say = match card.state {
        CardState::Lost => t.a("holds-say-lost", &words),
        CardState::Active | CardState::Cancelled => t.a("holds-say-active", &words),
    };
    let session = me.session();
    let elsewhere = !session.tree.stands_for(session.actor.library, card.issuing_library);
    Ok(html_with(StatusCode::CONFLICT, &Holds { t, page: me.page(), reader, card, issuing, say, elsewhere }))
}
