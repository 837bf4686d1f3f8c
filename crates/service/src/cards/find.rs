//! One box to find a reader by: card number, barcode, document, phone, name, pinyin, initials, a chip record or a passport's
//! machine-readable zone. Whatever the text could be is looked up, each by an index; nothing is scanned.
//!
//! A door without staff knows people by what they hold in their hands, a number or a document: nobody lists readers by name or phone
//! there (5.1.3).

use std::collections::HashSet;

use documents::chip::ChipRecord;
use documents::mrz::{Mrz, looks_like_mrz};
use documents::{DocumentKind, IdentityDocument};
use serde_json::json;

use super::view::registered;
use super::{CardView, current_cards, is_virtual_number};
use crate::ecard::{self, CodeRefusal};
use crate::kernel::{Op, ReaderId, Result, Right};
use crate::partners;
use crate::readers::{self, ReaderView, recognise};
use crate::records::{Access, Look, log_access};

/// How many readers a search shows; who is looking for more types more.
const MOST: usize = 20;
/// One more, to tell that there are.
const AT_MOST: u64 = 21;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The readers, masked, the surest first.
    pub readers: Vec<FoundReader>,
    /// Whether there are more than are shown.
    pub more: bool,
    /// Whether the text is a number that leads to the reader but is no longer that of the card that counts: it does not work.
    pub old_number: bool,
    /// Why the code of an e-card is not taken: it is none, its time is over, or it was used (6.1.4.2).
    pub code_refused: Option<CodeRefusal>,
    /// Whether that is a virtual number: nobody carries it on a card that could be taken back.
    pub old_is_virtual: bool,
    /// What the text could be, for the desk's next step: a document of somebody who is not known yet.
    pub unknown_document: bool,
}

/// A reader found, with the card that counts: the live one, or the latest.
#[derive(Clone, Debug)]
pub struct FoundReader {
    /// The reader, masked.
    pub reader: ReaderView,
    /// The card.
    pub card: Option<CardView>,
}

/// Finds readers.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn find(op: &Op, text: &str) -> Result<Found> {
    op.require(Right::FindReaders)?;
    let mut text: String = text.trim().chars().take(2000).collect();
    let mut code_refused = None;
    if ::ecard::CardCode::looks_like_one(&text) {
        match ecard::redeem(op, &text, None).await? {
            Ok(redeemed) => text = super::card(op, redeemed.card).await?.number,
            Err(refusal) => (text, code_refused) = (String::new(), Some(refusal)),
        }
    }
    let mut ids: Vec<ReaderId> = Vec::new();
    let mut names_a_document = false;
    let numbered = registered(op, &text).await?;
    if !text.is_empty() {
        let documents = documents_in(op, &text);
        // What may be any text is no document that nobody is known by.
        names_a_document = documents.iter().any(|document| document.kind() != DocumentKind::Other);
        ids.extend(numbered.as_ref().map(|entry| entry.reader_id));
        // A code of the province's e-card leads to its reader (6.1.4.2).
        ids.extend(partners::reader_of_code(op, &text).await?);
        let known = recognise(op, &documents, None).await?;
        ids.extend(known.exact);
        ids.extend(known.possible);
        if text.chars().count() <= 64 {
            ids.extend(readers::by_bare_number(op, &text).await?);
        }
        if text.chars().count() <= 60 && op.actor().channel.is_staffed() {
            ids.extend(readers::by_phone(op, &text, AT_MOST).await?);
            ids.extend(readers::by_name(op, &text, AT_MOST).await?);
        }
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    let more = ids.len() > MOST;
    ids.truncate(MOST);
    let mut people = readers::views(op, &ids).await?;
    let mut held = current_cards(op, &ids).await?;
    let old = numbered
        .filter(|entry| held.get(&entry.reader_id).is_none_or(|card| card.number != entry.number))
        .map(|entry| entry.number);
    let old_is_virtual = old.as_deref().is_some_and(is_virtual_number);
    let readers: Vec<FoundReader> = ids
        .iter()
        .filter_map(|id| Some(FoundReader { reader: people.remove(id)?, card: held.remove(id) }))
        .collect();
    let detail = json!({ "found": readers.len() });
    let only = match readers.as_slice() {
        [only] => Some(only.reader.id),
        _ => None,
    };
    log_access(op, Access { look: Look::Searched, reader: only, detail, reason: None }).await?;
    let unknown_document = readers.is_empty() && names_a_document;
    Ok(Found { readers, more, old_number: old.is_some(), old_is_virtual, code_refused, unknown_document })
}

fn documents_in(op: &Op, text: &str) -> Vec<IdentityDocument> {
    let today = op.today();
    if let Ok(record) = ChipRecord::parse_text(text) {
        return record.identity_documents(today).filter_map(Result::ok).collect();
    }
    if looks_like_mrz(text)
        && let Ok(zone) = Mrz::parse(text, today)
    {
        return zone.identity_document(today).into_iter().collect();
    }
    if text.chars().count() > 60 {
        return Vec::new();
    }
    // A passport without its country is nobody's; its bare number is looked for beside this.
    documents::read_number(text, None, None, today).into_iter().collect()
}
