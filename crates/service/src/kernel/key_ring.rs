//! The key ring: a file beside the configuration, never in the database, readable by its owner only.
//!
//! It holds the keys that fields are sealed with (several, by id, so that they can be rotated), the key of the look-up
//! hashes and the key of the audit chains.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aes_gcm::aead::consts::U12;
use aes_gcm::{Aes256Gcm, AesGcm};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sm3::Sm3;
use zeroize::Zeroizing;

use super::random_bytes;

/// SM4 in Galois/Counter mode.
pub(super) type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

/// What a field is sealed with.
pub(super) enum Cipher {
    Sm4(Box<Sm4Gcm>),
    Aes256(Box<Aes256Gcm>),
}

/// The keys of this installation.
pub struct KeyRing {
    path: PathBuf,
    ciphers: BTreeMap<u32, Cipher>,
    active: u32,
    lookup: Hmac<Sm3>,
    seal: Hmac<Sm3>,
    e_card: ecard::SigningKey,
    /// The one before it is still trusted.
    e_card_before: Option<ecard::SigningKey>,
}

/// Why the key ring can't be used. The messages say what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The file can't be read or written.
    #[error("key ring {path}: {fault}")]
    File {
        /// Where it is.
        path: String,
        /// What went wrong.
        fault: std::io::Error,
    },
    /// Others may read the file.
    #[error(
        "key ring {path}: others may read it (mode {mode:03o}); run `chmod 600 {path}` and ask who could have"
    )]
    Readable {
        /// Where it is.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// The passphrase does not open the file.
    #[error("key ring {path}: the passphrase does not open it")]
    Passphrase {
        /// Where it is.
        path: String,
    },
    /// The content is not a key ring.
    #[error("key ring {path}: {fault}; restore it from your backup of keys")]
    Content {
        /// Where it is.
        path: String,
        /// What is wrong.
        fault: String,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    active: u32,
    fields: Vec<FieldKey>,
    lookup: Zeroizing<String>,
    seal: Zeroizing<String>,
    /// Which key of e-cards signs, counted from 1; rings of earlier releases do not say. The keys are derived from the ring, so that
    /// all instances have the same without another secret to hand around. Raise it by one, and start all instances again, to change it.
    #[serde(default = "first_key")]
    e_card: u32,
}

#[derive(Serialize, Deserialize)]
struct FieldKey {
    id: u32,
    algorithm: Algorithm,
    key: Zeroizing<String>,
}

/// How fields are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// SM4-GCM, the default: commercial-cryptography rules ask for it.
    #[serde(rename = "sm4-gcm")]
    Sm4Gcm,
    /// AES-256-GCM, by choice.
    #[serde(rename = "aes-256-gcm")]
    Aes256Gcm,
}

impl KeyRing {
    /// Opens the key ring, or makes one where there is no file yet.
    ///
    /// # Errors
    /// When the file can't be read or made, may be read by others, or is not a key ring.
    pub fn open_or_create(path: &Path) -> Result<Self, KeyRingError> {
        if !path.exists() {
            Self::create(path, Algorithm::Sm4Gcm)?;
        }
        Self::open(path)
    }

    /// Opens an existing key ring.
    ///
    /// # Errors
    /// As [`Self::open_or_create`].
    pub fn open(path: &Path) -> Result<Self, KeyRingError> {
        let shown = path.display().to_string();
        let in_file = |fault| KeyRingError::File { path: shown.clone(), fault };
        let mode = fs::metadata(path).map_err(in_file)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyRingError::Readable { path: shown, mode });
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(in_file)?);
        Self::from_text(path, &text)
    }

    /// Makes a new key ring file (mode 0600). An existing one is never overwritten.
    ///
    /// # Errors
    /// When the file exists or can't be written.
    pub fn create(path: &Path, algorithm: Algorithm) -> Result<(), KeyRingError> {
        write_once(path, new_text(path, algorithm)?.as_bytes())
    }

    pub(super) fn from_text(path: &Path, text: &str) -> Result<Self, KeyRingError> {
        let content = |fault: String| KeyRingError::Content { path: path.display().to_string(), fault };
        let file: File = serde_json::from_str(text).map_err(|_| content("not a key ring".into()))?;
        Self::from_file(path, &file).map_err(content)
    }

    fn from_file(path: &Path, file: &File) -> Result<Self, String> {
        let mut ciphers = BTreeMap::new();
        for entry in &file.fields {
            let key = bytes_of(&entry.key)?;
            let wrong_length = |_| format!("field key {} has the wrong length", entry.id);
            let cipher = match entry.algorithm {
                Algorithm::Sm4Gcm => {
                    Cipher::Sm4(Box::new(Sm4Gcm::new_from_slice(&key).map_err(wrong_length)?))
                }
                Algorithm::Aes256Gcm => {
                    Cipher::Aes256(Box::new(Aes256Gcm::new_from_slice(&key).map_err(wrong_length)?))
                }
            };
            ciphers.insert(entry.id, cipher);
        }
        if !ciphers.contains_key(&file.active) {
            return Err(format!("the active field key {} is missing", file.active));
        }
        let mac = |name: &str, text: &Zeroizing<String>| {
            let key = bytes_of(text)?;
            if key.len() < 32 {
                return Err(format!("the {name} key is shorter than 32 bytes"));
            }
            Hmac::<Sm3>::new_from_slice(&key).map_err(|_| format!("the {name} key is no key"))
        };
        let seal = mac("seal", &file.seal)?;
        let newest = file.e_card.max(1);
        let e_card = |place: u32| {
            let seed = Zeroizing::new(marked(&seal, "e-card key", &place.to_be_bytes()));
            ecard::SigningKey::from_seed(&seed).map_err(|_| "no key of e-cards can be derived".to_owned())
        };
        Ok(Self {
            path: path.to_owned(),
            ciphers,
            active: file.active,
            lookup: mac("lookup", &file.lookup)?,
            e_card: e_card(newest)?,
            e_card_before: (newest > 1).then(|| e_card(newest - 1)).transpose()?,
            seal,
        })
    }

    /// The key that e-cards and lists for gates are signed with (6.1.4.2, A.3.1).
    pub(crate) fn e_card(&self) -> &ecard::SigningKey {
        &self.e_card
    }

    /// The public keys that gates trust: that of the key that signs, and that of the one before it.
    #[must_use]
    pub fn e_card_keys(&self) -> ecard::PublicKeys {
        let mut keys = ecard::PublicKeys::default();
        let both = [Some(&self.e_card), self.e_card_before.as_ref()];
        both.into_iter().flatten().for_each(|key| keys.add(key.public()));
        keys
    }

    /// The file that it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn active(&self) -> Option<(u32, &Cipher)> {
        self.ciphers.get(&self.active).map(|cipher| (self.active, cipher))
    }

    pub(super) fn cipher(&self, id: u32) -> Option<&Cipher> {
        self.ciphers.get(&id)
    }

    /// The keyed hash that something is looked up by (HMAC-SM3). `purpose` keeps equal values of different kinds apart.
    #[must_use]
    pub fn lookup(&self, purpose: &str, value: &str) -> Vec<u8> {
        let mut mac = self.lookup.clone();
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// The next link of an audit chain (HMAC-SM3): without the key nobody can make a changed row fit again.
    #[must_use]
    pub fn seal(&self, previous: &[u8], content: &[u8]) -> Vec<u8> {
        let mut mac = self.seal.clone();
        mac.update(previous);
        mac.update(content);
        mac.finalize().into_bytes().to_vec()
    }

    /// A keyed mark on something that is no link of a chain (HMAC-SM3). `purpose` keeps marks of different kinds apart.
    #[must_use]
    pub fn mark(&self, purpose: &str, content: &[u8]) -> Vec<u8> {
        marked(&self.seal, purpose, content)
    }
}

