//! Opening a card (4.1, 6.1.1, 6.1.2, A.1, A.2.1).

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use super::barcode::check_one_card_barcode;
use super::number::new_virtual_number;
use super::rules::may_be_opened;
use super::tables::{card, card_number};
use super::view::registered;
use super::{CardKind, CardState, CardView};
use crate::kernel::{
    Blocker, CardId, Channel, Duplicate, Error, Invalid, Op, Problem, ReaderId, Result, Right, ServiceName,
    age_on, is_blank,
};
use crate::readers::{
    self, ADULT_FROM, DocumentForm, GuardianForm, ReaderForm, ReaderView, check_documents, check_guardian,
    check_reader, recognise,
};
use crate::records::{self, IdentityCheck, NewRecord};

/// What is asked for. Personal data are as entered; the operation checks them.
#[derive(Clone, Debug)]
pub struct OpenCard {
    /// Which kind of card.
    pub kind: CardKind,
    /// The barcode of the One-Card that was just scanned.
    pub barcode: String,
    /// Through which door; none for the one that the actor stands at.
    pub channel: Option<Channel>,
    /// The reader.
    pub reader: ReaderForm,
    /// Their documents: the first is the one the card is opened with.
    pub documents: Vec<DocumentForm>,
    /// The guardian of a reader under 16.
    pub guardian: Option<GuardianForm>,
    /// How identity was checked.
    pub check: IdentityCheck,
    /// Whether readers of the same name and birth date were looked at, or nobody is there to look.
    pub duplicates_seen: bool,
}

/// A card that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The card.
    pub card: CardView,
    /// Its holder, masked.
    pub reader: ReaderView,
    /// Other readers of the same name and birth date: possibly the same person.
    pub possible_duplicates: Vec<ReaderId>,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Opens a card: a document card with a virtual number, or a One-Card with the barcode just scanned.
///
/// # Errors
/// [`Right::OpenCards`] is needed. [`Error::Invalid`] names each field that can't be taken; [`Error::Refused`] each rule that
/// stands against it.
pub async fn open(op: &Op, request: OpenCard) -> Result<Opened> {
    op.intend(ServiceName::OpenCard, None);
    op.require(Right::OpenCards)?;
    let digest = records::digest(op, &canonical(&request))?;
    if let Some(card) =
        records::find_answer(op, ServiceName::OpenCard, &digest).await?.and_then(|found| found.card)
    {
        return opened(op, card, Vec::new(), true).await;
    }
    let actor = op.actor();
    let channel = request.channel.unwrap_or(actor.channel);
    let point = actor.service_point.ok_or(Error::NotFound("service point"))?;
    let today = op.today();

    let mut invalid = Invalid::default();
    if !actor.channel.may_claim(channel) {
        invalid.add("channel", Problem::NotApplicable);
    }
    let given = check_documents(&request.documents, today, &mut invalid);
    let document = given.first().map(|given| &given.document);
    let details = check_reader(&request.reader, document, today, &mut invalid);
    let age = details.as_ref().map(|details| age_on(details.birth_date, today));
    // A self-service door sends the minor to the desk; it has nothing to say about the guardian.
    let is_minor = age.is_some_and(|age| age < ADULT_FROM);
    let guardian = match &request.guardian {
        Some(form) if is_minor => check_guardian(form, document, today, &mut invalid),
        None if is_minor && channel.is_staffed() => {
            invalid.add("guardian.name", Problem::Missing);
            None
        }
        _ => None,
    };
    readers::check_newcomer(op, channel, &request.check, document, &mut invalid);
    let barcode = check_barcode(op, &request, &mut invalid).await?;
    invalid.into_result()?;
    let (Some(details), Some(age), Some(document)) = (details, age, document) else {
        return Err(Error::internal("a checked request without its parts"));
    };

    let known =
        recognise(op, given.iter().map(|given| &given.document), Some((&details.name, details.birth_date)))
            .await?;
    let mut blockers = may_be_opened(request.kind, document.kind(), age, channel);
    let mut reader = None;
    match known.exact.as_slice() {
        [] if !known.possible.is_empty() && !request.duplicates_seen => {
            let duplicates = known.possible.iter().map(|reader| Duplicate { reader: *reader }).collect();
            blockers.push(Blocker::PossibleDuplicate(duplicates));
        }
        [] => {}
        exact => {
            let held = super::current_cards(op, exact).await?;
            blockers.extend(held.into_values().filter(|card| card.state.is_live()).map(already_holds));
            if exact.len() > 1 {
                blockers.push(Blocker::DocumentsOfTwoReaders);
            }
            reader = exact.first().copied();
        }
    }
    if let Some(barcode) = &barcode
        && registered(op, barcode).await?.is_some()
    {
        blockers.push(Blocker::BarcodeInUse);
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }

    let (reader, document) = readers::register(op, reader, &details, &given).await?;
    let guardian = match &guardian {
        Some(guardian) => Some(readers::add_guardian(op, reader, guardian).await?),
        None => None,
    };
    let number = match barcode {
        Some(barcode) => barcode,
        None => free_virtual_number(op).await?,
    };
    let id: CardId = op.new_id()?;
    let row = card::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        kind: Set(request.kind.as_str().to_owned()),
        number: Set(number.clone()),
        state: Set(CardState::Active.as_str().to_owned()),
        state_since: Set(op.now()),
        document_id: Set(document),
        guardian_id: Set(guardian),
        issuing_library_id: Set(actor.library),
        service_point_id: Set(point),
        channel: Set(channel.as_str().to_owned()),
        opened_at: Set(op.now()),
        password_hash: Set(None),
        replaced_by: Set(None),
        version: Set(1),
        password_changed_at: Set(None),
        lost_by: Set(None),
        confirm_loss_by: Set(None),
        cancel_reason: Set(None),
        was_lost: Set(false),
    };
    card::Entity::insert(row).exec_without_returning(op.db()).await?;
    let entry = card_number::ActiveModel { number: Set(number), card_id: Set(id), reader_id: Set(reader) };
    card_number::Entity::insert(entry).exec_without_returning(op.db()).await?;
    let record = NewRecord {
        service: ServiceName::OpenCard,
        reader,
        card: Some(id),
        channel,
        check: Some(&request.check),
        detail: json!({ "kind": request.kind.as_str(), "duplicates_seen": !known.possible.is_empty() }),
        digest,
    };
    records::keep(op, record).await?;
    opened(op, id, known.possible, false).await
}

