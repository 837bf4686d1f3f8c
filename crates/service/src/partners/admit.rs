//! Letting a partner's call in: signed with a key of theirs, of the present, from where they may call, and not seen before. A call that
//! is not signed well is refused by a look; only who signs can make the house write.

use std::fmt;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::accounts::{PartnerKind, keys_of, kind_of, secret_of};
use super::signing::{AnswerText, CallText, digest, fits, sign};
use super::tables::{partner, partner_call, partner_event};
use crate::Service;
use crate::kernel::{Actor, Channel, Error, Op, PartnerId, Result, Right, Who, is_in};
use crate::libraries::service_point;

/// By how many minutes the time of a call may differ from ours.
pub const WINDOW_MINUTES: i64 = 5;
/// For how long a nonce is remembered: longer than a call can be taken for one of the present.
const REMEMBERED: TimeDelta = TimeDelta::minutes(3 * WINDOW_MINUTES);
/// For how many days it is kept what a partner was told.
const TOLD_DAYS: i64 = 90;

/// A call as it came, before anything of it is believed.
#[derive(Clone, Debug, Default)]
pub struct SignedCall {
    /// Who it says it is.
    pub partner: String,
    /// The name of the key.
    pub key: String,
    /// When it was made: seconds since 1970.
    pub time: String,
    /// What is never used twice: 16 to 64 letters, digits, `-` and `_`.
    pub nonce: String,
    /// The signature.
    pub signature: String,
    /// The idempotency key, or nothing.
    pub idempotency: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What stands behind `?`.
    pub query: String,
    /// The digest of the body.
    pub body: String,
    /// Where it comes from.
    pub address: String,
}

/// Signs answers to one call. `Debug` shows no key.
#[derive(Clone)]
pub struct Signer {
    partner: String,
    key: String,
    nonce: String,
    secret: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, {})", self.partner, self.key)
    }
}

impl Signer {
    /// The name of the key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The nonce of the call.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The signature of an answer at this time (seconds since 1970).
    #[must_use]
    pub fn sign(&self, status: u16, time: &str, body: &[u8]) -> String {
        let Self { partner, key, nonce, secret } = self;
        let text = AnswerText { partner, key, status, time, nonce, body: &digest(body) };
        sign(secret, &text.lines())
    }
}

/// A call that was let in.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Who calls, to operations.
    pub actor: Actor,
    /// Signs the answer.
    pub signer: Signer,
}

/// Why a call is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A header is missing, or can't be read.
    Unsigned,
    /// There is no such partner, or no such key of theirs that is open.
    UnknownKey,
    /// The signature is not that of this call.
    BadSignature,
    /// It comes from another network than the partner's.
    FromElsewhere,
    /// Its time is not ours; this is what our clock says.
    OffTime(DateTime<Utc>),
    /// It was let in before.
    Replayed,
    /// Too many came within a minute; wait so many seconds.
    TooMany(i64),
    /// Its account is for the other contract.
    OtherContract,
}

impl Refusal {
    /// The stable word for it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::FromElsewhere => "from_elsewhere",
            Self::OffTime(_) => "off_time",
            Self::Replayed => "replayed",
            Self::TooMany(_) => "too_many_calls",
            Self::OtherContract => "other_contract",
        }
    }
}

/// Whether a call is let in.
#[derive(Clone, Debug)]
pub enum Admission {
    /// It is.
    Welcome(Box<Admitted>),
    /// It is not; who signed well gets even that signed.
    Refused(Refusal, Option<Signer>),
}

/// Lets a call of one of the two contracts in, or says why not.
///
/// # Errors
/// When the database can't be asked or written.
pub async fn admit(house: &Service, contract: PartnerKind, call: SignedCall) -> Result<Admission> {
    let nonce = call.nonce.clone();
    let (partner, signer, actor) =
        match house.read(Actor::nobody(), async move |op| known(op, contract, &call).await).await? {
            Known::Refused(refusal, signer) => return Ok(Admission::Refused(refusal, signer)),
            Known::Partner(partner, signer, actor) => (partner, signer, actor),
        };
    let remembered =
        house.write(Actor::nobody(), async move |op| remember(op, &partner, &nonce).await).await?;
    Ok(match remembered {
        Some(refusal) => Admission::Refused(refusal, Some(signer)),
        None => Admission::Welcome(Box::new(Admitted { actor, signer })),
    })
}

enum Known {
    Partner(PartnerSeen, Signer, Actor),
    Refused(Refusal, Option<Signer>),
}

/// What of an account counts for its calls.
#[derive(Clone, Copy)]
struct PartnerSeen {
    id: PartnerId,
    calls_per_minute: i64,
}

