//! The outline of each answer: what it must have, and what it has when the thing was not done.

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use sip2::{Code, Message, Part, field, message};

use crate::place::Place;

/// A moment as it stands in a message: local time.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).format("%Y%m%d    %H%M%S").to_string()
}

/// An answer that says nothing yet but what everything has: when, and for which library.
pub(crate) fn begun(place: &Place, code: Code, at: DateTime<Utc>) -> Message<'static> {
    Message::new(code).part(Part::TransactionDate, moment(at)).field(field::INSTITUTION, place.code.clone())
}

/// A well-formed answer that says no, and why.
pub(crate) fn refusal(request: &Message<'_>, at: DateTime<Utc>, said: &str) -> Message<'static> {
    let code = request.spec().and_then(|spec| spec.answer).unwrap_or(message::REQUEST_SC_RESEND);
    let given = |field: Code| request.get(field).unwrap_or_default().to_owned();
    let answer = Message::new(code).part(Part::TransactionDate, moment(at));
    let with_institution =
        |answer: Message<'static>| answer.field(field::INSTITUTION, given(field::INSTITUTION));
    let answer = match code {
        message::LOGIN_RESPONSE => answer.part(Part::Ok, "0"),
        message::PATRON_STATUS_RESPONSE
        | message::ENABLE_PATRON_RESPONSE
        | message::PATRON_INFORMATION_RESPONSE
        | message::FIND_READER_RESPONSE => with_institution(without_counts(answer))
            .part(Part::PatronStatus, "YYYY")
            .part(Part::Language, "019")
            .field(field::PATRON, given(field::PATRON))
            .field(field::PERSONAL_NAME, "")
            .field(field::VALID_PATRON, "N")
            .field(field::VALID_PASSWORD, "N"),
        message::CHECKOUT_RESPONSE | message::RENEW_RESPONSE => with_institution(answer)
            .part(Part::Ok, "0")
            .part(Part::MagneticMedia, "U")
            .field(field::PATRON, given(field::PATRON))
            .field(field::ITEM, given(field::ITEM))
            .field(field::TITLE, "")
            .field(field::DUE_DATE, ""),
        message::CHECKIN_RESPONSE => with_institution(answer)
            .part(Part::Ok, "0")
            .part(Part::MagneticMedia, "U")
            .field(field::ITEM, given(field::ITEM))
            .field(field::PERMANENT_LOCATION, ""),
        message::ITEM_INFORMATION_RESPONSE => answer
            .part(Part::CirculationStatus, "01")
            .part(Part::SecurityMarker, "00")
            .part(Part::FeeType, "01")
            .field(field::ITEM, given(field::ITEM))
            .field(field::TITLE, ""),
        message::ITEM_STATUS_UPDATE_RESPONSE => {
            answer.part(Part::ItemPropertiesOk, "0").field(field::ITEM, given(field::ITEM))
        }
        message::HOLD_RESPONSE => {
            with_institution(answer).part(Part::Ok, "0").field(field::PATRON, given(field::PATRON))
        }
        message::RENEW_ALL_RESPONSE => with_institution(answer).part(Part::Ok, "0"),
        message::END_SESSION_RESPONSE | message::FEE_PAID_RESPONSE => {
            with_institution(answer).field(field::PATRON, given(field::PATRON))
        }
        // A document that can't be looked for is none to open a card with.
        message::CHECK_DOCUMENT_RESPONSE => with_institution(answer).field(field::TERMINAL_PASSWORD, "1"),
        message::OPEN_CARD_RESPONSE | message::CHANGE_CARD_RESPONSE => with_institution(answer)
            .field(field::PATRON, "")
            .field(field::DONE, "0")
            .maybe(field::MODE, request.filled(field::MODE).map(str::to_owned)),
        message::CHANGE_PASSWORD_RESPONSE | message::DEPOSIT_RESPONSE | message::PHOTO_RESPONSE => {
            with_institution(answer).field(field::PATRON, given(field::PATRON)).field(field::DONE, "0")
        }
        _ => with_institution(answer).field(field::DONE, "0"),
    };
    answer.field(field::SCREEN_MESSAGE, said.to_owned())
}

/// Of somebody who was not looked for, nothing is counted: zeros would say that they have nothing out.
fn without_counts(answer: Message<'static>) -> Message<'static> {
    let counts = [
        Part::HoldItems,
        Part::OverdueItems,
        Part::ChargedItems,
        Part::FineItems,
        Part::RecallItems,
        Part::UnavailableHolds,
    ];
    counts.into_iter().fold(answer, |answer, part| answer.part(part, "    "))
}

/// An amount of fen as yuan: `12.50`.
pub(crate) fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use sip2::spec::messages;

    use super::*;

    #[test]
    fn a_2_1_a_refusal_of_every_message_is_well_formed_and_says_no() {
        let at = Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).unwrap();
        for spec in messages().filter(|spec| spec.answer.is_some()) {
            let answer = refusal(&Message::new(spec.code), at, "no");
            let text = answer.to_text(None);
            let read = Message::parse(&text, sip2::Rules::Strict).unwrap();
            assert_eq!(Some(read.code()), spec.answer);
            assert_ne!(read.succeeded(), Some(true), "{text}");
            assert_eq!(read.get(field::SCREEN_MESSAGE), Some("no"));
            for field in read.spec().unwrap().fields.iter().filter(|field| field.required) {
                let missing = read.get(field.code).is_none();
                assert!(!missing || read.code() == message::ACS_STATUS, "{text} has no {}", field.code);
            }
        }
    }

    #[test]
    fn a_3_2_money_is_written_in_yuan() {
        assert_eq!(yuan(0), "0.00");
        assert_eq!(yuan(1205), "12.05");
        assert_eq!(yuan(-5), "-0.05");
    }
}
