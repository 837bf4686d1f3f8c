//! Chosen passwords: Argon2id, of staff and of readers. Hashing takes its time by design, so never inside a transaction.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use super::{Error, Result, random_bytes};

/// Whether a password is one that people are asked to choose: eight characters or more, with letters and digits
/// (6.1.1.2).
#[must_use]
pub fn is_good_password(password: &str) -> bool {
    let long_enough = (8..=128).contains(&password.chars().count());
    long_enough && password.chars().any(char::is_alphabetic) && password.chars().any(|c| c.is_ascii_digit())
}

/// A password to be told once: 16 characters that are not mistaken for one another, letters and digits among them.
///
/// # Errors
/// When the system has no randomness to give.
pub fn random_password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    loop {
        let random: [u8; 16] = random_bytes()?;
        let picked = random.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)).copied());
        let password: String = picked.map(char::from).collect();
        if is_good_password(&password) {
            return Ok(password);
        }
    }
}

/// How passwords are hashed and compared. Both take their time by design.
pub trait Hashing: Send + Sync + std::fmt::Debug {
    /// The hash of a password, with its own salt and cost in it.
    ///
    /// # Errors
    /// When the system has no randomness or memory to give.
    fn hash(&self, password: &str) -> Result<String>;

    /// Whether the password is the hashed one. Without a hash (there is no such account, or the password is not a hashed one) it
    /// takes as long and says no.
    fn verify(&self, password: &str, hash: Option<&str>) -> bool;
}

/// Argon2id, as PHC strings.
#[derive(Clone, Copy, Debug)]
pub struct Argon2id;

impl Hashing for Argon2id {
    fn hash(&self, password: &str) -> Result<String> {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(Error::internal)
    }

    fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        static NOBODY: LazyLock<String> = LazyLock::new(|| {
            Argon2::default().hash_password(b"nobody").map(|hash| hash.to_string()).unwrap_or_default()
        });
        let text = hash.unwrap_or_else(|| NOBODY.as_str());
        let fits = PasswordHash::new(text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        fits && hash.is_some()
    }
}

/// Hashes a password (Argon2id, PHC string), on a thread for long work.
///
/// # Errors
/// When the system has no randomness or memory to give.
pub async fn hash_password(password: &str) -> Result<String> {
    hash_with(Arc::new(Argon2id), password).await
}

/// Whether the password is the hashed one. Without a hash (there is no such account) it takes as long and says no.
///
/// # Errors
/// When the work could not be done.
pub async fn verify_password(password: &str, hash: Option<&str>) -> Result<bool> {
    verify_with(Arc::new(Argon2id), password, hash).await
}

/// The same, hashed as the house does.
pub(crate) async fn hash_with(hashing: Arc<dyn Hashing>, password: &str) -> Result<String> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || hashing.hash(&password)).await.map_err(Error::internal)?
}

/// The same, compared as the house does.
pub(crate) async fn verify_with(
    hashing: Arc<dyn Hashing>,
    password: &str,
    hash: Option<&str>,
) -> Result<bool> {
    let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
    let verified = tokio::task::spawn_blocking(move || hashing.verify(&password, hash.as_deref()));
    verified.await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_1_1_2_a_chosen_password_has_eight_characters_with_letters_and_digits() {
        assert!(is_good_password("yueka2026"));
        for weak in ["yueka26", "yuekayueka", "20262026", ""] {
            assert!(!is_good_password(weak), "{weak}");
        }
    }

    #[tokio::test]
    async fn a_2_3_a_chosen_password_is_kept_as_argon2id() {
        let hash = hash_password("yueka2026").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("yueka2026", Some(&hash)).await.unwrap());
        assert!(!verify_password("yueka2027", Some(&hash)).await.unwrap());
        assert!(!verify_password("nobody", None).await.unwrap());
    }
}
