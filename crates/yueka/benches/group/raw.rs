//! The baseline: as many rows into the same tables by raw SQL, many to a statement and 250 people to a transaction, without rules,
//! encryption or look-ups.

use std::time::{Duration, Instant};

use service::kernel::Engine;
use service::testing::House;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use uuid::Uuid;

/// The rows of one person: table, columns, and what stands in them: `i` an id of their own, `t` and `b` text and bytes of their own,
/// `B` bytes as long as what is sealed of a row, `l` the library, `p` the point, `n` a number of their own; the rest is SQL.
const ROWS: [(&str, &str, &str); 12] = [
    (
        "readers",
        "id, name, name_key, sex, birth_date, phone, phone_key, workplace, created_at, version",
        "i, t, t, 'female', {date}, b, b, b, {time}, 1",
    ),
    ("reader_name_keys", "word, reader_id", "t, i"),
    ("reader_name_keys", "word, reader_id", "u, i"),
    ("reader_name_keys", "word, reader_id", "v, i"),
    (
        "identity_documents",
        "id, reader_id, kind, number, identity_key, number_key, added_at",
        "i, i, 'resident_id', b, b, b, {time}",
    ),
    ("identity_keys", "identity_key, reader_id", "b, i"),
    (
        "cards",
        "id, reader_id, kind, number, state, state_since, document_id, issuing_library_id, service_point_id, channel, opened_at, \
         version, was_lost",
        "i, i, 'document', t, 'active', {time}, i, l, p, 'group', {time}, 1, {no}",
    ),
    ("card_numbers", "number, card_id, reader_id", "t, i, i"),
    (
        "service_records",
        "id, at, service, outcome, reader_id, card_id, library_id, service_point_id, channel, actor, checked_how, detail",
        "i, {time}, 'open_card', 'done', i, i, l, p, 'group', 'staff', 'unit_list', '{}'",
    ),
    (
        "messages",
        "id, reader_id, record_id, template, channel, language, recipient, body, state, tries, next_try_at, created_at",
        "i, i, i, 'card_opened', 'sms', 'zh-Hans', b, B, 'waiting', 0, {time}, {time}",
    ),
    (
        "group_rows",
        "batch_id, place, sheet, sheet_row, class, kind, minor, content, finding, goes, faults",
        "{batch}, n, 0, n, 'A', 'document', {no}, B, 'valid', {yes}, '[]'",
    ),
    (
        "group_outcomes",
        "batch_id, place, outcome, codes, card_id, number, at",
        "{batch}, n, 'opened', '[]', i, t, {time}",
    ),
];

/// People in one transaction: as many as the program opens cards for in one.
const AT_ONCE: u32 = 250;

/// Values of one person.
enum Value {
    Id(Uuid),
    Text(String),
    Bytes(Vec<u8>),
    Number(i64),
}

/// People per second.
pub async fn inserts(house: &House, people: u32) -> f64 {
    let batch = a_batch(house).await;
    let start = Instant::now();
    match house.engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new()
                .filename(&house.database_url)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(30))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL");
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
            let mut first = 1;
            while first <= people {
                let count = AT_ONCE.min(people - first + 1);
                let mut tx = pool.begin().await.unwrap();
                for part in 0..ROWS.len() {
                    let (sql, values) = statement(house, part, first, count, batch);
                    let mut query = sqlx::query(sql);
                    for value in values {
                        query = match value {
                            Value::Id(id) => query.bind(id),
                            Value::Text(text) => query.bind(text),
                            Value::Bytes(bytes) => query.bind(bytes),
                            Value::Number(number) => query.bind(number),
                        };
                    }
                    query.execute(&mut *tx).await.unwrap();
                }
                tx.commit().await.unwrap();
                first += count;
            }
            pool.close().await;
        }
        Engine::Postgres => {
            let pool = PgPoolOptions::new().max_connections(1).connect(&house.database_url).await.unwrap();
            let mut first = 1;
            while first <= people {
                let count = AT_ONCE.min(people - first + 1);
                let mut tx = pool.begin().await.unwrap();
                for part in 0..ROWS.len() {
                    let (sql, values) = statement(house, part, first, count, batch);
                    let mut query = sqlx::query(sql);
                    for value in values {
                        query = match value {
                            Value::Id(id) => query.bind(id),
                            Value::Text(text) => query.bind(text),
                            Value::Bytes(bytes) => query.bind(bytes),
                            Value::Number(number) => query.bind(number),
                        };
                    }
                    query.execute(&mut *tx).await.unwrap();
                }
                tx.commit().await.unwrap();
                first += count;
            }
            pool.close().await;
        }
    }
    f64::from(people) / start.elapsed().as_secs_f64()
}

/// Texts of statements, by database, table, size of the portion and batch.
type Texts = std::collections::HashMap<(bool, usize, u32, Uuid), &'static str>;

