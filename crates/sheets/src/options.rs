//! How a file is to be read, and how much of it.

use crate::Mapping;

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which sheets of a workbook.
    pub wanted: Wanted,
    /// What its columns hold, where somebody said so; headings it does not know are read as always.
    pub mapping: Mapping,
    /// What stands between the fields of a text file, where it is not to be found out.
    pub delimiter: Option<char>,
    /// How much is taken.
    pub limits: Limits,
}

/// Which sheets of a workbook are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The first visible one that looks like a list.
    #[default]
    First,
    /// Every visible one that looks like a list, as where each class has its own. Where a sheet has no column for the
    /// class, its name is the class.
    All,
    /// These.
    Named(Vec<String>),
}

/// How much of a file is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes that the parts of a workbook unpack to, together.
    pub unpacked: u64,
    /// Bytes of the part of a workbook that has to be in memory at once: its texts.
    pub texts: u64,
    /// Rows that are people.
    pub rows: u32,
    /// Columns.
    pub columns: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 32 << 20, unpacked: 768 << 20, texts: 96 << 20, rows: 200_000, columns: 256 }
    }
}
