//! Lending at the desk: what a reader has, owes and waits for, and the box that items are taken back in.

use axum::Router;
use axum::routing::get;

use crate::App;

pub mod add_charge;
pub mod items;
pub mod loans;
pub mod reserve;
pub mod returns;
pub mod waive;

/// The pages of lending.
pub fn router() -> Router<App> {
    Router::new()
        .route("/desk/items", get(items::show).post(items::submit))
        .route("/desk/returns", get(returns::show).post(returns::submit))
        .route("/desk/readers/{id}/loans", get(loans::show).post(loans::lend))
        .route("/desk/readers/{id}/loans/renew", get(loans::back).post(loans::renew))
        .route("/desk/readers/{id}/charges/pay", get(loans::back).post(loans::pay))
        .route("/desk/readers/{id}/charges/add", get(add_charge::show).post(add_charge::submit))
        .route("/desk/readers/{id}/charges/{charge}/waive", get(waive::show).post(waive::submit))
        .route("/desk/readers/{id}/reserve", get(reserve::show).post(reserve::submit))
        .route(
            "/desk/readers/{id}/reservations/{reservation}/cancel",
            get(reserve::back_to_loans).post(reserve::cancel),
        )
}
