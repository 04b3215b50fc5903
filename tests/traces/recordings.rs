//! What is taken out of a store comes to the same when it is put into another.

use std::path::Path;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};
use proptest::prelude::*;
use prost::Message as _;
use zeroth::traces::{
    Batch, Bucket, CallQuery, ConversationQuery, Export, Extent, Intake, LogQuery, Place, Selection, SeriesQuery,
    Shift, Total, Traces, read_line,
};

use crate::stage::{self, NOON, batch, call, failed, number, resource, span, text, with};

fn open(file: &Path) -> Traces {
    stage::open(stage::config(Place::File(file.to_owned())), stage::hand())
}

/// All that is in a file, as lines.
fn lines(file: &Path, chosen: Selection) -> Vec<Vec<u8>> {
    let mut export = Export::open(file, chosen).unwrap();
    let mut text = Vec::new();
    while let Some(piece) = export.piece().unwrap() {
        text.extend(piece.into_lines());
    }
    text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

async fn import(traces: &Traces, lines: &[Vec<u8>]) -> u64 {
    let mut kept = 0;
    for line in lines {
        kept += traces.accept(read_line(line, &Intake::default()).unwrap()).await.unwrap().accepted;
    }
    kept
}

fn at(millis: u64) -> u64 {
    NOON * 1_000_000_000 + millis * 1_000_000
}

fn logs(service: &str) -> Batch {
    let record = |place: u64, trace: Vec<u8>| LogRecord {
        time_unix_nano: at(place),
        severity_number: 9,
        event_name: "turn_complete".to_owned(),
        body: Some(AnyValue { value: Some(Value::StringValue(format!("turn {place} – \u{202e}<b>"))) }),
        attributes: vec![number("turn", place.cast_signed()), text("empty", "")],
        trace_id: trace,
        ..LogRecord::default()
    };
    let log_records = vec![record(1, 1_u128.to_be_bytes().to_vec()), record(2, Vec::new())];
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let part = ResourceLogs { resource: Some(resource(service)), scope_logs, ..ResourceLogs::default() };
    Batch { logs: vec![part], bytes: 500, ..Batch::default() }
}

fn metrics(service: &str) -> Batch {
    let labels = vec![text("model", "sim-1"), number("tries", 2)];
    let numbers = |count: u64| {
        let point = |place: u64| NumberDataPoint {
            attributes: labels.clone(),
            time_unix_nano: at(place),
            value: Some(Number::AsInt(place.cast_signed())),
            ..NumberDataPoint::default()
        };
        (0..count).map(point).collect::<Vec<_>>()
    };
    let histogram = HistogramDataPoint {
        attributes: labels.clone(),
        start_time_unix_nano: at(0),
        time_unix_nano: at(10),
        count: 3,
        sum: Some(1.5),
        bucket_counts: vec![1, 2],
        explicit_bounds: vec![0.5],
        ..HistogramDataPoint::default()
    };
    let kinds = [
        ("turns", Data::Sum(Sum { data_points: numbers(1200), aggregation_temporality: 2, is_monotonic: true })),
        ("heat", Data::Gauge(Gauge { data_points: numbers(2) })),
        ("time", Data::Histogram(Histogram { data_points: vec![histogram], aggregation_temporality: 1 })),
    ];
    let metric = |(name, data): (&str, Data)| Metric { name: name.to_owned(), data: Some(data), ..Metric::default() };
    let scope_metrics = vec![ScopeMetrics { metrics: kinds.map(metric).to_vec(), ..ScopeMetrics::default() }];
    let part = ResourceMetrics { resource: Some(resource(service)), scope_metrics, ..ResourceMetrics::default() };
    Batch { metrics: vec![part], bytes: 500, ..Batch::default() }
}

/// A bit of everything, from two programs.
async fn fill(traces: &Traces) {
    let calls: Vec<_> = (0..700_u64).map(|n| call(1 + n / 10, 1 + n, n, 1 + n % 90)).collect();
    traces.accept(batch("game", calls)).await.unwrap();
    let broken = failed(call(900, 901, 5, 40), "timeout");
    traces.accept(batch("bot", vec![span(900, 900, 0, 90), with(broken, "team", "blue")])).await.unwrap();
    traces.accept(logs("bot")).await.unwrap();
    traces.accept(metrics("bot")).await.unwrap();
}

/// Sums of costs depend on their order in the last digits.
fn rounded(cost: f64) -> f64 {
    (cost * 1e9).round() / 1e9
}

/// What is answered, without numbers that a store chooses by itself.
async fn answers(traces: &Traces) -> Vec<String> {
    let mut calls = Vec::new();
    let mut after = None;
    loop {
        let page = traces.calls(CallQuery { limit: 500, after, ..CallQuery::default() }).await.unwrap();
        calls.extend(page.calls.iter().map(|call| {
            let mut shown = serde_json::to_value(call).unwrap();
            shown.as_object_mut().unwrap().retain(|name, _| name != "id" && name != "run");
            shown.to_string()
        }));
        after = page.next;
        if after.is_none() {
            let cost = rounded(page.total.cost);
            calls.push(format!("{:?}", Total { cost, ..page.total }));
            break;
        }
    }
    calls.sort();
    let talks = ConversationQuery { limit: 500, ..ConversationQuery::default() };
    let talks = traces.conversations(talks).await.unwrap();
    let talks = talks.conversations.iter().map(|talk| {
        format!(
            "{} {} {} {} {} {} {}",
            talk.name, talk.calls, talk.errors, talk.input, talk.output, talk.first, talk.last
        )
    });
    let series = traces.series(SeriesQuery::default()).await.unwrap();
    let buckets = series.into_iter().flat_map(|line| line.buckets);
    let buckets = buckets.map(|one| Bucket { cost: rounded(one.cost), saved: rounded(one.saved), ..one });
    let series = format!("{:?}", buckets.collect::<Vec<_>>());
    let logs = traces.logs(LogQuery::default()).await.unwrap();
    let logs = logs.logs.iter().map(|log| format!("{} {:?} {} {:?}", log.at, log.event, log.text, log.trace));
    let mut told: Vec<String> = calls.into_iter().chain(talks).chain([series]).chain(logs).collect();
    for metric in traces.metrics().await.unwrap() {
        let series = traces.metric(&metric.name, None, None).await.unwrap();
        let series =
            series.iter().map(|one| format!("{} {}", one.attributes, serde_json::to_string(&one.points).unwrap()));
        told.push(format!("{metric:?} {:?}", series.collect::<Vec<_>>()));
    }
    let runs = traces.runs().await.unwrap();
    told.extend(runs.iter().map(|run| {
        format!(
            "{} {:?} {} {} {} {} {} {}",
            run.service, run.instance, run.first, run.last, run.spans, run.calls, run.errors, run.logs
        )
    }));
    told
}

#[tokio::test]
async fn what_is_taken_out_and_put_in_elsewhere_comes_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.db"), folder.path().join("two.db"));
    let original = open(&one);
    fill(&original).await;
    // Beside the program that writes.
    let recording = lines(&one, Selection::default());
    let copy = open(&two);
    let kept = import(&copy, &recording).await;
    assert_eq!(kept, 700 + 2 + 2 + 1200 + 2 + 1);
    assert_eq!(answers(&copy).await, answers(&original).await);
    assert_eq!(lines(&two, Selection::default()).concat().len(), recording.concat().len());

    assert_eq!(import(&copy, &recording).await, kept, "told again");
    assert_eq!(answers(&copy).await, answers(&original).await, "and counted once");
    let health = copy.health().await.unwrap();
    assert_eq!((health.accepted, health.duplicates), (kept, kept));
}

