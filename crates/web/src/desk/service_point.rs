//! Where one works today: records carry this name.

use askama::Template;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::CookieJar;
use service::kernel::{Actor, Error, ServicePointId};
use service::libraries::ServicePointKind;
use service::staff;

use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::{Halfway, NEXT, cookie, is_ours};

#[derive(Template)]
#[template(path = "desk/service_point.html")]
struct Points {
    t: Text,
    page: Page,
    name: String,
    libraries: Vec<Place>,
}

/// A library and its staffed points.
struct Place {
    library: String,
    points: Vec<Point>,
}

struct Point {
    id: ServicePointId,
    name: String,
    kind: String,
    chosen: bool,
}

pub async fn show(me: Halfway) -> Answer {
    if me.session.code_pending {
        return Ok(Redirect::to("/sign-in/code").into_response());
    }
    let (t, session) = (me.text(), &me.session);
    let staffed = |kind| matches!(kind, ServicePointKind::Desk | ServicePointKind::MobilePoint);
    let points: Vec<_> =
        session.tree.points_under(session.actor.scope).filter(|point| staffed(point.kind)).collect();
    let current = session.point.as_ref().map(|point| point.id);
    let first = points.iter().map(|point| point.id).next();
    let libraries = session
        .tree
        .libraries()
        .map(|library| Place {
            library: t.library_name(library),
            points: points
                .iter()
                .filter(|point| point.library == library.id)
                .map(|point| Point {
                    id: point.id,
                    name: point.name.clone(),
                    kind: t.channel(point.kind.channel().as_str()),
                    chosen: current.or(first) == Some(point.id),
                })
                .collect(),
        })
        .filter(|place| !place.points.is_empty())
        .collect();
    Ok(html(&Points { t, page: me.page(), name: session.name.clone(), libraries }))
}

pub async fn submit(me: Halfway, jar: CookieJar, Posted(form): Posted) -> Answer {
    let point: Result<ServicePointId, _> = form.value("service_point").parse();
    let point = point.map_err(|_| me.failure(Error::NotFound("service point")))?;
    let token = me.token.clone();
    let chosen = me
        .app()
        .service
        .write(Actor::nobody(), async move |op| staff::choose_service_point(op, &token, point).await);
    chosen.await.map_err(|error| me.failure(error))?;
    // Back to where one was when the session ended.
    let next = jar.get(NEXT).map(|cookie| cookie.value().to_owned()).filter(|path| is_ours(path));
    let next = next.filter(|path| !path.starts_with("/sign-in") && path != "/" && path != "/service-point");
    let jar = jar.remove(cookie(me.app(), NEXT, ""));
    Ok((jar, Redirect::to(next.as_deref().unwrap_or("/desk"))).into_response())
}
