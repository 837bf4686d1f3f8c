//! The contract with partner services (docs/partner-services.md): `/api/partners/v1`, one question, signed as the calls of platforms are.

mod live_card;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Description;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{problem, signed};
use crate::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yueka for partner services",
        description = "Whether a person who agrees holds a library card that works; docs/partner-services.md."
    ),
    components(schemas(problem::ProblemBody))
)]
struct Api;

fn routes() -> (Router<App>, Description) {
    OpenApiRouter::with_openapi(Api::openapi()).routes(routes!(live_card::ask)).split_for_parts()
}

/// The description of the contract, OpenAPI 3.1.
pub fn description() -> Description {
    signed::described(routes().1, "/api/partners/v1/")
}

/// The call of a service.
pub fn router(app: &App) -> Router<App> {
    routes()
        .0
        .layer(from_fn_with_state(app.clone(), signed::by_service))
        .layer(DefaultBodyLimit::max(signed::LARGEST))
}
