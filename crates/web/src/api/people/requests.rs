//! What readers ask for and staff answer (4.2.1): listed, shown, raised, answered, taken back.

use axum::Json as Answer;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use service::kernel::{AttachmentId, DocumentId, Problem, ReaderId, RequestId};
use service::libraries::Tree;
use service::people::{self, Reply};
use service::readers::{self, AskedChange, AskedDocument, Request, RequestChange, RequestFilter, Waiting};
use utoipa::ToSchema;

use super::export::Why;
use super::show::tagged;
use crate::App;
use crate::api::answers::{Asked, LookedUp, Signed};
use crate::api::body::Json;
use crate::api::caller::{Boxed, Caller, Key, Speech};
use crate::api::if_match::IfMatch;
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, DocumentBody, LibraryBody, file_of, local, word};
use crate::desk::people::papers::streamed;

/// How many a page of the list has.
const PAGE: usize = 50;
const STATES: [&str; 6] = ["open", "asked", "approved", "rejected", "done", "withdrawn"];
const KINDS: [&str; 2] = ["change", "referral"];

/// Which requests.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    state: Option<String>,
    kind: Option<String>,
    library: Option<String>,
    before: Option<String>,
}

/// Requests; those that wait, longest first, or those that were answered, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestsAnswer {
    requests: Vec<RequestLine>,
    /// How many there are in all.
    count: u64,
    /// Where the next page begins, for `before`; none on the last.
    next: Option<DateTime<FixedOffset>>,
}

/// A reader's requests, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRequestsAnswer {
    requests: Vec<RequestLine>,
}

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestLine {
    #[schema(value_type = uuid::Uuid)]
    id: RequestId,
    #[schema(value_type = uuid::Uuid)]
    reader: ReaderId,
    /// The reader's name.
    name: String,
    /// `change` or `referral`.
    #[schema(example = "change")]
    kind: String,
    /// Which service.
    #[schema(example = "amend")]
    service: String,
    /// Which library answers.
    library: LibraryBody,
    /// `open`, `asked`, `approved`, `rejected`, `done` or `withdrawn`.
    #[schema(example = "open")]
    state: String,
    created_at: DateTime<FixedOffset>,
    answered_at: Option<DateTime<FixedOffset>>,
}

/// One request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestBody {
    #[serde(flatten)]
    line: RequestLine,
    /// The new name that is asked for.
    new_name: Option<String>,
    /// The document that is asked to be written down.
    new_document: Option<AskedDocumentBody>,
    /// What proves it: the id of the scan that was kept.
    #[schema(value_type = Option<uuid::Uuid>)]
    evidence: Option<AttachmentId>,
    /// A word of the reader's.
    note: Option<String>,
    /// What was given with a referral.
    text: Option<String>,
    /// What the reader was told.
    answer: Option<String>,
    /// To be given back with the answer: `If-Match`, or `version`.
    version: i64,
}

/// A document that is asked to be written down.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedDocumentBody {
    #[serde(rename = "type")]
    kind: String,
    /// In full: staff compare it with the scan.
    number: String,
    issuing_country: String,
    valid_until: String,
    /// Which document it renews.
    #[schema(value_type = Option<uuid::Uuid>)]
    renews: Option<DocumentId>,
}

/// A change that a reader asks for.
#[derive(Deserialize, ToSchema)]
pub struct NewRequest {
    /// The new name.
    #[schema(example = json!(null))]
    name: Option<String>,
    /// The document that there is now.
    #[schema(example = json!(null))]
    document: Option<DocumentBody>,
    /// The document that it renews; left out, it is another one.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    renews: Option<DocumentId>,
    /// What proves it: a JPEG, PNG, WebP or PDF in base64.
    #[schema(required = true)]
    evidence: Option<String>,
    /// A word to staff.
    #[schema(example = json!(null))]
    note: Option<String>,
    /// A request that staff asked about: this one takes its place.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    instead_of: Option<RequestId>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// A request that waits now.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestRaised {
    #[schema(value_type = uuid::Uuid)]
    id: RequestId,
}

