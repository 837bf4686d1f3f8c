//! Single sign-on for platforms of digital resources (A.3.2 d; docs/e-resources.md): an OpenID Connect provider with the few claims that
//! are needed. The pages of it are for the reader's browser, the rest for the platforms' servers.

mod asked;
mod authorize;
mod discovery;
mod next;
mod token;
mod user_info;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use service::resources::Told;

use crate::App;
use crate::i18n::Text;

pub use next::{AUTHORIZE, after_sign_in, forget};

/// Bytes of what a platform's server may send.
const LARGEST: usize = 16 * 1024;

/// What the reader's browser is shown.
pub fn pages() -> Router<App> {
    Router::new()
        .route(AUTHORIZE, get(authorize::show).post(authorize::submit))
        .route(next::CONTINUE, get(next::go_on))
}

/// What the platforms' servers ask.
pub fn endpoints() -> Router<App> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route("/oidc/jwks.json", get(discovery::keys))
        .route("/oidc/token", post(token::token))
        .route("/oidc/introspect", post(token::introspect))
        .route("/oidc/userinfo", get(user_info::show).post(user_info::show))
        .layer(DefaultBodyLimit::max(LARGEST))
}

// locale-keys: sign-on-told-*
impl Text {
    /// What a platform is told of a reader.
    pub fn platform_is_told(self, fact: Told) -> String {
        self.t(&format!("sign-on-told-{fact}"))
    }
}
