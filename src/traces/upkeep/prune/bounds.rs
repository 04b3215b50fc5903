//! Whatever has to go, a step lets go of little of it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

use super::super::super::batch::Batch;
use super::super::super::config::{Config, Place};
use super::super::super::error::ReadError;
use super::super::super::store::Traces;
use super::super::wait_for;
use super::step;
use crate::clock::{Clock as _, SystemClock};
use crate::llm::PriceList;

/// How much a step is told to do, and how many rows of all tables it may change: it looks at four times as many ids of a run,
/// each of which has a dozen rows, those of the index of words included.
const SIZE: usize = 50;
const MOST: u64 = 50 * 4 * 12;
const CALLS: u64 = 4000;
const DAY: Duration = Duration::from_secs(24 * 3600);

fn open() -> Traces {
    let config = Config { upkeep: Duration::from_secs(3600), ..Config::at(Place::Memory) };
    Traces::open(config, Arc::new(PriceList::built_in()), Arc::new(SystemClock::start())).unwrap()
}

fn text(key: &str, value: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(value.to_owned())) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

/// Calls a minute apart, so that each has sums of its own, and points of a few series. They began so long ago.
fn batch(age: Duration) -> Batch {
    let begin = SystemClock::start().now().duration_since(SystemTime::UNIX_EPOCH).unwrap() - age;
    let at = |id: u64| begin.as_secs() * 1_000_000_000 + id * 60_000_000_000;
    let message = r#"[{"role":"user","parts":[{"type":"text","content":"What stands behind the door?"}]}]"#;
    let span = |id: u64| Span {
        trace_id: u128::from(id).to_be_bytes().to_vec(),
        span_id: id.to_be_bytes().to_vec(),
        start_time_unix_nano: at(id),
        end_time_unix_nano: at(id) + 1_000_000_000,
        attributes: vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.request.model", "sim-1"),
            text("gen_ai.conversation.id", &format!("talk {id}")),
            text("gen_ai.input.messages", message),
        ],
        ..Span::default()
    };
    let point = |id: u64| NumberDataPoint {
        attributes: vec![text("door", ["red", "blue", "green"][id as usize % 3])],
        time_unix_nano: at(id),
        value: Some(Number::AsInt(1)),
        ..NumberDataPoint::default()
    };
    let gauge = Data::Gauge(Gauge { data_points: (1..=CALLS).map(point).collect() });
    let metric = Metric { name: "doors".to_owned(), data: Some(gauge), ..Metric::default() };
    let scope_metrics = vec![ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() }];
    let scope_spans = vec![ScopeSpans { spans: (1..=CALLS).map(span).collect(), ..ScopeSpans::default() }];
    Batch {
        spans: vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }],
        metrics: vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }],
        bytes: 1000,
        ..Batch::default()
    }
}

fn number(traces: &Traces, sql: &str) -> u64 {
    let sql = sql.to_owned();
    let answer = traces.core().ask(move |connection| Ok(connection.query_row(&sql, [], |row| row.get(0))?));
    wait_for(answer.unwrap()).unwrap()
}

fn changes(traces: &Traces) -> u64 {
    let answer = traces.core().ask(|connection| Ok::<_, ReadError>(connection.total_changes()));
    wait_for(answer.unwrap()).unwrap()
}

/// Steps until nothing is left to do; returns how many, and checks that each is small.
fn all_in_small_steps(traces: &Traces) -> usize {
    let mut steps = 0;
    loop {
        let before = changes(traces);
        let step = step(traces.core(), SIZE).unwrap();
        let changed = changes(traces) - before;
        assert!(changed <= MOST, "step {steps} changed {changed} rows");
        steps += 1;
        if !step.more {
            return steps;
        }
    }
}

#[test]
fn a_deleted_run_leaves_in_small_steps() {
    let traces = open();
    traces.accept_blocking(batch(DAY * 4)).unwrap();
    traces.tend().unwrap();
    for table in ["calls", "rollups", "points"] {
        assert!(number(&traces, &format!("SELECT count(*) FROM {table}")) >= CALLS, "{table}");
    }
    let change = traces.core().writer.step(|connection, ledger| {
        connection.execute("UPDATE runs SET state = 2, first_id = 0", [])?;
        Ok(ledger.forget(connection)?)
    });
    wait_for(change).unwrap();
    assert!(all_in_small_steps(&traces) > 4000 / SIZE, "many small ones");
    for table in ["runs", "spans", "raws", "calls", "rollups", "points", "metric_series", "resources", "conversations"]
    {
        assert_eq!(number(&traces, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn what_is_too_old_goes_in_small_steps() {
    let traces = open();
    traces.accept_blocking(batch(DAY * 1000)).unwrap();
    let aged = traces.core().writer.step(|connection, ledger| {
        // It came long ago, its words are in the index, and what comes next will be in another block.
        let words: Vec<_> = (1..=4000).map(|id| (id, format!("door {id} and what stands behind it"))).collect();
        super::super::super::blocks::insert(connection, &words)?;
        ledger.next = 70_000;
        Ok(connection.execute_batch("UPDATE arrivals SET minute = 1; UPDATE progress SET indexed = 69999")?)
    });
    wait_for(aged).unwrap();
    all_in_small_steps(&traces);
    assert_eq!(number(&traces, "SELECT count(*) FROM raws"), 0);
    assert_eq!(number(&traces, "SELECT count(*) FROM word_blocks"), 0, "a block goes with the last of its calls");
    assert_eq!(number(&traces, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'words_%'"), 0);
    assert_eq!(number(&traces, "SELECT count(*) FROM points"), 0);
    assert_eq!(number(&traces, "SELECT count(*) FROM metric_series"), 0, "a series goes with the last of its points");
}
