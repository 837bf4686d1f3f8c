//! Lending: items, loans, charges, reservations (A.3.2, 6.3.4). Amounts are fen.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

mod charges;
mod items;
mod loans;
mod reservations;
mod shapes;

/// The routes of lending.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(items::show))
        .routes(routes!(items::import))
        .routes(routes!(loans::of_reader))
        .routes(routes!(loans::lend))
        .routes(routes!(loans::renew))
        .routes(routes!(loans::give_back))
        .routes(routes!(charges::of_reader, charges::add))
        .routes(routes!(charges::pay))
        .routes(routes!(charges::waive))
        .routes(routes!(reservations::titles))
        .routes(routes!(reservations::of_reader, reservations::reserve))
        .routes(routes!(reservations::cancel))
}

/// Says that the answer is that of an earlier call.
fn replayed(mut response: Response, repeated: bool) -> Response {
    if repeated {
        let name = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(name, HeaderValue::from_static("true"));
    }
    response
}
