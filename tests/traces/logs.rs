//! Log records.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use zeroth::traces::{Batch, CallQuery, Filter, LogQuery};

use crate::stage::{self, NOON, accept, at, call, text, with};

fn record(second: u64, severity: i32, body: &str) -> LogRecord {
    LogRecord {
        time_unix_nano: (NOON + second) * 1_000_000_000,
        severity_number: severity,
        severity_text: "INFO".to_owned(),
        body: Some(AnyValue { value: Some(Value::StringValue(body.to_owned())) }),
        attributes: vec![text("door", "red")],
        trace_id: 1_u128.to_be_bytes().to_vec(),
        event_name: if severity == 9 { "turn_complete".to_owned() } else { String::new() },
        ..LogRecord::default()
    }
}

fn batch(records: Vec<LogRecord>) -> Batch {
    let scope_logs = vec![ScopeLogs { log_records: records, ..ScopeLogs::default() }];
    let logs = vec![ResourceLogs { resource: Some(stage::resource("game")), scope_logs, ..ResourceLogs::default() }];
    Batch { logs, bytes: 100, ..Batch::default() }
}

#[tokio::test]
async fn a_call_that_only_a_log_record_tells_is_a_call() {
    let traces = stage::in_memory();
    let mut request = record(5, 9, "claude_code.api_request");
    request.event_name = "claude_code.api_request".to_owned();
    request.trace_id = Vec::new();
    let told = [("model", "claude-haiku-4-5"), ("session.id", "desk"), ("duration_ms", "2000"), ("cost_usd", "0.25")];
    request.attributes.extend(told.map(|(key, value)| text(key, value)));
    request.attributes.extend([("input_tokens", "10"), ("output_tokens", "20")].map(|(key, value)| text(key, value)));
    traces.accept(batch(vec![request.clone()])).await.unwrap();
    traces.accept(batch(vec![request])).await.unwrap();
    let page = traces.calls(Default::default()).await.unwrap();
    let call = &page.calls[0];
    assert_eq!((page.total.calls, page.total.cost, page.total.output), (1, 0.25, 20));
    assert_eq!((call.at, call.duration, call.conversation.as_deref()), (at(3000), 2.0, Some("desk")));
    assert_eq!((call.cost_source, call.trace.as_str()), (Some("reported"), ""));
    assert_eq!(traces.changes(0).await.unwrap().calls.len(), 1);
    assert_eq!(traces.series(Default::default()).await.unwrap()[0].total.calls, 1);
}

#[tokio::test]
async fn an_event_may_be_named_in_an_attribute() {
    let traces = stage::in_memory();
    let mut request = record(5, 10, "claude_code.api_request");
    request.trace_id = Vec::new();
    let told = [("event.name", "api_request"), ("model", "claude-haiku-4-5"), ("session.id", "desk")];
    request.attributes.extend(told.map(|(key, value)| text(key, value)));
    let mut opened = record(6, 10, "The door is open.");
    opened.attributes.push(text("event.name", "door.opened"));
    traces.accept(batch(vec![request, opened, record(7, 10, "no event")])).await.unwrap();
    let events = traces.logs(LogQuery::default()).await.unwrap().logs.into_iter().map(|log| log.event);
    assert_eq!(events.collect::<Vec<_>>(), [None, Some("door.opened".into()), Some("claude_code.api_request".into())]);
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().calls[0].name, "claude_code.api_request");
}

#[tokio::test]
async fn records_are_listed_filtered_and_shown_whole() {
    let traces = stage::in_memory();
    let records = || vec![record(1, 9, "a turn"), record(2, 17, "It BROKE"), record(3, 9, "another turn")];
    accept(&traces, vec![call(1, 1, 0, 100)]).await;
    traces.accept(batch(records())).await.unwrap();
    traces.accept(batch(records())).await.unwrap();
    for (query, expected) in [
        (LogQuery::default(), vec!["another turn", "It BROKE", "a turn"]),
        (LogQuery { severity: Some(13), ..LogQuery::default() }, vec!["It BROKE"]),
        (LogQuery { text: Some("broke".to_owned()), ..LogQuery::default() }, vec!["It BROKE"]),
        (
            LogQuery { event: Some("turn_complete".to_owned()), until: Some(at(2000)), ..LogQuery::default() },
            vec!["a turn"],
        ),
    ] {
        let logs = traces.logs(query.clone()).await.unwrap().logs;
        assert_eq!(logs.iter().map(|log| log.text.as_str()).collect::<Vec<_>>(), expected, "{query:?}");
    }
    let trace = traces.trace(&format!("{:032x}", 1)).await.unwrap();
    assert_eq!((trace.spans.len(), trace.logs.len()), (1, 3));
    let whole = traces.log(trace.logs[1].id).await.unwrap();
    assert_eq!((&whole["body"], &whole["attributes"]["door"]), (&"It BROKE".into(), &"red".into()));
    let first = traces.logs(LogQuery { limit: 2, ..LogQuery::default() }).await.unwrap();
    let second = traces.logs(LogQuery { limit: 2, after: first.next, ..LogQuery::default() }).await.unwrap();
    assert_eq!((second.logs.len(), second.logs[0].text.as_str()), (1, "a turn"));
}

