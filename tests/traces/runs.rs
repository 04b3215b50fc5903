//! Runs: listed, named, paused and deleted.

use std::time::Duration;

use zeroth::traces::{Batch, CallQuery, Facets, Place, ReadError, SeriesQuery};

use crate::stage::{self, accept, batch, call, failed, span};

#[tokio::test]
async fn each_start_of_a_program_is_a_run() {
    let traces = stage::in_memory();
    accept(&traces, vec![call(1, 1, 1000, 500), failed(call(1, 2, 0, 500), "timeout"), span(1, 3, 0, 3000)]).await;
    traces.accept(batch("other", vec![call(2, 1, 0, 10)])).await.unwrap();
    let runs = traces.runs().await.unwrap();
    let told: Vec<_> = runs
        .iter()
        .map(|run| {
            (run.service.as_str(), run.instance.as_deref(), run.spans, run.calls, run.errors, run.last - run.first)
        })
        .collect();
    assert_eq!(told, [("game", Some("first"), 3, 2, 1, 3_000_000), ("other", Some("first"), 1, 1, 0, 10_000)]);
    traces.label_run(runs[0].id, Some("rehearsal".to_owned())).await.unwrap();
    assert_eq!(traces.runs().await.unwrap()[0].label.as_deref(), Some("rehearsal"));
    assert_eq!(traces.label_run(77, None).await, Err(ReadError::Unknown("run")));
}

#[tokio::test]
async fn what_comes_from_a_paused_run_is_dropped_and_counted() {
    let traces = stage::in_memory();
    accept(&traces, vec![call(1, 1, 0, 10)]).await;
    traces.pause_run(1).await.unwrap();
    let receipt = accept(&traces, vec![call(1, 2, 0, 10)]).await;
    assert_eq!((receipt.accepted, receipt.rejected), (0, 1));
    assert_eq!(traces.health().await.unwrap().dropped, 1);
    traces.resume_run(1).await.unwrap();
    accept(&traces, vec![call(1, 2, 0, 10)]).await;
    assert_eq!(traces.runs().await.unwrap()[0].spans, 2);
}

#[tokio::test]
async fn runs_that_fell_silent_make_room_for_others() {
    let hand = stage::hand();
    let traces = stage::open(stage::config(Place::Memory), hand.clone());
    let mut many = Batch { bytes: 1000, ..Batch::default() };
    for run in 1..=10_000 {
        many.merge(batch(&format!("game {run}"), vec![call(run, run, 0, 10)]));
    }
    traces.accept(many).await.unwrap();
    traces.label_run(7, Some("rehearsal".to_owned())).await.unwrap();
    hand.forward(Duration::from_secs(8 * 24 * 3600));
    stage::tend(&traces);
    let now = 8 * 24 * 3_600_000;
    traces.accept(batch("late", vec![call(20_000, 20_000, now, 10)])).await.unwrap();
    let runs = traces.runs().await.unwrap();
    let told: Vec<_> = runs.iter().map(|run| (run.service.as_str(), run.instance.as_deref(), run.spans)).collect();
    let first = Some("first");
    assert_eq!(told, [("late", first, 1), ("game 7", first, 0), ("game 10000", first, 0)]);
    let sums = traces.series(SeriesQuery { step: 3600, ..SeriesQuery::default() }).await.unwrap();
    assert_eq!(sums[0].total.calls, 10_001, "sums stay");
}

#[tokio::test]
async fn a_deleted_run_goes_with_all_that_it_told() {
    let traces = stage::in_memory();
    for id in 1..=300 {
        let service = if id % 3 == 0 { "other" } else { "game" };
        traces.accept(batch(service, vec![call(id, id, id, 10)])).await.unwrap();
    }
    stage::tend(&traces);
    traces.delete_run(1).await.unwrap();
    assert_eq!(traces.runs().await.unwrap().len(), 1, "it is not listed any more");
    stage::tend(&traces);
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 100);
    let Facets { services, .. } = traces.facets(None, None).await.unwrap();
    assert_eq!(services.iter().map(|one| (one.value.as_str(), one.calls)).collect::<Vec<_>>(), [("other", 100)]);
    assert_eq!(traces.conversations(Default::default()).await.unwrap().total, 100);
    // What it tells from now on is a new run.
    accept(&traces, vec![call(1, 1, 0, 10)]).await;
    assert_eq!(traces.runs().await.unwrap().len(), 2);
}
