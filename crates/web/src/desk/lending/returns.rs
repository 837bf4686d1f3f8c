//! The box that items are taken back in: one after the other, whoever brings them (A.3.2 a).

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use service::circulation::{self, ReturnItem, Returned, Then, waiting_here};
use service::kernel::{Error, Right};
use service::readers;

use crate::csrf::chance;
use crate::desk::people::key;
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "desk/lending/returns.html")]
struct ReturnsPage {
    t: Text,
    page: Page,
    form: Form,
    key: String,
    came: Option<Came>,
    /// Barcode, call number and title of what readers wait for and lies on the shelves here.
    fetch: Vec<(String, String, String)>,
}

/// What came back, and what is to be done with it.
struct Came {
    returned: Returned,
    /// Where it goes, in words.
    then: String,
    /// Whether it may go on its shelf here.
    shelf: bool,
    /// For whom it is kept, masked.
    kept_for: Option<String>,
}

/// What readers wait for is listed up to here.
const FETCH: u64 = 30;

async fn page(
    me: &SignedIn,
    form: Form,
    came: Option<Came>,
    status: StatusCode,
) -> Result<Response, Failure> {
    me.require(Right::Lend)?;
    let fetch = me.read(async move |op| waiting_here(op, FETCH).await).await?;
    let page = ReturnsPage { t: me.text(), page: me.page(), form, key: chance(), came, fetch };
    Ok(html_with(status, &page))
}

pub async fn show(me: SignedIn) -> Answer {
    page(&me, Form::default(), None, StatusCode::OK).await
}

pub async fn submit(me: SignedIn, Posted(fields): Posted) -> Answer {
    let barcode = fields.owned("item.barcode");
    let returned = me
        .try_write(key(&fields), async move |op| {
            let request = ReturnItem { barcode: barcode.clone() };
            let returned = circulation::return_item(op, request).await?;
            let name = match returned.then {
                Then::Hold { reader, .. } => Some(masked_name(&readers::view(op, reader).await?.name)),
                _ => None,
            };
            Ok((returned, name))
        })
        .await;
    match returned {
        Ok((returned, kept_for)) => {
            let (t, tree) = (me.text(), &me.session().tree);
            let then = match returned.then {
                Then::Shelf => t.t("returns-shelf"),
                Then::Withdrawn => t.t("returns-withdrawn"),
                Then::Transit(library) => t.a("returns-transit", &[("library", t.library(tree, library))]),
                Then::TransitForHold { library, .. } => {
                    t.a("returns-transit-hold", &[("library", t.library(tree, library))])
                }
                Then::Hold { until, .. } => t.a("returns-hold", &[("until", until.to_string())]),
            };
            let came = Came { shelf: returned.then == Then::Shelf, returned, then, kept_for };
            page(&me, Form::default(), Some(came), StatusCode::OK).await
        }
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, form, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
