//! The laptop of a mobile card point (6.5): the same program, where there is no network.
//!
//! Two files lie on it. `keys.json` is a key ring closed with a passphrase. `point.db` is an embedded database that holds sealed
//! envelopes and nothing else: one for what the point was prepared with, one for each opening, one for each answer of the house. The house
//! that the pages of its desk show runs in memory: it is set up from the first envelope, and every opening is opened in it again when the
//! program starts, at its own time and with its own number. So names, which a house finds readers by, are on no disk in the clear; the
//! rules, forms and pages are those of every desk; and what is not in an envelope is gone with the power.

mod set_up;
mod store;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use documents::IdentityDocument;

use self::store::Store;
use super::opening::{Answer, Opening, OpeningState};
use super::{HandedIn, Package};
use crate::Service;
use crate::cards::{self, CardKind, OpenCard, Opened};
use crate::kernel::{Blocker, Call, Error, KeyRing, Op, OpeningId, Result, ServiceName, StaffId, Who};
use crate::readers;

/// The laptop, opened with its passphrase.
#[derive(Debug)]
pub struct Laptop {
    store: Store,
    package: Package,
    /// The house in memory; none where only the envelopes are wanted.
    house: Option<Service>,
    /// Held while the desk is served: two at once would hand out the same numbers.
    _lock: Option<File>,
    waiting: AtomicU64,
    numbers_left: AtomicU64,
    cards_left: AtomicI64,
    over: AtomicBool,
}

/// The folder of a point, held by one program: nobody serves its desk meanwhile.
#[derive(Debug)]
pub struct HeldFolder {
    _lock: File,
}

/// How the point stands, for the head of each page.
#[derive(Clone, Debug)]
pub struct LaptopStanding {
    /// Its name.
    pub name: String,
    /// Openings that the house has not answered.
    pub waiting: u64,
    /// Virtual numbers that are left.
    pub numbers_left: u64,
    /// One-Cards that are left.
    pub cards_left: i64,
    /// It opens nothing after that.
    pub valid_until: DateTime<Utc>,
    /// The house said that the point is over: it opens nothing any more.
    pub over: bool,
}

/// An opening of this laptop, with what the house said to it.
#[derive(Clone, Debug)]
pub struct LaptopEntry {
    /// The opening.
    pub opening: Opening,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
}

impl Laptop {
    /// Makes the files of a new point in a folder that holds none yet.
    ///
    /// # Errors
    /// When they can't be made.
    pub async fn create(folder: &Path, passphrase: &str, package: &Package) -> Result<()> {
        set_up::create(folder, passphrase, package).await
    }

    /// Opens the envelopes, for handing in; the desk may be served meanwhile.
    ///
    /// # Errors
    /// With [`KeyRingError`] inside for a passphrase that does not fit; when the files are not those of a point.
    ///
    /// [`KeyRingError`]: crate::kernel::KeyRingError
    pub async fn open(folder: &Path, passphrase: &str) -> Result<Self> {
        let keys = set_up::keys(folder, passphrase).await?;
        let store = Store::open(folder, keys).await?;
        let package = store.package().await?;
        Ok(Self {
            store,
            package,
            house: None,
            _lock: None,
            waiting: AtomicU64::new(0),
            numbers_left: AtomicU64::new(0),
            cards_left: AtomicI64::new(0),
            over: AtomicBool::new(false),
        })
    }

    /// Holds the folder, so that no desk is served from it.
    ///
    /// # Errors
    /// [`Error::Busy`] when one is.
    pub fn hold(folder: &Path) -> Result<HeldFolder> {
        set_up::lock(folder).map(|lock| HeldFolder { _lock: lock })
    }

