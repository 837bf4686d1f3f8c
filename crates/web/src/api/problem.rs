//! What goes wrong, as `application/problem+json` (RFC 9457): one place for the whole API.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use service::kernel::{Blocker, Error, Invalid, MergeId, Problem, local_time};
use service::partners::Refusal;
use utoipa::ToSchema;

use super::caller::Speech;
use super::shapes::HeldCard;

/// Why a request was not done, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// What is the matter, in a few words.
    title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// What is the matter, and what to do, in a sentence for people.
    detail: String,
    /// A stable word.
    #[schema(example = "already_holds_card")]
    code: &'static str,
    /// The clause of the standard it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "6.1.3.2")]
    clause: Option<&'static str>,
    /// The rules that stand against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blockers: Vec<BlockerBody>,
    /// The fields that can't be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldBody>,
    /// The number of the request, as the log names it.
    request_id: String,
}

/// A rule that stands against a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockerBody {
    /// A stable word.
    code: &'static str,
    /// The clause of the standard it comes from.
    clause: &'static str,
    /// Why, and what to do instead.
    detail: String,
    /// What to do instead, by itself.
    instead: String,
    /// The card that the person holds already.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<HeldCard>,
    /// The merge to undo first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    merge: Option<MergeId>,
}

impl BlockerBody {
    pub fn of(speech: &Speech, blocker: &Blocker) -> Self {
        let text = speech.t.blocker(blocker);
        let detail = speech.t.sentences(&[&text.why, &text.instead]);
        Self {
            code: blocker.code(),
            clause: blocker.clause(),
            detail,
            instead: text.instead,
            card: None,
            merge: merge_of(blocker),
        }
    }
}

fn merge_of(blocker: &Blocker) -> Option<MergeId> {
    match blocker {
        Blocker::UndoMergeFirst { merge, .. } => Some(*merge),
        _ => None,
    }
}

/// Whether a refusal comes from how things stand now (409): the same request may be right at another time, place or for another
/// card. All others are rules about the request itself, or about who makes it (422).
fn is_conflict(blocker: &Blocker) -> bool {
    match blocker {
        Blocker::AlreadyHoldsCard { .. }
        | Blocker::NobodyToIssue
        | Blocker::BatchIssued
        | Blocker::DocumentsOfTwoReaders
        | Blocker::PossibleDuplicate(_)
        | Blocker::RecordOfAnother(_)
        | Blocker::BarcodeInUse
        | Blocker::BarcodeWasTheirs
        | Blocker::CardActive
        | Blocker::CardLost
        | Blocker::CardCancelled
        | Blocker::CardReplaced
        | Blocker::NumberNotUsed
        | Blocker::SameKind
        | Blocker::IssuingLibraryOnly { .. }
        | Blocker::IssuingLibraryHere
        | Blocker::LoansOut(_)
        | Blocker::ChargesUnpaid(_)
        | Blocker::CirculationUnavailable(_)
        | Blocker::TooLateToUndo
        | Blocker::ReportedByAnother
        | Blocker::DocumentIsAnothers(_)
        | Blocker::RequestOpen
        | Blocker::RequestClosed
        | Blocker::RequestOfAnotherLibrary
        | Blocker::AddedByAnotherLibrary
        | Blocker::MergedAlready
        | Blocker::TooLateToUnmerge
        | Blocker::ChangedSinceMerge
        | Blocker::LoanLimit(..)
        | Blocker::ItemOnLoan
        | Blocker::ItemWithdrawn
        | Blocker::ReservedByAnother
        | Blocker::ReaderBlocked
        | Blocker::DocumentEnded
        | Blocker::ItemsOverdue(_)
        | Blocker::OwesTooMuch(_)
        | Blocker::RenewalLimit(_)
        | Blocker::LoanOverdue
        | Blocker::ReservationLimit(_)
        | Blocker::ReservedAlready
        | Blocker::NoCopyToLend
        | Blocker::UndoMergeFirst { .. }
        | Blocker::MergeCancelsElsewhere { .. }
        | Blocker::UndoneAlready
        | Blocker::CodeOfAnother
        | Blocker::OtherCodeLinked
        | Blocker::ChangedSinceScan
        | Blocker::NumbersUsedUp
        | Blocker::PointOver
        | Blocker::NotOfThisPoint
        | Blocker::NumberNotSetAside
        | Blocker::ImpossibleTime
        | Blocker::NotStaffOfPoint
        | Blocker::PointRevoked
        | Blocker::FieldsNotTaken
        | Blocker::OpeningsWait
        | Blocker::PlainlyDifferent
        | Blocker::InStockElsewhere { .. }
        | Blocker::NotInStock
        | Blocker::CardsNotThere(_)
        | Blocker::NumbersTaken(_)
        | Blocker::NotEnoughCards(_)
        | Blocker::StockClosed
        | Blocker::CountOpen
        | Blocker::RunNotReadable(_)
        | Blocker::RunChanged => true,
        Blocker::DocumentCannotBeCard
        | Blocker::DocumentIsTheCard
        | Blocker::OneCardAtDeskOnly
        | Blocker::MinorAtDeskOnly
        | Blocker::OneCardOnly
        | Blocker::AtDeskOnly
        | Blocker::PhoneForLossOnly
        | Blocker::InPersonOnly
        | Blocker::GuardianOfMinorOnly
        | Blocker::GuardianNeeded
        | Blocker::NotTheGuardian
        | Blocker::AgentIsMinor
        | Blocker::AuthorizationMissing
        | Blocker::PrincipalIsAnother
        | Blocker::CirculationNotChecked
        | Blocker::LastDocument
        | Blocker::PhoneAnswersWrong
        | Blocker::NotLentHere(_)
        | Blocker::ReadingRoomOnly
        | Blocker::SharedTerminal
        | Blocker::LentByAnotherSystem => false,
    }
}

