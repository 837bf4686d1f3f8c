//! Today at this desk.

use askama::Template;
use axum::response::{IntoResponse, Redirect};
use service::applications;
use service::circulation;
use service::kernel::{Right, ServicePointId};
use service::kiosk;
use service::readers;
use service::records::{self, DeskDay};

use super::kiosks::{self, CallLine, SentLine};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "desk/home.html")]
struct Home {
    t: Text,
    page: Page,
    point: String,
    today: String,
    day: DeskDay,
    /// Whom the latest services were for, masked.
    names: Vec<String>,
    may_open: bool,
    may_issue_groups: bool,
    /// How many applications from the web wait for who may open cards.
    applications: u64,
    /// Whether items are taken back here.
    lends: bool,
    csrf: String,
    /// Kiosks of this library at which somebody calls.
    calls: Vec<CallLine>,
    /// Whom they sent here today.
    sent: Vec<SentLine>,
}

pub async fn show(me: SignedIn) -> Answer {
    // Who serves no readers has no desk to come to.
    if !me.session().actor.may(Right::FindReaders) {
        return Ok(Redirect::to("/start").into_response());
    }
    let point = me.session().point.as_ref().map(|point| (point.id, point.name.clone()));
    let (id, point) = point.unwrap_or((ServicePointId(uuid::Uuid::nil()), String::new()));
    let staffed = me.session().actor.channel.is_staffed();
    let may_open = me.session().actor.may(Right::OpenCards);
    let (day, names, lends, applications, calls, sent) = me
        .read(async move |op| {
            let day = records::desk_day(op, id).await?;
            let mut names = Vec::with_capacity(day.latest.len());
            for entry in &day.latest {
                names.push(match entry.reader {
                    Some(reader) => masked_name(&readers::view(op, reader).await?.name),
                    None => String::new(),
                });
            }
            let (calls, sent) = match staffed {
                true => (kiosk::calls(op).await?, kiosk::sent_to_desk(op).await?),
                false => (Vec::new(), Vec::new()),
            };
            let applications = if may_open { applications::waiting(op).await? } else { 0 };
            Ok((day, names, circulation::lends_itself(op), applications, calls, sent))
        })
        .await?;
    let t = me.text();
    let page = me.page();
    Ok(html(&Home {
        t,
        csrf: page.csrf.clone(),
        calls: kiosks::calls(&me, calls),
        sent: kiosks::sent(t, sent),
        page,
        point,
        today: t.date(me.app().service.clock().today()),
        day,
        names,
        may_open,
        may_issue_groups: me.session().actor.may(Right::IssueGroups),
        applications,
        lends: lends && me.session().actor.may(Right::Lend),
    }))
}
