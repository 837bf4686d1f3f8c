//! 91/92: is this document taken? 81/82: a card is opened at the machine (A.2.1 c), by the same rules as at any other door.

use documents::IdentityDocument;
use service::Error;
use service::cards::{self, CardKind, CardState, OpenCard, password};
use service::kernel::{Channel, Invalid, age_on, local_date};
use service::readers::{DocumentForm, ReaderForm};
use service::records::{CheckMethod, IdentityCheck};
use sip2::{Message, field, message};

use super::outline::{begun, refusal};
use super::refused;
use crate::place::Place;
use crate::said::of_blocker;
use crate::session::Session;
use crate::words::{self, Language, Text};

/// Who opens a card has not told a language yet.
const LANGUAGE: Language = Language::Hans;

/// Answers 91.
pub(super) async fn check(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    let (house, actor) = (session.shared.house.clone(), place.machine.actor.clone());
    let number = request.filled(field::DOCUMENT_NUMBER).unwrap_or_default().to_owned();
    let told = |taken: bool, said: String| {
        begun(place, message::CHECK_DOCUMENT_RESPONSE, session.now())
            .field(field::DOCUMENT_NUMBER, number.clone())
            .maybe(field::PATRON, request.filled(field::PATRON).map(str::to_owned))
            .field(field::TERMINAL_PASSWORD, if taken { "1" } else { "0" })
            .field(field::SCREEN_MESSAGE, said)
    };
    let answer = |taken: bool, said: Text| told(taken, said.in_language(LANGUAGE).to_owned());
    if number.is_empty() {
        let Some(asked) = request.filled(field::PATRON).map(str::to_owned) else {
            return Ok(answer(true, words::NO_DOCUMENT));
        };
        let found = house.read(actor, async move |op| password::presented(op, &asked).await).await?;
        return Ok(answer(found.is_some(), if found.is_some() { words::NUMBER_TAKEN } else { words::FREE }));
    }
    let today = local_date(session.now());
    let Ok(document) = documents::read_number(&number, None, None, today) else {
        return Ok(answer(true, words::NO_DOCUMENT));
    };
    let age = document.birth_date().map(|birth| age_on(birth, today));
    let of_rules = age.and_then(|age| {
        cards::may_be_opened(CardKind::Document, document.kind(), age, Channel::Machine).into_iter().next()
    });
    let (_, held) = house.read(actor, async move |op| cards::known(op, &[document], None).await).await?;
    Ok(match (held, of_rules) {
        (Some(card), _) if card.state == CardState::Lost => answer(true, words::TAKEN_LOST),
        (Some(_), _) => answer(true, words::TAKEN),
        (None, Some(blocker)) => told(true, of_blocker(&blocker, LANGUAGE)),
        (None, None) => answer(false, words::FREE),
    })
}

/// Answers 81.
pub(super) async fn open(
    session: &mut Session,
    place: &Place,
    request: &Message<'_>,
) -> service::Result<Message<'static>> {
    // Others of its modes renew a card's validity, which our cards don't have.
    if !matches!(request.filled(field::MODE), None | Some("01" | "1")) {
        return Ok(refused(session, request, words::NOT_HERE));
    }
    // Money that a machine took must not be lost: nothing is opened, and the machine gives it back.
    if is_some_money(request) {
        return Ok(refused(session, request, words::NO_DEPOSIT));
    }
    let proposed = request.filled(field::PATRON);
    let Some(number) = request.filled(field::DOCUMENT_NUMBER).or(proposed) else {
        return Ok(refused(session, request, words::NO_DOCUMENT));
    };
    if proposed.is_some_and(|proposed| !proposed.eq_ignore_ascii_case(number)) {
        return Ok(refused(session, request, words::NUMBER_IS_GIVEN));
    }
    let Ok(document) = documents::read_number(number, None, None, local_date(session.now())) else {
        return Ok(refused(session, request, words::NO_DOCUMENT));
    };
    let wanted = wanted(request, &document, number);
    let typed = request.filled(field::PATRON_PASSWORD).unwrap_or_default().to_owned();
    let house = session.shared.house.clone();
    let hash = password::first_hash(&house, &typed).await?;
    let opened = house
        .write(place.machine.actor.clone(), async move |op| {
            let opened = cards::open(op, wanted.clone()).await?;
            let chosen = match &hash {
                Some(hash) => password::choose_first(op, opened.card.id, &typed, hash).await?,
                None => false,
            };
            Ok((opened.card.number, chosen))
        })
        .await;
    let (number, chosen) = match opened {
        Ok(opened) => opened,
        Err(Error::Refused(blockers)) => {
            let said = blockers.first().map(|blocker| of_blocker(blocker, LANGUAGE)).unwrap_or_default();
            return Ok(refusal(request, session.now(), &said));
        }
        Err(Error::Invalid(invalid)) => {
            return Ok(refusal(request, session.now(), &of_fields(&invalid)));
        }
        Err(error) => return Err(error),
    };
    let said = if chosen { words::OPENED_WITH_PASSWORD } else { words::OPENED };
    let said = said.filled(LANGUAGE, &[("number", &number)]);
    Ok(begun(place, message::OPEN_CARD_RESPONSE, session.now())
        .field(field::PATRON, number)
        .maybe(field::PERSONAL_NAME, request.filled(field::PERSONAL_NAME).map(str::to_owned))
        .field(field::DONE, "1")
        .maybe(field::MODE, request.filled(field::MODE).map(str::to_owned))
        .field(field::SCREEN_MESSAGE, said))
}

