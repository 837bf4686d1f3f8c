//! The e-card (6.1.4.2): a code that changes every half minute, for borrowing and entering.

use askama::Template;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::cards::{self, ECard};
use service::kernel::{Blocker, Error, local_moment};

use super::session::Reader;
use crate::codes::Squares;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "portal/e_card.html")]
struct ECardPage {
    t: Text,
    page: Page,
    name: String,
    /// The code; none when the card does not work.
    code: Option<Shown>,
    /// Why there is none, and what to do.
    against: Option<String>,
}

struct Shown {
    squares: Squares,
    until: String,
    seconds: i64,
}

pub async fn show(me: Reader) -> Answer {
    let t = me.text();
    let (code, against) = match issued(&me).await {
        Ok(card) => (shown(&card), None),
        Err(Error::Refused(blockers)) => (
            None,
            blockers.first().map(|blocker| {
                let text = t.blocker(blocker);
                t.sentences(&[&text.why, &text.instead])
            }),
        ),
        Err(error) => return Err(me.failure(error)),
    };
    Ok(html(&ECardPage { t, page: me.page(), name: masked_name(&me.session().name), code, against }))
}

/// The next code, for the page that shows one.
pub async fn code(me: Reader) -> Result<Response, crate::problem::Failure> {
    match issued(&me).await {
        Ok(card) => Ok(match shown(&card) {
            Some(code) => Json(json!({
                "path": code.squares.path, "size": code.squares.size, "seconds": code.seconds, "until": code.until,
            }))
            .into_response(),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }),
        // The page is asked for anew, and says why.
        Err(Error::Refused(blockers)) => {
            let code = blockers.first().map_or("", Blocker::code);
            Ok((StatusCode::CONFLICT, Json(json!({ "code": code }))).into_response())
        }
        Err(error) => Err(me.failure(error)),
    }
}

async fn issued(me: &Reader) -> Result<ECard, Error> {
    let (service, actor) = (me.app().service.clone(), me.session().actor.clone());
    service.read(actor, async move |op| cards::e_card(op).await).await
}

fn shown(card: &ECard) -> Option<Shown> {
    let squares = Squares::of(&card.text)?;
    let until = local_moment(card.valid_until);
    let until = until.split(' ').next_back().unwrap_or_default().to_owned();
    Some(Shown { squares, until, seconds: ecard::LIVES })
}
