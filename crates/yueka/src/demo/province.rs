//! The simulated province platform of the demo: its account, with a key of its own at each start.

use axum::Router;
use delivery::province::{Person, Province, ProvinceSettings};
use service::kernel::{Actor, Error};
use service::libraries::tree;
use service::partners::{
    MOST_KEYS, NewPartner, PartnerEntry, PartnerSettings, add_key, add_partner, change_partner, close_key,
    list_partners,
};
use service::{Result, Service};

const NAME: &str = "yuedutong";
const LIBRARY: &str = "FS";
const POINT: &str = "W1";
/// Calls a minute.
const CALLS: i64 = 600;

/// The platform with these people, as it is known to a house that is served at this address; it is told of cards at its own.
/// None where the demo has no library to open cards in the name of.
pub async fn platform(
    service: &Service,
    people: Vec<Person>,
    yueka: &str,
    own: &str,
) -> anyhow::Result<Option<Router>> {
    let root =
        service.read(Actor::nobody(), async |op| Ok(tree(op).await?.root().map(|root| root.id))).await?;
    let Some(root) = root else { return Ok(None) };
    let Some((key, secret)) = key(service, Actor::system(root), &format!("{own}/events")).await? else {
        return Ok(None);
    };
    let settings = ProvinceSettings { yueka: yueka.to_owned(), partner: NAME.to_owned(), key, secret };
    Ok(Some(Province::new(settings, people, service.clock().clone())?.router()))
}

/// A key that nobody knows but this run.
async fn key(service: &Service, actor: Actor, events: &str) -> Result<Option<(String, String)>> {
    let events = events.to_owned();
    service
        .write(actor, async move |op| {
            let known = list_partners(op).await?.into_iter().find(|partner| partner.name == NAME);
            let Some(PartnerEntry { mut settings, keys, closed_at, .. }) = known else {
                let tree = tree(op).await?;
                let of_web = |point: &&service::libraries::ServicePoint| {
                    point.code == POINT && tree.library(point.library).is_some_and(|at| at.code == LIBRARY)
                };
                let point = tree.points_under(op.actor().scope).find(of_web);
                let Some(point) = point else { return Ok(None) };
                let settings = PartnerSettings {
                    service_point: point.id,
                    addresses: "127.0.0.0/8 ::1".to_owned(),
                    calls_per_minute: CALLS,
                    events_url: events.clone(),
                };
                let new = NewPartner { name: NAME.to_owned(), settings };
                return add_partner(op, &new).await.map(Some);
            };
            if closed_at.is_some() {
                return Ok(None);
            }
            settings.events_url = events.clone();
            change_partner(op, NAME, &settings).await?;
            let mut open: Vec<String> =
                keys.into_iter().filter(|key| key.closed_at.is_none()).map(|key| key.label).collect();
            while open.len() >= MOST_KEYS {
                close_key(op, NAME, &open.remove(0)).await?;
            }
            let new = add_key(op, NAME).await?;
            for old in open {
                match close_key(op, NAME, &old).await {
                    Ok(()) | Err(Error::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(Some(new))
        })
        .await
}
