//! 21/22: a reader changes the password (6.1.1.2, A.2.3).

use service::Error;
use service::cards::password;
use service::kernel::Problem;
use sip2::{Message, field, message};

use super::outline::{begun, refusal};
use crate::place::Place;
use crate::reader::{Password, Reader};
use crate::session::Session;
use crate::words;

/// Answers 21.
pub(super) async fn change(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let number = request.filled(field::PATRON).unwrap_or_default();
    let reader = Reader::read(session, place, request, number).await?;
    let no = |said: &str| Ok(refusal(request, session.now(), said));
    let card_works = reader.trouble.is_none_or(|trouble| trouble.leaves_the_card());
    let objection = if card_works { reader.password_objection() } else { reader.objection() };
    let (Some(who), None) = (&reader.who, &objection) else {
        return no(objection.as_deref().unwrap_or_default());
    };
    // That no password is asked for at this machine does not mean that anybody may change it.
    if reader.password != Password::Right {
        return no(words::PASSWORD_MISSING.in_language(reader.language));
    }
    let current = request.get(field::PATRON_PASSWORD).unwrap_or_default().trim();
    let new = request.filled(field::TERMINAL_LOCATION).unwrap_or_default();
    let (shared, address) = (&session.shared, session.address.to_string());
    let actor = &place.machine.actor;
    let changed =
        password::change_presented(&shared.house, &shared.memory, actor, who, current, new, &address).await;
    match changed {
        Ok(()) => Ok(begun(place, message::CHANGE_PASSWORD_RESPONSE, session.now())
            .field(field::PATRON, who.card.number.clone())
            .field(field::DONE, "1")
            .field(field::SCREEN_MESSAGE, words::PASSWORD_CHANGED.in_language(reader.language))),
        Err(Error::Invalid(invalid)) => {
            let said = match invalid.0.first().map(|error| &error.problem) {
                Some(Problem::WrongPassword) => words::WRONG_PASSWORD,
                Some(Problem::SamePassword) => words::PASSWORD_SAME,
                Some(Problem::CommonPassword) => words::PASSWORD_COMMON,
                Some(Problem::DerivedPassword) => words::PASSWORD_DERIVED,
                _ => words::PASSWORD_WEAK,
            };
            no(said.in_language(reader.language))
        }
        Err(Error::TooManyTries(_) | Error::NotFound(_)) => no(words::BUSY.in_language(reader.language)),
        Err(error) => Err(error),
    }
}
