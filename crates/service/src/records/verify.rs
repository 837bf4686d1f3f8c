//! `yueka audit verify`: walks the chains and names the first row that does not fit.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::chain::{Chain, Content, end_of, mark};
use super::heads::{self, Head};
use super::tables::{access, seal, service_record};
use crate::kernel::{Op, Result, Right, first_id_of};

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
    /// Where the chain ends, as far as it fits; none where nothing is sealed.
    pub end: Option<Head>,
    /// The head that is kept beside the key ring; without one nothing proves that the end was not cut off.
    pub kept: Option<Head>,
    /// Rows that wait though sealing went on past them: put in later than they say, or taken out of the chain.
    pub overdue: Option<OutOfTime>,
    /// Rows that were sealed long after the time they bear, and say nothing of having been brought in from elsewhere.
    pub late: Option<OutOfTime>,
}

/// Rows that bear a time which the chain had passed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfTime {
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub first: Uuid,
    /// The time it bears.
    pub at: DateTime<Utc>,
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
    /// The row at this place holds what can't be read.
    Unreadable {
        /// Its place in the chain.
        place: i64,
    },
    /// The row that stood at this place is gone.
    Missing {
        /// Its place in the chain.
        place: i64,
    },
    /// The chain ends before the last seal that was kept, in the database or beside the key ring, or before a head that was noted
    /// elsewhere.
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
    /// The row at this place is another one than the head tells of that was kept beside the key ring, or noted elsewhere.
    AnotherHead {
        /// The place of the head.
        place: i64,
    },
    /// What is kept beside the key ring was not kept by it; in words.
    HeadChanged(String),
}

/// How long after its time a row may be sealed: long transactions, clocks that differ, a server that was down for a moment.
const SEALING_DELAY: TimeDelta = TimeDelta::minutes(10);
/// How a record says that it was brought in from another system, with the time of then.
const BROUGHT_IN: &str = "\"imported\":true";

/// Walks both chains, up to the heads kept beside the key ring.
///
/// # Errors
/// [`Right::Audit`] is needed.
pub async fn verify(op: &Op) -> Result<Vec<ChainReport>> {
    verify_against(op, &[]).await
}

/// Walks both chains; they must also hold these heads, which were noted elsewhere.
///
/// # Errors
/// [`Right::Audit`] is needed.
pub async fn verify_against(op: &Op, expected: &[Head]) -> Result<Vec<ChainReport>> {
    op.require(Right::Audit)?;
    let mut reports = Vec::new();
    for chain in Chain::ALL {
        let expected = expected.iter().filter(|head| head.chain == chain).cloned().collect();
        reports.push(walk(op, chain, expected).await?);
    }
    Ok(reports)
}

/// Where the chains end in the database, for noting elsewhere: those that have rows, and whose end is marked with the key.
///
/// # Errors
/// [`Right::Audit`] is needed.
pub async fn ends(op: &Op) -> Result<Vec<Head>> {
    op.require(Right::Audit)?;
    let mut ends = Vec::new();
    for chain in Chain::ALL {
        let Some(end) = end_of(op, chain).await? else { continue };
        let seal = super::chain::seal_at(op, chain, end.place).await?.unwrap_or_default();
        let head = Head { chain, place: end.place, seal };
        if end.seal == mark(op, &head, end.at) {
            ends.push(head);
        }
    }
    Ok(ends)
}

const PAGE: u64 = 1000;

struct Link {
    place: i64,
    row: Uuid,
    at: DateTime<Utc>,
    brought_in: bool,
    content: Vec<u8>,
    seal: Vec<u8>,
}

/// A walk on its way.
struct Walk<'a> {
    op: &'a Op,
    report: ChainReport,
    /// The last row that fitted.
    place: i64,
    link: Vec<u8>,
    last_at: Option<DateTime<Utc>>,
    /// Heads that are still to come, the nearest last.
    heads: Vec<Head>,
    /// When the batch before the one of this row was sealed.
    sealed_before: Option<DateTime<Utc>>,
}

async fn walk(op: &Op, chain: Chain, mut heads: Vec<Head>) -> Result<ChainReport> {
    let mut report = ChainReport {
        chain,
        sealed: 0,
        waiting: 0,
        misfit: None,
        end: None,
        kept: None,
        overdue: None,
        late: None,
    };
    // The file before the database: what is sealed meanwhile only brings the database further.
    match heads::kept(op.keys(), chain) {
        Ok(kept) => {
            report.kept = kept.filter(|kept| kept.place > 0);
            heads.extend(report.kept.clone());
        }
        Err(told) => report.misfit = Some(Misfit::HeadChanged(told)),
    }
    heads.sort_by_key(|head| std::cmp::Reverse(head.place));
    let (link, place) = (Vec::new(), 0);
    let mut walk = Walk { op, report, place, link, last_at: None, heads, sealed_before: None };
    if walk.report.misfit.is_none() {
        walk.report.misfit = walk.along().await?;
    }
    let Walk { mut report, place, link, last_at, .. } = walk;
    report.end = (place > 0).then_some(Head { chain, place, seal: link });
    report.waiting = waiting(op, chain, None).await?.0;
    if let Some(last_at) = last_at {
        report.overdue = waiting(op, chain, Some(last_at - SEALING_DELAY)).await?.1;
    }
    Ok(report)
}

