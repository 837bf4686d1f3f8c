//! The services on a card (6.3, A.4): a page and a form for each, under its own name; what was done, to say aloud; paper.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::{App, limits};

mod after;
mod cancel;
mod change_kind;
mod confirm_loss;
mod page;
mod paper;
mod refer;
mod replace;
mod report_loss;
mod restore;
mod undo_loss;

/// The pages of the services on a card.
pub fn router() -> Router<App> {
    Router::new()
        .route("/desk/cards/{id}/report-loss", get(report_loss::show).post(report_loss::submit))
        .route("/desk/cards/{id}/undo-loss", get(undo_loss::show).post(undo_loss::submit))
        .route("/desk/cards/{id}/confirm-loss", get(confirm_loss::show).post(confirm_loss::submit))
        .route("/desk/cards/{id}/restore", get(restore::show).post(restore::submit))
        .route("/desk/cards/{id}/cancel", get(cancel::show).post(cancel::submit))
        .route("/desk/cards/{id}/replace", get(replace::show).post(replace::submit))
        .route("/desk/cards/{id}/change-kind", get(change_kind::show).post(change_kind::submit))
        .route("/desk/cards/{id}/refer", get(refer::show).post(refer::submit))
        .layer(DefaultBodyLimit::max(limits::ONE_FILE))
        .route("/desk/cards/{id}/after/{service}", get(after::show))
        .route("/desk/cards/{id}/paper/{service}", get(paper::show))
}