async fn opened(op: &Op, card: CardId, possible_duplicates: Vec<ReaderId>, repeated: bool) -> Result<Opened> {
    let row = card::Entity::find_by_id(card).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    let card = CardView::from_row(&row)?;
    let reader = readers::views(op, &[card.reader]).await?.remove(&card.reader);
    let reader = reader.ok_or(Error::NotFound("reader"))?;
    Ok(Opened { card, reader, possible_duplicates, repeated })
}

pub(super) fn already_holds(card: CardView) -> Blocker {
    Blocker::AlreadyHoldsCard {
        reader: card.reader,
        card: card.id,
        kind: card.kind,
        state: card.state,
        issuing_library: card.issuing_library,
        opened_at: card.opened_at,
    }
}

async fn check_barcode(op: &Op, request: &OpenCard, invalid: &mut Invalid) -> Result<Option<String>> {
    match request.kind {
        CardKind::Document if is_blank(&request.barcode) => Ok(None),
        CardKind::Document => {
            invalid.add("barcode", Problem::NotApplicable);
            Ok(None)
        }
        CardKind::OneCard => check_one_card_barcode(op, &request.barcode, invalid).await,
    }
}

pub(super) async fn free_virtual_number(op: &Op) -> Result<String> {
    // With 10¹¹ numbers the first is free unless something is wrong with the randomness.
    for _ in 0..20 {
        let number = new_virtual_number()?;
        if registered(op, &number).await?.is_none() {
            return Ok(number);
        }
    }
    Err(Error::internal("no free virtual number in 20 tries"))
}

/// The request, the same for the same request: its keyed digest tells a repeated call from another.
fn canonical(request: &OpenCard) -> impl Serialize {
    #[derive(Serialize)]
    struct Canonical<'a> {
        kind: &'a str,
        barcode: &'a str,
        channel: Option<&'a str>,
        reader: &'a ReaderForm,
        documents: &'a [DocumentForm],
        guardian: Option<&'a GuardianForm>,
        method: &'a str,
        agent: Option<&'a records::Person>,
        principal: Option<&'a records::Person>,
    }
    Canonical {
        kind: request.kind.as_str(),
        barcode: &request.barcode,
        channel: request.channel.map(Channel::as_str),
        reader: &request.reader,
        documents: &request.documents,
        guardian: request.guardian.as_ref(),
        method: request.check.method.as_str(),
        agent: request.check.agent.as_ref(),
        principal: request.check.principal.as_ref(),
    }
}
