//! Group issuing (4.1, 6.1.3): units and their links, lists that are checked, confirmed and issued, what the unit gets back.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::{App, limits};

mod batch;
mod batches;
pub mod columns;
mod decide;
pub mod given;
mod new;
mod progress;
pub mod report;
mod slips;
pub mod template;
mod unit;
mod units;

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/desk/groups", get(batches::show))
        .route("/desk/groups/template.xlsx", get(template::show))
        .route("/desk/groups/units", get(units::show))
        .route("/desk/groups/units/{id}/closed", post(unit::close))
        .route("/desk/groups/units/{id}/links", post(unit::link))
        .route("/desk/groups/units/{id}/links/{link}/closed", post(unit::close_link))
        .route("/desk/groups/units/{id}/agreement", get(unit::agreement))
        .route("/desk/groups/batches/{id}", get(batch::show))
        .route("/desk/groups/batches/{id}/progress.json", get(progress::show))
        .route("/desk/groups/batches/{id}/settings", post(decide::settings))
        .route("/desk/groups/batches/{id}/rows", post(decide::rows))
        .route("/desk/groups/batches/{id}/confirmed", post(decide::confirm))
        .route("/desk/groups/batches/{id}/held", post(decide::pause))
        .route("/desk/groups/batches/{id}/resumed", post(decide::resume))
        .route("/desk/groups/batches/{id}/stopped", post(decide::stop))
        .route("/desk/groups/batches/{id}/withdrawn", post(decide::withdraw))
        .route("/desk/groups/batches/{id}/handed-over", post(decide::hand_over))
        .route("/desk/groups/batches/{id}/consent/{file}", get(decide::consent_file))
        .route("/desk/groups/batches/{id}/report", get(report::page))
        .route("/desk/groups/batches/{id}/report.xlsx", get(report::xlsx))
        .route("/desk/groups/batches/{id}/slips", get(slips::show))
        .merge(
            Router::new()
                .route("/desk/groups/units/new", get(units::new).post(units::add))
                .route("/desk/groups/units/{id}", get(unit::show).post(unit::change))
                .layer(DefaultBodyLimit::max(limits::ONE_FILE)),
        )
        .merge(
            Router::new()
                .route("/desk/groups/batches/{id}/consent", post(decide::consent))
                .layer(DefaultBodyLimit::max(limits::TWO_FILES)),
        )
        .merge(
            Router::new()
                .route("/desk/groups/new", get(new::show).post(new::submit))
                .route("/desk/groups/batches/{id}/list", post(new::again))
                .route("/desk/groups/batches/{id}/columns", post(columns::submit))
                .layer(DefaultBodyLimit::max(limits::LIST)),
        )
}
