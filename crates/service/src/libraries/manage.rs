//! Adding libraries and service points: at set-up.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::tables::{library, service_point};
use super::{LibraryKind, ServicePointKind};
use crate::kernel::{LibraryId, Op, Result, Right, ServicePointId};

/// A library to add.
#[derive(Clone, Debug)]
pub struct NewLibrary {
    /// What it stands under; none for the federation itself.
    pub parent: Option<LibraryId>,
    /// Its short code.
    pub code: String,
    /// What it is.
    pub kind: LibraryKind,
    /// Names in simplified and traditional Chinese and in English.
    pub names: [String; 3],
    /// Where it is.
    pub address: String,
    /// Its public phone.
    pub phone: String,
    /// When it is open.
    pub hours: String,
}

/// A service point to add.
#[derive(Clone, Debug)]
pub struct NewServicePoint {
    /// The library it belongs to.
    pub library: LibraryId,
    /// Its code, unique in the library.
    pub code: String,
    /// What it is.
    pub kind: ServicePointKind,
    /// Its name.
    pub name: String,
}

/// Adds a library.
///
/// # Errors
/// [`Right::SetPolicies`] is needed; a code can be used once.
pub async fn add_library(op: &Op, new: NewLibrary) -> Result<LibraryId> {
    op.require(Right::SetPolicies)?;
    let id = op.new_id()?;
    let [name, name_hant, name_en] = new.names;
    let row = library::ActiveModel {
        id: Set(id),
        parent_id: Set(new.parent),
        code: Set(new.code),
        kind: Set(new.kind.as_str().to_owned()),
        name: Set(name),
        name_hant: Set(name_hant),
        name_en: Set(name_en),
        address: Set(new.address),
        phone: Set(new.phone),
        hours: Set(new.hours),
        open: Set(true),
    };
    library::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// Adds a service point.
///
/// # Errors
/// [`Right::SetPolicies`] is needed; a code can be used once in a library.
pub async fn add_service_point(op: &Op, new: NewServicePoint) -> Result<ServicePointId> {
    op.require(Right::SetPolicies)?;
    let id = op.new_id()?;
    let row = service_point::ActiveModel {
        id: Set(id),
        library_id: Set(new.library),
        code: Set(new.code),
        kind: Set(new.kind.as_str().to_owned()),
        name: Set(new.name),
        open: Set(true),
    };
    service_point::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}
