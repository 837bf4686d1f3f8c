//! Items are lent, returned and renewed by the circulation behind the cards. Where this house lends none itself, that is said.

use service::cards::password::Presented;
use sip2::{Message, field};

use super::outline::refusal;
use super::refused;
use crate::place::Place;
use crate::reader::Reader;
use crate::session::Session;
use crate::words;

/// Whether this house lends items itself.
pub(super) fn is_set_up(_: &Session) -> bool {
    false
}

/// Answers 11, 09, 29, 65, 37, 15 and 17. A card that does not work is told of first: that is what the reader can do something about.
pub(super) async fn answer(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    if let Some(number) = request.filled(field::PATRON) {
        let reader = Reader::read(session, place, request, number).await?;
        if let Some(objection) = reader.objection() {
            return Ok(refusal(request, session.now(), &objection));
        }
        return Ok(refusal(request, session.now(), words::NO_CIRCULATION.in_language(reader.language)));
    }
    Ok(refused(session, request, words::NO_CIRCULATION))
}

/// Adds the lists that 63 asks for.
pub(super) async fn lists(
    _: &Session,
    _: &Place,
    _: &Message<'_>,
    _: &Presented,
    answer: Message<'static>,
) -> service::Result<Message<'static>> {
    Ok(answer)
}
