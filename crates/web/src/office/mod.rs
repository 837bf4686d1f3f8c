//! The office: what managers set for their library.

use axum::Router;
use axum::routing::get;

use crate::App;

mod templates;

/// The pages of the office.
pub fn router() -> Router<App> {
    Router::new().route("/office/templates", get(templates::list)).route(
        "/office/templates/{library}/{name}/{medium}/{language}",
        get(templates::show).post(templates::submit),
    )
}
