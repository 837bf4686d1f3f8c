//! Campaigns (6.5): what a library does for a while so that people get cards, on the web, on paper, at a temporary point, at a school; who
//! followed its address is counted, and a card that came of it is attributed to it, with the opening itself. What came of them all is
//! told in [`crate::promotion`].

mod attribute;
mod find;
mod follow;
mod set_up;
mod tables;
mod words;

pub(crate) use attribute::{Opening, attribute, for_opening};
pub use find::{Campaign, campaign, campaigns, campaigns_at_desk};
pub use follow::{Followed, follow};
pub use set_up::{CampaignForm, add_campaign, change_campaign};
pub(crate) use tables::{opening, visit};
pub use words::{AgeClass, CampaignKind};
