//! One's own account: language, keyboard, password, one-time codes.

use axum::Router;
use axum::routing::{get, post};

use crate::App;

pub mod code;
pub mod language;
pub mod password;
pub mod preferences;
pub mod show;

/// The pages of the account.
pub fn router() -> Router<App> {
    Router::new()
        .route("/account", get(show::show))
        .route("/account/language", get(show::back).post(language::submit))
        .route("/account/password", get(show::back).post(password::submit))
        .route("/account/code", get(show::back).post(code::submit))
        .route("/account/code/begin", post(code::begin))
        .route("/account/code/remove", post(code::remove))
}
