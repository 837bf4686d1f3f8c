//! What opening a card is made of, for one or for many at once: checking what was entered, asking what stands against it, writing. A
//! unit's list of thousands (6.1.3) goes the way of one reader at a desk, with as many statements as one.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::CardKind;
use super::barcode::barcode_scanned;
use super::new_card::NewCard;
use super::newcomer::{Newcomer, Stands, all_that_stands};
use super::number::new_virtual_number;
use super::open::OpenCard;
use super::set_aside::set_aside_among;
use super::tables::{card, card_number};
use super::view::barcode_taken;
use crate::campaigns::{self, Campaign, Opening};
use crate::kernel::{
    Blocker, CardId, Channel, DocumentId, Error, GuardianId, Invalid, Op, Problem, ReaderId, RecordId,
    Result, ServiceName, is_blank,
};
use crate::libraries::{self, Policy};
use crate::partners::Event;
use crate::readers::{
    self, ADULT_FROM, Changed, Details, Given, GuardianForm, GuardianGiven, Registered, age_told,
    check_documents, check_guardian, check_reader,
};
use crate::records::{self, NewRecord};
use crate::stock;

/// Where the barcodes of One-Cards come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Barcodes {
    /// Each was scanned, and stands in its request.
    Scanned,
    /// They are given out when it is clear who gets one (6.1.3).
    GivenOut,
}

/// A request whose fields were looked at.
pub(crate) struct Looked {
    /// What of it can't be taken.
    pub invalid: Invalid,
    /// The rest, where it is enough to go on.
    pub checked: Option<Checked>,
}

impl Looked {
    /// The request, when all of it can be taken.
    pub(super) fn ready(&self) -> Option<&Checked> {
        self.checked.as_ref().filter(|_| self.invalid.0.is_empty())
    }

    /// The same, or what can't be taken.
    pub(super) fn into_result(self) -> Result<Checked> {
        self.invalid.into_result()?;
        self.checked.ok_or_else(|| Error::internal("a checked request without its parts"))
    }
}

/// A request whose fields are right.
pub(crate) struct Checked {
    pub channel: Channel,
    pub details: Details,
    pub age: i32,
    /// One at least.
    pub given: Vec<Given>,
    pub guardian: Option<GuardianGiven>,
    pub barcode: Option<String>,
    /// What it counts for.
    pub campaign: Option<Campaign>,
}

/// Looks at the fields of requests, in their order.
pub(super) async fn check(op: &Op, requests: &[OpenCard], barcodes: Barcodes) -> Result<Vec<Looked>> {
    let forms = libraries::policy(op, op.actor().library, Policy::OneCardBarcode).await?.to_string();
    let mut looked: Vec<Looked> =
        requests.iter().map(|request| check_fields(op, request, &forms, barcodes)).collect();
    // The requests of a list name one campaign, or none: it is looked up once.
    let mut campaigns: HashMap<_, (Option<Campaign>, Invalid)> = HashMap::new();
    for (request, looked) in requests.iter().zip(&mut looked) {
        let channel = request.channel.unwrap_or(op.actor().channel);
        let named = (request.campaign.as_deref(), channel);
        let (campaign, wrong) = match campaigns.entry(named) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let mut wrong = Invalid::default();
                let found = campaigns::for_opening(op, named.0, channel, &mut wrong).await?;
                unknown.insert((found, wrong))
            }
        };
        looked.invalid.0.extend(wrong.0.iter().cloned());
        if let Some(checked) = &mut looked.checked {
            checked.campaign.clone_from(campaign);
        }
    }
    Ok(looked)
}

fn check_fields(op: &Op, request: &OpenCard, forms: &str, barcodes: Barcodes) -> Looked {
    let mut invalid = Invalid::default();
    let today = op.today();
    let channel = request.channel.unwrap_or(op.actor().channel);
    if !op.actor().channel.may_claim(channel) {
        invalid.add("channel", Problem::NotApplicable);
    }
    let given = check_documents(&request.documents, today, &mut invalid);
    let document = given.first().map(|given| &given.document);
    let details = check_reader(&request.reader, document, today, &mut invalid);
    // A self-service door sends the minor to the desk; it has nothing to say about the guardian.
    let age = age_told(&request.reader, document, today);
    let guardian = match &request.guardian {
        _ if age.is_none_or(|age| age >= ADULT_FROM) => None,
        Some(form) => check_guardian(form, document, today, &mut invalid),
        None if channel.is_staffed() => {
            check_guardian(&GuardianForm::default(), document, today, &mut invalid)
        }
        None => None,
    };
    readers::check_newcomer(op, channel, &request.check, document, &mut invalid);
    let barcode = match request.kind {
        CardKind::OneCard if barcodes == Barcodes::Scanned => {
            barcode_scanned(&request.barcode, forms, &mut invalid)
        }
        _ if is_blank(&request.barcode) => None,
        _ => {
            invalid.add("barcode", Problem::NotApplicable);
            None
        }
    };
    let checked = match (details, age) {
        (Some(details), Some(age)) if !given.is_empty() => {
            Some(Checked { channel, details, age, given, guardian, barcode, campaign: None })
        }
        _ => None,
    };
    Looked { invalid, checked }
}

