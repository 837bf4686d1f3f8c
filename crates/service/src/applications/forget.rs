//! What is kept no longer than needed (5.3): photos as the library has set, everything personal some days after the decision, what was
//! begun and never sent a day later. What stays counts applications, and names nobody.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::codes;
use super::state::State;
use super::tables::{application, application_file};
use crate::kernel::{ApplicationId, LibraryId, Op, Result, pace};
use crate::libraries::{self, Policy};
use crate::outbox;
use crate::records::detach;

/// Days after the decision for which the applicant can look it up; then everything personal goes.
pub const KEPT_DAYS: i64 = 30;
/// Hours after which what was begun and never sent goes.
const DRAFT_HOURS: i64 = 24;

/// Ends and forgets what is due; gives how many applications were touched, at most so many: a job calls it until that is none.
///
/// # Errors
/// When the database can't be asked or written.
pub async fn forget(op: &Op, limit: u64) -> Result<u64> {
    pace::forget(op).await?;
    codes::forget_old(op).await?;
    let mut touched = drafts(op, limit).await?;
    touched += expire(op, limit).await?;
    touched += photos(op, limit).await?;
    touched += personal_data(op, limit).await?;
    Ok(touched)
}

/// Removes applications with all that belongs to them.
pub(super) async fn remove(op: &Op, ids: &[ApplicationId]) -> Result<()> {
    for id in ids {
        drop_photos(op, *id).await?;
    }
    codes::forget_of(op, ids).await?;
    outbox::forget_messages_to(op, ids).await?;
    application::Entity::delete_many()
        .filter(application::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Removes the photos of an application for good.
async fn drop_photos(op: &Op, id: ApplicationId) -> Result<()> {
    let files = application_file::Entity::find()
        .filter(application_file::Column::ApplicationId.eq(id))
        .all(op.db())
        .await?;
    for file in files {
        application_file::Entity::delete_by_id(file.attachment_id).exec(op.db()).await?;
        detach(op, file.attachment_id).await?;
    }
    Ok(())
}

/// Removes the photos of an application that was just decided, where its library keeps none.
pub(super) async fn drop_photos_if_due(op: &Op, row: &application::Model) -> Result<()> {
    let days = libraries::policy(op, row.library_id, Policy::ApplicationPhotoDays).await?.number();
    if days == 0 { drop_photos(op, row.id).await } else { Ok(()) }
}

/// Until when an answer of the applicant is waited for.
pub(super) async fn ends_at(op: &Op, row: &application::Model) -> Result<DateTime<Utc>> {
    let days = libraries::policy(op, row.library_id, Policy::ApplicationDays).await?.number();
    Ok(row.decided_at.unwrap_or(row.created_at) + TimeDelta::days(days))
}

async fn drafts(op: &Op, limit: u64) -> Result<u64> {
    let rows = application::Entity::find()
        .filter(application::Column::State.eq(State::Draft.as_str()))
        .filter(application::Column::CreatedAt.lt(op.now() - TimeDelta::hours(DRAFT_HOURS)))
        .order_by_asc(application::Column::CreatedAt)
        .limit(limit)
        .all(op.db())
        .await?;
    let ids: Vec<ApplicationId> = rows.iter().map(|row| row.id).collect();
    remove(op, &ids).await?;
    Ok(count(&ids))
}

async fn expire(op: &Op, limit: u64) -> Result<u64> {
    let rows = application::Entity::find()
        .filter(application::Column::State.eq(State::Asked.as_str()))
        .filter(application::Column::DecidedAt.lt(op.now() - TimeDelta::days(1)))
        .order_by_asc(application::Column::DecidedAt)
        .all(op.db())
        .await?;
    let mut days = Days::of(Policy::ApplicationDays);
    let mut ended = Vec::new();
    for row in rows {
        if ended.len() < usize::try_from(limit).unwrap_or(usize::MAX) && days.over(op, &row).await? {
            ended.push(row.id);
        }
    }
    for id in &ended {
        let done = application::Entity::update_many()
            .col_expr(application::Column::State, Expr::value(State::Expired.as_str()))
            .col_expr(application::Column::DecidedAt, Expr::value(op.now()))
            .col_expr(application::Column::Version, Expr::col(application::Column::Version).add(1))
            .filter(application::Column::Id.eq(*id))
            .filter(application::Column::State.eq(State::Asked.as_str()))
            .exec(op.db())
            .await?;
        // One that is over is looked at by nobody any more, whatever the library keeps of those it decided.
        if done.rows_affected == 1 {
            drop_photos(op, *id).await?;
        }
    }
    Ok(count(&ended))
}

async fn photos(op: &Op, limit: u64) -> Result<u64> {
    let with_photos: Vec<ApplicationId> = application_file::Entity::find()
        .select_only()
        .column(application_file::Column::ApplicationId)
        .distinct()
        .into_tuple()
        .all(op.db())
        .await?;
    let mut days = Days::of(Policy::ApplicationPhotoDays);
    let mut done = 0;
    // Few at a time have photos: those that wait, and those of some days.
    for ids in with_photos.chunks(200) {
        let rows = application::Entity::find()
            .filter(application::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .filter(application::Column::State.is_in(ended_states()))
            .all(op.db())
            .await?;
        for row in rows {
            if done < limit && days.over(op, &row).await? {
                drop_photos(op, row.id).await?;
                done += 1;
            }
        }
    }
    Ok(done)
}

async fn personal_data(op: &Op, limit: u64) -> Result<u64> {
    let rows = application::Entity::find()
        .filter(application::Column::State.is_in(ended_states()))
        .filter(application::Column::Content.is_not_null())
        .filter(application::Column::DecidedAt.lte(op.now() - TimeDelta::days(KEPT_DAYS)))
        .order_by_asc(application::Column::DecidedAt)
        .limit(limit)
        .all(op.db())
        .await?;
    let ids: Vec<ApplicationId> = rows.iter().map(|row| row.id).collect();
    for id in &ids {
        drop_photos(op, *id).await?;
    }
    codes::forget_of(op, &ids).await?;
    outbox::forget_messages_to(op, &ids).await?;
    let nothing = || Expr::value(Option::<Vec<u8>>::None);
    application::Entity::update_many()
        .col_expr(application::Column::Content, nothing())
        .col_expr(application::Column::DocumentKey, nothing())
        .col_expr(application::Column::PhoneKey, nothing())
        .col_expr(application::Column::TokenKey, nothing())
        .col_expr(application::Column::Note, nothing())
        .col_expr(application::Column::InternalNote, nothing())
        .col_expr(application::Column::VerdictReference, Expr::value(Option::<String>::None))
        .col_expr(application::Column::ReaderId, Expr::value(Option::<uuid::Uuid>::None))
        .col_expr(application::Column::CardId, Expr::value(Option::<uuid::Uuid>::None))
        .filter(application::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(count(&ids))
}

fn ended_states() -> impl Iterator<Item = &'static str> {
    State::ALL.iter().filter(|state| state.has_ended()).map(|state| state.as_str())
}

fn count(ids: &[ApplicationId]) -> u64 {
    u64::try_from(ids.len()).unwrap_or_default()
}

/// A policy in days, asked once for each library.
struct Days {
    policy: Policy,
    known: HashMap<LibraryId, i64>,
}

impl Days {
    fn of(policy: Policy) -> Self {
        Self { policy, known: HashMap::new() }
    }

    /// Whether so many days are over since an application was decided, or its applicant asked.
    async fn over(&mut self, op: &Op, row: &application::Model) -> Result<bool> {
        let days = match self.known.get(&row.library_id) {
            Some(days) => *days,
            None => {
                let days = libraries::policy(op, row.library_id, self.policy).await?.number();
                self.known.insert(row.library_id, days);
                days
            }
        };
        Ok(row.decided_at.is_some_and(|at| at + TimeDelta::days(days) <= op.now()))
    }
}
