//! Words in messages.

use zeroth::traces::{CallQuery, Filter, Traces};

use crate::stage::{self, accept, at, call, with};

fn said(id: u64, words: &str) -> opentelemetry_proto::tonic::trace::v1::Span {
    let message = serde_json::json!([{"role": "user", "parts": [{"type": "text", "content": words}]}]);
    with(call(id, id, id * 1000, 100), "gen_ai.input.messages", &message.to_string())
}

async fn find(traces: &Traces, text: &str) -> (Vec<i64>, Option<i64>) {
    let filter = Filter { text: Some(text.to_owned()), from: Some(at(0)), ..Filter::default() };
    let page = traces.calls(CallQuery { filter, ..CallQuery::default() }).await.unwrap();
    assert_eq!(page.total.calls, page.calls.len() as i64);
    (page.calls.iter().map(|call| call.id).collect(), page.unsearched)
}

#[tokio::test]
async fn what_is_looked_for_is_found_among_any_number_of_newer_ones() {
    let traces = stage::in_memory();
    let old =
        (1..=50).map(|id| if id % 2 == 0 { with(said(id, "a hatch"), "team", "blue") } else { said(id, "a hatch") });
    accept(&traces, old.collect()).await;
    let new = (101..=11_200).map(|id| said(id, "the hatch"));
    accept(&traces, new.collect()).await;
    stage::tend(&traces);
    let hatch = Filter { text: Some("hatch".to_owned()), ..Filter::default() };
    let old = Filter { until: Some(at(60_000)), ..hatch.clone() };
    let within = Filter { from: Some(at(11_000)), ..old.clone() };
    let blue = Filter { team: Some("blue".to_owned()), ..hatch.clone() };
    for (filter, expected) in [(old, 50), (within, 40), (blue, 25)] {
        let page = traces.calls(CallQuery { filter: filter.clone(), ..CallQuery::default() }).await.unwrap();
        assert_eq!((page.total.calls, page.calls.len()), (expected, expected as usize), "{filter:?}");
    }
    let page = traces.calls(CallQuery { filter: hatch, ..CallQuery::default() }).await.unwrap();
    assert!(page.total.at_least && page.total.calls >= 10_000, "{:?}", page.total);
    assert_eq!(page.calls[0].at, at(11_200_000));
}

#[tokio::test]
async fn words_are_found_once_they_are_indexed() {
    let traces = stage::in_memory();
    accept(&traces, vec![said(1, "I open the maintenance hatch."), said(2, "Überlicht! The HATCH is shut.")]).await;
    assert_eq!(find(&traces, "hatch").await, (vec![], Some(2)), "it says what it has not searched");
    stage::tend(&traces);
    for (text, expected) in [
        ("hatch", vec![2, 1]),
        ("hatch open", vec![1]),
        ("main", vec![1]),
        ("main hatch", vec![]),
        ("uberlicht", vec![2]),
        ("\"hatch\" OR NEAR(", vec![]),
        ("stranger", vec![]),
    ] {
        assert_eq!(find(&traces, text).await, (expected, Some(0)), "{text}");
    }
    assert_eq!(find(&traces, " \"* ").await, (vec![2, 1], None), "no word in it is no question");
}
