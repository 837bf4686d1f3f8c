//! A platform of digital resources for trying (docs/e-resources.md): readers sign on to it by their card, and each time its page is
//! opened it asks anew whether they still may. It serves this computer only, and keeps everything in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use serde::Deserialize;
use serde_json::Value;
use service::kernel::random_password;

use crate::SettingsError;
use crate::partner::{HttpClient, client};
use crate::simulator::escaped;

const LONGEST_ANSWER: usize = 256 * 1024;
const COOKIE: &str = "simulated_resources";

/// How the platform and the house know each other.
#[derive(Clone, Debug)]
pub struct ResourceSettings {
    /// Where the house is: `http://127.0.0.1:8080`.
    pub yueka: String,
    /// Where the platform is: `http://127.0.0.1:8096`.
    pub own: String,
    /// The name of its account there.
    pub name: String,
    /// Its secret.
    pub secret: String,
}

/// The platform.
#[derive(Clone)]
pub struct Resources(Arc<Inner>);

struct Inner {
    settings: ResourceSettings,
    client: HttpClient,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// What the identity has to say, by the state that the browser brings back.
    waiting: HashMap<String, String>,
    /// The token of each browser, by its cookie.
    browsers: HashMap<String, String>,
}

impl std::fmt::Debug for Resources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resources")
    }
}

/// What the browser brings back.
#[derive(Deserialize)]
struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

impl Resources {
    /// The path that browsers come back to.
    pub const BACK: &'static str = "/callback";

    /// Made ready.
    ///
    /// # Errors
    /// When the system has no TLS to give.
    pub fn new(settings: ResourceSettings) -> Result<Self, SettingsError> {
        Ok(Self(Arc::new(Inner { settings, client: client()?, seen: Mutex::default() })))
    }

    /// Its pages.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(home))
            .route("/sign-on", get(sign_on))
            .route(Self::BACK, get(back))
            .route("/leave", get(leave))
            .with_state(self.clone())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token_of(&self, headers: &HeaderMap) -> Option<String> {
        let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
        let own = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('='))?;
        self.seen().browsers.get(own).cloned()
    }

    /// Asks the house; the status, and the answer where it is JSON.
    async fn ask(&self, request: Request<Full<axum::body::Bytes>>) -> Result<(u16, Value), String> {
        let answer = self.0.client.request(request).await.map_err(|fault| fault.to_string())?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
        let body = body.map_err(|fault| fault.to_string())?.to_bytes();
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    /// Brings a code; gives the token, if the identity says what it should.
    async fn exchange(&self, code: &str, nonce: &str) -> Result<String, String> {
        let ResourceSettings { yueka, own, name, secret } = &self.0.settings;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &format!("{own}{}", Self::BACK)),
            ("client_id", name),
            ("client_secret", secret),
        ];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::post(format!("{yueka}/oidc/token"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(form))
            .map_err(|fault| fault.to_string())?;
        let (status, answer) = self.ask(request).await?;
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        if status != 200 {
            return Err(format!("{status} {}", text("error")));
        }
        // It came straight from the house, which is what the signature would prove to somebody further away.
        let identity = text("id_token");
        let claims = identity.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims: Value = serde_json::from_slice(&claims.unwrap_or_default()).unwrap_or_default();
        let fits = claims["iss"] == **yueka && claims["aud"] == **name && claims["nonce"] == *nonce;
        if fits { Ok(text("access_token")) } else { Err("another identity".to_owned()) }
    }

    /// Who a token is about, now; none when it does not work any more.
    async fn who(&self, token: &str) -> Result<Option<Value>, String> {
        let request = Request::get(format!("{}/oidc/userinfo", self.0.settings.yueka))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Full::default())
            .map_err(|fault| fault.to_string())?;
        let (status, claims) = self.ask(request).await?;
        Ok((status == 200).then_some(claims))
    }
}

async fn home(State(platform): State<Resources>, headers: HeaderMap) -> Response {
    let Some(token) = platform.token_of(&headers) else {
        return page("<p>电子书、期刊、数据库（模拟）。</p><p><a href=\"/sign-on\">凭借阅证登录</a></p>");
    };
    match platform.who(&token).await {
        Ok(Some(claims)) => {
            let fact = |name: &str, value: &Value| match value {
                Value::Null => String::new(),
                value => format!("<dt>{name}</dt><dd>{}</dd>", escaped(&value.to_string())),
            };
            let facts = [
                fact("本平台的代号", &claims["sub"]),
                fact("原办证馆", &claims["library"]),
                fact("已满 16 周岁", &claims["adult"]),
            ];
            page(&format!(
                "<p>已登录，可以阅读。每次打开本页都会重新询问借阅证是否可用。</p><dl>{}</dl><p><a href=\"/\">刷新</a> · <a href=\"/leave\">退出</a></p>",
                facts.concat()
            ))
        }
        Ok(None) => page(
            "<p>借阅证已不能使用，或读者撤回了同意：访问到此为止。</p><p><a href=\"/sign-on\">重新登录</a></p>",
        ),
        Err(fault) => page(&format!("<p>暂时问不到：{}</p>", escaped(&fault))),
    }
}

async fn sign_on(State(platform): State<Resources>) -> Response {
    let (Ok(state), Ok(nonce)) = (random_password(), random_password()) else {
        return page("<p>本机没有随机数可用。</p>");
    };
    let ResourceSettings { yueka, own, name, .. } = &platform.0.settings;
    let back = format!("{own}{}", Resources::BACK);
    let query = [
        ("client_id", name.as_str()),
        ("redirect_uri", &back),
        ("response_type", "code"),
        ("scope", "openid library adult"),
        ("state", &state),
        ("nonce", &nonce),
    ];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let to = format!("{yueka}/oidc/authorize?{query}");
    platform.seen().waiting.insert(state, nonce);
    Redirect::to(&to).into_response()
}

async fn back(State(platform): State<Resources>, Query(back): Query<Back>) -> Response {
    let nonce = back.state.and_then(|state| platform.seen().waiting.remove(&state));
    let (Some(nonce), Some(code)) = (nonce, back.code) else {
        let fault = escaped(&back.error.unwrap_or_default());
        return page(&format!("<p>没有登录：{fault}</p><p><a href=\"/\">返回</a></p>"));
    };
    let browser = match (platform.exchange(&code, &nonce).await, random_password()) {
        (Ok(token), Ok(browser)) => {
            platform.seen().browsers.insert(browser.clone(), token);
            browser
        }
        (Err(fault), _) => {
            return page(&format!("<p>没有登录：{}</p><p><a href=\"/\">返回</a></p>", escaped(&fault)));
        }
        (Ok(_), Err(_)) => return page("<p>本机没有随机数可用。</p>"),
    };
    let cookie = format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

async fn leave() -> Response {
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

fn page(body: &str) -> Response {
    const HEAD: &str = "<!doctype html><html lang=\"zh-Hans\"><head><meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>数字资源平台（模拟）</title>\
        <link rel=\"icon\" href=\"data:,\"><style>body{font:18px/1.7 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}\
        dt{color:#555}dd{margin:0 0 .5rem;font-family:monospace;word-break:break-all}</style></head><body><main><h1>数字资源平台（模拟）</h1>";
    Html([HEAD, body, "</main></body></html>"].concat()).into_response()
}
