//! The JSON API: `/api/v1`, described by `/api/openapi.json`, to try out at `/api/docs`. Thin, as every face: parse, call,
//! present. What goes wrong is `application/problem+json`, in the language that the caller accepts.

mod body;
mod caller;
mod cards;
mod lending;
mod life;
mod me;
mod passwords;
mod path;
mod people;
pub(crate) mod problem;
mod readers;
mod shapes;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::App;

/// Bytes that a request may have.
const LARGEST_REQUEST: usize = 64 * 1024;
/// Bytes of a request that may bring a scan, in base64; what a library takes of it is its policy.
const LARGEST_WITH_FILE: usize = 24 * 1024 * 1024;

/// Bytes of a request that may bring a list of items.
const LARGEST_LIST: usize = 1024 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(title = "Yueka", description = "Reader cards for a federation of public libraries."),
    modifiers(&Bearer),
    tags((name = "cards"), (name = "readers"), (name = "lending"), (name = "token"))
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut Description) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token bound to a service point: `yueka token add`."))
            .build();
        api.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Names each operation by its method and path, as in `post_cards_by_number_restorations`: functions of different files share their names,
/// and generators of clients want each once.
fn name_operations(api: &mut Description) {
    for (path, item) in &mut api.paths.paths {
        let words = path.trim_start_matches("/api/v1/").replace('{', "by_").replace('}', "");
        let words = words.replace(['/', '-'], "_");
        for (method, operation) in [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ] {
            if let Some(operation) = operation {
                operation.operation_id = Some([method, "_", &words].concat());
            }
        }
    }
}

fn described() -> (Router<App>, Description) {
    let (router, mut description) = routes();
    name_operations(&mut description);
    (router, description)
}

fn routes() -> (Router<App>, Description) {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(cards::open))
        .routes(routes!(cards::show))
        .routes(routes!(life::blockers::blockers))
        .merge(life::routes().layer(DefaultBodyLimit::max(LARGEST_WITH_FILE)))
        .routes(routes!(readers::search))
        .routes(routes!(me::show))
        .merge(with_files())
        .merge(lending::routes().layer(DefaultBodyLimit::max(LARGEST_LIST)))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(passwords::reset))
                .routes(routes!(passwords::unlock))
                .layer(DefaultBodyLimit::max(LARGEST_WITH_FILE)),
        )
        .split_for_parts()
}

/// What takes papers and pictures in base64, and so may be larger.
fn with_files() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(people::show::show, people::amend::amend))
        .routes(routes!(people::documents::add))
        .routes(routes!(people::documents::retire))
        .routes(routes!(people::notes::add))
        .routes(routes!(people::notes::remove))
        .routes(routes!(people::blocks::block))
        .routes(routes!(people::blocks::unblock))
        .routes(routes!(people::merges::merge))
        .routes(routes!(people::merges::undo))
        .layer(DefaultBodyLimit::max(LARGEST_WITH_FILE))
}

/// The description of the API, OpenAPI 3.1.
#[must_use]
pub fn description() -> Description {
    described().1
}

/// All of `/api`.
pub(crate) fn router() -> Router<App> {
    let (v1, description) = described();
    let v1 = v1
        .route("/api/{*path}", axum::routing::any(problem::no_such_route))
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(problem::in_our_words))
        .layer(from_fn(no_store))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST));
    let docs: Router<App> = SwaggerUi::new("/api/docs")
        .url("/api/openapi.json", description)
        .config(Config::default().try_it_out_enabled(true).use_base_layout())
        .into();
    v1.merge(docs.layer(from_fn(for_swagger)))
}

async fn no_store(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Swagger UI sets styles in its elements; scripts are its own files only.
async fn for_swagger(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
