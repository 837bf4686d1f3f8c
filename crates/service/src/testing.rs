//! For tests: a small federation on either database, a clock set by hand, and people who cannot exist.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use documents::synthetic;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::Service;
use crate::cards::{CardKind, OpenCard};
use crate::kernel::{
    Actor, Answer, CardId, Channel, Circulation, Clock, Database, DatabaseOptions, Engine, Error, KeyRing,
    Known, LibraryId, Op, Question, ReaderId, Result, Right, Role, ServicePointId, StaffId, Standing, Told,
    Who, new_id,
};
use crate::libraries::{
    LibraryKind, NewLibrary, NewServicePoint, ServicePointKind, add_library, add_service_point,
};
use crate::readers::{DocumentForm, GuardianForm, ReaderForm};
use crate::records::{CheckMethod, IdentityCheck};
use crate::staff::{NewStaff, add_staff};

/// Where tests find a PostgreSQL: the address of a superuser.
pub const POSTGRES: &str = "YUEKA_TEST_POSTGRES";

/// A federation of two members (FS with a branch, SD), open for tests.
#[derive(Debug)]
pub struct House {
    /// The house.
    pub service: Service,
    /// Its clock: 24 November 2026, ten in the morning in Foshan, until it is moved.
    pub clock: Clock,
    /// Which database it stands on.
    pub engine: Engine,
    /// The address of the database: a path, or a URL.
    pub database_url: String,
    /// The key ring file.
    pub keys: PathBuf,
    /// The federation.
    pub root: LibraryId,
    /// 佛山市图书馆.
    pub fs: LibraryId,
    /// A branch of it.
    pub branch: LibraryId,
    /// 顺德图书馆.
    pub sd: LibraryId,
    /// The desk of FS.
    pub fs_desk: ServicePointId,
    /// The kiosk of FS.
    pub fs_kiosk: ServicePointId,
    /// The desk of SD.
    pub sd_desk: ServicePointId,
    /// What readers have out and owe; not configured until a test says so.
    pub circulation: Arc<ToldCirculation>,
    folder: PathBuf,
}

/// A circulation that knows what tests tell it.
#[derive(Debug)]
pub struct ToldCirculation {
    otherwise: Mutex<Known>,
    readers: Mutex<HashMap<ReaderId, Known>>,
    instead: Mutex<Option<Arc<dyn Circulation>>>,
    /// What was taken from those who went when records were merged.
    taken: Mutex<HashMap<ReaderId, Standing>>,
}

impl Default for ToldCirculation {
    fn default() -> Self {
        Self {
            otherwise: Mutex::new(Known::NotConfigured),
            readers: Mutex::default(),
            instead: Mutex::default(),
            taken: Mutex::default(),
        }
    }
}

