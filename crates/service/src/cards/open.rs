//! Opening a card (4.1, 6.1.1, 6.1.2, A.1, A.2.1).

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use super::barcode::check_one_card_barcode;
use super::newcomer::{Newcomer, Stands, stands_against_opening};
use super::number::new_virtual_number;
use super::set_aside::is_set_aside;
use super::tables::{card, card_number};
use super::view::{barcode_taken, registered};
use super::{CardKind, CardState, CardView};
use crate::kernel::{
    Blocker, CardId, Channel, Error, Invalid, Op, Problem, ReaderId, Result, Right, ServiceName, is_blank,
};
use crate::outbox::Template;
use crate::partners::Event;
use crate::readers::{
    self, ADULT_FROM, Changed, Details, DocumentForm, Given, GuardianForm, GuardianGiven, ReaderForm,
    ReaderView, Registered, Warning, age_told, check_documents, check_guardian, check_reader,
};
use crate::records::{self, IdentityCheck, NewRecord};
use crate::stock;

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
    /// Whether those who may be the same person were looked at, and are not.
    pub duplicates_seen: bool,
}

/// A card that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The card.
    pub card: CardView,
    /// Its holder, masked.
    pub reader: ReaderView,
    /// Other readers who may be the same person.
    pub possible_duplicates: Vec<ReaderId>,
    /// What is odd about documents and data: somebody should look at it twice.
    pub warnings: Vec<Warning>,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Opens a card: a document card with a virtual number, or a One-Card with the barcode just scanned.
///
/// # Errors
/// [`Right::OpenCards`] is needed. [`Error::Invalid`] names each field that can't be taken; [`Error::Refused`] each rule that
/// stands against it.
pub async fn open(op: &Op, request: OpenCard) -> Result<Opened> {
    open_noting(op, request, None, None).await
}

/// The same with a virtual number that was set aside: where the card is handed out without network, and where that is handed in (6.5).
/// A One-Card has its barcode.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_with_number(op: &Op, request: OpenCard, number: String) -> Result<Opened> {
    open_noting(op, request, None, Some(number)).await
}

/// The same for who agreed to this version of the privacy notice at a door without staff; the record says so (5.3).
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_with_consent(op: &Op, request: OpenCard, notice: &str) -> Result<Opened> {
    open_noting(op, request, Some(notice), None).await
}

async fn open_noting(
    op: &Op,
    request: OpenCard,
    consent: Option<&str>,
    number: Option<String>,
) -> Result<Opened> {
    op.intend(ServiceName::OpenCard, None);
    op.require(Right::OpenCards)?;
    let digest = records::digest(op, &canonical(&request))?;
    if let Some(card) =
        records::find_answer(op, ServiceName::OpenCard, &digest).await?.and_then(|found| found.card)
    {
        let given = check_documents(&request.documents, op.today(), &mut Invalid::default());
        return opened(op, card, Vec::new(), readers::warnings(&request.reader, &given), true).await;
    }
    let actor = op.actor();
    let point = actor.service_point.ok_or(Error::NotFound("service point"))?;

    let mut invalid = Invalid::default();
    let checked = check(op, &request, &mut invalid).await?;
    invalid.into_result()?;
    let checked = checked.ok_or_else(|| Error::internal("a checked request without its parts"))?;
    let Stands { against: blockers, reader, possible } = against(op, &request, &checked).await?;
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let Checked { channel, details, given, guardian, barcode, .. } = checked;
    let warnings = readers::warnings(&request.reader, &given);

    let Registered { reader, document, changed } = readers::register(op, reader, &details, &given).await?;
    let guardian = match &guardian {
        Some(guardian) => Some(readers::sign_as_guardian(op, reader, guardian).await?),
        None => None,
    };
    let number = match (barcode, number) {
        (Some(barcode), _) => barcode,
        (None, Some(number)) => number,
        (None, None) => free_virtual_number(op).await?,
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
    let entry =
        card_number::ActiveModel { number: Set(number.clone()), card_id: Set(id), reader_id: Set(reader) };
    card_number::Entity::insert(entry).exec_without_returning(op.db()).await?;
    if request.kind == CardKind::OneCard {
        stock::use_up(op, std::slice::from_ref(&number)).await?;
    }
    let record = NewRecord {
        service: ServiceName::OpenCard,
        reader,
        card: Some(id),
        channel,
        check: Some(&request.check),
        detail: detail(&request, &possible, changed.as_ref(), consent),
        digest,
    };
    let record = records::keep(op, record).await?;
    if let Some(Changed { version, before }) = &changed {
        readers::keep_old_values(op, reader, record, *version, before).await?;
    }
    super::change::tell_partners(op, Event::Opened, reader, id).await?;
    let words = [("number", number)];
    readers::tell(op, reader, record, Template::CardOpened, &words, Some(&request.check)).await?;
    opened(op, id, possible, warnings, false).await
}

fn detail(
    request: &OpenCard,
    possible: &[ReaderId],
    changed: Option<&Changed>,
    consent: Option<&str>,
) -> serde_json::Value {
    let mut detail = json!({ "kind": request.kind.as_str(), "duplicates_seen": !possible.is_empty() });
    let fields: Vec<&str> =
        changed.iter().flat_map(|changed| &changed.before).map(|before| before.field).collect();
    if let Some(detail) = detail.as_object_mut() {
        if !fields.is_empty() {
            detail.insert("fields".to_owned(), json!(fields));
        }
        if let Some(notice) = consent {
            detail.insert("privacy_notice".to_owned(), json!(notice));
        }
    }
    detail
}

/// What of a request can't be taken, for a face that can't take something of it either and wants to tell all at once. Nothing is
/// written.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn open_fields(op: &Op, request: &OpenCard) -> Result<Invalid> {
    op.require(Right::OpenCards)?;
    let mut invalid = Invalid::default();
    check(op, request, &mut invalid).await?;
    Ok(invalid)
}

