//! Sealed fields: what is personal lies in the database only like this.
//!
//! An envelope is `1 | key id (4 bytes) | nonce (12) | ciphertext and tag`. The place it belongs to (table, column, row)
//! is bound in as associated data: copied to another row or column, it does not open.

use aes_gcm::aead::{Aead, Payload};
use sea_orm::DeriveValueType;
use uuid::Uuid;

use super::key_ring::{Cipher, KeyRing};
use super::{Error, Result, random_bytes};

const VERSION: u8 = 1;
const HEAD: usize = 1 + 4 + 12;

/// A sealed value, as it lies in the database. `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(pub Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl KeyRing {
    /// Seals a text for its place.
    ///
    /// # Errors
    /// When the system has no randomness to give, or the key ring no active key.
    pub fn close(&self, place: &str, row: Uuid, text: &str) -> Result<Sealed> {
        self.close_bytes(place, row, text.as_bytes())
    }

    /// Seals bytes for their place: a scan, a photo.
    ///
    /// # Errors
    /// As [`Self::close`].
    pub fn close_bytes(&self, place: &str, row: Uuid, bytes: &[u8]) -> Result<Sealed> {
        let (id, cipher) = self.active().ok_or_else(|| Error::internal("no active key"))?;
        let nonce: [u8; 12] = random_bytes()?;
        let bound = associated_data(place, row);
        let payload = Payload { msg: bytes, aad: &bound };
        let sealed = match cipher {
            Cipher::Sm4(cipher) => cipher.encrypt(&nonce.into(), payload),
            Cipher::Aes256(cipher) => cipher.encrypt(&nonce.into(), payload),
        }
        .map_err(|_| Error::internal("a field can't be sealed"))?;
        let mut envelope = Vec::with_capacity(HEAD + sealed.len());
        envelope.push(VERSION);
        envelope.extend_from_slice(&id.to_be_bytes());
        envelope.extend_from_slice(&nonce);
        envelope.extend_from_slice(&sealed);
        Ok(Sealed(envelope))
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// When the envelope was made with a key that is not on the ring, was changed, or belongs elsewhere.
    pub fn open_sealed(&self, place: &str, row: Uuid, sealed: &Sealed) -> Result<String> {
        String::from_utf8(self.open_bytes(place, row, sealed)?)
            .map_err(|_| Error::Internal(format!("a sealed field of {place}, row {row}, is no text")))
    }

    /// Opens bytes that were sealed for this place.
    ///
    /// # Errors
    /// As [`Self::open_sealed`].
    pub fn open_bytes(&self, place: &str, row: Uuid, sealed: &Sealed) -> Result<Vec<u8>> {
        let broken = || Error::Internal(format!("a sealed field of {place}, row {row}, does not open"));
        let (head, body) = sealed.0.split_at_checked(HEAD).ok_or_else(broken)?;
        let (&version, rest) = head.split_first().ok_or_else(broken)?;
        let (id, nonce) = rest.split_at_checked(4).ok_or_else(broken)?;
        let id = u32::from_be_bytes(id.try_into().map_err(|_| broken())?);
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| broken())?;
        if version != VERSION {
            return Err(broken());
        }
        let cipher = self
            .cipher(id)
            .ok_or_else(|| Error::Internal(format!("field key {id} is not on the key ring")))?;
        let bound = associated_data(place, row);
        let payload = Payload { msg: body, aad: &bound };
        match cipher {
            Cipher::Sm4(cipher) => cipher.decrypt(&nonce.into(), payload),
            Cipher::Aes256(cipher) => cipher.decrypt(&nonce.into(), payload),
        }
        .map_err(|_| broken())
    }
}

fn associated_data(place: &str, row: Uuid) -> Vec<u8> {
    [place.as_bytes(), b"\0", row.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::key_ring::Algorithm;
    use super::*;

    fn ring(algorithm: Algorithm) -> KeyRing {
        let folder = std::env::temp_dir().join(format!("yueka-ring-{}-{algorithm:?}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys.json");
        KeyRing::create(&path, algorithm).unwrap();
        let ring = KeyRing::open(&path).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        ring
    }

    #[test]
    fn c_5_3_a_sealed_field_opens_only_in_its_own_place() {
        for algorithm in [Algorithm::Sm4Gcm, Algorithm::Aes256Gcm] {
            let ring = ring(algorithm);
            let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
            let sealed = ring.close("readers.phone", row, "13900000000").unwrap();
            assert_eq!(ring.open_sealed("readers.phone", row, &sealed).unwrap(), "13900000000");
            assert!(ring.open_sealed("readers.phone", other, &sealed).is_err());
            assert!(ring.open_sealed("readers.email", row, &sealed).is_err());
            for place in 0..sealed.0.len() {
                let mut changed = sealed.clone();
                changed.0[place] ^= 1;
                assert!(ring.open_sealed("readers.phone", row, &changed).is_err(), "byte {place}");
            }
            assert!(!format!("{sealed:?}").contains("139"));
        }
    }

    #[test]
    fn c_5_3_equal_texts_do_not_look_equal() {
        let ring = ring(Algorithm::Sm4Gcm);
        let row = Uuid::from_u128(1);
        assert_ne!(ring.close("a.b", row, "x").unwrap(), ring.close("a.b", row, "x").unwrap());
    }
}
