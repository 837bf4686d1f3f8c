//! Who asks for a service, from where.

use std::fmt;
use std::str::FromStr;

use super::access::UnknownWord;
use super::{ApiTokenId, LibraryId, MachineId, PartnerId, ReaderId, Right, ServicePointId, StaffId, UnitId};

/// Through which door a service was asked for (A.2.1, 6.1.3, 6.1.4, 6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A staffed service desk (A.2.1 a).
    Desk,
    /// A kiosk of ours (6.1.1.1).
    SelfService,
    /// A borrow-and-return machine (A.2.1 c).
    Machine,
    /// On the web or the library's account (A.2.1 b).
    Online,
    /// A unit's list (6.1.3).
    Group,
    /// A temporary or travelling point (6.5).
    MobilePoint,
    /// The province's e-card (6.1.4).
    Yuedutong,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 7] = [
        Self::Desk,
        Self::SelfService,
        Self::Machine,
        Self::Online,
        Self::Group,
        Self::MobilePoint,
        Self::Yuedutong,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::SelfService => "self_service",
            Self::Machine => "machine",
            Self::Online => "online",
            Self::Group => "group",
            Self::MobilePoint => "mobile_point",
            Self::Yuedutong => "yuedutong",
        }
    }

    /// Whether a clerk sees the person and the paper.
    #[must_use]
    pub fn is_staffed(self) -> bool {
        matches!(self, Self::Desk | Self::Group | Self::MobilePoint)
    }

    /// Whether a point of this channel may say that a request came through another: a point without staff can't claim that
    /// somebody saw the person.
    #[must_use]
    pub fn may_claim(self, other: Self) -> bool {
        self.is_staffed() || !other.is_staffed()
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Channel {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word).ok_or(UnknownWord)
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A member of staff.
    Staff(StaffId),
    /// A program with a token.
    Token(ApiTokenId),
    /// A reader at the portal, for themselves.
    Reader(ReaderId),
    /// A self-service machine (A.2.1 c).
    Machine(MachineId),
    /// A partner platform (6.1.4).
    Partner(PartnerId),
    /// A unit that sends its list by itself (6.1.3.1).
    Unit(UnitId),
    /// The program itself: set-up, imports from the command line, jobs.
    System,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::Reader(id) => write!(f, "reader:{id}"),
            Self::Machine(id) => write!(f, "machine:{id}"),
            Self::Partner(id) => write!(f, "partner:{id}"),
            Self::Unit(id) => write!(f, "unit:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

impl FromStr for Who {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if text == "system" {
            return Ok(Self::System);
        }
        let (kind, id) = text.split_once(':').ok_or(UnknownWord)?;
        let id: uuid::Uuid = id.parse().map_err(|_| UnknownWord)?;
        match kind {
            "staff" => Ok(Self::Staff(id.into())),
            "token" => Ok(Self::Token(id.into())),
            "reader" => Ok(Self::Reader(id.into())),
            "machine" => Ok(Self::Machine(id.into())),
            "partner" => Ok(Self::Partner(id.into())),
            "unit" => Ok(Self::Unit(id.into())),
            _ => Err(UnknownWord),
        }
    }
}

/// The caller of an operation: who, standing where, with which rights.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who acts.
    pub who: Who,
    /// The library in whose name they act now: the one of their service point.
    pub library: LibraryId,
    /// The desk, kiosk or machine they act at.
    pub service_point: Option<ServicePointId>,
    /// The top of what their rights reach: they hold for this library and everything under it.
    pub scope: LibraryId,
    /// What they may do there.
    pub rights: Vec<Right>,
    /// The door they come through.
    pub channel: Channel,
}

impl Actor {
    /// The program itself, in the name of a library: set-up, imports, jobs.
    #[must_use]
    pub fn system(library: LibraryId) -> Self {
        Self {
            who: Who::System,
            library,
            service_point: None,
            scope: library,
            rights: Right::ALL.to_vec(),
            channel: Channel::Desk,
        }
    }

    /// A reader at the portal: no rights but those over themselves, in the name of the library that issued their card.
    #[must_use]
    pub fn reader(reader: ReaderId, library: LibraryId) -> Self {
        Self {
            who: Who::Reader(reader),
            library,
            service_point: None,
            scope: library,
            rights: Vec::new(),
            channel: Channel::Online,
        }
    }

    /// Whether the actor is this reader.
    #[must_use]
    pub fn is_reader(&self, reader: ReaderId) -> bool {
        self.who == Who::Reader(reader)
    }

    /// Somebody who has not said who they are: may nothing.
    #[must_use]
    pub fn nobody() -> Self {
        Self { rights: Vec::new(), ..Self::system(LibraryId(uuid::Uuid::nil())) }
    }

    /// Whether the actor has a right at all; how far it reaches is for the operation to ask.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }
}
