//! `yueka demo`: a lifelike federation in a folder of its own, filled once and then used again.

mod accounts;
mod applications;
mod chance;
mod chosen;
mod folder;
mod history;
mod lending;
mod libraries;
mod life;
mod machines;
mod manifest;
mod names;
mod people;
mod promotion;
mod province;
mod resources;
mod stock;

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use documents::DocumentKind;
use service::Service;
use service::cards::{self, CardKind, CardState, Imported, ImportedCard};
use service::circulation::Ledger;
use service::kernel::{Clock, Database, DatabaseOptions, KeyRing, hash_password, local_date};

pub use self::chosen::{ADULT_NAME, adult_birth, adult_number};
pub use self::folder::Folder;
pub use self::manifest::{DemoReader, Filled, Machine, Manifest, write as write_manifest};
pub use self::province::{platform, service_desk};
pub use self::resources::resources;

use self::chance::Chance;
use self::chosen::{Chosen, chosen, is_chosen};
use self::history::{Fate, History};
use self::libraries::Federation;
use self::life::Scene;
use self::people::Person;

/// What readers of the demo chose as their password, those who did.
pub const CHOSEN_PASSWORD: &str = "foshan2026";
/// How many cards one transaction brings in.
const BATCH: usize = 500;

/// Opens the house in the demo's folder, and fills it where that was not done yet.
pub async fn open(folder: &Folder, readers: u32) -> Result<(Service, Filled)> {
    let database = Database::connect(DatabaseOptions::file(&folder.database())).await?;
    database
        .migrate()
        .await
        .context("the demo's database can't be brought up to date; start over with --fresh")?;
    let keys = Arc::new(KeyRing::open_or_create(&folder.keys())?);
    let service = Service::new(database, keys, Clock::system()).with_circulation(Arc::new(Ledger));
    if folder.is_filled() {
        return Ok((service, manifest::read(&folder.filled_json())?));
    }
    let filled = fill(&service, readers).await.context("the demo's data can't be filled in")?;
    manifest::write(&folder.filled_json(), &filled)?;
    Ok((service, filled))
}

async fn fill(service: &Service, readers: u32) -> Result<Filled> {
    let begun = Instant::now();
    let now = service.clock().now();
    let federation = libraries::found(service).await?;
    libraries::set_policies(service, &federation).await?;
    applications::fill(service, &federation).await.context("applications can't be filled in")?;
    stock::fill(service, &federation).await.context("the stock of cards can't be filled in")?;
    let staff = accounts::add_accounts(service, &federation).await?;
    let api_tokens = accounts::issue_tokens(service, &federation).await?;
    let kiosk_token = accounts::issue_kiosk_token(service, &federation).await?;
    let machines = machines::add(service, &federation).await?;
    let password = hash_password(CHOSEN_PASSWORD).await?;
    let accounts = staff.iter().map(accounts::Staff::account).collect();
    let mut filled = Filled { staff: accounts, api_tokens, kiosk_token, machines, ..Filled::default() };
    let chosen = chosen(now);
    filled.readers = import_chosen(service, &federation, &password, &chosen, now).await?;
    let scene = Scene { service, federation: &federation, staff: &staff, chosen: &chosen };
    scene.play(&mut filled.readers).await.context("the life of the cards can't be played")?;
    promotion::fill(service, &federation, &staff).await.context("pages and campaigns can't be filled in")?;

    let mut progress = Progress::new(readers);
    let (mut batch, mut working) = (Vec::with_capacity(BATCH), Vec::new());
    let everybody = (0_u32..).filter(|serial| !is_chosen(*serial));
    let left = readers.saturating_sub(u32::try_from(filled.readers.len()).unwrap_or_default());
    let mut done = readers - left;
    for serial in everybody.take(usize::try_from(left).unwrap_or_default()) {
        batch.extend(by_chance(serial, &federation, &password, now));
        if batch.len() == BATCH {
            done += import(service, &federation, std::mem::take(&mut batch), &mut working).await?;
            progress.show(done);
        }
    }
    done += import(service, &federation, batch, &mut working).await?;
    lending::fill(service, &federation, &filled.readers, &working)
        .await
        .context("items and loans can't be filled in")?;
    filled.reader_count = done;
    progress.end(done, begun);
    Ok(filled)
}

fn by_chance(
    serial: u32,
    federation: &Federation,
    password: &str,
    now: DateTime<Utc>,
) -> Option<ImportedCard> {
    let mut chance = Chance::of("reader", serial);
    let opened_at = history::opened_at(&mut chance, now);
    let opened = local_date(opened_at);
    let cast = people::cast(&mut chance, opened);
    let person = people::person(&mut chance, serial, cast, opened, local_date(now));
    let fate = history::fate(&mut chance);
    let history = history::history(&mut chance, &person, opened_at, fate, None, federation, now)?;
    Some(card(serial, person, history, password))
}

