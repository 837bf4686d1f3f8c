//! A system elsewhere, as a circulation behind the cards.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use chrono::NaiveDate;
use service::cards;
use service::kernel::{
    Answer, AskedNumber, Circulation, Clock, Known, LoanElsewhere, Op, Question, ReaderId, Result,
    SystemName, Told, Wanted,
};
use sip2::{Message, Moment, field};

use crate::breaker::{Breaker, BreakerState, Change, Pass};
use crate::connection::Connection;
use crate::fault::Fault;
use crate::patron::Patron;
use crate::pool::Pool;
use crate::profile::Profile;
use crate::requests;
use crate::settings::{IlsSettings, SettingsProblem};
use crate::survey::Survey;

/// Of how many loans the titles are asked for.
const TITLES: usize = 50;

type Monotonic = Arc<dyn Fn() -> Instant + Send + Sync>;

/// One system, spoken to over SIP2.
#[derive(Clone)]
pub struct Ils {
    pool: Arc<Pool>,
    breaker: Arc<Breaker>,
    clock: Clock,
    monotonic: Monotonic,
}

/// How a system has been doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether questions go out.
    pub breaker: BreakerState,
    /// Failures in a row.
    pub failures: u32,
    /// Questions on their way.
    pub asking: usize,
    /// Connections that wait for the next.
    pub idle: usize,
}

impl fmt::Debug for Ils {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ils {{ {} }}", self.name())
    }
}

impl Ils {
    /// Made ready from its settings; nothing is connected yet.
    ///
    /// # Errors
    /// All settings that can't be used, with what to write.
    pub fn new(settings: &IlsSettings, clock: Clock) -> std::result::Result<Self, Vec<SettingsProblem>> {
        let profile = Profile::new(settings)?;
        let breaker = Arc::new(Breaker::new(profile.failures, profile.pause));
        let monotonic: Monotonic = Arc::new(Instant::now);
        Ok(Self { pool: Arc::new(Pool::new(profile)), breaker, clock, monotonic })
    }

    /// The same, with another way to tell how much time has passed since it failed: for tests.
    #[must_use]
    pub fn with_time(self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self { monotonic: Arc::new(now), ..self }
    }

    fn profile(&self) -> &Profile {
        &self.pool.profile
    }

    /// What staff call it.
    #[must_use]
    pub fn name(&self) -> SystemName {
        self.profile().name
    }

    /// How it has been doing.
    #[must_use]
    pub fn health(&self) -> Health {
        let (breaker, failures) = self.breaker.state();
        let (asking, idle) = self.pool.use_of_places();
        Health { breaker, failures, asking, idle }
    }

    /// Asks it how it is, on a connection of its own.
    ///
    /// # Errors
    /// Why nothing could be learnt.
    pub async fn survey(&self) -> std::result::Result<Survey, Fault> {
        let profile = self.profile();
        let open = tokio::time::timeout(profile.patience, Connection::open(profile));
        let (_, status) = open.await.map_err(|_| Fault::Silent)??;
        Ok(Survey::read(profile, status.as_ref()))
    }