/// What stands against requests, and whom each is for, in their order.
pub(super) async fn against(op: &Op, requests: &[(&OpenCard, &Checked)]) -> Result<Vec<Stands>> {
    let newcomers: Vec<Newcomer<'_>> = requests
        .iter()
        .map(|(request, checked)| Newcomer {
            kind: request.kind,
            channel: checked.channel,
            given: &checked.given,
            name: &checked.details.name,
            birth_date: checked.details.birth_date,
            age: checked.age,
            duplicates_seen: request.duplicates_seen,
        })
        .collect();
    let mut all = all_that_stands(op, &newcomers).await?;
    for ((_, checked), stands) in requests.iter().zip(&mut all) {
        if let Some(barcode) = &checked.barcode {
            stands.against.extend(barcode_taken(op, barcode, stands.reader).await?);
        }
        if let (Some(reader), Some(guardian)) = (stands.reader, &checked.guardian)
            && readers::has_another_guardian(op, reader, guardian).await?
        {
            stands.against.push(Blocker::NotTheGuardian);
        }
    }
    Ok(all)
}

/// A request that nothing stands against.
pub(super) struct Ready<'a> {
    pub request: &'a OpenCard,
    pub checked: Checked,
    pub stands: Stands,
    pub digest: Vec<u8>,
    /// The version of the privacy notice that the reader agreed to at a door without staff (5.3).
    pub notice: Option<&'a str>,
    /// A virtual number that was set aside for it (6.5).
    pub number: Option<String>,
}

/// A card that was written.
pub(crate) struct Made {
    pub card: CardId,
    pub reader: ReaderId,
    pub record: RecordId,
    pub number: String,
}

/// Writes readers, cards and records, in the order of the requests. Whoever calls tells the readers.
pub(super) async fn write(op: &Op, ready: Vec<Ready<'_>>) -> Result<Vec<Made>> {
    let actor = op.actor();
    let point = actor.service_point.ok_or(Error::NotFound("service point"))?;
    let people = register(op, &ready).await?;
    let guardians = sign(op, &ready, &people).await?;
    let numbers = numbers(op, &ready).await?;
    let mut made = Vec::with_capacity(ready.len());
    let (mut cards, mut given_out, mut services) = (Vec::new(), Vec::new(), Vec::new());
    let parts = ready.iter().zip(&people).zip(guardians).zip(numbers);
    for (((ready, person), guardian), number) in parts {
        let card: CardId = op.new_id()?;
        let reader = person.reader;
        let channel = ready.checked.channel;
        let new = NewCard {
            id: card,
            reader,
            kind: ready.request.kind,
            number: number.clone(),
            document: person.document,
            guardian,
            library: actor.library,
            point,
            channel,
            opened_at: op.now(),
        };
        cards.push(new.row());
        given_out.push(new.number_row());
        services.push(NewRecord {
            service: ServiceName::OpenCard,
            reader,
            card: Some(card),
            channel,
            check: Some(&ready.request.check),
            detail: detail(ready, person.changed.as_ref()),
            digest: ready.digest.clone(),
        });
        made.push((card, reader, number));
    }
    if !cards.is_empty() {
        card::Entity::insert_many(cards).exec_without_returning(op.db()).await?;
        card_number::Entity::insert_many(given_out).exec_without_returning(op.db()).await?;
        let barcodes: Vec<String> = ready.iter().filter_map(|ready| ready.checked.barcode.clone()).collect();
        stock::use_up(op, &barcodes).await?;
        let openings = ready.iter().zip(&made).filter_map(|(ready, (card, ..))| {
            let Checked { channel, age, campaign, .. } = &ready.checked;
            Some(Opening { card: *card, channel: *channel, age: *age, campaign: campaign.as_ref()? })
        });
        campaigns::attribute(op, openings).await?;
    }
    let records = records::keep_all(op, services).await?;
    for (((ready, person), record), (card, ..)) in ready.iter().zip(&people).zip(&records).zip(&made) {
        if let Some(Changed { version, before }) = &person.changed {
            readers::keep_old_values(op, person.reader, *record, *version, before).await?;
        }
        // Partners know nobody who was new a moment ago.
        if ready.stands.reader.is_some() {
            super::change::tell_partners(op, Event::Opened, person.reader, *card).await?;
        }
    }
    let made = made.into_iter().zip(records);
    Ok(made.map(|((card, reader, number), record)| Made { card, reader, record, number }).collect())
}