/// A record that names an event, of no span.
fn event(second: u64, name: &str, told: &[(&str, &str)]) -> LogRecord {
    let mut record = record(second, 9, name);
    record.event_name = name.to_owned();
    record.trace_id = Vec::new();
    record.attributes.extend(told.iter().map(|(key, value)| text(key, value)));
    record
}

#[tokio::test]
async fn a_judgement_joins_the_answer_that_it_names_whichever_came_first() {
    let traces = stage::in_memory();
    let judged = |second, answer, label| {
        let told = [("gen_ai.evaluation.name", "mood"), ("gen_ai.evaluation.score.label", label)];
        event(second, "gen_ai.evaluation.result", &[told[0], told[1], ("gen_ai.response.id", answer)])
    };
    traces.accept(batch(vec![judged(1, "msg_1", "grim"), judged(1, "msg_2", "merry")])).await.unwrap();
    accept(&traces, vec![with(call(1, 1, 0, 100), "gen_ai.response.id", "msg_1")]).await;
    traces.accept(batch(vec![judged(9, "msg_1", "grave")])).await.unwrap();
    let span = traces.span(&format!("{:032x}", 1), &format!("{:016x}", 1)).await.unwrap();
    let labels =
        |call: &zeroth::traces::Call| call.evaluations.iter().map(|one| one.label.clone().unwrap()).collect::<Vec<_>>();
    assert_eq!(labels(&span.content.unwrap()), ["grim", "grave"]);
    let said = traces.words(vec![span.id]).await.unwrap();
    assert_eq!(labels(said[0].as_ref().unwrap()), ["grim", "grave"], "the page of a conversation says it too");
}

#[tokio::test]
async fn what_was_said_around_a_call_that_a_record_tells_is_its_and_can_be_searched() {
    let traces = stage::in_memory();
    let desk = ("session.id", "desk");
    let request = |second, id| {
        let told = [desk, ("model", "claude-haiku-4-5"), ("duration_ms", "2000"), ("request_id", id)];
        event(second, "claude_code.api_request", &told)
    };
    let prompt = |second, words| event(second, "claude_code.user_prompt", &[desk, ("prompt", words)]);
    let answer = |second, id, words| {
        event(second, "claude_code.assistant_response", &[desk, ("request_id", id), ("response", words)])
    };
    let records = vec![
        prompt(1, "Mend the roof."),
        request(5, "req_1"),
        answer(5, "req_1", "I climb up."),
        prompt(11, "Now the gutter."),
        request(15, "req_2"),
    ];
    traces.accept(batch(records)).await.unwrap();
    stage::tend(&traces);
    for (words, expected) in
        [("roof", Some(at(3000))), ("climb", Some(at(3000))), ("gutter", Some(at(13_000))), ("ladder", None)]
    {
        let filter = Filter { text: Some(words.to_owned()), ..Filter::default() };
        let found = traces.calls(CallQuery { filter, ..CallQuery::default() }).await.unwrap();
        assert_eq!(found.calls.iter().map(|call| call.at).collect::<Vec<_>>(), Vec::from_iter(expected), "{words}");
    }
    let talk = traces.conversation("desk", 0).await.unwrap();
    let said = traces.words(talk.calls.iter().map(|call| call.id).collect()).await.unwrap();
    let told: Vec<_> = said
        .into_iter()
        .map(|call| {
            let content = call.unwrap().content;
            [content.input, content.output].map(|list| serde_json::to_string(&list).unwrap())
        })
        .collect();
    assert!(told[0][0].contains("Mend the roof.") && told[0][1].contains("I climb up."), "{told:?}");
    assert!(told[1][0].contains("Now the gutter.") && told[1][1] == "[]", "{told:?}");
}
