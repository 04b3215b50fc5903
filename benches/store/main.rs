//! What keeping games costs: `cargo bench --bench store`. With `ZEROTH_TEST_DATABASE_URL`, also on PostgreSQL
//! (`.ci/postgres cargo bench --bench store`).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed, it prints, and it reads the clock and the environment"
)]

mod game;
mod played;
mod process;

use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use zeroth::store::{Expected, Limits, MemoryStore, PostgresStore, SqliteStore, Store};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LIMITS: Limits = Limits {
    max_sessions: 1_000_000,
    max_turns: 1_000_000,
    max_idle: Duration::from_secs(24 * 3600),
    max_age: Duration::from_secs(24 * 3600),
};
/// Turns whose times are taken, one after the other.
const TURNS: u64 = 5_000;
/// Sessions in memory, and turns of each.
const SESSIONS: u64 = 10_000;
const LENGTH: u64 = 15;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        // None must live in what the one before gave back.
        let finished = played::in_memory().await;
        let both = [memory("without a state", false).await, memory("with a state of 3 KB", true).await];
        drop((finished, both));
        played::on_disk().await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sessions.db");
        let store = SqliteStore::open(&file, None, LIMITS).unwrap();
        let size = |file: &std::path::Path| std::fs::metadata(file).unwrap().len();
        append("SQLite, dialogue", &store, 1, false).await;
        append("SQLite, with a state", &store, 2, true).await;
        crowd("SQLite", Arc::new(store)).await;
        let store = SqliteStore::open(&file, None, LIMITS).unwrap();
        drop(store);
        let before = size(&file);
        let store = SqliteStore::open(&file, None, LIMITS).unwrap();
        append("SQLite, with a state, again", &store, 3, true).await;
        drop(store);
        println!("{} bytes on disk for each turn with a state", (size(&file) - before) / TURNS);
        postgres().await;
        process::measure().await;
    });
}

/// Times turns, one after the other.
async fn append(title: &str, store: &dyn Store, number: u64, with_state: bool) {
    let mut session = game::session(number);
    store.create(session.clone()).await.unwrap();
    let mut times = Vec::new();
    for turn in 0..TURNS {
        let new = game::turn(&mut session, turn, with_state);
        let started = Instant::now();
        store.append_turn(session.id, Expected::After(turn), new).await.unwrap();
        times.push(started.elapsed());
    }
    let loaded = Instant::now();
    for _ in 0..1000 {
        std::hint::black_box(store.load(session.id, 9).await.unwrap());
    }
    let (load, [p50, p99]) = (loaded.elapsed() / 1000, quantiles(times));
    println!("{title}: append_turn p50 {p50:?}, p99 {p99:?}; load with 9 turns {load:?}");
}

/// Many sessions at once.
async fn crowd(title: &str, store: Arc<dyn Store>) {
    const PLAYERS: u64 = 64;
    const EACH: u64 = 200;
    let started = Instant::now();
    let players = (0..PLAYERS).map(|player| {
        let store = Arc::clone(&store);
        async move {
            let mut session = game::session(1000 + player);
            store.create(session.clone()).await.unwrap();
            for turn in 0..EACH {
                let new = game::turn(&mut session, turn, true);
                store.append_turn(session.id, Expected::After(turn), new).await.unwrap();
            }
        }
    });
    futures::future::join_all(players).await;
    let rate = (PLAYERS * EACH) as f64 / started.elapsed().as_secs_f64();
    println!("{title}: {rate:.0} turns/s by {PLAYERS} sessions at once");
}

async fn postgres() {
    let Ok(url) = std::env::var("ZEROTH_TEST_DATABASE_URL") else {
        println!("PostgreSQL: skipped, ZEROTH_TEST_DATABASE_URL names no server");
        return;
    };
    let store = PostgresStore::new(&SecretString::from(url), LIMITS).unwrap();
    store.prepare().await.unwrap();
    append("PostgreSQL, dialogue", &store, 1, false).await;
    append("PostgreSQL, with a state", &store, 2, true).await;
    crowd("PostgreSQL", Arc::new(store)).await;
}

async fn memory(title: &str, with_state: bool) -> MemoryStore {
    let before = process::resident(std::process::id()).unwrap_or_default();
    let store = MemoryStore::new(LIMITS);
    for number in 0..SESSIONS {
        let mut session = game::session(number);
        store.create(session.clone()).await.unwrap();
        for turn in 0..LENGTH {
            let new = game::turn(&mut session, turn, with_state);
            store.append_turn(session.id, Expected::After(turn), new).await.unwrap();
        }
    }
    let after = process::resident(std::process::id()).unwrap_or_default();
    let each = (after - before) * 1e6 / SESSIONS as f64;
    println!("{each:.0} bytes in memory for each session {title}, with {LENGTH} turns");
    store
}

fn quantiles(mut times: Vec<Duration>) -> [Duration; 2] {
    times.sort();
    [times[times.len() / 2], times[times.len() * 99 / 100]]
}
