//! Opening a card (4.1, 6.1.1, 6.1.2, A.1, A.2.1).

use sea_orm::EntityTrait;
use serde::Serialize;

use super::newcomer::Stands;
use super::opening::{Barcodes, Checked, Looked, Made, Ready, against, check, write};
use super::tables::card;
use super::{CardKind, CardView};
use crate::kernel::{Blocker, CardId, Channel, Error, Invalid, Op, ReaderId, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::readers::{self, DocumentForm, GuardianForm, ReaderForm, ReaderView, Warning, check_documents};
use crate::records::{self, IdentityCheck};

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
    /// The code of the campaign that the reader came by (6.5); none for that of the service point, an empty one for no campaign.
    pub campaign: Option<String>,
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
    open_noting(op, request, None).await
}

/// The same for who agreed to this version of the privacy notice at a door without staff; the record says so (5.3).
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_with_consent(op: &Op, request: OpenCard, notice: &str) -> Result<Opened> {
    open_noting(op, request, Some(notice)).await
}

async fn open_noting(op: &Op, request: OpenCard, consent: Option<&str>) -> Result<Opened> {
    op.intend(ServiceName::OpenCard, None);
    op.require(Right::OpenCards)?;
    let digest = digest_of(op, &request)?;
    if let Some(card) =
        records::find_answer(op, ServiceName::OpenCard, &digest).await?.and_then(|found| found.card)
    {
        let given = check_documents(&request.documents, op.today(), &mut Invalid::default());
        return opened(op, card, Vec::new(), readers::warnings(&request.reader, &given), true).await;
    }
    let checked = check_one(op, &request).await?.into_result()?;
    let stands = against_one(op, &request, &checked).await?;
    if !stands.against.is_empty() {
        return Err(Error::Refused(stands.against));
    }
    let warnings = readers::warnings(&request.reader, &checked.given);
    let possible = stands.possible.clone();
    let ready = Ready { request: &request, checked, stands, digest, notice: consent };
    let made = write(op, vec![ready]).await?.pop();
    let Made { card, reader, record, number } =
        made.ok_or_else(|| Error::internal("an opening without card"))?;
    let words = [("number", number)];
    readers::tell(op, reader, record, Template::CardOpened, &words, Some(&request.check)).await?;
    opened(op, card, possible, warnings, false).await
}

/// What of a request can't be taken, for a face that can't take something of it either and wants to tell all at once. Nothing is
/// written.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn open_fields(op: &Op, request: &OpenCard) -> Result<Invalid> {
    op.require(Right::OpenCards)?;
    Ok(check_one(op, request).await?.invalid)
}

/// What stands against opening this card, for whoever has to decide whether it is opened; nothing is written.
///
/// # Errors
/// [`Right::OpenCards`] is needed; [`Error::Invalid`] names each field that can't be taken.
pub async fn against_opening(op: &Op, request: &OpenCard) -> Result<Vec<Blocker>> {
    op.require(Right::OpenCards)?;
    let checked = check_one(op, request).await?.into_result()?;
    Ok(against_one(op, request, &checked).await?.against)
}

async fn check_one(op: &Op, request: &OpenCard) -> Result<Looked> {
    let looked = check(op, std::slice::from_ref(request), Barcodes::Scanned).await?.pop();
    looked.ok_or_else(|| Error::internal("a request that was not looked at"))
}

async fn against_one(op: &Op, request: &OpenCard, checked: &Checked) -> Result<Stands> {
    let stands = against(op, &[(request, checked)]).await?.pop();
    stands.ok_or_else(|| Error::internal("a request without an answer"))
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

/// The keyed digest of a request: it tells a repeated call from another.
pub(super) fn digest_of(op: &Op, request: &OpenCard) -> Result<Vec<u8>> {
    records::digest(op, &canonical(request))
}

/// The request, the same for the same request.
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
        #[serde(skip_serializing_if = "Option::is_none")]
        campaign: Option<&'a str>,
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
        campaign: request.campaign.as_deref(),
    }
}
