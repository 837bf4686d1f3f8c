//! Accounts of partners: added, changed and closed by who manages the access of programs. Keys are shown once, and lie sealed.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::admit::last_call;
use super::events::{WAITING, count_of, drop_waiting};
use super::signing::hex;
use super::tables::{partner, partner_event, partner_key};
use crate::kernel::{
    Error, Invalid, Op, PartnerId, PartnerKeyId, Problem, Result, Right, ServiceName, ServicePointId,
    UnknownWord, account_name, as_kept, clean, random_bytes,
};
use crate::libraries::{ServicePointKind, service_point, tree};
use crate::records;

/// How many keys of a partner may be open at once.
pub const MOST_KEYS: usize = 2;

const PLACE: &str = "partner_keys.secret";

/// What a partner is for: which of the two contracts it may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartnerKind {
    /// A platform of the province (docs/yuedutong.md): opens, links, reports losses, is told of cards.
    Yuedutong,
    /// A service that asks whether somebody holds a card that works (docs/partner-services.md), and may do nothing else.
    Service,
}

impl PartnerKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Yuedutong, Self::Service];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yuedutong => "yuedutong",
            Self::Service => "service",
        }
    }
}

impl std::str::FromStr for PartnerKind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownWord)
    }
}

/// What an account is set to.
#[derive(Clone, Debug)]
pub struct PartnerSettings {
    /// The service point of the kind `online` in whose name the partner opens cards; its library issues them.
    pub service_point: ServicePointId,
    /// The networks it may call from (`203.0.113.0/24`), separated by blanks; empty: any.
    pub addresses: String,
    /// How many calls a minute are let in.
    pub calls_per_minute: i64,
    /// Where it is told of cards: `https://…`, or `http://` on this computer; empty: it is told later, once there is one.
    pub events_url: String,
    /// What readers know a service by; nothing for a platform.
    pub title: String,
    /// What a service asks for, in words for readers; nothing for a platform.
    pub purpose: String,
}

/// An account to add.
#[derive(Clone, Debug)]
pub struct NewPartner {
    /// What it is for; that stays.
    pub kind: PartnerKind,
    /// What it calls itself: 2 to 40 small letters, digits and `-`.
    pub name: String,
    /// The rest.
    pub settings: PartnerSettings,
}

/// A key, without what it is.
#[derive(Clone, Debug)]
pub struct KeyEntry {
    /// Its name in calls.
    pub label: String,
    /// Since when it works.
    pub since: DateTime<Utc>,
    /// Since when it does not any more.
    pub closed_at: Option<DateTime<Utc>>,
}

/// An account, for the list.
#[derive(Clone, Debug)]
pub struct PartnerEntry {
    /// The account.
    pub id: PartnerId,
    /// What it is for.
    pub kind: PartnerKind,
    /// What it calls itself.
    pub name: String,
    /// What it is set to.
    pub settings: PartnerSettings,
    /// Its keys, oldest first.
    pub keys: Vec<KeyEntry>,
    /// Since when it exists.
    pub since: DateTime<Utc>,
    /// When a call of its was let in last.
    pub called_at: Option<DateTime<Utc>>,
    /// How many events it was not told yet.
    pub waiting: u64,
    /// How many it refused to hear.
    pub refused: u64,
    /// Since when it is closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// The most calls a minute that an account can be set to.
const MOST_CALLS: i64 = 60_000;

impl PartnerSettings {
    async fn checked(&self, op: &Op, kind: PartnerKind, invalid: &mut Invalid) -> Result<Self> {
        let mut kept = self.clone();
        let point = service_point(op, self.service_point).await?;
        if !tree(op).await?.covers(op.actor().scope, point.library) {
            return Err(Error::NotFound("service point"));
        }
        if point.kind != ServicePointKind::Online {
            invalid.add("service_point", Problem::NotApplicable);
        }
        match as_kept(&self.addresses) {
            Some(networks) => kept.addresses = networks,
            None => invalid.add("addresses", Problem::Character),
        }
        if !(1..=MOST_CALLS).contains(&self.calls_per_minute) {
            invalid.add("calls_per_minute", Problem::NotApplicable);
        }
        kept.events_url = self.events_url.trim().to_owned();
        // A service knows nobody, so there is nothing that it is told.
        if !may_be_told_at(&kept.events_url) || (kind == PartnerKind::Service && !kept.events_url.is_empty())
        {
            invalid.add("events_url", Problem::NotApplicable);
        }
        for (field, text, longest) in [("title", &mut kept.title, 60), ("purpose", &mut kept.purpose, 200)] {
            *text = clean(text);
            match (kind, text.chars().count()) {
                (PartnerKind::Service, 0) => invalid.add(field, Problem::Missing),
                // A platform asks for no consent of its own; what readers know it as is told to them.
                (PartnerKind::Yuedutong, 1..) if field == "purpose" => {
                    invalid.add(field, Problem::NotApplicable);
                }
                (_, length) if length > longest => invalid.add(field, Problem::TooLong(longest)),
                _ => {}
            }
        }
        Ok(kept)
    }

