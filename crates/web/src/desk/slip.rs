//! The slip of 80 mm that the reader takes along: account numbers, the rule of the password in words, what the card is good
//! for (A.2.2, A.2.3, A.3). It says no full number of a document and no password.

use askama::Template;
use axum::extract::Path;
use service::cards::{self, CardView};
use service::kernel::CardId;
use service::libraries::{self, Policy, PolicySetting};

use crate::codes::Bars;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "print/slip.html")]
struct Slip {
    t: Text,
    page: Page,
    card: CardView,
    name: String,
    library: String,
    document: String,
    number: String,
    /// Which sentence tells the default password.
    password_rule: String,
    bars: Option<Bars>,
    books: i64,
    periodicals: i64,
    av: i64,
    loss_phone: String,
    point: String,
    clerk: String,
    now: String,
}

pub async fn show(me: SignedIn, Path(id): Path<CardId>) -> Answer {
    let (slip, policies) = me
        .write(async move |op| {
            let slip = cards::slip(op, id).await?;
            let policies = libraries::policies(op, slip.0.issuing_library).await?;
            Ok((slip, policies))
        })
        .await?;
    let (card, reader, kind, number) = slip;
    let (t, session) = (me.text(), me.session());
    let setting = |policy| policies.iter().find(|setting: &&PolicySetting| setting.policy == policy);
    let limit = |policy| setting(policy).map_or(0, |setting| setting.value.number());
    Ok(html(&Slip {
        t,
        page: me.page(),
        name: masked_name(&reader.name),
        library: t.library(&session.tree, card.issuing_library),
        document: t.document_kind(kind),
        number,
        password_rule: t.password_rule(kind),
        bars: Bars::of(&card.number),
        books: limit(Policy::BookLimit),
        periodicals: limit(Policy::PeriodicalLimit),
        av: limit(Policy::AvLimit),
        loss_phone: setting(Policy::LossPhone).map(|setting| setting.value.to_string()).unwrap_or_default(),
        point: session.point.as_ref().map(|point| point.name.clone()).unwrap_or_default(),
        clerk: session.name.clone(),
        now: t.time(me.app().service.clock().now()),
        card,
    }))
}
