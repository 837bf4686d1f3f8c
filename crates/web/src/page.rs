//! What the layout of every page needs, and how a page is answered.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::password::SHARED_IDLE_MINUTES;
use service::kernel::Right;
use service::staff::Session;

use crate::csrf;
use crate::i18n::{Language, Text};
use crate::problem::Failure;
use crate::session::Visit;

/// How a handler answers.
pub type Answer = Result<Response, Failure>;

/// The release, as the foot of the pages names it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the layout shows around a page.
#[derive(Clone, Debug)]
pub struct Page {
    pub t: Text,
    /// `light`, `dark`, or nothing for the system's wish.
    pub theme: &'static str,
    pub single_keys: bool,
    pub csrf: String,
    /// The federation, or the name of the program while it isn't known.
    pub federation: String,
    pub me: Option<Me>,
    /// The name of the reader whose own pages these are.
    pub reader: Option<String>,
    /// Whether it is one of a reader's own pages.
    pub portal: bool,
    /// Whether it is one of the pages that anybody reads.
    pub public: bool,
    /// Whether the reader is signed in at a terminal that others use next.
    pub shared: bool,
    /// Where the document reader's program listens, or nothing.
    pub id_reader: String,
    /// Whether a form led here.
    pub posted: bool,
    /// Whether somebody is at work who serves readers: then there is the box that finds them.
    pub at_desk: bool,
}

/// Who is at work, where: what the head of each page says.
#[derive(Clone, Debug)]
pub struct Me {
    pub name: String,
    pub library: String,
    pub point: Option<String>,
    /// Whether there is something for them in the office.
    pub office: bool,
}

impl Page {
    pub fn new(visit: &Visit, t: Text, session: Option<&Session>) -> Self {
        let jar = CookieJar::from_headers(&visit.headers);
        let kept = |name| jar.get(name).map_or("", |cookie| cookie.value());
        let theme = match kept("yueka_theme") {
            "light" => "light",
            "dark" => "dark",
            _ => "",
        };
        let basis = csrf::basis(&visit.headers).unwrap_or_default();
        let me = session.filter(|session| !session.code_pending).map(|session| Me {
            name: session.name.clone(),
            library: t.library(&session.tree, session.actor.library),
            point: session.point.as_ref().map(|point| point.name.clone()),
            office: [Right::AmendReaders, Right::MergeReaders, Right::ManageStock]
                .iter()
                .any(|right| session.actor.may(*right)),
        });
        let root = session.and_then(|session| session.tree.root());
        Self {
            t,
            theme,
            single_keys: kept("yueka_single_keys") != "off",
            csrf: csrf::token(visit.app.service.keys(), &basis),
            federation: root.map_or_else(|| t.t("yueka"), |root| t.library_name(root)),
            me,
            reader: None,
            portal: visit.portal,
            public: visit.public,
            shared: false,
            posted: visit.posted,
            at_desk: session.is_some_and(|session| session.actor.may(Right::FindReaders)),
            id_reader: visit.app.options.id_reader_url.clone().unwrap_or_default(),
        }
    }

    pub fn languages(&self) -> [(Language, &'static str, &'static str); 3] {
        [
            (Language::Hans, "简", Language::Hans.own_name()),
            (Language::Hant, "繁", Language::Hant.own_name()),
            (Language::English, "EN", Language::English.own_name()),
        ]
    }

    /// After so many seconds of quiet a session at a shared terminal ends.
    pub fn shared_seconds(&self) -> i64 {
        SHARED_IDLE_MINUTES * 60
    }

    pub fn version(&self) -> &'static str {
        VERSION
    }
}

/// A page.
pub fn html(template: &impl Template) -> Response {
    html_with(StatusCode::OK, template)
}

/// A page with a status that is not 200.
pub fn html_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template can't be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
