//! Failed tries are limited across instances: by account and address together, by account, by address. A try is counted before
//! the password is looked at, so that many at once get no further than many in turn; a good one takes its count back.
//!
//! Who guesses from one place locks that account for that place, not for its owner at the desk. An address by itself is limited
//! far higher, and its count runs off with time: whole libraries share one, and behind a proxy that tells no addresses all do.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Error, Op, Result};

/// Failed tries, by whom they are counted for.
mod failure {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "sign_in_failures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: Vec<u8>,
        pub failures: i64,
        pub last_at: DateTimeUtc,
        pub locked_until: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Tries of one card, or of one account from one address, before that is locked.
const PER_ACCOUNT: i64 = 5;
/// Tries of one account of staff from anywhere.
const FROM_ANYWHERE: i64 = 25;
/// Tries from one address within the time of a lock; more in the long run, since they run off.
const PER_ADDRESS: i64 = 1000;
/// Codes that one reader may ask for.
const CODES: i64 = 4;
/// Documents that a kiosk reads within the time of a lock; twice as many as people in a queue can hold to it.
const PER_KIOSK: i64 = 30;
/// How long a lock holds, and after how long quiet tries are forgotten.
const LOCK: TimeDelta = TimeDelta::minutes(15);

/// Whose tries are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// An account of staff, from wherever.
    Account(&'a str),
    /// An account of staff, with the password that it has, from one network address: with another password it is counted anew.
    AccountAt(&'a str, &'a str),
    /// Somebody signed in who changes their own password or codes.
    OwnAccount(&'a str),
    /// A reader, whichever of their numbers was typed.
    Reader(&'a str),
    /// A number that was typed to sign in with, whether it leads to a reader or not.
    Typed(&'a str),
    /// A number that was typed to be sent a code, whether it leads to a reader or not.
    TypedForCode(&'a str),
    /// A caller who answers questions about this reader on the phone (A.4.1).
    PhoneAnswers(&'a str),
    /// Codes sent to a reader, whichever of their numbers was typed.
    Codes(&'a str),
    /// The numbers of terminals that a reader types to sign them in (6.1.4.2).
    ScanNumbers(&'a str),
    /// A network address.
    Address(&'a str),
    /// A network address at the readers' own pages: who guesses there must not lock the desk that shares it out.
    ReaderAddress(&'a str),
    /// Documents that a kiosk reads, by its token: what is read too often no person holds to it.
    Kiosk(&'a str),
    /// A network address from which kiosks are set up.
    KioskSetUp(&'a str),
}

impl Subject<'_> {
    fn hash(self, op: &Op) -> Vec<u8> {
        match self {
            Self::Account(name) => op.keys().lookup("account", name),
            Self::AccountAt(name, address) => op.keys().lookup("account at", &[name, address].join("\0")),
            Self::OwnAccount(name) => op.keys().lookup("own account", name),
            Self::Reader(name) => op.keys().lookup("reader account", name),
            Self::Typed(number) => op.keys().lookup("typed number", number),
            Self::TypedForCode(number) => op.keys().lookup("typed number for a code", number),
            Self::PhoneAnswers(name) => op.keys().lookup("phone answers", name),
            Self::ScanNumbers(name) => op.keys().lookup("scan numbers", name),
            Self::Codes(name) => op.keys().lookup("codes", name),
            Self::Address(address) => op.keys().lookup("address", address),
            Self::ReaderAddress(address) => op.keys().lookup("reader address", address),
            Self::Kiosk(token) => op.keys().lookup("kiosk", token),
            Self::KioskSetUp(address) => op.keys().lookup("kiosk set-up", address),
        }
    }

    fn limit(self) -> i64 {
        match self {
            Self::AccountAt(..)
            | Self::OwnAccount(_)
            | Self::Reader(_)
            | Self::Typed(_)
            | Self::ScanNumbers(_)
            | Self::PhoneAnswers(_) => PER_ACCOUNT,
            Self::Account(_) => FROM_ANYWHERE,
            Self::Codes(_) | Self::TypedForCode(_) => CODES,
            Self::Kiosk(_) => PER_KIOSK,
            Self::KioskSetUp(_) => FROM_ANYWHERE,
            Self::Address(_) | Self::ReaderAddress(_) => PER_ADDRESS,
        }
    }

    /// How many of some tries are still to be counted after so much time without a new one.
    fn left(self, failures: i64, since: TimeDelta) -> i64 {
        let run_off = match self {
            Self::Address(_) | Self::ReaderAddress(_) | Self::Kiosk(_) => {
                since.num_milliseconds().saturating_mul(self.limit()) / LOCK.num_milliseconds()
            }
            _ => 0,
        };
        (failures - run_off).max(0)
    }
}

/// Counts a try. Gives the seconds to wait when it may not be made.
pub(crate) async fn count(op: &Op, subject: Subject<'_>) -> Result<Option<i64>> {
    let hash = subject.hash(op);
    // The row is made first and then locked, so that on a server tries at once are counted one after the other.
    let empty = failure::ActiveModel {
        subject: Set(hash.clone()),
        failures: Set(0),
        last_at: Set(op.now()),
        locked_until: Set(None),
    };
    failure::Entity::insert(empty)
        .on_conflict(OnConflict::column(failure::Column::Subject).do_nothing().to_owned())
        .exec_without_returning(op.db())
        .await?;
    let row = failure::Entity::find_by_id(hash.clone()).lock_exclusive().one(op.db()).await?;
    let row = row.filter(|row| {
        op.now() - row.last_at < LOCK || row.locked_until.is_some_and(|until| until > op.now())
    });
    if let Some(until) = row.as_ref().and_then(|row| row.locked_until)
        && until > op.now()
    {
        return Ok(Some((until - op.now()).num_seconds().max(1)));
    }
    let before = row.map_or(0, |row| match row.locked_until {
        Some(_) => 0,
        None => subject.left(row.failures, op.now() - row.last_at),
    });
    let failures = before + 1;
    let locked_until = (failures >= subject.limit()).then(|| op.now() + LOCK);
    failure::Entity::update_many()
        .col_expr(failure::Column::Failures, Expr::value(failures))
        .col_expr(failure::Column::LastAt, Expr::value(op.now()))
        .col_expr(failure::Column::LockedUntil, Expr::value(locked_until))
        .filter(failure::Column::Subject.eq(hash))
        .exec(op.db())
        .await?;
    Ok(None)
}

/// The seconds to wait while tries are locked; a look that counts nothing.
pub(crate) async fn locked(op: &Op, subject: Subject<'_>) -> Result<Option<i64>> {
    let row = failure::Entity::find_by_id(subject.hash(op)).one(op.db()).await?;
    let until = row.and_then(|row| row.locked_until).filter(|until| *until > op.now());
    Ok(until.map(|until| (until - op.now()).num_seconds().max(1)))
}

/// How many tries may still be made before a lock; a look that counts nothing.
pub(crate) async fn left(op: &Op, subject: Subject<'_>) -> Result<i64> {
    let row = failure::Entity::find_by_id(subject.hash(op)).one(op.db()).await?;
    let made = row.map_or(0, |row| match row.locked_until {
        Some(until) if until > op.now() => subject.limit(),
        Some(_) => 0,
        None if op.now() - row.last_at >= LOCK => 0,
        None => subject.left(row.failures, op.now() - row.last_at),
    });
    Ok((subject.limit() - made).max(0))
}

/// Takes the count of an account back: the try was good. Of an address only this one, since others share it; a lock that only this
/// one brought about goes with it.
pub(crate) async fn forgive(op: &Op, subject: Subject<'_>) -> Result<()> {
    let hash = subject.hash(op);
    match subject {
        Subject::Account(_)
        | Subject::AccountAt(..)
        | Subject::OwnAccount(_)
        | Subject::Reader(_)
        | Subject::Typed(_)
        | Subject::TypedForCode(_)
        | Subject::PhoneAnswers(_)
        | Subject::Kiosk(_)
        | Subject::KioskSetUp(_)
        | Subject::ScanNumbers(_)
        | Subject::Codes(_) => {
            failure::Entity::delete_by_id(hash).exec(op.db()).await?;
        }
        Subject::Address(_) | Subject::ReaderAddress(_) => {
            let others = failure::Column::Failures.gt(subject.limit());
            let lock = Expr::case(others, Expr::col(failure::Column::LockedUntil))
                .finally(Expr::value(None::<chrono::DateTime<chrono::Utc>>));
            failure::Entity::update_many()
                .col_expr(failure::Column::LockedUntil, lock.into())
                .col_expr(
                    failure::Column::Failures,
                    Expr::cust("CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END"),
                )
                .filter(failure::Column::Subject.eq(hash))
                .exec(op.db())
                .await?;
        }
    }
    Ok(())
}

/// Counts a try by account or reader, and by address; the seconds to wait when either is locked.
pub(crate) async fn count_both(op: &Op, whose: Subject<'_>, address: &str) -> Result<Option<i64>> {
    let by_account = count(op, whose).await?;
    let by_address = match whose {
        Subject::Reader(_) => count(op, Subject::ReaderAddress(address)).await?,
        _ => count(op, Subject::Address(address)).await?,
    };
    Ok(by_account.max(by_address))
}

/// Turns a wait into the error it is.
pub(crate) fn refuse_while(wait: Option<i64>) -> Result<()> {
    wait.map_or(Ok(()), |seconds| Err(Error::TooManyTries(seconds)))
}