#[tokio::test]
async fn a_part_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let traces = open(&file);
    fill(&traces).await;
    let chosen = |chosen| {
        let lines = lines(&file, chosen);
        lines.iter().map(|line| read_line(line, &Intake::default()).unwrap().count()).sum::<usize>()
    };
    let all = Selection::default;
    assert_eq!(chosen(Selection { conversation: Some("talk 7".to_owned()), ..all() }), 10);
    assert_eq!(
        chosen(Selection { conversation: Some("talk 1".to_owned()), ..all() }),
        11,
        "with what was logged in it"
    );
    assert_eq!(chosen(Selection { trace: Some(format!("{:032x}", 900)), ..all() }), 2);
    let bot = traces.runs().await.unwrap().iter().find(|run| run.service == "bot").unwrap().id;
    // Two spans, two log records; three metrics, of which one has more points than a piece has room for.
    assert_eq!(chosen(Selection { run: Some(bot), ..all() }), 2 + 2 + 5);
    let (from, until) = (Some(stage::at(100)), Some(stage::at(110)));
    assert_eq!(chosen(Selection { from, until, conversation: None, ..all() }), 10 + 1);
    for (chosen, why) in [
        (Selection { conversation: Some("nobody".to_owned()), ..all() }, "there is no such conversation"),
        (Selection { trace: Some("12".to_owned()), ..all() }, "there is no such trace"),
        (Selection { run: Some(99), ..all() }, "there is no such run"),
    ] {
        let error = Export::open(&file, chosen).err().unwrap().to_string();
        assert!(error.contains(why), "{error}");
    }
    let nowhere = Export::open(&folder.path().join("none.db"), all()).err().unwrap().to_string();
    assert!(nowhere.contains("there is no trace store") && !folder.path().join("none.db").exists(), "{nowhere}");
}

#[tokio::test]
async fn no_piece_is_much_larger_than_a_few_megabytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let traces = open(&file);
    let long = "a word ".repeat(150_000);
    for id in 1..=12 {
        traces.accept(batch("game", vec![with(call(1, id, id, 10), "gen_ai.input.messages", &long)])).await.unwrap();
    }
    for chosen in [Selection::default(), Selection { conversation: Some("talk 1".to_owned()), ..Selection::default() }]
    {
        let mut export = Export::open(&file, chosen).unwrap();
        let mut sizes = Vec::new();
        while let Some(piece) = export.piece().unwrap() {
            sizes.push(piece.count());
        }
        assert_eq!(sizes, [4, 4, 4]);
    }
}

