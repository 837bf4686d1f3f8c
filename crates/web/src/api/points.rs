//! Mobile card points (6.5): prepared, listed and revoked by a token; what a laptop hands in, by the secret that it was prepared with.
//! The contract is docs/mobile-points.md.

use axum::Json as Answer;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use service::kernel::{Actor, OpeningId, PointId, Problem, Right, StaffId};
use service::points::{self, HandedIn, NewPoint, PointEntry, PointPass};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{Asked, LookedUp, Signed};
use super::body::Json;
use super::caller::{Boxed, Caller, Speech};
use super::path::In;
use super::problem::ApiError;
use super::shapes::{OpenRequest, local};
use crate::App;

/// The routes of mobile points.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, prepare))
        .routes(routes!(revoke))
        .routes(routes!(hand_in))
        .routes(routes!(handed_in))
}

/// A laptop that may hand in.
#[derive(Debug)]
pub struct AtPoint {
    pass: PointPass,
    speech: Speech,
}

impl FromRequestParts<App> for AtPoint {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let speech = Speech::of(parts);
        let told = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let secret = told
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, secret)| secret.trim().to_owned());
        let Some(secret) = secret else { return Err(ApiError::unauthorized(&speech)) };
        match pass_of(app.clone(), secret).await {
            Ok(Some(pass)) => Ok(Self { pass, speech }),
            Ok(None) => Err(ApiError::unauthorized(&speech)),
            Err(error) => Err(ApiError::of(&speech, error)),
        }
    }
}

fn pass_of(app: App, secret: String) -> Boxed<service::Result<Option<PointPass>>> {
    Box::pin(async move {
        app.service.read(Actor::nobody(), async move |op| points::pass_of(op, &secret).await).await
    })
}

/// A point to prepare.
#[derive(Deserialize, ToSchema)]
pub struct PrepareRequest {
    /// In words: the event, the place.
    #[schema(required = true, example = "第一中学 开学办证")]
    name: Option<String>,
    /// The code of the service point that it stands for, of the kind `mobile_point`, at the library of the token or under it.
    #[schema(required = true, example = "M1")]
    service_point: Option<String>,
    /// The code of the library of that; left out, that of the token.
    #[schema(example = json!(null))]
    library: Option<String>,
    /// User names of who works there.
    #[schema(required = true)]
    staff: Option<Vec<String>>,
    /// How many virtual numbers it takes along.
    #[schema(example = 300)]
    numbers: Option<i64>,
    /// How many One-Cards.
    #[schema(example = 0)]
    one_cards: Option<i64>,
    /// The lowest barcode of those.
    #[schema(example = json!(null))]
    first_card: Option<String>,
    /// For how many days it opens cards.
    #[schema(example = 14)]
    days: Option<i64>,
}

/// An opening that a laptop hands in.
#[derive(Deserialize, ToSchema)]
pub struct OpeningRequest {
    /// Given by the laptop, for good.
    #[schema(value_type = uuid::Uuid)]
    id: OpeningId,
    /// When the card was opened, by the laptop's clock.
    at: DateTime<Utc>,
    /// By whom: an account that was taken along.
    #[schema(value_type = uuid::Uuid)]
    staff: StaffId,
    /// The virtual number that was handed out, or the barcode.
    number: String,
    /// Whether the laptop's filter said that they may hold a card.
    may_hold: bool,
    /// As for opening a card here.
    request: OpenRequest,
}

/// What became of an opening: the same however often it is handed in, until somebody settles it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpeningAnswer {
    #[schema(value_type = uuid::Uuid)]
    id: OpeningId,
    /// `accepted`, `conflict` or `settled`.
    #[schema(example = "accepted")]
    state: &'static str,
    /// Codes of what stands against it: those of blockers; `field:` and the path of one that can't be taken.
    reasons: Vec<String>,
    /// `stands`, `updated`, `opened` or `dropped` once it is settled; or nothing.
    settlement: String,
}

/// A laptop has handed in.
#[derive(Deserialize, ToSchema)]
pub struct HandedInRequest {
    /// How many of its openings have no answer.
    outstanding: i64,
    /// Whether it is done: what it did not use goes back, and it hands in nothing more.
    #[serde(default)]
    end: bool,
}

/// What went back.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandedInAnswer {
    /// Virtual numbers that are nobody's now.
    numbers: u64,
    /// One-Cards that lie in the store again.
    one_cards: u32,
    /// Whether the point is over: its laptop opens nothing any more.
    over: bool,
}

/// The points of the token's library.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointsAnswer {
    points: Vec<PointBody>,
}

/// A point.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointBody {
    #[schema(value_type = uuid::Uuid)]
    id: PointId,
    name: String,
    prepared_at: DateTime<FixedOffset>,
    valid_until: DateTime<FixedOffset>,
    /// Virtual numbers that it took along, and those of them that are free still.
    numbers: i64,
    numbers_left: u64,
    one_cards: i64,
    synced_at: Option<DateTime<FixedOffset>>,
    /// What it had not handed in then.
    outstanding: i64,
    accepted: u64,
    conflicts: u64,
    settled: u64,
    ended_at: Option<DateTime<FixedOffset>>,
    revoked: bool,
}

impl PointBody {
    fn of(entry: PointEntry) -> Self {
        Self {
            id: entry.id,
            name: entry.name,
            prepared_at: local(entry.prepared_at),
            valid_until: local(entry.valid_until),
            numbers: entry.numbers.0,
            numbers_left: entry.numbers.1,
            one_cards: entry.one_cards,
            synced_at: entry.synced_at.map(local),
            outstanding: entry.outstanding,
            accepted: entry.accepted,
            conflicts: entry.conflicts,
            settled: entry.settled,
            ended_at: entry.ended_at.map(local),
            revoked: entry.revoked,
        }
    }
}

