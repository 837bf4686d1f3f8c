//! What a system is asked.

use chrono::{DateTime, FixedOffset, Utc};
use sip2::{Message, Part, field, message};

use crate::profile::{Login, Profile};

/// Chinese, in the protocol's table of languages.
const LANGUAGE: &str = "019";
/// Of the ten places of a summary, the one of items on loan.
const CHARGED_ITEMS: &str = "  Y       ";

/// 93: who we are.
pub fn login(login: &Login) -> Message<'_> {
    Message::new(message::LOGIN)
        .part(Part::UidAlgorithm, "0")
        .part(Part::PasswordAlgorithm, "0")
        .field(field::LOGIN_USER, login.username.as_str())
        .field(field::LOGIN_PASSWORD, login.password.as_str())
        .field(field::LOCATION_CODE, login.location.as_str())
}

/// 99: how it is. Sent to idle connections too, so that nobody on the way forgets them.
pub fn status(profile: &Profile) -> Message<'static> {
    Message::new(message::SC_STATUS)
        .part(Part::StatusCode, "0")
        .part(Part::MaxPrintWidth, profile.print_width)
        .part(Part::ProtocolVersion, "2.00")
}

/// 63: what a reader has out and owes. The reader's own password is not known here, and is left empty.
pub fn patron<'a>(profile: &'a Profile, now: DateTime<Utc>, number: &'a str, items: bool) -> Message<'a> {
    Message::new(message::PATRON_INFORMATION)
        .part(Part::Language, LANGUAGE)
        .part(Part::TransactionDate, moment(now))
        .part(Part::Summary, if items { CHARGED_ITEMS } else { "" })
        .field(field::INSTITUTION, profile.institution.as_str())
        .field(field::PATRON, number)
        .field(field::TERMINAL_PASSWORD, profile.terminal_password.as_str())
        .field(field::PATRON_PASSWORD, "")
}

/// 17: what an item is called, and when it is due.
pub fn item<'a>(profile: &'a Profile, now: DateTime<Utc>, barcode: &'a str) -> Message<'a> {
    Message::new(message::ITEM_INFORMATION)
        .part(Part::TransactionDate, moment(now))
        .field(field::INSTITUTION, profile.institution.as_str())
        .field(field::ITEM, barcode)
        .field(field::TERMINAL_PASSWORD, profile.terminal_password.as_str())
}

/// A moment as the protocol writes it, in Foshan.
pub fn moment(at: DateTime<Utc>) -> String {
    let format = "%Y%m%d    %H%M%S";
    match FixedOffset::east_opt(8 * 3600) {
        Some(foshan) => at.with_timezone(&foshan).format(format).to_string(),
        None => at.format(format).to_string(),
    }
}
