//! The tree of libraries, read as a whole: a few hundred rows.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::tables::{library, service_point};
use crate::kernel::{Actor, Channel, Error, LibraryId, Op, Result, ServicePointId};

/// What a library is in the federation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryKind {
    /// The federation itself.
    Federation,
    /// A member library (成员馆).
    Member,
    /// A branch of a member library.
    Branch,
}

impl LibraryKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Federation, Self::Member, Self::Branch];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Federation => "federation",
            Self::Member => "member",
            Self::Branch => "branch",
        }
    }
}

/// A library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// Its id.
    pub id: LibraryId,
    /// What it stands under.
    pub parent: Option<LibraryId>,
    /// Its short code, as in the API.
    pub code: String,
    /// What it is.
    pub kind: LibraryKind,
    /// Its name in simplified Chinese.
    pub name: String,
    /// Its name in traditional Chinese.
    pub name_hant: String,
    /// Its name in English.
    pub name_en: String,
    /// Where it is.
    pub address: String,
    /// Its public phone.
    pub phone: String,
    /// When it is open.
    pub hours: String,
}

/// What a service point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicePointKind {
    /// A staffed desk.
    Desk,
    /// A temporary or travelling point (6.5).
    MobilePoint,
    /// A kiosk of ours.
    Kiosk,
    /// A borrow-and-return machine.
    Machine,
    /// The web.
    Online,
}

impl ServicePointKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Desk, Self::MobilePoint, Self::Kiosk, Self::Machine, Self::Online];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::MobilePoint => "mobile_point",
            Self::Kiosk => "kiosk",
            Self::Machine => "machine",
            Self::Online => "online",
        }
    }

    /// The door that a request from such a point comes through.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Desk => Channel::Desk,
            Self::MobilePoint => Channel::MobilePoint,
            Self::Kiosk => Channel::SelfService,
            Self::Machine => Channel::Machine,
            Self::Online => Channel::Online,
        }
    }
}

/// A desk, kiosk, machine or mobile point of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePoint {
    /// Its id.
    pub id: ServicePointId,
    /// The library it belongs to.
    pub library: LibraryId,
    /// Its code, unique in its library.
    pub code: String,
    /// What it is.
    pub kind: ServicePointKind,
    /// Its name, as the header of a desk shows it.
    pub name: String,
}

/// All libraries and service points that are open.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    libraries: Vec<Library>,
    points: Vec<ServicePoint>,
    place: HashMap<LibraryId, usize>,
}

impl Tree {
    /// All libraries: a parent before its children, by code.
    pub fn libraries(&self) -> impl Iterator<Item = &Library> {
        self.libraries.iter()
    }

    /// A library.
    #[must_use]
    pub fn library(&self, id: LibraryId) -> Option<&Library> {
        self.place.get(&id).and_then(|place| self.libraries.get(*place))
    }

    /// The federation itself.
    #[must_use]
    pub fn root(&self) -> Option<&Library> {
        self.libraries.iter().find(|library| library.parent.is_none())
    }

    /// From a library up to the federation, itself first.
    pub fn upwards(&self, id: LibraryId) -> impl Iterator<Item = &Library> {
        std::iter::successors(self.library(id), |library| {
            library.parent.and_then(|parent| self.library(parent))
        })
    }

    /// Whether `top` is the library itself or stands above it.
    #[must_use]
    pub fn covers(&self, top: LibraryId, id: LibraryId) -> bool {
        self.upwards(id).any(|library| library.id == top)
    }

    /// Whether a library is the actor's own, or stands under what their rights reach.
    #[must_use]
    pub fn is_ours(&self, actor: &Actor, id: LibraryId) -> bool {
        id == actor.library || self.covers(actor.scope, id)
    }

    /// The libraries of which that is so.
    pub fn ours(&self, actor: &Actor) -> impl Iterator<Item = LibraryId> {
        self.libraries().map(|library| library.id).filter(|id| self.is_ours(actor, *id))
    }

    /// The member library that this one is, or is a branch of; the federation is its own.
    #[must_use]
    pub fn member(&self, id: LibraryId) -> Option<&Library> {
        self.upwards(id).find(|library| library.kind != LibraryKind::Branch)
    }

    /// Whether a library may do what only the issuing library does (6.3.3): it is the same member library, branches
    /// included. For one that was closed the federation stands in.
    #[must_use]
    pub fn stands_for(&self, id: LibraryId, issuing: LibraryId) -> bool {
        match (self.member(id), self.member(issuing)) {
            (Some(here), Some(issuing)) => here.id == issuing.id,
            (Some(here), None) => here.kind == LibraryKind::Federation,
            (None, _) => false,
        }
    }

    /// The library and everything under it.
    #[must_use]
    pub fn under(&self, top: LibraryId) -> Vec<LibraryId> {
        self.libraries.iter().map(|library| library.id).filter(|id| self.covers(top, *id)).collect()
    }

    /// The service points of a library and of everything under it.
    pub fn points_under(&self, top: LibraryId) -> impl Iterator<Item = &ServicePoint> {
        self.points.iter().filter(move |point| self.covers(top, point.library))
    }
}

/// Reads the tree.
///
/// # Errors
/// When the database can't be asked.
pub async fn tree(op: &Op) -> Result<Tree> {
    let rows = library::Entity::find()
        .filter(library::Column::Open.eq(true))
        .order_by_asc(library::Column::Code)
        .all(op.db())
        .await?;
    let mut found: Vec<Library> = rows.into_iter().map(Library::from_row).collect::<Result<_>>()?;
    found.sort_by_key(|library| LibraryKind::ALL.iter().position(|kind| *kind == library.kind));
    let place = found.iter().enumerate().map(|(place, library)| (library.id, place)).collect();
    let points = service_point::Entity::find()
        .filter(service_point::Column::Open.eq(true))
        .order_by_asc(service_point::Column::Code)
        .all(op.db())
        .await?
        .into_iter()
        .map(ServicePoint::from_row)
        .collect::<Result<_>>()?;
    Ok(Tree { libraries: found, points, place })
}

/// One service point.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it is closed.
pub async fn service_point(op: &Op, id: ServicePointId) -> Result<ServicePoint> {
    service_point::Entity::find_by_id(id)
        .filter(service_point::Column::Open.eq(true))
        .one(op.db())
        .await?
        .ok_or(Error::NotFound("service point"))
        .and_then(ServicePoint::from_row)
}

impl Library {
    fn from_row(row: library::Model) -> Result<Self> {
        let kind = LibraryKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
        Ok(Self {
            id: row.id,
            parent: row.parent_id,
            code: row.code,
            kind: kind.ok_or_else(|| Error::internal("unknown kind of library"))?,
            name: row.name,
            name_hant: row.name_hant,
            name_en: row.name_en,
            address: row.address,
            phone: row.phone,
            hours: row.hours,
        })
    }
}

impl ServicePoint {
    fn from_row(row: service_point::Model) -> Result<Self> {
        let kind = ServicePointKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
        Ok(Self {
            id: row.id,
            library: row.library_id,
            code: row.code,
            kind: kind.ok_or_else(|| Error::internal("unknown kind of service point"))?,
            name: row.name,
        })
    }
}
