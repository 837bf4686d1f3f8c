//! Taking money for charges (6.3.4): all of them, some, or a part, the oldest first; never more than is owed, and never twice.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::charges::REASON;
use super::history::{forget_settled, keeps};
use super::loans::owners;
use super::tables::{charge, charge_entry};
use crate::kernel::{
    ChargeEntryId, ChargeId, Error, Op, Problem, ReaderId, RecordId, Result, Right, ServiceName,
};
use crate::records::{self, NewRecord};

/// How something was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayMethod {
    /// Coins and notes.
    Cash,
    /// 微信支付.
    Wechat,
    /// 支付宝.
    Alipay,
    /// A bank card.
    BankCard,
    /// At a machine.
    Machine,
}

impl PayMethod {
    /// All of them, in the order in which a page lists them.
    pub const ALL: [Self; 5] = [Self::Cash, Self::Wechat, Self::Alipay, Self::BankCard, Self::Machine];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
            Self::BankCard => "bank_card",
            Self::Machine => "machine",
        }
    }

    /// The method of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }
}

/// A payment.
#[derive(Clone, Debug)]
pub struct Pay {
    /// Who owes.
    pub reader: ReaderId,
    /// Which charges; none: all, the oldest first.
    pub charges: Vec<ChargeId>,
    /// How much, in fen; none: all that is owed of them.
    pub amount: Option<i64>,
    /// How.
    pub method: PayMethod,
}

/// A payment or waiver that was taken.
#[derive(Clone, Debug)]
pub struct Paid {
    /// Its record.
    pub record: RecordId,
    /// When.
    pub at: DateTime<Utc>,
    /// Fen.
    pub amount: i64,
    /// What went to which charge, in fen.
    pub settled: Vec<(ChargeId, i64)>,
    /// What is left to pay of all charges, in fen.
    pub left: i64,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Takes a payment.
///
/// # Errors
/// [`Right::TakePayments`] is needed; [`Error::Invalid`] when nothing is owed, or less than is paid.
pub async fn pay(op: &Op, request: Pay) -> Result<Paid> {
    const SERVICE: ServiceName = ServiceName::Pay;
    let Pay { reader, charges, amount, method } = &request;
    op.intend(SERVICE, Some(*reader));
    op.require(Right::TakePayments)?;
    let digest = records::digest(op, &(reader, charges, amount, method.as_str()))?;
    if let Some(earlier) = records::find_answer(op, SERVICE, &digest).await? {
        return again(op, *reader, earlier.record, earlier.at).await;
    }
    let owed = owed_of(op, *reader, charges).await?;
    let settle = Settle { service: SERVICE, kind: "payment", method: Some(*method), reason: None };
    settle_charges(op, *reader, &owed, *amount, settle, digest).await
}

/// Charges that are not settled, the oldest first, locked: who pays them at once does so one after the other.
pub(super) async fn owed_of(op: &Op, reader: ReaderId, charges: &[ChargeId]) -> Result<Vec<charge::Model>> {
    let mut query = charge::Entity::find()
        .filter(charge::Column::ReaderId.is_in(owners(op, reader).await?))
        .filter(charge::Column::Unpaid.gt(0))
        .order_by_asc(charge::Column::At)
        .order_by_asc(charge::Column::Id);
    if !charges.is_empty() {
        query = query.filter(charge::Column::Id.is_in(charges.iter().map(|id| id.0)));
    }
    Ok(query.lock_exclusive().all(op.db()).await?)
}

/// How charges are settled.
pub(super) struct Settle<'a> {
    pub service: ServiceName,
    pub kind: &'a str,
    pub method: Option<PayMethod>,
    pub reason: Option<&'a str>,
}

/// Settles charges with an amount, or all that is owed of them.
pub(super) async fn settle_charges(
    op: &Op,
    reader: ReaderId,
    owed: &[charge::Model],
    amount: Option<i64>,
    how: Settle<'_>,
    digest: Vec<u8>,
) -> Result<Paid> {
    let total = owed.iter().map(|row| row.unpaid).fold(0, i64::saturating_add);
    let amount = amount.unwrap_or(total);
    if total == 0 || amount > total {
        return Err(Error::field("amount", Problem::MoreThanOwed));
    }
    if amount <= 0 {
        return Err(Error::field("amount", Problem::Amount));
    }
    let method = how.method.map(PayMethod::as_str);
    let record = records::keep(
        op,
        NewRecord {
            service: how.service,
            reader,
            card: None,
            channel: op.actor().channel,
            check: None,
            detail: json!({ "amount": amount, "method": method }),
            digest,
        },
    )
    .await?;
    let mut left = amount;
    for row in owed {
        let part = if left < row.unpaid { left } else { row.unpaid };
        if part == 0 {
            break;
        }
        left -= part;
        let done = charge::Entity::update_many()
            .col_expr(charge::Column::Unpaid, Expr::col(charge::Column::Unpaid).sub(part))
            .filter(charge::Column::Id.eq(row.id))
            .filter(charge::Column::Unpaid.eq(row.unpaid))
            .exec(op.db())
            .await?;
        if done.rows_affected != 1 {
            return Err(Error::Raced);
        }
        let id: ChargeEntryId = op.new_id()?;
        let entry = charge_entry::ActiveModel {
            id: Set(id),
            charge_id: Set(row.id),
            record_id: Set(record),
            kind: Set(how.kind.to_owned()),
            amount: Set(part),
            method: Set(method.map(str::to_owned)),
            reason: Set(how.reason.map(|reason| op.keys().close(REASON, id.0, reason)).transpose()?),
            at: Set(op.now()),
            by: Set(op.actor().who.to_string()),
            library_id: Set(op.actor().library),
            service_point_id: Set(op.actor().service_point),
        };
        charge_entry::Entity::insert(entry).exec_without_returning(op.db()).await?;
    }
    if !keeps(op, reader).await? {
        forget_settled(op, &owners(op, reader).await?).await?;
    }
    let mut paid = again(op, reader, record, op.now()).await?;
    paid.repeated = false;
    Ok(paid)
}

/// What a record of a payment or waiver did, and how things stand now.
pub(super) async fn again(op: &Op, reader: ReaderId, record: RecordId, at: DateTime<Utc>) -> Result<Paid> {
    let entries = charge_entry::Entity::find()
        .filter(charge_entry::Column::RecordId.eq(record))
        .order_by_asc(charge_entry::Column::Id)
        .all(op.db())
        .await?;
    let settled: Vec<(ChargeId, i64)> =
        entries.into_iter().map(|entry| (entry.charge_id, entry.amount)).collect();
    let left: Vec<i64> = charge::Entity::find()
        .select_only()
        .column(charge::Column::Unpaid)
        .filter(charge::Column::ReaderId.is_in(owners(op, reader).await?))
        .filter(charge::Column::Unpaid.gt(0))
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(Paid {
        record,
        at,
        amount: settled.iter().map(|(_, amount)| amount).sum(),
        settled,
        left: left.into_iter().fold(0, i64::saturating_add),
        repeated: true,
    })
}