fn card(serial: u32, person: Person, history: History, password: &str) -> ImportedCard {
    ImportedCard {
        kind: person.card,
        barcode: match person.card {
            CardKind::OneCard => format!("FS{:08}", 10_000_000 + serial),
            CardKind::Document => String::new(),
        },
        state: history.state,
        state_since: history.state_since,
        opened_at: history.opened_at,
        issuing_library: history.library,
        service_point: history.point,
        channel: history.channel,
        reader: person.reader,
        document: person.document,
        guardian: person.guardian,
        password_hash: history.chose_password.then(|| password.to_owned()),
        services: history.services,
    }
}

/// Brings a batch in; gives how many cards that were, and notes the numbers of those that work.
async fn import(
    service: &Service,
    federation: &Federation,
    batch: Vec<ImportedCard>,
    working: &mut Vec<String>,
) -> Result<u32> {
    let states: Vec<CardState> = batch.iter().map(|card| card.state).collect();
    let outcomes =
        service.write(federation.actor(), async |op| cards::import(op, batch.clone()).await).await?;
    let mut count = 0;
    for (outcome, state) in outcomes.into_iter().zip(states) {
        match outcome {
            Imported::Card(number) => {
                count += 1;
                if state == CardState::Active && working.len() < lending::BORROWERS {
                    working.push(number);
                }
            }
            // Among a million people two may share what their numbers are made of; one of them stays away.
            Imported::AlreadyHoldsCard | Imported::BarcodeInUse => {}
            Imported::Invalid(invalid) => bail!("a reader of the demo is not valid: {invalid}"),
        }
    }
    Ok(count)
}

async fn import_chosen(
    service: &Service,
    federation: &Federation,
    password: &str,
    chosen: &[Chosen],
    now: DateTime<Utc>,
) -> Result<Vec<DemoReader>> {
    let mut readers = Vec::new();
    let mut rows = Vec::new();
    for (serial, chosen) in (69_900_u32..).zip(chosen.iter().cloned()) {
        let Chosen { sort, person, opened_at, fate, home, chose_password } = chosen;
        let history = happened(serial, &person, opened_at, fate, home, federation, now)?;
        let history = History { chose_password, ..history };
        readers.push(reader_of(sort, &person, &history)?);
        rows.push(card(serial, person, history, password));
    }
    let outcomes =
        service.write(federation.actor(), async |op| cards::import(op, rows.clone()).await).await?;
    for (reader, outcome) in readers.iter_mut().zip(outcomes) {
        match outcome {
            Imported::Card(number) => reader.number = number,
            other => bail!("{} is not taken: {other:?}", reader.sort),
        }
    }
    Ok(readers)
}

/// What became of a chosen card. Its last step may fall on the wrong side of now, or the door may not be the desk: then
/// another draw is made.
fn happened(
    serial: u32,
    person: &Person,
    opened_at: DateTime<Utc>,
    fate: Fate,
    home: &str,
    federation: &Federation,
    now: DateTime<Utc>,
) -> Result<History> {
    let home = federation.place(home);
    (0..1000)
        .filter_map(|draw| {
            let mut chance = Chance::of("chosen history", serial * 1000 + draw);
            history::history(&mut chance, person, opened_at, fate, home, federation, now)
        })
        .find(|history| {
            let steps = history.services.len();
            history.channel == service::kernel::Channel::Desk && steps == 1 + history::length(fate)
        })
        .context("no draw gives this history")
}

fn reader_of(sort: &str, person: &Person, history: &History) -> Result<DemoReader> {
    let document = &person.document;
    let country = Some(document.issuing_country.clone()).filter(|country| !country.is_empty());
    let kind: DocumentKind = document.kind.parse()?;
    Ok(DemoReader {
        sort: sort.to_owned(),
        number: String::new(),
        document_type: document.kind.clone(),
        document_number: document.number.clone(),
        issuing_country: country,
        password: if history.chose_password {
            CHOSEN_PASSWORD.to_owned()
        } else {
            cards::default_password(kind, &document.number)
        },
        kind: person.card.as_str().to_owned(),
        state: history.state.as_str().to_owned(),
        issuing_library: history.library_code.to_owned(),
    })
}

/// A line that says how far it is: rewritten on a terminal, now and then elsewhere.
struct Progress {
    total: u32,
    terminal: bool,
    told: Instant,
}

impl Progress {
    fn new(total: u32) -> Self {
        Self { total, terminal: std::io::stderr().is_terminal(), told: Instant::now() }
    }

    fn show(&mut self, done: u32) {
        let pause = if self.terminal { 100 } else { 5000 };
        if self.told.elapsed().as_millis() < pause {
            return;
        }
        self.told = Instant::now();
        let (front, back) = if self.terminal { ("\r", "") } else { ("", "\n") };
        let mut line = std::io::stderr().lock();
        let _ = write!(line, "{front}filling in readers: {done} of {}{back}", self.total);
        let _ = line.flush();
    }

    fn end(&self, done: u32, begun: Instant) {
        let front = if self.terminal { "\r" } else { "" };
        let seconds = begun.elapsed().as_secs_f64();
        let _ = writeln!(
            std::io::stderr(),
            "{front}filled in {done} readers with two years of history in {seconds:.1} s"
        );
    }
}
