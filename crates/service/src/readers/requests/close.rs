//! A request comes to its end: answered by staff, or taken back by the reader.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::list::{ANSWER, answers_here, opened, row_of};
use crate::kernel::{Blocker, Error, Op, ReaderId, RequestId, Result, Right, ServiceName};
use crate::readers::tables::request;
use crate::records::{self, NewRecord};

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestState {
    /// Staff asked the reader about it.
    Asked,
    /// Staff did what was asked.
    Approved,
    /// Staff said no.
    Rejected,
    /// What the reader was sent for was done.
    Done,
    /// The reader took it back.
    Withdrawn,
}

impl RequestState {
    /// The stable word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Whether somebody still has to do something.
pub(super) fn waits(row: &request::Model) -> bool {
    matches!(row.state.as_str(), "open" | "asked")
}

/// Brings a request into another state, with what the reader is told. Two who answer at once don't both succeed.
pub(crate) async fn close(
    op: &Op,
    row: &request::Model,
    state: RequestState,
    answer: Option<&str>,
) -> Result<()> {
    if !waits(row) {
        return Err(Error::refused(Blocker::RequestClosed));
    }
    let sealed = answer.map(|text| op.keys().close(ANSWER, row.id.0, text)).transpose()?;
    let done = request::Entity::update_many()
        .col_expr(request::Column::State, Expr::value(state.as_str()))
        .col_expr(request::Column::Answer, Expr::value(sealed))
        .col_expr(request::Column::AnsweredAt, Expr::value(op.now()))
        .col_expr(request::Column::AnsweredBy, Expr::value(op.actor().who.to_string()))
        .col_expr(request::Column::Version, Expr::col(request::Column::Version).add(1))
        .filter(request::Column::Id.eq(row.id))
        .filter(request::Column::Version.eq(row.version))
        .filter(request::Column::State.eq(row.state.clone()))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// A reader takes back what they asked for, as long as nobody answered.
///
/// # Errors
/// One has to be the reader, or have [`Right::AmendReaders`] where it is answered: [`Blocker::RequestOfAnotherLibrary`];
/// [`Blocker::RequestClosed`] when it was answered.
pub async fn withdraw_request(op: &Op, reader: ReaderId, id: RequestId) -> Result<()> {
    op.intend(ServiceName::Request, Some(reader));
    op.require_or_self(Right::AmendReaders, reader)?;
    let digest = records::digest(op, &("withdraw", reader, id))?;
    if records::find_answer(op, ServiceName::Request, &digest).await?.is_some() {
        return Ok(());
    }
    take_back(op, reader, id).await?;
    let record = NewRecord {
        service: ServiceName::Request,
        reader,
        card: None,
        channel: op.actor().channel,
        check: None,
        detail: json!({ "request": id, "withdrawn": true }),
        digest,
    };
    records::keep(op, record).await.map(|_| ())
}

pub(super) async fn take_back(op: &Op, reader: ReaderId, id: RequestId) -> Result<()> {
    let row = row_of(op, id).await?;
    if row.reader_id != reader {
        return Err(Error::NotFound("request"));
    }
    if !op.actor().is_reader(reader) {
        answers_here(op, &row).await?;
    }
    // What staff asked stays with it.
    let asked = opened(op, row.clone()).await?.answer;
    close(op, &row, RequestState::Withdrawn, asked.as_deref()).await
}
