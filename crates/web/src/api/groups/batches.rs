//! Lists sent, and what was found in them.

use axum::Json as Answer;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use service::groups::{self, BatchFilter, BatchState, Finding, NewBatch, PAGE, REPORT_PAGE, ROWS_PAGE};
use service::kernel::{BatchId, CardKind, UnitId};
use sheets::Options;
use utoipa::ToSchema;

use super::shapes::{BatchBody, BatchRequest, ListRequest, ReadList, ReportRowBody, RowBody, UnitBody};
use crate::App;
use crate::api::answers::{Asked, LookedUp, Signed};
use crate::api::body::Json;
use crate::api::caller::{Boxed, Caller};
use crate::api::path::In;
use crate::api::people::show::tagged;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{local, word};

/// Units.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitsAnswer {
    units: Vec<UnitBody>,
}

/// Batches.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchesAnswer {
    batches: Vec<BatchBody>,
    /// Where the next page begins, for `before`; none on the last.
    next: Option<DateTime<FixedOffset>>,
}

/// Rows of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowsAnswer {
    rows: Vec<RowBody>,
    /// For `after`; none on the last page.
    next: Option<i64>,
}

/// Rows of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportAnswer {
    rows: Vec<ReportRowBody>,
    /// For `after`; none on the last page.
    next: Option<i64>,
}

/// Which batches.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    state: Option<String>,
    unit: Option<String>,
    before: Option<String>,
}

/// Which rows.
#[derive(Debug, Default, Deserialize)]
pub struct RowFilter {
    finding: Option<String>,
    #[serde(default)]
    after: i64,
}

/// The units of the token's libraries. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    get,
    path = "/api/v1/group-units",
    tag = "groups",
    security(("token" = [])),
    responses((status = 200, description = "All of them, by name", body = UnitsAnswer), Signed)
)]
pub async fn units(State(app): State<App>, caller: Caller) -> Result<Answer<UnitsAnswer>, ApiError> {
    let tree = caller.libraries().await?;
    let units = app.service.read(caller.actor.clone(), groups::units).await;
    let units = units.map_err(|error| ApiError::of(&caller.speech, error))?;
    let units = units.into_iter().map(|unit| UnitBody::of(&caller.speech, &tree, unit)).collect();
    Ok(Answer(UnitsAnswer { units }))
}

/// The batches of the token's libraries, the latest first. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    get,
    path = "/api/v1/group-batches",
    tag = "groups",
    security(("token" = [])),
    params(
        ("state" = Option<String>, Query, description = "`draft`, `checked`, `confirmed`, `issued`, `handed_over` or `withdrawn`"),
        ("unit" = Option<uuid::Uuid>, Query),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of them, at most 50", body = BatchesAnswer),
        (status = 422, description = "A word that means nothing", body = ProblemBody, content_type = "application/problem+json"),
        Signed,
    )
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
) -> Result<Answer<BatchesAnswer>, ApiError> {
    let mut problems = Vec::new();
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let wanted = BatchFilter {
        state: given(filter.state).and_then(|text| {
            word("state", Some(&text), |text| text.parse::<BatchState>().ok(), &mut problems)
        }),
        unit: given(filter.unit)
            .and_then(|text| word("unit", Some(&text), |text| text.parse::<UnitId>().ok(), &mut problems)),
        before: given(filter.before).and_then(|text| {
            word("before", Some(&text), |text| text.parse::<DateTime<Utc>>().ok(), &mut problems)
        }),
    };
    if !problems.is_empty() {
        return Err(ApiError::fields(&caller.speech, problems));
    }
    let tree = caller.libraries().await?;
    let batches =
        app.service.read(caller.actor.clone(), async move |op| groups::batches(op, &wanted).await).await;
    let batches = batches.map_err(|error| ApiError::of(&caller.speech, error))?;
    let full = u64::try_from(batches.len()).is_ok_and(|count| count == PAGE);
    let next = batches.last().filter(|_| full).map(|batch| local(batch.created_at));
    let batches =
        batches.into_iter().map(|batch| BatchBody::of(&caller.speech, &tree, batch, None)).collect();
    Ok(Answer(BatchesAnswer { batches, next }))
}

/// Reads a file beside the threads that answer others.
async fn read(bytes: Vec<u8>, options: Options) -> ReadList {
    let read = move || sheets::read(&bytes, "", &options);
    tokio::task::spawn_blocking(read).await.unwrap_or(Err(sheets::ReadError::Damaged))
}

/// Checks a list; boxed, and owning what it needs.
fn checked(app: &App, caller: &Caller, id: BatchId, list: sheets::List) -> Boxed<service::Result<()>> {
    let (service, actor) = (app.service.clone(), caller.actor.clone());
    Box::pin(async move { groups::check_list(&service, &actor, id, &list).await })
}

async fn body(app: &App, caller: &Caller, id: BatchId) -> Result<BatchBody, ApiError> {
    let found = app.service.read(caller.actor.clone(), async move |op| groups::batch(op, id).await).await;
    let (batch, counts) = found.map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    Ok(BatchBody::of(&caller.speech, &tree, batch, Some(counts)))
}