    fn events_url(&self) -> Option<String> {
        Some(self.events_url.clone()).filter(|url| !url.is_empty())
    }
}

/// In the clear only where nobody listens in between.
fn may_be_told_at(url: &str) -> bool {
    let fits = url.len() <= 300 && url.bytes().all(|byte| byte.is_ascii_graphic());
    let local = ["http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:", "http://localhost/"];
    url.is_empty()
        || (fits
            && (url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
                || local.iter().any(|start| url.starts_with(start))))
}

/// Adds an account; gives the name and secret of its first key, this once.
///
/// # Errors
/// [`Right::ManageTokens`] is needed, for a service point under the caller's library; [`Error::Invalid`] names what can't be taken.
pub async fn add_partner(op: &Op, new: &NewPartner) -> Result<(String, String)> {
    op.intend(ServiceName::AddPartner, None);
    op.require(Right::ManageTokens)?;
    let mut invalid = Invalid::default();
    let settings = new.settings.checked(op, new.kind, &mut invalid).await?;
    let name = account_name(&new.name, &mut invalid);
    let taken = partner::Entity::find().filter(partner::Column::Name.eq(name.clone())).one(op.db()).await?;
    if taken.is_some() {
        invalid.add("name", Problem::Taken);
    }
    invalid.into_result()?;
    let id: PartnerId = op.new_id()?;
    let row = partner::ActiveModel {
        id: Set(id),
        name: Set(name),
        service_point_id: Set(settings.service_point),
        addresses: Set(settings.addresses.clone()),
        calls_per_minute: Set(settings.calls_per_minute),
        events_url: Set(settings.events_url()),
        version: Set(1),
        created_at: Set(op.now()),
        closed_at: Set(None),
        kind: Set(new.kind.as_str().to_owned()),
        title: Set(settings.title.clone()),
        purpose: Set(settings.purpose.clone()),
    };
    partner::Entity::insert(row).exec_without_returning(op.db()).await?;
    let key = new_key(op, id, 1).await?;
    let detail = json!({
        "partner": id, "kind": new.kind.as_str(), "service_point": settings.service_point, "key": key.0,
    });
    records::keep_act(op, ServiceName::AddPartner, detail).await?;
    Ok(key)
}

/// Changes an account.
///
/// # Errors
/// As [`add_partner`]; [`Error::NotFound`] when no such account is open.
pub async fn change_partner(op: &Op, name: &str, settings: &PartnerSettings) -> Result<()> {
    op.intend(ServiceName::ChangePartner, None);
    let row = managed(op, name, false).await?;
    let mut invalid = Invalid::default();
    let settings = settings.checked(op, kind_of(&row)?, &mut invalid).await?;
    invalid.into_result()?;
    let set = partner::ActiveModel {
        title: Set(settings.title.clone()),
        purpose: Set(settings.purpose.clone()),
        service_point_id: Set(settings.service_point),
        addresses: Set(settings.addresses.clone()),
        calls_per_minute: Set(settings.calls_per_minute),
        events_url: Set(settings.events_url()),
        ..Default::default()
    };
    write(op, &row, set).await?;
    let detail = json!({ "partner": row.id, "service_point": settings.service_point });
    records::keep_act(op, ServiceName::ChangePartner, detail).await.map(|_| ())
}

/// Adds another key, beside the one there is; gives its name and secret, this once.
///
/// # Errors
/// As [`change_partner`]; [`Error::Invalid`] while [`MOST_KEYS`] are open.
pub async fn add_key(op: &Op, name: &str) -> Result<(String, String)> {
    op.intend(ServiceName::ChangePartner, None);
    let row = managed(op, name, false).await?;
    let keys = keys_of(op, row.id).await?;
    if keys.iter().filter(|key| key.closed_at.is_none()).count() >= MOST_KEYS {
        return Err(Error::field("key", Problem::Taken));
    }
    write(op, &row, partner::ActiveModel::default()).await?;
    let key = new_key(op, row.id, keys.len() + 1).await?;
    let detail = json!({ "partner": row.id, "key": key.0 });
    records::keep_act(op, ServiceName::ChangePartner, detail).await?;
    Ok(key)
}

/// Closes a key: calls signed with it are refused from now on, on every instance.
///
/// # Errors
/// As [`change_partner`]; [`Error::NotFound`] when there is no such key that is open, [`Error::Invalid`] for the only one.
pub async fn close_key(op: &Op, name: &str, label: &str) -> Result<()> {
    op.intend(ServiceName::ChangePartner, None);
    let row = managed(op, name, false).await?;
    let open: Vec<partner_key::Model> =
        keys_of(op, row.id).await?.into_iter().filter(|key| key.closed_at.is_none()).collect();
    let key = open.iter().find(|key| key.label == label).ok_or(Error::NotFound("key"))?;
    // Without a key the partner could not be told of anything; who wants that closes the account.
    if open.len() == 1 {
        return Err(Error::field("key", Problem::NotApplicable));
    }
    write(op, &row, partner::ActiveModel::default()).await?;
    partner_key::Entity::update_many()
        .col_expr(partner_key::Column::ClosedAt, Expr::value(op.now()))
        .filter(partner_key::Column::Id.eq(key.id))
        .exec(op.db())
        .await?;
    let detail = json!({ "partner": row.id, "closed_key": label });
    records::keep_act(op, ServiceName::ChangePartner, detail).await.map(|_| ())
}

/// Closes an account: its calls are refused from now on, its readers' codes lead nowhere, and it is told nothing more.
///
/// # Errors
/// As [`change_partner`].
pub async fn close_partner(op: &Op, name: &str) -> Result<()> {
    op.intend(ServiceName::ClosePartner, None);
    let row = managed(op, name, false).await?;
    write(op, &row, partner::ActiveModel { closed_at: Set(Some(op.now())), ..Default::default() }).await?;
    drop_waiting(op, partner_event::Column::PartnerId.eq(row.id)).await?;
    records::keep_act(op, ServiceName::ClosePartner, json!({ "partner": row.id })).await.map(|_| ())
}

/// The accounts of service points under the caller's library, by name.
///
/// # Errors
/// [`Right::ManageTokens`] is needed.
pub async fn list_partners(op: &Op) -> Result<Vec<PartnerEntry>> {
    op.require(Right::ManageTokens)?;
    let tree = tree(op).await?;
    let points: Vec<uuid::Uuid> = tree.points_under(op.actor().scope).map(|point| point.id.0).collect();
    let rows = partner::Entity::find()
        .filter(partner::Column::ServicePointId.is_in(points))
        .order_by_asc(partner::Column::Name)
        .all(op.db())
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let keys = keys_of(op, row.id).await?.into_iter();
        let keys =
            keys.map(|key| KeyEntry { label: key.label, since: key.created_at, closed_at: key.closed_at });
        entries.push(PartnerEntry {
            id: row.id,
            kind: kind_of(&row)?,
            name: row.name,
            settings: PartnerSettings {
                service_point: row.service_point_id,
                addresses: row.addresses,
                calls_per_minute: row.calls_per_minute,
                events_url: row.events_url.unwrap_or_default(),
                title: row.title,
                purpose: row.purpose,
            },
            keys: keys.collect(),
            since: row.created_at,
            called_at: last_call(op, row.id).await?,
            waiting: count_of(op, row.id, &WAITING).await?,
            refused: count_of(op, row.id, &["refused"]).await?,
            closed_at: row.closed_at,
        });
    }
    Ok(entries)
}