async fn known(op: &Op, contract: PartnerKind, call: &SignedCall) -> Result<Known> {
    let fits_nonce = (16..=64).contains(&call.nonce.len())
        && call.nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let time = call.time.parse::<i64>().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let Some(time) = time.filter(|_| fits_nonce && !call.signature.is_empty()) else {
        return Ok(Known::Refused(Refusal::Unsigned, None));
    };
    let unknown = Known::Refused(Refusal::UnknownKey, None);
    let row = partner::Entity::find()
        .filter(partner::Column::Name.eq(call.partner.as_str()))
        .filter(partner::Column::ClosedAt.is_null())
        .one(op.db())
        .await?;
    let Some(row) = row else { return Ok(unknown) };
    let keys = keys_of(op, row.id).await?;
    let key = keys.iter().find(|key| key.label == call.key && key.closed_at.is_none());
    let Some(key) = key else { return Ok(unknown) };
    let point = match service_point(op, row.service_point_id).await {
        Ok(point) => point,
        Err(Error::NotFound(_)) => return Ok(unknown),
        Err(error) => return Err(error),
    };
    let secret = secret_of(op, key)?;
    let text = CallText {
        partner: &call.partner,
        key: &call.key,
        method: &call.method,
        path: &call.path,
        query: &call.query,
        time: &call.time,
        nonce: &call.nonce,
        idempotency: &call.idempotency,
        body: &call.body,
    };
    if !fits(&secret, &text.lines(), &call.signature) {
        return Ok(Known::Refused(Refusal::BadSignature, None));
    }
    let kind = kind_of(&row)?;
    let signer = Signer { partner: row.name, key: call.key.clone(), nonce: call.nonce.clone(), secret };
    if kind != contract {
        return Ok(Known::Refused(Refusal::OtherContract, Some(signer)));
    }
    // Where the server does not know the address, nobody may come from a certain one.
    let from = call.address.parse::<IpAddr>().ok();
    if !row.addresses.is_empty() && !from.is_some_and(|from| is_in(&row.addresses, from)) {
        return Ok(Known::Refused(Refusal::FromElsewhere, Some(signer)));
    }
    if (op.now() - time).abs() > TimeDelta::minutes(WINDOW_MINUTES) {
        return Ok(Known::Refused(Refusal::OffTime(op.now()), Some(signer)));
    }
    let actor = Actor {
        who: Who::Partner(row.id),
        library: point.library,
        service_point: Some(point.id),
        scope: point.library,
        rights: rights_of(kind),
        channel: match kind {
            PartnerKind::Yuedutong => Channel::Yuedutong,
            PartnerKind::Service => Channel::Online,
        },
    };
    let seen = PartnerSeen { id: row.id, calls_per_minute: row.calls_per_minute };
    Ok(Known::Partner(seen, signer, actor))
}

/// A service asks its one question, and may nothing else. What nobody may ask a platform for at a door without staff is refused by the
/// table of services, with its clause.
fn rights_of(kind: PartnerKind) -> Vec<Right> {
    match kind {
        PartnerKind::Yuedutong => {
            vec![Right::OpenCards, Right::ReportLoss, Right::RestoreCards, Right::CancelCards]
        }
        PartnerKind::Service => Vec::new(),
    }
}

/// Remembers a call; or why it can't be let in.
async fn remember(op: &Op, partner: &PartnerSeen, nonce: &str) -> Result<Option<Refusal>> {
    let id = partner.id;
    if partner_call::Entity::find_by_id((id, nonce.to_owned())).one(op.db()).await?.is_some() {
        return Ok(Some(Refusal::Replayed));
    }
    let lately = partner_call::Entity::find()
        .filter(partner_call::Column::PartnerId.eq(id))
        .filter(partner_call::Column::At.gt(op.now() - TimeDelta::minutes(1)))
        .count(op.db())
        .await?;
    if i64::try_from(lately).unwrap_or(i64::MAX) >= partner.calls_per_minute {
        return Ok(Some(Refusal::TooMany(60)));
    }
    let row =
        partner_call::ActiveModel { partner_id: Set(id), nonce: Set(nonce.to_owned()), at: Set(op.now()) };
    // The same call twice at once meets at the primary key, and finds the other in its second run.
    partner_call::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(None)
}

/// When a call of a partner was let in last.
pub(super) async fn last_call(op: &Op, partner: PartnerId) -> Result<Option<DateTime<Utc>>> {
    let row = partner_call::Entity::find()
        .filter(partner_call::Column::PartnerId.eq(partner))
        .order_by_desc(partner_call::Column::At)
        .one(op.db())
        .await?;
    Ok(row.map(|row| row.at))
}

/// Forgets calls that can't be taken for ones of the present any more (but for the last one of each partner, which tells when it was), and what partners were told long ago: a job.
///
/// # Errors
/// When the database can't be written.
pub async fn forget_old(op: &Op) -> Result<()> {
    for partner in partner::Entity::find().all(op.db()).await? {
        let Some(last) = last_call(op, partner.id).await? else { continue };
        partner_call::Entity::delete_many()
            .filter(partner_call::Column::PartnerId.eq(partner.id))
            .filter(partner_call::Column::At.lt(last.min(op.now() - REMEMBERED)))
            .exec(op.db())
            .await?;
    }
    partner_event::Entity::delete_many()
        .filter(partner_event::Column::State.is_in(["sent", "dropped"]))
        .filter(partner_event::Column::At.lt(op.now() - TimeDelta::days(TOLD_DAYS)))
        .exec(op.db())
        .await?;
    Ok(())
}
