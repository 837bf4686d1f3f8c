//! What an account can do, and where: the first page of whoever serves no readers, and there for everybody.

use askama::Template;
use axum::response::Response;
use service::kernel::Right;

use crate::i18n::Text;
use crate::page::{Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/start.html")]
struct Start {
    t: Text,
    page: Page,
    role: String,
    library: String,
    rows: Vec<Row>,
}

/// A right, and where it is used.
struct Row {
    right: String,
    where_: String,
    path: &'static str,
}

// locale-keys: start-where-*
pub async fn show(me: SignedIn) -> Response {
    let (t, session) = (me.text(), me.session());
    let rows = Right::ALL.into_iter().filter(|right| session.actor.may(*right)).map(|right| Row {
        right: t.right(right),
        where_: t.t(&format!("start-where-{}", place(right))),
        path: path(right),
    });
    html(&Start {
        t,
        page: me.page(),
        role: t.role(session.role),
        library: t.library(&session.tree, session.actor.scope),
        rows: rows.collect(),
    })
}

/// What kind of place a right is used at.
fn place(right: Right) -> &'static str {
    match right {
        Right::OpenCards => "desk",
        Right::FindReaders => "box",
        Right::SetPolicies => "policies",
        Right::ImportCards | Right::ManageStaff => "staff",
        Right::ManageMachines => "machines",
        Right::ManageTokens | Right::RunKiosk => "tokens",
        Right::Audit => "audit",
        Right::ManageStock => "stock",
        Right::BlockReaders | Right::MergeReaders | Right::EditTemplates => "office",
        _ => "reader",
    }
}

/// The words of the places.
#[cfg(test)]
pub const PLACES: [&str; 10] =
    ["desk", "box", "policies", "staff", "tokens", "machines", "audit", "office", "reader", "stock"];

fn path(right: Right) -> &'static str {
    match right {
        Right::OpenCards => "/desk/open",
        Right::FindReaders => "/desk",
        Right::SetPolicies => "/office/policies",
        Right::ManageMachines => "/office/machines",
        Right::RunKiosk => "/kiosk/set-up",
        Right::ManageStock => "/office/stock",
        _ => "",
    }
}
