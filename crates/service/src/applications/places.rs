//! Which libraries open cards on the web: those with a service point there, unless they have set that they don't.

use crate::kernel::{Actor, Channel, Error, LibraryId, Op, Result, Right, ServicePointId, Who};
use crate::libraries::{self, Library, Policy, PolicyValue, ServicePointKind};

/// A library that opens cards on the web.
#[derive(Clone, Debug)]
pub struct Place {
    /// The library.
    pub library: Library,
    /// Its service point on the web.
    pub point: ServicePointId,
}

impl Place {
    /// Somebody who applies there: may open a card for themselves, and nothing else.
    pub(super) fn applicant(&self) -> Actor {
        applicant_at(self.library.id, self.point)
    }
}

/// Somebody who applies at this service point on the web.
pub(super) fn applicant_at(library: LibraryId, point: ServicePointId) -> Actor {
    Actor {
        who: Who::System,
        library,
        service_point: Some(point),
        scope: library,
        rights: vec![Right::OpenCards],
        channel: Channel::Online,
    }
}

/// The libraries that open cards on the web; the federation's own comes first, where it does.
///
/// # Errors
/// When the database can't be asked.
pub async fn places(op: &Op) -> Result<Vec<Place>> {
    let tree = libraries::tree(op).await?;
    let Some(root) = tree.root() else { return Ok(Vec::new()) };
    let points: Vec<_> =
        tree.points_under(root.id).filter(|point| point.kind == ServicePointKind::Online).collect();
    // What nobody has set is the same for all.
    let may_differ = libraries::is_set_anywhere(op, Policy::OnlineOpening).await?;
    let mut places = Vec::new();
    for library in tree.libraries() {
        let Some(point) = points.iter().find(|point| point.library == library.id) else { continue };
        if !may_differ
            || libraries::policy(op, library.id, Policy::OnlineOpening).await? == PolicyValue::Number(1)
        {
            places.push(Place { library: library.clone(), point: point.id });
        }
    }
    Ok(places)
}

/// The place of a library.
pub(super) async fn place(op: &Op, library: LibraryId) -> Result<Place> {
    let found = places(op).await?.into_iter().find(|place| place.library.id == library);
    found.ok_or(Error::NotFound("library"))
}
