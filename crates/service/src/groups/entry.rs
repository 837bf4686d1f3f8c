//! A row as it is kept, and the opening that it asks for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use documents::{DocumentKind, IdentityDocument};
use serde::{Deserialize, Serialize};
use sheets::{Field, Row};

use super::tables::row;
use crate::cards::{CardKind, OpenCard, choices};
use crate::kernel::{BatchId, Channel, Error, Op, Result, Sealed, age_on};
use crate::readers::{ADULT_FROM, DocumentForm, GuardianForm, ReaderForm};
use crate::records::{CheckMethod, IdentityCheck};

/// The fields of a row, as they were read. `Debug` shows none of them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entry(BTreeMap<Field, String>);

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entry(…)")
    }
}

const PLACE: &str = "group_rows.content";

impl Entry {
    /// What a row says.
    pub(super) fn of(row: Row<'_>) -> Self {
        Self(row.values().map(|(field, value)| (field, value.to_owned())).collect())
    }

    /// What stands in a field; nothing where it is blank.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        self.0.get(&field).map_or("", String::as_str)
    }

    /// Seals it for its place in a batch.
    pub(super) fn close(&self, op: &Op, batch: BatchId, place: i64) -> Result<Sealed> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        op.keys().close(PLACE, bound_to(batch, place), &text)
    }

    /// Opens what a row holds; nothing once it was forgotten.
    pub(super) fn open(op: &Op, row: &row::Model) -> Result<Option<Self>> {
        let Some(sealed) = &row.content else { return Ok(None) };
        let text = op.keys().open_sealed(PLACE, bound_to(row.batch_id, row.place), sealed)?;
        serde_json::from_str(&text).map(Some).map_err(Error::internal)
    }

    /// The document that the row shows. Where the list does not say of which kind it is, a citizen number is an ID card's, and a number
    /// of another form tells its kind.
    fn document(&self, today: NaiveDate) -> DocumentForm {
        document_form(
            self.get(Field::DocumentKind),
            self.get(Field::DocumentNumber),
            self.get(Field::IssuingCountry),
            today,
        )
    }

    /// The kind of document, as the list says it or its number tells.
    pub(super) fn document_kind(&self, today: NaiveDate) -> Option<DocumentKind> {
        self.document(today).kind.parse().ok()
    }

    /// The opening that a row asks for (6.1.3.2): a document card where the document can be one, as Table A1 says, unless the list says
    /// otherwise; for those under 16 what the batch says.
    pub(super) fn request(&self, minors_kind: CardKind, decided: bool, today: NaiveDate) -> OpenCard {
        let document = self.document(today);
        let parsed = document
            .kind
            .parse::<DocumentKind>()
            .ok()
            .and_then(|kind| IdentityDocument::parse(kind, &document.number, None, today).ok());
        let birth = parsed
            .as_ref()
            .and_then(IdentityDocument::birth_date)
            .or_else(|| NaiveDate::parse_from_str(self.get(Field::BirthDate), "%Y-%m-%d").ok());
        let minor = birth.is_some_and(|birth| age_on(birth, today) < ADULT_FROM);
        let get = |field| self.get(field).to_owned();
        let guardian = minor.then(|| GuardianForm {
            name: get(Field::GuardianName),
            relation: get(Field::GuardianRelation),
            phone: get(Field::GuardianPhone),
            document: document_form(
                self.get(Field::GuardianDocumentKind),
                self.get(Field::GuardianDocumentNumber),
                "",
                today,
            ),
            // Whether the guardians' signed list is here is asked of the batch.
            consent: true,
        });
        // A child without a phone of its own is reached by the guardian's.
        let phone = Some(get(Field::Phone)).filter(|phone| !phone.is_empty() || !minor);
        let class = [self.get(Field::Workplace), self.get(Field::Class)];
        let workplace: Vec<&str> = class.into_iter().filter(|part| !part.is_empty()).collect();
        OpenCard {
            kind: self.kind(minors_kind, &document, birth, today),
            barcode: String::new(),
            channel: Some(Channel::Group),
            reader: ReaderForm {
                name: get(Field::Name),
                sex: get(Field::Sex),
                birth_date: get(Field::BirthDate),
                phone: phone.unwrap_or_else(|| get(Field::GuardianPhone)),
                email: get(Field::Email),
                address: get(Field::Address),
                workplace: workplace.join(" "),
                language: String::new(),
            },
            documents: vec![document],
            guardian,
            check: IdentityCheck::of_the_person(CheckMethod::UnitList),
            duplicates_seen: decided,
            campaign: None,
        }
    }

    fn kind(
        &self,
        minors_kind: CardKind,
        document: &DocumentForm,
        birth: Option<NaiveDate>,
        today: NaiveDate,
    ) -> CardKind {
        if let Ok(told) = self.get(Field::CardKind).parse() {
            return told;
        }
        let (Ok(kind), Some(birth)) = (document.kind.parse::<DocumentKind>(), birth) else {
            return CardKind::Document;
        };
        let age = age_on(birth, today);
        let choices = choices(kind, age);
        let first = choices.first().copied().unwrap_or(CardKind::OneCard);
        // Residents of Hong Kong, Macao and Taiwan with a residence permit may choose too; the permit is the card unless they say so.
        if age < ADULT_FROM && choices.contains(&minors_kind) { minors_kind } else { first }
    }
}

fn document_form(kind: &str, number: &str, country: &str, today: NaiveDate) -> DocumentForm {
    let kind = if kind.is_empty() && !number.is_empty() { told_kind(number, today) } else { kind.to_owned() };
    DocumentForm {
        kind,
        number: number.to_owned(),
        issuing_country: country.to_owned(),
        valid_until: String::new(),
    }
}

fn told_kind(number: &str, today: NaiveDate) -> String {
    let told = documents::read_number(number, None, None, today).map(|document| document.kind());
    told.unwrap_or(DocumentKind::ResidentId).as_str().to_owned()
}

/// A row is bound to its batch and place: sealed content that was moved elsewhere does not open.
fn bound_to(batch: BatchId, place: i64) -> uuid::Uuid {
    uuid::Uuid::from_u128(batch.0.as_u128().wrapping_add(u128::from(place.unsigned_abs())))
}
