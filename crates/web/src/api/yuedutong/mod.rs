//! The contract with the province's platform (docs/yuedutong.md): `/api/yuedutong/v1`. Calls are signed, answers too; nothing of a
//! person stands in an address.

mod calls;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use utoipa::OpenApi;
use utoipa::openapi::{OpenApi as Description, Required};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{problem, signed};
use crate::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Yueka for partner platforms",
        description = "Opening, linking, losses and codes, as for 粤读通; docs/yuedutong.md."
    ),
    components(schemas(problem::ProblemBody))
)]
struct Api;

fn routes() -> (Router<App>, Description) {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(calls::open))
        .routes(routes!(calls::link))
        .routes(routes!(calls::unlink))
        .routes(routes!(calls::report_loss))
        .routes(routes!(calls::restore))
        .routes(routes!(calls::cancel))
        .routes(routes!(calls::resolve))
        .split_for_parts()
}

/// The description of the contract, OpenAPI 3.1.
pub fn description() -> Description {
    let mut description = signed::described(routes().1, "/api/yuedutong/v1/");
    for (path, item) in &mut description.paths.paths {
        if let Some(call) = item.post.as_mut().filter(|_| !path.ends_with("/resolve")) {
            let what = "1 to 200 visible ASCII characters: the same key with the same body gets the first answer again";
            signed::add_header(call, "Idempotency-Key", what, Required::True);
        }
    }
    description
}

/// All calls of a platform.
pub fn router(app: &App) -> Router<App> {
    routes()
        .0
        .layer(from_fn_with_state(app.clone(), signed::by_platform))
        .layer(DefaultBodyLimit::max(signed::LARGEST))
}
