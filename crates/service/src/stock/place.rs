//! A place in the stock: what a card is at, and nowhere else.

use uuid::Uuid;

use super::tables::stock_card;
use crate::kernel::{Error, LibraryId, Op, Result, ServicePointId, StockPlace, TransferId};
use crate::libraries::{self, Tree};

/// A place that holds cards which can be given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A library's store.
    Library(LibraryId),
    /// A desk.
    Desk(ServicePointId),
    /// Held back for a group's batch.
    Batch(Uuid),
    /// A mobile card point.
    Point(Uuid),
}

impl Place {
    /// What kind of place it is.
    #[must_use]
    pub fn kind(self) -> StockPlace {
        match self {
            Self::Library(_) => StockPlace::Store,
            Self::Desk(_) => StockPlace::Desk,
            Self::Batch(_) => StockPlace::Batch,
            Self::Point(_) => StockPlace::Point,
        }
    }

    /// Which one.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Library(id) => id.0,
            Self::Desk(id) => id.0,
            Self::Batch(id) | Self::Point(id) => id,
        }
    }

    /// The place of this kind and id; none for one that holds no cards to be given out.
    #[must_use]
    pub fn new(kind: StockPlace, id: Uuid) -> Option<Self> {
        match kind {
            StockPlace::Store => Some(Self::Library(LibraryId(id))),
            StockPlace::Desk => Some(Self::Desk(ServicePointId(id))),
            StockPlace::Batch => Some(Self::Batch(id)),
            StockPlace::Point => Some(Self::Point(id)),
            _ => None,
        }
    }

    /// The same in a library's book.
    pub(super) fn of(self, library: LibraryId) -> Spot {
        Spot { library, place: self.kind(), id: self.id() }
    }
}

/// A place in a library's book; where cards end up that are not given out is one, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// In whose book.
    pub library: LibraryId,
    /// What kind of place.
    pub place: StockPlace,
    /// Which one; for those at the end of the way, the library.
    pub id: Uuid,
}

impl Spot {
    pub(super) fn store(library: LibraryId) -> Self {
        Self { library, place: StockPlace::Store, id: library.0 }
    }

    pub(super) fn transit(library: LibraryId, transfer: TransferId) -> Self {
        Self { library, place: StockPlace::Transit, id: transfer.0 }
    }

    /// Used, spoiled, void or missing.
    pub(super) fn end(library: LibraryId, place: StockPlace) -> Self {
        Self { library, place, id: library.0 }
    }

    pub(super) fn of_row(row: &stock_card::Model) -> Result<Self> {
        let place = row.place.parse().map_err(|_| Error::internal("unknown place in the stock"))?;
        Ok(Self { library: row.library_id, place, id: row.place_id })
    }
}

/// The libraries, where the caller manages the stock of this one.
pub(super) async fn managed(op: &Op, library: LibraryId) -> Result<Tree> {
    op.require(crate::kernel::Right::ManageStock)?;
    let tree = libraries::tree(op).await?;
    if tree.covers(op.actor().scope, library) { Ok(tree) } else { Err(Error::NotFound("library")) }
}

/// The spot of the store or a desk of a library.
///
/// # Errors
/// [`Error::NotFound`] for a desk of another library, and for a place that holds cards back.
pub(super) fn in_library(tree: &Tree, library: LibraryId, place: Place) -> Result<Spot> {
    let here = match place {
        Place::Library(id) => id == library,
        Place::Desk(id) => tree.points_under(library).any(|point| point.id == id && point.library == library),
        Place::Batch(_) | Place::Point(_) => false,
    };
    if here { Ok(place.of(library)) } else { Err(Error::NotFound("place of the stock")) }
}
