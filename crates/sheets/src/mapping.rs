//! What the columns of a unit's lists hold, as somebody once said: by their headings, so that it holds for lists with the columns in
//! another order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Field, headings};

/// Which heading holds what; nothing for a column that is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(BTreeMap<String, Option<Field>>);

impl Mapping {
    /// Says what a column with this heading holds. A column without a heading is named by its letters in brackets: `[C]`.
    pub fn set(&mut self, header: &str, field: Option<Field>) {
        self.0.insert(headings::plain(header), field);
    }

    /// What was said of a heading: none where nothing was, and none within where the column is not used.
    #[must_use]
    pub fn get(&self, header: &str) -> Option<Option<Field>> {
        self.0.get(&headings::plain(header)).copied()
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over what another says; it wins where both say something.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
