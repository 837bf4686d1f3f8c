//! What a reader has out. Without a circulation behind the cards the page says so, and guesses nothing.

use askama::Template;
use service::cards;
use service::kernel::Known;

use super::session::Reader;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::words::yuan;

#[derive(Template)]
#[template(path = "portal/loans.html")]
struct Loans {
    t: Text,
    page: Page,
    known: Known,
    charges: String,
    library: String,
    phone: String,
    /// The phone as it is dialled.
    dial: String,
}

pub async fn show(me: Reader) -> Answer {
    let session = me.session();
    let reader = session.reader;
    let known = me.read(async move |op| cards::standing(op, reader).await).await?;
    let library = session.tree.library(session.card.issuing_library);
    let charges = match known {
        Known::Standing(standing) => yuan(standing.charges),
        _ => String::new(),
    };
    let phone = library.map(|library| library.phone.clone()).unwrap_or_default();
    Ok(html(&Loans {
        t: me.text(),
        page: me.page(),
        known,
        charges,
        library: me.text().library(&session.tree, session.card.issuing_library),
        dial: phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        phone,
    }))
}
