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

/// The same for the pool of either database: sqlx binds by the type of the one.
macro_rules! insert_all {
    ($pool:ident, $house:ident, $people:ident, $batch:ident) => {{
        let mut first = 1;
        while first <= $people {
            let count = AT_ONCE.min($people - first + 1);
            let mut tx = $pool.begin().await.unwrap();
            for part in 0..ROWS.len() {
                let mut query = sqlx::query(text($house, part, count));
                for value in values($house, part, first, count, $batch) {
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
    }};
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
            insert_all!(pool, house, people, batch);
            pool.close().await;
        }
        Engine::Postgres => {
            let pool = PgPoolOptions::new().max_connections(1).connect(&house.database_url).await.unwrap();
            insert_all!(pool, house, people, batch);
            pool.close().await;
        }
    }
    f64::from(people) / start.elapsed().as_secs_f64()
}

/// Texts of statements, by database, table and size of the portion: there are few, and each is put together once.
type Texts = std::collections::HashMap<(bool, usize, u32), &'static str>;

/// One statement with the rows of `count` people.
fn text(house: &House, part: usize, count: u32) -> &'static str {
    use std::sync::{Mutex, OnceLock};
    static TEXTS: OnceLock<Mutex<Texts>> = OnceLock::new();
    let of_sqlite = house.engine == Engine::Sqlite;
    let mut texts = TEXTS.get_or_init(Mutex::default).lock().unwrap();
    texts.entry((of_sqlite, part, count)).or_insert_with(|| {
        let (date, time, yes, no) = if of_sqlite {
            ("'1990-05-06'", "'2026-11-24T02:00:00+00:00'", "1", "0")
        } else {
            ("DATE '1990-05-06'", "TIMESTAMPTZ '2026-11-24 02:00:00+00'", "true", "false")
        };
        let (table, columns, row) = ROWS[part];
        let mut parameters = 0;
        let mut cell = |cell: &str| {
            if VALUES.contains(&cell) {
                parameters += 1;
                return format!("${parameters}");
            }
            cell.replace("{date}", date).replace("{time}", time).replace("{yes}", yes).replace("{no}", no)
        };
        let mut person = || format!("({})", row.split(", ").map(&mut cell).collect::<Vec<_>>().join(", "));
        let rows: Vec<String> = (0..count).map(|_| person()).collect();
        let text = ["INSERT INTO ", table, " (", columns, ") VALUES ", &rows.join(", ")].concat();
        Box::leak(text.into_boxed_str())
    })
}

/// The cells of [`ROWS`] that are bound.
const VALUES: [&str; 10] = ["i", "t", "u", "v", "b", "B", "l", "p", "n", "{batch}"];

/// What is bound for `count` people.
fn values(house: &House, part: usize, first: u32, count: u32, batch: Uuid) -> Vec<Value> {
    let cells: Vec<&str> = ROWS[part].2.split(", ").filter(|cell| VALUES.contains(cell)).collect();
    let value = |serial: u32, cell: &str| match cell {
        "i" => Value::Id(id(serial)),
        "t" => Value::Text(format!("9{:015}", spread(serial))),
        "u" => Value::Text(format!("u{:015}", spread(serial))),
        "v" => Value::Text(format!("v{:015}", spread(serial))),
        "b" => Value::Bytes(bytes(serial, 44)),
        "B" => Value::Bytes(bytes(serial, 220)),
        "l" => Value::Id(house.fs.0),
        "p" => Value::Id(house.fs_desk.0),
        "n" => Value::Number(i64::from(serial)),
        _ => Value::Id(batch),
    };
    (first..first + count).flat_map(|serial| cells.iter().map(move |cell| value(serial, cell))).collect()
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
