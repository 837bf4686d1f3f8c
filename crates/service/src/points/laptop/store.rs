//! The file with the envelopes.

use std::path::Path;
use std::sync::Arc;

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::super::Package;
use super::super::opening::{Answer, Opening};
use super::super::tables::{envelope, paper};
use super::LaptopEntry;
use super::set_up::DATABASE;
use crate::kernel::{Error, KeyRing, Result, open_file};

const PACKAGE: &str = "package";
/// There once the house said that the point is over.
const OVER: &str = "over";

pub(super) struct Store {
    database: DatabaseConnection,
    keys: Arc<KeyRing>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    pub async fn open(folder: &Path, keys: Arc<KeyRing>) -> Result<Self> {
        let database = open_file(&folder.join(DATABASE)).await?;
        // What was deleted or written over is nothing but sealed envelopes; it is wiped all the same.
        database.execute_unprepared("PRAGMA secure_delete = ON").await?;
        database.execute_unprepared(migration::LAPTOP).await?;
        Ok(Self { database, keys })
    }

    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys)
    }

    pub fn ring(&self) -> &KeyRing {
        &self.keys
    }

    pub async fn keep_package(&self, package: &Package) -> Result<()> {
        let text = serde_json::to_string(package).map_err(Error::internal)?;
        let content = self.keys.close("papers.content", Uuid::nil(), &text)?;
        let row = paper::ActiveModel { name: Set(PACKAGE.to_owned()), content: Set(content) };
        paper::Entity::insert(row).exec_without_returning(&self.database).await?;
        Ok(())
    }

    pub async fn package(&self) -> Result<Package> {
        let row = paper::Entity::find_by_id(PACKAGE).one(&self.database).await?;
        let row = row.ok_or(Error::NotFound("package of this point"))?;
        let text = self.keys.open_sealed("papers.content", Uuid::nil(), &row.content)?;
        serde_json::from_str(&text).map_err(Error::internal)
    }

    /// Whether the house said that the point is over.
    pub async fn is_over(&self) -> Result<bool> {
        Ok(paper::Entity::find_by_id(OVER).one(&self.database).await?.is_some())
    }

    /// Keeps that the house said so, or that it says otherwise.
    pub async fn set_over(&self, over: bool) -> Result<()> {
        paper::Entity::delete_by_id(OVER).exec(&self.database).await?;
        if over {
            let content = self.keys.close("papers.content", Uuid::nil(), OVER)?;
            let row = paper::ActiveModel { name: Set(OVER.to_owned()), content: Set(content) };
            paper::Entity::insert(row).exec_without_returning(&self.database).await?;
        }
        Ok(())
    }

    /// Keeps an opening; it is on the disk when this returns.
    pub async fn keep(&self, opening: &Opening) -> Result<()> {
        let text = serde_json::to_string(opening).map_err(Error::internal)?;
        let row = envelope::ActiveModel {
            place: NotSet,
            id: Set(opening.id),
            content: Set(self.keys.close("openings.content", opening.id.0, &text)?),
            answer: Set(None),
        };
        envelope::Entity::insert(row).exec_without_returning(&self.database).await?;
        Ok(())
    }

    pub async fn openings(&self) -> Result<Vec<LaptopEntry>> {
        let rows = envelope::Entity::find().order_by_asc(envelope::Column::Place).all(&self.database).await?;
        rows.into_iter()
            .map(|row| {
                let text = self.keys.open_sealed("openings.content", row.id.0, &row.content)?;
                let answer =
                    row.answer.map(|answer| self.keys.open_sealed("openings.answer", row.id.0, &answer));
                let answer: Option<Answer> = match answer.transpose()? {
                    Some(text) => Some(serde_json::from_str(&text).map_err(Error::internal)?),
                    None => None,
                };
                Ok(LaptopEntry { opening: serde_json::from_str(&text).map_err(Error::internal)?, answer })
            })
            .collect()
    }

    pub async fn answered(&self, answer: &Answer) -> Result<()> {
        let text = serde_json::to_string(answer).map_err(Error::internal)?;
        let sealed = self.keys.close("openings.answer", answer.id.0, &text)?;
        envelope::Entity::update_many()
            .col_expr(envelope::Column::Answer, Expr::value(sealed.0))
            .filter(envelope::Column::Id.eq(answer.id))
            .exec(&self.database)
            .await?;
        Ok(())
    }

    pub async fn close(self) -> Result<()> {
        Ok(self.database.close().await?)
    }
}
