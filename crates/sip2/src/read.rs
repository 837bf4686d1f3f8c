//! A message, and how one is read out of a line of text.

use std::borrow::Cow;
use std::fmt;

use crate::spec::{self, Kind, MessageSpec, Part, Success, field};
use crate::sum::hexadecimal;
use crate::{Code, date};

/// A message as it was read, or as it is going to be sent. What was read borrows from the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    pub(crate) code: Code,
    pub(crate) parts: Vec<(Part, Cow<'a, str>)>,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) sequence: Option<char>,
    pub(crate) checksum: Option<u16>,
    pub(crate) bar_first: bool,
}

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Which.
    pub code: Code,
    /// What it holds.
    pub value: Cow<'a, str>,
}

/// How exactly a line must follow the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Fixed parts stand where the document says.
    #[default]
    Strict,
    /// Fixed parts may be missing or short, dates of other lengths. A line that is right is read as by the strict rules.
    Tolerant,
}

/// Why a line is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin with two letters or digits.
    NoCode,
    /// Nothing is known of such a message.
    Unknown(Code),
    /// It ends within its fixed parts, or they hold what they can't.
    Short(Code),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCode => f.write_str("this begins with no message code"),
            Self::Unknown(code) => write!(f, "no message {code} is known"),
            Self::Short(code) => write!(f, "message {code} is too short for its fixed parts"),
        }
    }
}

impl std::error::Error for Fault {}

