//! The simulated platform of digital resources of the demo: its account, with a secret of its own at each start.

use axum::Router;
use delivery::resources::{ResourceSettings, Resources};
use service::kernel::Actor;
use service::libraries::tree;
use service::resources::{
    NewPlatform, PlatformSettings, Told, add_platform, change_platform, list_platforms, new_secret,
};
use service::{Result, Service};

const NAME: &str = "demo-resources";

/// The platform at its own address, as it is known to a house that is served at another. None where the demo has no federation.
pub async fn resources(service: &Service, yueka: &str, own: &str) -> anyhow::Result<Option<Router>> {
    let root =
        service.read(Actor::nobody(), async |op| Ok(tree(op).await?.root().map(|root| root.id))).await?;
    let Some(root) = root else { return Ok(None) };
    let settings = PlatformSettings {
        title: "数字资源共享平台（演示）".to_owned(),
        library: root,
        home: format!("{own}/"),
        return_to: vec![format!("{own}{}", Resources::BACK)],
        told: Told::ALL.to_vec(),
    };
    let secret = secret(service, Actor::system(root), settings).await?;
    let settings =
        ResourceSettings { yueka: yueka.to_owned(), own: own.to_owned(), name: NAME.to_owned(), secret };
    Ok(Some(Resources::new(settings)?.router()))
}

/// A secret that nobody knows but this run.
async fn secret(service: &Service, actor: Actor, settings: PlatformSettings) -> Result<String> {
    service
        .write(actor, async move |op| {
            let known = list_platforms(op).await?.into_iter().find(|platform| platform.name == NAME);
            match known {
                Some(known) => {
                    change_platform(op, known.id, &settings).await?;
                    new_secret(op, known.id).await
                }
                None => {
                    let new = NewPlatform { name: NAME.to_owned(), settings: settings.clone() };
                    add_platform(op, &new).await
                }
            }
        })
        .await
}
