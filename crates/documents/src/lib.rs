#![doc = include_str!("../README.md")]

mod born;
pub mod check;
pub mod chip;
pub mod country;
mod document;
mod error;
mod free;
mod guess;
mod kind;
mod mask;
pub mod mrz;
mod normalize;
mod passport;
mod permanent;
mod permits;
mod read;
pub mod region;
mod resident;
mod stronger;
#[cfg(feature = "synthetic")]
pub mod synthetic;

pub use document::{IdentityDocument, bare_number, default_password};
pub use error::{DocumentError, DocumentWarning};
pub use guess::guess_kind;
pub use kind::{DocumentKind, Sex, UnknownKind, UnknownSex};
pub use mask::mask;
pub use read::{Unread, read_number};
pub use region::Region;