/// Prepares a laptop (6.5): all that it has to know, its secret among it, this once. It is what `yueka point prepare` seals on the laptop;
/// its shape may change from release to release, and both are of one release.
///
/// It takes as long as it takes to hash all who hold a card: some seconds for a hundred thousand.
#[utoipa::path(
    post,
    path = "/api/v1/points",
    tag = "points",
    security(("token" = [])),
    request_body = PrepareRequest,
    responses((status = 201, description = "What the laptop is prepared with", body = serde_json::Value), Asked)
)]
pub async fn prepare(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<PrepareRequest>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let tree = caller.libraries().await?;
    let code = request.library.unwrap_or_default();
    let library = match code.trim() {
        "" => Some(caller.actor.library),
        code => tree.libraries().find(|library| library.code == code).map(|library| library.id),
    };
    let wanted = request.service_point.unwrap_or_default();
    let place = tree
        .points_under(caller.actor.scope)
        .find(|point| Some(point.library) == library && point.code == wanted.trim())
        .map(|point| point.id);
    let Some(service_point) = place else {
        return Err(ApiError::fields(&speech, vec![("service_point", Problem::UnknownWord)]));
    };
    let new = NewPoint {
        name: request.name.unwrap_or_default(),
        service_point,
        staff: request.staff.unwrap_or_default(),
        numbers: request.numbers.unwrap_or_default(),
        one_cards: request.one_cards.unwrap_or_default(),
        first_card: request.first_card.unwrap_or_default(),
        days: request.days.unwrap_or(14),
    };
    let package = prepared(app, caller.actor.clone(), new).await;
    let package = package.map_err(|error| ApiError::of(&speech, error))?;
    Ok((StatusCode::CREATED, Answer(package)).into_response())
}

fn prepared(app: App, actor: Actor, new: NewPoint) -> Boxed<service::Result<points::Package>> {
    Box::pin(async move { points::prepare(&app.service, &actor, &new).await })
}

/// The points of the token's library and everything under it, the latest first.
#[utoipa::path(
    get,
    path = "/api/v1/points",
    tag = "points",
    security(("token" = [])),
    responses((status = 200, description = "The points", body = PointsAnswer), Signed)
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Answer<PointsAnswer>, ApiError> {
    let found = app.service.read(caller.actor.clone(), points::points).await;
    let found = found.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(PointsAnswer { points: found.into_iter().map(PointBody::of).collect() }))
}

/// Revokes a laptop: it hands in nothing any more, and its numbers are void.
#[utoipa::path(
    post,
    path = "/api/v1/points/{id}/revocation",
    tag = "points",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path, description = "The point")),
    responses((status = 200, description = "It is revoked", body = HandedInAnswer), LookedUp)
)]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    In(id): In<PointId>,
) -> Result<Answer<HandedInAnswer>, ApiError> {
    let ended = app
        .service
        .write(caller.actor.clone(), async move |op| points::end_point(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(HandedInAnswer { numbers: ended.numbers, one_cards: ended.one_cards, over: true }))
}

/// Hands an opening in, by the secret of the laptop: the card is opened at its own moment, with its own number, in the name of who did it;
/// or it is held back until somebody settles it. Under the same `id` the answer is the same.
#[utoipa::path(
    post,
    path = "/api/v1/points/openings",
    tag = "points",
    security(("token" = [])),
    request_body = OpeningRequest,
    responses((status = 200, description = "What became of it", body = OpeningAnswer), Asked)
)]
pub async fn hand_in(
    State(app): State<App>,
    at: AtPoint,
    Json(request): Json<OpeningRequest>,
) -> Result<Answer<OpeningAnswer>, ApiError> {
    let (operation, problems) = request.request.into_operation();
    if !problems.is_empty() {
        return Err(ApiError::fields(&at.speech, problems));
    }
    let handed = HandedIn {
        id: request.id,
        at: request.at,
        staff: request.staff,
        number: request.number,
        may_hold: request.may_hold,
        request: operation,
    };
    let answer = taken_in(app, at.pass, handed).await.map_err(|error| ApiError::of(&at.speech, error))?;
    Ok(Answer(OpeningAnswer {
        id: answer.id,
        state: answer.state.as_str(),
        reasons: answer.reasons,
        settlement: answer.settlement,
    }))
}

fn taken_in(app: App, pass: PointPass, handed: HandedIn) -> Boxed<service::Result<points::Answer>> {
    Box::pin(async move { points::hand_in(&app.service, &pass, &handed).await })
}

/// A laptop says that it handed in what it could, and whether it is done.
#[utoipa::path(
    post,
    path = "/api/v1/points/handed-in",
    tag = "points",
    security(("token" = [])),
    request_body = HandedInRequest,
    responses((status = 200, description = "It is noted", body = HandedInAnswer), Asked)
)]
pub async fn handed_in(
    State(app): State<App>,
    at: AtPoint,
    Json(request): Json<HandedInRequest>,
) -> Result<Answer<HandedInAnswer>, ApiError> {
    // It has no account: what it says is said in the name of its place.
    let actor = Actor { rights: vec![Right::OpenCards], ..Actor::system(at.pass.place.library) };
    let ends = request.end && request.outstanding <= 0;
    let over = ends || at.pass.late;
    let ended = app
        .service
        .write(actor, async move |op| {
            points::note_sync(op, &at.pass, request.outstanding).await?;
            match ends {
                true => points::hand_back(op, &at.pass).await,
                false => Ok(points::Ended { numbers: 0, one_cards: 0 }),
            }
        })
        .await
        .map_err(|error| ApiError::of(&at.speech, error))?;
    Ok(Answer(HandedInAnswer { numbers: ended.numbers, one_cards: ended.one_cards, over }))
}
