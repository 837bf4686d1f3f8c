//! What platforms read first: where things are, what there is, and the keys (OpenID Connect Discovery 1.0).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use service::resources::{self, Told};

use super::AUTHORIZE;
use crate::App;
use crate::origin::origin;

pub async fn configuration(State(app): State<App>, headers: HeaderMap) -> Response {
    let Some(issuer) = origin(&app.options, &headers) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let scopes: Vec<&str> = ["openid"].into_iter().chain(Told::ALL.map(Told::as_str)).collect();
    let claims: Vec<&str> =
        ["sub", "auth_time", "nonce"].into_iter().chain(Told::ALL.map(Told::as_str)).collect();
    let at = |path: &str| format!("{issuer}{path}");
    let body = json!({
        "issuer": issuer,
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at("/oidc/token"),
        "userinfo_endpoint": at("/oidc/userinfo"),
        "introspection_endpoint": at("/oidc/introspect"),
        "jwks_uri": at("/oidc/jwks.json"),
        "scopes_supported": scopes,
        "claims_supported": claims,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": ["zh-Hans", "zh-Hant", "en"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    });
    Json(body).into_response()
}

pub async fn keys(State(app): State<App>) -> Response {
    let keys = match resources::public_keys(&app.service).await {
        Ok(keys) => keys,
        Err(error) => {
            tracing::error!(%error, "the keys of identities could not be read");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let keys: Vec<Value> = keys
        .into_iter()
        .map(|key| {
            json!({
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.id,
                "n": URL_SAFE_NO_PAD.encode(key.modulus), "e": URL_SAFE_NO_PAD.encode(key.exponent),
            })
        })
        .collect();
    // Clients may keep them for a while; one that is asked for by a name they don't know is fetched anew.
    let keep = (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    ([keep], Json(json!({ "keys": keys }))).into_response()
}
