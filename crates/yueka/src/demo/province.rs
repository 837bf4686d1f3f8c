//! The partners of the demo, simulated: the province's platform and a service of the city, each with an account, and with a key of its own
//! at each start.

use axum::Router;
use delivery::province::{Person, Province, ProvinceSettings};
use delivery::service_desk::ServiceDesk;
use service::kernel::{Actor, Error};
use service::libraries::tree;
use service::partners::{
    MOST_KEYS, NewPartner, PartnerEntry, PartnerKind, PartnerSettings, add_key, add_partner, change_partner,
    close_key, list_partners,
};
use service::{Result, Service};

const LIBRARY: &str = "FS";
const POINT: &str = "W1";
/// Calls a minute.
const CALLS: i64 = 600;
/// What readers know the service by.
const SERVICE: &str = "城市体育中心";

/// The platform with these people, as it is known to a house that is served at this address; it is told of cards at its own.
/// None where the demo has no library to open cards in the name of.
pub async fn platform(
    service: &Service,
    people: Vec<Person>,
    yueka: &str,
    own: &str,
) -> anyhow::Result<Option<Router>> {
    let account =
        Account { kind: PartnerKind::Yuedutong, name: "yuedutong", events: format!("{own}/events") };
    let Some(settings) = settings(service, account, yueka).await? else { return Ok(None) };
    Ok(Some(Province::new(settings, people, service.clock().clone())?.router()))
}

/// The desk of a service that asks whether cards work; none likewise.
pub async fn service_desk(service: &Service, yueka: &str) -> anyhow::Result<Option<Router>> {
    let account = Account { kind: PartnerKind::Service, name: "sports", events: String::new() };
    let Some(settings) = settings(service, account, yueka).await? else { return Ok(None) };
    Ok(Some(ServiceDesk::new(SERVICE, settings, service.clock().clone())?.router()))
}

/// An account of the demo.
#[derive(Clone)]
struct Account {
    kind: PartnerKind,
    name: &'static str,
    events: String,
}

async fn settings(
    service: &Service,
    account: Account,
    yueka: &str,
) -> anyhow::Result<Option<ProvinceSettings>> {
    let root =
        service.read(Actor::nobody(), async |op| Ok(tree(op).await?.root().map(|root| root.id))).await?;
    let Some(root) = root else { return Ok(None) };
    let partner = account.name.to_owned();
    let found = key(service, Actor::system(root), account).await?;
    Ok(found.map(|(key, secret)| ProvinceSettings { yueka: yueka.to_owned(), partner, key, secret }))
}

/// A key that nobody knows but this run.
async fn key(service: &Service, actor: Actor, account: Account) -> Result<Option<(String, String)>> {
    service
        .write(actor, async move |op| {
            let Account { kind, name, events } = account.clone();
            let known = list_partners(op).await?.into_iter().find(|partner| partner.name == name);
            let Some(PartnerEntry { mut settings, keys, closed_at, .. }) = known else {
                let tree = tree(op).await?;
                let of_web = |point: &&service::libraries::ServicePoint| {
                    point.code == POINT && tree.library(point.library).is_some_and(|at| at.code == LIBRARY)
                };
                let point = tree.points_under(op.actor().scope).find(of_web);
                let Some(point) = point else { return Ok(None) };
                let asks = |text: &str| match kind {
                    PartnerKind::Service => text.to_owned(),
                    PartnerKind::Yuedutong => String::new(),
                };
                let settings = PartnerSettings {
                    service_point: point.id,
                    addresses: "127.0.0.0/8 ::1".to_owned(),
                    calls_per_minute: CALLS,
                    events_url: events,
                    title: asks(SERVICE),
                    purpose: asks("持借阅证的市民预约场馆享受优惠"),
                };
                let new = NewPartner { kind, name: name.to_owned(), settings };
                return add_partner(op, &new).await.map(Some);
            };
            if closed_at.is_some() {
                return Ok(None);
            }
            settings.events_url = events;
            change_partner(op, name, &settings).await?;
            let mut open: Vec<String> =
                keys.into_iter().filter(|key| key.closed_at.is_none()).map(|key| key.label).collect();
            while open.len() >= MOST_KEYS {
                close_key(op, name, &open.remove(0)).await?;
            }
            let new = add_key(op, name).await?;
            for old in open {
                match close_key(op, name, &old).await {
                    Ok(()) | Err(Error::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(Some(new))
        })
        .await
}