    /// The numbers that it may know.
    fn concerned<'q>(&self, question: &'q Question) -> Vec<&'q AskedNumber> {
        let ours = &self.profile().libraries;
        let concerned =
            |asked: &&AskedNumber| ours.is_empty() || asked.libraries.iter().any(|code| ours.contains(code));
        question.numbers.iter().filter(concerned).collect()
    }

    async fn told(&self, op: &Op, reader: ReaderId, wanted: Wanted) -> Result<Option<Told>> {
        let question = cards::question(op, reader, wanted).await?;
        if self.concerned(&question).is_empty() {
            return Ok(None);
        }
        op.learnt(self.name(), question).map(Some)
    }

    /// Puts the question within the time there is, unless the system is left in peace.
    async fn put(&self, numbers: &[&AskedNumber], wanted: Wanted) -> std::result::Result<Told, Fault> {
        let pass = self.breaker.enter((self.monotonic)()).ok_or(Fault::Pausing)?;
        let asking = tokio::time::timeout(self.profile().patience, self.on_a_connection(numbers, wanted));
        let told = asking.await.unwrap_or(Err(Fault::Silent));
        self.note(pass, told.as_ref().err());
        told
    }

    fn note(&self, pass: Pass, fault: Option<&Fault>) {
        let system = self.name().as_str();
        let change = match fault {
            Some(Fault::Full | Fault::Pausing) => return,
            Some(fault) if fault.counts() => {
                tracing::warn!(system, %fault, "a circulation system was asked in vain");
                pass.failed((self.monotonic)())
            }
            Some(fault) => {
                tracing::warn!(system, %fault, "a circulation system did not tell what was asked");
                pass.succeeded()
            }
            None => pass.succeeded(),
        };
        match change {
            Change::Opened => tracing::error!(system, "a circulation system is left in peace for a while"),
            Change::Closed => tracing::info!(system, "a circulation system answers again"),
            Change::None => {}
        }
    }

    async fn on_a_connection(
        &self,
        numbers: &[&AskedNumber],
        wanted: Wanted,
    ) -> std::result::Result<Told, Fault> {
        let mut may_go_again = true;
        loop {
            let mut lease = self.pool.lease().await?;
            let told = self.converse(&mut lease.connection, numbers, wanted).await;
            match &told {
                // Out of step: it is closed.
                Ok((_, false)) => {}
                Err(fault) if may_go_again && lease.reused && fault.may_be_of_age() => {
                    may_go_again = false;
                    self.pool.forget_idle();
                    continue;
                }
                Ok(_) | Err(Fault::Unsaid(_)) => self.pool.give_back(lease),
                // Out of step: it is closed.
                Err(_) => {}
            }
            return told.map(|(told, _)| told);
        }
    }

    /// What it tells, and whether the connection can be used again.
    async fn converse(
        &self,
        connection: &mut Connection,
        numbers: &[&AskedNumber],
        wanted: Wanted,
    ) -> std::result::Result<(Told, bool), Fault> {
        let (profile, now) = (self.profile(), self.clock.now());
        let with_items = wanted == Wanted::Loans;
        let mut patrons: Vec<Patron> = Vec::new();
        for asked in numbers {
            let request = requests::patron(profile, now, &asked.number, with_items);
            let patron = Patron::read(profile, &connection.ask(profile, request).await?, with_items)?;
            // Two numbers that lead to one reader there.
            let same = |known: &Patron| !patron.number.is_empty() && known.number == patron.number;
            if !patrons.iter().any(same) {
                patrons.push(patron);
            }
        }
        let (loans, sound) = if with_items { self.loans(connection, &patrons).await } else { (None, true) };
        Ok((together(self.name(), patrons, loans), sound))
    }

    /// The items, with their titles as far as the system tells; none when it does not name them all. How much is out is known by
    /// then: a title that can't be had takes nothing away from that.
    async fn loans(
        &self,
        connection: &mut Connection,
        patrons: &[Patron],
    ) -> (Option<Vec<LoanElsewhere>>, bool) {
        let barcodes: Vec<&str> =
            patrons.iter().flat_map(|patron| patron.items.iter().flatten()).map(String::as_str).collect();
        let out = patrons.iter().fold(0_u32, |sum, patron| sum.saturating_add(patron.standing.loans));
        if usize::try_from(out).is_ok_and(|out| out > barcodes.len()) {
            return (None, true);
        }
        let mut sound = true;
        let (profile, now) = (self.profile(), self.clock.now());
        let mut loans = Vec::with_capacity(barcodes.len());
        for (place, barcode) in barcodes.into_iter().enumerate() {
            let answer = if sound && profile.titles && place < TITLES {
                match connection.ask(profile, requests::item(profile, now, barcode)).await {
                    Ok(answer) => Some(answer),
                    Err(fault) => {
                        let system = self.name().as_str();
                        tracing::warn!(system, %fault, "a circulation system did not tell the title of an item");
                        sound = false;
                        None
                    }
                }
            } else {
                None
            };
            loans.push(loan(barcode, answer.as_ref(), self.clock.today()));
        }
        (Some(loans), sound)
    }
}

