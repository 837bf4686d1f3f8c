//! 11/12, 09/10, 29/30 and 65/66: items are lent, taken back and renewed, by the circulation behind the cards. Where this house lends
//! none itself, that is said.

use chrono::{NaiveDate, TimeDelta};
use service::Error;
use service::cards::password::Presented;
use service::circulation::{self, Lend, LoanView, ReturnItem, Returned, Then};
use service::kernel::{Blocker, ItemKind};
use sip2::{Due, Message, Part, field, message};

use super::outline::{begun, refusal, yuan};
use super::{holds, items, money};
use crate::place::Place;
use crate::reader::Reader;
use crate::said::of_blocker;
use crate::session::Session;
use crate::words::{self, Language, Text};

/// For so long, who asks for what they have got already is sent the same answer: the first one did not reach the machine.
const JUST_NOW: TimeDelta = TimeDelta::minutes(2);

/// Whether this library lends items itself.
pub(super) fn is_set_up(place: &Place) -> bool {
    place.terms.lends()
}

/// Answers what has to do with items. A card that does not work is told of first: that is what the reader can do something about.
pub(super) async fn answer(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let reader = match request.filled(field::PATRON) {
        // Whose card it was says nothing about what is taken back, and nothing about an item.
        Some(_) if matches!(request.code(), message::CHECKIN | message::ITEM_INFORMATION) => None,
        None if matches!(request.code(), message::CHECKIN | message::ITEM_INFORMATION) => None,
        number => Some(Reader::read(session, place, request, number.unwrap_or_default()).await?),
    };
    let language = reader.as_ref().map_or(Language::Hans, |reader| reader.language);
    if let Some(reader) = &reader {
        // Anybody may pay for somebody; what was lent a moment ago may be taken back.
        let pays = request.code() == message::FEE_PAID && reader.is_valid();
        let undoes = request.code() == message::CHECKOUT && request.get(field::CANCEL) == Some("Y");
        let objection = match (pays, undoes) {
            (true, _) => reader.password_objection(),
            (_, true) => reader.objection(),
            _ => reader.objection_to_lending(),
        };
        if let Some(objection) = objection {
            return Ok(refusal(request, session.now(), &objection));
        }
    }
    if !is_set_up(place) {
        return Ok(refusal(request, session.now(), words::NO_CIRCULATION.in_language(language)));
    }
    let who = reader.and_then(|reader| reader.who);
    let answered = match (request.code(), who) {
        (message::CHECKIN, _) => take_back(session, place, request).await,
        (message::ITEM_INFORMATION, _) => items::information(session, place, request).await,
        (message::CHECKOUT, Some(who)) if request.get(field::CANCEL) == Some("Y") => {
            undo(session, place, request, &who, language).await
        }
        (message::CHECKOUT, Some(who)) => lend(session, place, request, &who, language).await,
        (message::RENEW, Some(who)) => renew(session, place, request, &who, language).await,
        (message::RENEW_ALL, Some(who)) => renew_all(session, place, &who, language).await,
        (message::FEE_PAID, Some(who)) => money::pay(session, place, request, &who, language).await,
        (message::HOLD, Some(who)) => holds::hold(session, place, request, &who, language).await,
        _ => Err(Error::NotFound("card")),
    };
    match answered {
        Err(Error::Refused(blockers)) => {
            let said = blockers.first().map(|blocker| of_blocker(blocker, language)).unwrap_or_default();
            Ok(refusal(request, session.now(), &said))
        }
        // A barcode that no item has.
        Err(Error::Invalid(_)) => Ok(no(session, request, words::NO_ITEM, language)),
        Err(Error::NotFound("loan")) => Ok(no(session, request, words::ITEM_NOT_YOURS, language)),
        other => other,
    }
}

/// A refusal in words.
pub(super) fn no(
    session: &Session,
    request: &Message<'_>,
    said: Text,
    language: Language,
) -> Message<'static> {
    refusal(request, session.now(), said.in_language(language))
}

