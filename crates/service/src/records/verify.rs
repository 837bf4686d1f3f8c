//! `yueka audit verify`: walks the chains and names the first row that does not fit.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::chain::{Chain, Content, end_of};
use super::tables::{access, seal, service_record};
use crate::kernel::{Op, Result, Right};

/// What a walk along a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// Which chain.
    pub chain: Chain,
    /// Rows that fit.
    pub sealed: u64,
    /// Rows still waiting for their seal.
    pub waiting: u64,
    /// The first that does not fit.
    pub misfit: Option<Misfit>,
}

/// The first place where a chain does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The row at this place was changed after it was sealed.
    Changed {
        /// Its place in the chain.
        place: i64,
        /// Its id.
        row: Uuid,
    },
    /// The row that stood at this place is gone.
    Missing {
        /// Its place in the chain.
        place: i64,
    },
    /// The chain ends before the last seal that was kept.
    CutOff {
        /// Where the rows end.
        place: i64,
        /// Where they should end.
        expected: i64,
    },
    /// The end of a batch is not what was kept for it.
    SealChanged {
        /// The place of the seal.
        place: i64,
    },
}

/// Walks both chains.
///
/// # Errors
/// [`Right::Audit`] is needed.
pub async fn verify(op: &Op) -> Result<Vec<ChainReport>> {
    op.require(Right::Audit)?;
    let mut reports = Vec::new();
    for chain in Chain::ALL {
        reports.push(walk(op, chain).await?);
    }
    Ok(reports)
}

const PAGE: u64 = 1000;

struct Link {
    place: i64,
    row: Uuid,
    content: Vec<u8>,
    seal: Vec<u8>,
}

async fn walk(op: &Op, chain: Chain) -> Result<ChainReport> {
    let mut report = ChainReport { chain, sealed: 0, waiting: waiting(op, chain).await?, misfit: None };
    let seals = seal::Entity::find()
        .filter(seal::Column::Chain.eq(chain.as_str()))
        .order_by_asc(seal::Column::Place)
        .all(op.db())
        .await?;
    let mut seals = seals.into_iter().peekable();
    let (mut place, mut link) = (0_i64, Vec::new());
    loop {
        let page = page_after(op, chain, place).await?;
        let last_page = page.is_empty();
        for row in page {
            if row.place != place + 1 {
                report.misfit = Some(Misfit::Missing { place: place + 1 });
                return Ok(report);
            }
            link = op.keys().seal(&link, &row.content);
            place = row.place;
            if link != row.seal {
                report.misfit = Some(Misfit::Changed { place, row: row.row });
                return Ok(report);
            }
            while let Some(kept) = seals.next_if(|kept| kept.place <= place) {
                if kept.place != place || kept.seal != link {
                    report.misfit = Some(Misfit::SealChanged { place: kept.place });
                    return Ok(report);
                }
            }
            report.sealed += 1;
        }
        if last_page {
            break;
        }
    }
    let end = end_of(op, chain).await?.map_or(0, |end| end.place);
    if end > place {
        report.misfit = Some(Misfit::CutOff { place, expected: end });
    } else if end < place {
        report.misfit = Some(Misfit::SealChanged { place });
    }
    Ok(report)
}

async fn page_after(op: &Op, chain: Chain, place: i64) -> Result<Vec<Link>> {
    macro_rules! page {
        ($table:ident) => {
            $table::Entity::find()
                .filter($table::Column::SealPlace.gt(place))
                .order_by_asc($table::Column::SealPlace)
                .limit(PAGE)
                .all(op.db())
                .await?
                .into_iter()
                .map(|row| Link {
                    place: row.seal_place.unwrap_or_default(),
                    row: row.id.0,
                    content: row.content(),
                    seal: row.seal.unwrap_or_default(),
                })
                .collect()
        };
    }
    Ok(match chain {
        Chain::ServiceRecords => page!(service_record),
        Chain::AccessLog => page!(access),
    })
}

async fn waiting(op: &Op, chain: Chain) -> Result<u64> {
    Ok(match chain {
        Chain::ServiceRecords => {
            service_record::Entity::find()
                .filter(service_record::Column::SealPlace.is_null())
                .count(op.db())
                .await?
        }
        Chain::AccessLog => {
            access::Entity::find().filter(access::Column::SealPlace.is_null()).count(op.db()).await?
        }
    })
}
