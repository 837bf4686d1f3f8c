//! The contract with the province's platform (docs/yuedutong.md): `/api/yuedutong/v1`. Calls are signed, answers too; nothing of a
//! person stands in an address.

mod calls;
mod signed;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::post;

use crate::App;

/// All calls of a partner.
pub fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/api/yuedutong/v1/open", post(calls::open))
        .route("/api/yuedutong/v1/link", post(calls::link))
        .route("/api/yuedutong/v1/unlink", post(calls::unlink))
        .route("/api/yuedutong/v1/loss", post(calls::report_loss))
        .route("/api/yuedutong/v1/restore", post(calls::restore))
        .route("/api/yuedutong/v1/cancel", post(calls::cancel))
        .route("/api/yuedutong/v1/resolve", post(calls::resolve))
        .layer(from_fn_with_state(app.clone(), signed::signed))
        .layer(DefaultBodyLimit::max(signed::LARGEST))
}
