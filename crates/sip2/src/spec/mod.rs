//! The protocol as tables: which messages there are, in both directions, of which fixed parts and fields each is made.

pub mod field;
pub mod message;
mod messages;
mod parts;

use crate::Code;
pub use messages::{ANSWERS, EXTENSIONS, REQUESTS, messages};
pub use parts::{Kind, Part, PartSpec};

/// Who sends a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The machine, or a client like it ("SC").
    Machine,
    /// The library system ("ACS").
    Library,
}

/// One kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageSpec {
    /// Its two digits.
    pub code: Code,
    /// Its name in the protocol document.
    pub name: &'static str,
    /// Who sends it.
    pub side: Side,
    /// The message that answers it.
    pub answer: Option<Code>,
    /// Whether it is no part of 3M's document.
    pub extension: bool,
    /// The parts at its beginning that have a fixed place and length.
    pub parts: &'static [PartSpec],
    /// The fields that are named in it. Others may come along.
    pub fields: &'static [FieldUse],
    /// What says in it that the thing was done.
    pub success: Option<Success>,
}

/// A field in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldUse {
    /// Which.
    pub code: Code,
    /// Whether the document wants it always.
    pub required: bool,
    /// Whether it may come several times.
    pub repeats: bool,
}

/// What says in an answer that the thing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// A fixed part with this value.
    Part(Part, &'static str),
    /// A field with this value.
    Field(Code, &'static str),
}

/// A field by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its two letters.
    pub code: Code,
    /// What it holds.
    pub name: &'static str,
    /// Whether it tells something of a person, so that it belongs in no log.
    pub personal: bool,
}

impl MessageSpec {
    /// How many characters the fixed parts take.
    #[must_use]
    pub fn fixed_length(&self) -> usize {
        self.parts.iter().map(|part| part.width).sum()
    }
}

/// What is known of a message; none when nothing is.
#[must_use]
pub fn of_message(code: Code) -> Option<&'static MessageSpec> {
    messages().find(|message| message.code == code)
}

/// What is known of a field; none when nothing is.
#[must_use]
pub fn of_field(code: Code) -> Option<&'static FieldSpec> {
    field::FIELDS.iter().find(|field| field.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_tables_fit_together() {
        let mut seen = HashSet::new();
        for message in messages() {
            assert!(seen.insert(message.code), "{} twice", message.code);
            if let Some(answer) = message.answer {
                assert_eq!(
                    of_message(answer).map(|answer| answer.side),
                    Some(Side::Library),
                    "{}",
                    message.code
                );
            }
            for used in message.fields {
                assert!(of_field(used.code).is_some(), "{} of {}", used.code, message.code);
            }
            if let Some(Success::Part(part, _)) = message.success {
                assert!(message.parts.iter().any(|spec| spec.part == part), "{}", message.code);
            }
        }
        let fields: HashSet<_> = field::FIELDS.iter().map(|field| field.code).collect();
        assert_eq!(fields.len(), field::FIELDS.len());
    }

    #[test]
    fn fixed_lengths_are_those_of_the_document() {
        for (code, length) in [
            ("23", 21),
            ("63", 31),
            ("11", 38),
            ("29", 38),
            ("09", 37),
            ("01", 19),
            ("35", 18),
            ("25", 18),
            ("17", 18),
            ("65", 18),
            ("37", 25),
            ("99", 8),
            ("93", 2),
            ("15", 19),
            ("19", 18),
            ("97", 0),
            ("24", 35),
            ("64", 59),
            ("12", 22),
            ("10", 22),
            ("98", 34),
            ("94", 1),
            ("96", 0),
            ("36", 19),
            ("38", 19),
            ("18", 24),
            ("20", 19),
            ("26", 35),
            ("16", 20),
            ("30", 22),
            ("66", 27),
        ] {
            let spec = of_message(code.parse().unwrap()).unwrap();
            assert_eq!(spec.fixed_length(), length, "{code}");
        }
    }
}
