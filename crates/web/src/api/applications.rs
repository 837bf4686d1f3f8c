//! Applications for cards that came on the web (A.2.1 b): listed, shown with their photos, decided, as at a desk.

use axum::Json as Answer;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use service::applications::{self, ApplicationLine, Decision, PAGE, Reason, Side, State as Stand};
use service::cards::Opened;
use service::kernel::{ApplicationId, Blocker, CardId, Error, Problem, ReaderId};
use service::libraries::Tree;
use utoipa::ToSchema;

use super::answers::{Asked, LookedUp, Signed};
use super::body::Json;
use super::caller::{Boxed, Caller, Speech};
use super::if_match::IfMatch;
use super::path::In;
use super::people::show::tagged;
use super::problem::{ApiError, ProblemBody};
use super::shapes::{LibraryBody, local, word};
use crate::App;
use crate::desk::people::papers::streamed;

/// Which applications.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    state: Option<String>,
    library: Option<String>,
    from: Option<String>,
}

/// Applications; those that wait, longest first, or those that are decided, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationsAnswer {
    applications: Vec<ApplicationInList>,
    /// How many there are in all.
    count: u64,
    /// Where the next page begins, for `from`; none on the last.
    next: Option<DateTime<FixedOffset>>,
}

/// An application in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationInList {
    #[schema(value_type = uuid::Uuid)]
    id: ApplicationId,
    /// The number that the applicant knows.
    #[schema(example = "3141592653")]
    number: String,
    /// The name; none once it was forgotten.
    name: Option<String>,
    /// The library that opens the card.
    library: LibraryBody,
    /// `waiting`, `asked`, `approved`, `rejected` or `expired`.
    #[schema(example = "waiting")]
    state: String,
    /// What the real-name service said: `match`, `no_match`, `unavailable` or `not_configured`.
    #[schema(example = "no_match")]
    verdict: Option<String>,
    sent_at: DateTime<FixedOffset>,
    decided_at: Option<DateTime<FixedOffset>>,
}

/// One application.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationBody {
    #[serde(flatten)]
    line: ApplicationInList,
    /// What was entered; none once it was forgotten.
    entered: Option<EnteredBody>,
    /// Which photos there are: `front`, `back`.
    photos: Vec<&'static str>,
    /// What stands against the card now: stable words.
    blockers: Vec<&'static str>,
    /// Readers whom it may be about.
    #[schema(value_type = Vec<uuid::Uuid>)]
    readers: Vec<ReaderId>,
    /// Other applications of the same document that are not decided.
    #[schema(value_type = Vec<uuid::Uuid>)]
    same_document: Vec<ApplicationId>,
    /// Why it was rejected or asked for more: a stable word.
    reason: Option<&'static str>,
    /// What the applicant was told besides.
    note: Option<String>,
    /// What staff alone read.
    internal_note: Option<String>,
    /// Who decided or asked last.
    decided_by: Option<String>,
    /// The card that came of it.
    #[schema(value_type = Option<uuid::Uuid>)]
    card: Option<CardId>,
    /// To be given back with the decision: `If-Match`, or `version`.
    version: i64,
}

/// What an applicant entered: in full, since staff compare it with the photos.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnteredBody {
    name: String,
    document_type: String,
    document_number: String,
    birth_date: String,
    /// Masked; it was proven by a code.
    phone: String,
}

/// What staff decide.
#[derive(Deserialize, ToSchema)]
pub struct DecisionRequest {
    /// The version that was seen; may stand in `If-Match` instead.
    #[schema(example = 2)]
    version: Option<i64>,
    /// `approve`, `reject` or `ask`.
    #[schema(required = true, example = "approve")]
    decision: Option<String>,
    /// For `approve`: those who may be the same person were looked at, and are not.
    #[serde(default)]
    duplicates_seen: bool,
    /// For `reject` and `ask`: `photo_unclear`, `photo_other`, `data_differ`, `document_ended`; for `reject` also `not_eligible`, `at_desk`.
    #[schema(example = json!(null))]
    reason: Option<String>,
    /// What else the applicant is told.
    #[schema(example = json!(null))]
    note: Option<String>,
}

/// What came of a decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidedBody {
    /// The card that was opened; none otherwise.
    #[schema(value_type = Option<uuid::Uuid>)]
    card: Option<CardId>,
    /// Its number.
    number: Option<String>,
}

impl ApplicationInList {
    fn of(speech: &Speech, tree: &Tree, line: ApplicationLine) -> Self {
        Self {
            id: line.id,
            number: line.number,
            name: line.name,
            library: LibraryBody::of(speech.t, tree, line.library),
            state: line.state.as_str().to_owned(),
            verdict: line.verdict,
            sent_at: local(line.sent_at),
            decided_at: line.decided_at.map(local),
        }
    }
}

impl ApplicationBody {
    fn of(speech: &Speech, tree: &Tree, application: applications::Application) -> Self {
        let mut readers = Vec::new();
        for blocker in &application.blockers {
            match blocker {
                Blocker::AlreadyHoldsCard { reader, .. } | Blocker::RecordOfAnother(reader) => {
                    readers.push(*reader);
                }
                Blocker::PossibleDuplicate(found) => readers.extend(found.iter().map(|one| one.reader)),
                _ => {}
            }
        }
        Self {
            entered: application.particulars.map(|entered| EnteredBody {
                name: entered.name,
                document_type: entered.kind,
                document_number: entered.number,
                birth_date: entered.birth_date,
                phone: entered.phone,
            }),
            photos: application.photos.iter().map(|side| side.as_str()).collect(),
            blockers: application.blockers.iter().map(Blocker::code).collect(),
            readers,
            same_document: application.same.iter().map(|same| same.id).collect(),
            reason: application.reason.map(Reason::as_str),
            note: application.note,
            internal_note: application.internal_note,
            decided_by: application.decided_by,
            card: application.opened.map(|(_, card)| card),
            version: application.version,
            line: ApplicationInList::of(speech, tree, application.line),
        }
    }
}