impl ToldCirculation {
    /// What is known of a reader from now on.
    pub fn tell(&self, reader: ReaderId, known: Known) {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).insert(reader, known);
    }

    /// What is known of those who were not told of.
    pub fn tell_of_others(&self, known: Known) {
        *self.otherwise.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// Has another circulation asked from now on.
    pub fn hand_over(&self, to: Arc<dyn Circulation>) {
        *self.instead.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }

    fn instead(&self) -> Option<Arc<dyn Circulation>> {
        self.instead.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known of a reader.
    #[must_use]
    pub fn known(&self, reader: ReaderId) -> Known {
        let told = self.readers.lock().unwrap_or_else(PoisonError::into_inner).get(&reader).copied();
        told.unwrap_or_else(|| *self.otherwise.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn sum(a: Standing, b: Standing) -> Standing {
    Standing { loans: a.loans + b.loans, overdue: a.overdue + b.overdue, charges: a.charges + b.charges }
}

impl Circulation for ToldCirculation {
    fn standing<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Known>> {
        Box::pin(async move {
            match self.instead() {
                Some(instead) => instead.standing(op, reader).await,
                None => Ok(self.known(reader)),
            }
        })
    }

    fn by_count(&self, counted: Standing, lends: bool) -> Option<Known> {
        self.instead()?.by_count(counted, lends)
    }

    fn loans_elsewhere<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Vec<Told>>> {
        Box::pin(async move {
            match self.instead() {
                Some(instead) => instead.loans_elsewhere(op, reader).await,
                None => Ok(Vec::new()),
            }
        })
    }

    fn is_own(&self) -> bool {
        self.instead().is_some_and(|instead| instead.is_own())
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Answer<'a, Vec<Told>> {
        Box::pin(async move {
            match self.instead() {
                Some(instead) => instead.ask(question).await,
                None => Vec::new(),
            }
        })
    }

    fn merged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        Box::pin(async move {
            if let Some(instead) = self.instead() {
                return instead.merged(op, loser, winner).await;
            }
            if let (Known::Standing(goes), Known::Standing(stays)) = (self.known(loser), self.known(winner)) {
                self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(loser, goes);
                self.tell(loser, Known::Standing(Standing::default()));
                self.tell(winner, Known::Standing(sum(stays, goes)));
            }
            Ok(())
        })
    }

    fn unmerged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        Box::pin(async move {
            if let Some(instead) = self.instead() {
                return instead.unmerged(op, loser, winner).await;
            }
            let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&loser);
            if let (Some(taken), Known::Standing(stays)) = (taken, self.known(winner)) {
                let rest = Standing {
                    loans: stays.loans - taken.loans,
                    overdue: stays.overdue - taken.overdue,
                    charges: stays.charges - taken.charges,
                };
                self.tell(winner, Known::Standing(rest));
                self.tell(loser, Known::Standing(taken));
            }
            Ok(())
        })
    }
}

impl House {
    /// A house on SQLite.
    ///
    /// # Errors
    /// When it can't be built.
    pub async fn on_sqlite() -> Result<Self> {
        Self::build(Engine::Sqlite).await
    }

    /// A house on PostgreSQL, in a database of its own.
    ///
    /// # Errors
    /// When no server is named by [`POSTGRES`], or it can't be used.
    pub async fn on_postgres() -> Result<Self> {
        Self::build(Engine::Postgres).await
    }

    async fn build(engine: Engine) -> Result<Self> {
        let name = format!("yueka_test_{}", new_id(Clock::system().now())?.simple());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).map_err(Error::internal)?;
        let database_url = match engine {
            Engine::Sqlite => folder.join("yueka.db").display().to_string(),
            Engine::Postgres => new_postgres_database(&name).await?,
        };
        let clock = Clock::set_to(ten_in_the_morning());
        let database = Database::connect(DatabaseOptions::from_url(&database_url)).await?;
        database.migrate().await?;
        let keys = folder.join("keys.json");
        let ring = Arc::new(KeyRing::open_or_create(&keys).map_err(Error::internal)?);
        let circulation = Arc::new(ToldCirculation::default());
        let service = Service::new(database, ring, clock.clone())
            .with_circulation(Arc::<ToldCirculation>::clone(&circulation));
        let nowhere = LibraryId(uuid::Uuid::nil());
        let mut house = Self {
            service,
            clock,
            engine,
            database_url,
            keys,
            root: nowhere,
            fs: nowhere,
            branch: nowhere,
            sd: nowhere,
            fs_desk: ServicePointId(nowhere.0),
            fs_kiosk: ServicePointId(nowhere.0),
            sd_desk: ServicePointId(nowhere.0),
            circulation,
            folder,
        };
        house.root = house.add_library(None, "FSUL", LibraryKind::Federation, "佛山市联合图书馆").await?;
        house.fs = house.add_library(Some(house.root), "FS", LibraryKind::Member, "佛山市图书馆").await?;
        house.branch =
            house.add_library(Some(house.fs), "FS-ZM", LibraryKind::Branch, "祖庙街道分馆").await?;
        house.sd = house.add_library(Some(house.root), "SD", LibraryKind::Member, "顺德图书馆").await?;
        house.fs_desk = house.add_point(house.fs, "D1", ServicePointKind::Desk).await?;
        house.fs_kiosk = house.add_point(house.fs, "K1", ServicePointKind::Kiosk).await?;
        house.sd_desk = house.add_point(house.sd, "D1", ServicePointKind::Desk).await?;
        Ok(house)
    }

    async fn add_library(
        &self,
        parent: Option<LibraryId>,
        code: &str,
        kind: LibraryKind,
        name: &str,
    ) -> Result<LibraryId> {
        let new = NewLibrary {
            parent,
            code: code.to_owned(),
            kind,
            names: [name.to_owned(), name.to_owned(), code.to_owned()],
            address: "季华五路".to_owned(),
            phone: "0757-00000000".to_owned(),
            hours: "9:00–21:00".to_owned(),
        };
        self.service.write(self.system(), async |op| add_library(op, new.clone()).await).await
    }

    async fn add_point(
        &self,
        library: LibraryId,
        code: &str,
        kind: ServicePointKind,
    ) -> Result<ServicePointId> {
        let new = NewServicePoint { library, code: code.to_owned(), kind, name: "服务台".to_owned() };
        self.service.write(self.system(), async |op| add_service_point(op, new.clone()).await).await
    }

    /// Adds an account; its password is `yueka2026`.
    ///
    /// # Errors
    /// As [`add_staff`].
    pub async fn add_staff(&self, username: &str, library: LibraryId, role: Role) -> Result<StaffId> {
        let new = NewStaff {
            username: username.to_owned(),
            name: "陈敏".to_owned(),
            library,
            role,
            password: "yueka2026".to_owned(),
        };
        let hash = new.password_hash().await?;
        self.service.write(self.system(), async |op| add_staff(op, &new, &hash).await).await
    }

    /// The program itself, in the name of the federation.
    #[must_use]
    pub fn system(&self) -> Actor {
        Actor::system(self.root)
    }

    /// A clerk at the desk of FS.
    #[must_use]
    pub fn clerk(&self) -> Actor {
        Self::at(self.fs, self.fs_desk, Channel::Desk, Role::Clerk.rights())
    }

    /// A clerk at the desk of SD.
    #[must_use]
    pub fn clerk_at_sd(&self) -> Actor {
        Self::at(self.sd, self.sd_desk, Channel::Desk, Role::Clerk.rights())
    }

    /// A clerk at a branch of FS, who stands at the desk of FS.
    #[must_use]
    pub fn clerk_at_branch(&self) -> Actor {
        Self::at(self.branch, self.fs_desk, Channel::Desk, Role::Clerk.rights())
    }

    /// Lends an item to the holder of a card, as a circulation does: in one transaction with the question whether the card works.
    ///
    /// # Errors
    /// When the card does not work.
    pub async fn lend(&self, actor: Actor, card: CardId, reader: ReaderId) -> Result<()> {
        let circulation = &self.circulation;
        self.service
            .write(actor, async |op| {
                crate::cards::while_it_works(op, card).await?;
                let standing = match circulation.known(reader) {
                    Known::Standing(standing) => standing,
                    Known::NotConfigured | Known::Unavailable(_) => Standing::default(),
                };
                let lent = Standing { loans: standing.loans + 1, ..standing };
                circulation.tell(reader, Known::Standing(lent));
                Ok(())
            })
            .await
    }

    /// The kiosk of FS.
    #[must_use]
    pub fn kiosk(&self) -> Actor {
        Self::at(self.fs, self.fs_kiosk, Channel::SelfService, &[Right::OpenCards, Right::FindReaders])
    }

    fn at(library: LibraryId, point: ServicePointId, channel: Channel, rights: &[Right]) -> Actor {
        Actor {
            who: Who::System,
            library,
            service_point: Some(point),
            scope: library,
            rights: rights.to_vec(),
            channel,
        }
    }

    /// The files of the embedded database, its log included; none on a server.
    #[must_use]
    pub fn files(&self) -> &Path {
        &self.folder
    }

    /// Runs a statement past all rules, as somebody does who can write to the database.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tamper(&self, sql: &str) -> Result<u64> {
        self.service.database().tamper(sql).await
    }

    /// Takes the house down: closes the database and removes it.
    pub async fn tear_down(self) {
        let Self { service, engine, database_url, folder, .. } = self;
        let _ = service.database().clone().close().await;
        if engine == Engine::Postgres {
            let _ = drop_postgres_database(&database_url).await;
        }
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// Runs a test on both databases.
///
/// # Panics
/// When a house can't be built.
#[expect(clippy::panic, reason = "for tests")]
pub async fn on_both_databases(test: impl AsyncFn(&House)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        match House::build(engine).await {
            Ok(house) => {
                test(&house).await;
                house.tear_down().await;
            }
            Err(error) => panic!("no house on {engine:?}: {error}"),
        }
    }
}

