//! Passwords that were verified a moment ago, so that a machine is not held up by hashing at each of its messages. Nothing here can be
//! read back: what is kept are keyed hashes, under a key that is made when the program starts and never leaves it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
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
    known: Mutex<HashMap<[u8; 32], Instant>>,
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

    /// Whether this password was right a moment ago, for this stamp.
    pub(crate) fn remembers(&self, stamp: &[u8], password: &str) -> bool {
        let hash = self.hash(stamp, password);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&hash).is_some_and(|since| since.elapsed() < BRIEFLY)
    }

    /// This password was right just now, for this stamp.
    pub(crate) fn remember(&self, stamp: &[u8], password: &str) {
        let hash = self.hash(stamp, password);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, since| since.elapsed() < BRIEFLY);
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(hash, Instant::now());
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
        assert!(memory.remembers(b"card 1, version 1", "yueka2026"));
        assert!(!memory.remembers(b"card 1, version 2", "yueka2026"));
        assert!(!memory.remembers(b"card 2, version 1", "yueka2026"));
        assert!(!memory.remembers(b"card 1, version 1", "yueka2027"));
        assert!(!memory.remembers(b"card 1, version", " 1yueka2026"));
        assert!(!PasswordMemory::new().unwrap().remembers(b"card 1, version 1", "yueka2026"));
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
