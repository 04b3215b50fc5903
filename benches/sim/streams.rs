//! Streams held at once, fifty tokens per second each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::time::Instant;

use super::client::{Connection, post};
use super::server::Server;

/// The usual speed is ninety tokens per second.
const SPEED: &str = "0.5555x";
/// What a stream gives on average: its rate is drawn around fifty.
const RATE: f64 = 51.0;
/// How long streams are opened, and how long they are watched.
const WATCHED: Duration = Duration::from_secs(10);

/// What all streams saw together.
#[derive(Default)]
struct Seen {
    watching: AtomicBool,
    over: AtomicBool,
    events: AtomicU64,
}

pub(crate) async fn measure(counts: &[usize]) {
    println!("\nstreams at once, about 50 tokens per second each\n");
    println!(
        "streams   events/s   of those due   gap p50   p99      p99.9    server cores   client cores   server memory"
    );
    for count in counts {
        hold(*count).await;
    }
}

async fn hold(count: usize) {
    let server = Server::start(SPEED).await;
    let seen = Arc::new(Seen::default());
    let streams: Vec<_> = (0..count).map(|number| spawn(server.address, number, Arc::clone(&seen))).collect();
    // All have to be open and speaking before the watch begins.
    tokio::time::sleep(Duration::from_secs(3) + Duration::from_micros(400) * u32::try_from(count).unwrap()).await;
    let before = server.processor();
    let start = Instant::now();
    seen.watching.store(true, Ordering::Relaxed);
    tokio::time::sleep(WATCHED).await;
    seen.watching.store(false, Ordering::Relaxed);
    let (took, after, memory) = (start.elapsed().as_secs_f64(), server.processor(), server.resident());
    seen.over.store(true, Ordering::Relaxed);
    let mut gaps = Histogram::<u64>::new(2).unwrap();
    for stream in streams {
        gaps.add(stream.await.unwrap()).unwrap();
    }
    let rate = seen.events.load(Ordering::Relaxed) as f64 / took;
    let gap = |quantile: f64| gaps.value_at_quantile(quantile) as f64 / 1000.0;
    println!(
        "{count:7}   {rate:8.0}   {:11.1}%   {:4.1} ms   {:5.1} ms {:5.1} ms {:14.2} {:14.2} {memory:12.0} MB",
        rate / (count as f64 * RATE) * 100.0,
        gap(0.5),
        gap(0.99),
        gap(0.999),
        (after.0 - before.0) / took,
        (after.1 - before.1) / took,
    );
}

/// Reads one long answer after the other, and notes how long it waits between pieces.
#[expect(clippy::disallowed_methods, reason = "a benchmark has no shutdown to wait for it")]
fn spawn(address: std::net::SocketAddr, number: usize, seen: Arc<Seen>) -> tokio::task::JoinHandle<Histogram<u64>> {
    tokio::spawn(async move {
        // Connections come one after the other, as players do.
        tokio::time::sleep(Duration::from_micros(400) * u32::try_from(number).unwrap()).await;
        let mut gaps = Histogram::<u64>::new(2).unwrap();
        let mut connection = Connection::open(address).await;
        let request = long_answer(number);
        while !seen.over.load(Ordering::Relaxed) {
            connection.send(&request).await;
            let mut last = Instant::now();
            loop {
                let read = connection.read().await;
                assert!(!read.is_empty(), "the server has gone");
                let (events, over) = (pieces(read), read.ends_with(b"0\r\n\r\n"));
                if seen.watching.load(Ordering::Relaxed) {
                    seen.events.fetch_add(events, Ordering::Relaxed);
                    let now = Instant::now();
                    gaps.record(u64::try_from(now.duration_since(last).as_micros()).unwrap()).unwrap();
                    last = now;
                } else {
                    last = Instant::now();
                }
                if over || seen.over.load(Ordering::Relaxed) {
                    break;
                }
            }
        }
        gaps
    })
}

/// Every event ends with an empty line; two never share one.
fn pieces(bytes: &[u8]) -> u64 {
    bytes.windows(2).filter(|pair| pair == b"\n\n").count() as u64
}

/// A request whose answer is a thousand tokens long, another for each caller.
fn long_answer(number: usize) -> Vec<u8> {
    let lines = r#"{"type": "array", "items": {"type": "string"}, "minItems": 120, "maxItems": 120}"#;
    let schema = format!(r#"{{"type": "object", "properties": {{"lines": {lines}}}, "required": ["lines"]}}"#);
    let format = format!(r#"{{"type": "json_schema", "json_schema": {{"name": "lines", "schema": {schema}}}}}"#);
    let said = format!(r#"[{{"role": "user", "content": "Tell me story {number}."}}]"#);
    let body =
        format!(r#"{{"model": "gpt-4o-mini", "stream": true, "messages": {said}, "response_format": {format}}}"#);
    post("/v1/chat/completions", &body)
}
