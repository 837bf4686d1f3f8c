//! What a laptop is prepared with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::HolderFilter;
use crate::kernel::PointId;
use crate::libraries::Outline;
use crate::staff::StaffCopy;

/// One-Cards that lie one behind the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRange {
    /// The lowest barcode.
    pub first: String,
    /// The highest.
    pub last: String,
    /// How many.
    pub count: u32,
}

impl CardRange {
    /// Whether a barcode lies in it: those of a range are of one length and one beginning.
    #[must_use]
    pub fn holds(&self, barcode: &str) -> bool {
        barcode.len() == self.first.len() && self.first.as_str() <= barcode && barcode <= self.last.as_str()
    }
}

/// All that a laptop knows. It holds secrets: it goes over TLS, and is sealed on the laptop.
#[derive(Clone, Serialize, Deserialize)]
pub struct Package {
    /// The point.
    pub point: PointId,
    /// Its name.
    pub name: String,
    /// Where it hands in: the address that it was prepared at.
    #[serde(default)]
    pub server: String,
    /// What it shows when it does.
    pub secret: String,
    /// When it was prepared.
    pub prepared_at: DateTime<Utc>,
    /// It opens nothing after that.
    pub valid_until: DateTime<Utc>,
    /// The libraries, its service point, what is in force there.
    pub outline: Outline,
    /// Who works there.
    pub staff: Vec<StaffCopy>,
    /// The virtual numbers set aside for it.
    pub numbers: Vec<String>,
    /// The One-Cards that it takes along.
    pub one_cards: Vec<CardRange>,
    /// Who may hold a card already.
    pub holders: HolderFilter,
}

impl std::fmt::Debug for Package {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Package({})", self.point)
    }
}