/// 24 November 2026, 10:00 in Foshan.
fn ten_in_the_morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).single().unwrap_or_default()
}

fn server() -> Result<String> {
    std::env::var(POSTGRES)
        .map_err(|_| Error::Internal(format!("{POSTGRES} is not set: run `cargo xtask test`")))
}

async fn new_postgres_database(name: &str) -> Result<String> {
    let server = server()?;
    let connection = sea_orm::Database::connect(&server).await?;
    let sql = ["CREATE DATABASE ", name].concat();
    connection.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    connection.close().await?;
    let (base, _) = server.rsplit_once('/').ok_or_else(|| Error::internal("no database in the address"))?;
    Ok(format!("{base}/{name}"))
}

async fn drop_postgres_database(url: &str) -> Result<()> {
    let name = url.rsplit_once('/').map(|(_, name)| name).unwrap_or_default();
    let connection = sea_orm::Database::connect(server()?).await?;
    let sql = ["DROP DATABASE IF EXISTS ", name, " WITH (FORCE)"].concat();
    connection.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    connection.close().await?;
    Ok(())
}

/// A birth date.
#[must_use]
pub fn born(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The resident number of the person with this serial.
#[must_use]
pub fn resident_number(serial: u32, birth: NaiveDate) -> String {
    let sequence = u16::try_from(serial % 490).unwrap_or_default();
    synthetic::resident_number(serial, birth, documents::Sex::Female, sequence)
}

/// A request to open a document card for the adult with this serial.
#[must_use]
pub fn adult(serial: u32) -> OpenCard {
    with_document(CardKind::Document, serial, "resident_id", resident_number(serial, born(1990, 5, 6)))
}

/// A request to open a document card for the nine-year-old with this serial, whose guardian signs.
#[must_use]
pub fn child(serial: u32) -> OpenCard {
    let mut request =
        with_document(CardKind::Document, serial, "resident_id", resident_number(serial, born(2017, 3, 9)));
    request.guardian = Some(GuardianForm {
        name: "陈监护".to_owned(),
        relation: "母亲".to_owned(),
        phone: "13900001111".to_owned(),
        document: DocumentForm {
            kind: "resident_id".to_owned(),
            number: resident_number(serial + 10_000, born(1988, 1, 2)),
            ..DocumentForm::default()
        },
        consent: true,
    });
    request
}

/// A request to open a One-Card for the Macao resident with this serial.
#[must_use]
pub fn macao_resident(serial: u32) -> OpenCard {
    let number = synthetic::hk_macao_permit(synthetic::HmtRegion::Macao, serial, None);
    one_card(serial, "hk_macao_permit", number)
}

/// A request to open a One-Card for the foreigner with this serial, who shows a passport.
#[must_use]
pub fn foreigner(serial: u32) -> OpenCard {
    let mut request = one_card(serial, "passport", synthetic::passport(serial));
    request.reader.name = "Maria da Silva".to_owned();
    if let Some(document) = request.documents.first_mut() {
        document.issuing_country = "PRT".to_owned();
    }
    request
}

fn one_card(serial: u32, kind: &str, number: String) -> OpenCard {
    let mut request = with_document(CardKind::OneCard, serial, kind, number);
    request.barcode = format!("FS{serial:08}");
    request.reader.birth_date = "1985-07-08".to_owned();
    request
}

fn with_document(kind: CardKind, serial: u32, document: &str, number: String) -> OpenCard {
    OpenCard {
        kind,
        barcode: String::new(),
        channel: None,
        reader: ReaderForm {
            name: format!("测{}", person_name(serial)),
            sex: "female".to_owned(),
            birth_date: String::new(),
            phone: format!("139{serial:08}"),
            email: format!("reader{serial}@example.org"),
            address: "佛山市禅城区季华五路".to_owned(),
            workplace: "第一中学".to_owned(),
            language: String::new(),
        },
        documents: vec![DocumentForm { kind: document.to_owned(), number, ..DocumentForm::default() }],
        guardian: None,
        check: IdentityCheck::of_the_person(CheckMethod::ByEye),
        duplicates_seen: false,
        campaign: None,
    }
}

/// A given name of its own for each serial.
fn person_name(serial: u32) -> String {
    const CHARACTERS: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    serial.to_string().chars().filter_map(|c| CHARACTERS.get(c.to_digit(10)? as usize)).collect()
}
