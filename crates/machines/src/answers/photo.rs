//! 77/78: the photo that a machine took, or read from the document, when it opened a card (A.2.1 c).

use service::Error;
use service::readers;
use service::records::File;
use sip2::{Message, field, message};

use super::outline::begun;
use super::refused;
use crate::place::Place;
use crate::reader::Reader;
use crate::session::Session;
use crate::words;

/// Answers 77. A photo that is there already is changed by staff, who see whose face it is.
pub(super) async fn keep(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let number = request.filled(field::PATRON).unwrap_or_default();
    let reader = Reader::read(session, place, request, number).await?;
    let (Some(who), true) = (&reader.who, reader.is_valid()) else {
        return Ok(refused(session, request, words::UNKNOWN_READER));
    };
    let Some(photo) = request.filled(field::PHOTO).and_then(bytes) else {
        return Ok(refused(session, request, words::PHOTO_UNREADABLE));
    };
    let (id, photo) = (who.reader, File(photo));
    let actor = place.machine.actor.clone();
    let kept = session
        .shared
        .house
        .write(actor, async move |op| readers::set_first_photo(op, id, &photo).await)
        .await;
    match kept {
        Ok(()) => Ok(begun(place, message::PHOTO_RESPONSE, session.now())
            .field(field::PATRON, who.card.number.clone())
            .field(field::DONE, "1")
            .field(field::SCREEN_MESSAGE, words::PHOTO_KEPT.in_language(reader.language))),
        Err(Error::Invalid(_)) => Ok(refused(session, request, words::PHOTO_UNREADABLE)),
        Err(Error::NotFound(_) | Error::Forbidden(_)) => Ok(refused(session, request, words::PHOTO_AT_DESK)),
        Err(error) => Err(error),
    }
}

/// The bytes that hexadecimal digits stand for; none when they stand for none.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(value(pair.first()?)? << 4 | value(pair.last()?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2_1_c_a_photo_comes_in_hexadecimal_digits() {
        assert_eq!(bytes("ffD8"), Some(vec![0xFF, 0xD8]));
        assert_eq!(bytes(""), Some(Vec::new()));
        assert_eq!((bytes("ffd"), bytes("xx")), (None, None));
    }
}
