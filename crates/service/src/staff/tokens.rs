//! Tokens of the JSON API: bound to a service point, kept as a keyed hash, limited in what they may do, revocable.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::sessions::new_token;
use super::tables::token;
use crate::kernel::{
    Actor, ApiTokenId, Error, Op, Problem, Result, Right, ServiceName, ServicePointId, Who, clean,
};
use crate::libraries::{service_point, tree};
use crate::records;

/// A token to issue.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for, in words.
    pub name: String,
    /// Where requests with it come from.
    pub service_point: ServicePointId,
    /// What it may do.
    pub rights: Vec<Right>,
}

/// A token, for the list: the secret itself is shown only once, when it is issued.
#[derive(Clone, Debug)]
pub struct TokenEntry {
    /// The token.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// Where requests with it come from.
    pub service_point: ServicePointId,
    /// What it may do.
    pub rights: Vec<Right>,
    /// Since when it exists.
    pub since: DateTime<Utc>,
    /// Since when it no longer works.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Issues a token and gives its secret, this once.
///
/// # Errors
/// [`Right::ManageTokens`] is needed, for a service point under the caller's library, and each right that the token gets.
pub async fn issue_token(op: &Op, new: &NewToken) -> Result<String> {
    op.intend(ServiceName::IssueToken, None);
    op.require(Right::ManageTokens)?;
    for right in &new.rights {
        op.require(*right)?;
    }
    let name = clean(&new.name);
    if name.is_empty() {
        return Err(Error::field("name", Problem::Missing));
    }
    if name.chars().count() > 60 {
        return Err(Error::field("name", Problem::TooLong(60)));
    }
    let point = service_point(op, new.service_point).await?;
    if !tree(op).await?.covers(op.actor().scope, point.library) {
        return Err(Error::NotFound("service point"));
    }
    let secret = format!("yk_{}", new_token()?);
    let scopes: Vec<&str> = new.rights.iter().map(|right| right.as_str()).collect();
    let id: ApiTokenId = op.new_id()?;
    let row = token::ActiveModel {
        id: Set(id),
        token_hash: Set(hash_of(op, &secret)),
        name: Set(name),
        service_point_id: Set(point.id),
        scopes: Set(scopes.join(" ")),
        created_at: Set(op.now()),
        revoked_at: Set(None),
    };
    token::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({ "token": id, "service_point": point.id, "rights": scopes });
    records::keep_act(op, ServiceName::IssueToken, detail).await?;
    Ok(secret)
}

/// Who calls with this secret; none when it is unknown or was revoked.
///
/// # Errors
/// When the database can't be asked.
pub async fn actor_of_token(op: &Op, secret: &str) -> Result<Option<Actor>> {
    let row = token::Entity::find()
        .filter(token::Column::TokenHash.eq(hash_of(op, secret)))
        .filter(token::Column::RevokedAt.is_null())
        .one(op.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let point = match service_point(op, row.service_point_id).await {
        Ok(point) => point,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(Actor {
        who: Who::Token(row.id),
        library: point.library,
        service_point: Some(point.id),
        scope: point.library,
        rights: rights_of(&row.scopes),
        channel: point.kind.channel(),
    }))
}

/// The tokens of service points under the caller's library.
///
/// # Errors
/// [`Right::ManageTokens`] is needed.
pub async fn list_tokens(op: &Op) -> Result<Vec<TokenEntry>> {
    op.require(Right::ManageTokens)?;
    let tree = tree(op).await?;
    let points: Vec<uuid::Uuid> = tree.points_under(op.actor().scope).map(|point| point.id.0).collect();
    let rows = token::Entity::find()
        .filter(token::Column::ServicePointId.is_in(points))
        .order_by_asc(token::Column::Id)
        .all(op.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TokenEntry {
            id: row.id,
            name: row.name,
            service_point: row.service_point_id,
            rights: rights_of(&row.scopes),
            since: row.created_at,
            revoked_at: row.revoked_at,
        })
        .collect())
}

/// Revokes a token; requests with it are refused from now on.
///
/// # Errors
/// [`Right::ManageTokens`] is needed; [`Error::NotFound`] when there is no such token that works.
pub async fn revoke_token(op: &Op, id: ApiTokenId) -> Result<()> {
    op.intend(ServiceName::RevokeToken, None);
    let known = list_tokens(op).await?.into_iter().any(|entry| entry.id == id);
    let done = token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, Expr::value(op.now()))
        .filter(token::Column::Id.eq(id))
        .filter(token::Column::RevokedAt.is_null())
        .exec(op.db())
        .await?;
    if !known || done.rows_affected != 1 {
        return Err(Error::NotFound("token"));
    }
    records::keep_act(op, ServiceName::RevokeToken, json!({ "token": id })).await.map(|_| ())
}

fn rights_of(scopes: &str) -> Vec<Right> {
    scopes.split(' ').filter_map(|scope| scope.parse().ok()).collect()
}

fn hash_of(op: &Op, secret: &str) -> Vec<u8> {
    op.keys().lookup("api token", secret)
}
