//! A key ring for a computer that can be stolen (6.5): its file is closed with a passphrase, so that whoever has the disk has nothing.
//!
//! The passphrase becomes a key by Argon2id, with cost and salt in the file; the ring is sealed with that (AES-256-GCM). How long a guess
//! takes is all that stands between a weak passphrase and the ring: hence the cost, and the length that is asked for.

use std::fs;
use std::path::Path;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use argon2::{Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::key_ring::{Algorithm, KeyRing, KeyRingError, new_text, write_once};
use super::random_bytes;

/// Characters that a passphrase has at least.
pub const SHORTEST_PASSPHRASE: usize = 12;

/// What a guess costs: 128 MiB, three passes, one lane. About half a second on a laptop.
const MEMORY_KIB: u32 = 128 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// More than a file of ours ever asks for: one that was changed can't make this computer run out of memory.
const MOST_MEMORY_KIB: u32 = 2 * 1024 * 1024;

const BOUND: &[u8] = b"yueka closed ring 1";

#[derive(Serialize, Deserialize)]
struct Closed {
    /// What it is, for whoever finds the file.
    closed_by: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    nonce: String,
    ring: String,
}

impl KeyRing {
    /// Makes a new ring whose file (mode 0600) is closed with a passphrase. An existing one is never overwritten.
    ///
    /// # Errors
    /// When the file can't be written, or the system has no randomness or memory to give.
    pub fn create_closed(path: &Path, algorithm: Algorithm, passphrase: &str) -> Result<(), KeyRingError> {
        let content =
            |fault: &str| KeyRingError::Content { path: path.display().to_string(), fault: fault.to_owned() };
        let text = new_text(path, algorithm)?;
        let salt: [u8; 16] = random_bytes().map_err(|_| content("no randomness"))?;
        let nonce: [u8; 12] = random_bytes().map_err(|_| content("no randomness"))?;
        let cost = (MEMORY_KIB, PASSES, LANES);
        let cipher = cipher(passphrase, &salt, cost).ok_or_else(|| content("no memory to close it with"))?;
        let payload = Payload { msg: text.as_bytes(), aad: BOUND };
        let ring = cipher.encrypt(&nonce.into(), payload).map_err(|_| content("can't be closed"))?;
        let file = Closed {
            closed_by: "passphrase, Argon2id, AES-256-GCM".to_owned(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt: STANDARD.encode(salt),
            nonce: STANDARD.encode(nonce),
            ring: STANDARD.encode(ring),
        };
        let text = serde_json::to_string_pretty(&file).map_err(|_| content("can't be written down"))?;
        write_once(path, text.as_bytes())
    }

    /// Opens a ring that is closed with a passphrase. Takes about half a second, by design.
    ///
    /// # Errors
    /// [`KeyRingError::Passphrase`] for another passphrase than the one it was closed with; else as [`Self::open`].
    pub fn open_closed(path: &Path, passphrase: &str) -> Result<Self, KeyRingError> {
        let shown = path.display().to_string();
        let content = |fault: &str| KeyRingError::Content { path: shown.clone(), fault: fault.to_owned() };
        let text =
            fs::read_to_string(path).map_err(|fault| KeyRingError::File { path: shown.clone(), fault })?;
        let file: Closed = serde_json::from_str(&text)
            .map_err(|_| content("not a ring that is closed with a passphrase"))?;
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| content("not base64"));
        let (salt, nonce, ring) = (bytes(&file.salt)?, bytes(&file.nonce)?, bytes(&file.ring)?);
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| content("a nonce of another length"))?;
        if file.memory_kib > MOST_MEMORY_KIB {
            return Err(content("it asks for more memory than any that was closed here"));
        }
        let cipher = cipher(passphrase, &salt, (file.memory_kib, file.passes, file.lanes));
        let cipher = cipher.ok_or_else(|| content("its cost can't be paid on this computer"))?;
        let payload = Payload { msg: &ring, aad: BOUND };
        let opened = cipher.decrypt(&nonce.into(), payload).map(Zeroizing::new);
        let opened = opened.map_err(|_| KeyRingError::Passphrase { path: shown.clone() })?;
        let text = std::str::from_utf8(&opened).map_err(|_| content("not a key ring"))?;
        Self::from_text(path, text)
    }
}

fn cipher(passphrase: &str, salt: &[u8], (memory, passes, lanes): (u32, u32, u32)) -> Option<Aes256Gcm> {
    let params = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Zeroizing::new([0_u8; 32]);
    argon2.hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice()).ok()?;
    Aes256Gcm::new_from_slice(key.as_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_5_a_closed_ring_opens_with_its_passphrase_alone_and_shows_nothing() {
        let folder = std::env::temp_dir().join(format!("yueka-closed-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys.json");
        KeyRing::create_closed(&path, Algorithm::Sm4Gcm, "four words of mine").unwrap();
        let ring = KeyRing::open_closed(&path, "four words of mine").unwrap();
        let row = uuid::Uuid::from_u128(1);
        let sealed = ring.close("a.b", row, "x").unwrap();
        let again = KeyRing::open_closed(&path, "four words of mine").unwrap();
        assert_eq!(again.open_sealed("a.b", row, &sealed).unwrap(), "x");
        for wrong in ["four words of min", "", "Four words of mine"] {
            assert!(matches!(KeyRing::open_closed(&path, wrong), Err(KeyRingError::Passphrase { .. })));
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in ["lookup", "fields", "sm4-gcm"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(matches!(KeyRing::open(&path), Err(KeyRingError::Content { .. })));
        fs::remove_dir_all(&folder).unwrap();
    }
}
