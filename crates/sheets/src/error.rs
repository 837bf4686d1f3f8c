//! Why a file can't be read at all.

/// Why a file can't be read. Nothing of its content is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file has nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is something else: a picture, a PDF, a text document.
    #[error("the file is no spreadsheet but {0}")]
    NotASpreadsheet(
        /// What it looks like: `pdf`, `picture`, `word`, `ods`, `zip`, `unknown`.
        &'static str,
    ),
    /// A page for browsers that was named as a spreadsheet, as some systems export it: open it in Excel, and save it as .xlsx.
    #[error("the file is a web page named as a spreadsheet: open it in Excel and save it as .xlsx")]
    WebPage,
    /// It asks for a password.
    #[error("the file is protected by a password")]
    Password,
    /// It begins as a spreadsheet and can't be read: cut off, or damaged.
    #[error("the file is damaged")]
    Damaged,
    /// Its text is in no encoding that is known.
    #[error("the text is neither UTF-8 nor GB18030")]
    Encoding,
    /// The file is larger than is taken.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// How many bytes are taken.
        limit: u64,
    },
    /// It would unpack to more than any list needs.
    #[error("the file unpacks to more than {limit} bytes")]
    Unpacks {
        /// How many bytes it may come to.
        limit: u64,
    },
    /// More rows than a batch may have.
    #[error("the list has more than {limit} rows")]
    TooManyRows {
        /// How many it may have.
        limit: u32,
    },
    /// More columns than any list needs.
    #[error("the list has more than {limit} columns")]
    TooManyColumns {
        /// How many it may have.
        limit: u16,
    },
    /// There is no such sheet in it.
    #[error("the workbook has no sheet of that name")]
    NoSuchSheet,
    /// It has nobody in it: no headings that are known, and no rows below them.
    #[error("there is nobody in the list")]
    Nobody,
}

impl ReadError {
    /// Every code, for a test that all are translated.
    pub const CODES: [&'static str; 12] = [
        "empty",
        "not_a_spreadsheet",
        "web_page",
        "password",
        "damaged",
        "encoding",
        "too_large",
        "unpacks",
        "too_many_rows",
        "too_many_columns",
        "no_such_sheet",
        "nobody",
    ];

    /// The stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotASpreadsheet(_) => "not_a_spreadsheet",
            Self::WebPage => "web_page",
            Self::Password => "password",
            Self::Damaged => "damaged",
            Self::Encoding => "encoding",
            Self::TooLarge { .. } => "too_large",
            Self::Unpacks { .. } => "unpacks",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::NoSuchSheet => "no_such_sheet",
            Self::Nobody => "nobody",
        }
    }
}