/// What an account is for.
pub(super) fn kind_of(row: &partner::Model) -> Result<PartnerKind> {
    row.kind.parse().map_err(|UnknownWord| Error::internal("a partner of an unknown kind"))
}

/// An account that the caller may manage.
pub(super) async fn managed(op: &Op, name: &str, closed_too: bool) -> Result<partner::Model> {
    op.require(Right::ManageTokens)?;
    let row = partner::Entity::find().filter(partner::Column::Name.eq(name)).one(op.db()).await?;
    let row = row.filter(|row| closed_too || row.closed_at.is_none()).ok_or(Error::NotFound("partner"))?;
    let point = service_point(op, row.service_point_id).await.map_err(|_| Error::NotFound("partner"))?;
    if !tree(op).await?.covers(op.actor().scope, point.library) {
        return Err(Error::NotFound("partner"));
    }
    Ok(row)
}

/// Changes an account that is still as it was read.
async fn write(op: &Op, row: &partner::Model, set: partner::ActiveModel) -> Result<()> {
    let done = partner::Entity::update_many()
        .set(set)
        .col_expr(partner::Column::Version, Expr::col(partner::Column::Version).add(1))
        .filter(partner::Column::Id.eq(row.id))
        .filter(partner::Column::Version.eq(row.version))
        .filter(partner::Column::ClosedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// The keys of a partner, oldest first.
pub(super) async fn keys_of(op: &Op, partner: PartnerId) -> Result<Vec<partner_key::Model>> {
    Ok(partner_key::Entity::find()
        .filter(partner_key::Column::PartnerId.eq(partner))
        .order_by_asc(partner_key::Column::CreatedAt)
        .order_by_asc(partner_key::Column::Id)
        .all(op.db())
        .await?)
}

async fn new_key(op: &Op, partner: PartnerId, number: usize) -> Result<(String, String)> {
    let id: PartnerKeyId = op.new_id()?;
    let (label, secret) = (format!("k{number}"), hex(&random_bytes::<32>()?));
    let row = partner_key::ActiveModel {
        id: Set(id),
        partner_id: Set(partner),
        label: Set(label.clone()),
        secret: Set(op.keys().close(PLACE, id.0, &secret)?),
        created_at: Set(op.now()),
        closed_at: Set(None),
    };
    partner_key::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok((label, secret))
}

/// What a key is.
pub(super) fn secret_of(op: &Op, key: &partner_key::Model) -> Result<String> {
    op.keys().open_sealed(PLACE, key.id.0, &key.secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_5_1_3_a_partner_elsewhere_is_told_by_https_only() {
        for (url, may) in [
            ("", true),
            ("https://yuedutong.example.org/events", true),
            ("http://127.0.0.1:8097/events", true),
            ("http://localhost:8097/events", true),
            ("http://yuedutong.example.org/events", false),
            ("http://127.0.0.1.example.org/events", false),
            ("https://", false),
            ("ftp://example.org", false),
            ("https://example.org/a b", false),
        ] {
            assert_eq!(may_be_told_at(url), may, "{url}");
        }
    }
}
