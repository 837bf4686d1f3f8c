//! All that a self-service machine has to know of a reader, at a glance: one statement reads the card, its holder, what blocks them, and
//! what the ledger counts, together with the stamp of what libraries and machines are set to. It is the one place where rows of several
//! rooms are read by SQL of its own, since machines ask for nothing as often (63/64).
//!
//! Glances that are wanted while others are on their way wait, and go together in one statement. Each is of a moment after it was asked for,
//! so what happened before, on whatever instance, is seen.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use sea_orm::{QueryResult, Value};
use tokio::sync::oneshot;

use super::calendar::Calendar;
use super::money::overdue_charge;
use super::rules::Rules;
use crate::Service;
use crate::cards::barcode::as_printed;
use crate::cards::password::{Presented, presented_in};
use crate::kernel::{
    Actor, Blocker, Error, Known, LibraryId, Op, Result, Right, Standing, local_date, settings_stamp,
};
use crate::readers;

/// How many go in one statement at the most: the largest of [`SIZES`].
const TOGETHER: usize = 16;
/// Loans and reservations are counted in one go with those of them that are overdue, or lie ready: these count so many.
const MARKED: i64 = 1_000_000;
/// Charges are counted in one go with what is owed: each counts so many fen more.
const CHARGED: i64 = 1_000_000_000_000;

/// The statement, for so many numbers. `$1` is today.
macro_rules! statement {
    ($numbers:literal) => {
        concat!(
            "SELECT n.number, n.card_id, c.reader_id, c.number AS card_number, c.state, c.kind AS card_kind, c.replaced_by, c.password_hash,
                d.id AS document_id, d.kind, d.number AS sealed, r.name, r.language,
                (SELECT b.reason FROM reader_blocks b WHERE b.reader_id = c.reader_id AND b.lifted_at IS NULL
                    AND (b.until IS NULL OR b.until >= $1) ORDER BY b.id LIMIT 1) AS block,
                CASE WHEN c.state = 'cancelled' THEN (SELECT count(*) FROM cards o WHERE o.reader_id = c.reader_id
                    AND o.state IN ('active', 'lost')) ELSE 0 END AS others,
                (SELECT count(*) FROM readers m WHERE m.merged_into = c.reader_id) AS merged,
                (SELECT count(*) + 1000000 * count(CASE WHEN l.due < $1 THEN 1 END) FROM loans l
                    WHERE l.reader_id = c.reader_id AND l.returned_at IS NULL) AS loans,
                (SELECT CAST(COALESCE(sum(h.unpaid + 1000000000000), 0) AS bigint) FROM charges h
                    WHERE h.reader_id = c.reader_id AND h.unpaid > 0) AS unpaid,
                (SELECT count(*) + 1000000 * count(w.item_id) FROM reservations w
                    WHERE w.reader_id = c.reader_id AND w.state IN ('waiting', 'ready')) AS waits,
                (SELECT s.value FROM stamps s WHERE s.name = 'settings') AS settings
            FROM card_numbers n JOIN cards c ON c.id = n.card_id JOIN readers r ON r.id = c.reader_id
                LEFT JOIN identity_documents d ON d.id = c.document_id AND c.password_hash IS NULL
            WHERE n.number IN (", $numbers, ")"
        )
    };
}

/// A statement is prepared once, so there are few; places that are left over repeat the last number.
const SIZES: [(usize, &str); 3] = [
    (1, statement!("$2")),
    (4, statement!("$2, $3, $4, $5")),
    (TOGETHER, statement!("$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17")),
];

/// The live card of whom an identity key belongs to: `$1` is the key, `$2` the number as a card would have it.
const BY_DOCUMENT: &str = "SELECT c.number FROM identity_keys k JOIN cards c ON c.reader_id = k.reader_id
    WHERE k.identity_key = $1 AND c.state IN ('active', 'lost') AND NOT EXISTS (SELECT 1 FROM card_numbers n WHERE n.number = $2)";

