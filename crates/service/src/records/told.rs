//! What a record tells of what was done, beyond which service it was: words of the house, ids and masked ends of numbers, never a
//! personal value. What stood there before a change lies sealed elsewhere, and is shown for a reason only.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use serde_json::Value;

use super::tables::service_record;
use crate::kernel::{LibraryId, Op, Result, ServiceName, masks};

/// One thing that a record tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The paths of the fields that were changed, or are asked to be.
    Fields(Vec<String>),
    /// What was asked for before was changed by the reader.
    Edited,
    /// What was asked for was taken back.
    Withdrawn,
    /// The paths of what was taken from the record that was merged.
    Taken(Vec<String>),
    /// A document is in use no more.
    Retired,
    /// The photo was taken away.
    Removed,
    /// Why: a word of the service that was rendered.
    Reason(String),
    /// The kind of the card that was opened.
    Kind(String),
    /// The version of the privacy notice that was agreed to.
    Consent(String),
    /// The kind of the card before and after.
    Kinds(String, String),
    /// The masked ends of the card's number before and after.
    Numbers(String, String),
    /// A note was written, or taken away, with who reads it and the library that wrote it.
    Note {
        /// Whether it was taken away.
        removed: bool,
        /// A word of [`crate::readers::Visibility`].
        visibility: Option<String>,
        /// Whose note it is; none: of the library that the record names.
        library: Option<LibraryId>,
        /// The last day.
        until: Option<NaiveDate>,
    },
    /// A block, with its reason, the library that put it, and its last day.
    Block {
        /// A word of [`crate::readers::BlockReason`].
        reason: String,
        /// Whose block it is; none: of the library that the record names.
        library: Option<LibraryId>,
        /// The last day.
        until: Option<NaiveDate>,
    },
    /// What staff said to a request: a state of requests.
    Answer(String),
    /// The service and the library that a reader was sent to.
    Referred(String, Option<LibraryId>),
    /// An amount of fen.
    Amount(i64),
    /// How it was paid.
    Method(String),
    /// What a charge was for.
    Charge(String),
    /// Since when the card was reported lost.
    LostSince(DateTime<Utc>),
    /// By when a loss that was told by phone is to be confirmed in person.
    ConfirmBy(DateTime<Utc>),
    /// It was done as a part of this service.
    PartOf(String),
    /// It was brought in from another system.
    Imported,
}

/// What a record tells, by its service and what it keeps in the clear. Numbers of cards come from [`numbers_of`].
pub(super) fn told(
    row: &service_record::Model,
    detail: &Value,
    numbers: &HashMap<uuid::Uuid, String>,
) -> Vec<Told> {
    let word = |key: &str| detail[key].as_str().map(str::to_owned);
    let is = |key: &str| detail[key].as_bool() == Some(true);
    let words = |key: &str| -> Option<Vec<String>> {
        let list = detail[key].as_array()?;
        let list: Vec<String> = list.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect();
        (!list.is_empty()).then_some(list)
    };
    let library = |key: &str| detail[key].as_str().and_then(|id| id.parse().ok());
    let day = |key: &str| detail[key].as_str().and_then(|day| day.parse().ok());
    let moment = |key: &str| detail[key].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
    let when = |yes: bool, told: Told| yes.then_some(told);
    let is_of = |service: ServiceName| row.service == service.as_str();

    let mut all: Vec<Option<Told>> = Vec::new();
    if is_of(ServiceName::Note) {
        let (visibility, library, until) = (word("visibility"), library("library"), day("until"));
        all.push(Some(Told::Note { removed: is("removed"), visibility, library, until }));
    } else if is_of(ServiceName::Block) || is_of(ServiceName::Unblock) {
        let (library, until) = (library("library"), day("until"));
        all.push(word("reason").map(|reason| Told::Block { reason, library, until }));
    } else if is_of(ServiceName::Refer) {
        all.push(word("for").map(|service| Told::Referred(service, library("to"))));
    } else if is_of(ServiceName::AnswerRequest) {
        all.push(word("state").map(Told::Answer));
    } else if is_of(ServiceName::OpenCard) {
        all.push(word("kind").map(Told::Kind));
        all.push(word("privacy_notice").map(Told::Consent));
        all.push(words("fields").map(Told::Fields));
    } else {
        all.push(when(detail.get("retired").is_some(), Told::Retired));
        all.push(when(is("edited"), Told::Edited));
        all.push(when(is("withdrawn"), Told::Withdrawn));
        all.push(words("fields").map(Told::Fields));
        all.push(when(is_of(ServiceName::Amend) && is("removed"), Told::Removed));
        all.push(words("taken").map(Told::Taken));
        all.push(word("reason").map(Told::Reason));
        all.push(word("from").and_then(|from| Some(Told::Kinds(from, word("to")?))));
        let charge = word("kind").filter(|_| is_of(ServiceName::AddCharge));
        all.push(charge.map(Told::Charge));
        all.push(detail["amount"].as_i64().map(Told::Amount));
        all.push(word("method").map(Told::Method));
    }
    all.push(
        cards_of(row, detail).and_then(|(old, new)| {
            Some(Told::Numbers(numbers.get(&old)?.clone(), numbers.get(&new)?.clone()))
        }),
    );
    all.push(moment("lost_since").or(moment("reported_at")).map(Told::LostSince));
    all.push(moment("confirm_by").map(Told::ConfirmBy));
    all.push(word("part_of").map(Told::PartOf));
    all.push(when(is("imported"), Told::Imported));
    all.into_iter().flatten().collect()
}

/// The card that was replaced, and the one in its place.
fn cards_of(row: &service_record::Model, detail: &Value) -> Option<(uuid::Uuid, uuid::Uuid)> {
    let old = detail["old_card"].as_str()?.parse().ok()?;
    Some((old, row.card_id?.0))
}

/// The masked ends of the numbers of cards that these records name as replaced, or as put in their place.
pub(super) async fn numbers_of(
    op: &Op,
    rows: &[(service_record::Model, Value)],
) -> Result<HashMap<uuid::Uuid, String>> {
    let cards = rows.iter().filter_map(|(row, detail)| cards_of(row, detail));
    let cards: Vec<uuid::Uuid> = cards.flat_map(|(old, new)| [old, new]).collect();
    if cards.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::select()
        .column(Alias::new("id"))
        .column(Alias::new("number"))
        .from(Alias::new("cards"))
        .and_where(Expr::col(Alias::new("id")).is_in(cards))
        .to_owned();
    let mut numbers = HashMap::new();
    for row in op.db().query_all(&query).await? {
        let (id, number): (uuid::Uuid, String) = (row.try_get("", "id")?, row.try_get("", "number")?);
        numbers.insert(id, masks::number_end(&number));
    }
    Ok(numbers)
}
