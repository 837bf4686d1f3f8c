//! How a form about a reader is shown when it can't be taken: what was typed, what is wrong at its field, what stands against it.

use axum::http::StatusCode;
use service::kernel::{Blocker, Error, ReaderId};

use super::blank;
use crate::desk::who::to_compare_again;
use crate::form::{Fields, Form};
use crate::i18n::Text;
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

/// A form as it is to be shown.
#[derive(Debug)]
pub struct Trouble {
    pub form: Form,
    pub blockers: Vec<Blocker>,
    pub status: StatusCode,
}

impl Trouble {
    /// None: the form before anything was sent.
    pub fn none() -> Self {
        Self::none_with(blank())
    }

    /// The same with something in it.
    pub fn none_with(fields: Fields) -> Self {
        Self { form: Form::new(fields), blockers: Vec::new(), status: StatusCode::OK }
    }

    /// The form again with what the house said to it; what is no fault of the form has a page of its own.
    pub fn of(me: &SignedIn, fields: Fields, error: Error) -> Result<Self, Failure> {
        match error {
            Error::Invalid(invalid) => Ok(Self {
                form: Form::with(fields, me.text(), &invalid),
                blockers: Vec::new(),
                status: StatusCode::UNPROCESSABLE_ENTITY,
            }),
            Error::Refused(blockers) => {
                Ok(Self { form: Form::new(to_compare_again(fields)), blockers, status: StatusCode::CONFLICT })
            }
            other => Err(me.failure(other)),
        }
    }

    /// What stands against it, in words.
    pub fn told(&self, t: Text) -> Vec<BlockerText> {
        self.blockers.iter().map(|blocker| t.blocker(blocker)).collect()
    }

    /// The reader whose document was given.
    pub fn another(&self) -> Option<ReaderId> {
        self.blockers.iter().find_map(|blocker| match blocker {
            Blocker::DocumentIsAnothers(reader) => Some(*reader),
            _ => None,
        })
    }
}