/// The text of a new ring.
pub(super) fn new_text(path: &Path, algorithm: Algorithm) -> Result<Zeroizing<String>, KeyRingError> {
    let in_file = |fault| KeyRingError::File { path: path.display().to_string(), fault };
    let key = match algorithm {
        Algorithm::Sm4Gcm => random_key::<16>(),
        Algorithm::Aes256Gcm => random_key::<32>(),
    }
    .map_err(in_file)?;
    let file = File {
        active: 1,
        fields: vec![FieldKey { id: 1, algorithm, key }],
        lookup: random_key::<32>().map_err(in_file)?,
        seal: random_key::<32>().map_err(in_file)?,
        e_card: first_key(),
    };
    serde_json::to_string_pretty(&file)
        .map(Zeroizing::new)
        .map_err(|fault| KeyRingError::Content { path: path.display().to_string(), fault: fault.to_string() })
}

/// Writes a file whole under another name and then links it into place: a crash leaves no half ring behind, and of two instances that
/// start at once the second finds the first one's.
pub(super) fn write_once(path: &Path, content: &[u8]) -> Result<(), KeyRingError> {
    let in_file = |fault| KeyRingError::File { path: path.display().to_string(), fault };
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut open = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .map_err(in_file)?;
    open.write_all(content).and_then(|()| open.sync_all()).map_err(in_file)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(in_file)?;
    match linked {
        Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(in_file),
    }
}

fn marked(seal: &Hmac<Sm3>, purpose: &str, content: &[u8]) -> Vec<u8> {
    let mut mac = seal.clone();
    mac.update(b"mark\0");
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(content);
    mac.finalize().into_bytes().to_vec()
}

fn first_key() -> u32 {
    1
}

fn random_key<const N: usize>() -> std::io::Result<Zeroizing<String>> {
    let key = random_bytes::<N>().map(Zeroizing::new).map_err(std::io::Error::other)?;
    Ok(Zeroizing::new(STANDARD.encode(key.as_slice())))
}

fn bytes_of(text: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    STANDARD.decode(text).map(Zeroizing::new).map_err(|_| "a key is not base64".to_owned())
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} field keys)", self.ciphers.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_1_4_2_a_ring_of_an_earlier_release_has_the_same_key_of_e_cards_on_every_instance() {
        let folder = std::env::temp_dir().join(format!("yueka_ring_{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys.json");
        KeyRing::create(&path, Algorithm::Sm4Gcm).unwrap();
        let new: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let with = |place: Option<u32>| {
            let mut ring = new.clone();
            match place {
                Some(place) => ring["e_card"] = place.into(),
                None => drop(ring.as_object_mut().unwrap().remove("e_card")),
            }
            fs::write(&path, ring.to_string()).unwrap();
            KeyRing::open(&path).unwrap()
        };
        let (old, first, second) = (with(None), with(Some(1)), with(Some(2)));
        let signs = |ring: &KeyRing| ring.e_card().public();
        assert_eq!(signs(&old), signs(&first));
        assert_ne!(signs(&second), signs(&first));
        assert_eq!(old.e_card_keys().iter().count(), 1);
        // Codes that were signed before the key was changed are good to their end.
        assert_eq!(second.e_card_keys().get(signs(&first).id()), Some(&signs(&first)));
        fs::remove_dir_all(folder).unwrap();
    }
}
