//! 99/98: what the library can do, and when it was asked.

use chrono::{DateTime, Utc};
use sip2::{Code, Message, Part, field, message};

use super::lending;
use super::outline::moment;
use crate::place::Place;
use crate::session::Session;

/// The messages that BX tells of, in its order, and whether each works: with a circulation behind the cards, or without.
pub const SUPPORTED: [(Code, Works); 16] = [
    (message::PATRON_STATUS, Works::Always),
    (message::CHECKOUT, Works::WithCirculation),
    (message::CHECKIN, Works::WithCirculation),
    (message::BLOCK_PATRON, Works::Never),
    (message::SC_STATUS, Works::Always),
    (message::REQUEST_ACS_RESEND, Works::Always),
    (message::LOGIN, Works::Always),
    (message::PATRON_INFORMATION, Works::Always),
    (message::END_SESSION, Works::Always),
    (message::FEE_PAID, Works::WithCirculation),
    (message::ITEM_INFORMATION, Works::WithCirculation),
    (message::ITEM_STATUS_UPDATE, Works::Never),
    (message::ENABLE_PATRON, Works::Never),
    (message::HOLD, Works::WithCirculation),
    (message::RENEW, Works::WithCirculation),
    (message::RENEW_ALL, Works::WithCirculation),
];

/// Whether a message works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Works {
    /// At every house.
    Always,
    /// Where items are lent by this house.
    WithCirculation,
    /// At none: it is refused in words.
    Never,
}

/// Answers 99.
pub(super) async fn status(session: &Session, place: &Place) -> service::Result<Message<'static>> {
    let lends = lending::is_set_up(place);
    let supported: String = SUPPORTED
        .iter()
        .map(|(_, works)| match works {
            Works::Always => 'Y',
            Works::WithCirculation if lends => 'Y',
            Works::WithCirculation | Works::Never => 'N',
        })
        .collect();
    Ok(outline(session.now(), lends)
        .field(field::INSTITUTION, place.code.clone())
        .field(field::LIBRARY_NAME, place.name.clone())
        .field(field::SUPPORTED_MESSAGES, supported))
}

/// Answers 99 before a machine has signed in: some ask so before each message, the sign-in too. It is told nothing.
pub(crate) fn status_before_sign_in(at: DateTime<Utc>) -> Message<'static> {
    outline(at, false).field(field::INSTITUTION, "").field(field::SUPPORTED_MESSAGES, "NNNNYYYNNNNNNNNN")
}

fn outline(at: DateTime<Utc>, lends: bool) -> Message<'static> {
    Message::new(message::ACS_STATUS)
        .flag(Part::OnLine, true)
        .flag(Part::CheckinOk, lends)
        .flag(Part::CheckoutOk, lends)
        .flag(Part::AcsRenewalPolicy, lends)
        .flag(Part::StatusUpdateOk, false)
        .flag(Part::OffLineOk, false)
        // Tenths of a second.
        .part(Part::TimeoutPeriod, "300")
        .part(Part::RetriesAllowed, "003")
        .part(Part::TransactionDate, moment(at))
        .part(Part::ProtocolVersion, "2.00")
}
