//! Designs of cards (5.2.2): kept per library, used by it and by those under it.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::order::short;
use super::place::managed;
use super::tables::design;
use super::template::Template;
use crate::kernel::{DesignId, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName};
use crate::libraries;
use crate::records;

/// A design.
#[derive(Clone, Debug)]
pub struct Design {
    /// Its id.
    pub id: DesignId,
    /// Whose it is.
    pub library: LibraryId,
    /// Its name.
    pub name: String,
    /// The front, as SVG.
    pub front: String,
    /// The back.
    pub back: String,
    /// The logo; empty: the one that is built in.
    pub logo: String,
    /// Counted up with each change.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Design {
    fn of_row(row: design::Model) -> Self {
        let design::Model { id, library_id, name, front, back, logo, version, created_at, .. } = row;
        Self { id, library: library_id, name, front, back, logo, version, created_at }
    }

    /// Both sides, to be filled in.
    ///
    /// # Errors
    /// When it was not taken by this release.
    pub fn template(&self) -> Result<Template> {
        Template::read(&self.front, &self.back, &self.logo)
            .map_err(|(field, _)| Error::internal(format!("the {field} of a design is not good any more")))
    }
}

/// A design to save.
#[derive(Clone, Debug)]
pub struct SaveDesign {
    /// Which to change, and the version that was seen; none for a new one.
    pub id: Option<(DesignId, i64)>,
    /// Whose it is.
    pub library: LibraryId,
    /// Its name.
    pub name: String,
    /// The front, as SVG.
    pub front: String,
    /// The back.
    pub back: String,
    /// The logo; blank for the one that is built in.
    pub logo: String,
}

/// Adds a design, or changes it.
///
/// # Errors
/// [`Right::ManageStock`] is needed, for a library under the caller's. [`Error::Invalid`] for what [`Template::read`] does not take;
/// [`Error::Stale`] when somebody else changed it.
pub async fn save_design(op: &Op, request: SaveDesign) -> Result<DesignId> {
    op.intend(ServiceName::SaveDesign, None);
    op.require(Right::ManageStock)?;
    managed(op, request.library).await?;
    let mut invalid = Invalid::default();
    let name = short(&request.name, "stock.name", &mut invalid);
    if name.is_empty() {
        invalid.add("stock.name", Problem::Missing);
    }
    if let Err((field, problem)) = Template::read(&request.front, &request.back, &request.logo) {
        invalid.add(field, problem);
    }
    invalid.into_result()?;
    let [front, back, logo] = [request.front, request.back, request.logo].map(|text| text.trim().to_owned());
    let id = if let Some((id, version)) = request.id {
        let done = design::Entity::update_many()
            .set(design::ActiveModel {
                name: Set(name),
                front: Set(front),
                back: Set(back),
                logo: Set(logo),
                version: Set(version + 1),
                ..Default::default()
            })
            .filter(design::Column::Id.eq(id))
            .filter(design::Column::LibraryId.eq(request.library))
            .filter(design::Column::Version.eq(version))
            .filter(Expr::col(design::Column::ClosedAt).is_null())
            .exec(op.db())
            .await?;
        if done.rows_affected != 1 {
            return Err(Error::Stale);
        }
        id
    } else {
        let id: DesignId = op.new_id()?;
        let row = design::ActiveModel {
            id: Set(id),
            library_id: Set(request.library),
            name: Set(name),
            front: Set(front),
            back: Set(back),
            logo: Set(logo),
            version: Set(1),
            created_at: Set(op.now()),
            closed_at: Set(None),
        };
        design::Entity::insert(row).exec_without_returning(op.db()).await?;
        id
    };
    records::keep_act(op, ServiceName::SaveDesign, json!({ "design": id, "library": request.library }))
        .await?;
    Ok(id)
}

/// The designs that a library can use: its own and those of the libraries above it.
///
/// # Errors
/// [`Right::ManageStock`] is needed, for a library under the caller's.
pub async fn designs(op: &Op, library: LibraryId) -> Result<Vec<Design>> {
    let tree = managed(op, library).await?;
    let above: Vec<LibraryId> = tree.upwards(library).map(|library| library.id).collect();
    let rows = design::Entity::find()
        .filter(design::Column::LibraryId.is_in(above))
        .filter(design::Column::ClosedAt.is_null())
        .order_by_asc(design::Column::Id)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(Design::of_row).collect())
}

/// A design, for whoever manages the stock of a library that can use it.
///
/// # Errors
/// [`Right::ManageStock`] is needed; [`Error::NotFound`].
pub async fn one_design(op: &Op, id: DesignId) -> Result<Design> {
    op.require(Right::ManageStock)?;
    let row = design::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("design"))?;
    let (tree, scope) = (libraries::tree(op).await?, op.actor().scope);
    if tree.covers(row.library_id, scope) || tree.covers(scope, row.library_id) {
        Ok(Design::of_row(row))
    } else {
        Err(Error::NotFound("design"))
    }
}
