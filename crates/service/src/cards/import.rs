//! Loading cards that another system issued, with their state and past services. The rule for duplicates is the one of
//! every door.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::barcode::{as_printed, fits};
use super::new_card::NewCard;
use super::number::new_virtual_number;
use super::tables::{card, card_number};
use super::{CardKind, CardState};
use crate::kernel::{
    CardId, Channel, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, ServicePointId,
};
use crate::libraries::{self, Policy};
use crate::readers::{
    self, Details, DocumentForm, Given, GuardianForm, ReaderForm, check_documents, check_guardian,
    check_reader, known_among, person_key,
};
use crate::records::{self, CheckMethod, PastRecord};
use crate::stock;

/// A card of another system.
#[derive(Clone, Debug)]
pub struct ImportedCard {
    /// Which kind of card.
    pub kind: CardKind,
    /// The barcode of a One-Card; a document card gets a new virtual number.
    pub barcode: String,
    /// Its state.
    pub state: CardState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The original issuing library.
    pub issuing_library: LibraryId,
    /// Where in it.
    pub service_point: ServicePointId,
    /// Through which door.
    pub channel: Channel,
    /// The reader.
    pub reader: ReaderForm,
    /// Their document.
    pub document: DocumentForm,
    /// The guardian of a minor.
    pub guardian: Option<GuardianForm>,
    /// The hash of a password that the reader chose, as this system makes it.
    pub password_hash: Option<String>,
    /// What was done with it, oldest first; the opening itself included.
    pub services: Vec<PastService>,
}

/// A service rendered in the past.
#[derive(Clone, Debug)]
pub struct PastService {
    /// Which.
    pub service: ServiceName,
    /// When.
    pub at: DateTime<Utc>,
    /// Where.
    pub library: LibraryId,
    /// At which point.
    pub service_point: ServicePointId,
    /// Through which door.
    pub channel: Channel,
    /// How identity was checked.
    pub check: CheckMethod,
}

/// What became of one row.
#[derive(Debug)]
pub enum Imported {
    /// It is in; this is its number.
    Card(String),
    /// The person holds a card already, here or in an earlier row.
    AlreadyHoldsCard,
    /// The barcode is taken.
    BarcodeInUse,
    /// Fields that can't be taken.
    Invalid(Invalid),
}

struct Ready {
    place: usize,
    row: ImportedCard,
    details: Details,
    given: Given,
    guardian: Option<readers::GuardianGiven>,
    number: String,
}

impl Ready {
    fn person(&self) -> String {
        person_key(&self.given.document, &self.details.name, self.details.birth_date)
    }
}

/// Loads cards; gives what became of each, in the order of the rows. All rows that can be taken are, in one transaction; a
/// caller with many rows calls with some hundreds at a time.
///
/// # Errors
/// [`Right::ImportCards`] is needed.
pub async fn import(op: &Op, rows: Vec<ImportedCard>) -> Result<Vec<Imported>> {
    op.require(Right::ImportCards)?;
    let mut outcomes: BTreeMap<usize, Imported> = BTreeMap::new();
    let mut ready: Vec<Ready> = Vec::with_capacity(rows.len());
    let forms = libraries::policy(op, op.actor().library, Policy::OneCardBarcode).await?.to_string();
    let mut people_seen: HashSet<String> = HashSet::new();
    let mut numbers_seen: HashSet<String> = HashSet::new();
    for (place, row) in rows.into_iter().enumerate() {
        match check_row(op, place, row, &forms) {
            Err(invalid) => {
                outcomes.insert(place, Imported::Invalid(invalid));
            }
            Ok(checked) if !people_seen.insert(checked.person()) => {
                outcomes.insert(place, Imported::AlreadyHoldsCard);
            }
            Ok(checked) if !numbers_seen.insert(checked.number.clone()) => {
                outcomes.insert(place, Imported::BarcodeInUse);
            }
            Ok(checked) => ready.push(checked),
        }
    }
    for (place, outcome) in leave_out_known(op, &mut ready).await? {
        outcomes.insert(place, outcome);
    }
    write_rows(op, &ready).await?;
    outcomes.extend(ready.into_iter().map(|ready| (ready.place, Imported::Card(ready.number))));
    Ok(outcomes.into_values().collect())
}

