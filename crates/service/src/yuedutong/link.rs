//! Linking a card there is with the code that its holder goes by at the platform, and unlinking it (6.1.4.1).

use documents::IdentityDocument;
use serde_json::json;

use super::{caller, checked, online};
use crate::cards::{self, CardView};
use crate::kernel::{Error, Invalid, Op, PartnerId, ReaderId, RecordId, Result, ServiceName, local_moment};
use crate::libraries;
use crate::outbox::Template;
use crate::partners::{self, Code};
use crate::readers::{self, DocumentForm, check_documents, recognise};
use crate::records::{self, NewRecord};

/// A card to link. `Debug` shows nothing of the person.
#[derive(Clone)]
pub struct Link {
    /// The code that the person goes by at the platform.
    pub code: String,
    /// Their name, as the platform verified it.
    pub name: String,
    /// Their birth date, `YYYY-MM-DD`; may be left out when the document's number holds it.
    pub birth_date: String,
    /// The document that the platform verified.
    pub document: DocumentForm,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link(…)")
    }
}

/// A card that goes with a code.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The card that counts.
    pub card: CardView,
    /// Whether it went with this code before.
    pub repeated: bool,
}

/// Links the card of a person with their code. Who is not known by document, name and birth date is not found, and nothing tells
/// which of them was wrong.
///
/// # Errors
/// [`Error::NotFound`] when nobody fits, or holds no card that is live; [`crate::kernel::Blocker::CodeOfAnother`] and
/// [`crate::kernel::Blocker::OtherCodeLinked`]; [`Error::Invalid`] names what can't be taken.
pub async fn link(op: &Op, request: Link) -> Result<Linked> {
    op.intend(ServiceName::LinkPartner, None);
    let partner = caller(op)?;
    let mut invalid = Invalid::default();
    let code = Code::checked(&request.code, &mut invalid);
    let given = check_documents(std::slice::from_ref(&request.document), op.today(), &mut invalid);
    let document = given.first().map(|given| &given.document);
    let birth = readers::birth_date_told(&request.birth_date, document, op.today(), &mut invalid);
    let name = request.name.trim();
    if name.is_empty() {
        invalid.add("name", crate::kernel::Problem::Missing);
    }
    invalid.into_result()?;
    let (Some(code), Some(document), Some(birth)) = (code, document, birth) else {
        return Err(Error::internal("a checked request without its parts"));
    };
    let reader = known(op, document, name, birth).await?;
    op.intend(ServiceName::LinkPartner, Some(reader));
    let digest = records::digest(op, &("link", &request.code.trim(), &request.document, name, birth))?;
    let repeated = records::find_answer(op, ServiceName::LinkPartner, &digest).await?.is_some();
    let card = cards::live_card(op, reader).await?;
    if repeated {
        let card = match card {
            Some(card) => card,
            None => cards::current_card(op, reader).await?.ok_or(Error::NotFound("card"))?,
        };
        return Ok(Linked { card, repeated });
    }
    let card = card.ok_or(Error::NotFound("card"))?;
    let is_new = partners::link(op, partner, reader, &code).await?;
    let record = NewRecord {
        service: ServiceName::LinkPartner,
        reader,
        card: Some(card.id),
        channel: op.actor().channel,
        check: Some(&online()),
        detail: json!({ "partner": partner }),
        digest,
    };
    let record = records::keep(op, record).await?;
    if is_new {
        tell(op, partner, reader, record, Template::PartnerLinked).await?;
    }
    Ok(Linked { card, repeated: !is_new })
}

async fn known(
    op: &Op,
    document: &IdentityDocument,
    name: &str,
    birth: chrono::NaiveDate,
) -> Result<ReaderId> {
    let found = recognise(op, [document], Some((name, birth))).await?;
    match found.exact.as_slice() {
        [reader] if readers::is_called(op, *reader, name, birth).await? => Ok(*reader),
        _ => Err(Error::NotFound("reader")),
    }
}

/// The code leads to nobody from now on, and the platform is told nothing more of its reader. The card stays as it is.
///
/// # Errors
/// [`Error::NotFound`] when the code leads to nobody.
pub async fn unlink(op: &Op, code: &str) -> Result<()> {
    op.intend(ServiceName::UnlinkPartner, None);
    let partner = caller(op)?;
    let code_given = checked(code)?;
    let digest = records::digest(op, &("unlink", code.trim()))?;
    if records::find_answer(op, ServiceName::UnlinkPartner, &digest).await?.is_some() {
        return Ok(());
    }
    let reader = partners::end_link(op, partner, &code_given).await?.ok_or(Error::NotFound("code"))?;
    op.intend(ServiceName::UnlinkPartner, Some(reader));
    let record = NewRecord {
        service: ServiceName::UnlinkPartner,
        reader,
        card: None,
        channel: op.actor().channel,
        check: None,
        detail: json!({ "partner": partner }),
        digest,
    };
    let record = records::keep(op, record).await?;
    tell(op, partner, reader, record, Template::PartnerUnlinked).await
}

/// Tells the reader where their card is known from now on, or not any more: whoever did not want that hears of it.
async fn tell(
    op: &Op,
    partner: PartnerId,
    reader: ReaderId,
    record: RecordId,
    template: Template,
) -> Result<()> {
    let tree = libraries::tree(op).await?;
    let library = tree.library(op.actor().library).map(|library| library.name.clone()).unwrap_or_default();
    let platform = partners::name_of(op, partner).await?;
    let words = [("platform", platform), ("library", library), ("time", local_moment(op.now()))];
    readers::tell(op, reader, record, template, &words, None).await
}
