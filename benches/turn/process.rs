//! The binary as a user starts it: time to the first answer, memory when idle and under load.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts whose fastest, median and slowest are printed.
const STARTS: usize = 11;
/// Turns of the load.
const TURNS: usize = 100_000;
/// Connections at a time.
const PLAYERS: usize = 8;

/// Measures the binary of this benchmark's profile and prints what it found.
pub(crate) fn measure() {
    println!("\nthe binary, instant simulator\n");
    let mut starts: Vec<Duration> = (0..STARTS).map(|_| start().1).collect();
    starts.sort();
    let [fastest, median, slowest] = [0, STARTS / 2, STARTS - 1].map(|index| starts[index].as_secs_f64() * 1000.0);
    println!("start to first answer of POST /play: median {median:.1} ms (fastest {fastest:.1}, slowest {slowest:.1})");
    memory();
}

/// A server that is killed when it is dropped.
struct Server {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/play", self.port)
    }

    /// Resident memory in megabytes, as Linux tells it.
    fn resident(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
        Some(kilobytes / 1000.0)
    }
}

/// Starts a server and plays a turn; says how long that took.
fn start() -> (Server, Duration) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let started = now();
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_zeroth"))
        .args(["serve", "--sim-speed", "instant", "--log", "off", "--store", "memory", "--port", &port.to_string()])
        .env_clear()
        .env("ZEROTH_DATA_DIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server { child, port, _folder: folder };
    let client = client();
    while client.post(server.url()).json(&message()).send().is_err() {
        assert!(started.elapsed() < Duration::from_secs(20), "nothing answers");
        std::thread::yield_now();
    }
    (server, started.elapsed())
}

fn memory() {
    let (server, _) = start();
    let Some(idle) = server.resident() else {
        println!("memory: this system has no /proc");
        return;
    };
    println!("resident memory: {idle:.1} MB idle");
    let started = now();
    for part in 1..=4 {
        flood(&server, TURNS / 4);
        let resident = server.resident().unwrap_or_default();
        println!("resident memory: {resident:.1} MB after {} turns over HTTP", part * TURNS / 4);
    }
    let rate = TURNS as f64 / started.elapsed().as_secs_f64();
    println!("{rate:.0} turns/s over HTTP, with the client on the same cores");
}

fn flood(server: &Server, turns: usize) {
    std::thread::scope(|threads| {
        for _ in 0..PLAYERS {
            threads.spawn(|| {
                let client = client();
                for _ in 0..turns / PLAYERS {
                    let answer = client.post(server.url()).json(&message()).send().unwrap();
                    assert!(answer.status().is_success());
                    answer.bytes().unwrap();
                }
            });
        }
    });
}

fn client() -> reqwest::blocking::Client {
    // Installed once; later calls change nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder().no_proxy().build().unwrap()
}

fn message() -> serde_json::Value {
    serde_json::json!({ "message": "I open the maintenance hatch and look inside." })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}
