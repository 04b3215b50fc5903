//! The binary with a hundred thousand stored games: time to its first answer, and what it needs while nobody plays.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use zeroth::store::{Expected, SqliteStore, Store};

use crate::{LIMITS, game};

const SESSIONS: u64 = 100_000;
const STARTS: usize = 5;

/// Measures the binary of this benchmark's profile and prints what it found.
pub(crate) async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let filled = Instant::now();
    fill(folder.path()).await;
    println!("\n{SESSIONS} games were made in {:.1} s", filled.elapsed().as_secs_f64());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut starts = Vec::new();
    let mut resident = 0.0;
    for _ in 0..STARTS {
        let started = Instant::now();
        let (mut server, address) = start(folder.path());
        while client.get(format!("{address}/healthz")).send().await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "nothing answers");
            tokio::task::yield_now().await;
        }
        starts.push(started.elapsed());
        // Until the first look at the store is over, and a little of its routine.
        tokio::time::sleep(Duration::from_secs(3)).await;
        resident = self::resident(server.id()).unwrap_or_default();
        server.kill().unwrap();
        server.wait().unwrap();
    }
    starts.sort();
    println!("start to first answer: median {:?}, slowest {:?}", starts[STARTS / 2], starts[STARTS - 1]);
    println!("resident memory: {resident:.1} MB idle");
}

/// Resident memory in megabytes, as Linux tells it.
pub(crate) fn resident(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes / 1000.0)
}

async fn fill(folder: &Path) {
    let store = SqliteStore::open(&folder.join("sessions.db"), None, LIMITS).unwrap();
    let games = futures::stream::iter(0..SESSIONS).map(|number| {
        let store = &store;
        async move {
            let mut session = game::session(number);
            // Else they would be let go as soon as the program starts.
            session.played = std::time::SystemTime::now();
            store.create(session.clone()).await.unwrap();
            let mut turn = game::turn(&mut session, 0, true);
            turn.at = session.played;
            store.append_turn(session.id, Expected::After(0), turn).await.unwrap();
        }
    });
    games.buffer_unordered(64).collect::<()>().await;
}

fn start(folder: &Path) -> (Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new(env!("CARGO_BIN_EXE_zeroth"))
        .args(["serve", "--sim-speed", "instant", "--log", "off", "--port", &port.to_string()])
        .args(["--max-sessions", "1000000"])
        .env_clear()
        .env("ZEROTH_DATA_DIR", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (child, format!("http://127.0.0.1:{port}"))
}