/// Whether an amount above nothing came along.
fn is_some_money(request: &Message<'_>) -> bool {
    request.filled(field::FEE_AMOUNT).is_some_and(|amount| !amount.trim_matches(['0', '.']).is_empty())
}

/// The request as every other door makes it. What the document's number tells is taken from there: machines send constants.
fn wanted(request: &Message<'_>, document: &IdentityDocument, number: &str) -> OpenCard {
    let given = |code| request.filled(code).unwrap_or_default().to_owned();
    let sex = match (document.sex(), request.filled(field::SEX)) {
        (Some(_), _) => "",
        (None, Some("M" | "m" | "1" | "男")) => "male",
        (None, Some("F" | "f" | "0" | "2" | "女")) => "female",
        (None, _) => "unspecified",
    };
    let birth_date = match document.birth_date() {
        Some(_) => String::new(),
        None => date(request.filled(field::BIRTH_DATE).unwrap_or_default()),
    };
    let phone = request.filled(field::MOBILE).or_else(|| request.filled(field::START_ITEM));
    let paper = DocumentForm {
        kind: document.kind().as_str().to_owned(),
        number: number.to_owned(),
        ..DocumentForm::default()
    };
    OpenCard {
        kind: CardKind::Document,
        barcode: String::new(),
        channel: None,
        reader: ReaderForm {
            name: given(field::PERSONAL_NAME),
            sex: sex.to_owned(),
            birth_date,
            phone: phone.unwrap_or_default().to_owned(),
            email: given(field::EMAIL),
            address: given(field::HOME_ADDRESS),
            workplace: String::new(),
            language: String::new(),
        },
        documents: vec![paper],
        guardian: None,
        check: IdentityCheck::of_the_person(CheckMethod::ReaderDevice),
        duplicates_seen: false,
        campaign: None,
    }
}

/// `19900506` as `1990-05-06`; what is written otherwise stays.
fn date(text: &str) -> String {
    match (text.get(..4), text.get(4..6), text.get(6..)) {
        (Some(year), Some(month), Some(day))
            if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            [year, "-", month, "-", day].concat()
        }
        _ => text.to_owned(),
    }
}

/// Which fields have to be looked at again.
fn of_fields(invalid: &Invalid) -> String {
    let mut fields: Vec<&str> = Vec::new();
    for error in &invalid.0 {
        let name = match error.field {
            "reader.name" => words::FIELD_NAME,
            "reader.sex" => words::FIELD_SEX,
            "reader.birth_date" => words::FIELD_BIRTH,
            "reader.phone" => words::FIELD_PHONE,
            "reader.email" => words::FIELD_EMAIL,
            "reader.address" => words::FIELD_ADDRESS,
            field if field.starts_with("document") => words::FIELD_DOCUMENT,
            _ => words::FIELD_OTHER,
        };
        let name = name.in_language(LANGUAGE);
        if !fields.contains(&name) {
            fields.push(name);
        }
    }
    words::CHECK_FIELDS.filled(LANGUAGE, &[("fields", &fields.join("、"))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2_1_a_birth_date_in_digits_is_a_date() {
        assert_eq!(date("19900506"), "1990-05-06");
        assert_eq!(date("1990-05-06"), "1990-05-06");
        assert_eq!(date("九〇年"), "九〇年");
    }
}