/// One statement with the rows of `count` people. Texts of statements are few: one for each table and each size of a portion.
fn statement(house: &House, part: usize, first: u32, count: u32, batch: Uuid) -> (&'static str, Vec<Value>) {
    use std::sync::{Mutex, OnceLock};
    static TEXTS: OnceLock<Mutex<Texts>> = OnceLock::new();
    let (table, columns, row) = ROWS[part];
    let of_sqlite = house.engine == Engine::Sqlite;
    let (date, time, yes, no) = if of_sqlite {
        ("'1990-05-06'", "'2026-11-24T02:00:00+00:00'", "1", "0")
    } else {
        ("DATE '1990-05-06'", "TIMESTAMPTZ '2026-11-24 02:00:00+00'", "true", "false")
    };
    let mut values = Vec::new();
    let mut parameters = 0;
    let mut rows = Vec::new();
    for serial in first..first + count {
        let mut cells = Vec::new();
        for cell in row.split(", ") {
            let value = match cell {
                "i" => Some(Value::Id(id(serial))),
                "t" => Some(Value::Text(format!("9{:015}", spread(serial)))),
                "u" => Some(Value::Text(format!("u{:015}", spread(serial)))),
                "v" => Some(Value::Text(format!("v{:015}", spread(serial)))),
                "b" => Some(Value::Bytes(bytes(serial, 44))),
                "B" => Some(Value::Bytes(bytes(serial, 220))),
                "l" => Some(Value::Id(house.fs.0)),
                "p" => Some(Value::Id(house.fs_desk.0)),
                "n" => Some(Value::Number(i64::from(serial))),
                "{batch}" => Some(Value::Id(batch)),
                _ => None,
            };
            cells.push(match value {
                Some(value) => {
                    values.push(value);
                    parameters += 1;
                    format!("${parameters}")
                }
                None => cell
                    .replace("{date}", date)
                    .replace("{time}", time)
                    .replace("{yes}", yes)
                    .replace("{no}", no),
            });
        }
        rows.push(format!("({})", cells.join(", ")));
    }
    let texts = TEXTS.get_or_init(Mutex::default);
    let text = *texts.lock().unwrap().entry((of_sqlite, part, count, batch)).or_insert_with(|| {
        let rows = rows.join(", ");
        let text = ["INSERT INTO ", table, " (", columns, ") VALUES ", &rows].concat();
        Box::leak(text.into_boxed_str())
    });
    (text, values)
}

/// In rising order, as UUIDv7 are.
fn id(serial: u32) -> Uuid {
    Uuid::from_u128((u128::from(0x0190_0000_0000_7000_u64) << 64) | u128::from(serial))
}

fn spread(serial: u32) -> u64 {
    u64::from(serial).wrapping_mul(0x9E37_79B9) % 1_000_000_000_000_000
}

/// Spread like a keyed hash.
fn bytes(serial: u32, length: usize) -> Vec<u8> {
    let mut bytes = u64::from(serial).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes().to_vec();
    bytes.resize(length, 7);
    bytes
}

async fn a_batch(house: &House) -> Uuid {
    let batch = Uuid::from_u128(1);
    let of_sqlite = house.engine == Engine::Sqlite;
    let (yes, no, time, bytes) = if of_sqlite {
        ("1", "0", "'2026-11-24T02:00:00+00:00'", "x'00'")
    } else {
        ("true", "false", "now()", "'\\x00'::bytea")
    };
    let quoted = |id: Uuid| match house.engine {
        Engine::Sqlite => format!("x'{}'", id.simple()),
        Engine::Postgres => format!("'{id}'::uuid"),
    };
    let filled = |text: &str| {
        text.replace("{id}", &quoted(batch))
            .replace("{library}", &quoted(house.fs.0))
            .replace("{point}", &quoted(house.fs_desk.0))
            .replace("{yes}", yes)
            .replace("{no}", no)
            .replace("{time}", time)
            .replace("{bytes}", bytes)
    };
    for text in [A_UNIT, A_BATCH] {
        house.tamper(&filled(text)).await.unwrap();
    }
    batch
}

const A_UNIT: &str = "INSERT INTO units (id, library_id, kind, name, name_key, contacts, mapping, created_at, created_by, version)
     VALUES ({id}, {library}, 'company', 'A', 'a', {bytes}, '{}', {time}, 'system', 1)";

const A_BATCH: &str = "INSERT INTO group_batches (id, unit_id, library_id, service_point_id, name, state, source, minors_kind,
       tells_readers, row_count, to_issue, last_place, done, opened, done_before, stopped, created_at, created_by, version)
     VALUES ({id}, {id}, {library}, {point}, 'A', 'issued', 'file', 'document', {yes}, 0, 0, 0, 0, 0, 0, {no}, {time}, 'system', 1)";
