//! 15/16: a title is reserved, or a reservation taken back (A.3.2 e).

use service::Error;
use service::cards::password::Presented;
use service::circulation::{self, Reserve};
use service::kernel::ItemState;
use sip2::{Message, Part, field, message};

use super::lending::{day, no};
use super::outline::begun;
use crate::place::Place;
use crate::session::Session;
use crate::words::{self, Language};

/// Answers 15. The title is that of the item in AB; it is picked up at the library in BS, or here.
pub(super) async fn hold(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    language: Language,
) -> service::Result<Message<'static>> {
    let (barcode, reader) = (request.filled(field::ITEM).unwrap_or_default().to_owned(), who.reader);
    let (house, actor) = (&session.shared.house, place.machine.actor.clone());
    let (item, waits) = house
        .read(actor.clone(), async move |op| {
            let item = circulation::item(op, &barcode).await?;
            Ok((item, circulation::reservations(op, reader).await?))
        })
        .await?;
    let library = match request.filled(field::PICKUP_LOCATION) {
        None => place.machine.actor.library,
        Some(code) => match place.library_of(code) {
            Some(library) => library,
            None => return Ok(no(session, request, words::WRONG_INSTITUTION, language)),
        },
    };
    let begin = || {
        begun(place, message::HOLD_RESPONSE, session.now())
            .part(Part::Ok, "1")
            .flag(Part::Available, item.state == ItemState::Available)
            .field(field::PATRON, who.card.number.clone())
            .field(field::ITEM, item.barcode.clone())
            .field(field::TITLE, item.title.clone())
    };
    match request.fixed(Part::HoldMode) {
        Some("-") => {
            let id = waits.into_iter().find(|waits| waits.title_id == item.title_id).map(|waits| waits.id);
            let Some(id) = id else { return Ok(no(session, request, words::NO_HOLD, language)) };
            house.write(actor, async move |op| circulation::cancel_reservation(op, id).await).await?;
            Ok(begin().field(field::SCREEN_MESSAGE, words::HOLD_ENDED.in_language(language)))
        }
        Some("*") => Ok(no(session, request, words::NOT_HERE, language)),
        _ => {
            let wanted = Reserve { reader, title: item.title_id, library };
            let held = house.write(actor, async move |op| circulation::reserve(op, wanted).await).await;
            let held = match held {
                Ok(held) => held,
                Err(Error::Invalid(_)) => {
                    return Ok(no(session, request, words::WRONG_INSTITUTION, language));
                }
                Err(error) => return Err(error),
            };
            Ok(begin()
                .maybe(field::EXPIRATION, held.until.map(|until| day(place, until)))
                .maybe(field::QUEUE_POSITION, held.place.map(|place| place.to_string()))
                .field(field::PICKUP_LOCATION, place.library(held.library).to_owned())
                .field(field::SCREEN_MESSAGE, words::HELD.in_language(language)))
        }
    }
}
