//! Campaigns and what came of them (6.5): for programs that plan them, and for those that report.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use service::campaigns::{self, Campaign, CampaignForm};
use service::kernel::{CampaignId, ServicePointId};
use service::libraries::Tree;
use service::promotion::{CampaignResult, campaign_result};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{Asked, LookedUp, Signed};
use super::body::Json;
use super::caller::{Boxed, Caller, Speech};
use super::if_match::IfMatch;
use super::path::In;
use super::people::show::tagged;
use super::problem::{ApiError, ProblemBody};
use super::shapes::LibraryBody;
use crate::App;
use crate::words::yuan;

/// The routes of campaigns.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(show, change)).routes(routes!(result))
}

/// A campaign.
#[derive(Deserialize, ToSchema)]
pub struct CampaignRequest {
    /// 3 to 12 letters, digits and `-`, as it stands in the address; left out, one is made up. It stays as it is.
    #[schema(example = "SUMMER26")]
    code: Option<String>,
    /// `online`, `brochure`, `temporary_point`, `school` or `event`.
    #[schema(required = true, example = "event")]
    kind: Option<String>,
    /// The code of the library that runs it; left out, the token's.
    #[schema(example = json!(null))]
    library: Option<String>,
    /// What is opened at this service point counts without anybody naming the campaign.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    service_point: Option<ServicePointId>,
    /// Its title in simplified Chinese.
    #[schema(required = true, example = "暑期开卡周")]
    title: Option<String>,
    /// In traditional Chinese.
    #[schema(example = json!(null))]
    title_hant: Option<String>,
    /// In English.
    #[schema(example = json!(null))]
    title_en: Option<String>,
    /// Where it is.
    #[schema(example = json!(null))]
    place: Option<String>,
    /// Its first day, `YYYY-MM-DD`.
    #[schema(required = true, example = "2027-07-01")]
    starts_on: Option<String>,
    /// Its last day; left out, it has none.
    #[schema(example = "2027-07-07")]
    ends_on: Option<String>,
    /// How many cards are hoped for.
    #[schema(example = json!(null))]
    target: Option<i64>,
    /// What it costs, in fen.
    #[schema(example = json!(null))]
    cost_fen: Option<i64>,
    /// To change it: the version that was seen, where `If-Match` does not say it.
    #[schema(example = json!(null))]
    version: Option<i64>,
}

/// Campaigns.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignsAnswer {
    /// The latest first.
    campaigns: Vec<CampaignBody>,
}

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignBody {
    #[schema(value_type = uuid::Uuid)]
    id: CampaignId,
    /// As it stands in the address `/c/CODE`.
    #[schema(example = "SUMMER26")]
    code: String,
    /// `online`, `brochure`, `temporary_point`, `school` or `event`.
    #[schema(example = "event")]
    kind: &'static str,
    library: LibraryBody,
    #[schema(value_type = Option<uuid::Uuid>)]
    service_point: Option<ServicePointId>,
    title: String,
    title_hant: String,
    title_en: String,
    place: String,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    target: Option<i64>,
    cost_fen: Option<i64>,
    /// To be given back with a change: `If-Match`, or `version`.
    version: i64,
}

/// What came of a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultBody {
    /// The campaign.
    campaign: CampaignBody,
    /// How often its address was followed.
    visits: u64,
    /// The cards that were opened.
    cards: u64,
    /// The same by the door.
    by_channel: Vec<CountBody>,
    /// The same by age: `child` (under 16), `young` (to 34), `middle` (to 59), `senior`.
    by_age: Vec<CountBody>,
    /// The same by the library that opened them.
    by_library: Vec<LibraryCountBody>,
    /// Each day on which something happened.
    by_day: Vec<DayBody>,
    /// Cards that were opened 90 days ago or longer.
    ripe: u64,
    /// Those of them that were still held after 90 days.
    held: u64,
    /// What a card cost, in fen.
    fen_per_card: Option<i64>,
}

/// A number of cards.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountBody {
    /// A stable word.
    #[schema(example = "desk")]
    of: &'static str,
    cards: u64,
}