/// A field that can't be taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldBody {
    /// The path of the field.
    #[schema(example = "document.number")]
    field: String,
    /// A stable word.
    #[schema(example = "check_character")]
    code: &'static str,
    /// What is wrong with it.
    message: String,
}

impl FieldBody {
    /// Each field that can't be taken, of a row of a list.
    pub fn all(speech: &Speech, invalid: &Invalid) -> Vec<Self> {
        let of = |wrong: &service::kernel::FieldError| Self {
            field: wrong.field.to_owned(),
            code: wrong.problem.code(),
            message: speech.t.problem(&wrong.problem),
        };
        invalid.0.iter().map(of).collect()
    }
}

/// A problem on its way to the caller.
#[derive(Debug)]
pub struct ApiError(Box<ProblemBody>, Option<(header::HeaderName, HeaderValue)>);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, body).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some((name, value)) = self.1 {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl ApiError {
    // locale-keys: api-*
    fn new(speech: &Speech, status: StatusCode, code: &'static str) -> Self {
        let word = code.replace('_', "-");
        let body = ProblemBody {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: speech.t.t(&format!("api-{word}")),
            code,
            clause: None,
            blockers: Vec::new(),
            errors: Vec::new(),
            request_id: speech.request_id.clone(),
        };
        Self(Box::new(body), None)
    }

    fn with_header(mut self, name: header::HeaderName, value: &'static str) -> Self {
        self.1 = Some((name, HeaderValue::from_static(value)));
        self
    }

    fn with_field(mut self, field: String, code: &'static str, message: String) -> Self {
        self.0.errors.push(FieldBody { field, code, message });
        self
    }

    pub fn unauthorized(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::UNAUTHORIZED, "unauthorized")
            .with_header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// A call of a partner that was not let in.
    pub fn not_admitted(speech: &Speech, refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::FromElsewhere | Refusal::OtherContract => StatusCode::FORBIDDEN,
            Refusal::Replayed => StatusCode::CONFLICT,
            Refusal::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNAUTHORIZED,
        };
        let mut error = Self::new(speech, status, refusal.code());
        match refusal {
            Refusal::OffTime(now) => {
                let args = [("now", now.timestamp().to_string()), ("time", local_time(now))];
                error.0.detail = speech.t.a("api-off-time", &args);
            }
            Refusal::TooMany(_) => error = error.with_header(header::RETRY_AFTER, "60"),
            _ => {}
        }
        if status == StatusCode::UNAUTHORIZED {
            error = error.with_header(header::WWW_AUTHENTICATE, "Yueka-HMAC-SM3");
        }
        error
    }

    /// The code of an e-card is not taken, by a word of its own.
    pub fn code_not_taken(speech: &Speech, status: StatusCode, code: &'static str) -> Self {
        let mut error = Self::new(speech, status, code);
        error.0.detail = speech.t.t(&format!("gate-refused-{code}"));
        error
    }

    /// What is not there, by a word of its own.
    pub fn missing(speech: &Speech, code: &'static str) -> Self {
        Self::new(speech, StatusCode::NOT_FOUND, code)
    }

