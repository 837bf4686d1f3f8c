//! What was done for a reader, and what they were told.

use askama::Template;
use service::outbox::{MessageView, messages_of};
use service::records::{self, TimelineEntry};

use super::session::Reader;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};

/// How much a page shows.
const MOST: u64 = 100;

#[derive(Template)]
#[template(path = "portal/history.html")]
struct History {
    t: Text,
    page: Page,
    /// With the library, and what was changed, why, and what it was about.
    entries: Vec<(TimelineEntry, String, Vec<String>)>,
}

#[derive(Template)]
#[template(path = "portal/messages.html")]
struct Messages {
    t: Text,
    page: Page,
    messages: Vec<MessageView>,
}

pub async fn show(me: Reader) -> Answer {
    let reader = me.session().reader;
    let entries = me.read(async move |op| records::timeline(op, reader, MOST).await).await?;
    let (t, session) = (me.text(), me.session());
    let entries = entries
        .into_iter()
        .map(|entry| {
            let library = t.library(&session.tree, entry.library);
            let told = t.told_all(&session.tree, &entry.told);
            (entry, library, told)
        })
        .collect();
    Ok(html(&History { t, page: me.page(), entries }))
}

pub async fn messages(me: Reader) -> Answer {
    let reader = me.session().reader;
    let messages = me.read(async move |op| messages_of(op, reader, MOST).await).await?;
    Ok(html(&Messages { t: me.text(), page: me.page(), messages }))
}
