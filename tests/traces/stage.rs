//! A store in memory, a clock that stands still, and spans as programs send them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use tokio_util::sync::CancellationToken;
use zeroth::clock::Clock;
use zeroth::llm::PriceList;
use zeroth::traces::{Batch, Config, Place, Receipt, Traces};

/// 2026-11-21T12:00:00Z, in seconds.
pub(crate) const NOON: u64 = 1_795_262_400;

/// A clock that moves when it is told to.
pub(crate) struct Hand(AtomicU64);

impl Hand {
    pub(crate) fn forward(&self, time: Duration) {
        self.0.fetch_add(time.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn ticks(&self) -> Duration {
        Duration::ZERO
    }
}

pub(crate) fn hand() -> Arc<Hand> {
    Arc::new(Hand(AtomicU64::new(NOON)))
}

pub(crate) fn config(place: Place) -> Config {
    // Tests tend to it themselves.
    Config { upkeep: Duration::from_secs(3600), ..Config::at(place) }
}

pub(crate) fn open(config: Config, clock: Arc<Hand>) -> Traces {
    Traces::open(config, Arc::new(PriceList::built_in()), clock).unwrap()
}

pub(crate) fn in_memory() -> Traces {
    open(config(Place::Memory), hand())
}

/// Where telemetry comes in, while nobody thinks of an end.
pub(crate) fn intake(traces: &Arc<Traces>) -> Router {
    zeroth::http::intake(Arc::clone(traces), &zeroth::http::Config::default(), CancellationToken::new())
}

pub(crate) async fn accept(traces: &Traces, spans: Vec<Span>) -> Receipt {
    traces.accept(batch("game", spans)).await.unwrap()
}

pub(crate) fn batch(service: &str, spans: Vec<Span>) -> Batch {
    let resource_spans = ResourceSpans {
        resource: Some(resource(service)),
        scope_spans: vec![ScopeSpans { spans, ..ScopeSpans::default() }],
        ..ResourceSpans::default()
    };
    Batch { spans: vec![resource_spans], bytes: 1000, ..Batch::default() }
}

pub(crate) fn resource(service: &str) -> Resource {
    let attributes = vec![text("service.name", service), text("service.instance.id", "first")];
    Resource { attributes, ..Resource::default() }
}

/// A span of trace `trace`, so many milliseconds after noon and so many long.
pub(crate) fn span(trace: u64, span: u64, at: u64, millis: u64) -> Span {
    let start = NOON * 1_000_000_000 + at * 1_000_000;
    Span {
        trace_id: u128::from(trace).to_be_bytes().to_vec(),
        span_id: span.to_be_bytes().to_vec(),
        name: "step".to_owned(),
        kind: 1,
        start_time_unix_nano: start,
        end_time_unix_nano: start + millis * 1_000_000,
        ..Span::default()
    }
}

/// A call of a model, as today's conventions tell it.
pub(crate) fn call(trace: u64, id: u64, at: u64, millis: u64) -> Span {
    let mut span = span(trace, id, at, millis);
    span.name = "chat claude-haiku-4-5".to_owned();
    span.kind = 3;
    span.attributes = vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.provider.name", "anthropic"),
        text("gen_ai.request.model", "claude-haiku-4-5"),
        text("gen_ai.conversation.id", &format!("talk {trace}")),
        text("zeroth.component", "narrator"),
        text("team", "red"),
        number("gen_ai.usage.input_tokens", 1000),
        number("gen_ai.usage.output_tokens", 100),
        of("gen_ai.response.time_to_first_chunk", Value::DoubleValue(millis as f64 / 4000.0)),
        of(
            "gen_ai.response.finish_reasons",
            Value::ArrayValue(ArrayValue {
                values: vec![AnyValue { value: Some(Value::StringValue("stop".to_owned())) }],
            }),
        ),
    ];
    span
}

pub(crate) fn failed(mut span: Span, kind: &str) -> Span {
    span.status = Some(Status { code: 2, message: "it did not work".to_owned() });
    span.attributes.push(text("error.type", kind));
    span
}

/// Replaces an attribute.
pub(crate) fn with(mut span: Span, key: &str, value: &str) -> Span {
    span.attributes.retain(|pair| pair.key != key);
    span.attributes.push(text(key, value));
    span
}

pub(crate) fn text(key: &str, value: &str) -> KeyValue {
    of(key, Value::StringValue(value.to_owned()))
}

pub(crate) fn number(key: &str, value: i64) -> KeyValue {
    of(key, Value::IntValue(value))
}

fn of(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

/// Microseconds, so many milliseconds after noon.
pub(crate) fn at(millis: u64) -> i64 {
    i64::try_from(NOON * 1_000_000 + millis * 1000).unwrap()
}

/// Indexes and prunes what there is; on a thread of its own, because it may wait.
pub(crate) fn tend(traces: &Traces) {
    std::thread::scope(|scope| scope.spawn(|| traces.tend().unwrap()).join().unwrap());
}
