//! 17/18: what an item is, and where.

use service::circulation;
use service::kernel::ItemState;
use sip2::{Message, Part, field, message};

use super::lending::{day, media_type};
use super::outline::moment;
use crate::place::Place;
use crate::session::Session;

/// The states of the protocol.
fn status(state: ItemState) -> &'static str {
    match state {
        ItemState::Withdrawn => "01",
        ItemState::Available => "03",
        ItemState::OnLoan => "04",
        ItemState::OnHoldShelf => "08",
        ItemState::InTransit => "10",
        ItemState::Missing => "13",
    }
}

/// Answers 17. Who has an item is nobody's business.
pub(super) async fn information(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let barcode = request.filled(field::ITEM).unwrap_or_default().to_owned();
    let actor = place.machine.actor.clone();
    let item =
        session.shared.house.read(actor, async move |op| circulation::item(op, &barcode).await).await?;
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Message::new(message::ITEM_INFORMATION_RESPONSE)
        .part(Part::CirculationStatus, status(item.state))
        .part(Part::SecurityMarker, "00")
        .part(Part::FeeType, "01")
        .part(Part::TransactionDate, moment(session.now()))
        .field(field::HOLD_QUEUE_LENGTH, item.waiting.to_string())
        .maybe(field::DUE_DATE, item.due.map(|due| day(place, due)))
        .maybe(
            field::HOLD_PICKUP_DATE,
            item.lent_on.filter(|_| place.dialect.tolerant).map(|lent| day(place, lent)),
        )
        .field(field::ITEM, item.barcode)
        .field(field::TITLE, item.title)
        .maybe(field::AUTHOR, some(item.author))
        .maybe(field::ISBN, item.isbn)
        .field(field::MEDIA_TYPE, media_type(item.kind))
        .maybe(field::CALL_NUMBER, some(item.call_number))
        .field(field::OWNER, place.library(item.owner).to_owned())
        .field(field::PERMANENT_LOCATION, place.library(item.owner).to_owned())
        .field(field::CURRENT_LOCATION, place.library(item.library).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_3_2_each_state_of_an_item_has_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<&str> = ItemState::ALL.into_iter().map(status).collect();
        assert_eq!(codes.len(), ItemState::ALL.len());
    }
}
