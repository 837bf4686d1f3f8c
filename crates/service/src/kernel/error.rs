//! How an operation ends when it does not end well. Nothing here carries personal data: not in `Display`, not in `Debug`.

use super::{Blocker, Problem, Question, Right};

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no; each blocker says why and what to do instead.
    #[error("refused: {}", .0.iter().map(Blocker::code).collect::<Vec<_>>().join(", "))]
    Refused(Vec<Blocker>),
    /// What was entered can't be taken; each entry names its field.
    #[error("invalid: {0}")]
    Invalid(Invalid),
    /// The actor lacks the right.
    #[error("not allowed: {0}")]
    Forbidden(Right),
    /// There is no such thing, or not for this actor.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// Somebody else changed it since it was read: what they changed is to be shown, and nothing was overwritten.
    #[error("changed by somebody else meanwhile")]
    Stale,
    /// The idempotency key was used for something else before.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Name, password or one-time code is wrong; which of them is not told.
    #[error("sign-in refused")]
    SignInRefused,
    /// Too many failed tries; wait this many seconds.
    #[error("too many tries; wait {0} s")]
    TooManyTries(i64),
    /// The database was too busy for too long; nothing was done, the same call may be made again.
    #[error("busy; try again")]
    Busy,
    /// Somebody else was first. Run again, the operation sees what they did; callers never get this.
    #[error("raced")]
    Raced,
    /// A system elsewhere has to be asked first, outside of the transaction. Run again, the operation has its answer; callers
    /// never get this.
    #[error("a system elsewhere is to be asked first")]
    AskFirst(Box<Question>),
    /// A defect or an outage. The text is for the log, not for people.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// Wraps a fault of the surroundings for the log.
    pub fn internal(fault: impl std::fmt::Display) -> Self {
        Self::Internal(fault.to_string())
    }

    /// The same for whoever named no version themselves: what changed meanwhile is looked at in another run.
    #[must_use]
    pub(crate) fn look_again(self) -> Self {
        match self {
            Self::Stale => Self::Raced,
            other => other,
        }
    }

    /// A refusal for one reason.
    #[must_use]
    pub fn refused(blocker: Blocker) -> Self {
        Self::Refused(vec![blocker])
    }

    /// Whether another run of the same call could have caused it: it says how things stand, not what is broken.
    pub(crate) fn may_be_answered(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Invalid(_) | Self::Stale | Self::NotFound(_))
    }

    /// One field that can't be taken.
    #[must_use]
    pub fn field(field: &'static str, problem: Problem) -> Self {
        let mut invalid = Invalid::default();
        invalid.add(field, problem);
        Self::Invalid(invalid)
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        super::database::classify(error)
    }
}

/// One field that can't be taken. `field` is the path that JSON requests and forms share: `reader.phone`,
/// `document.number`, `guardian.document.number`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the field.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

/// All fields that can't be taken, so that a clerk mends them in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// Adds a field's problem.
    pub fn add(&mut self, field: &'static str, problem: Problem) {
        self.0.push(FieldError { field, problem });
    }

    /// Takes the value, or notes the problem and gives none.
    pub fn take<T>(&mut self, field: &'static str, result: std::result::Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(field, problem)).ok()
    }

    /// Ok when no field has a problem.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {}", error.field, error.problem.code())?;
        }
        Ok(())
    }
}
