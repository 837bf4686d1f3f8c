//! A reader gives another phone number or mailbox, which a code sent there proves to be theirs (4.2.1).

use super::codes::{self, Purpose};
use crate::Service;
use crate::kernel::throttle::{Subject, count, refuse_while};
use crate::kernel::{Actor, Blocker, CodeId, Error, Op, Problem, ReaderId, Result, Who};
use crate::outbox::{self, Medium, Template};
use crate::readers;
use crate::records::{self, CheckMethod, IdentityCheck};

/// How a reader is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// By phone.
    Phone,
    /// By e-mail.
    Email,
}

impl Contact {
    fn field(self) -> &'static str {
        match self {
            Self::Phone => "reader.phone",
            Self::Email => "reader.email",
        }
    }

    fn purpose(self) -> Purpose {
        match self {
            Self::Phone => Purpose::ChangePhone,
            Self::Email => Purpose::ChangeEmail,
        }
    }
}

fn own(op: &Actor) -> Result<ReaderId> {
    match op.who {
        Who::Reader(id) => Ok(id),
        _ => Err(Error::NotFound("reader")),
    }
}

/// Sends a code to a new phone number or mailbox of the reader who asks. Gives what the code is referred to by.
///
/// # Errors
/// [`Error::Invalid`] for what is no number or mailbox, or the one that is known; [`Error::TooManyTries`].
pub async fn ask_contact_code(
    house: &Service,
    actor: &Actor,
    contact: Contact,
    text: &str,
) -> Result<CodeId> {
    let reader = own(actor)?;
    let checked = match contact {
        Contact::Phone => readers::check_phone(text),
        Contact::Email => readers::check_email(text),
    };
    let target = checked.map_err(|problem| Error::field(contact.field(), problem))?;
    let wait = house
        .write(Actor::nobody(), async move |op| count(op, Subject::Codes(&reader.to_string())).await)
        .await?;
    refuse_while(wait)?;
    house.write(actor.clone(), async move |op| send(op, reader, contact, &target).await).await
}

async fn send(op: &Op, reader: ReaderId, contact: Contact, target: &str) -> Result<CodeId> {
    if readers::is_under_age(op, reader).await? {
        return Err(Error::Refused(vec![Blocker::GuardianNeeded]));
    }
    let contacts = readers::contacts(op, reader).await?;
    let (known, medium) = match contact {
        Contact::Phone => (contacts.phone == target, Medium::Sms),
        Contact::Email => (contacts.email.as_deref() == Some(target), Medium::Email),
    };
    if known {
        return Err(Error::field(contact.field(), Problem::NothingChanged));
    }
    let (id, code) = codes::make(op, Some(reader), contact.purpose(), Some(target)).await?;
    let words = [("code", code)];
    outbox::queue_one(op, reader, None, Template::CodeForContact, &words, &contacts, (medium, target))
        .await?;
    Ok(id)
}

/// Takes the new phone number or mailbox, once its code is right.
///
/// # Errors
/// [`Error::Invalid`] when the code is wrong, used, too old, or somebody else's.
pub async fn confirm_contact(
    house: &Service,
    actor: &Actor,
    contact: Contact,
    id: CodeId,
    code: &str,
) -> Result<()> {
    let reader = own(actor)?;
    let code = code.to_owned();
    let right = house
        .write(actor.clone(), async move |op| codes::try_code(op, id, contact.purpose(), &code).await)
        .await?
        .filter(|right| right.reader == reader)
        .ok_or_else(codes::wrong)?;
    house
        .write(actor.clone(), async move |op| {
            if !codes::use_up(op, id).await? {
                return Err(codes::wrong());
            }
            let (phone, email) = match contact {
                Contact::Phone => (right.target.as_deref(), None),
                Contact::Email => (None, right.target.as_deref()),
            };
            let check = IdentityCheck::of_the_person(CheckMethod::Password);
            let digest = records::digest(op, &id)?;
            readers::change_proven_contact(op, reader, phone, email, &check, digest).await
        })
        .await
}
