//! Who calls the API: a bearer token, bound to a service point.

use std::pin::Pin;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use service::cards;
use service::kernel::{Actor, Call, CardId, IdempotencyKey};
use service::libraries::{Tree, tree};
use service::staff;

use super::problem::ApiError;
use crate::App;
use crate::i18n::{Language, Text};
use crate::trace::RequestId;

/// The caller of an API operation, and how to speak to them.
#[derive(Debug)]
pub struct Caller {
    app: App,
    /// Who they are to operations.
    pub actor: Actor,
    /// The language of messages.
    pub speech: Speech,
}

/// The language of messages, and the number of the request.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    pub t: Text,
    pub request_id: String,
}

impl Speech {
    pub fn of(parts: &Parts) -> Self {
        let id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
        Self { t: Text { language: Language::of(&parts.headers) }, request_id: id.unwrap_or_default() }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let speech = Speech::of(parts);
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        let Some(token) = token else { return Err(ApiError::unauthorized(&speech)) };
        match known(app.clone(), token).await {
            Ok(Some(actor)) => Ok(Self { app: app.clone(), actor, speech }),
            Ok(None) => Err(ApiError::unauthorized(&speech)),
            Err(error) => Err(ApiError::of(&speech, error)),
        }
    }
}

/// What a trait or another function awaits is boxed and owns what it needs, since the compiler can't yet see that an
/// operation's future may move between threads whatever it borrows.
pub type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn known(app: App, token: String) -> Boxed<service::Result<Option<Actor>>> {
    Box::pin(async move {
        app.service.read(Actor::nobody(), async |op| staff::actor_of_token(op, &token).await).await
    })
}

/// The `Idempotency-Key` header.
#[derive(Debug)]
pub struct Key(pub Option<IdempotencyKey>);

impl FromRequestParts<App> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = value.to_str().ok().and_then(IdempotencyKey::new);
        key.map(|key| Self(Some(key))).ok_or_else(|| ApiError::bad_key(&Speech::of(parts)))
    }
}

impl Caller {
    /// The libraries, for names.
    pub fn libraries(&self) -> Boxed<Result<Tree, ApiError>> {
        let (app, actor, speech) = (self.app.clone(), self.actor.clone(), self.speech.clone());
        Box::pin(async move {
            let read = app.service.read(actor, async |op| tree(op).await).await;
            read.map_err(|error| ApiError::of(&speech, error))
        })
    }

    /// The number of a card, for callers that may find readers.
    pub fn number_of(&self, card: CardId) -> Boxed<Option<String>> {
        let (app, actor) = (self.app.clone(), self.actor.clone());
        Box::pin(async move {
            let read = app.service.read(actor, async |op| cards::card(op, card).await).await;
            read.ok().map(|card| card.number)
        })
    }

    /// The call to hand to an operation.
    pub fn call(&self, key: Key) -> Call {
        Call { actor: self.actor.clone(), key: key.0 }
    }
}