impl<'a> Message<'a> {
    /// A message with nothing in it yet.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, parts: Vec::new(), fields: Vec::new(), sequence: None, checksum: None, bar_first: false }
    }

    /// Which message it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is known of such messages.
    #[must_use]
    pub fn spec(&self) -> Option<&'static MessageSpec> {
        spec::of_message(self.code)
    }

    /// A fixed part; none when it was missing.
    #[must_use]
    pub fn fixed(&self, part: Part) -> Option<&str> {
        self.parts.iter().find(|(name, _)| *name == part).map(|(_, value)| value.as_ref())
    }

    /// The first field of that code.
    #[must_use]
    pub fn get(&self, code: Code) -> Option<&str> {
        self.all(code).next()
    }

    /// The first field of that code that is not empty.
    #[must_use]
    pub fn filled(&self, code: Code) -> Option<&str> {
        self.all(code).map(str::trim).find(|value| !value.is_empty())
    }

    /// All fields of that code.
    pub fn all(&self, code: Code) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |field| field.code == code).map(|field| field.value.as_ref())
    }

    /// All fields, in order.
    #[must_use]
    pub fn fields(&self) -> &[Field<'a>] {
        &self.fields
    }

    /// The sequence number behind AY.
    #[must_use]
    pub fn sequence_number(&self) -> Option<char> {
        self.sequence
    }

    /// The checksum behind AZ, as it was given. Whether it fits says [`check_sum`](crate::check_sum).
    #[must_use]
    pub fn checksum(&self) -> Option<u16> {
        self.checksum
    }

    /// Whether an answer says that the thing was done; none where no answer of this kind can say so.
    #[must_use]
    pub fn succeeded(&self) -> Option<bool> {
        Some(match self.spec()?.success? {
            Success::Part(part, value) => {
                self.fixed(part).is_some_and(|given| given == value || (value == "1" && given == "Y"))
            }
            Success::Field(code, value) => self.get(code) == Some(value),
        })
    }

    /// The same message, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        let owned = |value: Cow<'a, str>| Cow::Owned(value.into_owned());
        Message {
            code: self.code,
            parts: self.parts.into_iter().map(|(part, value)| (part, owned(value))).collect(),
            fields: self
                .fields
                .into_iter()
                .map(|field| Field { code: field.code, value: owned(field.value) })
                .collect(),
            sequence: self.sequence,
            checksum: self.checksum,
            bar_first: self.bar_first,
        }
    }

    /// Reads a line. Fields may stand in any order, unknown ones are kept, what is no field is passed over.
    ///
    /// # Errors
    /// When the line is no message.
    pub fn parse(line: &'a str, rules: Rules) -> Result<Self, Fault> {
        let line = line.trim_start();
        let code = Code::at_start_of(line).ok_or(Fault::NoCode)?;
        let spec = spec::of_message(code).ok_or(Fault::Unknown(code))?;
        let body = line.get(2..).unwrap_or_default();
        let mut message = Message::new(code);
        let rest = match (message.read_parts(body, spec, rules), rules) {
            (Some(rest), _) => rest,
            (None, Rules::Strict) => return Err(Fault::Short(code)),
            (None, Rules::Tolerant) => message.read_parts_anyhow(body, spec),
        };
        message.bar_first = rest.starts_with('|');
        for segment in rest.split('|') {
            message.read_segment(segment);
        }
        Ok(message)
    }

    /// The fixed parts where the document has them; what comes after them. By the tolerant rules they must look like what they are.
    fn read_parts(&mut self, body: &'a str, spec: &MessageSpec, rules: Rules) -> Option<&'a str> {
        let (head, rest) = body.split_at_checked(spec.fixed_length())?;
        if !head.is_ascii() || head.contains('|') {
            return None;
        }
        let goes_on = rest.is_empty()
            || rest.starts_with('|')
            || (rest.starts_with(|first: char| first.is_ascii_uppercase())
                && Code::at_start_of(rest).is_some());
        if rules == Rules::Tolerant && !goes_on {
            return None;
        }
        let mut parts = Vec::with_capacity(spec.parts.len());
        let mut left = head;
        for part in spec.parts {
            let (value, after) = left.split_at_checked(part.width)?;
            if rules == Rules::Tolerant && !part.kind.takes(value) {
                return None;
            }
            parts.push((part.part, Cow::Borrowed(value)));
            left = after;
        }
        self.parts = parts;
        Some(rest)
    }

    /// The fixed parts as far as they can be made out before the first field; what comes after them.
    fn read_parts_anyhow(&mut self, body: &'a str, spec: &MessageSpec) -> &'a str {
        let first =
            |at: &usize| body.get(*at..).is_some_and(|rest| rest.starts_with('|') || begins_a_field(rest));
        let head = (0..body.len()).find(first).unwrap_or(body.len());
        let (head, rest) = body.split_at_checked(head).unwrap_or((body, ""));
        let mut left = if head.is_ascii() { head } else { "" };
        for part in spec.parts {
            let read = match part.kind {
                Kind::Date => date::take_date(left).map(|(date, read)| (Cow::Owned(date), read)),
                Kind::Marks => {
                    let marks =
                        left.bytes().take(part.width).take_while(|byte| matches!(byte, b'Y' | b'N' | b' '));
                    let read = marks.count();
                    let value = left.get(..read).filter(|value| !value.is_empty());
                    value.map(|value| (padded(value, part.width), read))
                }
                kind => left
                    .get(..part.width)
                    .filter(|value| kind.takes(value))
                    .map(|value| (Cow::Borrowed(value), part.width)),
            };
            if let Some((value, read)) = read {
                self.parts.push((part.part, value));
                left = left.get(read..).unwrap_or_default();
            }
        }
        rest
    }

    fn read_segment(&mut self, segment: &'a str) {
        let Some(code) = Code::at_start_of(segment) else { return };
        let value = segment.get(2..).unwrap_or_default();
        match code {
            field::SEQUENCE => {
                let mut after = value.chars();
                match after.next() {
                    // No number between AY and AZ.
                    Some('A') if value.get(1..2) == Some("Z") => self.read_checksum(value.get(2..)),
                    Some(number) => {
                        self.sequence = Some(number);
                        self.read_checksum(after.as_str().strip_prefix("AZ"));
                    }
                    None => {}
                }
            }
            field::CHECKSUM => self.read_checksum(Some(value)),
            code => self.fields.push(Field { code, value: Cow::Borrowed(value) }),
        }
    }

    fn read_checksum(&mut self, digits: Option<&str>) {
        if let Some(sum) = digits.and_then(|digits| hexadecimal(digits.as_bytes())) {
            self.checksum = Some(sum);
        }
    }
}

/// Whether a text begins with the code of a field that is known.
fn begins_a_field(text: &str) -> bool {
    Code::at_start_of(text).is_some_and(|code| spec::of_field(code).is_some())
}

fn padded(value: &str, width: usize) -> Cow<'_, str> {
    if value.len() == width { Cow::Borrowed(value) } else { Cow::Owned(format!("{value:<width$}")) }
}
