//! What lies where, what is on order and on its way, and the ledger.

use axum::Json as Answer;
use axum::extract::{Query, State};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use service::kernel::{MovementId, StockOrderId, TransferId};
use service::libraries::Tree;
use service::stock::{self, Entry, Order, Outlook, Spot, StockPlace, Transfer, month_ahead};
use utoipa::ToSchema;

use super::library;
use crate::App;
use crate::api::answers::LookedUp;
use crate::api::caller::Caller;
use crate::api::path::In;
use crate::api::problem::ApiError;
use crate::api::shapes::{LibraryBody, local};
use crate::i18n::Text;

/// Which library.
#[derive(Deserialize)]
pub struct Of {
    library: Option<String>,
    before: Option<MovementId>,
}

/// The stock of a library with all that stands under it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockAnswer {
    outlook: OutlookBody,
    /// One-Cards given out in each of the last 24 whole months, the oldest first.
    given_out: Vec<MonthBody>,
    libraries: Vec<StockBody>,
}

/// One-Cards given out in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthBody {
    #[schema(example = "2026-09")]
    month: String,
    cards: u32,
}

/// The stock of one library: cards by place.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockBody {
    library: LibraryBody,
    store: i64,
    desk: i64,
    batch: i64,
    point: i64,
    transit: i64,
    spoiled: i64,
    void: i64,
    missing: i64,
    used: i64,
    outlook: OutlookBody,
}

/// What the forecast says.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookBody {
    /// Cards that can be given out.
    free: u32,
    /// Cards on order or on their way here.
    coming: u32,
    /// Cards needed until an order made today arrives, and the days of safety after.
    needed: u32,
    /// Whether what is there and what comes is less than that.
    low: bool,
    /// When what is there will be used up; none within two years.
    lasts_until: Option<NaiveDate>,
    /// Cards to order.
    proposal: u32,
}

impl From<&Outlook> for OutlookBody {
    fn from(outlook: &Outlook) -> Self {
        let Outlook { free, coming, needed, low, lasts_until, proposal } = *outlook;
        Self { free, coming, needed, low, lasts_until, proposal }
    }
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotBody {
    library: LibraryBody,
    /// `store`, `desk`, `batch`, `point`, `transit`, `used`, `spoiled`, `void` or `missing`.
    #[schema(example = "store")]
    place: &'static str,
}

impl SpotBody {
    fn of(t: Text, tree: &Tree, spot: Spot) -> Self {
        Self { library: LibraryBody::of(t, tree, spot.library), place: spot.place.as_str() }
    }
}

/// A row of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryBody {
    #[schema(value_type = uuid::Uuid)]
    id: MovementId,
    at: DateTime<FixedOffset>,
    #[schema(example = "received")]
    movement: &'static str,
    #[schema(example = "FS00000001")]
    first: String,
    #[schema(example = "FS00000500")]
    last: String,
    count: i64,
    /// None for what came from outside.
    from: Option<SpotBody>,
    to: SpotBody,
    reason: String,
}

impl EntryBody {
    fn of(t: Text, tree: &Tree, entry: Entry) -> Self {
        let (first, last) = entry.cards;
        Self {
            id: entry.id,
            at: local(entry.at),
            movement: entry.kind.as_str(),
            first,
            last,
            count: entry.count,
            from: entry.from.map(|from| SpotBody::of(t, tree, from)),
            to: SpotBody::of(t, tree, entry.to),
            reason: entry.reason,
        }
    }
}

/// A card and how it came to where it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockCardAnswer {
    #[schema(example = "FS00000001")]
    barcode: String,
    at: SpotBody,
    /// The last step first.
    way: Vec<EntryBody>,
}

