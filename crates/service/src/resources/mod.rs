//! Digital resources (A.3.2 d): readers are signed on to the federation's platforms by their card, under a name that each platform has for
//! itself. A card that is lost or cancelled ends that with the next question, since the card is looked at each time. How platforms ask is
//! the face's matter; here is who may, what they are told, and what is counted.

mod allow;
mod claims;
mod exchange;
mod forget;
mod keys;
mod platforms;
mod sign_on;
pub(crate) mod tables;
mod told;
mod uses;

pub use allow::{Allowed, allow, allowed_by, withdraw};
pub use claims::{Claims, claims, introspect};
pub use exchange::{Exchange, ExchangeRefusal, Exchanged, TOKEN_SECONDS, exchange, half_hash};
pub use forget::forget;
pub use keys::{PublicKey, SigningKey, new_signing_key, public_keys, signing_key};
pub use platforms::{
    NewPlatform, Platform, PlatformEntry, PlatformSettings, add_platform, change_platform, close_platform,
    list_platforms, new_secret, platform_at,
};
pub use sign_on::{SignOn, is_allowed, sign_on};
pub use told::Told;
pub(crate) use uses::of_reader;
pub use uses::{Use, uses_by_month};
