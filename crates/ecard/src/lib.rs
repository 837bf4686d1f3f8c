//! The e-card of a reader (6.1.4.2), and what an entry gate needs of it (A.3.1). Pure: no I/O, no clock.
//!
//! - [`CardCode`]: the code that a phone shows, signed, good for half a minute
//! - [`AllowList`]: the cards that work, signed and short-lived, for a gate that lost the network
//! - [`Gate`]: what such a gate decides, and remembers
//!
//! Signatures are Ed25519. All times are seconds since 1970.

mod allow_list;
mod base32;
mod code;
mod gate;
mod keys;

pub use allow_list::{AllowList, ListError, ListHeader, NewList};
pub use code::{CardCode, CodeError, LENGTH, LIVES, PREFIX, Window};
pub use gate::{Decision, Gate, Kept, Shown};
pub use keys::{KeyError, KeyId, PublicKey, PublicKeys, SigningKey};
