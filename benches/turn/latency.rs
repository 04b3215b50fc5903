//! The time of one turn through the router, and turns a second, for four kinds of telemetry.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use axum::routing::post;
use hdrhistogram::Histogram;
use opentelemetry_sdk::logs::SdkLogRecord;
use opentelemetry_sdk::trace::SpanData;
use tower::ServiceExt as _;
use zeroth::app::{App, Seams};
use zeroth::config::{Config, Source};
use zeroth::observe::Sink;

/// How often each program runs.
const ROUNDS: usize = 3;
/// Turns before the measurement.
const WARM_UP: usize = 2_000;
/// Turns whose times are taken, one after another.
const SAMPLES: usize = 10_000;
/// Turns of the throughput measurement, eight at a time.
const FLOOD: usize = 20_000;

const MODES: [(&str, &str); 4] = [
    ("off", "telemetry off (OTEL_SDK_DISABLED)"),
    ("discard", "on, spans and logs made and discarded"),
    ("kept", "on, kept in the trace store (the default)"),
    ("otlp", "on, sent by OTLP/HTTP to a local sink"),
];

/// What was measured of one program.
struct Measured {
    nanos: Histogram<u64>,
    turns_per_second: Vec<f64>,
    /// Spans and log records that were not delivered.
    lost: u64,
}

/// Runs the programs by turns and prints how they compare.
pub(crate) fn compare() {
    println!("one turn through the router, instant simulator, {ROUNDS} rounds of {SAMPLES} turns\n");
    let mut all: Vec<Measured> = MODES
        .iter()
        .map(|_| Measured { nanos: Histogram::new(3).unwrap(), turns_per_second: Vec::new(), lost: 0 })
        .collect();
    for _ in 0..ROUNDS {
        for ((mode, _), measured) in MODES.iter().zip(&mut all) {
            run_child(mode, measured);
        }
    }
    let micros = |measured: &Measured, quantile: f64| measured.nanos.value_at_quantile(quantile) as f64 / 1000.0;
    let off = (micros(&all[0], 0.5), micros(&all[0], 0.99));
    println!(
        "{:<42} {:>9} {:>9} {:>10} {:>10} {:>9} {:>9}",
        "", "p50 µs", "p99 µs", "added p50", "added p99", "turns/s", "lost"
    );
    for ((_, title), measured) in MODES.iter().zip(&all) {
        let (p50, p99) = (micros(measured, 0.5), micros(measured, 0.99));
        let best = measured.turns_per_second.iter().copied().fold(0.0, f64::max);
        let (added_p50, added_p99, lost) = (p50 - off.0, p99 - off.1, measured.lost);
        println!("{title:<42} {p50:>9.1} {p99:>9.1} {added_p50:>10.1} {added_p99:>10.1} {best:>9.0} {lost:>9}");
    }
}

fn run_child(mode: &str, measured: &mut Measured) {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program).arg(format!("--child={mode}")).stdout(Stdio::piped()).spawn().unwrap();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(rate) = line.strip_prefix("turns/s ") {
            measured.turns_per_second.push(rate.parse().unwrap());
        } else if let Some(lost) = line.strip_prefix("lost ") {
            measured.lost += lost.parse::<u64>().unwrap();
        } else {
            measured.nanos.record(line.parse().unwrap()).unwrap();
        }
    }
    assert!(child.wait().unwrap().success());
}

/// Measures the program with this telemetry and prints each turn's nanoseconds, the turns a second, and what was lost.
pub(crate) fn child(mode: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let (app, router) = program(mode, folder.path()).await;
        for _ in 0..WARM_UP {
            turn(&router).await;
        }
        for _ in 0..SAMPLES {
            let started = now();
            turn(&router).await;
            println!("{}", started.elapsed().as_nanos());
        }
        let started = now();
        let players = (0..8).map(|_| {
            let router = router.clone();
            async move {
                for _ in 0..FLOOD / 8 {
                    turn(&router).await;
                }
            }
        });
        futures::future::join_all(players.map(spawn)).await;
        println!("turns/s {}", FLOOD as f64 / started.elapsed().as_secs_f64());
        let reports = app.shutdown(Duration::from_secs(5)).await;
        println!("lost {}", reports.iter().map(|flow| flow.refused + flow.failed).sum::<u64>());
    });
    runtime.shutdown_background();
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark ends with its tasks")]
fn spawn(work: impl Future<Output = ()> + Send + 'static) -> tokio::task::JoinHandle<()> {
    tokio::spawn(work)
}

async fn program(mode: &str, folder: &Path) -> (App, Router) {
    let memory = ("ZEROTH_STORE".to_owned(), "memory".to_owned());
    let kept = if mode == "kept" { "file" } else { "off" };
    let folder = folder.to_str().unwrap().to_owned();
    let mut settings = vec![("ZEROTH_SIM_SPEED".to_owned(), "instant".to_owned()), memory];
    settings.extend([("ZEROTH_TRACES".to_owned(), kept.to_owned()), ("ZEROTH_DATA_DIR".to_owned(), folder)]);
    let mut seams = Seams::default();
    match mode {
        "off" => settings.push(("OTEL_SDK_DISABLED".to_owned(), "true".to_owned())),
        "kept" => {}
        "discard" => seams.sink = Some(Arc::new(Discard)),
        "otlp" => settings.push(("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), backend().await)),
        other => panic!("no such mode: {other}"),
    }
    let config = Config::read(&Source::new(settings)).unwrap();
    let app = App::compose(&config, seams).unwrap();
    // Lines on standard error are not what is measured; records for the backend are.
    app.start_logs(&config, "off").unwrap();
    let router = app.router(&config);
    (app, router)
}

async fn turn(router: &Router) {
    const BODY: &str = r#"{"message": "I open the maintenance hatch and look inside."}"#;
    let request = Request::post("/play").header("content-type", "application/json").body(Body::from(BODY)).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert!(answer.status().is_success());
    to_bytes(answer.into_body(), usize::MAX).await.unwrap();
}

/// A backend that reads what it is sent and forgets it.
async fn backend() -> String {
    let take = post(|_: Bytes| async {});
    let router =
        Router::new().route("/v1/traces", take.clone()).route("/v1/metrics", take.clone()).route("/v1/logs", take);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move { axum::serve(listener, router).await.unwrap() }));
    format!("http://{address}")
}

struct Discard;

impl Sink for Discard {
    fn span(&self, span: SpanData) {
        drop(span);
    }

    fn log(&self, _record: &SdkLogRecord) {}
}
