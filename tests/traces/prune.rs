//! What is too old or too much goes, and sums stay.

use std::time::Duration;

use zeroth::traces::{CallQuery, Config, ConversationQuery, Filter, Place, ReadError, SeriesQuery, Traces};

use crate::metrics;
use crate::stage::{self, accept, call, with};

async fn calls(traces: &Traces) -> i64 {
    traces.calls(CallQuery::default()).await.unwrap().total.calls
}

#[tokio::test]
async fn what_came_long_ago_goes_and_its_sums_stay() {
    let hand = stage::hand();
    let hour = Duration::from_secs(3600);
    let config = Config { max_age: hour, minutes_age: hour * 2, ..stage::config(Place::Memory) };
    let traces = stage::open(config, hand.clone());
    accept(&traces, (1..=500).map(|id| with(call(id % 7 + 1, id, id, 10), "gen_ai.conversation.id", "both")).collect())
        .await;
    stage::tend(&traces);
    assert_eq!(calls(&traces).await, 500, "nothing is too old yet");
    hand.forward(hour / 2);
    accept(&traces, (501..=600).map(|id| with(call(id, id, id, 10), "gen_ai.conversation.id", "both")).collect()).await;
    hand.forward(hour / 2 + Duration::from_secs(120));
    stage::tend(&traces);
    assert_eq!(calls(&traces).await, 100);
    let talks = traces.conversations(ConversationQuery::default()).await.unwrap().conversations;
    assert_eq!((talks[0].calls, talks[0].input), (100, 100_000), "a conversation is what is left of it");
    assert_eq!(talks[0].first, stage::at(501), "and begins where that begins");
    assert_eq!(traces.runs().await.unwrap()[0].spans, 100);
    assert_eq!(traces.health().await.unwrap().pruned, 500);
    assert_eq!(traces.trace(&format!("{:032x}", 1)).await.unwrap_err(), ReadError::Unknown("trace"));
    let sums = async || traces.series(SeriesQuery { step: 3600, ..SeriesQuery::default() }).await.unwrap();
    assert_eq!(sums().await[0].total.calls, 600, "charts reach further back than lists");
    hand.forward(hour * 24 * 500);
    stage::tend(&traces);
    assert_eq!((calls(&traces).await, sums().await.len()), (0, 0));
    assert_eq!(traces.number(), 600, "the change number does not go back");
    accept(&traces, vec![call(1, 1, 0, 10)]).await;
    assert_eq!((calls(&traces).await, traces.number()), (1, 601));
}

fn cost(id: u64, told: &str) -> opentelemetry_proto::tonic::trace::v1::Span {
    with(with(call(id, id, id, 10), "gen_ai.conversation.id", "dear"), "gen_ai.usage.cost", told)
}

#[tokio::test]
async fn a_cost_that_nobody_can_have_meant_is_worked_out_instead() {
    let hand = stage::hand();
    let config = Config { max_age: Duration::from_secs(3600), ..stage::config(Place::Memory) };
    let traces = stage::open(config, hand.clone());
    let told = ["1e308", "1e308", "1e308", "1e308", "-3", "1000001", "0.25"];
    accept(&traces, told.iter().zip(1..).map(|(told, id)| cost(id, told)).collect()).await;
    let page = traces.calls(CallQuery::default()).await.unwrap();
    let kept: Vec<_> = page.calls.iter().rev().map(|call| (call.cost.unwrap(), call.cost_source.unwrap())).collect();
    let mut expected = vec![(0.0015, "computed"); 6];
    expected.push((0.25, "reported"));
    assert_eq!(kept, expected);
    let talks = traces.conversations(ConversationQuery::default()).await.unwrap().conversations;
    for sum in [page.total.cost, talks[0].cost] {
        assert!((sum - 0.259).abs() < 1e-12, "{sum}");
    }
    hand.forward(Duration::from_secs(7200));
    stage::tend(&traces);
    assert_eq!(calls(&traces).await, 0);
}

#[tokio::test]
async fn a_file_that_kept_absurd_costs_is_mended_and_can_be_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let (file, hand) = (folder.path().join("traces.db"), stage::hand());
    let open = || {
        let config = Config { max_age: Duration::from_secs(3600), ..stage::config(Place::File(file.clone())) };
        stage::open(config, hand.clone())
    };
    let absurd = "UPDATE calls SET cost = 1e308 WHERE id < 3; UPDATE rollups SET cost = 9e999; \
                  UPDATE conversations SET cost = 9e999;";
    let change = |sql: &str| rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    let traces = open();
    accept(&traces, (1..=3).map(|id| cost(id, "0.25")).collect()).await;
    drop(traces);
    change(&format!(
        "{absurd} ALTER TABLE conversations DROP COLUMN sources; DROP TABLE conversation_marks; PRAGMA user_version = 2"
    ));
    let traces = open();
    let talk = traces.conversation("dear", 0).await.unwrap();
    assert_eq!(talk.conversation.cost, 0.25);
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.cost, 0.0, "what is not known is not told");
    drop(traces);
    change(absurd);
    let traces = open();
    hand.forward(Duration::from_secs(7200));
    stage::tend(&traces);
    assert_eq!(calls(&traces).await, 0);
}