#[tokio::test]
async fn a_recording_that_is_moved_stands_beside_what_it_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let traces = open(&file);
    fill(&traces).await;
    let recording = lines(&file, Selection::default());
    let hour = 3_600_000_000_000_i64;
    let shift = Shift { nanos: hour, seed: 0x0123_4567_89ab_cdef, until: None };
    for line in &recording {
        let mut batch = read_line(line, &Intake::default()).unwrap();
        let before = Extent::of(&batch).unwrap();
        shift.apply(&mut batch);
        let after = Extent::of(&batch).unwrap();
        assert_eq!((after.first - before.first, after.last - before.last), (3_600_000_000_000, 3_600_000_000_000));
        traces.accept(batch).await.unwrap();
    }
    assert_eq!(traces.calls(CallQuery::default()).await.unwrap().total.calls, 2 * 701);
    let runs = traces.runs().await.unwrap();
    let replayed = runs.iter().filter(|run| run.instance.as_deref() == Some("replay-0123456789abcdef"));
    assert_eq!(replayed.count(), 2);
    let talk = traces.conversation("talk 7", 0).await.unwrap();
    let again = traces.conversation("talk 7 (replay 0123456789abcdef)", 0).await.unwrap();
    assert_eq!((talk.conversation.calls, again.conversation.calls), (10, 10), "a conversation is not doubled");
    let trace = traces.trace(&format!("{:032x}", 900 ^ 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128)).await.unwrap();
    assert_eq!(trace.spans.len(), 2);
}

#[test]
fn a_line_that_cannot_be_read_is_explained() {
    let problem = |line: &str| read_line(line.as_bytes(), &Intake::default()).unwrap_err().to_string();
    insta::assert_snapshot!([problem("hello"), problem("{}"), problem("[]"), problem(r#"{"resourceSpans": 1}"#)].join("\n"), @"
    this is not a line of OTLP as JSON: expected value at line 1 column 1
    this is not a line of OTLP as JSON: it has neither resourceSpans nor resourceLogs nor resourceMetrics
    this is not a line of OTLP as JSON: invalid length 0, expected struct Signals with 3 elements at line 1 column 2
    this is not an OTLP trace export request: invalid type: integer `1`, expected a sequence at line 1 column 19
    ");
    assert_eq!(read_line(br#"{"resourceSpans": [], "more": true}"#, &Intake::default()).unwrap().count(), 0);
}

fn any_value() -> impl Strategy<Value = AnyValue> {
    let plain = prop_oneof![
        any::<String>().prop_map(Value::StringValue),
        any::<i64>().prop_map(Value::IntValue),
        any::<bool>().prop_map(Value::BoolValue),
        (-1e300..1e300_f64).prop_map(Value::DoubleValue),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::BytesValue),
    ];
    plain.prop_map(|value| AnyValue { value: Some(value) })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_line_says_what_the_message_said(
        values in prop::collection::vec((any::<String>(), any_value()), 0..5),
        start in any::<u64>(),
        flags in any::<u32>(),
    ) {
        let mut span = span(1, 2, 3, 4);
        span.start_time_unix_nano = start;
        span.flags = flags;
        span.attributes = values
            .into_iter()
            .map(|(key, value)| KeyValue { key, value: Some(value), ..KeyValue::default() })
            .collect();
        let raw = span.encode_to_vec();
        let lines = batch("bot", vec![span]).into_lines();
        prop_assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), 1);
        let read = read_line(&lines, &Intake::default()).unwrap();
        prop_assert_eq!(read.spans[0].scope_spans[0].spans[0].encode_to_vec(), raw);
        let messages = read.into_messages();
        prop_assert_eq!(messages.len(), 1);
    }
}

#[test]
fn what_happened_is_moved_to_now_though_the_program_told_its_metrics_on() {
    // The last record is long before the last of 1,200 points.
    let mut batch = Batch { metrics: metrics("bot").metrics, ..logs("bot") };
    let events = Extent::of_events(&batch).unwrap();
    assert!(events.last < Extent::of(&batch).unwrap().last);
    let now = at(10_000_000);
    let nanos = (now - events.last).cast_signed();
    Shift { nanos, seed: 7, until: Some(now) }.apply(&mut batch);
    assert_eq!(Extent::of_events(&batch).unwrap().last, now);
    assert_eq!(Extent::of(&batch).unwrap().last, now, "nothing of it lies ahead");
    let points = batch.metrics[0].scope_metrics[0].metrics[0].data.clone();
    let Some(Data::Sum(sum)) = points else { panic!("{points:?}") };
    assert!(!sum.data_points.is_empty() && sum.data_points.len() < 1200, "{}", sum.data_points.len());
}
