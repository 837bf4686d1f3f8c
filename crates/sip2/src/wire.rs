//! How one connection writes: charset, checksum, end of message.

use crate::{Charset, Message, Sum};

/// What ends a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Terminator {
    /// CR: the protocol as written.
    #[default]
    Cr,
    /// LF.
    Lf,
    /// CR and LF. Some clients hang on it.
    Crlf,
}

impl Terminator {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cr, Self::Lf, Self::Crlf];

    /// The word for it, as in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cr => "cr",
            Self::Lf => "lf",
            Self::Crlf => "crlf",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|terminator| terminator.as_str() == word)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Cr => b"\r",
            Self::Lf => b"\n",
            Self::Crlf => b"\r\n",
        }
    }
}

/// How one connection writes its messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// The charset.
    pub charset: Charset,
    /// What the checksum is taken over.
    pub sum: Sum,
    /// What ends a message.
    pub terminator: Terminator,
    /// When set, a field is written once, its values joined by this character.
    pub joined: Option<char>,
}

impl Wire {
    /// The bytes of a message with its end. Where it has a sequence number, AY and AZ stand before that; AZ alone where it has
    /// none but is [checked](Message::checked).
    #[must_use]
    pub fn encode(&self, message: &Message<'_>) -> Vec<u8> {
        let mut text = message.to_text(self.joined);
        if let Some(number) = message.sequence {
            text.push_str("AY");
            text.push(if number.is_ascii_graphic() && number != '|' { number } else { '0' });
        }
        let summed = message.sequence.is_some() || message.checksum.is_some();
        if summed {
            text.push_str("AZ");
        }
        let mut bytes = self.charset.encode(&text).into_owned();
        if summed {
            let sum = self.sum.of(&bytes, &self.as_read(&text));
            bytes.extend_from_slice(format!("{sum:04X}").as_bytes());
        }
        bytes.extend_from_slice(self.terminator.bytes());
        bytes
    }

    /// The text as the other side will read it: with the substitutes.
    fn as_read(&self, text: &str) -> String {
        match (self.sum, self.charset) {
            (Sum::Bytes, _) | (_, Charset::Utf8) => text.to_owned(),
            (_, charset) => charset.decode(&charset.encode(text)).into_owned(),
        }
    }
}
