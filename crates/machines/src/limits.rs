//! What one connection, one address and all of them together may take.

use std::time::Duration;

/// How much is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest line, in bytes.
    pub line: usize,
    /// The longest line of a machine that opens cards, and sends the photo with them.
    pub line_with_photo: usize,
    /// How long a machine that is signed in may be silent.
    pub idle: Duration,
    /// How long one may take to sign in.
    pub sign_in: Duration,
    /// How long a line may take from its first byte to its end, and an answer to be taken.
    pub slow: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub per_address: usize,
    /// Failed sign-ins of one connection, after which it is ended.
    pub tries: u32,
    /// Lines of one connection that are no messages, after which it is ended.
    pub faults: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 4096,
            line_with_photo: 128 * 1024,
            idle: Duration::from_secs(15 * 60),
            sign_in: Duration::from_secs(30),
            slow: Duration::from_secs(20),
            connections: 4096,
            per_address: 256,
            tries: 3,
            faults: 20,
        }
    }
}
