//! The way of spans and log records out of the process: bounded, never waiting, and counted, so that what was dropped
//! is known.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::logs::Severity;
use opentelemetry::{Context, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};

use crate::clock::Clock;

use super::logs;
use super::semconv::attr;

/// The counts of one signal.
#[derive(Debug)]
pub struct Flow {
    signal: &'static str,
    way: Way,
    limit: usize,
    throttle: Arc<Throttle>,
    queued: AtomicUsize,
    accepted: AtomicU64,
    refused: AtomicU64,
    exported: AtomicU64,
    failed: AtomicU64,
}

/// Where a flow goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To a backend, or to standard error.
    Out,
    /// To the trace store of this process.
    Kept,
}

impl Way {
    /// Its `otel.component.name`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Out => "export",
            Self::Kept => "trace_store",
        }
    }
}

/// The counts of one signal at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowReport {
    /// `spans`, `logs` or `metrics`.
    pub signal: &'static str,
    /// Where it goes.
    pub way: Way,
    /// Items waiting for export.
    pub queued: u64,
    /// Items that found room in the queue.
    pub accepted: u64,
    /// Items that found no room.
    pub refused: u64,
    /// Items that the backend took.
    pub exported: u64,
    /// Items that the backend did not take.
    pub failed: u64,
}

impl Flow {
    /// A flow in which at most `limit` items wait.
    pub fn new(signal: &'static str, way: Way, limit: usize, throttle: Arc<Throttle>) -> Arc<Self> {
        let (accepted, refused, exported, failed) = Default::default();
        Arc::new(Self {
            signal,
            way,
            limit,
            throttle,
            queued: AtomicUsize::new(0),
            accepted,
            refused,
            exported,
            failed,
        })
    }

    /// The counts now.
    pub fn report(&self) -> FlowReport {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        FlowReport {
            signal: self.signal,
            way: self.way,
            queued: self.queued.load(Ordering::Relaxed) as u64,
            accepted: read(&self.accepted),
            refused: read(&self.refused),
            exported: read(&self.exported),
            failed: read(&self.failed),
        }
    }

    /// Takes one place in the queue, or counts the item as dropped.
    fn enter(&self) -> bool {
        let taken = self
            .queued
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |queued| (queued < self.limit).then_some(queued + 1));
        let entered = taken.is_ok();
        if entered { &self.accepted } else { &self.refused }.fetch_add(1, Ordering::Relaxed);
        if !entered {
            self.complain();
        }
        entered
    }

    fn leave(&self, items: usize) {
        // Items may also come from elsewhere than the gate; the count never goes below zero.
        let _ =
            self.queued.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |queued| Some(queued.saturating_sub(items)));
    }

    fn settle(&self, items: usize, result: &OTelSdkResult) {
        let counter = if result.is_ok() { &self.exported } else { &self.failed };
        counter.fetch_add(items as u64, Ordering::Relaxed);
        if result.is_err() {
            self.complain();
        }
    }

    fn complain(&self) {
        if self.throttle.allows() {
            logs::telemetry_dropped(self.report());
        }
    }
}

/// Lets one complaint through per minute, whatever signal it is about.
pub struct Throttle {
    clock: Arc<dyn Clock>,
    /// Milliseconds of the clock before which nothing more is let through.
    closed_until: AtomicU64,
}

impl Throttle {
    /// A throttle that lets the first complaint through.
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, closed_until: AtomicU64::new(0) })
    }

    fn allows(&self) -> bool {
        let now = u64::try_from(self.clock.ticks().as_millis()).unwrap_or(u64::MAX);
        let next = now.saturating_add(60_000);
        let opened = self
            .closed_until
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |closed_until| (now >= closed_until).then_some(next));
        opened.is_ok()
    }
}

impl Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Throttle")
    }
}

/// Lets items through to a batch processor while there is room in its queue.
#[derive(Debug)]
pub(super) struct Gate<P> {
    pub(super) inner: P,
    pub(super) flow: Arc<Flow>,
    /// Longer text attributes of spans are cut to this many characters; the SDK does not.
    pub(super) value_limit: Option<usize>,
    /// Whether spans take the words of players and models along.
    pub(super) words: Words,
}

/// What becomes of the words of players and models on spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// They go along, where they were recorded.
    Told,
    /// They stay behind.
    Withheld,
}

impl Words {
    /// Takes them from a span that goes where they may not.
    pub(super) fn settle(self, span: &mut SpanData) {
        if self == Self::Withheld {
            span.attributes.retain(|attribute| !attr::CONTENT.contains(&attribute.key.as_str()));
        }
    }
}

impl<P: SpanProcessor> SpanProcessor for Gate<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.inner.on_start(span, context);
    }

    fn on_end(&self, mut span: SpanData) {
        if !span.span_context.is_sampled() || !self.flow.enter() {
            return;
        }
        self.words.settle(&mut span);
        if let Some(limit) = self.value_limit {
            span.attributes.iter_mut().for_each(|attribute| cut(attribute, limit));
        }
        self.inner.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<P: LogProcessor> LogProcessor for Gate<P> {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if self.flow.enter() {
            self.inner.emit(record, scope);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn event_enabled(&self, level: Severity, target: &str, name: Option<&str>) -> bool {
        self.inner.event_enabled(level, target, name)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

/// Counts what an exporter got rid of.
#[derive(Debug)]
pub(super) struct Counted<E> {
    pub(super) inner: E,
    pub(super) flow: Arc<Flow>,
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let items = batch.len();
        self.flow.leave(items);
        let result = self.inner.export(batch).await;
        self.flow.settle(items, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Counted<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let items = batch.iter().count();
        self.flow.leave(items);
        let result = self.inner.export(batch).await;
        self.flow.settle(items, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Counted<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let result = self.inner.export(metrics).await;
        self.flow.settle(1, &result);
        result
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.inner.temporality()
    }
}

fn cut(attribute: &mut KeyValue, limit: usize) {
    if let Value::String(text) = &attribute.value
        && let Some((end, _)) = text.as_str().char_indices().nth(limit)
    {
        attribute.value = Value::String(StringValue::from(text.as_str()[..end].to_owned()));
    }
}
