//! Signing in: name and password, then a one-time code where the account asks for one.
//!
//! These take the house and not an operation, since hashing takes tens of milliseconds, and a transaction must not wait.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use totp_rs::{Builder, Secret, Totp};

use super::sessions;
use super::tables::staff;
use crate::Service;
use crate::kernel::throttle::{Subject, count, count_both, forgive, refuse_while};
use crate::kernel::{Actor, Error, Op, Problem, Result, Sealed, StaffId, verify_password};

/// A sign-in that went well so far.
#[derive(Clone)]
pub struct SignedIn {
    /// The token for the browser's cookie.
    pub token: String,
    /// Whether a one-time code is asked for next.
    pub code_pending: bool,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn {{ code_pending: {} }}", self.code_pending)
    }
}

/// Signs in with name and password.
///
/// # Errors
/// [`Error::SignInRefused`], which does not tell what was wrong; [`Error::TooManyTries`] with the seconds to wait.
pub async fn sign_in(house: &Service, username: &str, password: &str, address: &str) -> Result<SignedIn> {
    let username = username.trim().to_lowercase().chars().take(40).collect::<String>();
    let address = address.to_owned();
    let (wait, account) = {
        // Operations own what they capture: the compiler can't yet see that borrowing ones may move between threads.
        let (username, address) = (username.clone(), address.clone());
        house.write(Actor::nobody(), async move |op| count_try(op, &username, &address).await).await?
    };
    refuse_while(wait)?;
    let account = account.filter(|account| account.active);
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    let password: String = password.chars().take(200).collect();
    if !verify_password(&password, hash).await? {
        return Err(Error::SignInRefused);
    }
    let account = account.ok_or(Error::SignInRefused)?;
    let (staff, code_pending) = (account.id, account.totp_confirmed);
    let stamped = stamped(&username, Some(&account));
    let token = house
        .write(Actor::nobody(), async move |op| {
            // With a code to come, the account's tries go on counting until that is right too.
            if !code_pending {
                forgive(op, Subject::AccountAt(&stamped, &address)).await?;
                forgive(op, Subject::Account(&username)).await?;
            }
            forgive(op, Subject::Address(&address)).await?;
            sessions::begin(op, staff, code_pending).await
        })
        .await?;
    Ok(SignedIn { token, code_pending })
}

/// Enters the one-time code. A code works once.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code; [`Error::TooManyTries`]; [`Error::NotFound`] when no code is waited for.
pub async fn enter_code(house: &Service, token: &str, code: &str, address: &str) -> Result<()> {
    let (token, code, address) = (token.to_owned(), code.to_owned(), address.to_owned());
    let session = {
        let token = token.clone();
        house.read(Actor::nobody(), async move |op| sessions::session(op, &token).await).await?
    };
    let session = session.filter(|session| session.code_pending).ok_or(Error::NotFound("session"))?;
    let (wait, account) = {
        let (username, address) = (session.username.clone(), address.clone());
        house.write(Actor::nobody(), async move |op| count_try(op, &username, &address).await).await?
    };
    refuse_while(wait)?;
    let stamped = stamped(&session.username, account.as_ref());
    house
        .write(Actor::nobody(), async move |op| {
            use_code(op, session.staff, &code).await?;
            forgive(op, Subject::AccountAt(&stamped, &address)).await?;
            forgive(op, Subject::Account(&session.username)).await?;
            forgive(op, Subject::Address(&address)).await?;
            sessions::code_was_right(op, &token).await
        })
        .await
}

/// Counts a try by account and address together, by account, and by address; gives the seconds to wait when one is locked, and the
/// account. What is locked for this address counts no further for the account: who goes on guessing from there can't lock its
/// owner out elsewhere.
async fn count_try(op: &Op, username: &str, address: &str) -> Result<(Option<i64>, Option<staff::Model>)> {
    let account = by_username(op, username).await?;
    let stamped = stamped(username, account.as_ref());
    let wait = match count(op, Subject::AccountAt(&stamped, address)).await? {
        None => count_both(op, Subject::Account(username), address).await?,
        here => here,
    };
    Ok((wait, account))
}

/// The account with its password as it is: after a reset nothing that was counted for the old one is in the way.
fn stamped(username: &str, account: Option<&staff::Model>) -> String {
    [username, account.map_or("", |account| account.password_hash.as_str())].join("\0")
}

/// Opens the sign-in of an account that was locked.
pub(super) async fn forgive_account(op: &Op, username: &str) -> Result<()> {
    forgive(op, Subject::Account(username)).await?;
    forgive(op, Subject::OwnAccount(username)).await
}

pub(super) async fn by_username(op: &Op, username: &str) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find().filter(staff::Column::Username.eq(username)).one(op.db()).await?)
}

/// Checks a code and marks its step as used, so that who looked over a shoulder can't use it again.
pub(super) async fn use_code(op: &Op, id: StaffId, code: &str) -> Result<()> {
    let wrong = || Error::field("code", Problem::WrongCode);
    let row = staff::Entity::find_by_id(id).one(op.db()).await?.ok_or_else(wrong)?;
    let totp = totp_of(op, &row, row.totp_secret.as_ref().ok_or_else(wrong)?)?;
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let now = u64::try_from(op.now().timestamp()).unwrap_or_default();
    let step = totp.check(&code, now).and_then(|step| i64::try_from(step).ok()).ok_or_else(wrong)?;
    let done = staff::Entity::update_many()
        .col_expr(staff::Column::TotpStep, Expr::value(step))
        .filter(staff::Column::Id.eq(id))
        .filter(staff::Column::TotpStep.lt(step))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(wrong()) }
}

pub(super) fn totp_of(op: &Op, row: &staff::Model, sealed: &Sealed) -> Result<Totp> {
    let secret = op.keys().open_sealed("staff.totp_secret", row.id.0, sealed)?;
    totp(&secret, &row.username)
}

/// Six digits, 30 seconds, one step of tolerance either way: what authenticator apps expect.
pub(super) fn totp(secret: &str, username: &str) -> Result<Totp> {
    let secret =
        Secret::try_from_base32(secret).map_err(|_| Error::internal("a one-time secret is not base32"))?;
    Builder::new()
        .with_secret(secret)
        .with_issuer(Some("Yueka"))
        .with_account_name(username)
        .build()
        .map_err(Error::internal)
}
