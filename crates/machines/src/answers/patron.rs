//! 23/24, 63/64 and 85/86: who a reader is and how they stand. 35/36: they go. 01 and 25 are answered with how things stand, and that
//! staff do this.

use service::cards;
use service::circulation::{self, AtMachine};
use service::kernel::{Blocker, CardKind, Known};
use service::libraries::{self, Policy};
use sip2::{Message, Part, field, message};

use super::lending;
use super::outline::{begun, yuan};
use crate::place::Place;
use crate::reader::{Reader, Trouble};
use crate::said::of_blocker;
use crate::session::Session;
use crate::words::{self, Language};

/// Whether AO holds the number that is asked about: some machines put it there, and nothing into AA.
pub(super) fn is_a_number(place: &Place, request: &Message<'_>) -> bool {
    place.dialect.tolerant
        && request.code() == message::PATRON_INFORMATION
        && request.filled(field::PATRON).is_none()
        && request.filled(field::INSTITUTION).is_some_and(|number| number.len() >= 8)
}

/// Answers 23, and 01 and 25.
pub(super) async fn status(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let number = request.filled(field::PATRON).unwrap_or_default();
    let reader = Reader::read(session, place, request, number).await?;
    let code = match request.code() {
        message::ENABLE_PATRON => message::ENABLE_PATRON_RESPONSE,
        _ => message::PATRON_STATUS_RESPONSE,
    };
    let stands = stands(session, place, &reader).await?;
    let answer = about(session, place, &reader, number, code, &stands);
    let answer = owed(answer, &stands);
    let said = match request.code() {
        message::PATRON_STATUS => said(&reader, &stands),
        _ => Some(words::NOT_HERE.in_language(reader.language).to_owned()),
    };
    Ok(answer.maybe(field::SCREEN_MESSAGE, said))
}

/// Answers 63, and 85.
pub(super) async fn information(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let (number, code) = match request.code() {
        message::FIND_READER => (field::DOCUMENT_NUMBER, message::FIND_READER_RESPONSE),
        _ if is_a_number(place, request) => (field::INSTITUTION, message::PATRON_INFORMATION_RESPONSE),
        _ => (field::PATRON, message::PATRON_INFORMATION_RESPONSE),
    };
    let number = request.filled(number).unwrap_or_default();
    let reader = Reader::read(session, place, request, number).await?;
    let stands = stands(session, place, &reader).await?;
    let mut answer = about(session, place, &reader, number, code, &stands);
    let known = stands.known;
    for part in [
        Part::HoldItems,
        Part::OverdueItems,
        Part::ChargedItems,
        Part::FineItems,
        Part::RecallItems,
        Part::UnavailableHolds,
    ] {
        // What is not known is not counted as nothing. Nobody has nothing; and many machines can't read a blank.
        let count = match (known, part) {
            (None, _) if reader.trouble == Some(Trouble::Unknown) => Some(0),
            (None, _) if place.dialect.tolerant && !reader.is_valid() => Some(0),
            (Some(Known::Standing(standing)), Part::OverdueItems) => Some(standing.overdue),
            (Some(Known::Standing(standing)), Part::ChargedItems) => Some(standing.loans),
            (Some(Known::Standing(_)), Part::FineItems) => {
                Some(stands.charges.unwrap_or_else(|| u32::from(stands.payable.is_some_and(|fen| fen > 0))))
            }
            (Some(Known::Standing(_)), Part::RecallItems) => Some(0),
            (_, Part::HoldItems) => stands.waits.map(|(ready, _)| ready),
            (_, Part::UnavailableHolds) => stands.waits.map(|(_, waiting)| waiting),
            _ => None,
        };
        answer.set_part(
            part,
            count.map_or_else(|| "    ".to_owned(), |count| format!("{:04}", count.min(9999))),
        );
    }
    answer = owed(answer, &stands);
    if let Some(who) = reader.who.as_ref().filter(|_| reader.is_valid()) {
        answer.push(field::DOCUMENT_NUMBERS, who.card.number.clone());
        answer = also(place, who.card.kind, &stands, answer);
        // What somebody reads is shown to themselves.
        if reader.is_verified(place) {
            answer = lending::lists(session, place, request, who, answer).await?;
        }
    }
    Ok(answer.maybe(field::SCREEN_MESSAGE, said(&reader, &stands)))
}

/// Answers 35. Whoever comes next is shown anew.
pub(super) fn end(session: &mut Session, place: &Place, request: &Message<'_>) -> Message<'static> {
    session.forget_shown();
    begun(place, message::END_SESSION_RESPONSE, session.now())
        .flag(Part::EndSession, true)
        .field(field::PATRON, request.get(field::PATRON).unwrap_or_default().to_owned())
        .field(field::SCREEN_MESSAGE, words::GOODBYE.in_language(Language::Hans))
}

/// What 24, 26, 64 and 86 have in common.
fn about(
    session: &Session,
    place: &Place,
    reader: &Reader,
    asked: &str,
    code: sip2::Code,
    stands: &Stands,
) -> Message<'static> {
    let yes = |yes: bool| if yes { "Y" } else { "N" };
    let number = match &reader.who {
        Some(who) if reader.is_valid() => who.card.number.clone(),
        _ => asked.to_owned(),
    };
    begun(place, code, session.now())
        .part(Part::PatronStatus, reader.status(&stands.against))
        .part(Part::Language, reader.language.code())
        .field(field::PATRON, number)
        .field(field::PERSONAL_NAME, reader.name(place))
        .field(field::VALID_PATRON, yes(reader.is_valid()))
        .field(field::VALID_PASSWORD, yes(reader.is_valid() && reader.is_verified(place)))
}