    /// The same with its desk: nobody else serves it meanwhile. Gives how many openings could not be opened again in memory; they are
    /// kept and handed in all the same.
    ///
    /// # Errors
    /// As [`Self::open`], and when the desk is served already.
    pub async fn open_desk(
        folder: &Path,
        passphrase: &str,
        clock: crate::kernel::Clock,
    ) -> Result<(Self, usize)> {
        let lock = set_up::lock(folder)?;
        let mut laptop = Self::open(folder, passphrase).await?;
        let house = set_up::house(&laptop.package, laptop.store.keys(), clock).await?;
        let openings = laptop.store.openings().await?;
        let mut missing = 0;
        for entry in &openings {
            missing +=
                usize::from(set_up::open_again(&house, &laptop.package, &entry.opening).await.is_err());
        }
        laptop.house = Some(house);
        laptop._lock = Some(lock);
        laptop.count(&openings).await?;
        laptop.see_whether_over().await?;
        Ok((laptop, missing))
    }

    /// The house in memory.
    ///
    /// # Errors
    /// When only the envelopes were opened.
    pub fn house(&self) -> Result<&Service> {
        self.house.as_ref().ok_or_else(|| Error::internal("the desk of this point is not served"))
    }

    /// What the point was prepared with.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// The key ring of this laptop.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        self.store.ring()
    }

    /// Opens a card here, by the rules of every desk, with a number of this point, and keeps it: once this says that the card is open, it
    /// is in its envelope on the disk.
    ///
    /// # Errors
    /// As [`cards::open`]; [`Error::Refused`] where the time of the point is over, its numbers are used up, or the One-Card is none of
    /// those it took along.
    pub async fn open_card(self: Arc<Self>, call: Call, request: OpenCard) -> Result<Opened> {
        let house = self.house()?.clone();
        let Who::Staff(staff) = call.actor.who else { return Err(Error::internal("nobody of the staff")) };
        let kind = request.kind;
        let laptop = Arc::clone(&self);
        let open = async move |op: &Op| laptop.open_on(op, staff, &request).await;
        let opened = house.write(call, open).await?;
        if !opened.repeated {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            match kind {
                CardKind::Document => drop(self.numbers_left.fetch_sub(1, Ordering::Relaxed)),
                CardKind::OneCard => drop(self.cards_left.fetch_sub(1, Ordering::Relaxed)),
            }
        }
        Ok(opened)
    }

    async fn open_on(&self, op: &Op, staff: StaffId, request: &OpenCard) -> Result<Opened> {
        op.intend(ServiceName::OpenCard, None);
        // Another program may have heard it from the house a moment ago.
        self.see_whether_over().await?;
        if op.now() >= self.package.valid_until || self.over.load(Ordering::Relaxed) {
            return Err(Error::Refused(vec![Blocker::PointOver]));
        }
        let number = self.number_for(op, request).await?;
        let opened = cards::open_with_number(op, request.clone(), number.clone()).await?;
        if opened.repeated {
            if request.kind == CardKind::Document {
                cards::release_number(op, self.package.point.0, &number).await?;
            }
            return Ok(opened);
        }
        let id: OpeningId = op.new_id()?;
        let may_hold = self.may_hold(request, op.today());
        self.store.keep(&Opening::new(id, op.now(), staff, number, may_hold, request)).await?;
        Ok(opened)
    }

    async fn number_for(&self, op: &Op, request: &OpenCard) -> Result<String> {
        let refused = |blocker| Err(Error::Refused(vec![blocker]));
        match request.kind {
            CardKind::Document => match cards::next_number(op, self.package.point.0).await? {
                Some(number) => Ok(number),
                None => refused(Blocker::NumbersUsedUp),
            },
            CardKind::OneCard => {
                let barcode = cards::as_printed(&request.barcode);
                // A blank is for the form to say.
                let ours = self.package.one_cards.iter().any(|range| range.holds(&barcode));
                if ours || barcode.is_empty() { Ok(barcode) } else { refused(Blocker::NotOfThisPoint) }
            }
        }
    }

    /// Whether whoever this is for may hold a card already, as far as can be told without network.
    #[must_use]
    pub fn may_hold(&self, request: &OpenCard, today: NaiveDate) -> bool {
        let birth = request.reader.birth_date.trim().parse::<NaiveDate>().ok();
        request.documents.iter().any(|form| {
            let Ok(kind) = form.kind.trim().parse() else { return false };
            let country = Some(form.issuing_country.trim()).filter(|country| !country.is_empty());
            let Ok(document) = IdentityDocument::parse(kind, &form.number, country, today) else {
                return false;
            };
            let birth = document.birth_date().or(birth).unwrap_or_default();
            self.package.holders.may_hold(&readers::person_key(&document, &request.reader.name, birth))
        })
    }

    /// How the point stands.
    #[must_use]
    pub fn standing(&self) -> LaptopStanding {
        LaptopStanding {
            name: self.package.name.clone(),
            waiting: self.waiting.load(Ordering::Relaxed),
            numbers_left: self.numbers_left.load(Ordering::Relaxed),
            cards_left: self.cards_left.load(Ordering::Relaxed),
            valid_until: self.package.valid_until,
            over: self.over.load(Ordering::Relaxed),
        }
    }

    /// Looks whether the house said that the point is over; another program may have heard it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn see_whether_over(&self) -> Result<()> {
        self.over.store(self.store.is_over().await?, Ordering::Relaxed);
        Ok(())
    }

    /// Keeps whether the point is over, as the house says.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn set_over(&self, over: bool) -> Result<()> {
        self.store.set_over(over).await?;
        self.over.store(over, Ordering::Relaxed);
        Ok(())
    }

    async fn count(&self, openings: &[LaptopEntry]) -> Result<()> {
        let waiting = openings.iter().filter(|entry| entry.answer.is_none()).count();
        self.waiting.store(waiting as u64, Ordering::Relaxed);
        let of_kind =
            |kind: CardKind| openings.iter().filter(|entry| entry.opening.request().kind == kind).count();
        let numbers = self.package.numbers.len().saturating_sub(of_kind(CardKind::Document));
        self.numbers_left.store(numbers as u64, Ordering::Relaxed);
        let cards: i64 = self.package.one_cards.iter().map(|range| i64::from(range.count)).sum();
        let used = i64::try_from(of_kind(CardKind::OneCard)).map_err(Error::internal)?;
        self.cards_left.store(cards - used, Ordering::Relaxed);
        Ok(())
    }

    /// All openings of this laptop, the first first. How many wait is counted anew: another program may have handed in meanwhile.
    ///
    /// # Errors
    /// When an envelope can't be opened.
    pub async fn openings(&self) -> Result<Vec<LaptopEntry>> {
        let openings = self.store.openings().await?;
        self.count(&openings).await?;
        Ok(openings)
    }

    /// Keeps what the house said to an opening.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn answered(&self, answer: &Answer) -> Result<()> {
        self.store.answered(answer).await
    }

    /// Closes the files.
    ///
    /// # Errors
    /// When the database does not close.
    pub async fn close(self) -> Result<()> {
        self.store.close().await
    }

    /// Removes the files of a point, the key ring first: without it the rest is noise.
    ///
    /// # Errors
    /// When they can't be removed.
    pub fn remove(folder: &Path, held: HeldFolder) -> Result<()> {
        for name in set_up::FILES {
            let path: PathBuf = folder.join(name);
            if path.exists() {
                std::fs::remove_file(&path).map_err(Error::internal)?;
            }
        }
        drop(held);
        Ok(())
    }
}

impl LaptopEntry {
    /// What became of it; none while it waits.
    #[must_use]
    pub fn state(&self) -> Option<OpeningState> {
        self.answer.as_ref().map(|answer| answer.state)
    }

    /// The same as the house takes it.
    #[must_use]
    pub fn handed_in(&self) -> HandedIn {
        let Opening { id, at, staff, number, may_hold, .. } = self.opening.clone();
        HandedIn { id, at, staff, number, may_hold, request: self.opening.request() }
    }
}
