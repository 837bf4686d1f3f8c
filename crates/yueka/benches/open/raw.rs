//! The baseline: the rows of an opening, inserted by raw SQL in one transaction each, without HTTP, rules, encryption or
//! look-ups.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use service::kernel::Engine;
use service::testing::House;
use sqlx::Executor;
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use uuid::Uuid;

/// The inserts of one opening, with `{uuid}` and the like bound as parameters `$1`: a new id, `$2`: text of its own,
/// `$3`: bytes, `$4`: the library, `$5`: the service point, `$6`: the time.
const INSERTS: [&str; 7] = [
    "INSERT INTO readers (id, name, name_key, sex, birth_date, phone, phone_key, email, address, workplace, created_at, version)
     VALUES ($1, $2, $2, 'female', {date}, $3, $3, $3, $3, $3, {time}, 1)",
    "INSERT INTO reader_name_keys (word, reader_id) VALUES ($2 || 'a', $1), ($2 || 'b', $1), ($2 || 'c', $1)",
    "INSERT INTO identity_documents (id, reader_id, kind, number, identity_key, number_key, added_at)
     VALUES ($1, $1, 'resident_id', $3, $3, $3, {time})",
    "INSERT INTO identity_keys (identity_key, reader_id) VALUES ($3, $1)",
    "INSERT INTO cards (id, reader_id, kind, number, state, state_since, document_id, issuing_library_id,
       service_point_id, channel, opened_at, version)
     VALUES ($1, $1, 'document', $2, 'active', {time}, $1, $4, $5, 'desk', {time}, 1)",
    "INSERT INTO card_numbers (number, card_id, reader_id) VALUES ($2, $1, $1)",
    "INSERT INTO service_records (id, at, service, outcome, reader_id, card_id, library_id, service_point_id, channel,
       actor, checked_how, detail)
     VALUES ($1, {time}, 'open_card', 'done', $1, $1, $4, $5, 'desk', 'token', 'by_eye', '{}')",
];

/// Inserts per second over so many connections; on SQLite they share the one that writes, as the program does.
pub async fn inserts(house: &House, connections: usize, measured: Duration) -> f64 {
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let (library, point) = (house.fs.0, house.fs_desk.0);
    let statements = Arc::new(statements(house.engine));
    match house.engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new()
                .filename(&house.database_url)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(30))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL");
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
            let tasks: Vec<_> = (0..connections)
                .map(|_| {
                    let (pool, done, statements) = (pool.clone(), Arc::clone(&done), Arc::clone(&statements));
                    tokio::spawn(async move {
                        while start.elapsed() < measured {
                            let mut connection = pool.acquire().await.unwrap();
                            one_sqlite(&mut connection, &statements, library, point).await;
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            pool.close().await;
        }
        Engine::Postgres => {
            let most = u32::try_from(connections.min(24)).unwrap();
            let pool = PgPoolOptions::new()
                .max_connections(most)
                .test_before_acquire(false)
                .connect(&house.database_url)
                .await
                .unwrap();
            let tasks: Vec<_> = (0..connections)
                .map(|_| {
                    let (pool, done, statements) = (pool.clone(), Arc::clone(&done), Arc::clone(&statements));
                    tokio::spawn(async move {
                        while start.elapsed() < measured {
                            let mut connection = pool.acquire().await.unwrap();
                            one_postgres(&mut connection, &statements, library, point).await;
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            pool.close().await;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of seconds' work")]
    let count = done.load(Ordering::Relaxed) as f64;
    count / start.elapsed().as_secs_f64()
}

fn statements(engine: Engine) -> Vec<&'static str> {
    let (date, time) = match engine {
        Engine::Sqlite => ("'1990-05-06'", "'2026-11-24T02:00:00+00:00'"),
        Engine::Postgres => ("DATE '1990-05-06'", "TIMESTAMPTZ '2026-11-24 02:00:00+00'"),
    };
    // sqlx takes texts that live as long as the program, so that nobody passes what a user typed; these few do.
    INSERTS
        .iter()
        .map(|sql| &*Box::leak(sql.replace("{date}", date).replace("{time}", time).into_boxed_str()))
        .collect()
}

/// Ids of their own: 16 bytes that no other opening has, in rising order as UUIDv7 are.
fn next() -> (Uuid, String, Vec<u8>) {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = Uuid::from_u128((u128::from(0x0190_0000_0000_7000_u64) << 64) | u128::from(count));
    // As long as a sealed phone number, and spread like a keyed hash.
    let mut bytes = count.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes().to_vec();
    bytes.resize(44, 7);
    (id, format!("9{:015}", count.wrapping_mul(0x9E37_79B9) % 1_000_000_000_000_000), bytes)
}

async fn one_sqlite(
    connection: &mut SqliteConnection,
    statements: &[&'static str],
    library: Uuid,
    point: Uuid,
) {
    let (id, text, bytes) = next();
    connection.execute("BEGIN IMMEDIATE").await.unwrap();
    for sql in statements {
        let query = sqlx::query(*sql).bind(id).bind(&text).bind(&bytes).bind(library).bind(point);
        query.execute(&mut *connection).await.unwrap();
    }
    connection.execute("COMMIT").await.unwrap();
}

async fn one_postgres(
    connection: &mut PgConnection,
    statements: &[&'static str],
    library: Uuid,
    point: Uuid,
) {
    let (id, text, bytes) = next();
    connection.execute("BEGIN").await.unwrap();
    for sql in statements {
        // PostgreSQL counts parameters up to the last that a statement names, so it gets those and no more.
        let last = (1..=5).rev().find(|place| sql.contains(&format!("${place}"))).unwrap_or(1);
        let mut query = sqlx::query(*sql).bind(id);
        query = if last >= 2 { query.bind(&text) } else { query };
        query = if last >= 3 { query.bind(&bytes) } else { query };
        query = if last >= 4 { query.bind(library) } else { query };
        query = if last >= 5 { query.bind(point) } else { query };
        query.execute(&mut *connection).await.unwrap();
    }
    connection.execute("COMMIT").await.unwrap();
}