/// How a reader stands whose card works.
struct Stands {
    known: Option<Known>,
    /// What can be paid now, in fen. What an overdue item would cost is charged when it comes back.
    payable: Option<i64>,
    /// How many charges that is; where this house knows that.
    charges: Option<u32>,
    /// How many books a reader may have here; where the dialect tells it.
    limit: Option<i64>,
    against: Vec<Blocker>,
    /// How many reservations lie ready, and how many wait; where this house knows that.
    waits: Option<(u32, u32)>,
}

impl Stands {
    /// Nothing is known, or to be told.
    fn unknown() -> Self {
        Self { known: None, payable: None, charges: None, limit: None, against: Vec::new(), waits: None }
    }
}

async fn stands(session: &Session, place: &Place, reader: &Reader) -> service::Result<Stands> {
    let Some(who) = reader.who.as_ref().filter(|_| reader.is_valid()) else {
        return Ok(Stands::unknown());
    };
    let tells_limit = place.dialect.also.contains(&field::CHARGED_LIMIT);
    if let Some(AtMachine { known, payable, charges, against, waits }) = reader.stands.clone() {
        let limit = tells_limit.then(|| place.terms.book_limit());
        return Ok(Stands { known: Some(known), payable, charges, limit, against, waits });
    }
    let (actor, id, card) = (place.machine.actor.clone(), who.reader, who.card.id);
    session
        .shared
        .house
        .read(actor, async move |op| {
            let known = Some(cards::standing(op, id).await?);
            let owes = match known {
                Some(Known::Standing(standing)) => Some(standing.charges),
                _ => None,
            };
            let limit = match tells_limit {
                true => Some(libraries::policy(op, op.actor().library, Policy::BookLimit).await?.number()),
                false => None,
            };
            let lends = circulation::lends_here(op).await?;
            if !lends {
                return Ok(Stands { known, payable: owes, limit, ..Stands::unknown() });
            }
            let (payable, charges) = match owes {
                Some(fen) if fen > 0 => {
                    let charges = circulation::charges(op, id).await?;
                    (Some(charges.owed), u32::try_from(charges.unpaid.len()).ok())
                }
                owes => (owes, Some(0)),
            };
            let against = circulation::may_borrow(op, card).await?;
            let (mut ready, mut waiting) = (0, 0);
            for waits in circulation::reservations(op, id).await? {
                let count = if waits.barcode.is_some() { &mut ready } else { &mut waiting };
                *count += 1;
            }
            Ok(Stands { known, payable, charges, limit, against, waits: Some((ready, waiting)) })
        })
        .await
}

/// BV is what a machine may offer to take (37): the same in 24 and 64.
fn owed(answer: Message<'static>, stands: &Stands) -> Message<'static> {
    match stands.payable {
        Some(fen) => answer.field(field::CURRENCY, "CNY").field(field::FEE_AMOUNT, yuan(fen)),
        None => answer,
    }
}

/// Cards have no end; machines that look for one want a day.
const NO_END: &str = "20991231";

/// What the dialect tells of a reader beside what the protocol has.
fn also(place: &Place, kind: CardKind, stands: &Stands, mut answer: Message<'static>) -> Message<'static> {
    for code in &place.dialect.also {
        let value = match *code {
            // There is one type of readers: all have the same limits.
            field::READER_TYPE => "01".to_owned(),
            field::RETURNED_TO => match kind {
                CardKind::OneCard => "一卡通".to_owned(),
                CardKind::Document => "证件读者".to_owned(),
            },
            field::VALID_UNTIL => NO_END.to_owned(),
            field::CHARGED_LIMIT => match stands.limit {
                Some(limit) => limit.to_string(),
                None => continue,
            },
            _ => continue,
        };
        answer.push(*code, value);
    }
    answer
}

/// What the screen says: what stands against it, or that the password is wrong, or that it is still the default one (A.2.3).
fn said(reader: &Reader, stands: &Stands) -> Option<String> {
    let default = |reader: &Reader| {
        let still = reader.who.as_ref().is_some_and(|who| who.card.default_password);
        let proven = reader.password == crate::reader::Password::Right;
        (still && proven).then(|| words::DEFAULT_PASSWORD.in_language(reader.language).to_owned())
    };
    let against = || stands.against.first().map(|blocker| of_blocker(blocker, reader.language));
    let silent = || {
        let silent = matches!(stands.known, Some(Known::Unavailable(_)));
        silent.then(|| words::CIRCULATION_SILENT.in_language(reader.language).to_owned())
    };
    reader.objection().or_else(against).or_else(silent).or_else(|| default(reader))
}
