//! How it was made sure who stands there: each service on somebody's card carries one (4.2.2, 6.2.1).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
}

impl CheckMethod {
    /// All methods.
    pub const ALL: [Self; 5] = [Self::ByEye, Self::ReaderDevice, Self::Phone, Self::Password, Self::Online];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByEye => "by_eye",
            Self::ReaderDevice => "reader_device",
            Self::Phone => "phone",
            Self::Password => "password",
            Self::Online => "online",
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

/// How it was checked who is in front of us, and who acts for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    /// How.
    pub method: CheckMethod,
    /// Who acts for another, when somebody does.
    pub agent: Option<Person>,
    /// For whom, when somebody acts for another.
    pub principal: Option<Person>,
}

impl IdentityCheck {
    /// The person themselves, checked by this method.
    #[must_use]
    pub fn of_the_person(method: CheckMethod) -> Self {
        Self { method, agent: None, principal: None }
    }
}

/// A person whose document was seen. Kept sealed; `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// The kind of document seen.
    pub document_kind: String,
    /// Its number.
    pub document_number: String,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}
