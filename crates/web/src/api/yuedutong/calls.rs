//! The calls, one small function each: parse, call, present.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::cards::{CardChange, CardView};
use service::kernel::{Error, local_moment};
use service::libraries::{self, Tree};
use service::readers::DocumentForm;
use service::{Result as Done, yuedutong};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::Called;
use crate::api::body::Json;
use crate::api::caller::{Boxed, Key, Speech};
use crate::api::problem::{ApiError, BlockerBody};
use crate::api::shapes::{DocumentBody, ReaderBody, local};
use crate::api::signed::PartnerCaller;

/// A card to open.
#[derive(Deserialize, ToSchema)]
pub struct OpenBody {
    /// The code that the person goes by at the platform: 6 to 64 letters, digits, `-`, `_`, `.` and `:`.
    #[schema(example = "GDYDT-4400000001")]
    code: Option<String>,
    /// The code of the library that is to issue the card; left out, that of the partner's account.
    library: Option<String>,
    reader: Option<ReaderBody>,
    document: Option<DocumentBody>,
}

/// A card to link.
#[derive(Deserialize, ToSchema)]
pub struct LinkBody {
    /// The code that the person goes by at the platform.
    #[schema(example = "GDYDT-4400000001")]
    code: Option<String>,
    /// Their name, as the platform verified it.
    name: Option<String>,
    /// `YYYY-MM-DD`; may be left out where the document's number holds it.
    birth_date: Option<String>,
    document: Option<DocumentBody>,
}

/// Whose card it is about.
#[derive(Deserialize, ToSchema)]
pub struct CodeBody {
    /// The code that the reader goes by at the platform.
    #[schema(example = "GDYDT-4400000001")]
    code: Option<String>,
}

/// A card as a platform sees it: nothing of its holder.
#[derive(Serialize, ToSchema)]
pub struct CardTold {
    /// The virtual number, or the barcode.
    #[schema(example = "0757001002386417")]
    number: String,
    /// `document` or `one_card`.
    kind: &'static str,
    /// `active`, `lost` or `cancelled`.
    state: &'static str,
    /// Since when it is in that state.
    since: DateTime<FixedOffset>,
    /// When it was opened.
    opened_at: DateTime<FixedOffset>,
    /// Through which door.
    channel: &'static str,
    /// The code of the library that issued it.
    issuing_library: Option<String>,
}

/// A card that was opened or linked.
#[derive(Serialize, ToSchema)]
pub struct CardAnswer {
    card: CardTold,
    /// Whether this is the answer to an earlier call.
    repeated: bool,
}

/// What became of a card.
#[derive(Serialize, ToSchema)]
pub struct ChangeAnswer {
    card: CardTold,
    /// From which moment on.
    at: DateTime<FixedOffset>,
    /// The same, as people are told it.
    told: String,
    /// Whether this is the answer to an earlier call.
    repeated: bool,
}

/// What a code leads to.
#[derive(Serialize, ToSchema)]
pub struct ResolveAnswer {
    /// Whether its holder may borrow and enter.
    works: bool,
    /// Why not.
    blockers: Vec<BlockerBody>,
    card: CardTold,
}

/// A code that leads to nobody any more.
#[derive(Serialize, ToSchema)]
pub struct UnlinkAnswer {
    linked: bool,
}

/// Opens a card for a person whom the platform verified (6.1.4, A.2.1 b).
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/open",
    request_body = OpenBody,
    responses((status = 201, description = "The card was opened", body = CardAnswer), (status = 200, description = "It was opened before", body = CardAnswer), Called)
)]
pub async fn open(
    State(app): State<App>,
    caller: PartnerCaller,
    key: Key,
    Json(body): Json<OpenBody>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let mut call = caller.call(key)?;
    if let Some(library) = body.library.filter(|library| !library.trim().is_empty()) {
        call.actor =
            at_library(app.clone(), call.actor, library).await.map_err(|error| problem(&speech, error))?;
    }
    let request = yuedutong::Open {
        code: body.code.unwrap_or_default(),
        reader: body.reader.map(ReaderBody::into_form).unwrap_or_default(),
        document: form(body.document),
    };
    let opened = app
        .service
        .write(call, async |op| {
            let opened = yuedutong::open(op, request.clone()).await?;
            Ok((opened, libraries::tree(op).await?))
        })
        .await;
    let (opened, tree) = opened.map_err(|error| problem(&speech, error))?;
    let status = if opened.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok(card(status, &tree, &opened.card, opened.repeated))
}

fn at_library(
    app: App,
    actor: service::kernel::Actor,
    library: String,
) -> Boxed<Done<service::kernel::Actor>> {
    Box::pin(
        async move { app.service.read(actor, async |op| yuedutong::at_library(op, &library).await).await },
    )
}

/// Links a card there is with the code of its holder (6.1.4.1).
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/link",
    request_body = LinkBody,
    responses((status = 200, description = "The card", body = CardAnswer), Called)
)]
pub async fn link(
    State(app): State<App>,
    caller: PartnerCaller,
    key: Key,
    Json(body): Json<LinkBody>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let request = yuedutong::Link {
        code: body.code.unwrap_or_default(),
        name: body.name.unwrap_or_default(),
        birth_date: body.birth_date.unwrap_or_default(),
        document: form(body.document),
    };
    let linked = app
        .service
        .write(caller.call(key)?, async |op| {
            let linked = yuedutong::link(op, request.clone()).await?;
            Ok((linked, libraries::tree(op).await?))
        })
        .await;
    let (linked, tree) = linked.map_err(|error| problem(&speech, error))?;
    Ok(card(StatusCode::OK, &tree, &linked.card, linked.repeated))
}

