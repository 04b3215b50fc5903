//! A process that keeps telemetry is killed at random points: the file is whole, and every batch that it acknowledged is in it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use zeroth::traces::{CallQuery, ConversationQuery, Place, Traces};

use crate::stage::{self, batch, call};

/// Tells the child where its file is, and with which span it begins.
const PLACE: &str = "ZEROTH_TEST_TRACES";
const BEGIN: &str = "ZEROTH_TEST_BEGIN";
/// Calls of a batch.
const SIZE: u64 = 20;

#[tokio::test]
async fn what_was_acknowledged_survives_every_death() {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
    let crashes: u64 = std::env::var("ZEROTH_CRASHES").map_or(4, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let mut kept = Vec::new();
    for crash in 0..crashes {
        kept.extend(keep_until_death(&file, 1 + crash * 10_000_000));
        check(&file, &kept).await;
    }
    assert!(kept.len() as u64 >= crashes, "it was killed before it could keep anything");
}

/// Starts this test program again as one that keeps telemetry; returns the first span of each batch that was acknowledged.
fn keep_until_death(file: &std::path::Path, begin: u64) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::one_who_keeps_telemetry_until_it_is_killed", "--ignored", "--nocapture"])
        .env(PLACE, file)
        .env(BEGIN, begin.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut kept: Vec<u64> = lines.by_ref().filter_map(|line| line.parse().ok()).take(1).collect();
    // Any point will do, and none is known beforehand.
    std::thread::sleep(Duration::from_micros(rand::random_range(1_000..60_000)));
    child.kill().unwrap();
    child.wait().unwrap();
    kept.extend(lines.filter_map(|line| line.parse::<u64>().ok()));
    kept
}

async fn check(file: &std::path::Path, kept: &[u64]) {
    let verdict: String =
        rusqlite::Connection::open(file).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
    let traces = open(file);
    for first in kept {
        let trace = traces.trace(&format!("{first:032x}")).await.unwrap();
        assert_eq!(trace.spans.len() as u64, SIZE, "half a batch");
    }
    // Sums and rows were committed together.
    let total = traces.calls(CallQuery::default()).await.unwrap().total;
    let talks = traces.conversations(ConversationQuery { limit: 1, ..ConversationQuery::default() }).await.unwrap();
    assert_eq!(total.calls as u64, talks.total as u64 * SIZE);
    assert_eq!(traces.series(Default::default()).await.unwrap()[0].total.calls, total.calls);
    stage::tend(&traces);
}

fn open(file: &std::path::Path) -> Traces {
    stage::open(stage::config(Place::File(file.to_owned())), stage::hand())
}

#[test]
#[ignore = "only as a process of its own, which is killed"]
#[expect(clippy::disallowed_methods, reason = "the test above says where")]
fn one_who_keeps_telemetry_until_it_is_killed() {
    let (Ok(file), Ok(begin)) = (std::env::var(PLACE), std::env::var(BEGIN)) else { return };
    let traces = open(file.as_ref());
    let mut first: u64 = begin.parse().unwrap();
    loop {
        let spans = (0..SIZE).map(|place| call(first, first + place, place, 10)).collect();
        traces.accept_blocking(batch("game", spans)).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "{first}").unwrap();
        out.flush().unwrap();
        first += SIZE;
    }
}
