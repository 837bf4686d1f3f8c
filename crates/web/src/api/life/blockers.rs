//! What may be done with a card now, and what stands against the rest.

use axum::Json as Answer;
use axum::extract::{Path, State};
use serde::Serialize;
use service::cards::{self, CardServices};
use service::kernel::Known;
use service::records::{CheckMethod, Presence};
use utoipa::ToSchema;

use crate::App;
use crate::api::caller::Caller;
use crate::api::problem::{ApiError, BlockerBody, ProblemBody};
use crate::api::shapes::CardBody;

/// What may be done with a card now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServicesBody {
    card: CardBody,
    circulation: CirculationBody,
    services: Vec<ServiceBody>,
}

/// What is known of loans and charges.
#[derive(Debug, Serialize, ToSchema)]
pub struct CirculationBody {
    /// `known`, `not_configured` or `unavailable`.
    state: &'static str,
    /// Items on loan.
    loans: Option<u32>,
    /// Of these overdue.
    overdue: Option<u32>,
    /// Unpaid, in fen.
    charges: Option<i64>,
}

/// A service, and what stands against it for the reader in person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceBody {
    /// Its stable word.
    #[schema(example = "cancel")]
    service: &'static str,
    /// Whether this token may render it now.
    possible: bool,
    /// The right that it needs, and whether the token has it.
    right: &'static str,
    allowed: bool,
    /// Whether `circulation_checked` is asked for.
    needs_circulation_check: bool,
    blockers: Vec<BlockerBody>,
}

/// What may be done with a card now, for the reader in person at this token's service point, and what stands against the rest.
#[utoipa::path(
    get,
    path = "/api/v1/cards/{number}/blockers",
    tag = "cards",
    security(("token" = [])),
    params(("number" = String, Path, description = "A virtual number or a barcode")),
    responses(
        (status = 200, description = "Each service", body = ServicesBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn blockers(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Answer<ServicesBody>, ApiError> {
    let staffed = caller.actor.channel.is_staffed();
    let method = if staffed { CheckMethod::ByEye } else { CheckMethod::Password };
    let found: CardServices = app
        .service
        .read(caller.actor.clone(), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::services(op, card, Presence::Reader, method).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let speech = &caller.speech;
    let (state, standing) = match found.standing {
        Known::Standing(standing) => ("known", Some(standing)),
        Known::NotConfigured => ("not_configured", None),
        Known::Unavailable(_) => ("unavailable", None),
    };
    Ok(Answer(ServicesBody {
        card: CardBody::of(speech.t, &tree, &found.card, None),
        circulation: CirculationBody {
            state,
            loans: standing.map(|standing| standing.loans),
            overdue: standing.map(|standing| standing.overdue),
            charges: standing.map(|standing| standing.charges),
        },
        services: found
            .services
            .iter()
            .map(|choice| ServiceBody {
                service: choice.service.as_str(),
                possible: choice.possible(),
                right: choice.right.as_str(),
                allowed: choice.allowed,
                needs_circulation_check: choice.needs_circulation_check,
                blockers: choice.blockers.iter().map(|blocker| BlockerBody::of(speech, blocker)).collect(),
            })
            .collect(),
    }))
}
