//! One page that holds a reader, masked. Opening it is logged.

use askama::Template;
use axum::extract::Path;
use axum::response::Redirect;
use service::cards::{self, CardView};
use service::kernel::{ReaderId, Right};
use service::readers::{self, ReaderView};
use service::records::{self, Access, Look, TimelineEntry, log_access};

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/reader.html")]
pub struct ReaderPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    /// The card that counts and its issuing library.
    card: Option<(CardView, String)>,
    /// Cards before it.
    earlier: Vec<(CardView, String)>,
    timeline: Vec<(TimelineEntry, String)>,
    may_open: bool,
    may_reveal: bool,
    /// A value shown in full: which, and what.
    revealed: Option<(String, String)>,
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    Ok(html(&page(&me, id, None).await?))
}

pub async fn back(Path(id): Path<ReaderId>) -> Redirect {
    Redirect::to(&format!("/desk/readers/{id}"))
}

/// The page, with one value in full if it was just asked for.
pub async fn page(
    me: &SignedIn,
    id: ReaderId,
    revealed: Option<(String, String)>,
) -> Result<ReaderPage, crate::problem::Failure> {
    let looked_at = revealed.is_none();
    let (reader, held, timeline) = me
        .write(async move |op| {
            let reader = readers::view(op, id).await?;
            if looked_at {
                let detail = serde_json::json!({ "page": "reader" });
                log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            }
            let held = cards::cards_of(op, id).await?;
            Ok((reader, held, records::timeline(op, id, 30).await?))
        })
        .await?;
    let (t, session) = (me.text(), me.session());
    let with_library = |card: CardView| {
        let library = t.library(&session.tree, card.issuing_library);
        (card, library)
    };
    let mut held: Vec<_> = held.into_iter().map(with_library).collect();
    held.sort_by_key(|(card, _)| !card.state.is_live());
    let mut held = held.into_iter();
    Ok(ReaderPage {
        t,
        page: me.page(),
        reader,
        card: held.next(),
        earlier: held.collect(),
        timeline: timeline
            .into_iter()
            .map(|entry| {
                let library = t.library(&session.tree, entry.library);
                (entry, library)
            })
            .collect(),
        may_open: session.actor.may(Right::OpenCards),
        may_reveal: session.actor.may(Right::RevealPersonalData),
        revealed,
    })
}

impl ReaderPage {
    /// The value in full when this field was asked for.
    fn full(&self, field: &str) -> Option<&str> {
        self.revealed.as_ref().filter(|(shown, _)| shown == field).map(|(_, value)| value.as_str())
    }

    fn has_live_card(&self) -> bool {
        self.card.as_ref().is_some_and(|(card, _)| card.state.is_live())
    }
}