fn check_row(op: &Op, place: usize, row: ImportedCard, forms: &str) -> Result<Ready, Invalid> {
    let mut invalid = Invalid::default();
    let today = op.today();
    let given = check_documents(std::slice::from_ref(&row.document), today, &mut invalid).pop();
    let details = check_reader(&row.reader, given.as_ref().map(|given| &given.document), today, &mut invalid);
    let guardian = row.guardian.as_ref().and_then(|form| {
        check_guardian(form, given.as_ref().map(|given| &given.document), today, &mut invalid)
    });
    let number = match row.kind {
        CardKind::OneCard => Some(as_printed(&row.barcode)).filter(|barcode| fits(barcode, forms)),
        CardKind::Document => new_virtual_number().ok(),
    };
    if number.is_none() {
        invalid.add("barcode", Problem::Barcode);
    }
    match (given, details, number) {
        (Some(given), Some(details), Some(number)) if invalid.0.is_empty() => {
            Ok(Ready { place, row, details, given, guardian, number })
        }
        _ => Err(invalid),
    }
}

/// Takes out the rows whose person or number the database knows.
async fn leave_out_known(op: &Op, ready: &mut Vec<Ready>) -> Result<Vec<(usize, Imported)>> {
    let mut out = Vec::new();
    let people: Vec<_> = ready
        .iter()
        .map(|row| (&row.given.document, row.details.name.as_str(), row.details.birth_date))
        .collect();
    let known = known_among(op, &people).await?;
    let numbers: Vec<String> = ready.iter().map(|ready| ready.number.clone()).collect();
    let taken: HashSet<String> = card_number::Entity::find()
        .filter(card_number::Column::Number.is_in(numbers))
        .all(op.db())
        .await?
        .into_iter()
        .map(|entry| entry.number)
        .collect();
    let mut kept = Vec::with_capacity(ready.len());
    for (row, known) in ready.drain(..).zip(known) {
        if known {
            out.push((row.place, Imported::AlreadyHoldsCard));
        } else if taken.contains(&row.number) {
            out.push((row.place, Imported::BarcodeInUse));
        } else {
            kept.push(row);
        }
    }
    *ready = kept;
    Ok(out)
}

async fn write_rows(op: &Op, ready: &[Ready]) -> Result<()> {
    if ready.is_empty() {
        return Ok(());
    }
    let people: Vec<(&Details, &Given)> = ready.iter().map(|ready| (&ready.details, &ready.given)).collect();
    let ids = readers::register_new(op, &people).await?;
    let (mut cards, mut numbers, mut services) = (Vec::new(), Vec::new(), Vec::new());
    for (ready, (reader, document)) in ready.iter().zip(ids) {
        let id: CardId = op.new_id()?;
        let row = &ready.row;
        let guardian = match &ready.guardian {
            Some(guardian) => Some(readers::add_guardian(op, reader, guardian).await?),
            None => None,
        };
        let new = NewCard {
            id,
            reader,
            kind: row.kind,
            number: ready.number.clone(),
            document,
            guardian,
            library: row.issuing_library,
            point: row.service_point,
            channel: row.channel,
            opened_at: row.opened_at,
        };
        cards.push(card::ActiveModel {
            state: Set(row.state.as_str().to_owned()),
            state_since: Set(row.state_since),
            password_hash: Set(row.password_hash.clone()),
            ..new.row()
        });
        numbers.push(new.number_row());
        for past in &row.services {
            services.push(PastRecord {
                reader,
                card: id,
                service: past.service,
                at: past.at,
                library: past.library,
                service_point: past.service_point,
                channel: past.channel,
                check: past.check,
            });
        }
    }
    card::Entity::insert_many(cards).exec_without_returning(op.db()).await?;
    let barcodes: Vec<String> =
        numbers.iter().filter_map(|entry| entry.number.try_as_ref().cloned()).collect();
    stock::used_before(op, &barcodes).await?;
    card_number::Entity::insert_many(numbers).exec_without_returning(op.db()).await?;
    records::keep_many(op, services).await
}
