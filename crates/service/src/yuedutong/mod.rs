//! What the province's platform asks for (4.1.1, 6.1.4, A.2.1 b): opening a card for a person that it verified, linking one there is,
//! a loss, what a code leads to. Each is done by the service of the other rooms that every door uses; here is who the code means.

mod link;
mod open;
mod resolve;
mod services;

pub use link::{Link, Linked, link, unlink};
pub use open::{Open, at_library, open};
pub use resolve::{Resolved, resolve};
pub use services::{cancel, report_loss, restore};

use crate::kernel::{Channel, Error, Invalid, Op, PartnerId, ReaderId, Result, Right, Who};
use crate::partners::{self, Code};
use crate::records::{CheckMethod, IdentityCheck};

/// The platform that calls; this room serves nobody else, and no partner of another kind.
fn caller(op: &Op) -> Result<PartnerId> {
    match op.actor().who {
        Who::Partner(partner) if op.actor().channel == Channel::Yuedutong => Ok(partner),
        _ => Err(Error::Forbidden(Right::OpenCards)),
    }
}

/// A code, or the field error that it is.
fn checked(code: &str) -> Result<Code> {
    let mut invalid = Invalid::default();
    match Code::checked(code, &mut invalid) {
        Some(code) => Ok(code),
        None => Err(Error::Invalid(invalid)),
    }
}

/// Whom a code means to the partner who calls.
async fn reader_of(op: &Op, code: &str) -> Result<ReaderId> {
    let partner = caller(op)?;
    let code = checked(code)?;
    partners::linked_reader(op, partner, &code).await?.ok_or(Error::NotFound("code"))
}

/// The province has verified the person itself.
fn online() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::Online)
}
