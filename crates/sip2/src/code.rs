//! The two characters that name a message or a field.

use std::fmt;
use std::str::FromStr;

/// The name of a message (`23`) or of a field (`AA`): two ASCII letters or digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code([u8; 2]);

impl Code {
    /// A code that is known when the program is written.
    #[must_use]
    pub const fn new(bytes: &[u8; 2]) -> Self {
        Self(*bytes)
    }

    /// The code that a text begins with; none when it begins otherwise.
    #[must_use]
    pub fn at_start_of(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [a, b, ..] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => Some(Self([*a, *b])),
            _ => None,
        }
    }

    /// The two characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCode;

impl fmt::Display for NoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code is two letters or digits")
    }
}

impl std::error::Error for NoCode {}

impl FromStr for Code {
    type Err = NoCode;
    fn from_str(text: &str) -> Result<Self, NoCode> {
        if text.len() == 2 { Self::at_start_of(text).ok_or(NoCode) } else { Err(NoCode) }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