/// A request whose fields are right.
struct Checked {
    channel: Channel,
    details: Details,
    age: i32,
    /// One at least.
    given: Vec<Given>,
    guardian: Option<GuardianGiven>,
    barcode: Option<String>,
}

/// What stands against opening this card, for whoever has to decide whether it is opened; nothing is written.
///
/// # Errors
/// [`Right::OpenCards`] is needed; [`Error::Invalid`] names each field that can't be taken.
pub async fn against_opening(op: &Op, request: &OpenCard) -> Result<Vec<Blocker>> {
    op.require(Right::OpenCards)?;
    let mut invalid = Invalid::default();
    let checked = check(op, request, &mut invalid).await?;
    invalid.into_result()?;
    let checked = checked.ok_or_else(|| Error::internal("a checked request without its parts"))?;
    Ok(against(op, request, &checked).await?.against)
}

/// What stands against a request, and whom it is for.
async fn against(op: &Op, request: &OpenCard, checked: &Checked) -> Result<Stands> {
    let Checked { channel, details, age, given, guardian, barcode } = checked;
    let newcomer = Newcomer {
        kind: request.kind,
        channel: *channel,
        given,
        name: &details.name,
        birth_date: details.birth_date,
        age: *age,
        duplicates_seen: request.duplicates_seen,
    };
    let mut stands = stands_against_opening(op, &newcomer).await?;
    if let Some(barcode) = barcode {
        stands.against.extend(barcode_taken(op, barcode, stands.reader).await?);
    }
    if let (Some(reader), Some(guardian)) = (stands.reader, guardian)
        && readers::has_another_guardian(op, reader, guardian).await?
    {
        stands.against.push(Blocker::NotTheGuardian);
    }
    Ok(stands)
}

async fn check(op: &Op, request: &OpenCard, invalid: &mut Invalid) -> Result<Option<Checked>> {
    let today = op.today();
    let channel = request.channel.unwrap_or(op.actor().channel);
    if !op.actor().channel.may_claim(channel) {
        invalid.add("channel", Problem::NotApplicable);
    }
    let given = check_documents(&request.documents, today, invalid);
    let document = given.first().map(|given| &given.document);
    let details = check_reader(&request.reader, document, today, invalid);
    // A self-service door sends the minor to the desk; it has nothing to say about the guardian.
    let age = age_told(&request.reader, document, today);
    let guardian = match &request.guardian {
        _ if age.is_none_or(|age| age >= ADULT_FROM) => None,
        Some(form) => check_guardian(form, document, today, invalid),
        None if channel.is_staffed() => check_guardian(&GuardianForm::default(), document, today, invalid),
        None => None,
    };
    readers::check_newcomer(op, channel, &request.check, document, invalid);
    let barcode = check_barcode(op, request, invalid).await?;
    Ok(match (details, age) {
        (Some(details), Some(age)) if !given.is_empty() => {
            Some(Checked { channel, details, age, given, guardian, barcode })
        }
        _ => None,
    })
}

async fn opened(
    op: &Op,
    card: CardId,
    possible_duplicates: Vec<ReaderId>,
    warnings: Vec<Warning>,
    repeated: bool,
) -> Result<Opened> {
    let row = card::Entity::find_by_id(card).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    let card = CardView::from_row(&row)?;
    let reader = readers::views(op, &[card.reader]).await?.remove(&card.reader);
    let reader = reader.ok_or(Error::NotFound("reader"))?;
    Ok(Opened { card, reader, possible_duplicates, warnings, repeated })
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
        if registered(op, &number).await?.is_none() && !is_set_aside(op, &number).await? {
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
