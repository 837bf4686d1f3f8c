//! Today at this desk.

use askama::Template;
use service::kernel::{Right, ServicePointId};
use service::records::{self, DeskDay};

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/home.html")]
struct Home {
    t: Text,
    page: Page,
    point: String,
    today: String,
    day: DeskDay,
    may_open: bool,
}

pub async fn show(me: SignedIn) -> Answer {
    let point = me.session().point.as_ref().map(|point| (point.id, point.name.clone()));
    let (id, point) = point.unwrap_or((ServicePointId(uuid::Uuid::nil()), String::new()));
    let day = me.read(async move |op| records::desk_day(op, id).await).await?;
    let t = me.text();
    Ok(html(&Home {
        t,
        page: me.page(),
        point,
        today: t.date(me.app().service.clock().today()),
        day,
        may_open: me.session().actor.may(Right::OpenCards),
    }))
}
