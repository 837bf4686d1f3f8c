//! The keys that identities are signed with (RS256, which every client of OpenID Connect must understand). They lie sealed in the database,
//! where all instances find them. RSA keys are made by the `rsa` crate, and used by *ring*.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::SystemRandom;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs8::EncodePrivateKey;
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::tables::key;
use crate::Service;
use crate::kernel::{Actor, Error, Op, Result, Right, ServiceName, SignOnKeyId};
use crate::records;

const BITS: usize = 2048;
const PLACE: &str = "sign_on_keys.private_key";
/// For so many hours after another took its place a key is still shown: what it signed is good for no longer.
const SHOWN_HOURS: i64 = 24;

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey {
    id: SignOnKeyId,
    pair: Arc<RsaKeyPair>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

/// A key that what was signed is checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// What it is called.
    pub id: String,
    /// The modulus, big-endian.
    pub modulus: Vec<u8>,
    /// The exponent, big-endian.
    pub exponent: Vec<u8>,
}

impl SigningKey {
    /// What it is called.
    #[must_use]
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    fn sign(&self, content: &[u8]) -> Result<Vec<u8>> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content, &mut signature)
            .map_err(|_| Error::internal("an identity could not be signed"))?;
        Ok(signature)
    }

    /// What is stated, signed (a JSON Web Signature in its compact form).
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn stated(&self, claims: &Value) -> Result<String> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.id() });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let content = [part(&header), part(claims)].join(".");
        let signature = URL_SAFE_NO_PAD.encode(self.sign(content.as_bytes())?);
        Ok([content, signature].join("."))
    }

    fn public(&self) -> PublicKey {
        let parts = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(self.pair.public_key());
        PublicKey { id: self.id(), modulus: parts.n, exponent: parts.e }
    }
}

/// The key that signs now; the first one is made when it is asked for.
///
/// # Errors
/// When the database can't be asked or written.
pub async fn signing_key(house: &Service) -> Result<SigningKey> {
    let newest = house.read(Actor::nobody(), async |op| Ok(all(op).await?.into_iter().next())).await?;
    match newest {
        Some((key, _)) => Ok(key),
        None => {
            let made = made().await?;
            let first = async move |op: &Op| match all(op).await?.into_iter().next() {
                // Another instance was first.
                Some((key, _)) => Ok(key),
                None => add(op, 1, &made).await,
            };
            house.write(Actor::nobody(), first).await
        }
    }
}

/// Makes another key, which signs from now on.
///
/// # Errors
/// [`Right::ManageTokens`] is needed, at the federation.
pub async fn new_signing_key(house: &Service, actor: Actor) -> Result<String> {
    let made = made().await?;
    house
        .write(actor, async move |op| {
            op.intend(ServiceName::ChangePlatform, None);
            op.require(Right::ManageTokens)?;
            let last = key::Entity::find().order_by_desc(key::Column::Place).one(op.db()).await?;
            let key = add(op, last.map_or(0, |last| last.place) + 1, &made).await?;
            let detail = json!({ "signing_key": key.id() });
            records::keep_act(op, ServiceName::ChangePlatform, detail).await?;
            Ok(key.id())
        })
        .await
}

/// The keys that what was signed lately is checked with, the newest first.
///
/// # Errors
/// As [`signing_key`].
pub async fn public_keys(house: &Service) -> Result<Vec<PublicKey>> {
    signing_key(house).await?;
    let keys = house.read(Actor::nobody(), async |op| all(op).await).await?;
    let oldest = house.clock().now() - TimeDelta::hours(SHOWN_HOURS);
    let mut shown = Vec::with_capacity(keys.len());
    // Since when the one before it in the list signs in its place.
    let mut succeeded: Option<DateTime<Utc>> = None;
    for (key, since) in keys {
        if succeeded.is_none_or(|succeeded| succeeded > oldest) {
            shown.push(key.public());
        }
        succeeded = Some(since);
    }
    Ok(shown)
}

/// All keys, the newest first, each with the moment it was made.
async fn all(op: &Op) -> Result<Vec<(SigningKey, DateTime<Utc>)>> {
    let rows = key::Entity::find().order_by_desc(key::Column::Place).all(op.db()).await?;
    rows.into_iter()
        .map(|row| {
            let text = op.keys().open_sealed(PLACE, row.id.0, &row.private_key)?;
            Ok((SigningKey { id: row.id, pair: Arc::new(pair(&text)?) }, row.created_at))
        })
        .collect()
}

async fn add(op: &Op, place: i64, text: &str) -> Result<SigningKey> {
    let id: SignOnKeyId = op.new_id()?;
    let row = key::ActiveModel {
        id: Set(id),
        place: Set(place),
        private_key: Set(op.keys().close(PLACE, id.0, text)?),
        created_at: Set(op.now()),
    };
    // Of two instances at once one loses here, runs again, and finds the other's.
    key::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(SigningKey { id, pair: Arc::new(pair(text)?) })
}

fn pair(text: &str) -> Result<RsaKeyPair> {
    let der = STANDARD.decode(text).map_err(Error::internal)?;
    RsaKeyPair::from_pkcs8(&der).map_err(|fault| Error::internal(fault.to_string()))
}

/// A key that is made: PKCS #8 in base64. It takes a while, so it happens beside the requests.
async fn made() -> Result<String> {
    let make = || {
        let key = rsa::PrivateKey::new(&mut getrandom::SysRng, BITS);
        let der = key.map_err(|fault| Error::internal(fault.to_string()))?.to_pkcs8_der();
        Ok(STANDARD.encode(der.map_err(|fault| Error::internal(fault.to_string()))?.as_bytes()))
    };
    tokio::task::spawn_blocking(make).await.map_err(Error::internal)?
}