    pub fn not_found(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::NOT_FOUND, "not_found")
    }

    pub fn bad_key(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::BAD_REQUEST, "bad_idempotency_key")
    }

    pub fn bad_if_match(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::BAD_REQUEST, "bad_if_match")
    }

    /// None of the versions that the caller saw is the one there is.
    pub fn precondition_failed(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::PRECONDITION_FAILED, "precondition_failed")
    }

    pub fn media_type(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
    }

    pub fn too_large(speech: &Speech) -> Self {
        Self::new(speech, StatusCode::PAYLOAD_TOO_LARGE, "too_large")
    }

    pub fn malformed(speech: &Speech, line: usize) -> Self {
        let mut error = Self::new(speech, StatusCode::BAD_REQUEST, "malformed_json");
        error.0.detail = speech.t.a("api-malformed-json", &[("line", line)]);
        error
    }

    pub fn wrong_type(speech: &Speech, path: String) -> Self {
        let message = speech.t.t("api-wrong-type");
        let field = if path == "." { String::new() } else { path };
        Self::new(speech, StatusCode::UNPROCESSABLE_ENTITY, "invalid").with_field(
            field,
            "wrong_type",
            message,
        )
    }

    /// Fields that the face itself can't take.
    pub fn fields(speech: &Speech, problems: Vec<(&'static str, Problem)>) -> Self {
        let mut invalid = Invalid::default();
        for (field, problem) in problems {
            invalid.add(field, problem);
        }
        Self::of(speech, Error::Invalid(invalid))
    }

    /// A list of people that can't be read.
    pub fn unreadable_list(speech: &Speech, error: &sheets::ReadError) -> Self {
        let message = speech.t.read_error(error);
        Self::new(speech, StatusCode::UNPROCESSABLE_ENTITY, "invalid").with_field(
            "list".to_owned(),
            error.code(),
            message,
        )
    }

    /// A refusal, with the card that the person holds already where that is the reason.
    pub fn refused(speech: &Speech, blockers: &[Blocker], held: Option<HeldCard>) -> Self {
        let in_the_way = |blocker: &&Blocker| is_conflict(blocker);
        let conflict = blockers.iter().find(in_the_way);
        let status = if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut error = Self::new(speech, status, "refused");
        let mut held = held;
        for blocker in blockers {
            let mut told = BlockerBody::of(speech, blocker);
            if matches!(blocker, Blocker::AlreadyHoldsCard { .. }) {
                told.card = held.take();
            }
            error.0.blockers.push(told);
        }
        if let Some(first) = conflict.or(blockers.first()) {
            error.0.code = first.code();
            error.0.clause = Some(first.clause());
            let told = error.0.blockers.iter().find(|told| told.code == first.code());
            error.0.detail = told.map(|told| told.detail.clone()).unwrap_or_default();
        }
        error
    }

    /// The problem that an error of the house is.
    pub fn of(speech: &Speech, error: Error) -> Self {
        match error {
            Error::Refused(blockers) => Self::refused(speech, &blockers, None),
            Error::Invalid(Invalid(fields)) => {
                let mut problem = Self::new(speech, StatusCode::UNPROCESSABLE_ENTITY, "invalid");
                for field in fields {
                    let message = speech.t.problem(&field.problem);
                    problem = problem.with_field(field.field.to_owned(), field.problem.code(), message);
                }
                problem
            }
            Error::Forbidden(right) => {
                let mut problem = Self::new(speech, StatusCode::FORBIDDEN, "forbidden");
                problem.0.detail = speech.t.a("api-forbidden", &[("right", right.as_str())]);
                problem
            }
            Error::NotFound(_) => Self::new(speech, StatusCode::NOT_FOUND, "not_found"),
            Error::KeyReused => Self::new(speech, StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
            Error::Stale => Self::new(speech, StatusCode::CONFLICT, "stale"),
            Error::SignInRefused => Self::unauthorized(speech),
            Error::TooManyTries(_) => Self::new(speech, StatusCode::TOO_MANY_REQUESTS, "too_many_tries")
                .with_header(header::RETRY_AFTER, "900"),
            Error::Busy | Error::Raced | Error::AskFirst(_) => {
                Self::new(speech, StatusCode::SERVICE_UNAVAILABLE, "busy")
                    .with_header(header::RETRY_AFTER, "2")
            }
            Error::Internal(text) => {
                tracing::error!(%text, "internal fault");
                Self::new(speech, StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }
}

/// A defect: said in general words, the log has the rest.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a panic in the API");
    ApiError::new(&Speech::default(), StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
}

/// What the framework refuses in words of its own (an address that can't be read, a query of another shape) becomes a problem too.
pub async fn in_our_words(request: Request, next: Next) -> Response {
    let mut parts = axum::http::Request::new(()).into_parts().0;
    parts.headers = request.headers().clone();
    parts.extensions = request.extensions().clone();
    let response = next.run(request).await;
    if !is_the_frameworks(&response) {
        return response;
    }
    let speech = Speech::of(&parts);
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(&speech),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::media_type(&speech),
        status => ApiError::new(&speech, status, "bad_request"),
    }
    .into_response()
}

/// Whether a refusal comes from the framework: those of ours are pages or problems.
pub fn is_the_frameworks(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    response.status().is_client_error() && kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

pub async fn no_such_route(parts: Parts) -> ApiError {
    ApiError::new(&Speech::of(&parts), StatusCode::NOT_FOUND, "not_found")
}

pub async fn no_such_method(parts: Parts) -> ApiError {
    ApiError::new(&Speech::of(&parts), StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
}
