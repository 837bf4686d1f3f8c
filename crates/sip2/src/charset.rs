//! Bytes to text and back. Neither ever fails: a machine that can't show a character still gets its message.

use std::borrow::Cow;

use encoding_rs::{EncoderResult, GB18030, GBK, UTF_8};

/// The charset of one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Charset {
    /// UTF-8.
    #[default]
    Utf8,
    /// GBK. What comes in is read as GB18030, which has all of GBK; what goes out has two bytes for a character at most.
    Gbk,
    /// GB18030, which has every character there is.
    Gb18030,
}

impl Charset {
    /// All charsets.
    pub const ALL: [Self; 3] = [Self::Utf8, Self::Gbk, Self::Gb18030];

    /// The word for it, as in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf8",
            Self::Gbk => "gbk",
            Self::Gb18030 => "gb18030",
        }
    }

    /// The charset of that word, in any case, with or without a hyphen.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase().replace('-', "");
        Self::ALL.into_iter().find(|charset| charset.as_str() == word)
    }

    /// Reads bytes. What is none of this charset's becomes U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let encoding = match self {
            Self::Utf8 => UTF_8,
            Self::Gbk | Self::Gb18030 => GB18030,
        };
        encoding.decode_without_bom_handling(bytes).0
    }

    /// Writes a text. What this charset lacks becomes a readable substitute: a look-alike where there is one, the printers' geta
    /// 〓 for a Chinese character, a question mark for the rest.
    #[must_use]
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        let encoding = match self {
            Self::Utf8 => return Cow::Borrowed(text.as_bytes()),
            Self::Gbk => GBK,
            Self::Gb18030 => GB18030,
        };
        if text.is_ascii() {
            return Cow::Borrowed(text.as_bytes());
        }
        let mut encoder = encoding.new_encoder();
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text;
        let mut buffer = [0_u8; 256];
        loop {
            let (result, read, written) =
                encoder.encode_from_utf8_without_replacement(rest, &mut buffer, true);
            out.extend_from_slice(buffer.get(..written).unwrap_or_default());
            rest = rest.get(read..).unwrap_or_default();
            match result {
                EncoderResult::InputEmpty => return Cow::Owned(out),
                EncoderResult::OutputFull => {}
                EncoderResult::Unmappable(character) => {
                    let (bytes, _, _) = encoding.encode(substitute(character));
                    out.extend_from_slice(&bytes);
                }
            }
        }
    }
}

/// What is written instead of a character that a charset lacks; all of these are in GBK.
fn substitute(character: char) -> &'static str {
    match character {
        '\u{2022}' | '\u{2027}' | '\u{30fb}' | '\u{ff65}' => "·",
        '\u{2010}' | '\u{2011}' | '\u{2212}' => "-",
        '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => " ",
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => "",
        '\u{a5}' => "￥",
        'â' | 'ä' | 'ã' | 'å' => "a",
        'À' | 'Á' | 'Â' | 'Ä' | 'Ã' | 'Å' => "A",
        'ç' => "c",
        'Ç' => "C",
        'ë' | 'ē' => "e",
        'È' | 'É' | 'Ê' | 'Ë' => "E",
        'î' | 'ï' => "i",
        'Ì' | 'Í' | 'Î' | 'Ï' => "I",
        'ñ' => "n",
        'Ñ' => "N",
        'ô' | 'ö' | 'õ' | 'ø' => "o",
        'Ò' | 'Ó' | 'Ô' | 'Ö' | 'Õ' | 'Ø' => "O",
        'ú' | 'û' => "u",
        'Ù' | 'Ú' | 'Û' | 'Ü' => "U",
        'ý' | 'ÿ' => "y",
        'ß' => "ss",
        '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => "〓",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gbk_lacks_gets_a_substitute() {
        let bytes = Charset::Gbk.encode("𠮷野家 José ☃ 买买提•吐尔逊");
        assert_eq!(Charset::Gbk.decode(&bytes), "〓野家 José ? 买买提·吐尔逊");
        assert_eq!(Charset::Gbk.decode(&Charset::Gbk.encode("Zoë Åse ß")), "Zoe Ase ss");
    }

    #[test]
    fn gb18030_has_everything() {
        let text = "𠮷㙍 José ☃ 阅卡";
        assert_eq!(Charset::Gb18030.decode(&Charset::Gb18030.encode(text)), text);
        // A machine with GBK may well send it.
        assert_eq!(Charset::Gbk.decode(&Charset::Gb18030.encode(text)), text);
        assert_eq!(Charset::Utf8.decode(&Charset::Utf8.encode(text)), text);
    }

    #[test]
    fn what_is_none_of_it_is_read_all_the_same() {
        assert_eq!(Charset::Utf8.decode(b"AE\xb3\xc2|"), "AE\u{fffd}\u{fffd}|");
        assert_eq!(Charset::Gbk.decode(b"AE\xff|"), "AE\u{fffd}|");
    }

    #[test]
    fn words() {
        assert_eq!(Charset::from_word("UTF-8"), Some(Charset::Utf8));
        assert_eq!(Charset::from_word("GB18030"), Some(Charset::Gb18030));
        assert_eq!(Charset::from_word("big5"), None);
    }
}
