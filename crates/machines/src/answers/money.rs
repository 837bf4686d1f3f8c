//! 37/38: charges are paid at the machine (6.3.4).

use service::Error;
use service::cards::password::Presented;
use service::circulation::{self, Pay, PayMethod};
use service::kernel::{Call, IdempotencyKey, Problem};
use sip2::{Message, Part, field, message};

use super::lending::no;
use super::outline::{begun, yuan};
use crate::place::Place;
use crate::session::Session;
use crate::words::{self, Language};

/// Answers 37. A payment with a transaction id (BK) is taken once, however often and wherever it is sent.
pub(super) async fn pay(
    session: &Session,
    place: &Place,
    request: &Message<'_>,
    who: &Presented,
    language: Language,
) -> service::Result<Message<'static>> {
    if !matches!(request.fixed(Part::Currency), None | Some("CNY" | "RMB")) {
        return Ok(no(session, request, words::CURRENCY, language));
    }
    let amount = request
        .filled(field::FEE_AMOUNT)
        .and_then(|text| circulation::fen_of(text).ok())
        .filter(|fen| *fen > 0);
    let Some(amount) = amount else { return Ok(no(session, request, words::WRONG_AMOUNT, language)) };
    let transaction = request.filled(field::TRANSACTION).map(str::to_owned);
    let key = transaction
        .as_ref()
        .and_then(|id| IdempotencyKey::new(&["sip2:", &place.machine.id.to_string(), ":", id].concat()));
    let call = Call { actor: place.machine.actor.clone(), key };
    let wanted =
        Pay { reader: who.reader, charges: Vec::new(), amount: Some(amount), method: PayMethod::Machine };
    let paid =
        session.shared.house.write(call, async move |op| circulation::pay(op, wanted.clone()).await).await;
    let paid = match paid {
        Ok(paid) => paid,
        Err(Error::Invalid(invalid)) => {
            let more = invalid.0.iter().any(|error| error.problem == Problem::MoreThanOwed);
            let said = if more { words::TOO_MUCH } else { words::WRONG_AMOUNT };
            return Ok(no(session, request, said, language));
        }
        Err(Error::KeyReused) => return Ok(no(session, request, words::WRONG_AMOUNT, language)),
        Err(error) => return Err(error),
    };
    Ok(begun(place, message::FEE_PAID_RESPONSE, session.now())
        .flag(Part::PaymentAccepted, true)
        .field(field::PATRON, who.card.number.clone())
        .maybe(field::TRANSACTION, transaction)
        .field(field::SCREEN_MESSAGE, words::PAID.filled(language, &[("amount", &yuan(paid.left))])))
}
