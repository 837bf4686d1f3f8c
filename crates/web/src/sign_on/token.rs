//! What a platform's server asks with its secret: a code for an identity and a token (OpenID Connect Core 3.1.3), and whether a token still
//! works (RFC 7662).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use service::kernel::{Actor, Error};
use service::resources::{self, Claims, Exchange, ExchangeRefusal, Exchanged, TOKEN_SECONDS};

use super::asked::decoded;
use crate::App;
use crate::origin::origin;

/// For how long an identity may be taken for one of the present.
const IDENTITY_SECONDS: i64 = 300;

/// Who a platform's server says it is.
struct Caller {
    name: String,
    secret: String,
    /// Whether it said so in the header of HTTP.
    in_header: bool,
}

/// The form that a server sends; each name once.
struct Sent(Vec<(String, String)>);

impl Sent {
    fn read(body: &[u8]) -> Option<Self> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let mut names: Vec<&String> = pairs.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.windows(2).all(|two| two[0] != two[1]).then_some(Self(pairs))
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn filled(&self, name: &str) -> Option<String> {
        Some(self.get(name).to_owned()).filter(|value| !value.is_empty())
    }

    fn caller(&self, headers: &HeaderMap) -> Option<Caller> {
        let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(header) = header {
            let (_, text) =
                header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))?;
            let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
            let (name, secret) = text.split_once(':')?;
            return Some(Caller { name: decoded(name), secret: decoded(secret), in_header: true });
        }
        let (name, secret) = (self.filled("client_id")?, self.filled("client_secret")?);
        Some(Caller { name, secret, in_header: false })
    }
}

pub async fn token(State(app): State<App>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let Some(sent) = Sent::read(&body) else { return no(StatusCode::BAD_REQUEST, "invalid_request") };
    let Some(caller) = sent.caller(&headers) else { return no_such_caller(true) };
    match sent.get("grant_type") {
        "authorization_code" => {}
        "" => return no(StatusCode::BAD_REQUEST, "invalid_request"),
        _ => return no(StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    }
    let (name, in_header) = (caller.name.clone(), caller.in_header);
    let brought = Exchange {
        platform: caller.name,
        secret: caller.secret,
        code: sent.get("code").to_owned(),
        return_to: sent.get("redirect_uri").to_owned(),
        verifier: sent.filled("code_verifier"),
    };
    let exchanged =
        app.service.write(Actor::nobody(), async move |op| resources::exchange(op, &brought).await).await;
    match exchanged {
        Ok(Ok(exchanged)) => match answer(&app, &headers, &name, exchanged).await {
            Ok(body) => kept_by_nobody(Json(body).into_response()),
            Err(error) => failed(&error),
        },
        Ok(Err(ExchangeRefusal::UnknownPlatform)) => no_such_caller(in_header),
        Ok(Err(ExchangeRefusal::NoGoodCode)) => no(StatusCode::BAD_REQUEST, "invalid_grant"),
        Err(error) => failed(&error),
    }
}

pub async fn introspect(State(app): State<App>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let Some(sent) = Sent::read(&body) else { return no(StatusCode::BAD_REQUEST, "invalid_request") };
    let Some(Caller { name, secret, in_header }) = sent.caller(&headers) else {
        return no_such_caller(true);
    };
    let (text, platform) = (sent.get("token").to_owned(), name.clone());
    let found = app
        .service
        .read(Actor::nobody(), async move |op| resources::introspect(op, &platform, &secret, &text).await)
        .await;
    let body = match found {
        Ok(Some((claims, ends_at))) => {
            let mut body = json!({
                "active": true, "client_id": name, "token_type": "Bearer", "exp": ends_at.timestamp(),
            });
            tell(&mut body, &claims);
            body
        }
        Ok(None) => json!({ "active": false }),
        Err(Error::NotFound(_)) => return no_such_caller(in_header),
        Err(error) => return failed(&error),
    };
    kept_by_nobody(Json(body).into_response())
}

async fn answer(
    app: &App,
    headers: &HeaderMap,
    platform: &str,
    exchanged: Exchanged,
) -> service::Result<Value> {
    let issuer = origin(&app.options, headers).unwrap_or_default();
    let now = app.service.clock().now().timestamp();
    let mut identity = json!({
        "iss": issuer,
        "aud": platform,
        "iat": now,
        "exp": now + IDENTITY_SECONDS,
        "auth_time": exchanged.signed_in_at.timestamp(),
        "at_hash": resources::half_hash(&exchanged.token),
    });
    if let Some(nonce) = &exchanged.nonce {
        identity["nonce"] = json!(nonce);
    }
    tell(&mut identity, &exchanged.claims);
    let identity = resources::signing_key(&app.service).await?.stated(&identity)?;
    Ok(json!({
        "access_token": exchanged.token,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "id_token": identity,
    }))
}

/// Adds what a platform is told of a reader.
pub fn tell(body: &mut Value, claims: &Claims) {
    body["sub"] = json!(claims.pseudonym);
    if let Some(library) = &claims.library {
        body["library"] = json!(library);
    }
    if let Some(adult) = claims.adult {
        body["adult"] = json!(adult);
    }
}

fn no(status: StatusCode, word: &str) -> Response {
    kept_by_nobody((status, Json(json!({ "error": word }))).into_response())
}

fn no_such_caller(in_header: bool) -> Response {
    let mut response = no(StatusCode::UNAUTHORIZED, "invalid_client");
    if in_header {
        let challenge = HeaderValue::from_static("Basic realm=\"yueka\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

pub fn failed(error: &Error) -> Response {
    if matches!(error, Error::Busy | Error::Raced) {
        return no(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable");
    }
    tracing::error!(%error, "a platform could not be answered");
    no(StatusCode::INTERNAL_SERVER_ERROR, "server_error")
}

pub fn kept_by_nobody(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