/// Writes the people down: those who are new and show one document, as most do, all at once.
async fn register(op: &Op, ready: &[Ready<'_>]) -> Result<Vec<Registered>> {
    let is_new = |ready: &Ready<'_>| ready.stands.reader.is_none() && ready.checked.given.len() == 1;
    let newcomers: Vec<(&Details, &Given)> = ready
        .iter()
        .filter(|ready| is_new(ready))
        .filter_map(|ready| Some((&ready.checked.details, ready.checked.given.first()?)))
        .collect();
    let mut written: std::vec::IntoIter<(ReaderId, DocumentId)> =
        readers::register_new(op, &newcomers).await?.into_iter();
    let mut people = Vec::with_capacity(ready.len());
    for one in ready {
        let next = if is_new(one) { written.next() } else { None };
        people.push(match next {
            Some((reader, document)) => Registered { reader, document, changed: None },
            None => {
                readers::register(op, one.stands.reader, &one.checked.details, &one.checked.given).await?
            }
        });
    }
    Ok(people)
}

/// Writes down which guardians signed, for those who need one.
async fn sign(op: &Op, ready: &[Ready<'_>], people: &[Registered]) -> Result<Vec<Option<GuardianId>>> {
    let of_new: Vec<(ReaderId, &GuardianGiven)> = ready
        .iter()
        .zip(people)
        .filter(|(ready, _)| ready.stands.reader.is_none())
        .filter_map(|(ready, person)| Some((person.reader, ready.checked.guardian.as_ref()?)))
        .collect();
    let mut written = readers::add_guardians(op, &of_new).await?.into_iter();
    let mut guardians = Vec::with_capacity(ready.len());
    for (one, person) in ready.iter().zip(people) {
        guardians.push(match &one.checked.guardian {
            None => None,
            Some(_) if one.stands.reader.is_none() => written.next(),
            Some(guardian) => Some(readers::sign_as_guardian(op, person.reader, guardian).await?),
        });
    }
    Ok(guardians)
}

/// The number of each card: the barcode on it, or a virtual number that nobody has.
async fn numbers(op: &Op, ready: &[Ready<'_>]) -> Result<Vec<String>> {
    let given = |ready: &Ready<'_>| ready.checked.barcode.clone().or_else(|| ready.number.clone());
    let wanted = ready.iter().filter(|ready| given(ready).is_none()).count();
    let mut free = free_virtual_numbers(op, wanted).await?.into_iter();
    ready
        .iter()
        .map(|ready| {
            let number = given(ready).or_else(|| free.next());
            number.ok_or_else(|| Error::internal("fewer virtual numbers than cards"))
        })
        .collect()
}

/// A virtual number that no card has or had.
pub(super) async fn free_virtual_number(op: &Op) -> Result<String> {
    let number = free_virtual_numbers(op, 1).await?.pop();
    number.ok_or_else(|| Error::internal("no virtual number"))
}

/// Virtual numbers that no card has or had, and that were set aside for nobody.
pub(super) async fn free_virtual_numbers(op: &Op, count: usize) -> Result<Vec<String>> {
    let mut free: Vec<String> = Vec::with_capacity(count);
    let mut seen: HashSet<String> = HashSet::with_capacity(count);
    // With 10¹¹ numbers the first draw is free unless something is wrong with the randomness.
    for _ in 0..20 {
        if free.len() == count {
            return Ok(free);
        }
        let mut drawn = Vec::with_capacity(count - free.len());
        for _ in free.len()..count {
            let number = new_virtual_number()?;
            if seen.insert(number.clone()) {
                drawn.push(number);
            }
        }
        let taken: HashSet<String> = card_number::Entity::find()
            .filter(card_number::Column::Number.is_in(&drawn))
            .all(op.db())
            .await?
            .into_iter()
            .map(|row| row.number)
            .chain(set_aside_among(op, &drawn).await?)
            .collect();
        free.extend(drawn.into_iter().filter(|number| !taken.contains(number)));
    }
    Err(Error::internal("no free virtual number in 20 tries"))
}

fn detail(ready: &Ready<'_>, changed: Option<&Changed>) -> Value {
    let request = ready.request;
    let seen = !ready.stands.possible.is_empty();
    let mut detail = json!({ "kind": request.kind.as_str(), "duplicates_seen": seen });
    let fields: Vec<&str> =
        changed.iter().flat_map(|changed| &changed.before).map(|before| before.field).collect();
    if let Some(detail) = detail.as_object_mut() {
        if !fields.is_empty() {
            detail.insert("fields".to_owned(), json!(fields));
        }
        if let Some(notice) = ready.notice {
            detail.insert("privacy_notice".to_owned(), json!(notice));
        }
        if let Some(campaign) = &ready.checked.campaign {
            detail.insert("campaign".to_owned(), json!(campaign.code));
        }
    }
    detail
}
