//! The table of messages.

mod answers;
mod extensions;
mod requests;

use super::parts::Kind::{self, Date};
use super::{FieldUse, MessageSpec, Part, PartSpec};
use crate::Code;

pub use answers::ANSWERS;
pub use extensions::EXTENSIONS;
pub use requests::REQUESTS;

/// All messages that are known: those of the document first, the extensions after them.
pub fn messages() -> impl Iterator<Item = &'static MessageSpec> {
    [REQUESTS, ANSWERS, EXTENSIONS].into_iter().flatten()
}

const fn part(part: Part, width: usize, kind: Kind) -> PartSpec {
    PartSpec { part, width, kind }
}

const fn date(part: Part) -> PartSpec {
    PartSpec { part, width: 18, kind: Date }
}

/// A field that the document wants.
const fn must(code: Code) -> FieldUse {
    FieldUse { code, required: true, repeats: false }
}

/// A field that may be there.
const fn may(code: Code) -> FieldUse {
    FieldUse { code, required: false, repeats: false }
}

/// A field that may be there, several times.
const fn many(code: Code) -> FieldUse {
    FieldUse { code, required: false, repeats: true }
}