/// A day as the machine's dialect writes it in a field.
pub(super) fn day(place: &Place, day: NaiveDate) -> String {
    match place.dialect.due {
        Due::Sip => day.format("%Y%m%d    235959").to_string(),
        Due::Iso => day.format("%Y-%m-%d").to_string(),
        Due::Digits => day.format("%Y%m%d").to_string(),
    }
}

/// The media types of the protocol.
pub(super) fn media_type(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Book => "001",
        ItemKind::Periodical => "002",
        ItemKind::Av => "006",
        ItemKind::ReadingRoom => "000",
    }
}

async fn lend(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    language: Language,
) -> service::Result<Message<'static>> {
    let barcode = request.filled(field::ITEM).unwrap_or_default().to_owned();
    let wanted = Lend { card: who.card.id, barcode: barcode.clone() };
    let house = &session.shared.house;
    let actor = place.machine.actor.clone();
    let lent = house.write(actor, async move |op| circulation::lend(op, wanted.clone()).await).await;
    let blockers = match lent {
        Ok(lent) => return Ok(lent_out(session, place, request, who, &lent.loan, words::LENT, language)),
        Err(Error::Refused(blockers)) => blockers,
        Err(error) => return Err(error),
    };
    let Some(loan) = own_loan(session, place, who, &barcode).await? else {
        return Err(Error::Refused(blockers));
    };
    if !blockers.contains(&Blocker::ItemOnLoan) {
        return Err(Error::Refused(blockers));
    }
    if session.now() - loan.lent_at < JUST_NOW {
        return Ok(lent_out(session, place, request, who, &loan, words::LENT, language));
    }
    // The machine renews what is brought to it again, where it says that it does.
    if request.fixed(Part::RenewalPolicy) != Some("Y") {
        return Ok(no(session, request, words::ITEM_IS_YOURS, language));
    }
    let renewed = renewed(session, place, loan).await?;
    Ok(lent_out(session, place, request, who, &renewed, words::RENEWED, language))
}

/// The answers 12 and 30.
fn lent_out(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    loan: &LoanView,
    said: Text,
    language: Language,
) -> Message<'static> {
    let code =
        if request.code() == message::RENEW { message::RENEW_RESPONSE } else { message::CHECKOUT_RESPONSE };
    let said = said.filled(language, &[("date", &loan.due.to_string())]);
    begun(place, code, session.now())
        .part(Part::Ok, "1")
        .flag(Part::RenewalOk, loan.renewals > 0)
        .flag(Part::MagneticMedia, loan.item.kind == ItemKind::Av)
        .flag(Part::Desensitize, true)
        .field(field::PATRON, who.card.number.clone())
        .field(field::ITEM, loan.item.barcode.clone())
        .field(field::TITLE, loan.item.title.clone())
        .field(field::DUE_DATE, day(place, loan.due))
        .field(field::MEDIA_TYPE, media_type(loan.item.kind))
        .field(field::SCREEN_MESSAGE, said)
}

/// The loan of this reader that an item is on; none, when it is on none, or somebody else's.
async fn own_loan(
    session: &Session,
    place: &Place,
    who: &Presented,
    barcode: &str,
) -> service::Result<Option<LoanView>> {
    let (reader, barcode) = (who.reader, barcode.to_owned());
    session
        .shared
        .house
        .read(place.machine.actor.clone(), async move |op| {
            let item = circulation::item(op, &barcode).await?;
            let loans = circulation::loans(op, reader).await?;
            Ok(loans.into_iter().find(|loan| Some(loan.id) == item.loan))
        })
        .await
}

async fn renewed(session: &Session, place: &Place, loan: LoanView) -> service::Result<LoanView> {
    let actor = place.machine.actor.clone();
    let renewed =
        session.shared.house.write(actor, async move |op| circulation::renew(op, loan.id).await).await?;
    Ok(renewed.loan)
}

async fn renew(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    language: Language,
) -> service::Result<Message<'static>> {
    let barcode = request.filled(field::ITEM).unwrap_or_default();
    match own_loan(session, place, who, barcode).await? {
        Some(loan) => {
            let loan = renewed(session, place, loan).await?;
            Ok(lent_out(session, place, request, who, &loan, words::RENEWED, language))
        }
        None => Err(Error::NotFound("loan")),
    }
}