/// Sends a unit's list: it is read and checked, and nothing is issued. Needs `issue_groups`, at a staffed service point, where the cards will be
/// issued. A list of 100,000 people takes some minutes.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches",
    tag = "groups",
    security(("token" = [])),
    request_body = BatchRequest,
    responses((status = 201, description = "It is checked", body = BatchBody), Asked)
)]
pub async fn send(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<BatchRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let unit = word("unit", request.unit.as_deref(), |text| text.parse::<UnitId>().ok(), &mut problems);
    let kind = |text: &str| text.parse::<CardKind>().ok();
    let minors_kind = word("minors_kind", request.minors_kind.as_deref(), kind, &mut problems);
    let known = match unit {
        Some(id) => {
            app.service
                .read(caller.actor.clone(), async move |op| groups::unit(op, id).await)
                .await
                .map_err(|error| ApiError::of(&caller.speech, error))?
                .mapping
        }
        None => sheets::Mapping::default(),
    };
    let parts = request.list.into_parts(known, &mut problems);
    let (Some(unit), Some(minors_kind), Some((bytes, options)), true) =
        (unit, minors_kind, parts, problems.is_empty())
    else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let list =
        read(bytes, options).await.map_err(|error| ApiError::unreadable_list(&caller.speech, &error))?;
    let new = NewBatch {
        unit,
        name: request.name,
        minors_kind,
        tells_readers: request.tells_readers,
        service_point: None,
    };
    let begun =
        app.service.write(caller.actor.clone(), async move |op| groups::new_batch(op, &new).await).await;
    let id = begun.map_err(|error| ApiError::of(&caller.speech, error))?;
    checked(&app, &caller, id, list).await.map_err(|error| ApiError::of(&caller.speech, error))?;
    let body = body(&app, &caller, id).await?;
    Ok((StatusCode::CREATED, tagged(body.version(), Answer(body))).into_response())
}

/// Sends another list instead of the one that was checked. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/lists",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = ListRequest,
    responses(
        (status = 200, description = "It is checked", body = BatchBody),
        (status = 409, description = "`stale`: the batch is confirmed", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn send_again(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Json(request): Json<ListRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let known = app
        .service
        .read(caller.actor.clone(), async move |op| {
            let (batch, _) = groups::batch(op, id).await?;
            Ok(groups::unit(op, batch.unit).await?.mapping)
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let Some((bytes, options)) = request.into_parts(known, &mut problems).filter(|_| problems.is_empty())
    else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let list =
        read(bytes, options).await.map_err(|error| ApiError::unreadable_list(&caller.speech, &error))?;
    checked(&app, &caller, id, list).await.map_err(|error| ApiError::of(&caller.speech, error))?;
    let body = body(&app, &caller, id).await?;
    Ok(tagged(body.version(), Answer(body)))
}

/// A batch: what was found, and how far issuing is. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    get,
    path = "/api/v1/group-batches/{id}",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The batch", body = BatchBody), LookedUp)
)]
pub async fn show(State(app): State<App>, caller: Caller, In(id): In<BatchId>) -> Result<Response, ApiError> {
    let body = body(&app, &caller, id).await?;
    Ok(tagged(body.version(), Answer(body)))
}

/// The rows of a batch. Needs `issue_groups`, at a staffed service point; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/group-batches/{id}/rows",
    tag = "groups",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("finding" = Option<String>, Query, description = "`valid`, `invalid`, `holder`, `twice`, `possible`, `held` or `refused`"),
        ("after" = Option<i64>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of them, at most 100", body = RowsAnswer),
        (status = 422, description = "A word that means nothing", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn rows(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Query(filter): Query<RowFilter>,
) -> Result<Answer<RowsAnswer>, ApiError> {
    let mut problems = Vec::new();
    let parse = |text: &str| text.parse::<Finding>().ok();
    let finding =
        filter.finding.as_deref().and_then(|text| word("finding", Some(text), parse, &mut problems));
    if !problems.is_empty() {
        return Err(ApiError::fields(&caller.speech, problems));
    }
    let rows = app
        .service
        .write(caller.actor.clone(), async move |op| groups::rows(op, id, finding, filter.after).await)
        .await;
    let rows = rows.map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == ROWS_PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.place);
    let rows = rows.into_iter().map(|row| RowBody::of(&caller.speech, &tree, row)).collect();
    Ok(Answer(RowsAnswer { rows, next }))
}

/// The report for the unit (6.1.3.2): no more than it may know. Needs `issue_groups`, at a staffed service point; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/group-batches/{id}/report",
    tag = "groups",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("after" = Option<i64>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page of it, at most 500 rows", body = ReportAnswer), LookedUp)
)]
pub async fn report(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Query(filter): Query<RowFilter>,
) -> Result<Answer<ReportAnswer>, ApiError> {
    let rows = app
        .service
        .write(caller.actor.clone(), async move |op| groups::report_page(op, id, filter.after, true).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == REPORT_PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.place);
    let rows = rows.into_iter().map(|row| ReportRowBody::of(&caller.speech, row)).collect();
    Ok(Answer(ReportAnswer { rows, next }))
}
