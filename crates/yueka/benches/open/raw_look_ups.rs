//! Raw look-ups by many tasks at once, beside which benches measure.

/// Raw look-ups per second by as many tasks, over as many connections to the database as the program has: `$look` is done for one item
/// after the other, by each task from another one on.
macro_rules! raw_look_ups {
    ($house:expr, $items:expr, $tasks:expr, $apart:expr, $measured:expr, |$pool:ident, $item:pat_param| $look:block) => {{
        let (house, items, tasks, measured) = ($house, $items, $tasks, $measured);
        let done = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let start = std::time::Instant::now();
        macro_rules! look_up {
                    ($of_engine:expr) => {{
                        let all = $of_engine;
                        let tasks: Vec<_> = (0..tasks)
                            .map(|place| {
                                let ($pool, done, items) =
                                    (all.clone(), std::sync::Arc::clone(&done), std::sync::Arc::clone(items));
                                tokio::spawn(async move {
                                    for $item in items.iter().cycle().skip(place * $apart % items.len()) {
                                        if start.elapsed() > measured {
                                            break;
                                        }
                                        $look
                                        done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                                    }
                                })
                            })
                            .collect();
                        for task in tasks {
                            task.await.unwrap();
                        }
                        all.close().await;
                    }};
                }
        match house.engine {
            service::kernel::Engine::Sqlite => {
                let options =
                    sqlx::sqlite::SqliteConnectOptions::new().filename(&house.database_url).read_only(true);
                let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(16);
                look_up!(pool.connect_with(options).await.unwrap());
            }
            service::kernel::Engine::Postgres => {
                let pool =
                    sqlx::postgres::PgPoolOptions::new().max_connections(16).test_before_acquire(false);
                look_up!(pool.connect(&house.database_url).await.unwrap());
            }
        }
        crate::measure::per_second(done.load(std::sync::atomic::Ordering::Relaxed), start)
    }};
}
pub(crate) use raw_look_ups;
