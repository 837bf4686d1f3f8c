//! What each message is answered with: one file for each pair, or for pairs that are one thing.

mod cards;
mod e_card;
mod holds;
mod items;
mod lending;
mod money;
mod outline;
mod password;
mod patron;
mod photo;
mod status;

use service::Error;
use sip2::{Message, field, message};

use crate::place::Place;
use crate::session::Session;
use crate::words::{self, Language, Text};

pub(crate) use outline::{refusal, yuan};
pub use status::SUPPORTED;
pub(crate) use status::status_before_sign_in;

/// Answers a message of a machine that is signed in.
pub(crate) async fn answer(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let code = request.code();
    if request.spec().is_some_and(|spec| spec.extension) && !place.dialect.extensions {
        return Ok(refused(session, request, words::NOT_HERE));
    }
    let institution = request.get(field::INSTITUTION).unwrap_or_default();
    if !place.is_called(institution) && !patron::is_a_number(place, request) {
        return Ok(refused(session, request, words::WRONG_INSTITUTION));
    }
    let read = match e_card::with_number(session, place, request).await? {
        e_card::Read::Refused(said) => return Ok(refused(session, request, said)),
        e_card::Read::Number(request) => Some(request),
        e_card::Read::Plain => None,
    };
    let request = read.as_ref().unwrap_or(request);
    let answer = match code {
        message::SC_STATUS => status::status(session, place).await,
        message::PATRON_STATUS | message::BLOCK_PATRON | message::ENABLE_PATRON => {
            patron::status(session, place, request).await
        }
        message::PATRON_INFORMATION | message::FIND_READER => {
            patron::information(session, place, request).await
        }
        message::END_SESSION => Ok(patron::end(session, place, request)),
        message::CHECK_DOCUMENT => cards::check(session, place, request).await,
        message::OPEN_CARD => cards::open(session, place, request).await,
        message::PHOTO => photo::keep(session, place, request).await,
        message::DEPOSIT => Ok(refused(session, request, words::NO_DEPOSIT)),
        message::CHANGE_PASSWORD => password::change(session, place, request).await,
        message::CHECKOUT
        | message::CHECKIN
        | message::RENEW
        | message::RENEW_ALL
        | message::FEE_PAID
        | message::HOLD
        | message::ITEM_INFORMATION => lending::answer(session, place, request).await,
        _ => Ok(refused(session, request, words::NOT_HERE)),
    };
    match answer {
        // The account of this machine has no such right.
        Err(Error::Forbidden(_)) => Ok(refused(session, request, words::NOT_HERE)),
        Ok(answer) => e_card::visited(session, place, request, answer).await,
        other => other,
    }
}

/// A refusal for a reason that has nothing to do with a reader.
fn refused(session: &Session, request: &Message<'_>, said: Text) -> Message<'static> {
    refusal(request, session.now(), said.in_language(Language::Hans))
}
