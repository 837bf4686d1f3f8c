//! What a card's password is compared with, and changing it.

use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::default_password;
use super::rules::Facts;
use crate::cards::tables::{card, card_number};
use crate::cards::{CardState, tables::reader_session};
use crate::kernel::{Error, Hashing, Op, ReaderId, Result, verify_with};
use crate::readers;

/// A card with what its password is compared with.
#[derive(Clone)]
pub(super) struct Secret {
    pub card: card::Model,
    /// The default, where none was chosen.
    default: Option<String>,
}

impl Secret {
    pub async fn of(op: &Op, card: card::Model) -> Result<Self> {
        let default = match card.password_hash {
            Some(_) => None,
            None => {
                let (kind, number) = readers::document_number(op, card.document_id).await?;
                Some(default_password(kind, &number))
            }
        };
        Ok(Self { card, default })
    }

    /// Whether the default password is in use.
    pub fn is_default(&self) -> bool {
        self.default.is_some()
    }

    fn compared(&self) -> Compared<'_> {
        Compared { hash: self.card.password_hash.as_deref(), default: self.default.as_deref() }
    }
}

/// What a password is compared with: the hash of a chosen one, or the default.
#[derive(Clone, Copy, Default)]
pub(super) struct Compared<'a> {
    pub hash: Option<&'a str>,
    pub default: Option<&'a str>,
}

/// Whether the password is right. The hash is computed in every case, be the password a chosen one, the default, or nobody's: who
/// measures the time learns nothing.
pub(super) async fn is_right(
    hashing: Arc<dyn Hashing>,
    password: &str,
    secret: Option<&Secret>,
) -> Result<bool> {
    fits(hashing, password, secret.map(Secret::compared).unwrap_or_default()).await
}

/// The same, with what it is compared with.
pub(super) async fn fits(hashing: Arc<dyn Hashing>, password: &str, compared: Compared<'_>) -> Result<bool> {
    let by_hash = verify_with(hashing, password, compared.hash).await?;
    // The letter that ends some ID cards is an X, however it is typed.
    let typed = password.trim().to_uppercase();
    Ok(by_hash || compared.default.is_some_and(|default| same(default.as_bytes(), typed.as_bytes())))
}

fn same(expected: &[u8], given: &[u8]) -> bool {
    let differing = expected.iter().zip(given).fold(0_u8, |all, (a, b)| all | (a ^ b));
    expected.len() == given.len() && std::hint::black_box(differing) == 0
}

/// What others may know of a reader, their cards' numbers included.
pub(super) async fn facts(op: &Op, reader: ReaderId) -> Result<Facts> {
    let person = readers::facts(op, reader).await?;
    let cards =
        card_number::Entity::find().filter(card_number::Column::ReaderId.eq(reader)).all(op.db()).await?;
    let mut numbers = person.numbers;
    numbers.extend(cards.into_iter().map(|entry| entry.number));
    Ok(Facts { birth_date: person.birth_date, numbers, name_words: person.name_words })
}

/// Writes the password of a card that works and has not changed since it was read; none stands for the default. Sessions end,
/// except for the one that is kept.
pub(super) async fn set_password(
    op: &Op,
    card: &card::Model,
    hash: Option<&str>,
    keep: Option<Vec<u8>>,
) -> Result<()> {
    let done = card::Entity::update_many()
        .col_expr(card::Column::PasswordHash, Expr::value(hash.map(str::to_owned)))
        .col_expr(card::Column::PasswordChangedAt, Expr::value(op.now()))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .filter(card::Column::Id.eq(card.id))
        .filter(card::Column::State.eq(CardState::Active.as_str()))
        .filter(card::Column::Version.eq(card.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let mut ended =
        reader_session::Entity::delete_many().filter(reader_session::Column::ReaderId.eq(card.reader_id));
    if let Some(keep) = &keep {
        ended = ended.filter(reader_session::Column::Id.ne(keep.clone()));
    }
    ended.exec(op.db()).await?;
    if let Some(keep) = keep {
        reader_session::Entity::update_many()
            .col_expr(reader_session::Column::MustChange, Expr::value(false))
            .filter(reader_session::Column::Id.eq(keep))
            .exec(op.db())
            .await?;
    }
    Ok(())
}
