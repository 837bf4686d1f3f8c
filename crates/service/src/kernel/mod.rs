//! What every room stands on: who calls, when, in which transaction, and how secrets are kept.

mod access;
mod actor;
mod blocker;
mod card_words;
mod clock;
mod database;
mod envelope;
mod error;
mod ids;
mod key_ring;
mod op;
mod password;
mod proof;
mod random;
mod service_name;
mod text;

pub use access::{Right, Role};
pub use actor::{Actor, Channel, Who};
pub use blocker::{Blocker, Duplicate};
pub use card_words::{CardKind, CardState};
pub use clock::{Clock, age_on, local_date, local_time};
pub use database::{Database, DatabaseOptions, Engine, Survey};
pub use envelope::Sealed;
pub use error::{Error, FieldError, Invalid, Result};
pub use ids::*;
pub use key_ring::{KeyRing, KeyRingError};
pub use op::{Call, IdempotencyKey, Op};
pub(crate) use op::{Intent, new_id};
pub use password::{hash_password, is_good_password, random_password, verify_password};
pub use proof::KeyProof;
pub(crate) use proof::{introduce_keys, key_proof};
pub(crate) use random::random_bytes;
pub use service_name::ServiceName;
pub use text::Problem;
pub(crate) use text::{clean, is_blank};
