//! How often something may be done by whom, across instances: freely at first, then only so far apart, then not at all until the span of
//! time is over. Who is slowed is told in how many seconds to come back; who comes too early is not counted, so that trying harder
//! locks nobody out for longer.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Op, Result};

/// What was done, by whom it is counted for.
mod counted {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "paces")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: Vec<u8>,
        pub since: DateTimeUtc,
        pub done: i64,
        pub last_at: DateTimeUtc,
        pub ends_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// How often something may be done within a span of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// What is counted, with the span: counts of other names never meet.
    pub name: &'static str,
    /// The span, which begins with the first time.
    pub span: TimeDelta,
    /// So often freely.
    pub freely: i64,
    /// After that, so far apart.
    pub apart: TimeDelta,
    /// So often in all; none: it is only slowed.
    pub most: Option<i64>,
}

impl Pace {
    /// How long to wait, when it was done so often since then, the last time then.
    fn wait(
        &self,
        now: DateTime<Utc>,
        since: DateTime<Utc>,
        done: i64,
        last: DateTime<Utc>,
    ) -> Option<TimeDelta> {
        if self.most.is_some_and(|most| done >= most) {
            return Some(since + self.span - now);
        }
        let again = last + self.apart;
        (done >= self.freely && again > now).then(|| again - now)
    }
}

/// Counts one time under each of these paces, for whom it is counted; or none of them, and the seconds to wait, when one says so. The first
/// that does ends it: who floods from one address leaves no row for each phone that they name.
///
/// Rows are locked in the order given: callers keep one order, so that none waits for the other.
pub(crate) async fn count(op: &Op, paces: &[(Pace, &str)]) -> Result<Option<i64>> {
    let mut due = Vec::with_capacity(paces.len());
    for (pace, whose) in paces {
        let subject = op.keys().lookup("pace", &[pace.name, whose].join("\0"));
        // The row is made first and then locked, so that on a server those who come at once are counted one after the other.
        let empty = counted::ActiveModel {
            subject: Set(subject.clone()),
            since: Set(op.now()),
            done: Set(0),
            last_at: Set(op.now()),
            ends_at: Set(op.now() + pace.span),
        };
        counted::Entity::insert(empty)
            .on_conflict(OnConflict::column(counted::Column::Subject).do_nothing().to_owned())
            .exec_without_returning(op.db())
            .await?;
        let row = counted::Entity::find_by_id(subject.clone()).lock_exclusive().one(op.db()).await?;
        let row = row.filter(|row| row.ends_at > op.now());
        let (since, done) = row.as_ref().map_or((op.now(), 0), |row| (row.since, row.done));
        let wait = row.and_then(|row| pace.wait(op.now(), row.since, row.done, row.last_at));
        if let Some(wait) = wait {
            // Who comes back after so many whole seconds is not told to wait once more.
            return Ok(Some((wait.num_milliseconds() + 999) / 1000));
        }
        due.push((subject, since, done + 1, since + pace.span));
    }
    for (subject, since, done, ends_at) in due {
        counted::Entity::update_many()
            .col_expr(counted::Column::Since, Expr::value(since))
            .col_expr(counted::Column::Done, Expr::value(done))
            .col_expr(counted::Column::LastAt, Expr::value(op.now()))
            .col_expr(counted::Column::EndsAt, Expr::value(ends_at))
            .filter(counted::Column::Subject.eq(subject))
            .exec(op.db())
            .await?;
    }
    Ok(None)
}

/// Removes counts whose span is over: a job.
pub(crate) async fn forget(op: &Op) -> Result<()> {
    counted::Entity::delete_many().filter(counted::Column::EndsAt.lte(op.now())).exec(op.db()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn a_pace_is_free_then_slow_then_over() {
        let pace = Pace {
            name: "test",
            span: TimeDelta::minutes(1),
            freely: 2,
            apart: TimeDelta::seconds(5),
            most: Some(4),
        };
        let now = Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 30).unwrap();
        let (since, ago) = (now - TimeDelta::seconds(20), |seconds| now - TimeDelta::seconds(seconds));
        assert_eq!(pace.wait(now, since, 1, ago(0)), None);
        assert_eq!(pace.wait(now, since, 2, ago(2)), Some(TimeDelta::seconds(3)));
        assert_eq!(pace.wait(now, since, 3, ago(5)), None);
        assert_eq!(pace.wait(now, since, 4, ago(19)), Some(TimeDelta::seconds(40)));
        let brake = Pace { most: None, ..pace };
        assert_eq!(brake.wait(now, since, 4000, ago(4)), Some(TimeDelta::seconds(1)));
    }
}
