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
