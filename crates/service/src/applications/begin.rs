//! Beginning an application: consent, particulars, and a code to the phone. Nothing depends on whether the document is known already.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::codes;
use super::content::{Content, Particulars, checked};
use super::limits::{ADDRESS_HOUR, ADDRESS_MINUTE, ALL_MINUTE, PHONE_DAY, PHONE_HOUR, network};
use super::places::{Place, place};
use super::state::State;
use super::tables::application;
use crate::Service;
use crate::kernel::throttle::refuse_while;
use crate::kernel::{Actor, ApplicationId, Invalid, LibraryId, Op, Problem, Result, pace, random_bytes};
use crate::outbox::{self, Contacts, Template};

/// The version of the privacy notice that applicants agree to; counted on whenever its text says something else.
pub const PRIVACY_NOTICE: &str = "2026-11";

/// For how long the browser that applies is known without another code.
pub(super) const AT_HAND: TimeDelta = TimeDelta::minutes(60);

/// An application to begin.
#[derive(Clone, Debug)]
pub struct Begin {
    /// The library that is to open the card.
    pub library: LibraryId,
    /// The version of the privacy notice that the applicant agreed to; nothing where they did not.
    pub consent: String,
    /// The language that they are told things in: `zh-Hans`, `zh-Hant` or `en`.
    pub language: String,
    /// Who they are.
    pub particulars: Particulars,
    /// The code of the campaign that led them here, or nothing (6.5).
    pub campaign: String,
}

/// Begins an application, and sends a code to its phone. Gives the token that the browser is known by; the database holds its keyed hash.
///
/// # Errors
/// [`crate::Error::Invalid`] names each field that can't be taken; [`crate::Error::Refused`] says who goes to a desk instead (Table A1);
/// [`crate::Error::TooManyTries`] in how many seconds to come back; [`crate::Error::NotFound`] when the library opens no cards on the web.
pub async fn begin(house: &Service, request: Begin, address: &str) -> Result<String> {
    let (place, content, phone_key) = {
        let request = request.clone();
        house
            .read(Actor::nobody(), async move |op| {
                let place = place(op, request.library).await?;
                let mut invalid = Invalid::default();
                if request.consent != PRIVACY_NOTICE {
                    invalid.add("consent", Problem::ConsentMissing);
                }
                let mut content = checked(op, &request.particulars, invalid)?;
                content.campaign = request.campaign.chars().take(20).collect();
                let phone_key = subject(&content.phone_key(op));
                Ok((place, content, phone_key))
            })
            .await?
    };
    let network = network(address);
    let wait = house
        .write(Actor::nobody(), async move |op| {
            let paces = [
                (ADDRESS_MINUTE, network.as_str()),
                (ADDRESS_HOUR, network.as_str()),
                (PHONE_HOUR, phone_key.as_str()),
                (PHONE_DAY, phone_key.as_str()),
                (ALL_MINUTE, ""),
            ];
            pace::count(op, &paces).await
        })
        .await?;
    refuse_while(wait)?;
    let language = request.language;
    house.write(place.applicant(), async move |op| write(op, &place, &content, &language).await).await
}

/// Hexadecimal digits of a key, as what something is counted for.
pub(super) fn subject(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn write(op: &Op, place: &Place, content: &Content, language: &str) -> Result<String> {
    let id: ApplicationId = op.new_id()?;
    let token = new_token()?;
    let row = application::ActiveModel {
        id: Set(id),
        number: Set(new_number()?),
        state: Set(State::Draft.as_str().to_owned()),
        library_id: Set(place.library.id),
        service_point_id: Set(place.point),
        language: Set(language.to_owned()),
        consent: Set(PRIVACY_NOTICE.to_owned()),
        content: Set(Some(content.seal(op, id)?)),
        document_key: Set(Some(content.document_key(op)?)),
        phone_key: Set(Some(content.phone_key(op))),
        phone_proven_at: Set(None),
        token_key: Set(Some(token_key(op, &token))),
        token_until: Set(Some(op.now() + AT_HAND)),
        verdict: Set(None),
        verdict_reference: Set(None),
        reason: Set(None),
        note: Set(None),
        internal_note: Set(None),
        reader_id: Set(None),
        card_id: Set(None),
        created_at: Set(op.now()),
        sent_at: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
    };
    application::Entity::insert(row).exec_without_returning(op.db()).await?;
    send_code(op, id, content, language).await?;
    Ok(token)
}

/// Sends a code to the phone of an application.
pub(super) async fn send_code(
    op: &Op,
    id: ApplicationId,
    content: &Content,
    language: &str,
) -> Result<crate::kernel::CodeId> {
    let (code_id, code) = codes::make(op, Some(id)).await?;
    let words = [("code", code)];
    let contacts = contacts(content, language);
    outbox::queue_to_applicant(op, id, Template::CodeForApplication, &words, &contacts).await?;
    Ok(code_id)
}

/// Where an applicant is reached: by SMS, at the phone that they gave.
pub(super) fn contacts(content: &Content, language: &str) -> Contacts {
    Contacts {
        name: content.name.clone(),
        phone: content.phone.clone(),
        email: None,
        language: language.to_owned(),
    }
}

/// 64 random hexadecimal digits.
pub(super) fn new_token() -> Result<String> {
    Ok(subject(&random_bytes::<32>()?))
}

/// What a browser's token is known by.
pub(super) fn token_key(op: &Op, token: &str) -> Vec<u8> {
    op.keys().lookup("application token", token)
}

/// Ten random digits, the first of them not 0. Two of one number are one in some billions; the database refuses the second.
fn new_number() -> Result<String> {
    let random = u64::from_be_bytes(random_bytes()?);
    Ok((1_000_000_000 + random % 9_000_000_000).to_string())
}
