//! A terminal asks to be signed in.

use std::net::IpAddr;

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::super::sessions::chance;
use super::{ADDRESS, MOST_OPEN, OPEN_SECONDS, name_key, name_of, secret_key};
use crate::cards::tables::sign_in_scan;
use crate::kernel::{Error, LibraryId, Op, Result, ScanId, is_in, six_digits};
use crate::libraries::{Policy, set_themselves, tree};

/// A terminal, as far as the house can see it. `Debug` shows no address.
#[derive(Clone)]
pub struct Terminal {
    /// Its network address.
    pub address: String,
    /// What kind of browser it is, in words of the faces; the reader compares it with what stands in front of them.
    pub browser: String,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terminal({})", self.browser)
    }
}

/// A request that waits for a phone. `Debug` shows no secret.
#[derive(Clone)]
pub struct Started {
    /// What only the terminal's browser may hold.
    pub secret: String,
}

impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Started(…)")
    }
}

/// Asks for a terminal to be signed in. An earlier request of the same browser ends.
///
/// # Errors
/// [`Error::TooManyTries`] while too many wait at this address.
pub async fn begin(op: &Op, terminal: &Terminal, earlier: Option<&str>) -> Result<Started> {
    let column = sign_in_scan::Column::State;
    if let Some(earlier) = earlier {
        sign_in_scan::Entity::update_many()
            .col_expr(column, Expr::value("over"))
            .filter(sign_in_scan::Column::SecretKey.eq(secret_key(op, earlier)))
            .filter(column.is_in(["open", "confirmed"]))
            .exec(op.db())
            .await?;
    }
    let address_key = op.keys().lookup("scan address", &terminal.address);
    let waiting = sign_in_scan::Entity::find()
        .filter(sign_in_scan::Column::AddressKey.eq(address_key.clone()))
        .filter(sign_in_scan::Column::ExpiresAt.gt(op.now()))
        .filter(column.eq("open"))
        .count(op.db())
        .await?;
    if waiting >= MOST_OPEN {
        return Err(Error::TooManyTries(OPEN_SECONDS));
    }
    let check_number = six_digits()?;
    // The number of a request whose time is over is free again.
    sign_in_scan::Entity::update_many()
        .col_expr(column, Expr::value("over"))
        .filter(sign_in_scan::Column::CheckNumber.eq(check_number.as_str()))
        .filter(column.eq("open"))
        .filter(sign_in_scan::Column::ExpiresAt.lte(op.now()))
        .exec(op.db())
        .await?;
    let (id, secret): (ScanId, String) = (op.new_id()?, chance::<32>()?);
    let row = sign_in_scan::ActiveModel {
        id: Set(id),
        secret_key: Set(secret_key(op, &secret)),
        name_key: Set(name_key(op, &name_of(op, &secret))),
        check_number: Set(check_number),
        state: Set("open".to_owned()),
        address: Set(op.keys().close(ADDRESS, id.0, &terminal.address)?),
        address_key: Set(address_key),
        library_id: Set(library_of(op, &terminal.address).await?),
        browser: Set(terminal.browser.chars().take(40).collect()),
        reader_id: Set(None),
        card_id: Set(None),
        created_at: Set(op.now()),
        expires_at: Set(op.now() + TimeDelta::seconds(OPEN_SECONDS)),
        decided_at: Set(None),
    };
    // Two that drew the same number meet at the unique index; the second draws again.
    sign_in_scan::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(Started { secret })
}

/// The library whose terminals are in this address's network: of several the one that stands lowest.
async fn library_of(op: &Op, address: &str) -> Result<Option<LibraryId>> {
    let Ok(address) = address.parse::<IpAddr>() else { return Ok(None) };
    let networks = set_themselves(op, Policy::TerminalNetworks).await?;
    let of_networks = networks.into_iter().filter(|(_, networks)| {
        let networks = networks.to_string();
        !networks.is_empty() && is_in(&networks, address)
    });
    let found: Vec<LibraryId> = of_networks.map(|(library, _)| library).collect();
    if found.is_empty() {
        return Ok(None);
    }
    let tree = tree(op).await?;
    Ok(found.into_iter().max_by_key(|library| tree.upwards(*library).count()))
}
