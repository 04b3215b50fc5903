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
