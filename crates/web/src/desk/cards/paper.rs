//! Paper of 80 mm for what was done with a card: the receipt of a loss report, of cancelling, of replacing; and the slip that sends
//! a reader to the issuing library. Anybody may see it: no full name, no number of a document.

use askama::Template;
use axum::extract::Path;
use service::cards::{self, CardView};
use service::kernel::{CardId, ServiceName};
use service::libraries::{self, Library, Policy};
use service::readers;
use service::records::Look;

use super::after::{Rendered, rendered};
use crate::codes::Bars;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "print/card_service.html")]
struct Paper {
    t: Text,
    page: Page,
    service: ServiceName,
    card: CardView,
    name: String,
    /// Whether the reader is under 16, and comes with a guardian.
    minor: bool,
    at: String,
    /// Where it was done.
    library: String,
    /// What the reader is sent there for.
    sent_for: Vec<String>,
    /// The library that issued the card: where a reader is sent.
    issuing: Option<Library>,
    issuing_name: String,
    channel: String,
    checked: String,
    bars: Option<Bars>,
    loss_phone: String,
    /// Until when the loss is to be confirmed in person, or nothing.
    confirm_by: String,
    point: String,
    clerk: String,
    now: String,
}

/// Whether there is paper for a service.
pub fn has_paper(service: ServiceName) -> bool {
    matches!(
        service,
        ServiceName::ReportLoss
            | ServiceName::Restore
            | ServiceName::Cancel
            | ServiceName::Replace
            | ServiceName::ChangeKind
            | ServiceName::Refer
    )
}

pub async fn show(me: SignedIn, Path((id, word)): Path<(CardId, String)>) -> Answer {
    let Rendered { service, record, card, reader, .. } = rendered(&me, id, &word, Look::Printed).await?;
    let issuing = card.issuing_library;
    let holder = reader.id;
    let (loss_phone, referrals) = me
        .read(async move |op| {
            let phone = libraries::policy(op, issuing, Policy::LossPhone).await?.to_string();
            Ok((phone, readers::referrals(op, holder).await?))
        })
        .await?;
    let (t, session) = (me.text(), me.session());
    let works = matches!(service, ServiceName::Replace | ServiceName::ChangeKind);
    Ok(html(&Paper {
        t,
        page: me.page(),
        service,
        name: masked_name(&reader.name),
        minor: reader.age < readers::ADULT_FROM,
        at: t.moment(record.at),
        library: t.library(&session.tree, record.library),
        sent_for: referrals
            .iter()
            .filter(|referral| referral.card == Some(card.id))
            .map(|referral| t.service(&referral.service))
            .collect(),
        issuing: session.tree.library(issuing).cloned(),
        issuing_name: t.library(&session.tree, issuing),
        channel: t.channel(&record.channel),
        checked: record.checked_how.as_deref().map(|how| t.check(how)).unwrap_or_default(),
        bars: works.then(|| Bars::of(&card.number)).flatten(),
        loss_phone,
        confirm_by: card.confirm_loss_by.map(|until| t.time(until)).unwrap_or_default(),
        point: session.point.as_ref().map(|point| point.name.clone()).unwrap_or_default(),
        clerk: session.name.clone(),
        now: t.time(me.app().service.clock().now()),
        card,
    }))
}

impl Paper {
    // locale-keys: paper-title-*
    fn title(&self) -> String {
        self.t.t(&format!("paper-title-{}", self.service.as_str()))
    }

    // locale-keys: paper-say-*
    fn say(&self) -> String {
        let words = [
            ("time", self.at.clone()),
            ("library", self.issuing_name.clone()),
            ("number", cards::grouped(&self.card.number)),
        ];
        self.t.a(&format!("paper-say-{}", self.service.as_str()), &words)
    }
}