/// What several numbers of one reader come to.
fn together(system: SystemName, patrons: Vec<Patron>, loans: Option<Vec<LoanElsewhere>>) -> Told {
    let mut known = Known::NotConfigured;
    let mut marks: Vec<&'static str> = Vec::new();
    let is_known = |patron: &Patron| patron.marks != ["unknown_reader"];
    let known_somehow = patrons.iter().any(is_known);
    for patron in patrons {
        known = known.and(Known::Standing(patron.standing));
        // That an old number is unknown says nothing where another one is known.
        if is_known(&patron) || !known_somehow {
            marks.extend(patron.marks);
        }
    }
    marks.sort_unstable();
    marks.dedup();
    Told { system, known, loans, marks }
}

fn loan(barcode: &str, item: Option<&Message<'_>>, today: NaiveDate) -> LoanElsewhere {
    let title = item.and_then(|item| item.filled(field::TITLE)).map(str::to_owned);
    let due = item.and_then(|item| item.filled(field::DUE_DATE)).and_then(day);
    LoanElsewhere { barcode: barcode.to_owned(), title, due, overdue: due.is_some_and(|due| due < today) }
}

/// A day as systems write it: `20261224    235959`, `20261224`, `2026-12-24`.
fn day(text: &str) -> Option<NaiveDate> {
    if let Some(date) = text.get(..10).and_then(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()) {
        return Some(date);
    }
    let moment = Moment::parse(text)?;
    NaiveDate::from_ymd_opt(moment.year.into(), moment.month.into(), moment.day.into())
}

impl Circulation for Ils {
    fn standing<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Known>> {
        Box::pin(async move {
            let told = self.told(op, reader, Wanted::Standing).await?;
            Ok(told.map_or(Known::NotConfigured, |told| told.known))
        })
    }

    fn loans_elsewhere<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Vec<Told>>> {
        Box::pin(async move { Ok(self.told(op, reader, Wanted::Loans).await?.into_iter().collect()) })
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Answer<'a, Vec<Told>> {
        Box::pin(async move {
            let numbers = self.concerned(question);
            if numbers.is_empty() {
                return Vec::new();
            }
            let told = self.put(&numbers, question.wanted).await;
            let silent = |_| Told {
                system: self.name(),
                known: Known::Unavailable(self.name()),
                loans: None,
                marks: Vec::new(),
            };
            vec![told.unwrap_or_else(silent)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::kernel::Standing;

    fn patron(number: &str, loans: u32, marks: &[&'static str]) -> Patron {
        let standing = Standing { loans, ..Standing::default() };
        Patron { number: number.to_owned(), standing, items: None, marks: marks.to_vec() }
    }

    #[test]
    fn c_6_3_4_what_was_lent_under_an_old_number_counts_too() {
        let system = SystemName::of("ILAS");
        let told = together(
            system,
            vec![patron("new", 1, &[]), patron("old", 2, &["card_lost"]), patron("", 0, &["unknown_reader"])],
            None,
        );
        assert_eq!(told.known, Known::Standing(Standing { loans: 3, ..Standing::default() }));
        assert_eq!(told.marks, ["card_lost"]);
        let nobody = together(system, vec![patron("", 0, &["unknown_reader"])], None);
        assert_eq!(
            (nobody.known, nobody.marks),
            (Known::Standing(Standing::default()), vec!["unknown_reader"])
        );
    }

    #[test]
    fn days_in_every_form() {
        let day_of = |text| day(text).map(|day| day.to_string());
        for text in ["20261224    235959", "20261224", "2026-12-24", "2026-12-24 10:00", "20261224235959"] {
            assert_eq!(day_of(text).as_deref(), Some("2026-12-24"), "{text}");
        }
        assert_eq!(day_of("24/12/2026"), None);
    }
}