/// What is overdue: `$1` is the reader, `$2` today.
const OVERDUE: &str = "SELECT l.due, l.library_id, i.price FROM loans l JOIN items i ON i.id = l.item_id
    WHERE l.reader_id = $1 AND l.returned_at IS NULL AND l.due < $2";

/// What was seen of who presents a number.
#[derive(Clone, Debug)]
pub struct Glance {
    /// Who presents it.
    pub who: Presented,
    /// The stamp of what libraries and machines were set to at that moment.
    pub settings: i64,
    merged: bool,
    overdue: i64,
    loans: i64,
    unpaid: i64,
    charges: i64,
    ready: i64,
    waiting: i64,
}

impl Glance {
    fn of(row: &QueryResult) -> Result<Self> {
        let loans: i64 = row.try_get("", "loans")?;
        let unpaid: i64 = row.try_get("", "unpaid")?;
        let waits: i64 = row.try_get("", "waits")?;
        let (overdue, loans) = (loans / MARKED, loans % MARKED);
        let (ready, waits) = (waits / MARKED, waits % MARKED);
        Ok(Self {
            who: presented_in(row)?,
            settings: row.try_get("", "settings")?,
            merged: row.try_get::<i64>("", "merged")? > 0,
            unpaid: unpaid % CHARGED,
            charges: unpaid / CHARGED,
            overdue,
            loans,
            ready,
            waiting: waits - ready,
        })
    }
}

/// By which terms a library lends: its policies, as long as the stamp is the same.
#[derive(Clone, Debug)]
pub struct Terms {
    rules: Rules,
    lends: bool,
}

impl Terms {
    /// Whether it lends with the built-in ledger.
    #[must_use]
    pub fn lends(&self) -> bool {
        self.lends
    }

    /// How many books may be out at once (A.3.2 a).
    #[must_use]
    pub fn book_limit(&self) -> i64 {
        self.rules.book_limit
    }
}

/// The terms of a library.
///
/// # Errors
/// When the database can't be asked.
pub async fn terms(op: &Op, library: LibraryId) -> Result<Terms> {
    let rules = Rules::at(op, library).await?;
    Ok(Terms { lends: op.circulation().is_own() && rules.uses_ledger, rules })
}

/// How a reader stands whose card works, as a machine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtMachine {
    /// What they have out and owe.
    pub known: Known,
    /// What they can pay now, in fen; none where that is not known.
    pub payable: Option<i64>,
    /// How many charges that is; none where another system counts them.
    pub charges: Option<u32>,
    /// What stands against borrowing.
    pub against: Vec<Blocker>,
    /// How many reservations lie ready, and how many wait; none where this library does not lend.
    pub waits: Option<(u32, u32)>,
}

/// Looks at readers for machines.
#[derive(Clone)]
pub struct Glances(Arc<Inner>);

/// What being late costs at a library.
type Lateness = (Rules, Calendar);

struct Inner {
    house: Service,
    queue: Mutex<Queue>,
    /// What being late costs at libraries, and the stamp under which that was read.
    places: Mutex<HashMap<LibraryId, (i64, Arc<Lateness>)>>,
    /// How many statements may be on their way at once: more would only keep glances from going together.
    at_once: usize,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(String, oneshot::Sender<Glance>)>,
    on_their_way: usize,
}

impl std::fmt::Debug for Glances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Glances")
    }
}

impl Glances {
    /// In a house.
    #[must_use]
    pub fn new(house: Service) -> Self {
        let at_once = std::thread::available_parallelism().map_or(2, usize::from);
        Self(Arc::new(Inner { house, queue: Mutex::default(), places: Mutex::default(), at_once }))
    }

