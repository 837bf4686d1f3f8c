//! One item by its barcode: what it is, where it stands; whoever manages items takes it out of lending, or puts it back.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use service::circulation::{self, ItemView, Withdrawal, withdraw};
use service::kernel::{Blocker, Error, ItemState, Right};

use super::loans::Told;
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/lending/items.html")]
struct ItemsPage {
    t: Text,
    page: Page,
    form: Form,
    found: Option<Found>,
    blockers: Vec<BlockerText>,
    may_manage: bool,
}

struct Found {
    item: ItemView,
    owner: String,
    library: String,
    destination: Option<String>,
}

fn page(me: &SignedIn, found: Option<ItemView>, told: Told) -> Result<Response, Failure> {
    me.require(Right::Lend)?;
    let (t, tree) = (me.text(), &me.session().tree);
    let page = ItemsPage {
        t,
        page: me.page(),
        form: told.form,
        found: found.map(|item| Found {
            owner: t.library(tree, item.owner),
            library: t.library(tree, item.library),
            destination: item.destination.map(|library| t.library(tree, library)),
            item,
        }),
        blockers: told.blockers.iter().map(|blocker: &Blocker| t.blocker(blocker)).collect(),
        may_manage: me.session().actor.may(Right::ManageItems),
    };
    Ok(html_with(told.status, &page))
}

pub async fn show(me: SignedIn) -> Answer {
    page(&me, None, Told::default())
}

pub async fn submit(me: SignedIn, Posted(fields): Posted) -> Answer {
    let barcode = fields.owned("item.barcode");
    let what = match fields.value("do") {
        "withdraw" => Some(Withdrawal::Withdrawn),
        "missing" => Some(Withdrawal::Missing),
        "shelf" => Some(Withdrawal::BackOnShelf),
        _ => None,
    };
    let (wanted, status) = (barcode.clone(), StatusCode::OK);
    let done = match what {
        Some(what) => me.try_write(None, async move |op| withdraw(op, &wanted, what).await).await,
        None => me.try_write(None, async move |op| circulation::item(op, &wanted).await).await,
    };
    match done {
        Ok(item) => page(&me, Some(item), Told { status, ..Told::default() }),
        Err(Error::Refused(blockers)) => {
            // It is shown as it stands, with what stands against it.
            let item = me.read(async move |op| circulation::item(op, &barcode).await).await?;
            page(&me, Some(item), Told { blockers, status: StatusCode::CONFLICT, ..Told::default() })
        }
        Err(error) => {
            let told = Told::of(&me, fields, error)?;
            page(&me, None, told)
        }
    }
}

impl Found {
    fn on_shelf(&self) -> bool {
        self.item.state == ItemState::Available
    }

    fn gone(&self) -> bool {
        matches!(self.item.state, ItemState::Withdrawn | ItemState::Missing)
    }
}