/// Rows of the ledger, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerAnswer {
    entries: Vec<EntryBody>,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderBody {
    #[schema(value_type = uuid::Uuid)]
    id: StockOrderId,
    library: LibraryBody,
    manufacturer: String,
    first: String,
    last: String,
    count: u32,
    received: u32,
    /// `ordered`, `received` or `cancelled`.
    #[schema(example = "ordered")]
    state: &'static str,
    expected_on: Option<NaiveDate>,
    ordered_at: DateTime<FixedOffset>,
}

impl OrderBody {
    pub fn of(t: Text, tree: &Tree, order: Order) -> Self {
        Self {
            id: order.id,
            library: LibraryBody::of(t, tree, order.library),
            manufacturer: order.manufacturer,
            first: order.range.first,
            last: order.range.last,
            count: order.range.count,
            received: order.received,
            state: order.state.as_str(),
            expected_on: order.expected_on,
            ordered_at: local(order.created_at),
        }
    }
}

/// Orders, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrdersAnswer {
    orders: Vec<OrderBody>,
}

/// A transfer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferBody {
    #[schema(value_type = uuid::Uuid)]
    id: TransferId,
    from: LibraryBody,
    to: LibraryBody,
    #[schema(example = json!(["FS00000001-FS00000500"]))]
    ranges: Vec<String>,
    count: u32,
    arrived: u32,
    missing: u32,
    /// `sent` or `received`.
    #[schema(example = "sent")]
    state: &'static str,
    sent_at: DateTime<FixedOffset>,
    received_at: Option<DateTime<FixedOffset>>,
}

impl TransferBody {
    pub fn of(t: Text, tree: &Tree, transfer: &Transfer) -> Self {
        Self {
            id: transfer.id,
            from: LibraryBody::of(t, tree, transfer.from),
            to: LibraryBody::of(t, tree, transfer.to),
            ranges: transfer.ranges.iter().map(ToString::to_string).collect(),
            count: transfer.count,
            arrived: transfer.arrived,
            missing: transfer.missing(),
            state: transfer.state.as_str(),
            sent_at: local(transfer.sent_at),
            received_at: transfer.received_at.map(local),
        }
    }
}

/// Transfers, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransfersAnswer {
    transfers: Vec<TransferBody>,
}

/// The stock of a library and of those under it, with the forecast.
#[utoipa::path(
    get,
    path = "/api/v1/stock",
    tag = "stock",
    security(("token" = [])),
    params(("library" = String, Query, description = "The code of a library")),
    responses((status = 200, description = "What lies where", body = StockAnswer), LookedUp)
)]
pub async fn stock(
    State(app): State<App>,
    caller: Caller,
    Query(of): Query<Of>,
) -> Result<Answer<StockAnswer>, ApiError> {
    let (t, tree) = (caller.speech.t, caller.libraries().await?);
    let id = library(&tree, of.library.as_deref(), "library")
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let stock = app.service.read(caller.actor.clone(), async move |op| stock::stock(op, id).await).await;
    let stock = stock.map_err(|error| ApiError::of(&caller.speech, error))?;
    let month = |place: usize| month_ahead(stock.since, i32::try_from(place).unwrap_or_default());
    let given =
        stock.used.0.iter().enumerate().map(|(place, cards)| MonthBody {
            month: month(place).format("%Y-%m").to_string(),
            cards: *cards,
        });
    let libraries = stock.libraries.iter().map(|of| StockBody {
        library: LibraryBody::of(t, &tree, of.library),
        store: of.at(StockPlace::Store),
        desk: of.at(StockPlace::Desk),
        batch: of.at(StockPlace::Batch),
        point: of.at(StockPlace::Point),
        transit: of.at(StockPlace::Transit),
        spoiled: of.at(StockPlace::Spoiled),
        void: of.at(StockPlace::Void),
        missing: of.at(StockPlace::Missing),
        used: of.at(StockPlace::Used),
        outlook: (&of.outlook).into(),
    });
    Ok(Answer(StockAnswer {
        outlook: (&stock.outlook).into(),
        given_out: given.collect(),
        libraries: libraries.collect(),
    }))
}

