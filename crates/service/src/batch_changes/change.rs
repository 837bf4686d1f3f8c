//! What can be changed of many readers at once, and which rights that needs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::{Error, LibraryId, Op, Problem, ReaderId, Result, Right, words};
use crate::libraries;
use crate::readers::{self, BlockReason, NewBlock, NewNote};

/// What is changed. `Debug` shows none of its texts.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReaderChange {
    /// A note is written, as [`NewNote`] says.
    Note {
        /// What it says.
        text: String,
        /// `federation` or `library`.
        visibility: String,
        /// Whether it is shown on top.
        alert: bool,
        /// The last day, or nothing.
        until: String,
    },
    /// A block is put, as [`NewBlock`] says.
    Block {
        /// A word of [`BlockReason`].
        reason: String,
        /// More about it, or nothing.
        note: String,
        /// The last day, or nothing.
        until: String,
    },
    /// Blocks of this reason are lifted.
    Unblock {
        /// A word of [`BlockReason`].
        reason: String,
    },
    /// Workplace, or school and class.
    Workplace {
        /// What is written down; nothing to take it away.
        workplace: String,
    },
    /// Another library looks after the card from now on.
    Library {
        /// Which.
        library: LibraryId,
    },
}

words! {
    /// What kind of change it is.
    ChangeKind {
        /// A note is written.
        Note = "note",
        /// A block is put.
        Block = "block",
        /// Blocks are lifted.
        Unblock = "unblock",
        /// Workplace, or school and class.
        Workplace = "workplace",
        /// The library that looks after the card.
        Library = "library",
    }
}

impl std::fmt::Debug for ReaderChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReaderChange({})", self.kind())
    }
}

impl ReaderChange {
    /// What kind of change it is.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Note { .. } => ChangeKind::Note,
            Self::Block { .. } => ChangeKind::Block,
            Self::Unblock { .. } => ChangeKind::Unblock,
            Self::Workplace { .. } => ChangeKind::Workplace,
            Self::Library { .. } => ChangeKind::Library,
        }
    }

    /// The change as it can be taken.
    pub(super) async fn checked(&self, op: &Op) -> Result<Self> {
        let nobody = ReaderId(Uuid::nil());
        match self {
            Self::Note { .. } => {
                if let Some(note) = self.note(nobody) {
                    readers::check_note(op, &note)?;
                }
            }
            Self::Block { .. } => {
                if let Some(block) = self.block(nobody) {
                    readers::check_block(op, &block)?;
                }
            }
            Self::Unblock { reason } => {
                let known = BlockReason::parse(reason);
                known.ok_or_else(|| Error::field("block.reason", Problem::UnknownWord))?;
            }
            Self::Workplace { workplace } => {
                let checked = readers::check_workplace(workplace);
                let checked = checked.map_err(|problem| Error::field("reader.workplace", problem))?;
                return Ok(Self::Workplace { workplace: checked.unwrap_or_default() });
            }
            Self::Library { library } => {
                let tree = libraries::tree(op).await?;
                if tree.library(*library).is_none() || !tree.covers(op.actor().scope, *library) {
                    return Err(Error::field("library", Problem::NotApplicable));
                }
            }
        }
        Ok(self.clone())
    }

    /// The note for a reader; none where it is another change.
    pub(super) fn note(&self, reader: ReaderId) -> Option<NewNote> {
        let Self::Note { text, visibility, alert, until } = self else { return None };
        let (text, visibility, until) = (text.clone(), visibility.clone(), until.clone());
        Some(NewNote { reader, text, visibility, alert: *alert, until })
    }

    /// The block for a reader; none where it is another change.
    pub(super) fn block(&self, reader: ReaderId) -> Option<NewBlock> {
        let Self::Block { reason, note, until } = self else { return None };
        Some(NewBlock { reader, reason: reason.clone(), note: note.clone(), until: until.clone() })
    }
}

impl ChangeKind {
    /// The right that a desk needs for the same.
    pub(super) fn right(self) -> Right {
        match self {
            Self::Note | Self::Workplace => Right::AmendReaders,
            Self::Block | Self::Unblock => Right::BlockReaders,
            Self::Library => Right::ChangeInBatch,
        }
    }

    /// Ok when the caller may do this with many, and with one.
    pub(super) fn require(self, op: &Op) -> Result<()> {
        op.require_at_desk(Right::ChangeInBatch)?;
        op.require_at_desk(Right::FindReaders)?;
        op.require_at_desk(self.right())
    }
}
