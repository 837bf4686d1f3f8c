//! What an applicant tells of themselves: as entered, and sealed once it is checked.

use std::fmt;

use documents::{DocumentKind, IdentityDocument};
use serde::{Deserialize, Serialize};

use super::tables::application;
use crate::cards::{self, CardKind, OpenCard, may_be_opened};
use crate::kernel::{ApplicationId, Blocker, Channel, Error, Invalid, Op, Problem, Result, Sealed};
use crate::readers::{self, ADULT_FROM, DocumentForm, ReaderForm, age_told, check_documents, check_reader};
use crate::records::{CheckMethod, IdentityCheck};

/// What an applicant enters. `Debug` shows none of it.
#[derive(Clone, Default)]
pub struct Particulars {
    /// The kind of document: a word of [`DocumentKind`].
    pub kind: String,
    /// Its number.
    pub number: String,
    /// The name on it.
    pub name: String,
    /// `YYYY-MM-DD`; nothing where the number holds it.
    pub birth_date: String,
    /// The phone that is to be proven.
    pub phone: String,
}

impl fmt::Debug for Particulars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Particulars(…)")
    }
}

/// The kinds of document that open a card on the web: those that are the card itself (Table A1).
pub fn kinds() -> impl Iterator<Item = DocumentKind> {
    DocumentKind::ALL
        .into_iter()
        .filter(|kind| may_be_opened(CardKind::Document, *kind, ADULT_FROM, Channel::Online).is_empty())
}

/// What is kept, sealed, until the application is forgotten. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub kind: String,
    pub number: String,
    pub name: String,
    pub birth_date: String,
    pub sex: String,
    pub phone: String,
    /// The code of the campaign that led here, or nothing.
    #[serde(default)]
    pub campaign: String,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content(…)")
    }
}

const PLACE: &str = "applications.content";

impl Content {
    pub fn seal(&self, op: &Op, id: ApplicationId) -> Result<Sealed> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        op.keys().close(PLACE, id.0, &text)
    }

    pub fn of(op: &Op, row: &application::Model) -> Result<Self> {
        let sealed = row.content.as_ref().ok_or(Error::NotFound("application"))?;
        let text = op.keys().open_sealed(PLACE, row.id.0, sealed)?;
        serde_json::from_str(&text).map_err(Error::internal)
    }

    /// The request that opens the card; `duplicates_seen` says that staff have looked at who may be the same person.
    pub fn request(&self, duplicates_seen: bool, language: &str) -> OpenCard {
        OpenCard {
            kind: CardKind::Document,
            barcode: String::new(),
            channel: Some(Channel::Online),
            reader: ReaderForm { language: language.to_owned(), ..self.reader() },
            documents: vec![self.document()],
            guardian: None,
            check: IdentityCheck::of_the_person(CheckMethod::Online),
            duplicates_seen,
            campaign: Some(self.campaign.clone()).filter(|code| !code.is_empty()),
        }
    }

    fn reader(&self) -> ReaderForm {
        ReaderForm {
            name: self.name.clone(),
            sex: self.sex.clone(),
            birth_date: self.birth_date.clone(),
            phone: self.phone.clone(),
            ..ReaderForm::default()
        }
    }

    fn document(&self) -> DocumentForm {
        DocumentForm { kind: self.kind.clone(), number: self.number.clone(), ..DocumentForm::default() }
    }

    /// The document, as it is found again.
    pub fn parsed(&self, op: &Op) -> Result<IdentityDocument> {
        let given = check_documents(&[self.document()], op.today(), &mut Invalid::default());
        let given = given.into_iter().next();
        given.map(|given| given.document).ok_or_else(|| Error::internal("a document that was checked"))
    }

    pub fn document_key(&self, op: &Op) -> Result<Vec<u8>> {
        Ok(op.keys().lookup("application document", &self.parsed(op)?.identity_key()))
    }

    pub fn phone_key(&self, op: &Op) -> Vec<u8> {
        phone_key(op, &self.phone)
    }
}

/// What applications of one phone are found by.
pub(super) fn phone_key(op: &Op, phone: &str) -> Vec<u8> {
    op.keys().lookup("application phone", phone)
}

/// Whether codes are sent to a phone: a mobile of the mainland, or a number of Hong Kong, Macao or Taiwan.
fn takes_codes(phone: &str) -> bool {
    matches!(phone.as_bytes(), [b'1', b'3'..=b'9', ..] if phone.len() == 11)
        || ["+852", "+853", "+886"].iter().any(|code| phone.starts_with(code))
}

/// Checks what was entered: all fields at once, then whether Table A1 has a card on the web for this person.
pub(super) fn check(op: &Op, given: &Particulars, invalid: &mut Invalid) -> Option<Content> {
    let form = DocumentForm {
        kind: given.kind.trim().to_owned(),
        number: given.number.clone(),
        ..DocumentForm::default()
    };
    let documents = check_documents(std::slice::from_ref(&form), op.today(), invalid);
    let document = documents.first().map(|given| &given.document);
    // What the number does not tell nobody is asked for: staff see the photo.
    let told = document.and_then(IdentityDocument::sex).map_or("unspecified", documents::Sex::as_str);
    let reader = ReaderForm {
        name: given.name.clone(),
        sex: told.to_owned(),
        birth_date: given.birth_date.clone(),
        phone: given.phone.clone(),
        ..ReaderForm::default()
    };
    let details = check_reader(&reader, document, op.today(), invalid);
    // A code is sent there: a landline shows none, and numbers far away are dear.
    if let Some(details) = &details
        && !takes_codes(&details.phone)
    {
        invalid.add("reader.phone", Problem::Phone);
    }
    let (details, document) = (details?, document?);
    Some(Content {
        kind: document.kind().as_str().to_owned(),
        number: document.number().to_owned(),
        name: details.name,
        birth_date: details.birth_date.to_string(),
        sex: told.to_owned(),
        phone: details.phone,
        campaign: String::new(),
    })
}

/// The same, as a result: [`Error::Invalid`] names each field, [`Error::Refused`] says what Table A1 has instead.
pub(super) fn checked(op: &Op, given: &Particulars, mut invalid: Invalid) -> Result<Content> {
    let content = check(op, given, &mut invalid);
    // A child of 15 is told so, and not only that the phone is missing.
    if let Some(content) = &content {
        let document = content.parsed(op)?;
        let age = age_told(&content.reader(), Some(&document), op.today());
        let age = age.ok_or_else(|| Error::internal("a birth date that was checked"))?;
        let blockers = may_be_opened(CardKind::Document, document.kind(), age, Channel::Online);
        if !blockers.is_empty() {
            return Err(Error::Refused(blockers));
        }
    }
    invalid.into_result()?;
    content.ok_or_else(|| Error::internal("checked particulars without their parts"))
}

/// What stands against the card of an application; what may pass for another person's record counts. Whose record is known with another
/// phone comes to a desk: opening would write the applicant's over it, and codes would go there from then on.
pub(super) async fn against(op: &Op, content: &Content) -> Result<Vec<Blocker>> {
    let mut against = cards::against_opening(op, &content.request(false, "")).await?;
    if against.is_empty() && is_known_by_another_phone(op, content).await? {
        against.push(Blocker::AtDeskOnly);
    }
    Ok(against)
}

async fn is_known_by_another_phone(op: &Op, content: &Content) -> Result<bool> {
    let document = content.parsed(op)?;
    for reader in readers::recognise(op, [&document], None).await?.exact {
        if readers::contacts(op, reader).await?.phone != content.phone {
            return Ok(true);
        }
    }
    Ok(false)
}
