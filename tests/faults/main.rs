//! The fault matrix: every fault, through both protocols, streamed and not, from `zeroth sim` over real HTTP to the player.
//!
//! What each fault should come to stands in `expected.rs`. What it did come to is told in `docs/faults.md`, which this test
//! keeps fresh: `UPDATE_DOCS=1 cargo test --test faults` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod expected;
mod page;
mod play;
#[path = "../common/table.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod table;
#[path = "../common/trace.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod trace;

use futures::{StreamExt as _, stream};
use zeroth::llm::fault::Fault;

use crate::expected::expected;
use crate::play::{Case, Mode, Outcome, Vendor};

#[tokio::test]
async fn every_fault_comes_to_what_it_should() {
    let simulator = play::simulator().await;
    let cases: Vec<Case> = faults()
        .flat_map(|fault| {
            let modes = move |vendor| Mode::ALL.map(|mode| Case { fault, vendor, mode });
            Vendor::ALL.into_iter().flat_map(modes)
        })
        .collect();
    // Not all at once: on a busy machine, timeouts would end what is only slow.
    let played = stream::iter(&cases).map(|case| play::play(*case, &simulator)).buffered(40);
    let outcomes: Vec<Outcome> = played.collect().await;
    let mut wrong = Vec::new();
    for (case, outcome) in cases.iter().zip(&outcomes) {
        let expected = expected(*case);
        if outcome.told != expected {
            wrong.push(format!(
                "{case:?}\n  expected {expected:?}\n  but got  {:?}\n  {}",
                outcome.told, outcome.detail
            ));
        }
        wrong.extend(outcome.broken_laws(*case));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    page::fresh(&cases, &outcomes);
}

/// With values that are short enough for a test.
fn faults() -> impl Iterator<Item = Fault> {
    use std::time::Duration;
    Fault::all().map(|fault| match fault {
        Fault::Latency(_) => Fault::Latency(Duration::from_millis(20)),
        Fault::RateLimited(_) => Fault::RateLimited(Duration::from_millis(20)),
        other => other,
    })
}
