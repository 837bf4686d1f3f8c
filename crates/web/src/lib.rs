//! The HTTP faces of the house: thin, each page one small function that parses, calls an operation, and shows.
//!
//! - [`router`]: the table of contents
//! - `session`, `csrf`, `headers`: who is there, that it is really them, what browsers may do
//! - `page`, `form`, `problem`, `i18n`, `words`: what every page shares
//! - `desk`, `office`, `account`, `portal`, `apply`, `kiosk`, `public`: the pages, arranged by who uses them
//! - `sign_on`: single sign-on for platforms of digital resources
//! - [`api`]: JSON for programs

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use service::Service;

mod account;
mod address;
pub mod api;
mod apply;
mod assets;
mod codes;
mod csrf;
mod desk;
mod form;
mod group_words;
mod headers;
mod i18n;
mod kiosk;
mod lending_words;
mod limits;
mod office;
mod origin;
mod page;
mod portal;
mod problem;
mod public;
mod session;
mod sign_on;
mod stock_words;
#[cfg(test)]
mod tests;
mod timeline_words;
mod trace;
mod unit_form;
mod words;
mod yuedutong;

/// How the pages are served.
#[derive(Clone, Debug, Default)]
pub struct WebOptions {
    /// Where the program of the document reader listens on each desk's own computer: `http://127.0.0.1:8091`.
    pub id_reader_url: Option<String>,
    /// Whether cookies go over HTTPS only; also says so to browsers for a year.
    pub secure_cookies: bool,
    /// Whether a proxy in front tells the client's address.
    pub trust_forwarded_for: bool,
    /// The address that readers reach the pages by, as `https://card.example.org`, for codes that phones scan; none: the one that a
    /// browser asks for.
    pub public_url: Option<String>,
    /// Where a map shows an address, as `https://map.example.org/search?q={address}`, with `{name}` for the library's name; none: a `geo:`
    /// address, which phones open in the map that their owner has.
    pub map_url: Option<String>,
    /// The dialects that accounts of machines can name; none: those that come along.
    pub dialects: Vec<String>,
}

/// What every handler gets: the house, and how its pages are served.
#[derive(Clone, Debug)]
pub struct App {
    /// The house.
    pub service: Service,
    /// How its pages are served.
    pub options: WebOptions,
}

/// All pages. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that failed sign-ins are counted by
/// address.
pub fn router(service: Service, options: WebOptions) -> Router {
    let app = App { service, options };
    Router::new()
        .route("/", get(desk::root))
        .route("/sign-in", get(desk::sign_in::show).post(desk::sign_in::submit))
        .route("/sign-in/code", get(desk::code::show).post(desk::code::submit))
        .route("/sign-out", post(desk::sign_in::sign_out))
        .route("/service-point", get(desk::service_point::show).post(desk::service_point::submit))
        .route(yuedutong::PATH, get(yuedutong::show))
        .route("/desk/yuedutong", get(yuedutong::slip))
        .route("/preferences", post(account::preferences::submit))
        .merge(desk::router())
        .merge(office::router())
        .merge(account::router())
        .merge(portal::router())
        .merge(sign_on::pages())
        .merge(kiosk::router())
        .merge(apply::router())
        .merge(unit_form::router())
        .merge(public::router())
        .fallback(problem::no_such_page)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(from_fn_with_state(app.clone(), problem::catch_panic))
        .layer(from_fn_with_state(app.clone(), csrf::know_the_visitor))
        .layer(from_fn(csrf::refuse_other_sites))
        .layer(from_fn_with_state(app.clone(), problem::in_our_words))
        .layer(from_fn_with_state(app.clone(), headers::of_pages))
        .layer(DefaultBodyLimit::max(limits::WITHOUT_FILES))
        .merge(api::router(&app))
        .merge(sign_on::endpoints())
        .route("/assets/{*path}", get(assets::serve))
        .route("/healthz", get(health))
        .layer(from_fn(trace::watch))
        .with_state(app)
}

async fn health(axum::extract::State(app): axum::extract::State<App>) -> StatusCode {
    match app.service.database().ping().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
