//! The stock of cards (5.2.1). All of it needs `manage_stock`, for a library under the token's.

use service::kernel::{Error, Invalid, LibraryId, Problem};
use service::libraries::Tree;
use service::stock::{self, Range};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

mod show;
mod steps;

/// The routes of the stock.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show::stock))
        .routes(routes!(show::card))
        .routes(routes!(show::ledger))
        .routes(routes!(show::orders, steps::order))
        .routes(routes!(steps::cancel))
        .routes(routes!(steps::receive))
        .routes(routes!(show::transfers, steps::send))
        .routes(routes!(steps::take_in))
        .routes(routes!(steps::write_off))
}

/// The library of a code.
fn library(tree: &Tree, code: Option<&str>, field: &'static str) -> Result<LibraryId, Error> {
    let code = code.unwrap_or_default().trim();
    if code.is_empty() {
        return Err(Error::field(field, Problem::Missing));
    }
    let found = tree.libraries().find(|library| library.code == code);
    found.map(|library| library.id).ok_or(Error::field(field, Problem::UnknownWord))
}

/// Ranges as they were sent: `FS00000001-FS00000500`, `FS00000001+500` or single barcodes.
fn ranges(sent: Option<Vec<String>>, field: &'static str, needed: bool, invalid: &mut Invalid) -> Vec<Range> {
    let text = sent.unwrap_or_default().join("\n");
    if text.trim().is_empty() && !needed {
        return Vec::new();
    }
    invalid.take(field, stock::read_ranges(&text)).unwrap_or_default()
}
