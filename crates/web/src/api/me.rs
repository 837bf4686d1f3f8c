//! What a token is: where it acts, and what it may do.

use axum::Json as Answer;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Signed;
use super::caller::Caller;
use super::problem::ApiError;
use super::shapes::LibraryBody;

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeAnswer {
    /// The library in whose name it acts.
    library: LibraryBody,
    /// The code of its service point.
    service_point: Option<String>,
    /// The channel of that point.
    channel: &'static str,
    /// What it may do.
    rights: Vec<&'static str>,
}

/// The token itself: where it acts, and what it may do.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    tag = "token",
    security(("token" = [])),
    responses(
        (status = 200, description = "The token", body = MeAnswer),
        Signed,
    )
)]
pub async fn show(caller: Caller) -> Result<Answer<MeAnswer>, ApiError> {
    let tree = caller.libraries().await?;
    let actor = &caller.actor;
    let point = tree.points_under(actor.library).find(|point| Some(point.id) == actor.service_point);
    Ok(Answer(MeAnswer {
        library: LibraryBody::of(caller.speech.t, &tree, actor.library),
        service_point: point.map(|point| point.code.clone()),
        channel: actor.channel.as_str(),
        rights: actor.rights.iter().map(|right| right.as_str()).collect(),
    }))
}
