//! Records and the calls of the spans in which they were written, put together.

use zeroth::llm::PriceList;
use zeroth::traces::{Call, CostSource, Dialect, LogCall, price, read_log, read_span};

use super::vectors::Vectors;

fn spans(dialect: &str) -> Vec<Call> {
    let vectors = Vectors::of(dialect);
    let scoped = &vectors.resource_spans[0].scope_spans[0];
    let read = |span| read_span(span, &[], &scoped.scope.as_ref().unwrap().name);
    scoped.spans.iter().filter_map(read).collect()
}

fn records(dialect: &str) -> Vec<LogCall> {
    let vectors = Vectors::of(dialect);
    let scoped = &vectors.resource_logs[0].scope_logs[0];
    let read = |record| read_log(record, &[], &scoped.scope.as_ref().unwrap().name);
    scoped.log_records.iter().filter_map(read).collect()
}

#[test]
fn messages_that_came_as_records_become_those_of_the_span() {
    let mut call = spans("genai_old").remove(3);
    call.operation = zeroth::traces::Operation::Chat;
    for record in records("genai_old") {
        assert!(record.complete(&mut call));
    }
    assert_eq!(call.content.system.len(), 1);
    assert_eq!(call.content.input[0].role, "tool");
    assert_eq!(call.content.output.len(), 1);
    assert_eq!(call.finish, ["stop"]);
}

#[test]
fn an_agents_span_does_not_take_the_tokens_of_its_calls() {
    let calls = spans("claude_code");
    let request = records("claude_code").into_iter().find(|record| record.call.cost.is_some()).unwrap();
    assert!(request.stands_alone());
    let [mut agent, mut first, mut second] = [calls[0].clone(), calls[1].clone(), calls[2].clone()];
    assert!(!request.clone().complete(&mut agent), "another operation");
    assert!(request.clone().complete(&mut first));
    assert_eq!(first.cost.map(|cost| cost.usd), Some(0.0421));
    second.response_id = Some("req_2".to_owned());
    assert!(!request.complete(&mut second), "another answer");
}

#[test]
fn a_judgement_joins_the_answer_that_it_names() {
    let mut answer = spans("genai").remove(0);
    let mut judged = records("genai").into_iter().filter(|record| !record.call.evaluations.is_empty());
    assert!(judged.next().unwrap().complete(&mut answer));
    assert_eq!(answer.evaluations.len(), 1);
    assert_eq!(answer.evaluations[0].label.as_deref(), Some("relevant"));
}

#[test]
fn every_dialect_is_priced_by_one_list() {
    let prices = PriceList::built_in();
    let sources = |dialect: &str| {
        let mut calls = spans(dialect);
        calls.iter_mut().for_each(|call| price(call, &prices));
        calls.iter().filter_map(|call| call.cost.map(|cost| cost.source)).collect::<Vec<_>>()
    };
    assert_eq!(sources("traceloop"), [CostSource::Computed, CostSource::Computed]);
    assert_eq!(sources("claude_code"), [CostSource::Computed], "the cost is in its records, not in its spans");
    assert!(sources("genai").contains(&CostSource::Simulated));
    assert!(sources("langfuse").contains(&CostSource::Reported));
}

#[test]
fn calls_survive_being_stored() {
    for dialect in ["genai", "genai_old", "openinference", "traceloop", "langfuse", "vercel_ai", "claude_code"] {
        for call in spans(dialect) {
            let stored = serde_json::to_string(&call).unwrap();
            assert_eq!(serde_json::from_str::<Call>(&stored).unwrap(), call, "{stored}");
        }
    }
    assert!(spans("vercel_ai").iter().all(|call| call.dialect == Dialect::VercelAi));
}
