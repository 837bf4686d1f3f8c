//! Who hands in: a laptop, by the secret that it was prepared with.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::point;
use crate::kernel::{Actor, Channel, Op, PointId, Result, Right, StaffId, Who};
use crate::libraries::{self, ServicePoint};

/// A laptop that may hand in.
#[derive(Clone, Debug)]
pub struct PointPass {
    /// The point.
    pub point: PointId,
    /// The service point that it stands for.
    pub place: ServicePoint,
    /// Whether the point ended, and may hand in all the same: then everything is looked at.
    pub late: bool,
}

impl PointPass {
    /// Somebody of the staff at this point: opens cards, and nothing else.
    #[must_use]
    pub fn staff(&self, id: StaffId) -> Actor {
        Actor {
            who: Who::Staff(id),
            library: self.place.library,
            service_point: Some(self.place.id),
            scope: self.place.library,
            rights: vec![Right::OpenCards, Right::FindReaders],
            channel: Channel::MobilePoint,
        }
    }
}

/// Which laptop shows this secret; none when there is no such point, or it may not hand in any more.
///
/// # Errors
/// When the database can't be asked.
pub async fn pass_of(op: &Op, secret: &str) -> Result<Option<PointPass>> {
    let row = point::Entity::find()
        .filter(point::Column::SecretHash.eq(secret_hash(op, secret)))
        .one(op.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let late = row.ended_at.is_some();
    if late && row.late_until.is_none_or(|until| op.now() >= until) {
        return Ok(None);
    }
    let place = libraries::service_point(op, row.service_point_id).await?;
    Ok(Some(PointPass { point: row.id, place, late }))
}

pub(super) fn secret_hash(op: &Op, secret: &str) -> Vec<u8> {
    op.keys().lookup("mobile point", secret)
}
