//! The services among the partners (A.3.2 e), for readers who may allow them to ask.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::accounts::PartnerKind;
use super::tables::partner;
use crate::kernel::{Error, Op, PartnerId, Result};

/// A service, as readers know it.
#[derive(Clone, Debug)]
pub struct ServiceEntry {
    /// Its account.
    pub id: PartnerId,
    /// What it is called.
    pub title: String,
    /// What it asks for.
    pub purpose: String,
    /// Whether its account is open.
    pub open: bool,
}

impl ServiceEntry {
    fn of(row: partner::Model) -> Self {
        Self { id: row.id, title: row.title, purpose: row.purpose, open: row.closed_at.is_none() }
    }
}

/// All services, closed ones too, by name.
pub(crate) async fn services(op: &Op) -> Result<Vec<ServiceEntry>> {
    let rows = partner::Entity::find()
        .filter(partner::Column::Kind.eq(PartnerKind::Service.as_str()))
        .order_by_asc(partner::Column::Title)
        .order_by_asc(partner::Column::Id)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(ServiceEntry::of).collect())
}

/// A service whose account is open.
///
/// # Errors
/// [`Error::NotFound`] when it is closed, or no service.
pub(crate) async fn open_service(op: &Op, id: PartnerId) -> Result<ServiceEntry> {
    let row = partner::Entity::find_by_id(id).one(op.db()).await?;
    let service = |row: &partner::Model| row.kind == PartnerKind::Service.as_str() && row.closed_at.is_none();
    row.filter(service).map(ServiceEntry::of).ok_or(Error::NotFound("service"))
}
