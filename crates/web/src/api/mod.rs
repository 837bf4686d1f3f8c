//! The JSON API: `/api/v1`, described by `/api/openapi.json`, to try out at `/api/docs`. Thin, as every face: parse, call,
//! present. What goes wrong is `application/problem+json`, in the language that the caller accepts.

mod answers;
mod applications;
mod body;
mod caller;
mod campaigns;
mod cards;
mod gates;
mod groups;
mod if_match;
mod lending;
mod life;
mod me;
mod partners;
mod passwords;
mod path;
mod people;
pub(crate) mod problem;
mod readers;
mod shapes;
mod signed;
mod stock;
mod yuedutong;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{App, limits};

/// Bytes of a request that may bring a list of items.
const LARGEST_LIST: usize = 1024 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(title = "Yueka", description = "Reader cards for a federation of public libraries."),
    modifiers(&Bearer),
    components(schemas(problem::ProblemBody)),
    tags((name = "cards"), (name = "readers"), (name = "requests"), (name = "applications"), (name = "lending"), (name = "stock"), (name = "gates"), (name = "groups"), (name = "campaigns"), (name = "token"))
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
fn name_operations(api: &mut Description, below: &str) {
    for (path, item) in &mut api.paths.paths {
        let words = path.trim_start_matches(below).replace('{', "by_").replace('}', "");
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
    name_operations(&mut description, "/api/v1/");
    (router, description)
}

fn routes() -> (Router<App>, Description) {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(cards::show))
        .routes(routes!(life::blockers::blockers))
        .routes(routes!(readers::search))
        .routes(routes!(me::show))
        .routes(routes!(people::notes::list, people::notes::add))
        .routes(routes!(people::notes::remove))
        .routes(routes!(people::blocks::list, people::blocks::block))
        .routes(routes!(people::blocks::unblock))
        .routes(routes!(people::merges::list, people::merges::merge))
        .routes(routes!(people::merges::undo))
        .routes(routes!(people::told::messages))
        .routes(routes!(people::told::records))
        .routes(routes!(people::export::export))
        .routes(routes!(applications::list))
        .routes(routes!(applications::show))
        .routes(routes!(applications::photo))
        .routes(routes!(applications::decide))
        .merge(campaigns::routes())
        .routes(routes!(people::requests::list))
        .routes(routes!(people::requests::show))
        .routes(routes!(people::requests::evidence))
        .routes(routes!(people::requests::answer))
        .routes(routes!(people::requests::withdraw))
        .merge(with_a_picture().layer(DefaultBodyLimit::max(limits::ONE_FILE)))
        .merge(with_a_paper().layer(DefaultBodyLimit::max(limits::ONE_IN_BASE64)))
        .merge(with_two_papers().layer(DefaultBodyLimit::max(limits::TWO_IN_BASE64)))
        .merge(gates::routes().layer(DefaultBodyLimit::max(LARGEST_LIST)))
        .merge(stock::routes())
        .merge(groups::routes())
        .merge(lending::routes().layer(DefaultBodyLimit::max(LARGEST_LIST)))
        .split_for_parts()
}

/// What takes a picture as it is.
fn with_a_picture() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(people::photo::show, people::photo::set, people::photo::remove))
}

/// What an agent's authorization may come along with, in base64.
fn with_a_paper() -> OpenApiRouter<App> {
    life::routes()
        .routes(routes!(cards::open))
        .routes(routes!(passwords::reset))
        .routes(routes!(passwords::unlock))
        .routes(routes!(people::documents::retire))
}

/// What takes a paper of its own beside that.
fn with_two_papers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(people::show::show, people::amend::amend))
        .routes(routes!(people::documents::add))
        .routes(routes!(people::guardians::list, people::guardians::change, people::guardians::end))
        .routes(routes!(people::requests::of_reader, people::requests::raise))
}

/// The description of the API, OpenAPI 3.1.
#[must_use]
pub fn description() -> Description {
    described().1
}

pub use partners::description as description_for_services;
pub use yuedutong::description as description_for_platforms;

/// All of `/api`.
pub(crate) fn router(app: &App) -> Router<App> {
    let (v1, description) = described();
    let v1 = v1
        .merge(yuedutong::router(app))
        .merge(partners::router(app))
        .route("/api/yuedutong/openapi.json", get(async || Json(yuedutong::description())))
        .route("/api/partners/openapi.json", get(async || Json(partners::description())))
        .route("/api/{*path}", axum::routing::any(problem::no_such_route))
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(problem::in_our_words))
        .layer(from_fn(no_store))
        .layer(DefaultBodyLimit::max(limits::WITHOUT_FILES));
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
