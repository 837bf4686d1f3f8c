//! Opening a card for a person whom the platform verified (6.1.4, A.2.1 b): a document card, in the name of the partner's library.

use serde_json::json;

use super::{caller, online};
use crate::cards::{self, CardKind, OpenCard, Opened};
use crate::kernel::{Actor, Blocker, Error, Invalid, Op, Result, ServiceName};
use crate::libraries::{ServicePointKind, tree};
use crate::partners::{self, Code};
use crate::readers::{DocumentForm, ReaderForm};
use crate::records::{self, NewRecord};

/// A card to open. `Debug` shows nothing of the person.
#[derive(Clone)]
pub struct Open {
    /// The code that the person goes by at the platform.
    pub code: String,
    /// The person.
    pub reader: ReaderForm,
    /// The document that the platform verified.
    pub document: DocumentForm,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Open(…)")
    }
}

/// The partner who calls, in the name of another library under theirs, at its service point on the web.
///
/// # Errors
/// [`Error::NotFound`] when there is no such library, or it has no service point of the kind `online`.
pub async fn at_library(op: &Op, code: &str) -> Result<Actor> {
    caller(op)?;
    let tree = tree(op).await?;
    let found = tree.points_under(op.actor().scope).find(|point| {
        point.kind == ServicePointKind::Online
            && tree.library(point.library).is_some_and(|library| library.code == code.trim())
    });
    let point = found.ok_or(Error::NotFound("library"))?;
    Ok(Actor { library: point.library, service_point: Some(point.id), ..op.actor().clone() })
}

/// Opens a card, and links it with the code.
///
/// # Errors
/// As [`cards::open`]; [`Blocker::CodeOfAnother`] and [`Blocker::OtherCodeLinked`] besides.
pub async fn open(op: &Op, request: Open) -> Result<Opened> {
    op.intend(ServiceName::OpenCard, None);
    let partner = caller(op)?;
    let card = OpenCard {
        kind: CardKind::Document,
        barcode: String::new(),
        channel: None,
        reader: request.reader,
        documents: vec![request.document],
        guardian: None,
        check: online(),
        duplicates_seen: false,
        campaign: None,
    };
    let mut wrong = Invalid::default();
    let Some(code) = Code::checked(&request.code, &mut wrong) else {
        let mut invalid = cards::open_fields(op, &card).await?;
        invalid.0.extend(wrong.0);
        return Err(Error::Invalid(invalid));
    };
    let taken = partners::linked_reader(op, partner, &code).await?;
    let opened = match cards::open(op, card).await {
        Err(Error::Refused(mut blockers)) => {
            let theirs = |blocker: &Blocker| matches!(blocker, Blocker::AlreadyHoldsCard { reader, .. } if Some(*reader) == taken);
            if taken.is_some() && !blockers.iter().any(theirs) {
                blockers.push(Blocker::CodeOfAnother);
            }
            return Err(Error::Refused(blockers));
        }
        other => other?,
    };
    let reader = opened.card.reader;
    if opened.repeated {
        // The same key with another code, or for another library, is another request.
        let same = partners::has_been_linked(op, partner, reader, &code).await?
            && opened.card.issuing_library == op.actor().library;
        return if same { Ok(opened) } else { Err(Error::KeyReused) };
    }
    if partners::link(op, partner, reader, &code).await? {
        let record = NewRecord {
            service: ServiceName::LinkPartner,
            reader,
            card: Some(opened.card.id),
            channel: op.actor().channel,
            check: None,
            detail: json!({ "partner": partner, "part_of": ServiceName::OpenCard.as_str() }),
            digest: Vec::new(),
        };
        records::keep_part(op, record).await?;
    }
    Ok(opened)
}
