//! What lending looks like in JSON.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use service::circulation::{ChargeView, EntryView, ItemView, LoanView, ReservationView, TitleView};
use service::kernel::{ChargeId, LoanId, ReaderId, ReservationId, TitleId};
use service::libraries::Tree;
use utoipa::ToSchema;

use crate::api::caller::Speech;
use crate::api::problem::BlockerBody;
use crate::api::shapes::{LibraryBody, local};

/// One copy.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    #[schema(example = "T000120")]
    barcode: String,
    #[schema(value_type = uuid::Uuid)]
    title_id: TitleId,
    title: String,
    author: String,
    isbn: Option<String>,
    call_number: String,
    /// `book`, `periodical`, `av` or `reading_room`.
    kind: &'static str,
    /// `available`, `on_loan`, `in_transit`, `on_hold_shelf`, `withdrawn` or `missing`.
    state: &'static str,
    /// The library that owns it.
    owner: LibraryBody,
    /// Where it is, or was lent.
    library: LibraryBody,
    /// Where it goes, while in transit.
    destination: Option<LibraryBody>,
    /// Its price in fen.
    price: Option<i64>,
    /// The last day of the loan it is on.
    due: Option<NaiveDate>,
    /// How many readers wait for the title.
    waiting: u64,
}

impl ItemBody {
    pub fn of(speech: &Speech, tree: &Tree, item: &ItemView) -> Self {
        let library = |id| LibraryBody::of(speech.t, tree, id);
        Self {
            barcode: item.barcode.clone(),
            title_id: item.title_id,
            title: item.title.clone(),
            author: item.author.clone(),
            isbn: item.isbn.clone(),
            call_number: item.call_number.clone(),
            kind: item.kind.as_str(),
            state: item.state.as_str(),
            owner: library(item.owner),
            library: library(item.library),
            destination: item.destination.map(library),
            price: item.price,
            due: item.due,
            waiting: item.waiting,
        }
    }
}

/// A loan.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoanBody {
    #[schema(value_type = uuid::Uuid)]
    id: LoanId,
    item: ItemBody,
    /// None when a returned loan is not remembered.
    #[schema(value_type = Option<uuid::Uuid>)]
    reader: Option<ReaderId>,
    /// The library that lent it, whose rules count.
    library: LibraryBody,
    lent_at: DateTime<FixedOffset>,
    /// The last day without a charge.
    due: NaiveDate,
    renewals: u32,
    overdue: bool,
    /// What it costs if it comes back today, in fen.
    accruing: i64,
    returned_at: Option<DateTime<FixedOffset>>,
    /// What stands against renewing it.
    renewal_blockers: Vec<BlockerBody>,
}

impl LoanBody {
    pub fn of(speech: &Speech, tree: &Tree, loan: &LoanView) -> Self {
        Self {
            id: loan.id,
            item: ItemBody::of(speech, tree, &loan.item),
            reader: loan.reader,
            library: LibraryBody::of(speech.t, tree, loan.library),
            lent_at: local(loan.lent_at),
            due: loan.due,
            renewals: loan.renewals,
            overdue: loan.overdue,
            accruing: loan.accruing,
            returned_at: loan.returned.map(|(at, _)| local(at)),
            renewal_blockers: loan
                .against_renewal
                .iter()
                .map(|blocker| BlockerBody::of(speech, blocker))
                .collect(),
        }
    }
}

/// A charge.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChargeBody {
    #[schema(value_type = uuid::Uuid)]
    id: ChargeId,
    /// `overdue`, `lost`, `damaged` or `other`.
    kind: &'static str,
    title: Option<String>,
    barcode: Option<String>,
    /// The library whose rules made it.
    library: LibraryBody,
    /// Fen.
    amount: i64,
    /// What is left of it, in fen.
    unpaid: i64,
    /// Open days overdue.
    days: Option<i64>,
    note: Option<String>,
    at: DateTime<FixedOffset>,
    entries: Vec<EntryBody>,
}

/// A payment or waiver.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryBody {
    /// `payment` or `waiver`.
    kind: String,
    /// Fen.
    amount: i64,
    method: Option<String>,
    reason: Option<String>,
    at: DateTime<FixedOffset>,
}

impl ChargeBody {
    pub fn of(speech: &Speech, tree: &Tree, charge: &ChargeView) -> Self {
        let entry = |entry: &EntryView| EntryBody {
            kind: entry.kind.clone(),
            amount: entry.amount,
            method: entry.method.clone(),
            reason: entry.reason.clone(),
            at: local(entry.at),
        };
        Self {
            id: charge.id,
            kind: charge.kind.as_str(),
            title: charge.title.clone(),
            barcode: charge.barcode.clone(),
            library: LibraryBody::of(speech.t, tree, charge.library),
            amount: charge.amount,
            unpaid: charge.unpaid,
            days: charge.days,
            note: charge.note.clone(),
            at: local(charge.at),
            entries: charge.entries.iter().map(entry).collect(),
        }
    }
}

/// A title as it is found.
#[derive(Debug, Serialize, ToSchema)]
pub struct TitleBody {
    #[schema(value_type = uuid::Uuid)]
    id: TitleId,
    title: String,
    author: String,
    isbn: Option<String>,
    /// Copies that may be lent.
    copies: u64,
    /// Of these, on a shelf now.
    on_shelf: u64,
    /// Readers who wait.
    waiting: u64,
}

impl From<TitleView> for TitleBody {
    fn from(title: TitleView) -> Self {
        Self {
            id: title.id,
            title: title.title,
            author: title.author,
            isbn: title.isbn,
            copies: title.copies,
            on_shelf: title.on_shelf,
            waiting: title.waiting,
        }
    }
}

/// A reservation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservationBody {
    #[schema(value_type = uuid::Uuid)]
    id: ReservationId,
    #[schema(value_type = uuid::Uuid)]
    title_id: TitleId,
    title: String,
    author: String,
    /// Where it is picked up.
    library: LibraryBody,
    /// `waiting`, `ready`, `fulfilled`, `cancelled` or `expired`.
    state: &'static str,
    /// The barcode of the copy that is kept for it.
    barcode: Option<String>,
    /// The place in the queue, from 1.
    place: Option<u64>,
    created_at: DateTime<FixedOffset>,
    /// The last day to pick it up.
    until: Option<NaiveDate>,
}

impl ReservationBody {
    pub fn of(speech: &Speech, tree: &Tree, waits: &ReservationView) -> Self {
        Self {
            id: waits.id,
            title_id: waits.title_id,
            title: waits.title.clone(),
            author: waits.author.clone(),
            library: LibraryBody::of(speech.t, tree, waits.library),
            state: waits.state.as_str(),
            barcode: waits.barcode.clone(),
            place: waits.place,
            created_at: local(waits.created_at),
            until: waits.until,
        }
    }
}
