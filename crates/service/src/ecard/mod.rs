//! The codes of e-cards (6.1.4.2): issued, and each used once. How they are written is [`::ecard`]'s.

mod issue;
mod redeem;
pub(crate) mod tables;

pub use issue::Issued;
pub(crate) use issue::issue;
pub(crate) use redeem::door;
pub use redeem::{CodeRefusal, Redeemed, forget_spent, redeem};
