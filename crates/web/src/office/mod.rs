//! The office: what is done without a reader in front of one.

use axum::Router;
use axum::routing::get;

use crate::App;

pub mod policies;

/// The pages of the office.
pub fn router() -> Router<App> {
    Router::new().route("/office/policies", get(policies::show).post(policies::submit))
}