async fn renew_all(
    session: &Session,
    place: &Place,
    who: &Presented,
    language: Language,
) -> service::Result<Message<'static>> {
    let (actor, reader) = (place.machine.actor.clone(), who.reader);
    let all =
        session.shared.house.write(actor, async move |op| circulation::renew_all(op, reader).await).await?;
    let (renewed, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, against)| against.is_empty());
    let count = |loans: &[(LoanView, Vec<Blocker>)]| loans.len().min(9999);
    let barcodes = |loans: &[(LoanView, Vec<Blocker>)]| {
        loans.iter().map(|(loan, _)| loan.item.barcode.clone()).collect::<Vec<_>>()
    };
    let said = match renewed.is_empty() {
        true => words::NOTHING_RENEWED.in_language(language).to_owned(),
        false => words::ALL_RENEWED
            .filled(language, &[("renewed", &renewed.len().to_string()), ("kept", &kept.len().to_string())]),
    };
    Ok(begun(place, message::RENEW_ALL_RESPONSE, session.now())
        .part(Part::Ok, if renewed.is_empty() { "0" } else { "1" })
        .part(Part::RenewedCount, format!("{:04}", count(&renewed)))
        .part(Part::UnrenewedCount, format!("{:04}", count(&kept)))
        .each(field::RENEWED_ITEMS, barcodes(&renewed))
        .each(field::UNRENEWED_ITEMS, barcodes(&kept))
        .field(field::SCREEN_MESSAGE, said))
}

async fn returned(session: &Session, place: &Place, barcode: &str) -> service::Result<Returned> {
    let brought = ReturnItem { barcode: barcode.to_owned() };
    let actor = place.machine.actor.clone();
    session
        .shared
        .house
        .write(actor, async move |op| circulation::return_item(op, brought.clone()).await)
        .await
}

async fn take_back(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    // That an item is with its reader again can't be undone from here.
    if request.get(field::CANCEL) == Some("Y") {
        return Ok(no(session, request, words::NOT_HERE, Language::Hans));
    }
    let back = returned(session, place, request.filled(field::ITEM).unwrap_or_default()).await?;
    let (alert, destination) = match back.then {
        Then::Shelf => (None, None),
        Then::Transit(library) => (Some("04"), Some(library)),
        Then::Hold { .. } => (Some("01"), None),
        Then::TransitForHold { library, .. } => (Some("02"), Some(library)),
        Then::Withdrawn => (Some("99"), None),
    };
    let said = match (&back.charge, alert) {
        (Some(charge), _) if charge.unpaid > 0 => {
            words::RETURNED_LATE.filled(Language::Hans, &[("amount", &yuan(charge.unpaid))])
        }
        (_, Some(_)) => words::RETURNED_TO_STAFF.in_language(Language::Hans).to_owned(),
        _ => words::RETURNED.in_language(Language::Hans).to_owned(),
    };
    let lent_on = back.loan.as_ref().map(|loan| day(place, service::kernel::local_date(loan.lent_at)));
    let owed = back.charge.as_ref().map(|charge| charge.unpaid).filter(|unpaid| *unpaid > 0);
    Ok(begun(place, message::CHECKIN_RESPONSE, session.now())
        .part(Part::Ok, "1")
        .flag(Part::Resensitize, true)
        .flag(Part::MagneticMedia, back.item.kind == ItemKind::Av)
        .flag(Part::Alert, alert.is_some())
        .field(field::ITEM, back.item.barcode.clone())
        .field(field::PERMANENT_LOCATION, place.library(back.item.owner).to_owned())
        .field(field::TITLE, back.item.title.clone())
        .field(field::MEDIA_TYPE, media_type(back.item.kind))
        .field(field::CALL_NUMBER, back.item.call_number.clone())
        .field(field::ITEM_STATE, "02")
        .maybe(field::RECALL_DATE, lent_on.filter(|_| place.dialect.tolerant))
        .maybe(field::ALERT_TYPE, alert)
        .maybe(field::DESTINATION, destination.map(|library| place.library(library).to_owned()))
        .maybe(field::FEE_AMOUNT, owed.map(yuan))
        .field(field::SCREEN_MESSAGE, said))
}

