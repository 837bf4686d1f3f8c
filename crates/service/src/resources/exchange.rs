//! A platform brings the code that a browser carried to it, and gets to know who came: by the name that the reader goes by there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest::{SHA256, digest};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::claims::{Claims, of_reader};
use super::sign_on::code_key;
use super::tables::{code, token};
use super::uses::count;
use super::{Told, platforms};
use crate::cards;
use crate::kernel::{Error, Op, Result, random_bytes};
use crate::readers;

/// For how long a code is good: as long as a browser needs to carry it.
const CODE_SECONDS: i64 = 60;
/// For how long a platform may ask with a token. The card is looked at each time, so a loss ends it before.
pub const TOKEN_SECONDS: i64 = 8 * 3600;

/// What a platform brings. `Debug` shows no secret.
#[derive(Clone)]
pub struct Exchange {
    /// What the platform calls itself.
    pub platform: String,
    /// Its secret.
    pub secret: String,
    /// The code.
    pub code: String,
    /// Where it had the browser sent back to.
    pub return_to: String,
    /// What the challenge of the code was made of.
    pub verifier: Option<String>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exchange({})", self.platform)
    }
}

/// What it gets. `Debug` shows no token.
#[derive(Clone)]
pub struct Exchanged {
    /// What it asks with from now on.
    pub token: String,
    /// Who came.
    pub claims: Claims,
    /// What it wanted to hear again.
    pub nonce: Option<String>,
    /// When the reader signed in at the portal.
    pub signed_in_at: DateTime<Utc>,
}

impl std::fmt::Debug for Exchanged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exchanged(…)")
    }
}

/// Why it gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeRefusal {
    /// There is no such platform, or the secret is another.
    UnknownPlatform,
    /// The code is none of this platform's, too old, used, or was issued for something else; or the card does not work any more.
    NoGoodCode,
}

/// Takes a code. One that comes twice has been seen by somebody else: what it led to ends.
///
/// # Errors
/// When the database can't be asked or written.
pub async fn exchange(op: &Op, brought: &Exchange) -> Result<Result<Exchanged, ExchangeRefusal>> {
    let no = Ok(Err(ExchangeRefusal::NoGoodCode));
    let Some(platform) = platforms::authenticated(op, &brought.platform, &brought.secret).await? else {
        return Ok(Err(ExchangeRefusal::UnknownPlatform));
    };
    let key = code_key(op, &brought.code);
    let row = code::Entity::find_by_id(key.clone()).one(op.db()).await?;
    let Some(row) = row.filter(|row| row.platform_id == platform.id) else { return no };
    if row.used_at.is_some() {
        end(op, &key).await?;
        return no;
    }
    let challenge = brought.verifier.as_deref().map(challenge_of);
    if op.now() - row.issued_at > TimeDelta::seconds(CODE_SECONDS)
        || row.return_to != brought.return_to
        || row.challenge != challenge
    {
        return no;
    }
    let used = code::Entity::update_many()
        .col_expr(code::Column::UsedAt, Expr::value(op.now()))
        .filter(code::Column::CodeKey.eq(key.clone()))
        .filter(code::Column::UsedAt.is_null())
        .exec(op.db())
        .await?;
    if used.rows_affected != 1 {
        // The same code at once: whoever runs again finds it used.
        return Err(Error::Raced);
    }
    let reader = readers::current(op, row.reader_id).await?;
    let card = match cards::card_in_use(op, reader).await {
        Ok(card) => card,
        Err(Error::Refused(_) | Error::NotFound(_)) => return no,
        Err(error) => return Err(error),
    };
    let told = Told::of(&row.told);
    let Some(claims) = of_reader(op, platform.id, reader, &told, None).await? else { return no };
    let text = URL_SAFE_NO_PAD.encode(random_bytes::<32>()?);
    let new = token::ActiveModel {
        token_key: Set(token_key(op, &text)),
        code_key: Set(key),
        platform_id: Set(platform.id),
        reader_id: Set(reader),
        told: Set(row.told),
        shared_session: Set(row.shared_session),
        issued_at: Set(op.now()),
        ends_at: Set(op.now() + TimeDelta::seconds(TOKEN_SECONDS)),
        ended_at: Set(None),
    };
    token::Entity::insert(new).exec_without_returning(op.db()).await?;
    count(op, platform.id, card.issuing_library, reader).await?;
    Ok(Ok(Exchanged { token: text, claims, nonce: row.nonce, signed_in_at: row.signed_in_at }))
}

/// Ends what a code led to.
async fn end(op: &Op, key: &[u8]) -> Result<()> {
    token::Entity::update_many()
        .col_expr(token::Column::EndedAt, Expr::value(op.now()))
        .filter(token::Column::CodeKey.eq(key.to_vec()))
        .filter(token::Column::EndedAt.is_null())
        .exec(op.db())
        .await?;
    Ok(())
}

pub(super) fn token_key(op: &Op, text: &str) -> Vec<u8> {
    op.keys().lookup("sign-on token", text)
}

/// By which an identity says which token it came with: the first half of its SHA-256, in base64url.
#[must_use]
pub fn half_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, token.as_bytes()).as_ref()[..16])
}

fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_3_2_d_the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
