//! The codes of e-cards in AA (6.1.4.2), and entry gates that speak SIP2 (A.3.1).

use ecard::CardCode;
use service::cards;
use service::ecard::{CodeRefusal, redeem};
use service::kernel::{Call, IdempotencyKey};
use service::visits::{Enter, Shown, enter};
use sip2::{Message, field, message};

use crate::place::Place;
use crate::session::Session;
use crate::words::{self, Text};

/// What AA turned out to be.
pub(super) enum Read {
    /// A number, or nothing.
    Plain,
    /// A code; here is the request with the number that it stands for.
    Number(Message<'static>),
    /// A code that is not taken.
    Refused(Text),
}

/// Reads the code of an e-card, so that every message that takes a number takes a code. It is used up at this machine, which may ask
/// about it for as long as the reader stands there.
pub(super) async fn with_number(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Read> {
    let Some(code) = request.filled(field::PATRON).filter(|text| CardCode::looks_like_one(text)) else {
        return Ok(Read::Plain);
    };
    let code = code.trim().to_ascii_uppercase();
    if let Some(number) = session.number_of_code(&code) {
        return Ok(Read::Number(with(request, &number)));
    }
    let (actor, text) = (place.machine.actor.clone(), code.clone());
    let found = session.shared.house.write(actor, async move |op| {
        Ok(match redeem(op, &text, None).await? {
            // Its visit here is over, or is another connection's: whoever shows it now has a picture of it.
            Ok(redeemed) if redeemed.repeated => Err(CodeRefusal::Used),
            Ok(redeemed) => Ok(cards::card(op, redeemed.card).await?.number),
            Err(refusal) => Err(refusal),
        })
    });
    match found.await? {
        Ok(number) => {
            session.note_code(&code, &number);
            Ok(Read::Number(with(request, &number)))
        }
        Err(refusal) => Ok(Read::Refused(match refusal {
            CodeRefusal::Unknown => words::CODE_UNKNOWN,
            CodeRefusal::TooOld => words::CODE_TOO_OLD,
            CodeRefusal::FromTheFuture => words::CODE_TIME,
            CodeRefusal::Used => words::CODE_USED,
        })),
    }
}

/// The request with another number in AA.
fn with(request: &Message<'_>, number: &str) -> Message<'static> {
    request.clone().into_owned().with(field::PATRON, number.to_owned())
}

/// Whoever a gate asks about (23, 63) and may enter, has come: noted once within the library's interval.
pub(super) async fn visited(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    answer: Message<'static>,
) -> service::Result<Message<'static>> {
    let asks = [message::PATRON_STATUS, message::PATRON_INFORMATION].contains(&request.code());
    let valid = answer.get(field::VALID_PATRON) == Some("Y");
    if !place.machine.settings.records_visits || !asks || !valid {
        return Ok(answer);
    }
    let Some(number) = answer.filled(field::PATRON) else { return Ok(answer) };
    let request = Enter { shown: Shown::CardNumber(number.to_owned()), gate_time: None };
    let call = Call { actor: place.machine.actor.clone(), key: None::<IdempotencyKey> };
    // A blocked reader was told so in the answer; then nothing is counted.
    session.shared.house.write(call, async move |op| enter(op, &request).await.map(drop)).await?;
    Ok(answer)
}
