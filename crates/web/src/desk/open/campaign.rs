//! By which campaign a reader came (6.5): asked only while one runs here, and answered beforehand where the service point has its own.

use service::campaigns::campaigns_at_desk;

use crate::problem::Failure;
use crate::session::SignedIn;

/// What a clerk may choose from.
#[derive(Default)]
pub struct Campaigns {
    /// Code and title of each.
    pub running: Vec<(String, String)>,
    /// The code of the service point's own, or nothing.
    pub own: String,
}

/// Those that run today.
pub async fn campaigns(me: &SignedIn) -> Result<Campaigns, Failure> {
    let (t, here) = (me.text(), me.session().actor.service_point);
    let found = me.read(campaigns_at_desk).await?;
    let own =
        found.iter().find(|campaign| campaign.service_point.is_some() && campaign.service_point == here);
    Ok(Campaigns {
        own: own.map(|campaign| campaign.code.clone()).unwrap_or_default(),
        running: found.into_iter().map(|campaign| (campaign.code.clone(), t.campaign(&campaign))).collect(),
    })
}
