//! What every wrapper of the ring holds: where spans are made, instruments and the time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;
use opentelemetry::trace::SpanBuilder;
use opentelemetry::{Context, trace::TraceContextExt, trace::Tracer};
use opentelemetry_sdk::logs::SdkLogger;
use opentelemetry_sdk::trace::SdkTracer;

use crate::clock::Clock;

use super::config::{Capture, Config, MetricNames};
use super::instruments::Instruments;
use super::semconv::error_type;

/// Makes spans and measures. Cheap to clone.
#[derive(Clone)]
pub struct Telemetry {
    inner: Arc<Inner>,
}

struct Inner {
    tracer: SdkTracer,
    instruments: Instruments,
    clock: Arc<dyn Clock>,
    names: MetricNames,
    capture: Capture,
    value_limit: Option<usize>,
    logger: Option<SdkLogger>,
}

impl Telemetry {
    /// Spans by `tracer`, metrics by `meter`, structured log records by `logger`, all times by `clock`. The words of
    /// players and models are recorded as `capture` says, of which `config` tells only what may leave the process.
    pub(super) fn new(
        config: &Config,
        capture: Capture,
        tracer: SdkTracer,
        meter: &Meter,
        logger: Option<SdkLogger>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let instruments = Instruments::new(meter, config.metric_names);
        let value_limit = config.attribute_value_limit;
        let names = config.metric_names;
        Self { inner: Arc::new(Inner { tracer, instruments, clock, names, capture, value_limit, logger }) }
    }

    pub(super) fn logger(&self) -> Option<&SdkLogger> {
        self.inner.logger.as_ref()
    }

    pub(super) fn instruments(&self) -> &Instruments {
        &self.inner.instruments
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    /// How many characters an attribute may have.
    pub(super) fn value_limit(&self) -> Option<usize> {
        self.inner.value_limit
    }

    /// Under which names things appear.
    pub(super) fn names(&self) -> MetricNames {
        self.inner.names
    }

    pub(super) fn capture(&self) -> Capture {
        self.inner.capture
    }

    /// Starts a span under `parent` and returns the context in which it is the current one.
    pub(super) fn start(&self, builder: SpanBuilder, parent: &Context) -> Context {
        self.start_at(self.inner.clock.now(), builder, parent)
    }

    /// The same, of something that began at `time`.
    pub(super) fn start_at(&self, time: SystemTime, builder: SpanBuilder, parent: &Context) -> Context {
        let builder = builder.with_start_time(time);
        parent.with_span(self.inner.tracer.build_with_context(builder, parent))
    }

    /// Ends the current span of `context` now.
    pub(super) fn end(&self, context: &Context) {
        context.span().end_with_timestamp(self.inner.clock.now());
    }

    pub(super) fn since(&self, start: Duration) -> f64 {
        self.inner.clock.ticks().saturating_sub(start).as_secs_f64()
    }
}

/// The same attributes and one more.
pub(super) fn with(labels: &[KeyValue], more: impl IntoIterator<Item = KeyValue>) -> Vec<KeyValue> {
    labels.iter().cloned().chain(more).collect()
}

/// Why something that was observed ended without saying so: its future was dropped, or the program broke inside it.
pub(super) fn left(dropped: &'static str) -> (&'static str, &'static str) {
    if std::thread::panicking() { (error_type::PANIC, "the program broke") } else { (error_type::CANCELLED, dropped) }
}