/// A loan is taken back at the machine: it could not make the item ready to leave.
async fn undo(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    language: Language,
) -> service::Result<Message<'static>> {
    let barcode = request.filled(field::ITEM).unwrap_or_default();
    let Some(loan) = own_loan(session, place, who, barcode).await? else {
        return Err(Error::NotFound("loan"));
    };
    returned(session, place, barcode).await?;
    Ok(begun(place, message::CHECKOUT_RESPONSE, session.now())
        .part(Part::Ok, "1")
        .part(Part::Desensitize, "N")
        .field(field::PATRON, who.card.number.clone())
        .field(field::ITEM, loan.item.barcode.clone())
        .field(field::TITLE, loan.item.title)
        .field(field::DUE_DATE, "")
        .field(field::SCREEN_MESSAGE, words::RETURNED.in_language(language)))
}

/// Adds the lists that 63 asks for: those of the summary, from the entry in BP to that in BQ. Who is not verified is shown none.
pub(super) async fn lists(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    answer: Message<'static>,
) -> service::Result<Message<'static>> {
    let summary = request.fixed(Part::Summary).unwrap_or_default();
    let wanted = |position: usize| {
        place.dialect.all_lists || summary.as_bytes().get(position).is_some_and(|mark| *mark == b'Y')
    };
    if !(0..6).any(wanted) || !is_set_up(place) {
        return Ok(answer);
    }
    let (actor, reader) = (place.machine.actor.clone(), who.reader);
    let asks_fines = wanted(3);
    let (loans, waits, fines) = session
        .shared
        .house
        .read(actor, async move |op| {
            let fines = match asks_fines {
                true => circulation::charges(op, reader).await?.unpaid,
                false => Vec::new(),
            };
            Ok((circulation::loans(op, reader).await?, circulation::reservations(op, reader).await?, fines))
        })
        .await?;
    let number = |code, otherwise| {
        request.filled(code).and_then(|text| text.parse::<usize>().ok()).unwrap_or(otherwise).clamp(1, 9_999)
    };
    let (first, last) = (number(field::START_ITEM, 1), number(field::END_ITEM, 100));
    let within = move |all: Vec<String>| {
        all.into_iter().skip(first - 1).take((last + 1).saturating_sub(first)).take(100).collect::<Vec<_>>()
    };
    let barcodes = |late: bool| {
        let of = loans.iter().filter(|loan| !late || loan.overdue);
        within(of.map(|loan| loan.item.barcode.clone()).collect())
    };
    let (ready, waiting): (Vec<_>, Vec<_>) = waits.into_iter().partition(|waits| waits.barcode.is_some());
    let ready = within(ready.into_iter().filter_map(|waits| waits.barcode).collect());
    let waiting = within(waiting.into_iter().map(|waits| waits.title).collect());
    // What is owed for no item, or one that is forgotten, has no barcode to be told.
    let fines = within(fines.into_iter().filter_map(|fine| fine.barcode).collect());
    let mut answer = answer;
    if place.dialect.also.contains(&field::LOAN_VALUE) {
        let prices = loans.iter().filter_map(|loan| loan.item.price);
        answer.push(field::LOAN_VALUE, yuan(prices.fold(0, i64::saturating_add)));
    }
    for (position, code, values) in [
        (0, field::HOLD_ITEMS, ready),
        (1, field::OVERDUE_ITEMS, barcodes(true)),
        (2, field::CHARGED_ITEMS, barcodes(false)),
        (3, field::FINE_ITEMS, fines),
        (5, field::UNAVAILABLE_HOLD_ITEMS, waiting),
    ] {
        if wanted(position) {
            answer = answer.each(code, values);
        }
    }
    Ok(answer)
}