/// The code leads to nobody from now on.
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/unlink",
    request_body = CodeBody,
    responses((status = 200, description = "It leads to nobody", body = UnlinkAnswer), Called)
)]
pub async fn unlink(
    State(app): State<App>,
    caller: PartnerCaller,
    key: Key,
    Json(body): Json<CodeBody>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let code = body.code.unwrap_or_default();
    let ended = app.service.write(caller.call(key)?, async |op| yuedutong::unlink(op, &code).await).await;
    ended.map_err(|error| problem(&speech, error))?;
    Ok(Answer(UnlinkAnswer { linked: false }).into_response())
}

/// Reports a loss (6.3.1): at once, everywhere.
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/loss",
    request_body = CodeBody,
    responses((status = 200, description = "It is lost from now on", body = ChangeAnswer), Called)
)]
pub async fn report_loss(
    State(app): State<App>,
    caller: PartnerCaller,
    key: Key,
    Json(body): Json<CodeBody>,
) -> Result<Response, ApiError> {
    on_card(app, caller, key, body, |op, code| Box::pin(yuedutong::report_loss(op, code))).await
}

/// Asks for a lost card to work again: the table of services refuses it, with what to do instead (A.4.2).
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/restore",
    request_body = CodeBody,
    responses((status = 200, description = "It works again", body = ChangeAnswer), Called)
)]
pub async fn restore(
    State(app): State<App>,
    caller: PartnerCaller,
    key: Key,
    Json(body): Json<CodeBody>,
) -> Result<Response, ApiError> {
    on_card(app, caller, key, body, |op, code| Box::pin(yuedutong::restore(op, code))).await
}

/// Asks for a card to be cancelled: refused likewise (A.4.3).
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/cancel",
    request_body = CodeBody,
    responses((status = 200, description = "It is cancelled", body = ChangeAnswer), Called)
)]
pub async fn cancel(
    State(app): State<App>,
    caller: PartnerCaller,
    key: Key,
    Json(body): Json<CodeBody>,
) -> Result<Response, ApiError> {
    on_card(app, caller, key, body, |op, code| Box::pin(yuedutong::cancel(op, code))).await
}

/// What a code leads to (6.1.4.2).
#[utoipa::path(
    post,
    path = "/api/yuedutong/v1/resolve",
    request_body = CodeBody,
    responses((status = 200, description = "What it leads to", body = ResolveAnswer), Called)
)]
pub async fn resolve(
    State(app): State<App>,
    caller: PartnerCaller,
    Json(body): Json<CodeBody>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let code = body.code.unwrap_or_default();
    let resolved = app
        .service
        .write(caller.actor, async |op| {
            let resolved = yuedutong::resolve(op, &code).await?;
            Ok((resolved, libraries::tree(op).await?))
        })
        .await;
    let (resolved, tree) = resolved.map_err(|error| problem(&speech, error))?;
    let why: Vec<BlockerBody> =
        resolved.blockers.iter().map(|blocker| BlockerBody::of(&speech, blocker)).collect();
    let body = ResolveAnswer { works: why.is_empty(), blockers: why, card: told(&tree, &resolved.card) };
    Ok(Answer(body).into_response())
}

type Asking<'a> = std::pin::Pin<Box<dyn Future<Output = Done<CardChange>> + Send + 'a>>;

/// A service on the card of a code, and what became of the card, with the names of libraries.
async fn on_card(
    app: App,
    caller: PartnerCaller,
    key: Key,
    body: CodeBody,
    service: for<'a> fn(&'a service::kernel::Op, &'a str) -> Asking<'a>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let (call, code) = (caller.call(key)?, body.code.unwrap_or_default());
    let done: Boxed<Done<(CardChange, Tree)>> = Box::pin(async move {
        app.service
            .write(call, async move |op| {
                let change = service(op, &code).await?;
                Ok((change, libraries::tree(op).await?))
            })
            .await
    });
    let (change, tree) = done.await.map_err(|error| problem(&speech, error))?;
    let body = ChangeAnswer {
        card: told(&tree, &change.card),
        at: local(change.at),
        told: local_moment(change.at),
        repeated: change.repeated,
    };
    Ok(Answer(body).into_response())
}

fn form(document: Option<DocumentBody>) -> DocumentForm {
    document.map(DocumentBody::into_form).unwrap_or_default()
}

fn card(status: StatusCode, tree: &Tree, card: &CardView, repeated: bool) -> Response {
    (status, Answer(CardAnswer { card: told(tree, card), repeated })).into_response()
}

/// A card as a platform sees it.
fn told(tree: &Tree, card: &CardView) -> CardTold {
    CardTold {
        number: card.number.clone(),
        kind: card.kind.as_str(),
        state: card.state.as_str(),
        since: local(card.state_since),
        opened_at: local(card.opened_at),
        channel: card.channel.as_str(),
        issuing_library: tree.library(card.issuing_library).map(|library| library.code.clone()),
    }
}

/// What is not there has a word of its own.
fn problem(speech: &Speech, error: Error) -> ApiError {
    match error {
        Error::NotFound("code") => ApiError::missing(speech, "unknown_code"),
        Error::NotFound("reader") => ApiError::missing(speech, "unknown_person"),
        Error::NotFound("card") => ApiError::missing(speech, "no_card"),
        Error::NotFound("library") => ApiError::missing(speech, "unknown_library"),
        other => ApiError::of(speech, other),
    }
}