/// What staff say.
#[derive(Deserialize, ToSchema)]
pub struct ReplyRequest {
    /// The version that was seen; may stand in `If-Match` instead.
    #[schema(example = 1)]
    version: Option<i64>,
    /// `approve`, `reject` or `ask`.
    #[schema(required = true, example = "approve")]
    reply: Option<String>,
    /// Why not, or what is asked: needed for `reject` and `ask`. The reader is told.
    #[schema(example = json!(null))]
    answer: Option<String>,
}

impl RequestLine {
    fn of(speech: &Speech, tree: &Tree, line: Waiting) -> Self {
        Self {
            id: line.id,
            reader: line.reader,
            name: line.name,
            kind: line.kind,
            service: line.service,
            library: LibraryBody::of(speech.t, tree, line.library),
            state: line.state,
            created_at: local(line.created_at),
            answered_at: line.answered_at.map(local),
        }
    }
}

impl RequestBody {
    fn of(speech: &Speech, tree: &Tree, request: Request) -> Self {
        let AskedChange { name, document, evidence, note } = request.asked.unwrap_or_default();
        let asked = |AskedDocument { form, renews }| AskedDocumentBody {
            kind: form.kind,
            number: form.number,
            issuing_country: form.issuing_country,
            valid_until: form.valid_until,
            renews,
        };
        Self {
            line: RequestLine::of(speech, tree, request.line),
            new_name: name,
            new_document: document.map(asked),
            evidence,
            note,
            text: request.text,
            answer: request.answer,
            version: request.version,
        }
    }
}

impl Filter {
    fn into_operation(self, tree: &Tree) -> Result<RequestFilter, Vec<(&'static str, Problem)>> {
        let mut problems = Vec::new();
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let known =
            |words: &'static [&'static str]| move |text: &str| words.contains(&text).then(|| text.to_owned());
        let code =
            |text: &str| tree.libraries().find(|library| library.code == text).map(|library| library.id);
        let moment = |text: &str| text.parse::<DateTime<Utc>>().ok();
        let filter = RequestFilter {
            state: given(self.state)
                .and_then(|text| word("state", Some(&text), known(&STATES), &mut problems)),
            kind: given(self.kind).and_then(|text| word("kind", Some(&text), known(&KINDS), &mut problems)),
            library: given(self.library).and_then(|text| word("library", Some(&text), code, &mut problems)),
            before: given(self.before).and_then(|text| word("before", Some(&text), moment, &mut problems)),
        };
        if problems.is_empty() { Ok(filter) } else { Err(problems) }
    }
}

