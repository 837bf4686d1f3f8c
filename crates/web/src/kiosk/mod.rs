//! The kiosk (6.1.1.1, A.2.1 c): somebody opens a card alone, one question a screen. Each address says which question; what was
//! answered lies at the server, so that nothing of anybody is in a page that is not theirs, in an address, or in what the browser keeps.

use axum::Router;
use axum::routing::get;

use crate::App;

mod alive;
mod at;
mod call;
mod document;
mod done;
mod end;
mod home;
mod notice;
mod open;
mod other;
mod phone;
mod screen;
mod set_up;

/// The pages of a kiosk.
pub fn router() -> Router<App> {
    Router::new()
        .route("/kiosk", get(home::show))
        .route("/kiosk/set-up", get(set_up::show).post(set_up::submit))
        .route("/kiosk/alive", get(alive::show))
        .route("/kiosk/begin", get(home::again).post(home::begin))
        .route("/kiosk/document", get(document::show).post(document::submit))
        .route("/kiosk/other", get(other::show).post(other::submit))
        .route("/kiosk/notice", get(notice::show).post(notice::submit))
        .route("/kiosk/phone", get(phone::show).post(phone::submit))
        .route("/kiosk/password", get(open::show).post(open::submit))
        .route("/kiosk/done", get(done::show))
        .route("/kiosk/back", get(home::again).post(end::back))
        .route("/kiosk/end", get(home::again).post(end::submit))
        .route("/kiosk/call", get(home::again).post(call::submit))
}
