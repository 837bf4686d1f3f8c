//! What may be done with a card now, and what stands against the rest.

use axum::Json as Answer;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use service::cards::{self, CardServices};
use service::kernel::{Known, Problem};
use service::records::{CheckMethod, Presence};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::LookedUp;
use crate::api::caller::Caller;
use crate::api::problem::{ApiError, BlockerBody, ProblemBody};
use crate::api::shapes::CardBody;

/// Who would stand there.
#[derive(Debug, Default, Deserialize)]
pub struct Asker {
    who: Option<String>,
}

impl Asker {
    /// Who, and how it is made sure at a door: staff see the person; where there are none, the reader has the password.
    fn read(&self, staffed: bool) -> Option<(&'static str, Presence, CheckMethod)> {
        let method = if staffed { CheckMethod::ByEye } else { CheckMethod::Password };
        match self.who.as_deref().map(str::trim) {
            None | Some("" | "reader") => Some(("reader", Presence::Reader, method)),
            Some("guardian") => Some(("guardian", Presence::Guardian, method)),
            Some("agent") => Some(("agent", Presence::Agent, method)),
            Some("phone") => Some(("phone", Presence::Reader, CheckMethod::Phone)),
            Some(_) => None,
        }
    }
}

/// What may be done with a card now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServicesBody {
    card: CardBody,
    /// Who it was asked for: `reader`, `guardian`, `agent` or `phone`.
    who: &'static str,
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

/// A service, and what stands against it for who asks.
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
    /// Each with its clause, and what to do instead.
    blockers: Vec<BlockerBody>,
}

/// What may be done with a card now, at this token's service point, by who stands there or calls, and what stands against the rest.
#[utoipa::path(
    get,
    path = "/api/v1/cards/{number}/blockers",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("who" = Option<String>, Query, description = "`reader` (left out, that), `guardian`, `agent`, or `phone`: the reader on the phone"),
    ),
    responses(
        (status = 200, description = "Each service", body = ServicesBody),
        (status = 422, description = "`who` is none of these", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn blockers(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    Query(asker): Query<Asker>,
) -> Result<Answer<ServicesBody>, ApiError> {
    let Some((who, presence, method)) = asker.read(caller.actor.channel.is_staffed()) else {
        return Err(ApiError::fields(&caller.speech, vec![("who", Problem::UnknownWord)]));
    };
    let found: CardServices = app
        .service
        .read(caller.actor.clone(), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::services(op, card, presence, method).await
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
        who,
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
