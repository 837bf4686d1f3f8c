//! Every call of a partner goes through here: read whole, let in or not, answered with a signature.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use service::kernel::{Actor, Call};
use service::partners::{Admission, PartnerKind, SignedCall, Signer, admit, signing};
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required};

use crate::App;
use crate::address::Address;
use crate::api::caller::{Boxed, Key, Speech};
use crate::api::name_operations;
use crate::api::problem::ApiError;

/// Bytes of a call.
pub const LARGEST: usize = 64 * 1024;
/// Bytes of an answer, to be signed.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The partner who calls, once let in.
#[derive(Clone, Debug)]
pub struct PartnerCaller {
    /// Who they are to operations.
    pub actor: Actor,
    /// The language of messages.
    pub speech: Speech,
}

impl PartnerCaller {
    /// The call to hand to an operation that changes something: it has an idempotency key, always.
    pub fn call(&self, key: Key) -> Result<Call, ApiError> {
        let key = key.0.ok_or_else(|| ApiError::bad_key(&self.speech))?;
        Ok(Call { actor: self.actor.clone(), key: Some(key) })
    }
}

impl FromRequestParts<App> for PartnerCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| ApiError::unauthorized(&Speech::of(parts)))
    }
}

/// Lets a platform's call in, and signs what is answered.
pub async fn by_platform(State(app): State<App>, address: Address, request: Request, next: Next) -> Response {
    signed(app, PartnerKind::Yuedutong, address, request, next).await
}

/// Lets the call of a partner service in, and signs what is answered.
pub async fn by_service(State(app): State<App>, address: Address, request: Request, next: Next) -> Response {
    signed(app, PartnerKind::Service, address, request, next).await
}

async fn signed(
    app: App,
    contract: PartnerKind,
    Address(address): Address,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let speech = Speech::of(&parts);
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return answer(&app, None, ApiError::too_large(&speech).into_response()).await;
    };
    let call = read(&parts, &body, address);
    match admitted(app.clone(), contract, call).await {
        Ok(Admission::Welcome(admitted)) => {
            parts.extensions.insert(PartnerCaller { actor: admitted.actor, speech });
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            answer(&app, Some(admitted.signer), response).await
        }
        Ok(Admission::Refused(refusal, signer)) => {
            answer(&app, signer, ApiError::not_admitted(&speech, refusal).into_response()).await
        }
        Err(error) => answer(&app, None, ApiError::of(&speech, error).into_response()).await,
    }
}

fn admitted(app: App, contract: PartnerKind, call: SignedCall) -> Boxed<service::Result<Admission>> {
    Box::pin(async move { admit(&app.service, contract, call).await })
}

/// The headers of every call, with what they are.
const HEADERS: [(&str, &str); 5] = [
    ("Yueka-Partner", "The name of the account"),
    ("Yueka-Key", "The name of the key"),
    ("Yueka-Time", "When the call is made: seconds since 1970, five minutes off at most"),
    ("Yueka-Nonce", "16 to 64 letters, digits, `-` and `_`, never used twice"),
    ("Yueka-Signature", "HMAC-SM3 over the lines that docs/yuedutong.md names, in hexadecimal digits"),
];

/// The description of a contract, with a name and the headers of its signature for each call.
pub fn described(mut description: Description, below: &str) -> Description {
    name_operations(&mut description, below);
    for item in description.paths.paths.values_mut() {
        if let Some(call) = &mut item.post {
            for (name, what) in HEADERS {
                add_header(call, name, what, Required::True);
            }
        }
    }
    description
}

/// Describes a header of a call.
pub fn add_header(call: &mut Operation, name: &str, what: &str, required: Required) {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(what))
        .required(required)
        .schema(Some(text))
        .build();
    call.parameters.get_or_insert_default().push(RefOr::T(header));
}

fn read(parts: &Parts, body: &Bytes, address: String) -> SignedCall {
    // Of a header that is there twice one would go unsigned.
    let twice = signing::HEADERS.iter().any(|name| parts.headers.get_all(*name).iter().count() > 1);
    let told = |name: &str| if twice { String::new() } else { text(&parts.headers, name) };
    SignedCall {
        partner: told(signing::PARTNER),
        key: told(signing::KEY),
        time: told(signing::TIME),
        nonce: told(signing::NONCE),
        signature: told(signing::SIGNATURE),
        idempotency: told(signing::IDEMPOTENCY),
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body: signing::digest(body),
        address,
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The answer with the time of the house, and with its signature where the caller is known.
async fn answer(app: &App, signer: Option<Signer>, response: Response) -> Response {
    let time = app.service.clock().now().timestamp().to_string();
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default();
    let headers = &mut parts.headers;
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set(headers, signing::TIME, &time);
    if let Some(signer) = signer {
        set(headers, signing::KEY, signer.key());
        set(headers, signing::NONCE, signer.nonce());
        set(headers, signing::SIGNATURE, &signer.sign(parts.status.as_u16(), &time, &body));
    }
    Response::from_parts(parts, Body::from(body))
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
