//! One set of migrations for both databases.
//!
//! A migration is one SQL text in `sql/`, read from top to bottom like the description of the schema that it is. The
//! engines differ in the names of a few types only, so the text holds placeholders for those (`{uuid}`, `{time}`, …) and
//! each engine fills in its own; where a table is watched (`watched`), each has its own trigger. Migrations expand first and contract in a later release: an instance of the release
//! before must be able to run on the schema of the release after.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DatabaseConnection, DbBackend, EntityTrait, QueryOrder};
use sea_orm_migration::seaql_migrations as done_migrations;

/// Name and text of each, oldest first.
const MIGRATIONS: &[(&str, &str)] = &[
    ("m0001_cards_at_the_desk", include_str!("../sql/m0001_cards_at_the_desk.sql")),
    ("m0002_the_life_of_a_card", include_str!("../sql/m0002_the_life_of_a_card.sql")),
    ("m0003_guardians_by_document", include_str!("../sql/m0003_guardians_by_document.sql")),
    ("m0004_cards_in_use", include_str!("../sql/m0004_cards_in_use.sql")),
    ("m0005_machines", include_str!("../sql/m0005_machines.sql")),
    ("m0006_stamps", include_str!("../sql/m0006_stamps.sql")),
    ("m0007_machines_seen", include_str!("../sql/m0007_machines_seen.sql")),
    ("m0008_visits", include_str!("../sql/m0008_visits.sql")),
    ("m0009_yuedutong", include_str!("../sql/m0009_yuedutong.sql")),
    ("m0010_kiosk", include_str!("../sql/m0010_kiosk.sql")),
    ("m0011_online_opening", include_str!("../sql/m0011_online_opening.sql")),
    ("m0012_scan_sign_in", include_str!("../sql/m0012_scan_sign_in.sql")),
    ("m0013_partner_services", include_str!("../sql/m0013_partner_services.sql")),
    ("m0014_resources", include_str!("../sql/m0014_resources.sql")),
    ("m0015_stock", include_str!("../sql/m0015_stock.sql")),
    ("m0016_promotion", include_str!("../sql/m0016_promotion.sql")),
    ("m0017_groups", include_str!("../sql/m0017_groups.sql")),
    ("m0018_mobile_points", include_str!("../sql/m0018_mobile_points.sql")),
    ("m0019_batch_changes", include_str!("../sql/m0019_batch_changes.sql")),
];

/// The tables of the laptop of a mobile card point, which stand alone in a file of their own.
pub const LAPTOP: &str = include_str!("../sql/laptop.sql");

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        MIGRATIONS.iter().map(|(name, up)| Box::new(SqlMigration { name, up }) as _).collect()
    }
}

/// The names of the migrations that a database has, oldest first, those of later releases included. Nothing is written.
///
/// # Errors
/// When the database can't be asked.
pub async fn done(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(database).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let rows =
        done_migrations::Entity::find().order_by_asc(done_migrations::Column::Version).all(database).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

struct SqlMigration {
    name: &'static str,
    up: &'static str,
}

impl MigrationName for SqlMigration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlMigration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = for_engine(self.up, manager.get_database_backend());
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }
}

/// The SQL text with the type names of one engine.
#[must_use]
pub fn for_engine(sql: &str, backend: DbBackend) -> String {
    // SQLite keeps times as RFC 3339 text, which sorts as time does; its tables are STRICT, so that a wrong type is an
    // error there too. `{sorted}` text is compared byte by byte on both, whatever the database's locale, because
    // look-ups by prefix are ranges.
    let types: &[(&str, &str)] = match backend {
        DbBackend::Postgres => &[
            ("{uuid}", "uuid"),
            ("{bytes}", "bytea"),
            ("{time}", "timestamptz"),
            ("{date}", "date"),
            ("{bool}", "boolean"),
            ("{int}", "bigint"),
            ("{text}", "text"),
            ("{sorted}", "text COLLATE \"C\""),
            ("{false}", "false"),
            ("{strict}", ""),
        ],
        _ => &[
            ("{uuid}", "BLOB"),
            ("{bytes}", "BLOB"),
            ("{time}", "TEXT"),
            ("{date}", "TEXT"),
            ("{bool}", "INTEGER"),
            ("{int}", "INTEGER"),
            ("{text}", "TEXT"),
            ("{sorted}", "TEXT"),
            ("{false}", "0"),
            ("{strict}", " STRICT"),
        ],
    };
    let filled = types.iter().fold(sql.to_owned(), |sql, (placeholder, name)| sql.replace(placeholder, name));
    filled.lines().map(|line| watched(line, backend)).collect::<Vec<_>>().join("\n")
}

/// `{watch TABLE STAMP}` on a line of its own: whatever changes a row of the table counts the stamp up. `{watcher STAMP}` stands before:
/// PostgreSQL's triggers call a function.
fn watched(line: &str, backend: DbBackend) -> String {
    let words = line.strip_prefix('{').and_then(|line| line.strip_suffix('}')).map(|line| line.split(' '));
    let words: Vec<&str> = words.into_iter().flatten().collect();
    let count = |stamp: &str| ["UPDATE stamps SET value = value + 1 WHERE name = '", stamp, "';"].concat();
    match (words.as_slice(), backend) {
        (["watcher", stamp], DbBackend::Postgres) => [
            "CREATE FUNCTION count_",
            stamp,
            "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ",
            &count(stamp),
            " RETURN NULL; END $$;",
        ]
        .concat(),
        (["watcher", _], _) => String::new(),
        (["watch", table, stamp], DbBackend::Postgres) => [
            "CREATE TRIGGER watch_",
            table,
            " AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ",
            table,
            " FOR EACH STATEMENT EXECUTE FUNCTION count_",
            stamp,
            "();",
        ]
        .concat(),
        (["watch", table, stamp], _) => ["INSERT", "UPDATE", "DELETE"]
            .map(|done| {
                let name = ["watch_", table, "_", &done.to_lowercase()].concat();
                ["CREATE TRIGGER ", &name, " AFTER ", done, " ON ", table, " BEGIN ", &count(stamp), " END;"]
                    .concat()
            })
            .concat(),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_is_filled_for_both_engines() {
        for (name, sql) in MIGRATIONS {
            for backend in [DbBackend::Postgres, DbBackend::Sqlite] {
                let filled = for_engine(sql, backend);
                assert!(!filled.contains('{'), "a placeholder is left in {name} for {backend:?}");
            }
        }
    }

    #[test]
    fn a_watched_table_counts_its_stamp_up_on_both_engines() {
        let counts = "UPDATE stamps SET value = value + 1 WHERE name = 's'; END";
        let of = |backend| for_engine("{watcher s}\n{watch t s}", backend);
        assert_eq!(of(DbBackend::Sqlite).matches(counts).count(), 3, "{}", of(DbBackend::Sqlite));
        let postgres = of(DbBackend::Postgres);
        assert!(postgres.contains("UPDATE stamps SET value = value + 1 WHERE name = 's'; RETURN NULL; END"));
        assert!(postgres.contains("AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON t FOR EACH STATEMENT"));
    }
}
