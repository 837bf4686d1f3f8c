//! The code that a phone shows.
//!
//! `YK1` and base 32 of: key (4 bytes), card (16), time of issue (4, seconds since 1970), nonce (8), Ed25519 signature (64) of the text
//! `yueka e-card 1`, a zero byte, and the 32 bytes before it. Numbers are big-endian.

use crate::base32;
use crate::keys::{KeyId, PublicKeys, SigningKey};

/// What every code begins with.
pub const PREFIX: &str = "YK1";
/// Characters of a code.
pub const LENGTH: usize = 157;
/// Seconds that a code lives.
pub const LIVES: i64 = 30;

const DOMAIN: &[u8] = b"yueka e-card 1\0";
const BODY: usize = 32;

/// What a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardCode {
    /// The card: the 16 bytes of its id, which is no number that is printed anywhere.
    pub card: [u8; 16],
    /// When it was issued, in seconds since 1970.
    pub issued_at: i64,
    /// Random bytes: no two codes are the same, and each is used once.
    pub nonce: [u8; 8],
}

/// By how many seconds the clock of who verifies may differ from the clock of who signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// So much longer than [`LIVES`] a code is taken.
    pub late: i64,
    /// So far in the future a code may have been issued.
    pub early: i64,
}

impl Window {
    /// For the server, which signed it: seconds on the way, and between its instances.
    pub const SERVER: Self = Self { late: 10, early: 10 };
    /// For a gate that is cut off: its clock may be a minute off (and a second, since seconds are whole).
    pub const CUT_OFF: Self = Self { late: 61, early: 61 };
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It is something else, or was read badly.
    #[error("this is no e-card code")]
    NotACode,
    /// It was signed with a key that is not trusted.
    #[error("the key of this code is unknown")]
    UnknownKey,
    /// Nobody who holds the key has signed this.
    #[error("the signature of this code is wrong")]
    BadSignature,
    /// Its time is over, by so many seconds.
    #[error("this code ended {0} s ago")]
    TooOld(i64),
    /// It was issued so many seconds from now: a clock is wrong.
    #[error("this code is of {0} s from now")]
    FromTheFuture(i64),
}

impl CardCode {
    /// Whether a text means to be a code: then it is nothing else, such as the number of a card.
    #[must_use]
    pub fn looks_like_one(text: &str) -> bool {
        let text = text.trim();
        let prefix = text.get(..PREFIX.len());
        text.len() > 64 && prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX))
    }

    /// The code, signed. A time before 1970 or after 2106 is taken as the nearest that fits.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let issued_at = u32::try_from(self.issued_at.max(0)).unwrap_or(u32::MAX);
        let mut signed = Vec::with_capacity(DOMAIN.len() + BODY);
        signed.extend_from_slice(DOMAIN);
        signed.extend_from_slice(&key.public().id().0);
        signed.extend_from_slice(&self.card);
        signed.extend_from_slice(&issued_at.to_be_bytes());
        signed.extend_from_slice(&self.nonce);
        let signature = key.sign(&signed);
        let mut bytes = signed.split_off(DOMAIN.len());
        bytes.extend_from_slice(&signature);
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        base32::encode(&bytes, &mut text);
        text
    }

    /// What a code says, whenever it was issued. Blanks around it, and small letters, are what scanners make of it.
    ///
    /// # Errors
    /// All but those of time.
    pub fn read(text: &str, keys: &PublicKeys) -> Result<Self, CodeError> {
        let text = text.trim();
        if text.len() != LENGTH || !text.is_ascii() || !Self::looks_like_one(text) {
            return Err(CodeError::NotACode);
        }
        let bytes = text.get(PREFIX.len()..).and_then(base32::decode).ok_or(CodeError::NotACode)?;
        let (body, signature) = bytes.split_at_checked(BODY).ok_or(CodeError::NotACode)?;
        let (id, rest) = body.split_first_chunk::<4>().ok_or(CodeError::NotACode)?;
        let (card, rest) = rest.split_first_chunk::<16>().ok_or(CodeError::NotACode)?;
        let (issued_at, rest) = rest.split_first_chunk::<4>().ok_or(CodeError::NotACode)?;
        let nonce: [u8; 8] = rest.try_into().map_err(|_| CodeError::NotACode)?;
        let key = keys.get(KeyId(*id)).ok_or(CodeError::UnknownKey)?;
        if !key.verifies(&[DOMAIN, body].concat(), signature) {
            return Err(CodeError::BadSignature);
        }
        Ok(Self { card: *card, issued_at: i64::from(u32::from_be_bytes(*issued_at)), nonce })
    }

    /// Ok when the code is good at this moment.
    ///
    /// # Errors
    /// [`CodeError::TooOld`] and [`CodeError::FromTheFuture`].
    pub fn is_in_time(&self, now: i64, window: Window) -> Result<(), CodeError> {
        let age = now.saturating_sub(self.issued_at);
        if age > LIVES + window.late {
            return Err(CodeError::TooOld(age - LIVES));
        }
        if age < -window.early {
            return Err(CodeError::FromTheFuture(-age));
        }
        Ok(())
    }

    /// What a code says, if it is good now.
    ///
    /// # Errors
    /// Why it is not.
    pub fn verify(text: &str, keys: &PublicKeys, now: i64, window: Window) -> Result<Self, CodeError> {
        let code = Self::read(text, keys)?;
        code.is_in_time(now, window).map(|()| code)
    }

    /// What tells this code from all others, to remember that it was used: card, time, nonce.
    #[must_use]
    pub fn mark(&self) -> [u8; 32] {
        let mut mark = [0; 32];
        let parts = self.card.iter().chain(&self.nonce).copied().chain(self.issued_at.to_be_bytes());
        for (to, from) in mark.iter_mut().zip(parts) {
            *to = from;
        }
        mark
    }
}
