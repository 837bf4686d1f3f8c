//! The one place that asks the system for randomness.

use super::{Error, Result};

/// `N` random bytes.
///
/// # Errors
/// When the system has none to give.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    #[expect(clippy::disallowed_methods, reason = "this is the source")]
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}
