//! The federation as another house of ours may know it: the laptop of a mobile card point (6.5). Public things only, with the ids that
//! they have here, so that what is done there is about the same libraries.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};

use super::policies::policies;
use super::tables::{library, policy, service_point};
use super::{Policy, PolicyValue, service_point as point_of, tree};
use crate::kernel::{Error, LibraryId, Op, Result, ServicePointId};

/// The open libraries, one service point, and what is in force there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outline {
    /// A parent before its children.
    pub libraries: Vec<LibraryCopy>,
    /// Where the laptop stands.
    pub point: PointCopy,
    /// What is in force at the library of the point: name and value.
    pub policies: Vec<(String, PolicyValue)>,
}

/// A library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LibraryCopy {
    id: LibraryId,
    parent: Option<LibraryId>,
    code: String,
    kind: String,
    names: [String; 3],
    address: String,
    phone: String,
    hours: String,
}

/// A service point.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PointCopy {
    /// The point.
    pub id: ServicePointId,
    /// Its library.
    pub library: LibraryId,
    /// Its code.
    pub code: String,
    /// What it is.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// Copies what a laptop at this point has to know.
pub(crate) async fn outline(op: &Op, point: ServicePointId) -> Result<Outline> {
    let tree = tree(op).await?;
    let point = point_of(op, point).await?;
    let libraries = tree.libraries().map(|library| LibraryCopy {
        id: library.id,
        parent: library.parent,
        code: library.code.clone(),
        kind: library.kind.as_str().to_owned(),
        names: [library.name.clone(), library.name_hant.clone(), library.name_en.clone()],
        address: library.address.clone(),
        phone: library.phone.clone(),
        hours: library.hours.clone(),
    });
    let in_force = policies(op, point.library).await?;
    Ok(Outline {
        libraries: libraries.collect(),
        policies: in_force
            .into_iter()
            // A laptop has no stock, but a list of the cards that it took along.
            .filter(|setting| setting.set_by.is_some() && setting.policy != Policy::StockRequired)
            .map(|setting| (setting.policy.as_str().to_owned(), setting.value))
            .collect(),
        point: PointCopy {
            id: point.id,
            library: point.library,
            code: point.code,
            kind: point.kind.as_str().to_owned(),
            name: point.name,
        },
    })
}

/// Writes such a copy into a house that has no libraries yet.
pub(crate) async fn set_up(op: &Op, outline: &Outline) -> Result<()> {
    let rows = outline.libraries.iter().map(|library| {
        let [name, name_hant, name_en] = library.names.clone();
        library::ActiveModel {
            id: Set(library.id),
            parent_id: Set(library.parent),
            code: Set(library.code.clone()),
            kind: Set(library.kind.clone()),
            name: Set(name),
            name_hant: Set(name_hant),
            name_en: Set(name_en),
            address: Set(library.address.clone()),
            phone: Set(library.phone.clone()),
            hours: Set(library.hours.clone()),
            open: Set(true),
        }
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(100) {
        library::Entity::insert_many(some.to_vec()).exec_without_returning(op.db()).await?;
    }
    let point = &outline.point;
    let row = service_point::ActiveModel {
        id: Set(point.id),
        library_id: Set(point.library),
        code: Set(point.code.clone()),
        kind: Set(point.kind.clone()),
        name: Set(point.name.clone()),
        open: Set(true),
    };
    service_point::Entity::insert(row).exec_without_returning(op.db()).await?;
    for (name, value) in &outline.policies {
        let row = policy::ActiveModel {
            library_id: Set(point.library),
            name: Set(name.clone()),
            value: Set(serde_json::to_string(value).map_err(Error::internal)?),
            changed_at: Set(op.now()),
            changed_by: Set(uuid::Uuid::nil()),
        };
        policy::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    Ok(())
}
