//! Chosen passwords: Argon2id, of staff and of readers. Hashing takes its time by design, so never inside a transaction.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;

use super::{Error, Result, random_bytes};

/// How long a password waits for its turn to be hashed.
const PATIENCE: Duration = Duration::from_secs(20);

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
        // What begins with a hyphen is taken for an option where it is pasted behind one.
        if is_good_password(&password) && !password.starts_with('-') {
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
        let salt: [u8; Salt::RECOMMENDED_LENGTH] = random_bytes()?;
        let argon2 = Argon2::default();
        let mut output = [0_u8; Params::DEFAULT_OUTPUT_LEN];
        fill(&argon2, password, &salt, &mut output)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::default().into()),
            params: ParamsString::try_from(argon2.params()).map_err(Error::internal)?,
            salt: Some(Salt::new(&salt).map_err(Error::internal)?),
            hash: Some(Output::new(&output).map_err(Error::internal)?),
        };
        Ok(hash.to_string())
    }

    fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        static NOBODY: LazyLock<String> = LazyLock::new(|| Argon2id.hash("nobody").unwrap_or_default());
        let fits = is_hashed(password, hash.unwrap_or_else(|| NOBODY.as_str()));
        fits.unwrap_or(false) && hash.is_some()
    }
}

fn is_hashed(password: &str, hash: &str) -> Result<bool> {
    let hash = PasswordHash::new(hash).map_err(Error::internal)?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(Error::internal)?;
    let version = hash.version.map(Version::try_from).transpose().map_err(Error::internal)?;
    let params = Params::try_from(&hash).map_err(Error::internal)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
    let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
    let mut output = vec![0_u8; expected.len()];
    fill(&argon2, password, salt, &mut output)?;
    // Compared in constant time.
    Ok(Output::new(&output).map_err(Error::internal)? == *expected)
}

/// Hashes in memory of its own, which goes back to the system at once: the C library keeps smaller pieces for later use, and
/// after a morning of sign-ins that were hundreds of megabytes. Only what is used of it is ever touched.
fn fill(argon2: &Argon2<'_>, password: &str, salt: &[u8], output: &mut [u8]) -> Result<()> {
    /// From this size on (the most that glibc lets its threshold grow to) memory is mapped and unmapped.
    const MAPPED: usize = 33 * 1024 * 1024;
    let count = argon2.params().block_count();
    let mut blocks: Vec<Block> = Vec::with_capacity(count.max(MAPPED / Block::SIZE));
    blocks.resize_with(count, Block::new);
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, output, &mut blocks)
        .map_err(Error::internal)
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
    in_turn(move || hashing.hash(&password)).await?
}

/// The same, compared as the house does.
pub(crate) async fn verify_with(
    hashing: Arc<dyn Hashing>,
    password: &str,
    hash: Option<&str>,
) -> Result<bool> {
    let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
    in_turn(move || hashing.verify(&password, hash.as_deref())).await
}

/// All hashing goes through here: as many at once as there are cores, since each takes a core and 19 MiB. The others wait, and not
/// for ever.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    static PLACES: LazyLock<Semaphore> =
        LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));
    let place = tokio::time::timeout(PATIENCE, PLACES.acquire()).await.map_err(|_| Error::Busy)?;
    let _place = place.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
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

    /// A line of what the system says of this process, in KiB.
    fn kib(name: &str) -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn c_5_1_3_forty_five_passwords_at_once_take_the_memory_of_a_few_and_give_it_back() {
        verify_password("warm", None).await.unwrap();
        let before = kib("VmRSS");
        let all: Vec<_> = (0..45).map(|_| tokio::spawn(verify_password("nobody", None))).collect();
        for one in all {
            assert!(!one.await.unwrap().unwrap());
        }
        let cores = std::thread::available_parallelism().map_or(2, usize::from) as u64;
        let (most, after) = (kib("VmHWM") - before, kib("VmRSS").saturating_sub(before));
        assert!(most < (cores + 1) * 20 * 1024, "{most} KiB at the most");
        assert!(after < 10 * 1024, "{after} KiB are kept");
    }

    #[test]
    fn c_5_1_3_a_password_that_is_told_once_is_good_and_can_be_pasted_anywhere() {
        for _ in 0..500 {
            let password = random_password().unwrap();
            assert!(is_good_password(&password) && !password.starts_with('-'), "{password}");
        }
    }

    #[test]
    fn a_2_3_hashes_are_those_of_the_library() {
        use argon2::password_hash::{PasswordHasher, PasswordVerifier};
        let theirs = Argon2::default().hash_password(b"yueka2026").unwrap().to_string();
        assert!(Argon2id.verify("yueka2026", Some(&theirs)) && !Argon2id.verify("yueka2027", Some(&theirs)));
        let ours = Argon2id.hash("yueka2026").unwrap();
        let ours = PasswordHash::new(&ours).unwrap();
        assert!(Argon2::default().verify_password(b"yueka2026", &ours).is_ok());
    }
}
