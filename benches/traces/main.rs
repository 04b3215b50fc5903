//! What keeping telemetry costs: `cargo bench --bench traces`. `ZEROTH_BENCH_SPANS` says how many spans; 200,000 without it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that cannot go on has failed, it prints, and it reads the clock and the environment"
)]

mod questions;
mod spans;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use spans::{SIZE, Template};
use zeroth::clock::SystemClock;
use zeroth::llm::PriceList;
use zeroth::traces::{Config, Encoding, Place, Signal, Traces};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Senders at the same time.
const SENDERS: usize = 4;

fn main() {
    let spans: u64 = std::env::var("ZEROTH_BENCH_SPANS").map_or(200_000, |count| count.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("traces.db");
        let template = Arc::new(Template::new());
        println!(
            "{spans} spans of {} bytes on their way; resident before {:.0} MB; load of the machine {}",
            template.bytes_each(),
            resident("VmRSS"),
            load(),
        );
        let traces = open(&file, 64 << 30);
        ingest("with readers", &traces, &template, 0, spans).await;
        let health = traces.health().await.unwrap();
        println!("{} bytes for each span on disk, {} not indexed yet", health.used / spans, health.unsearched);
        let begun = Instant::now();
        while traces.health().await.unwrap().unsearched > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let health = traces.health().await.unwrap();
        println!(
            "{:.1} s later all is indexed: {} bytes for each span",
            begun.elapsed().as_secs_f64(),
            health.used / spans
        );
        drop(traces);
        let traces = open(&file, 64 << 30);
        tokio::time::sleep(Duration::from_secs(2)).await;
        println!("idle after opening again: resident {:.0} MB", resident("VmRSS"));
        questions::ask(&traces, spans).await;
        println!("resident after the questions {:.0} MB, highest {:.0} MB", resident("VmRSS"), resident("VmHWM"));
        drop(traces);
        // Half of it has to go while as much comes in.
        let traces = open(&file, health.used / 2);
        ingest("while pruning", &traces, &template, spans, spans / 4).await;
        let health = traces.health().await.unwrap();
        println!("{} pruned; longest hold of a step {:.1} ms", health.pruned, health.longest_prune * 1e3);
        println!("load of the machine {}", load());
    });
}

fn open(file: &Path, max_bytes: u64) -> Traces {
    let config = Config { max_bytes, ..Config::at(Place::File(file.to_owned())) };
    Traces::open(config, Arc::new(PriceList::built_in()), Arc::new(SystemClock::start())).unwrap()
}

/// Sends spans as fast as they are taken, while somebody asks questions.
async fn ingest(title: &str, traces: &Traces, template: &Template, first: u64, spans: u64) {
    let next = AtomicU64::new(first);
    let (full, done) = (AtomicU64::new(0), AtomicBool::new(false));
    let (begun, busy) = (Instant::now(), processor());
    let send = async || {
        let (mut bytes, mut slowest) = (template.copy(), Duration::ZERO);
        loop {
            let start = next.fetch_add(SIZE, Ordering::Relaxed);
            if start >= first + spans {
                return slowest;
            }
            template.patch(&mut bytes, start);
            let sent = Instant::now();
            loop {
                let batch = traces.read(Signal::Traces, Encoding::Protobuf, &bytes).unwrap();
                match traces.accept(batch).await {
                    Ok(receipt) => break assert_eq!(receipt.accepted, SIZE),
                    Err(_) => full.fetch_add(1, Ordering::Relaxed),
                };
                // It asks for more patience; but this is about how much can be taken.
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            slowest = slowest.max(sent.elapsed());
        }
    };
    let reading = questions::keep_asking(traces, &done);
    let sending = async {
        let slowest = futures::future::join_all((0..SENDERS).map(|_| send())).await.into_iter().max().unwrap();
        done.store(true, Ordering::Relaxed);
        (slowest, begun.elapsed(), processor() - busy)
    };
    let ((slowest, time, busy), (asked, median)) = tokio::join!(sending, reading);
    println!(
        "{title}: {spans} spans in {:.1} s: {:.0} a second, {:.0} µs of processor time for each; slowest batch {slowest:.0?}; \
         {} times full; {asked} questions meanwhile, median {median:.1?}; resident {:.0} MB, highest {:.0} MB",
        time.as_secs_f64(),
        spans as f64 / time.as_secs_f64(),
        busy / spans as f64 * 1e6,
        full.load(Ordering::Relaxed),
        resident("VmRSS"),
        resident("VmHWM"),
    );
}

/// Resident memory in megabytes, as Linux tells it.
fn resident(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()).unwrap_or_default() / 1000.0
}

/// How busy the machine was in the last minute, as Linux tells it: what is measured beside others is slower.
fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split(' ').next().unwrap_or_default().to_owned()
}

/// Seconds that processors worked for this program, senders and readers included, as Linux tells it.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = told.rsplit(')').next().unwrap_or_default().split_whitespace();
    // Of user and system, in hundredths of a second.
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
