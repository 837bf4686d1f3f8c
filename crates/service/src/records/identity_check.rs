//! How it was made sure who stands there: each service on somebody's card carries one (4.2.2, 6.2.1).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::File;

/// How a person was identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckMethod {
    /// A clerk compared the document with the person.
    ByEye,
    /// A reader device read the document's chip, and a clerk or the machine compared.
    ReaderDevice,
    /// By questions on the phone.
    Phone,
    /// By the card's password.
    Password,
    /// By an outside real-name service.
    Online,
    /// By the unit that gave the list, which answers for what it says of its people (6.1.3.1).
    UnitList,
}

impl CheckMethod {
    /// All methods.
    pub const ALL: [Self; 6] =
        [Self::ByEye, Self::ReaderDevice, Self::Phone, Self::Password, Self::Online, Self::UnitList];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByEye => "by_eye",
            Self::ReaderDevice => "reader_device",
            Self::Phone => "phone",
            Self::Password => "password",
            Self::Online => "online",
            Self::UnitList => "unit_list",
        }
    }
}

impl fmt::Display for CheckMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CheckMethod {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|method| method.as_str() == word).ok_or(())
    }
}

/// Who stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// The reader.
    Reader,
    /// The guardian of a reader under 16.
    Guardian,
    /// An agent (代办人), with the reader's authorization.
    Agent,
}

impl Presence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Guardian, Self::Agent];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Guardian => "guardian",
            Self::Agent => "agent",
        }
    }
}

impl FromStr for Presence {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|presence| presence.as_str() == word).ok_or(())
    }
}

/// How it was checked who is in front of us, and who acts for whom (4.2.2, 6.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    /// Who stands there.
    pub who: Presence,
    /// How that was made sure.
    pub method: CheckMethod,
    /// The reader's own document, as it was read or typed now; it must be one of theirs. None where staff compared the person
    /// with what is on file, or the card was shown.
    pub document: Option<Person>,
    /// The guardian or agent, whose document was seen.
    pub agent: Option<Person>,
    /// The reader as an agent's papers name them: the document of the principal was seen too.
    pub principal: Option<Person>,
    /// The agent's authorization, scanned or photographed; kept sealed with the record.
    pub authorization: Option<File>,
    /// What a caller answered on the phone: question and answer (A.4.1).
    pub answers: Vec<(String, String)>,
}

impl IdentityCheck {
    /// The person themselves, checked by this method.
    #[must_use]
    pub fn of_the_person(method: CheckMethod) -> Self {
        Self {
            who: Presence::Reader,
            method,
            document: None,
            agent: None,
            principal: None,
            authorization: None,
            answers: Vec::new(),
        }
    }
}

/// A person whose document was seen. Kept sealed; `Debug` shows nothing of them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// The kind of document seen.
    pub document_kind: String,
    /// Its number.
    pub document_number: String,
    /// Who issued it, for passports: ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issuing_country: String,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}