    /// Who presents a number that a card has or had, or that of a document which names its holder, and how they stand. None for any other
    /// number, and when the database could not be asked: whoever asks has to look closer.
    ///
    /// # Errors
    /// [`Right::FindReaders`] is needed.
    pub async fn at(&self, actor: &Actor, number: &str) -> Result<Option<Glance>> {
        if !actor.may(Right::FindReaders) {
            return Err(Error::Forbidden(Right::FindReaders));
        }
        let number = as_printed(number);
        if number.is_empty() || number.chars().count() > 64 {
            return Ok(None);
        }
        let Some(card) = self.0.number_by_document(&number).await? else { return Ok(self.see(number).await) };
        // Whose number changed in between is looked for anew.
        Ok(self.see(card).await.filter(|glance| glance.who.current))
    }

    async fn see(&self, number: String) -> Option<Glance> {
        let (tell, told) = oneshot::channel();
        if self.0.wait(number, tell) {
            let inner = Arc::clone(&self.0);
            tokio::spawn(async move { inner.serve().await });
        }
        told.await.ok()
    }

    /// How somebody stands whose card works, at a library with these terms; none when a glance does not tell: other records of the same
    /// person, documents that have ended, systems elsewhere, an item that was brought back just now. What overdue items would cost today is
    /// asked for.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn stands(&self, glance: &Glance, terms: &Terms) -> Result<Option<AtMachine>> {
        let Terms { rules, lends } = terms;
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        if glance.merged || (*lends && rules.ended_document_blocks) {
            return Ok(None);
        }
        let counted =
            Standing { loans: count(glance.loans), overdue: count(glance.overdue), charges: glance.unpaid };
        let circulation = self.0.house.circulation();
        if circulation.by_count(counted, *lends).is_none() {
            return Ok(None);
        }
        let accruing = match glance.overdue {
            0 => 0,
            _ => match self.0.accruing(glance).await? {
                Some(accruing) => accruing,
                None => return Ok(None),
            },
        };
        let owed = glance.unpaid.saturating_add(accruing);
        let Some(known) = circulation.by_count(Standing { charges: owed, ..counted }, *lends) else {
            return Ok(None);
        };
        if !lends {
            let payable = match known {
                Known::Standing(standing) => Some(standing.charges),
                _ => None,
            };
            return Ok(Some(AtMachine { known, payable, charges: None, against: Vec::new(), waits: None }));
        }
        let mut against = Vec::new();
        if glance.who.block.is_some() {
            against.push(Blocker::ReaderBlocked);
        }
        if rules.overdue_blocks && glance.overdue > 0 {
            against.push(Blocker::ItemsOverdue(count(glance.overdue)));
        }
        if owed > rules.owed_limit {
            against.push(Blocker::OwesTooMuch(owed));
        }
        let (payable, charges) = (Some(glance.unpaid), Some(count(glance.charges)));
        let waits = Some((count(glance.ready), count(glance.waiting)));
        Ok(Some(AtMachine { known, payable, charges, against, waits }))
    }
}

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the live card that the number of a document leads to, where it leads to one by itself. What is printed on a card goes
    /// first.
    async fn number_by_document(&self, number: &str) -> Result<Option<String>> {
        let today = local_date(self.house.clock().now());
        let Some(key) = readers::key_of_number(self.house.keys(), number, today) else { return Ok(None) };
        let values = vec![Value::from(key), Value::from(number)];
        let row = self.house.database().look_for_one(BY_DOCUMENT, values).await?;
        Ok(row.map(|row| row.try_get("", "number")).transpose()?)
    }

    /// Puts a number into the queue; whether whoever put it there has to see to it.
    fn wait(&self, number: String, tell: oneshot::Sender<Glance>) -> bool {
        let mut queue = self.queue();
        queue.waiting.push_back((number, tell));
        let begins = queue.on_their_way < self.at_once;
        queue.on_their_way += usize::from(begins);
        begins
    }

    /// Serves the queue until it is empty.
    async fn serve(&self) {
        let mut place = InTheQueue { inner: self, ended: false };
        loop {
            let asked: Vec<_> = {
                let mut queue = self.queue();
                if queue.waiting.is_empty() {
                    queue.on_their_way -= 1;
                    place.ended = true;
                    return;
                }
                let length = queue.waiting.len().min(TOGETHER);
                queue.waiting.drain(..length).collect()
            };
            match self.look(asked.iter().map(|(number, _)| number.as_str())).await {
                Ok(seen) => {
                    for (number, tell) in asked {
                        if let Some(glance) = seen.get(&number) {
                            // Who asked may have gone.
                            let _ = tell.send(glance.clone());
                        }
                    }
                }
                // Each looks closer then, and meets the fault there.
                Err(error) => tracing::debug!(%error, "a glance failed"),
            }
        }
    }

    /// What overdue items would cost today; none when they are others than those that were counted.
    async fn accruing(&self, glance: &Glance) -> Result<Option<i64>> {
        let today = local_date(self.house.clock().now());
        let values = vec![Value::from(glance.who.reader), Value::from(today)];
        let rows = self.house.database().look(OVERDUE, values).await?;
        if i64::try_from(rows.len()).ok() != Some(glance.overdue) {
            return Ok(None);
        }
        let mut accruing = 0_i64;
        for row in &rows {
            let due: NaiveDate = row.try_get("", "due")?;
            let place = self.place(row.try_get("", "library_id")?, glance.settings).await?;
            let (rules, calendar) = place.as_ref();
            let days = calendar.open_days(due, today);
            let charge =
                overdue_charge(days, rules.overdue_fen, rules.overdue_cap, row.try_get("", "price")?);
            accruing = accruing.saturating_add(charge);
        }
        Ok(Some(accruing))
    }

    /// What being late costs at a library, as it was set at this stamp or later.
    async fn place(&self, library: LibraryId, settings: i64) -> Result<Arc<Lateness>> {
        let places = || self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((stamp, place)) = places().get(&library)
            && *stamp == settings
        {
            return Ok(Arc::clone(place));
        }
        let read = self.house.read(Actor::nobody(), async move |op| {
            let stamp = settings_stamp(op).await?;
            let rules = Rules::at(op, library).await?;
            // All closed days there are: the default date is that of 1970.
            let calendar = Calendar::of(op, &rules, NaiveDate::default()).await?;
            Ok((stamp, Arc::new((rules, calendar))))
        });
        let (stamp, place) = read.await?;
        places().insert(library, (stamp, Arc::clone(&place)));
        Ok(place)
    }

    async fn look<'a>(
        &self,
        numbers: impl ExactSizeIterator<Item = &'a str> + Clone,
    ) -> Result<HashMap<String, Glance>> {
        let fitting = SIZES.iter().find(|(size, _)| *size >= numbers.len());
        let (size, sql) = fitting.ok_or_else(|| Error::internal("too many glances at once"))?;
        let mut values = Vec::with_capacity(size + 1);
        values.push(Value::from(local_date(self.house.clock().now())));
        values.extend(numbers.map(Value::from));
        if let Some(last) = values.last().cloned() {
            values.resize(size + 1, last);
        }
        let database = self.house.database();
        let rows = match size {
            1 => database.look_for_one(sql, values).await?.into_iter().collect(),
            _ => database.look(sql, values).await?,
        };
        rows.iter().map(|row| Ok((row.try_get("", "number")?, Glance::of(row)?))).collect()
    }
}

/// A place among those that serve the queue, given back when serving ends by itself or by a fault. Nobody then waits for ever.
struct InTheQueue<'a> {
    inner: &'a Inner,
    ended: bool,
}

impl Drop for InTheQueue<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let mut queue = self.inner.queue();
            queue.on_their_way -= 1;
            if queue.on_their_way == 0 {
                queue.waiting.clear();
            }
        }
    }
}
