//! The reader's own pages: phone first, in three languages, without a script.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::{App, limits};

mod card;
mod children;
mod contact;
pub mod data;
mod e_card;
mod forgotten;
mod history;
mod information;
mod loans;
mod loss;
mod next;
mod password;
mod read;
mod request;
mod reserve;
mod resources;
mod scan;
mod services;
pub mod session;
mod sign_in;

pub use sign_in::{visitors_page, visitors_page_in};

/// The pages of a reader.
pub fn router() -> Router<App> {
    Router::new()
        .route("/my", get(card::show))
        .route("/my/e-card", get(e_card::show))
        .route("/my/e-card/code.json", get(e_card::code))
        .route("/my/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/my/sign-out", post(sign_in::sign_out))
        .route("/my/scan", get(scan::terminal::show).post(scan::terminal::ask))
        .route("/my/scan/state.json", get(scan::terminal::state))
        .route("/my/scan/confirm", get(scan::phone::show).post(scan::phone::submit))
        .route("/my/scan/find", get(scan::phone::back).post(scan::phone::find))
        .route("/my/password", get(password::show).post(password::submit))
        .route("/my/forgotten", get(forgotten::show).post(forgotten::ask))
        .route("/my/forgotten/code", get(forgotten::back).post(forgotten::choose))
        .route("/my/loans", get(loans::show))
        .route("/my/loans/renew", get(loans::back).post(loans::renew))
        .route("/my/loans/unreserve", get(loans::back).post(loans::cancel))
        .route("/my/loans/history", get(read::show).post(read::submit))
        .route("/my/reserve", get(reserve::show).post(reserve::submit))
        .route("/my/resources", get(resources::show).post(resources::submit))
        .route("/my/loss", get(loss::show).post(loss::submit))
        .route("/my/loss/done", get(loss::done))
        .route("/my/children", get(children::show))
        .route("/my/children/{card}/loss", get(children::ask).post(children::report))
        .route("/my/information", get(information::show).post(information::submit))
        .route("/my/contact", get(contact::back).post(contact::ask))
        .route("/my/contact/code", get(contact::back).post(contact::confirm))
        .merge(
            Router::new()
                .route("/my/request", get(request::show).post(request::submit))
                .layer(DefaultBodyLimit::max(limits::ONE_FILE)),
        )
        .route("/my/request/withdraw", get(request::back).post(request::withdraw))
        .route("/my/history", get(history::show))
        .route("/my/messages", get(history::messages))
        .route("/my/services", get(services::show))
        .route("/my/services/allow", get(services::back).post(services::allow))
        .route("/my/services/withdraw", get(services::back).post(services::withdraw))
        .route("/my/data", get(data::show).post(data::download))
}
