//! Chosen passwords: Argon2id, of staff and of readers. Hashing takes its time by design, so never inside a transaction.

use std::sync::LazyLock;

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

/// Hashes a password (Argon2id, PHC string), on a thread for long work.
///
/// # Errors
/// When the system has no randomness or memory to give.
pub async fn hash_password(password: &str) -> Result<String> {
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Whether the password is the hashed one. Without a hash (there is no such account) it takes as long and says no.
///
/// # Errors
/// When the work could not be done.
pub async fn verify_password(password: &str, hash: Option<&str>) -> Result<bool> {
    static NOBODY: LazyLock<String> = LazyLock::new(|| {
        Argon2::default().hash_password(b"nobody").map(|hash| hash.to_string()).unwrap_or_default()
    });
    let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
    let verified = tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.clone());
        let fits = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        fits && known
    });
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
