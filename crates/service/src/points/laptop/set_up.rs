//! Making the files of a laptop, and the house in memory from them.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use super::super::opening::Opening;
use super::super::{Package, PointPass};
use super::store::Store;
use crate::Service;
use crate::cards::{self, CardKind};
use crate::kernel::{
    Actor, Algorithm, Clock, Database, DatabaseOptions, Error, KeyRing, KeyRingError, Result,
};
use crate::{libraries, staff};

pub(super) const KEYS: &str = "keys.json";
pub(super) const DATABASE: &str = "point.db";
const LOCK: &str = "lock";

/// All files of a point, the key ring first.
pub(super) const FILES: [&str; 5] = [KEYS, DATABASE, "point.db-wal", "point.db-shm", LOCK];

pub(super) async fn create(folder: &Path, passphrase: &str, package: &Package) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::internal)?;
    if FILES.iter().any(|name| folder.join(name).exists()) {
        return Err(Error::internal(format!("{} holds a point already", folder.display())));
    }
    let (path, phrase) = (folder.join(KEYS), passphrase.to_owned());
    let made = move || KeyRing::create_closed(&path, Algorithm::Sm4Gcm, &phrase);
    tokio::task::spawn_blocking(made).await.map_err(Error::internal)?.map_err(Error::internal)?;
    // The file is made by us, so that nobody else may read it, before the engine opens it.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(folder.join(DATABASE))
        .map_err(Error::internal)?;
    let store = Store::open(folder, keys(folder, passphrase).await?).await?;
    store.keep_package(package).await?;
    store.close().await
}

/// The key ring, by its passphrase. Takes its time, so on a thread for long work.
pub(super) async fn keys(folder: &Path, passphrase: &str) -> Result<Arc<KeyRing>> {
    let (path, phrase) = (folder.join(KEYS), passphrase.to_owned());
    let opened = tokio::task::spawn_blocking(move || KeyRing::open_closed(&path, &phrase));
    match opened.await.map_err(Error::internal)? {
        Ok(ring) => Ok(Arc::new(ring)),
        Err(KeyRingError::Passphrase { .. }) => Err(Error::SignInRefused),
        Err(fault) => Err(Error::internal(fault)),
    }
}

/// Takes the point for this program.
pub(super) fn lock(folder: &Path) -> Result<File> {
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(folder.join(LOCK));
    let file = file.map_err(Error::internal)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Error::Busy),
    }
}

/// A house in memory that knows what the point was prepared with.
pub(super) async fn house(package: &Package, keys: Arc<KeyRing>, clock: Clock) -> Result<Service> {
    let database = Database::connect(DatabaseOptions::in_memory()).await?;
    database.migrate().await?;
    let house = Service::new(database, keys, clock);
    house.prove_keys().await?;
    let library = package.outline.point.library;
    house
        .write(Actor::system(library), async |op| {
            libraries::set_up(op, &package.outline).await?;
            staff::take_in(op, &package.staff, library).await?;
            cards::keep_numbers(op, package.point.0, &package.numbers).await
        })
        .await?;
    Ok(house)
}

/// Opens in memory what was opened here before: at its own time, by who did it, with its own number.
pub(super) async fn open_again(house: &Service, package: &Package, opening: &Opening) -> Result<()> {
    let then = house.clone().with_clock(Clock::set_to(opening.at));
    let point = package.outline.point.id;
    let place = house.read(Actor::nobody(), async |op| libraries::service_point(op, point).await).await?;
    let actor = PointPass { point: package.point, place, late: false }.staff(opening.staff);
    then.write(actor, async |op| {
        let request = opening.request();
        if request.kind == CardKind::Document {
            cards::use_number(op, package.point.0, &opening.number).await?;
        }
        cards::open_with_number(op, request, opening.number.clone()).await.map(|_| ())
    })
    .await
}
