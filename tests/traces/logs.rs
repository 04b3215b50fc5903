//! Log records.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use zeroth::traces::{Batch, LogQuery};

use crate::stage::{self, NOON, accept, at, call, text};

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