impl Filter {
    fn into_operation(self, tree: &Tree) -> Result<applications::Filter, Vec<(&'static str, Problem)>> {
        let mut problems = Vec::new();
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let code =
            |text: &str| tree.libraries().find(|library| library.code == text).map(|library| library.id);
        let state = |text: &str| Stand::from_word(text).filter(|state| *state != Stand::Draft);
        let moment = |text: &str| text.parse::<DateTime<Utc>>().ok();
        let filter = applications::Filter {
            state: given(self.state).and_then(|text| word("state", Some(&text), state, &mut problems)),
            library: given(self.library).and_then(|text| word("library", Some(&text), code, &mut problems)),
            from: given(self.from).and_then(|text| word("from", Some(&text), moment, &mut problems)),
        };
        if problems.is_empty() { Ok(filter) } else { Err(problems) }
    }
}

/// The applications of the token's library, and of those under it. Needs `open_cards`, at a staffed service point.
#[utoipa::path(
    get,
    path = "/api/v1/applications",
    tag = "applications",
    security(("token" = [])),
    params(
        ("state" = Option<String>, Query, description = "`waiting`, `asked`, `approved`, `rejected` or `expired`; left out, those that wait"),
        ("library" = Option<String>, Query, description = "The code of one of the libraries that the token acts for"),
        ("from" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of them, at most 50", body = ApplicationsAnswer),
        (status = 422, description = "A word that means nothing", body = ProblemBody, content_type = "application/problem+json"),
        Signed,
    )
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<Filter>,
) -> Result<Answer<ApplicationsAnswer>, ApiError> {
    let tree = caller.libraries().await?;
    let filter =
        filter.into_operation(&tree).map_err(|problems| ApiError::fields(&caller.speech, problems))?;
    let (lines, count) = app
        .service
        .read(caller.actor.clone(), async move |op| applications::applications(op, &filter).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let next = lines.last().filter(|_| lines.len() == PAGE).map(|line| local(line.sent_at));
    let lines = lines.into_iter().map(|line| ApplicationInList::of(&caller.speech, &tree, line)).collect();
    Ok(Answer(ApplicationsAnswer { applications: lines, count, next }))
}

/// One application. Needs `open_cards`, at a staffed service point; the look is logged. The answer's `ETag` is the version to decide it with.
#[utoipa::path(
    get,
    path = "/api/v1/applications/{id}",
    tag = "applications",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The application", body = ApplicationBody), LookedUp)
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ApplicationId>,
) -> Result<Response, ApiError> {
    let application = app
        .service
        .write(caller.actor.clone(), async move |op| applications::application(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let version = application.version;
    Ok(tagged(version, Answer(ApplicationBody::of(&caller.speech, &tree, application))))
}

/// A photo of an application, as it was sent, without what its camera had written into it. Needs `open_cards`, at a staffed service point;
/// the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/applications/{id}/photos/{side}",
    tag = "applications",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("side" = String, Path, description = "`front` or `back`")),
    responses((status = 200, description = "JPEG, PNG or WebP", content_type = "*/*"), LookedUp)
)]
pub async fn photo(
    State(app): State<App>,
    caller: Caller,
    In((id, side)): In<(ApplicationId, String)>,
) -> Result<Response, ApiError> {
    let no_side = || ApiError::of(&caller.speech, Error::NotFound("photo"));
    let side = Side::from_word(&side).ok_or_else(no_side)?;
    let (media_type, file) = app
        .service
        .write(caller.actor.clone(), async move |op| applications::photo(op, id, side).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(streamed(&media_type, file))
}

/// Decides an application, with the same rules, records and messages as at a desk. Needs `open_cards`, at a staffed service point. What was
/// decided, or sent anew, since the version that was seen is `stale`: the same call sent twice does nothing twice.
#[utoipa::path(
    post,
    path = "/api/v1/applications/{id}/decisions",
    tag = "applications",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was seen"),
    ),
    request_body = DecisionRequest,
    responses(
        (status = 200, description = "It is decided", body = DecidedBody),
        (status = 409, description = "`stale`, or what stands against the card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`precondition_failed`: `If-Match` names another version", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn decide(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ApplicationId>,
    seen: IfMatch,
    Json(request): Json<DecisionRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let seen = seen.or(request.version, &mut problems);
    let known = |word: &str| ["approve", "reject", "ask"].contains(&word).then(|| word.to_owned());
    let wanted = word("decision", request.decision.as_deref(), known, &mut problems);
    let note = request.note.unwrap_or_default();
    let decision = match wanted.as_deref() {
        Some("approve") => Some(Decision::Approve { duplicates_seen: request.duplicates_seen }),
        Some(other) => {
            let reason = word("reason", request.reason.as_deref(), Reason::from_word, &mut problems);
            reason.map(|reason| match other {
                "ask" => Decision::Ask { reason, note },
                _ => Decision::Reject { reason, note },
            })
        }
        None => None,
    };
    let (Some(seen), Some(decision), true) = (seen, decision, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let attempt = |version| {
        let (service, actor, decision) = (app.service.clone(), caller.actor.clone(), decision.clone());
        Box::pin(async move { applications::decide(&service, &actor, id, version, &decision).await })
            as Boxed<service::Result<Option<Opened>>>
    };
    let opened = seen.attempt(&caller.speech, attempt).await?;
    let (card, number) = opened.map(|opened| (opened.card.id, opened.card.number)).unzip();
    Ok(Answer(DecidedBody { card, number }).into_response())
}
