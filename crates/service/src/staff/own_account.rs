//! What people do with their own account: password, one-time codes, language.

use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;
use totp_rs::Secret;

use super::sessions::sign_out_elsewhere;
use super::sign_in::{forgive_account, totp, totp_of, use_code};
use super::tables::staff;
use crate::Service;
use crate::kernel::throttle::{Subject, count, refuse_while};
use crate::kernel::{
    Actor, Error, Op, Problem, Result, Sealed, ServiceName, StaffId, Who, hash_password, is_good_password,
    random_bytes, verify_password,
};
use crate::records;

/// What an authenticator app needs.
#[derive(Clone)]
pub struct TotpSetUp {
    /// `otpauth://…`, for a QR code.
    pub url: String,
    /// The secret, for typing.
    pub secret: String,
}

impl std::fmt::Debug for TotpSetUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSetUp(…)")
    }
}

fn own_id(actor: &Actor) -> Result<StaffId> {
    match actor.who {
        Who::Staff(id) => Ok(id),
        _ => Err(Error::NotFound("account")),
    }
}

async fn own(op: &Op) -> Result<staff::Model> {
    let id = own_id(op.actor())?;
    staff::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("account"))
}

/// Changes one's password, and ends one's other sessions; `session` is the token of this one. Tries are limited as those of signing in
/// are: who finds an open desk doesn't guess the password there.
///
/// # Errors
/// [`Error::Invalid`] when the current one is wrong or the new one too weak; [`Error::TooManyTries`] with the seconds to wait.
pub async fn change_password(
    house: &Service,
    actor: &Actor,
    session: &str,
    current: &str,
    new: &str,
) -> Result<()> {
    let id = own_id(actor)?;
    if !is_good_password(new) {
        return Err(Error::field("new_password", Problem::WeakPassword));
    }
    let row = count_own(house, actor).await?;
    if !verify_password(current, Some(&row.password_hash)).await? {
        return Err(Error::field("current_password", Problem::WrongPassword));
    }
    let hash = hash_password(new).await?;
    let (username, session) = (row.username, session.to_owned());
    house
        .write(actor.clone(), async move |op| {
            op.intend(ServiceName::ChangeStaffPassword, None);
            update(op, id, staff::Column::PasswordHash, hash.clone().into()).await?;
            sign_out_elsewhere(op, id, &session).await?;
            forgive_account(op, &username).await?;
            records::keep_act(op, ServiceName::ChangeStaffPassword, json!({ "account": id }))
                .await
                .map(|_| ())
        })
        .await
}

/// Counts a try at one's own account, and reads it.
async fn count_own(house: &Service, actor: &Actor) -> Result<staff::Model> {
    let (row, wait) = house
        .write(actor.clone(), async move |op| {
            let row = own(op).await?;
            let wait = count(op, Subject::OwnAccount(&row.username)).await?;
            Ok((row, wait))
        })
        .await?;
    refuse_while(wait)?;
    Ok(row)
}

/// Makes a new secret for one-time codes; they are asked for once a code was entered. While an app is set up already, the
/// secret can't be changed without removing it first.
///
/// # Errors
/// [`Error::NotFound`] when codes are in use already.
pub async fn begin_totp(op: &Op) -> Result<TotpSetUp> {
    let row = own(op).await?;
    if row.totp_confirmed {
        return Err(Error::NotFound("set-up"));
    }
    let secret = match &row.totp_secret {
        Some(sealed) => totp_of(op, &row, sealed)?.secret().to_base32(),
        None => {
            let random: [u8; 20] = random_bytes()?;
            let secret = Secret::from(random.as_slice()).to_base32();
            let sealed: Sealed = op.keys().close("staff.totp_secret", row.id.0, &secret)?;
            update(op, row.id, staff::Column::TotpSecret, sealed.0.into()).await?;
            secret
        }
    };
    let url = totp(&secret, &row.username)?.to_url().map_err(Error::internal)?;
    Ok(TotpSetUp { url, secret })
}

/// Confirms the app with its first code.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code.
pub async fn confirm_totp(op: &Op, code: &str) -> Result<()> {
    let row = own(op).await?;
    use_code(op, row.id, code).await?;
    update(op, row.id, staff::Column::TotpConfirmed, true.into()).await?;
    records::keep_act(op, ServiceName::UseStaffCodes, json!({ "account": row.id })).await.map(|_| ())
}

/// Stops asking for codes; a last one proves that it is the owner who asks. One's other sessions end; `session` is the token of this one.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code; [`Error::TooManyTries`] with the seconds to wait.
pub async fn remove_totp(house: &Service, actor: &Actor, session: &str, code: &str) -> Result<()> {
    let row = count_own(house, actor).await?;
    let (session, code) = (session.to_owned(), code.to_owned());
    house
        .write(actor.clone(), async move |op| {
            op.intend(ServiceName::RemoveStaffCodes, None);
            use_code(op, row.id, &code).await?;
            update(op, row.id, staff::Column::TotpConfirmed, false.into()).await?;
            update(op, row.id, staff::Column::TotpSecret, sea_orm::Value::Bytes(None)).await?;
            sign_out_elsewhere(op, row.id, &session).await?;
            forgive_account(op, &row.username).await?;
            records::keep_act(op, ServiceName::RemoveStaffCodes, json!({ "account": row.id }))
                .await
                .map(|_| ())
        })
        .await
}

/// Keeps the language of one's pages with the account.
///
/// # Errors
/// When the database can't be written.
pub async fn set_language(op: &Op, language: &str) -> Result<()> {
    let id = own_id(op.actor())?;
    update(op, id, staff::Column::Language, language.into()).await
}

async fn update(op: &Op, id: StaffId, column: staff::Column, value: sea_orm::Value) -> Result<()> {
    let done = staff::Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(staff::Column::Id.eq(id))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("account")) }
}
