//! Who stands at a kiosk now: what was read and answered, sealed, keyed by a secret that the browser holds, one for each kiosk at most.
//! It goes with "done", with quiet, and with the next person who begins.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::place::token_of;
use super::read::Shown;
use super::refer::Reason;
use super::tables::visit;
use crate::kernel::{Error, KioskVisitId, Op, Result, Sealed, random_bytes};

/// After so many minutes without an answer nothing is known of who stood there. The kiosk's page is far quicker; this is for a kiosk
/// that lost its power or the network.
pub const VISIT_MINUTES: i64 = 5;
/// However busy: so long nobody needs.
const LONGEST: TimeDelta = TimeDelta::minutes(20);
const PLACE: &str = "kiosk_visits.content";

/// How far somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The document is to be read.
    Document,
    /// The privacy notice is to be agreed to.
    Notice,
    /// A phone number is to be told.
    Phone,
    /// A password may be chosen; then the card is opened.
    Password,
    /// There is nothing more to do but to go.
    End,
}

/// How it ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum End {
    /// The card is open.
    Opened {
        /// The virtual number.
        number: String,
        /// The kind of document that is the card.
        document: String,
        /// Whether they chose a password.
        chosen: bool,
    },
    /// They hold a card already.
    Holds {
        /// The end of its number.
        number: String,
        /// What it is.
        kind: String,
        /// Whether it was reported lost.
        lost: bool,
    },
    /// Staff have to look at it.
    ToDesk {
        /// Why.
        reason: Reason,
        /// The kind of document that they have, where it counts.
        document: Option<String>,
        /// The number on their slip: of the kiosk, of the day.
        number: i64,
    },
}

/// What is kept of somebody. Once it ended, only how.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Content {
    pub shown: Option<Shown>,
    /// The version of the notice that they agreed to.
    pub notice: Option<String>,
    pub phone: Option<String>,
    pub end: Option<End>,
}

/// Somebody at a kiosk. `Debug` shows nothing of them.
#[derive(Clone)]
pub struct Visit {
    /// The visit.
    pub id: KioskVisitId,
    /// The language they chose.
    pub language: String,
    pub(super) content: Content,
    version: i64,
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Visit({})", self.id)
    }
}

impl Visit {
    /// How far they are.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.content {
            Content { end: Some(_), .. } => Stage::End,
            Content { shown: None, .. } => Stage::Document,
            Content { notice: None, .. } => Stage::Notice,
            Content { phone: None, .. } => Stage::Phone,
            _ => Stage::Password,
        }
    }

    /// How it ended.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.content.end.as_ref()
    }

    /// What the document said.
    #[must_use]
    pub fn shown(&self) -> Option<&Shown> {
        self.content.shown.as_ref()
    }

    /// Ok when they are at this stage: who sends a step twice, or after another, is shown where they are.
    pub(super) fn at(&self, stage: Stage) -> Result<()> {
        if self.stage() == stage { Ok(()) } else { Err(Error::Stale) }
    }
}

/// Somebody begins, in their language. Gives the secret that the browser holds from now on; whoever stood there before is forgotten.
///
/// # Errors
/// [`crate::kernel::Right::RunKiosk`] is needed.
pub async fn begin(op: &Op, language: &str) -> Result<String> {
    let token = token_of(op)?;
    visit::Entity::delete_many().filter(visit::Column::TokenId.eq(token)).exec(op.db()).await?;
    let random: [u8; 32] = random_bytes()?;
    let secret = URL_SAFE_NO_PAD.encode(random);
    let id: KioskVisitId = op.new_id()?;
    let row = visit::ActiveModel {
        id: Set(id),
        token_id: Set(token),
        secret: Set(hash_of(op, &secret)),
        language: Set(language.to_owned()),
        content: Set(sealed(op, id, &Content::default())?),
        version: Set(1),
        begun_at: Set(op.now()),
        seen_at: Set(op.now()),
    };
    visit::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(secret)
}

/// Who stands at the kiosk that calls; none when nobody does, or too long ago.
///
/// # Errors
/// [`crate::kernel::Right::RunKiosk`] is needed.
pub async fn visit(op: &Op, secret: &str) -> Result<Option<Visit>> {
    let token = token_of(op)?;
    let row = visit::Entity::find()
        .filter(visit::Column::Secret.eq(hash_of(op, secret)))
        .filter(visit::Column::TokenId.eq(token))
        .filter(visit::Column::SeenAt.gt(op.now() - TimeDelta::minutes(VISIT_MINUTES)))
        .filter(visit::Column::BegunAt.gt(op.now() - LONGEST))
        .one(op.db())
        .await?;
    row.map(|row| {
        let text = op.keys().open_sealed(PLACE, row.id.0, &row.content)?;
        let content = serde_json::from_str(&text).map_err(Error::internal)?;
        Ok(Visit { id: row.id, language: row.language, content, version: row.version })
    })
    .transpose()
}

/// The same, for an answer of theirs.
pub(super) async fn standing(op: &Op, secret: &str) -> Result<Visit> {
    visit(op, secret).await?.ok_or(Error::NotFound("kiosk visit"))
}

/// Keeps what is known of them now; who was quicker is seen by running again.
pub(super) async fn keep(op: &Op, visit: &Visit, content: &Content) -> Result<()> {
    let done = visit::Entity::update_many()
        .col_expr(visit::Column::Content, Expr::value(sealed(op, visit.id, content)?.0))
        .col_expr(visit::Column::Version, Expr::value(visit.version + 1))
        .col_expr(visit::Column::SeenAt, Expr::value(op.now()))
        .filter(visit::Column::Id.eq(visit.id))
        .filter(visit::Column::Version.eq(visit.version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// Keeps how it ended, and nothing else of them.
pub(super) async fn keep_end(op: &Op, visit: &Visit, end: End) -> Result<()> {
    keep(op, visit, &Content { end: Some(end), ..Content::default() }).await
}

/// They are gone: nothing is known of them at the kiosk any more. Asked again it does the same.
///
/// # Errors
/// [`crate::kernel::Right::RunKiosk`] is needed.
pub async fn end(op: &Op) -> Result<()> {
    let token = token_of(op)?;
    visit::Entity::delete_many().filter(visit::Column::TokenId.eq(token)).exec(op.db()).await?;
    Ok(())
}

fn hash_of(op: &Op, secret: &str) -> Vec<u8> {
    op.keys().lookup("kiosk visit", secret)
}

fn sealed(op: &Op, id: KioskVisitId, content: &Content) -> Result<Sealed> {
    let text = serde_json::to_string(content).map_err(Error::internal)?;
    op.keys().close(PLACE, id.0, &text)
}
