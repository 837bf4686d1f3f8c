//! The card of an application is opened: by a clear yes of the real-name service, or by staff.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::content::Content;
use super::forget::drop_photos_if_due;
use super::state::State;
use super::tables::application;
use crate::cards::{self, Opened};
use crate::kernel::{Channel, Error, Op, Result, ServiceName};
use crate::readers;
use crate::records::{self, NewRecord};

/// Whether nobody has to look: the person is not known in any way, or by the very phone that was proven. Whoever is known with another
/// phone is for staff, since opening would write this one over it.
pub(super) async fn nobody_has_to_look(op: &Op, content: &Content) -> Result<bool> {
    let document = content.parsed(op)?;
    let birth = content.birth_date.parse().map_err(Error::internal)?;
    let known = readers::recognise(op, [&document], Some((&content.name, birth))).await?;
    if !known.possible.is_empty() {
        return Ok(false);
    }
    match known.exact.as_slice() {
        [] => Ok(true),
        [reader] => Ok(readers::contacts(op, *reader).await?.phone == content.phone),
        _ => Ok(false),
    }
}

/// Opens the card and ends the application. Whoever calls has taken its row in this transaction, so of two at once the second waits and then
/// finds it decided.
///
/// # Errors
/// [`Error::Refused`] as [`cards::open`]; nothing was written then, and the application waits as before.
pub(super) async fn open_card(
    op: &Op,
    row: &application::Model,
    content: &Content,
    duplicates_seen: bool,
    how: serde_json::Value,
) -> Result<Opened> {
    let request = content.request(duplicates_seen, &row.language);
    let opened = cards::open_with_consent(op, request, &row.consent).await?;
    let done = application::Entity::update_many()
        .col_expr(application::Column::State, Expr::value(State::Approved.as_str()))
        .col_expr(application::Column::ReaderId, Expr::value(opened.reader.id))
        .col_expr(application::Column::CardId, Expr::value(opened.card.id))
        .col_expr(application::Column::DecidedAt, Expr::value(op.now()))
        .col_expr(application::Column::DecidedBy, Expr::value(op.actor().who.to_string()))
        .col_expr(application::Column::Version, Expr::col(application::Column::Version).add(1))
        .filter(application::Column::Id.eq(row.id))
        .filter(application::Column::State.eq(State::Waiting.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let record = NewRecord {
        service: ServiceName::ReviewApplication,
        reader: opened.reader.id,
        card: Some(opened.card.id),
        channel: Channel::Online,
        check: None,
        detail: how,
        digest: Vec::new(),
    };
    records::keep_part(op, record).await?;
    drop_photos_if_due(op, row).await?;
    Ok(opened)
}

/// What the record says of an opening without staff.
pub(super) fn by_real_name(row: &application::Model, reference: Option<&str>) -> serde_json::Value {
    json!({ "application": row.id, "decision": "approve", "verdict": "match", "reference": reference })
}
