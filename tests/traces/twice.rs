//! What is sent again changes nothing.

use zeroth::traces::{CallQuery, Receipt, SeriesQuery};

use crate::stage::{self, accept, call, span};

#[tokio::test]
async fn a_batch_that_is_sent_again_changes_nothing() {
    let traces = stage::in_memory();
    let batch = || vec![span(1, 1, 0, 900), call(1, 2, 10, 800), call(2, 3, 20, 400)];
    let first = accept(&traces, batch()).await;
    let before = (all(&traces).await, traces.number());
    let again = accept(&traces, batch()).await;
    assert_eq!(first, Receipt { accepted: 3, ..Receipt::default() });
    assert_eq!(again, first, "who sends again is told that it is kept");
    assert_eq!((all(&traces).await, traces.number()), before);
    let health = traces.health().await.unwrap();
    assert_eq!((health.accepted, health.duplicates), (3, 3));
}

#[tokio::test]
async fn twice_in_one_batch_is_once() {
    let traces = stage::in_memory();
    accept(&traces, vec![call(1, 1, 0, 500), call(1, 1, 0, 500)]).await;
    let total = traces.calls(CallQuery::default()).await.unwrap().total;
    assert_eq!((total.calls, total.input), (1, 1000));
}

/// Everything that sums something up, as text.
async fn all(traces: &zeroth::traces::Traces) -> String {
    let calls = traces.calls(CallQuery::default()).await.unwrap();
    let talks = traces.conversations(zeroth::traces::ConversationQuery::default()).await.unwrap();
    let runs = traces.runs().await.unwrap();
    let lines = traces.series(SeriesQuery::default()).await.unwrap();
    serde_json::to_string_pretty(&(calls, talks, runs, lines)).unwrap()
}
