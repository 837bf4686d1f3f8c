//! A message is put together, and written as text.

use std::borrow::Cow;

use crate::spec::{self, Part, field};
use crate::{Code, Message, read::Field};

impl<'a> Message<'a> {
    /// The same message with another value in a field: in the first place where it stands, or at the end.
    #[must_use]
    pub fn with(mut self, code: Code, value: impl Into<Cow<'a, str>>) -> Self {
        let value = value.into();
        match self.fields.iter_mut().find(|field| field.code == code) {
            Some(field) => field.value = value,
            None => self.push(code, value),
        }
        self
    }

    /// Sets a fixed part. What is too short is padded, what is too long cut.
    #[must_use]
    pub fn part(mut self, part: Part, value: impl Into<Cow<'a, str>>) -> Self {
        self.set_part(part, value);
        self
    }

    /// Sets a flag: Y or N.
    #[must_use]
    pub fn flag(self, part: Part, value: bool) -> Self {
        self.part(part, if value { "Y" } else { "N" })
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, code: Code, value: impl Into<Cow<'a, str>>) -> Self {
        self.push(code, value);
        self
    }

    /// Adds a field where there is a value.
    #[must_use]
    pub fn maybe(mut self, code: Code, value: Option<impl Into<Cow<'a, str>>>) -> Self {
        if let Some(value) = value {
            self.push(code, value);
        }
        self
    }

    /// Adds one field for each value.
    #[must_use]
    pub fn each<V: Into<Cow<'a, str>>>(mut self, code: Code, values: impl IntoIterator<Item = V>) -> Self {
        for value in values {
            self.push(code, value);
        }
        self
    }

    /// Gives it a sequence number. Without one it is sent without a checksum.
    #[must_use]
    pub fn sequence(mut self, number: char) -> Self {
        self.sequence = Some(number);
        self
    }

    /// Gives it the sequence number of what it answers, if that had one.
    #[must_use]
    pub fn answering(mut self, request: &Message<'_>) -> Self {
        self.sequence = request.sequence;
        self
    }

    /// Has a checksum written even without a sequence number, as 96 and 97 have it.
    #[must_use]
    pub fn checked(mut self) -> Self {
        self.checksum = Some(self.checksum.unwrap_or_default());
        self
    }

    /// Sets a fixed part.
    pub fn set_part(&mut self, part: Part, value: impl Into<Cow<'a, str>>) {
        let value = value.into();
        match self.parts.iter_mut().find(|(name, _)| *name == part) {
            Some((_, old)) => *old = value,
            None => self.parts.push((part, value)),
        }
    }

    /// Adds a field. AY and AZ are none of them: they are written by themselves.
    pub fn push(&mut self, code: Code, value: impl Into<Cow<'a, str>>) {
        if code != field::SEQUENCE && code != field::CHECKSUM {
            self.fields.push(Field { code, value: value.into() });
        }
    }

    /// The message without AY and AZ, as text. `joined` writes a field that comes several times once, its values joined by that
    /// character.
    #[must_use]
    pub fn to_text(&self, joined: Option<char>) -> String {
        let mut text = String::with_capacity(64 + self.fields.len() * 16);
        text.push_str(self.code.as_str());
        for part in spec::of_message(self.code).map(|spec| spec.parts).unwrap_or_default() {
            let value = self.fixed(part.part).unwrap_or_default();
            let before = text.len();
            text.extend(value.chars().take(part.width).map(fit_for_a_part));
            let missing = part.width.saturating_sub(text.len() - before);
            text.extend(std::iter::repeat_n(part.kind.filler(), missing));
        }
        if self.bar_first {
            text.push('|');
        }
        for (at, field) in self.fields.iter().enumerate() {
            let was_before = self.fields.iter().take(at).any(|other| other.code == field.code);
            if joined.is_some() && was_before {
                continue;
            }
            text.push_str(field.code.as_str());
            text.extend(field.value.chars().map(fit_for_a_field));
            if let Some(joined) = joined {
                for other in self.fields.iter().skip(at + 1).filter(|other| other.code == field.code) {
                    text.push(joined);
                    text.extend(other.value.chars().map(fit_for_a_field));
                }
            }
            text.push('|');
        }
        text
    }
}

/// A bar or a control character in a name or a note must not break the message.
fn fit_for_a_field(character: char) -> char {
    match character {
        '|' => '｜',
        character if character.is_control() => ' ',
        character => character,
    }
}

/// Fixed parts are ASCII.
fn fit_for_a_part(character: char) -> char {
    match character {
        '|' => ' ',
        character if character.is_ascii_graphic() => character,
        _ => ' ',
    }
}