impl Walk<'_> {
    /// Batch by batch, as they are marked; those that come in meanwhile too.
    async fn along(&mut self) -> Result<Option<Misfit>> {
        loop {
            let marks = self.marks_ahead().await?;
            let Some(end) = marks.last().map(|mark| mark.place) else {
                // All is walked, unless rows stand behind the last mark: then somebody sealed between the two questions, or nobody
                // marked them.
                let behind = self.page(i64::MAX).await?.map(|page| page.last().map(|row| row.place));
                return Ok(match behind {
                    Ok(None) => self
                        .heads
                        .last()
                        .map(|head| Misfit::CutOff { place: self.place, expected: head.place }),
                    Ok(Some(_)) if !self.marks_ahead().await?.is_empty() => continue,
                    Ok(Some(place)) => Some(Misfit::SealChanged { place }),
                    Err(misfit) => Some(misfit),
                });
            };
            let mut marks = marks.into_iter().peekable();
            while self.place < end {
                let page = match self.page(end).await? {
                    Ok(page) if page.is_empty() => {
                        return Ok(Some(Misfit::CutOff { place: self.place, expected: end }));
                    }
                    Ok(page) => page,
                    Err(misfit) => return Ok(Some(misfit)),
                };
                for row in page {
                    if let Some(misfit) = self.step(row) {
                        return Ok(Some(misfit));
                    }
                    while let Some(kept) = marks.next_if(|kept| kept.place <= self.place) {
                        let head =
                            Head { chain: self.report.chain, place: self.place, seal: self.link.clone() };
                        if kept.place != self.place || kept.seal != mark(self.op, &head, kept.at) {
                            return Ok(Some(Misfit::SealChanged { place: kept.place }));
                        }
                        self.sealed_before = Some(kept.at);
                    }
                }
            }
        }
    }

    fn step(&mut self, row: Link) -> Option<Misfit> {
        if row.place != self.place + 1 {
            return Some(Misfit::Missing { place: self.place + 1 });
        }
        self.link = self.op.keys().seal(&self.link, &row.content);
        if self.link != row.seal {
            return Some(Misfit::Changed { place: row.place, row: row.row });
        }
        while let Some(head) = self.heads.pop_if(|head| head.place <= row.place) {
            if head.place == row.place && head.seal != self.link {
                return Some(Misfit::AnotherHead { place: row.place });
            }
        }
        self.place = row.place;
        self.last_at = Some(row.at);
        self.report.sealed += 1;
        if !row.brought_in && self.sealed_before.is_some_and(|before| row.at + SEALING_DELAY < before) {
            let first = OutOfTime { rows: 0, first: row.row, at: row.at };
            self.report.late.get_or_insert(first).rows += 1;
        }
        None
    }

    async fn marks_ahead(&self) -> Result<Vec<seal::Model>> {
        Ok(seal::Entity::find()
            .filter(seal::Column::Chain.eq(self.report.chain.as_str()))
            .filter(seal::Column::Place.gt(self.place))
            .order_by_asc(seal::Column::Place)
            .all(self.op.db())
            .await?)
    }

    /// Rows after the last one, up to a place.
    async fn page(&self, end: i64) -> Result<Result<Vec<Link>, Misfit>> {
        macro_rules! page {
            ($table:ident) => {{
                let rows = $table::Entity::find()
                    .filter($table::Column::SealPlace.gt(self.place))
                    .filter($table::Column::SealPlace.lte(end))
                    .order_by_asc($table::Column::SealPlace)
                    .limit(PAGE);
                match rows.clone().all(self.op.db()).await {
                    Ok(rows) => Ok(rows
                        .into_iter()
                        .map(|row| Link {
                            place: row.seal_place.unwrap_or_default(),
                            row: row.id.0,
                            at: row.at,
                            brought_in: row.detail.contains(BROUGHT_IN),
                            content: row.content(),
                            seal: row.seal.unwrap_or_default(),
                        })
                        .collect()),
                    Err(error) => match self.unreadable(rows, $table::Column::SealPlace).await? {
                        Some(place) => Err(Misfit::Unreadable { place }),
                        None => return Err(error.into()),
                    },
                }
            }};
        }
        Ok(match self.report.chain {
            Chain::ServiceRecords => page!(service_record),
            Chain::AccessLog => page!(access),
        })
    }

    /// The first of some rows that can't be read, where it is a row's fault.
    async fn unreadable<E: EntityTrait>(&self, rows: Select<E>, place: E::Column) -> Result<Option<i64>> {
        let places: Vec<Option<i64>> =
            rows.select_only().column(place).into_tuple().all(self.op.db()).await?;
        for at in places.into_iter().flatten() {
            if E::find().filter(place.eq(at)).one(self.op.db()).await.is_err() {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

/// Rows that wait; with a moment, those from before it that were not brought in from elsewhere, and the first of them.
async fn waiting(op: &Op, chain: Chain, before: Option<DateTime<Utc>>) -> Result<(u64, Option<OutOfTime>)> {
    macro_rules! waiting {
        ($table:ident) => {{
            let mut rows = $table::Entity::find().filter($table::Column::SealPlace.is_null());
            if let Some(before) = before {
                rows = rows
                    .filter($table::Column::Id.lt(first_id_of(before)))
                    .filter($table::Column::Detail.not_like(["%", BROUGHT_IN, "%"].concat()));
            }
            let count = rows.clone().count(op.db()).await?;
            let first = match before {
                Some(_) if count > 0 => {
                    let ids = rows.order_by_asc($table::Column::Id).select_only().column($table::Column::Id);
                    ids.into_tuple::<Uuid>().one(op.db()).await?
                }
                _ => None,
            };
            (count, first)
        }};
    }
    let (rows, first) = match chain {
        Chain::ServiceRecords => waiting!(service_record),
        Chain::AccessLog => waiting!(access),
    };
    let time = |id: Uuid| {
        let (seconds, nanos) = id.get_timestamp().map(|stamp| stamp.to_unix()).unwrap_or_default();
        DateTime::from_timestamp(i64::try_from(seconds).unwrap_or_default(), nanos).unwrap_or_default()
    };
    Ok((rows, first.map(|first| OutOfTime { rows, first, at: time(first) })))
}
