//! Applications for cards that came on the web (A.2.1 b): what waits, and one beside its photos.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use service::applications::{self, Side, State};
use service::kernel::{ApplicationId, Error};

use super::people::papers::streamed;
use crate::App;
use crate::page::Answer;
use crate::session::SignedIn;

mod list;
mod one;

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/desk/applications", get(list::show))
        .route("/desk/applications/{id}", get(one::show).post(one::decide))
        .route("/desk/applications/{id}/photos/{side}", get(photo))
}

/// Colour and sign of a state.
fn sign(state: State) -> (&'static str, &'static str) {
    match state {
        State::Approved => ("active", "done"),
        State::Rejected | State::Expired => ("refused", "cross"),
        State::Draft | State::Waiting | State::Asked => ("warning", "attention"),
    }
}

/// A photo: nobody but staff of the library sees it, each look is logged, and nothing of it is kept by the browser.
async fn photo(me: SignedIn, Path((id, side)): Path<(ApplicationId, String)>) -> Answer {
    let side = Side::from_word(&side).ok_or_else(|| me.failure(Error::NotFound("photo")))?;
    let (media_type, file) = me.write(async move |op| applications::photo(op, id, side).await).await?;
    Ok(streamed(&media_type, file))
}