/// The requests that the token's library answers. Needs `amend_readers`.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "requests",
    security(("token" = [])),
    params(
        ("state" = Option<String>, Query, description = "`open`, `asked`, `approved`, `rejected`, `done` or `withdrawn`; left out, those that wait"),
        ("kind" = Option<String>, Query, description = "`change` or `referral`"),
        ("library" = Option<String>, Query, description = "The code of one of the libraries that the token acts for"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of them, at most 50", body = RequestsAnswer),
        (status = 422, description = "A word that means nothing", body = ProblemBody, content_type = "application/problem+json"),
        Signed,
    )
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
) -> Result<Answer<RequestsAnswer>, ApiError> {
    let tree = caller.libraries().await?;
    let filter =
        filter.into_operation(&tree).map_err(|problems| ApiError::fields(&caller.speech, problems))?;
    let (lines, count) = app
        .service
        .read(caller.actor.clone(), async move |op| readers::requests(op, &filter).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let next = lines.last().filter(|_| lines.len() == PAGE).map(|line| local(line.created_at));
    let requests = lines.into_iter().map(|line| RequestLine::of(&caller.speech, &tree, line)).collect();
    Ok(Answer(RequestsAnswer { requests, count, next }))
}

/// One request. Needs `amend_readers`, at a library that answers it; the look is logged. The answer's `ETag` is the version to answer it
/// with.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}",
    tag = "requests",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The request", body = RequestBody),
        (status = 409, description = "`request_of_another_library`", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    In(id): In<RequestId>,
) -> Result<Response, ApiError> {
    let request = app
        .service
        .write(caller.actor.clone(), async move |op| readers::request(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    Ok(tagged(request.version, Answer(RequestBody::of(&caller.speech, &tree, request))))
}

/// What proves a request: the scan or picture itself. Needs `reveal_personal_data` and a reason, at a library that answers the request;
/// both go into the access log, as at a desk.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}/evidence",
    tag = "requests",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("reason" = String, Query, description = "Why, in 2 characters or more: a word or the number of a case, and nothing personal, since addresses are written down"),
    ),
    responses(
        (status = 200, description = "The file: JPEG, PNG, WebP or PDF", content_type = "*/*"),
        (status = 409, description = "`request_of_another_library`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or one that is too short", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn evidence(
    State(app): State<App>,
    caller: Caller,
    In(id): In<RequestId>,
    Query(why): Query<Why>,
) -> Result<Response, ApiError> {
    let (media_type, file) = app
        .service
        .write(caller.actor.clone(), async move |op| readers::request_evidence(op, id, &why.reason).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(streamed(&media_type, file))
}

/// Answers a request: what is approved is done, with the same rules and records as at a desk, and the reader is told. Needs
/// `amend_readers`.
#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/answers",
    tag = "requests",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was seen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = ReplyRequest,
    responses(
        (status = 204, description = "It is answered"),
        (status = 409, description = "`request_closed`, `request_of_another_library`, `stale`, or what stands against the change itself", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`precondition_failed`: `If-Match` names another version", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn answer(
    State(app): State<App>,
    caller: Caller,
    In(id): In<RequestId>,
    key: Key,
    seen: IfMatch,
    Json(request): Json<ReplyRequest>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Vec::new();
    let seen = seen.or(request.version, &mut problems);
    let text = request.answer.unwrap_or_default();
    let reply = |word: &str| match word {
        "approve" => Some(Reply::Approve),
        "reject" => Some(Reply::Reject(text.clone())),
        "ask" => Some(Reply::Ask(text.clone())),
        _ => None,
    };
    let reply = word("reply", request.reply.as_deref(), reply, &mut problems);
    let (Some(seen), Some(reply), true) = (seen, reply, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let call = caller.call(key);
    let attempt = |version| {
        let (service, call, reply) = (app.service.clone(), call.clone(), reply.clone());
        Box::pin(async move {
            service
                .write(call, async move |op| people::answer_request(op, id, version, &reply.clone()).await)
                .await
        }) as Boxed<service::Result<()>>
    };
    seen.attempt::<()>(&caller.speech, attempt).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The requests of a reader, newest first. Needs `find_readers`.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/requests",
    tag = "requests",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The latest of them", body = OwnRequestsAnswer),
        LookedUp,
    )
)]
pub async fn of_reader(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<OwnRequestsAnswer>, ApiError> {
    let lines = app
        .service
        .read(caller.actor.clone(), async move |op| {
            readers::view(op, id).await?;
            readers::own_requests(op, id).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let requests = lines.into_iter().map(|line| RequestLine::of(&caller.speech, &tree, line)).collect();
    Ok(Answer(OwnRequestsAnswer { requests }))
}

/// Puts a reader's request before the staff of the token's library: a new name, a renewed or another document. Needs `amend_readers`.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/requests",
    tag = "requests",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = NewRequest,
    responses(
        (status = 201, description = "It waits", body = RequestRaised),
        (status = 409, description = "`request_open`: another one waits; `merged_already`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn raise(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<NewRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let evidence = file_of("evidence", request.evidence.as_deref(), &mut problems);
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(check), true) = (check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let asked = RequestChange {
        reader: id,
        name: request.name.unwrap_or_default(),
        document: request.document.map(DocumentBody::into_form),
        renews: request.renews,
        evidence,
        note: request.note.unwrap_or_default(),
        instead_of: request.instead_of,
        check,
    };
    let id = app
        .service
        .write(caller.call(key), async move |op| readers::request_change(op, asked.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(RequestRaised { id })).into_response())
}

/// Takes a request back for a reader, as long as nobody answered. Needs `amend_readers`.
#[utoipa::path(
    delete,
    path = "/api/v1/readers/{id}/requests/{request}",
    tag = "requests",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("request" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    responses(
        (status = 204, description = "It is taken back"),
        (status = 409, description = "`request_closed`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    In((id, request)): In<(ReaderId, RequestId)>,
    key: Key,
) -> Result<StatusCode, ApiError> {
    app.service
        .write(caller.call(key), async move |op| readers::withdraw_request(op, id, request).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
