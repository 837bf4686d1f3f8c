//! Group issuing for programs (4.1, 6.1.3): units are written down at the desk; their lists are sent, looked at, confirmed and followed here.

mod acts;
mod batches;
mod shapes;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{App, limits};

/// Its routes; those that bring a list may be as large as one.
pub fn routes() -> OpenApiRouter<App> {
    let lists = OpenApiRouter::new()
        .routes(routes!(batches::list, batches::send))
        .routes(routes!(batches::send_again))
        .layer(DefaultBodyLimit::max(limits::LIST));
    OpenApiRouter::new()
        .routes(routes!(batches::units))
        .routes(routes!(batches::show))
        .routes(routes!(batches::rows))
        .routes(routes!(batches::report))
        .routes(routes!(acts::decide))
        .routes(routes!(acts::confirm))
        .routes(routes!(acts::hold))
        .routes(routes!(acts::resume))
        .routes(routes!(acts::hand_over))
        .routes(routes!(acts::withdraw))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(acts::consent))
                .layer(DefaultBodyLimit::max(limits::ONE_IN_BASE64)),
        )
        .merge(lists)
}
