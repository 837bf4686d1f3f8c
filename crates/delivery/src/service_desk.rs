//! A partner service for trying (docs/partner-services.md): somebody shows their e-card, or gave their handle, and it asks whether their card
//! works. It learns nothing else.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use service::kernel::Clock;

use crate::SettingsError;
use crate::caller::{Answered, Caller, Prepared, ProvinceSettings, Trick};
use crate::province_page::style;
use crate::simulator::escaped;

const PATH: &str = "/api/partners/v1/live-card";

/// The desk of a partner service. Cloned, it is the same one.
#[derive(Clone, Debug)]
pub struct ServiceDesk {
    title: String,
    caller: Caller,
    log: Arc<Mutex<Vec<String>>>,
}

impl ServiceDesk {
    /// The desk of the service of this name.
    ///
    /// # Errors
    /// When this computer has no TLS to offer.
    pub fn new(title: &str, settings: ProvinceSettings, clock: Clock) -> Result<Self, SettingsError> {
        Ok(Self { title: title.to_owned(), caller: Caller::new(settings, clock)?, log: Arc::default() })
    }

    /// A question ready to be sent: sent twice, it is a replay. `by` is `code` or `handle`.
    #[must_use]
    pub fn prepare(&self, by: &str, text: &str, trick: Trick) -> Prepared {
        self.caller.prepare(PATH, &json!({ by: text }), "", trick)
    }

    /// Any call, be it for the desk or not.
    #[must_use]
    pub fn prepare_at(&self, path: &str, body: &Value, idempotency: &str) -> Prepared {
        self.caller.prepare(path, body, idempotency, Trick::None)
    }

    /// Sends a question.
    ///
    /// # Errors
    /// When the house can't be reached: a text for the log.
    pub async fn send(&self, call: &Prepared) -> Result<Answered, String> {
        self.caller.send(call).await
    }

    /// Asks.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn ask(&self, by: &str, text: &str) -> Result<Answered, String> {
        self.send(&self.prepare(by, text, Trick::None)).await
    }

    fn note(&self, line: String) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Its page.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(show))
            .route("/ask", post(submit))
            .route("/style.css", get(style))
            .with_state(self.clone())
    }
}

#[derive(Deserialize)]
struct Typed {
    shown: String,
}

async fn submit(State(desk): State<ServiceDesk>, Form(typed): Form<Typed>) -> Redirect {
    let text = typed.shown.trim();
    // What is read from an e-card is long; a handle says what it is.
    let by = if text.to_ascii_uppercase().starts_with("YC-") { "handle" } else { "code" };
    let line = match desk.ask(by, text).await {
        Ok(answered) => {
            let live = answered.body.get("live").and_then(Value::as_bool);
            let code = answered.body.get("code").and_then(Value::as_str).unwrap_or_default();
            match live {
                Some(true) => "借阅证有效，可以办理".to_owned(),
                Some(false) => "借阅证现在不能使用".to_owned(),
                None => format!("没有答复（{} {code}）", answered.status),
            }
        }
        Err(fault) => format!("连接不上：{fault}"),
    };
    desk.note(format!("{}：{line}", if by == "handle" { "凭证号" } else { "电子证码" }));
    Redirect::to("/")
}

async fn show(State(desk): State<ServiceDesk>) -> Html<String> {
    let log = desk.log.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let lines: String = log.iter().rev().map(|line| format!("<li>{}</li>", escaped(line))).collect();
    let lines = if lines.is_empty() { "<li>还没有</li>".to_owned() } else { lines };
    Html(include_str!("service_desk.html").replace("{title}", &escaped(&desk.title)).replace("{log}", &lines))
}