/// A number of cards of a library.
#[derive(Debug, Serialize, ToSchema)]
pub struct LibraryCountBody {
    library: LibraryBody,
    cards: u64,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayBody {
    day: NaiveDate,
    visits: u64,
    cards: u64,
}

impl CampaignRequest {
    fn into_form(self) -> CampaignForm {
        let text = |text: Option<String>| text.unwrap_or_default();
        CampaignForm {
            code: text(self.code),
            kind: text(self.kind),
            library: text(self.library),
            service_point: self.service_point,
            titles: [text(self.title), text(self.title_hant), text(self.title_en)],
            place: text(self.place),
            starts_on: text(self.starts_on),
            ends_on: text(self.ends_on),
            target: self.target.map(|count| count.to_string()).unwrap_or_default(),
            cost: self.cost_fen.map(yuan).unwrap_or_default(),
        }
    }
}

impl CampaignBody {
    fn of(speech: &Speech, tree: &Tree, campaign: Campaign) -> Self {
        let [title, title_hant, title_en] = campaign.titles;
        Self {
            id: campaign.id,
            code: campaign.code,
            kind: campaign.kind.as_str(),
            library: LibraryBody::of(speech.t, tree, campaign.library),
            service_point: campaign.service_point,
            title,
            title_hant,
            title_en,
            place: campaign.place,
            starts_on: campaign.starts_on,
            ends_on: campaign.ends_on,
            target: campaign.target,
            cost_fen: campaign.cost_fen,
            version: campaign.version,
        }
    }
}

impl ResultBody {
    fn of(speech: &Speech, tree: &Tree, result: CampaignResult) -> Self {
        let library = |(id, cards)| LibraryCountBody { library: LibraryBody::of(speech.t, tree, id), cards };
        Self {
            visits: result.visits,
            cards: result.cards,
            by_channel: result
                .by_channel
                .into_iter()
                .map(|(channel, cards)| CountBody { of: channel.as_str(), cards })
                .collect(),
            by_age: result
                .by_age
                .into_iter()
                .map(|(age, cards)| CountBody { of: age.as_str(), cards })
                .collect(),
            by_library: result.by_library.into_iter().map(library).collect(),
            by_day: result
                .by_day
                .into_iter()
                .map(|day| DayBody { day: day.day, visits: day.visits, cards: day.cards })
                .collect(),
            ripe: result.ripe,
            held: result.held,
            fen_per_card: result.fen_per_card,
            campaign: CampaignBody::of(speech, tree, result.campaign),
        }
    }
}

/// The campaigns of the token's library, and of those under it. Needs `run_campaigns`.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns",
    tag = "campaigns",
    security(("token" = [])),
    responses((status = 200, description = "All of them", body = CampaignsAnswer), Signed)
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Answer<CampaignsAnswer>, ApiError> {
    let found = app.service.read(caller.actor.clone(), campaigns::campaigns).await;
    let found = found.map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let campaigns = found.into_iter().map(|one| CampaignBody::of(&caller.speech, &tree, one)).collect();
    Ok(Answer(CampaignsAnswer { campaigns }))
}

fn one(app: &App, caller: &Caller, id: CampaignId) -> Boxed<Result<CampaignBody, ApiError>> {
    let (service, actor, speech) = (app.service.clone(), caller.actor.clone(), caller.speech.clone());
    let libraries = caller.libraries();
    Box::pin(async move {
        let found = service.read(actor, async move |op| campaigns::campaign(op, id).await).await;
        let found = found.map_err(|error| ApiError::of(&speech, error))?;
        Ok(CampaignBody::of(&speech, &libraries.await?, found))
    })
}

/// One campaign. Needs `run_campaigns`. The answer's `ETag` is the version to change it with.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}",
    tag = "campaigns",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignBody), LookedUp)
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    In(id): In<CampaignId>,
) -> Result<Response, ApiError> {
    let body = one(&app, &caller, id).await?;
    Ok(tagged(body.version, Answer(body)))
}

/// Sets up a campaign (6.5). Needs `run_campaigns`.
#[utoipa::path(
    post,
    path = "/api/v1/campaigns",
    tag = "campaigns",
    security(("token" = [])),
    request_body = CampaignRequest,
    responses((status = 201, description = "It is set up", body = CampaignBody), Asked)
)]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<CampaignRequest>,
) -> Result<Response, ApiError> {
    let form = request.into_form();
    let added = app
        .service
        .write(caller.actor.clone(), async move |op| campaigns::add_campaign(op, &form).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let body = one(&app, &caller, added).await?;
    let mut response = (StatusCode::CREATED, Answer(body)).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("/api/v1/campaigns/{added}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Changes a campaign to what is sent; its code stays. Needs `run_campaigns`.
#[utoipa::path(
    put,
    path = "/api/v1/campaigns/{id}",
    tag = "campaigns",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was seen"),
    ),
    request_body = CampaignRequest,
    responses(
        (status = 200, description = "It is changed", body = CampaignBody),
        (status = 409, description = "`stale`: somebody else changed it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`precondition_failed`: `If-Match` names another version", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    In(id): In<CampaignId>,
    seen: IfMatch,
    Json(request): Json<CampaignRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let Some(seen) = seen.or(request.version, &mut problems) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let form = request.into_form();
    let attempt = |version| {
        let (service, actor, form) = (app.service.clone(), caller.actor.clone(), form.clone());
        Box::pin(async move {
            service
                .write(actor, async move |op| campaigns::change_campaign(op, id, version, &form).await)
                .await
        }) as Boxed<service::Result<()>>
    };
    seen.attempt(&caller.speech, attempt).await?;
    let body = one(&app, &caller, id).await?;
    Ok(tagged(body.version, Answer(body)))
}

/// What came of a campaign (6.5, 7): visits of its address, cards by door, age, library and day, and those still held after 90 days. Needs
/// `run_campaigns`.
#[utoipa::path(
    get,
    path = "/api/v1/campaigns/{id}/result",
    tag = "campaigns",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "What came of it", body = ResultBody), LookedUp)
)]
pub async fn result(
    State(app): State<App>,
    caller: Caller,
    In(id): In<CampaignId>,
) -> Result<Answer<ResultBody>, ApiError> {
    let result = app
        .service
        .read(caller.actor.clone(), async move |op| campaign_result(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    Ok(Answer(ResultBody::of(&caller.speech, &tree, result)))
}