#[tokio::test]
async fn words_are_found_also_where_nothing_can_be_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let (file, hand) = (folder.path().join("traces.db"), stage::hand());
    let config = Config { max_age: Duration::from_secs(3600), ..stage::config(Place::File(file.clone())) };
    let traces = stage::open(config, hand.clone());
    accept(&traces, vec![said(1)]).await;
    hand.forward(Duration::from_secs(7200));
    let stuck = "CREATE TRIGGER stuck BEFORE DELETE ON raws BEGIN SELECT raise(ABORT, 'it sticks'); END";
    rusqlite::Connection::open(&file).unwrap().execute_batch(stuck).unwrap();
    let tended = std::thread::scope(|scope| scope.spawn(|| traces.tend()).join().unwrap());
    assert!(tended.is_err(), "it is told");
    let filter = Filter { text: Some("door".to_owned()), ..Filter::default() };
    assert_eq!(traces.calls(CallQuery { filter, ..CallQuery::default() }).await.unwrap().total.calls, 1);
}

#[tokio::test]
async fn the_oldest_make_room_for_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("traces.db"));
    let config = Config { max_bytes: 4 << 20, ..stage::config(place) };
    let traces = stage::open(config, stage::hand());
    let words = "What stands behind the door? ".repeat(60);
    for round in 0..60 {
        let ids = round * 100 + 1..=round * 100 + 100;
        accept(&traces, ids.map(|id| with(call(id, id, id, 10), "note", &words)).collect()).await;
        stage::tend(&traces);
    }
    let health = traces.health().await.unwrap();
    assert!(health.used <= 4 << 20, "{health:?}");
    assert!(health.pruned > 1000, "{health:?}");
    let newest = traces.calls(CallQuery::default()).await.unwrap();
    assert_eq!(newest.calls[0].id, 6000);
    assert_eq!(newest.total.calls as u64, 6000 - health.pruned);
    let runs = traces.runs().await.unwrap();
    assert_eq!(runs[0].calls, newest.total.calls);
}

/// A call with words of its own, so that the index of words grows too.
fn said(id: u64) -> opentelemetry_proto::tonic::trace::v1::Span {
    let words = format!("Door {id}, and behind it {}. ", id * 7919).repeat(40);
    let message = serde_json::json!([{"role": "user", "parts": [{"type": "text", "content": words}]}]);
    with(call(id, id, id, 10), "gen_ai.input.messages", &message.to_string())
}

/// Fills the file up to its last page, so that nothing fits any more. Returns the last id that did.
async fn fill(traces: &Traces, service: &str, mut id: u64) -> u64 {
    while traces.accept(stage::batch(service, vec![said(id)])).await.is_ok() {
        id += 1;
    }
    id
}

#[tokio::test]
async fn a_file_that_is_far_too_large_makes_room_too() {
    let folder = tempfile::tempdir().unwrap();
    let config = |max_bytes| Config { max_bytes, ..stage::config(Place::File(folder.path().join("traces.db"))) };
    let traces = stage::open(config(64 << 20), stage::hand());
    for round in 0..50 {
        accept(&traces, (round * 100 + 1..=round * 100 + 100).map(said).collect()).await;
    }
    stage::tend(&traces);
    drop(traces);
    let traces = stage::open(config(3 << 20), stage::hand());
    let id = fill(&traces, "game", 10_000).await;
    // Words cannot be indexed in it; that must not keep the oldest from going.
    let tended = std::thread::scope(|scope| scope.spawn(|| traces.tend()).join().unwrap());
    assert!(tended.is_ok() || traces.health().await.unwrap().pruned > 0);
    stage::tend(&traces);
    let health = traces.health().await.unwrap();
    assert!(health.used <= 3 << 20, "{health:?}");
    accept(&traces, vec![said(id)]).await;
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().calls[0].at, stage::at(id));
}

#[tokio::test]
async fn a_run_can_be_deleted_from_a_file_that_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { max_bytes: 3 << 20, ..stage::config(Place::File(folder.path().join("traces.db"))) };
    let traces = stage::open(config, stage::hand());
    for round in 0..8 {
        let spans = (round * 100 + 1..=round * 100 + 100).map(said).collect();
        traces.accept(stage::batch("other", spans)).await.unwrap();
        stage::tend(&traces);
    }
    let id = fill(&traces, "other", 10_000).await;
    // Its words are marked as deleted in the index, which takes room that is not there.
    traces.delete_run(1).await.unwrap();
    stage::tend(&traces);
    assert_eq!(calls(&traces).await, 0);
    let words = |text: &str| Filter { text: Some(text.to_owned()), ..Filter::default() };
    let found = traces.calls(CallQuery { filter: words("door"), ..CallQuery::default() }).await.unwrap();
    assert_eq!(found.total.calls, 0);
    accept(&traces, vec![said(id)]).await;
    stage::tend(&traces);
    let found = traces.calls(CallQuery { filter: words("door"), ..CallQuery::default() }).await.unwrap();
    assert_eq!(found.total.calls, 1);
}

#[tokio::test]
async fn points_make_room_too() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { max_bytes: 3 << 20, ..stage::config(Place::File(folder.path().join("traces.db"))) };
    let hand = stage::hand();
    let traces = stage::open(config, hand.clone());
    accept(&traces, vec![call(1, 1, 0, 10)]).await;
    let minute = Duration::from_secs(60);
    for round in 0..150 {
        traces.accept(metrics::doors(round * 60, 1500)).await.unwrap();
        hand.forward(minute);
        stage::tend(&traces);
    }
    let health = traces.health().await.unwrap();
    assert!(health.used <= 3 << 20, "{health:?}");
    assert_eq!(calls(&traces).await, 0, "it is as old as the first points");
    let told = traces.metric("doors", None, None).await.unwrap();
    let last = told.iter().flat_map(|series| &series.points).map(|point| point.at).max();
    assert_eq!(last, Some(stage::at(149 * 60 * 1000)), "the newest stay");
}
