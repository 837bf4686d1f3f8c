//! The service that tells whether a name and a document's number belong together (实名核验). It is asked outside of any transaction, and
//! what it does not say is never guessed: without a clear yes, staff look.

use std::fmt;
use std::pin::Pin;

use crate::records::File;

/// What is asked. `Debug` shows nothing of the person.
#[derive(Clone)]
pub struct RealNameQuestion {
    /// The same at each try, for the service to recognise it.
    pub id: String,
    /// The name.
    pub name: String,
    /// A word of [`documents::DocumentKind`].
    pub document_kind: String,
    /// The number.
    pub document_number: String,
    /// The phone that was proven.
    pub phone: String,
    /// The side of the document with the face.
    pub photo: Option<File>,
}

impl fmt::Debug for RealNameQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealNameQuestion({})", self.id)
    }
}

/// What the service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They belong together.
    Match {
        /// What the service remembers its answer by; without personal data.
        reference: String,
    },
    /// They don't.
    NoMatch {
        /// What the service remembers its answer by.
        reference: String,
    },
    /// It did not say: it is down, slow, or answers what nobody understands. A stable word says which.
    Unavailable(String),
    /// There is no such service here.
    NotConfigured,
}

impl Verdict {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Match { .. } => "match",
            Self::NoMatch { .. } => "no_match",
            Self::Unavailable(_) => "unavailable",
            Self::NotConfigured => "not_configured",
        }
    }

    /// What the service remembers its answer by, when it is a plain number or name and nothing more.
    pub(super) fn reference(&self) -> Option<String> {
        let (Self::Match { reference } | Self::NoMatch { reference }) = self else { return None };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let fits = (1..=64).contains(&reference.len()) && reference.bytes().all(plain);
        fits.then(|| reference.clone())
    }
}

/// A question on its way.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// A service that tells whether names and documents belong together.
pub trait RealName: Send + Sync + fmt::Debug {
    /// Asks; it ends within seconds, whatever happens.
    fn ask<'a>(&'a self, question: &'a RealNameQuestion) -> Asking<'a>;
}

/// No service: staff look at each application.
#[derive(Clone, Copy, Debug)]
pub struct NoRealName;

impl RealName for NoRealName {
    fn ask<'a>(&'a self, _: &'a RealNameQuestion) -> Asking<'a> {
        Box::pin(async { Verdict::NotConfigured })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_5_3_a_reference_that_may_name_somebody_is_not_kept() {
        let of = |reference: &str| Verdict::Match { reference: reference.to_owned() }.reference();
        assert_eq!(of("RN-2026.11_25"), Some("RN-2026.11_25".to_owned()));
        for odd in ["", "陈敏", "a b", "a@b", &"1".repeat(65)] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
