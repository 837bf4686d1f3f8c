//! Passwords that were verified a moment ago, so that a machine is not held up by hashing at each of its messages. Nothing here can be
//! read back: what is kept are keyed hashes, under a key that is made when the program starts and never leaves it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;

use super::{Error, Result, random_bytes};

/// For how long a password is remembered.
const BRIEFLY: Duration = Duration::from_secs(600);
/// How many are remembered at the most.
const MOST: usize = 20_000;

/// Passwords that were right a moment ago, each with the stamp of what it belongs to: another stamp, another password. The stamp
/// comes from the database at each use, so a password that was changed anywhere is forgotten here at that instant.
pub struct PasswordMemory {
    key: Hmac<Sm3>,
    known: Mutex<HashMap<[u8; 32], Known>>,
}

/// The password of a stamp.
struct Known {
    password: [u8; 32],
    since: Instant,
    /// Whether a wrong one was tried after it.
    doubted: bool,
}

/// What is remembered of a password that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remembered {
    /// Nothing: it has to be compared.
    Nothing,
    /// It was right a moment ago.
    Right,
    /// It was, and wrong ones were tried since: those are to be forgiven.
    RightAfterWrong,
}

impl fmt::Debug for PasswordMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordMemory(…)")
    }
}

impl PasswordMemory {
    /// Remembers nothing yet.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new() -> Result<Self> {
        let key: [u8; 32] = random_bytes()?;
        let key = <Hmac<Sm3> as KeyInit>::new_from_slice(&key).map_err(Error::internal)?;
        Ok(Self { key, known: Mutex::default() })
    }

    /// What is remembered of this password, for this stamp.
    pub(crate) fn recall(&self, stamp: &[u8], password: &str) -> Remembered {
        let (name, password) = (self.hash(stamp, ""), self.hash(stamp, password));
        match self.known().get(&name) {
            Some(known) if known.password == password && known.since.elapsed() < BRIEFLY => {
                if known.doubted {
                    Remembered::RightAfterWrong
                } else {
                    Remembered::Right
                }
            }
            _ => Remembered::Nothing,
        }
    }

    /// This password was right just now, for this stamp.
    pub(crate) fn remember(&self, stamp: &[u8], password: &str) {
        let (name, password) = (self.hash(stamp, ""), self.hash(stamp, password));
        let mut known = self.known();
        if known.len() >= MOST {
            known.retain(|_, known| known.since.elapsed() < BRIEFLY);
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(name, Known { password, since: Instant::now(), doubted: false });
    }

    /// A wrong password was tried for this stamp: the tries wait to be forgiven, until the right one comes again.
    pub(crate) fn doubt(&self, stamp: &[u8]) {
        if let Some(known) = self.known().get_mut(&self.hash(stamp, "")) {
            known.doubted = true;
        }
    }

    /// The tries were forgiven, or are for a lock to say.
    pub(crate) fn trust(&self, stamp: &[u8]) {
        if let Some(known) = self.known().get_mut(&self.hash(stamp, "")) {
            known.doubted = false;
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<[u8; 32], Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hash(&self, stamp: &[u8], password: &str) -> [u8; 32] {
        let mut mac = self.key.clone();
        mac.update(&u64::try_from(stamp.len()).unwrap_or_default().to_be_bytes());
        mac.update(stamp);
        mac.update(password.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2_3_a_password_is_remembered_with_its_stamp_only() {
        let memory = PasswordMemory::new().unwrap();
        memory.remember(b"card 1, version 1", "yueka2026");
        assert_eq!(memory.recall(b"card 1, version 1", "yueka2026"), Remembered::Right);
        for (stamp, password) in [
            (b"card 1, version 2".as_slice(), "yueka2026"),
            (b"card 2, version 1", "yueka2026"),
            (b"card 1, version 1", "yueka2027"),
            (b"card 1, version 1", ""),
            (b"card 1, version", " 1yueka2026"),
        ] {
            assert_eq!(memory.recall(stamp, password), Remembered::Nothing, "{password}");
        }
        let other = PasswordMemory::new().unwrap();
        assert_eq!(other.recall(b"card 1, version 1", "yueka2026"), Remembered::Nothing);
    }

    #[test]
    fn a_2_3_wrong_tries_wait_to_be_forgiven_by_the_right_password() {
        let memory = PasswordMemory::new().unwrap();
        memory.doubt(b"card 1");
        assert_eq!(memory.recall(b"card 1", "yueka2026"), Remembered::Nothing);
        memory.remember(b"card 1", "yueka2026");
        memory.doubt(b"card 2");
        assert_eq!(memory.recall(b"card 1", "yueka2026"), Remembered::Right);
        memory.doubt(b"card 1");
        assert_eq!(memory.recall(b"card 1", "yueka2026"), Remembered::RightAfterWrong);
        assert_eq!(memory.recall(b"card 1", "yueka2027"), Remembered::Nothing);
        memory.trust(b"card 1");
        assert_eq!(memory.recall(b"card 1", "yueka2026"), Remembered::Right);
    }

    #[test]
    fn a_2_3_it_never_grows_beyond_its_bound() {
        let memory = PasswordMemory::new().unwrap();
        for serial in 0..MOST + 5 {
            memory.remember(&serial.to_be_bytes(), "x");
        }
        assert!(memory.known.lock().unwrap().len() <= MOST);
    }
}