/// Where a card is.
#[utoipa::path(
    get,
    path = "/api/v1/stock/cards/{barcode}",
    tag = "stock",
    security(("token" = [])),
    params(("barcode" = String, Path)),
    responses((status = 200, description = "Where it is, and how it came there", body = StockCardAnswer), LookedUp)
)]
pub async fn card(
    State(app): State<App>,
    caller: Caller,
    In(barcode): In<String>,
) -> Result<Answer<StockCardAnswer>, ApiError> {
    let card =
        app.service.read(caller.actor.clone(), async move |op| stock::find_card(op, &barcode).await).await;
    let card = card.map_err(|error| ApiError::of(&caller.speech, error))?;
    let (t, tree) = (caller.speech.t, caller.libraries().await?);
    Ok(Answer(StockCardAnswer {
        barcode: card.barcode,
        at: SpotBody::of(t, &tree, card.spot),
        way: card.way.into_iter().map(|entry| EntryBody::of(t, &tree, entry)).collect(),
    }))
}

/// The ledger of a library: 200 rows.
#[utoipa::path(
    get,
    path = "/api/v1/stock/ledger",
    tag = "stock",
    security(("token" = [])),
    params(("library" = String, Query, description = "The code of a library"), ("before" = Option<uuid::Uuid>, Query, description = "Rows before this one")),
    responses((status = 200, description = "Rows, the latest first", body = LedgerAnswer), LookedUp)
)]
pub async fn ledger(
    State(app): State<App>,
    caller: Caller,
    Query(of): Query<Of>,
) -> Result<Answer<LedgerAnswer>, ApiError> {
    let (t, tree) = (caller.speech.t, caller.libraries().await?);
    let id = library(&tree, of.library.as_deref(), "library")
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let before = of.before;
    let entries = app
        .service
        .read(caller.actor.clone(), async move |op| stock::ledger(op, id, before, 200).await)
        .await;
    let entries = entries.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(LedgerAnswer {
        entries: entries.into_iter().map(|entry| EntryBody::of(t, &tree, entry)).collect(),
    }))
}

/// The orders of a library and of those under it.
#[utoipa::path(
    get,
    path = "/api/v1/stock/orders",
    tag = "stock",
    security(("token" = [])),
    params(("library" = String, Query, description = "The code of a library")),
    responses((status = 200, description = "The latest first", body = OrdersAnswer), LookedUp)
)]
pub async fn orders(
    State(app): State<App>,
    caller: Caller,
    Query(of): Query<Of>,
) -> Result<Answer<OrdersAnswer>, ApiError> {
    let (t, tree) = (caller.speech.t, caller.libraries().await?);
    let id = library(&tree, of.library.as_deref(), "library")
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let orders = app.service.read(caller.actor.clone(), async move |op| stock::orders(op, id).await).await;
    let orders = orders.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(OrdersAnswer {
        orders: orders.into_iter().map(|order| OrderBody::of(t, &tree, order)).collect(),
    }))
}

/// The transfers from or to a library and those under it.
#[utoipa::path(
    get,
    path = "/api/v1/stock/transfers",
    tag = "stock",
    security(("token" = [])),
    params(("library" = String, Query, description = "The code of a library")),
    responses((status = 200, description = "The latest first", body = TransfersAnswer), LookedUp)
)]
pub async fn transfers(
    State(app): State<App>,
    caller: Caller,
    Query(of): Query<Of>,
) -> Result<Answer<TransfersAnswer>, ApiError> {
    let (t, tree) = (caller.speech.t, caller.libraries().await?);
    let id = library(&tree, of.library.as_deref(), "library")
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let found = app.service.read(caller.actor.clone(), async move |op| stock::transfers(op, id).await).await;
    let found = found.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(TransfersAnswer {
        transfers: found.iter().map(|transfer| TransferBody::of(t, &tree, transfer)).collect(),
    }))
}
