//! The desk: what a clerk does with a reader in front of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::{App, limits};

pub mod applications;
pub mod cards;
pub mod code;
pub mod done;
pub mod find;
pub mod form_b;
pub mod groups;
pub mod help;
pub mod home;
pub mod kiosks;
pub mod lending;
pub mod messages;
pub mod open;
pub mod parts;
pub mod people;
pub mod reader;
pub mod reset_password;
pub mod reveal;
pub mod seen;
pub mod service_point;
pub mod sign_in;
pub mod slip;
pub mod start;
pub mod who;

/// The pages of the desk.
pub fn router() -> Router<App> {
    Router::new()
        .route("/desk", get(home::show))
        .route("/start", get(start::show))
        .route("/desk/find", get(desk).post(find::submit))
        .route("/desk/readers/{id}", get(reader::show))
        .route("/desk/readers/{id}/reveal", get(reader::back).post(reveal::submit))
        .route("/desk/readers/{id}/form", get(form_b::of_reader).post(form_b::in_full))
        .merge(
            Router::new()
                .route(
                    "/desk/readers/{id}/reset-password",
                    get(reset_password::show).post(reset_password::submit),
                )
                .route(
                    "/desk/readers/{id}/unlock",
                    get(reset_password::show_unlock).post(reset_password::submit_unlock),
                )
                .layer(DefaultBodyLimit::max(limits::TWO_FILES)),
        )
        .route("/desk/messages/{id}/again", post(messages::send_again))
        .route("/desk/open", get(open::document::show).post(open::submit::submit))
        .route("/desk/open/document", get(open::document::back).post(open::document::submit))
        .route("/desk/open/form", get(open::document::next).post(form_b::preview))
        .route("/desk/cards/{id}/done", get(done::show))
        .route("/desk/cards/{id}/slip", get(slip::show))
        .route("/desk/form", get(form_b::blank))
        .route("/desk/kiosks/calls", get(kiosks::show))
        .route("/desk/kiosks/{id}/come", get(kiosks::back).post(kiosks::come))
        .route("/help", get(help::show))
        .merge(applications::router())
        .merge(cards::router())
        .merge(groups::router())
        .merge(lending::router())
        .merge(people::router())
}

pub async fn root() -> Redirect {
    desk().await
}

async fn desk() -> Redirect {
    Redirect::to("/desk")
}
