//! Why nothing could be learnt from a system. Nothing of a reader is in it.

use std::fmt;
use std::io;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No connection.
    Unreachable(io::ErrorKind),
    /// The connection is not as safe as it was asked to be.
    Tls(String),
    /// It does not take our name and password.
    LoginRefused,
    /// It says of itself that it is off line.
    OffLine,
    /// It did not answer in time.
    Silent,
    /// It closed the connection before it had answered.
    Closed,
    /// What it sent can't be read.
    Garbage(&'static str),
    /// The checksum of its answers does not fit.
    WrongSum,
    /// It asks for the same message again and again.
    AskedAgain,
    /// It answered, but did not say what was asked.
    Unsaid(&'static str),
    /// All connections were in use for too long.
    Full,
    /// It failed several times in a row, and is left in peace for a while.
    Pausing,
}

impl Fault {
    /// Whether it says something about the state of the system, so that it counts towards leaving it in peace.
    #[must_use]
    pub fn counts(&self) -> bool {
        !matches!(self, Self::Unsaid(_) | Self::Full | Self::Pausing)
    }

    /// Whether a connection that had been idle may have gone meanwhile: then the question is put once more on a fresh one. Questions
    /// change nothing, so that is safe.
    pub(crate) fn may_be_of_age(&self) -> bool {
        matches!(self, Self::Closed | Self::Unreachable(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(kind) => write!(f, "it can't be reached ({kind})"),
            Self::Tls(fault) => write!(f, "TLS did not come about ({fault})"),
            Self::LoginRefused => f.write_str("it does not take our name and password"),
            Self::OffLine => f.write_str("it says that it is off line"),
            Self::Silent => f.write_str("it did not answer in time"),
            Self::Closed => f.write_str("it closed the connection"),
            Self::Garbage(what) => write!(f, "what it sent can't be read: {what}"),
            Self::WrongSum => f.write_str("the checksums of its answers do not fit"),
            Self::AskedAgain => f.write_str("it asks for the same message again and again"),
            Self::Unsaid(what) => write!(f, "it answers, but does not tell {what}"),
            Self::Full => f.write_str("all connections to it were in use"),
            Self::Pausing => f.write_str("it failed several times and is left in peace for a while"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted => Self::Closed,
            kind => Self::Unreachable(kind),
        }
    }
}
