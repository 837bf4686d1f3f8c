//! The document is read (6.1.1.1). Who holds a card, is under 16, or has to be looked at is told so before they are asked for more.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::place::token_of_actor;
use super::refer::{Reason, end_with, numbered};
use super::visit::{Content, Stage, keep, keep_end, standing};
use crate::Service;
use crate::cards::{self, CardKind, Newcomer, OpenCard, Stands, stands_against_opening};
use crate::kernel::throttle::{Subject, count, refuse_while};
use crate::kernel::{Actor, Blocker, Error, Invalid, Op, Problem, Result, ServiceName, age_on};
use crate::readers::{self, DocumentForm, ReaderForm};
use crate::records::{CheckMethod, IdentityCheck};

/// What a chip said of its holder. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The name.
    pub name: String,
    /// A word of [`readers::Sex`], or nothing.
    pub sex: String,
    /// `YYYY-MM-DD`, or nothing.
    pub birth_date: String,
    /// The address, or nothing.
    pub address: String,
    /// The document, and others that are named on it.
    pub documents: Vec<DocumentForm>,
    /// Whether the chip says otherwise than the number on it.
    pub differs: bool,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(…)")
    }
}

impl Shown {
    /// The kind of the document that was read.
    #[must_use]
    pub fn document(&self) -> Option<String> {
        self.documents.first().map(|document| document.kind.clone())
    }

    /// The request that opens a card for them; they are told things in the language that they chose.
    pub(super) fn request(&self, phone: &str, language: &str) -> OpenCard {
        OpenCard {
            kind: CardKind::Document,
            barcode: String::new(),
            channel: None,
            reader: ReaderForm {
                name: self.name.clone(),
                sex: if self.sex.is_empty() { "unspecified".to_owned() } else { self.sex.clone() },
                birth_date: self.birth_date.clone(),
                phone: phone.to_owned(),
                address: self.address.clone(),
                language: language.to_owned(),
                ..ReaderForm::default()
            },
            documents: self.documents.clone(),
            guardian: None,
            check: IdentityCheck::of_the_person(CheckMethod::ReaderDevice),
            duplicates_seen: false,
            campaign: None,
        }
    }
}

/// Takes what was read. Where that is the end, the visit says how; the refusal is recorded as any other.
///
/// # Errors
/// [`crate::kernel::Right::RunKiosk`] is needed; [`Error::NotFound`] when nobody stands there; [`Error::Stale`] when they are elsewhere;
/// [`Error::TooManyTries`] when the kiosk reads more than people can hold to it.
pub async fn read(house: &Service, actor: &Actor, secret: &str, shown: Shown) -> Result<()> {
    let token = token_of_actor(actor)?.to_string();
    let counted = async move |op: &Op| count(op, Subject::Kiosk(&token)).await;
    refuse_while(house.write(actor.clone(), counted).await?)?;
    let (held, document) = (secret.to_owned(), shown.document());
    match house.write(actor.clone(), async move |op| take(op, &held, &shown).await).await {
        Err(Error::Refused(blockers)) => end_with(house, actor, secret, blockers, document).await,
        taken => taken,
    }
}

async fn take(op: &Op, secret: &str, shown: &Shown) -> Result<()> {
    op.intend(ServiceName::OpenCard, None);
    let visit = standing(op, secret).await?;
    visit.at(Stage::Document)?;
    if let Some(reason) = unfit(op, shown).await? {
        let end = numbered(op, reason, shown.document()).await?;
        return keep_end(op, &visit, end).await;
    }
    let stands = stands(op, shown).await?;
    if !stands.against.is_empty() {
        return Err(Error::Refused(stands.against));
    }
    keep(op, &visit, &Content { shown: Some(shown.clone()), ..Content::default() }).await
}

/// Why a document opens nothing here whoever holds it; none where it may.
async fn unfit(op: &Op, shown: &Shown) -> Result<Option<Reason>> {
    // The phone is not told yet.
    let mut invalid = cards::open_fields(op, &shown.request("", "")).await?;
    invalid.0.retain(|error| error.field != "reader.phone");
    Ok(match invalid.0.as_slice() {
        [] if shown.differs => Some(Reason::Unclear),
        [] => None,
        [expired] if expired.problem == Problem::Expired => Some(Reason::Expired),
        _ => Some(Reason::Unclear),
    })
}

/// What stands against a card for who shows this. Whose record is known, without a card that works, is looked at by staff: whoever
/// holds a document that was found must not write their own phone number into it.
pub(super) async fn stands(op: &Op, shown: &Shown) -> Result<Stands> {
    let today = op.today();
    let given = readers::check_documents(&shown.documents, today, &mut Invalid::default());
    let told = given.first().and_then(|given| given.document.birth_date());
    let birth_date: NaiveDate = told
        .or_else(|| shown.birth_date.parse().ok())
        .ok_or_else(|| Error::internal("a checked document without a birth date"))?;
    let newcomer = Newcomer {
        kind: CardKind::Document,
        channel: op.actor().channel,
        given: &given,
        name: &shown.name,
        birth_date,
        age: age_on(birth_date, today),
        duplicates_seen: false,
    };
    let mut stands = stands_against_opening(op, &newcomer).await?;
    if stands.against.is_empty() && stands.reader.is_some() {
        stands.against.push(Blocker::AtDeskOnly);
    }
    Ok(stands)
}
