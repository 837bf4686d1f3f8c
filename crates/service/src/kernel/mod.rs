//! What every room stands on: who calls, when, in which transaction, and how secrets are kept.

mod access;
mod actor;
mod blocker;
mod card_words;
mod circulation;
mod clock;
mod closed_ring;
mod database;
mod envelope;
mod error;
mod ids;
mod item_words;
mod key_ring;
pub(crate) mod masks;
mod memory;
mod networks;
mod op;
pub(crate) mod pace;
mod password;
mod proof;
mod random;
mod service_name;
mod six_digits;
pub(crate) mod stamps;
mod stock_words;
mod systems;
mod text;
pub(crate) mod throttle;
mod words;

pub use access::{Right, Role, UnknownWord};
pub use actor::{Actor, Channel, Who};
pub use blocker::{Blocker, Cards, Duplicate};
pub use card_words::{CardKind, CardState};
pub(crate) use circulation::Learnt;
pub use circulation::{
    Answer, AskedNumber, Circulation, Known, LoanElsewhere, NotConfigured, Question, Standing, SystemName,
    Told, Wanted,
};
pub use clock::{Clock, age_on, local_date, local_moment, local_time, start_of_day};
pub use closed_ring::SHORTEST_PASSPHRASE;
pub(crate) use database::open_file;
pub use database::{Database, DatabaseOptions, Engine, Survey};
pub use envelope::Sealed;
pub use error::{Error, FieldError, Invalid, Result};
pub use ids::*;
pub use item_words::{ItemKind, ItemState};
pub use key_ring::{Algorithm, KeyRing, KeyRingError};
pub use memory::PasswordMemory;
pub(crate) use memory::Remembered;
pub(crate) use networks::as_kept;
pub use networks::is_in;
pub use op::{Call, IdempotencyKey, Op};
pub(crate) use op::{Intent, first_id_of, new_id};
pub use password::{Argon2id, Hashing, hash_password, is_good_password, random_password, verify_password};
pub(crate) use password::{hash_with, verify_with};
pub use proof::KeyProof;
pub(crate) use proof::{introduce_keys, key_proof};
pub(crate) use random::random_bytes;
pub use service_name::ServiceName;
pub(crate) use six_digits::{CODE_MINUTES, CODE_TRIES, six_digits, typed_digits};
pub use stamps::settings_stamp;
pub use stock_words::StockPlace;
pub use systems::Systems;
pub use text::Problem;
pub(crate) use text::{account_name, clean, is_blank};
pub(crate) use words::words;
