//! Kiosks of this library as the desk sees them: who calls, and whom they sent here today (6.1.1.1, 6.1.2.1).

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::ServicePointId;
use service::kiosk::{self, Call, SentToDesk};

use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, html};
use crate::session::SignedIn;

/// A call, in words.
pub struct CallLine {
    pub point: ServicePointId,
    pub text: String,
    pub coming: bool,
}

/// Somebody who was sent here, in words.
pub struct SentLine {
    pub number: String,
    pub time: String,
    pub reason: String,
}

/// The calls that stand.
pub fn calls(me: &SignedIn, calls: Vec<Call>) -> Vec<CallLine> {
    let (t, now) = (me.text(), me.app().service.clock().now());
    let line = |call: Call| CallLine {
        point: call.point.id,
        text: t.a(
            "kiosk-calls-one",
            &[("point", call.point.name.clone()), ("minutes", (now - call.since).num_minutes().to_string())],
        ),
        coming: call.coming,
    };
    calls.into_iter().map(line).collect()
}

/// Whom kiosks sent here.
// locale-keys: kiosk-reason-*
pub fn sent(t: Text, sent: Vec<SentToDesk>) -> Vec<SentLine> {
    let line = |sent: SentToDesk| SentLine {
        number: format!("{}-{:02}", sent.point.code, sent.number),
        time: t.clock(sent.at),
        reason: t.t(&format!("kiosk-reason-{}", sent.reason.as_str())),
    };
    sent.into_iter().map(line).collect()
}

#[derive(Template)]
#[template(path = "desk/parts/calls.html")]
struct Calls {
    t: Text,
    csrf: String,
    calls: Vec<CallLine>,
}

/// The calls alone, for a page that stays open.
pub async fn show(me: SignedIn) -> Answer {
    let found = me.read(async |op| kiosk::calls(op).await).await?;
    Ok(html(&Calls { t: me.text(), csrf: me.page().csrf, calls: calls(&me, found) }))
}

/// Somebody goes there.
pub async fn come(me: SignedIn, Path(point): Path<ServicePointId>, Posted(_): Posted) -> Answer {
    me.write(async move |op| kiosk::come(op, point).await).await?;
    Ok(Redirect::to("/desk").into_response())
}

/// Where a reload of the form leads.
pub async fn back() -> Response {
    Redirect::to("/desk").into_response()
}
