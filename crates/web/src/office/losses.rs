//! Losses told by phone that nobody has confirmed in person yet (A.4.1): those of one's own libraries' cards.

use askama::Template;
use service::cards::{self, LossToConfirm};

use super::Nav;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/losses.html")]
struct LossesPage {
    t: Text,
    page: Page,
    nav: Nav,
    lines: Vec<(LossToConfirm, String)>,
}

pub async fn show(me: SignedIn) -> Answer {
    let losses = me.read(async move |op| cards::losses_to_confirm(op).await).await?;
    let t = me.text();
    Ok(html(&LossesPage {
        t,
        page: me.page(),
        nav: Nav::of(&me, "losses"),
        lines: t.with_library(&me.session().tree, losses, |loss| loss.card.issuing_library),
    }))
}
