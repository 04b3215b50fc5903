//! The providers of the OpenTelemetry SDK, set up as configured, and their end.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::propagation::{TextMapCompositePropagator, TextMapPropagator};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{InstrumentationScope, KeyValue, SpanId, TraceId};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{BatchLogProcessor, LoggerProviderBuilder, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{MeterProviderBuilder, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, IdGenerator, Sampler, SdkTracerProvider, TracerProviderBuilder,
};
use prometheus::{Encoder as _, Registry, TextEncoder};

use crate::clock::Clock;
use crate::id::Ids;
use crate::llm::Ledger;
use crate::traces::Traces;

use super::budget;
use super::config::{Config, Export, Propagator, Sampling};
use super::console::{ConsoleLogs, ConsoleMetrics, ConsoleSpans};
use super::flow::{Counted, Flow, FlowReport, Gate, Throttle, Way, Words};
use super::kept::Kept;
use super::otlp::Exporters;
use super::semconv::{attr, error_type, metric, resource};
use super::sink::{Sink, SinkProcessor};
use super::telemetry::Telemetry;

/// The propagator that server and client layers share.
pub type SharedPropagator = Arc<dyn TextMapPropagator + Send + Sync>;

/// Who in this process wants to see telemetry.
#[derive(Default)]
pub struct Viewers {
    /// Gets every finished span and log record.
    pub sink: Option<Arc<dyn Sink>>,
    /// Keeps spans, metrics and log records.
    pub traces: Option<Arc<Traces>>,
}

/// Everything that must be shut down at the end.
pub struct Pipeline {
    telemetry: Telemetry,
    meter: Meter,
    propagator: SharedPropagator,
    registry: Registry,
    flows: Vec<Arc<Flow>>,
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    logs: Option<SdkLoggerProvider>,
}

/// The pipeline cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// An exporter cannot be made.
    #[error("cannot set up the export of {signal}: {reason}")]
    Exporter {
        /// Of what.
        signal: &'static str,
        /// Why.
        reason: String,
    },
    /// The Prometheus endpoint cannot be set up.
    #[error("cannot set up /metrics: {0}")]
    Prometheus(String),
}

impl Pipeline {
    /// Sets up what `config` says, and what `viewers` see besides. Must be called inside a Tokio runtime that lives as long as the pipeline.
    ///
    /// # Errors
    /// [`PipelineError`].
    pub fn build(
        config: &Config,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        viewers: Viewers,
    ) -> Result<Self, PipelineError> {
        let resource = describe(config, &*ids);
        let throttle = Throttle::new(Arc::clone(&clock));
        let span_flow = Flow::new("spans", Way::Out, config.span_batch.queue, Arc::clone(&throttle));
        let log_flow = Flow::new("logs", Way::Out, config.log_batch.queue, Arc::clone(&throttle));
        let metric_flow = Flow::new("metrics", Way::Out, 1, Arc::clone(&throttle));
        let exporters = Exporters::new(config)?;
        let Viewers { sink, traces } = viewers;
        let kept = traces.map(|traces| Kept::new(traces, config, &throttle));

        let traces = tracer_provider(config, &exporters, &span_flow, sink.clone(), kept.as_ref())?;
        let traces = traces.with_id_generator(IdsOf(ids)).with_resource(resource.clone()).build();
        let logs = logger_provider(config, &exporters, &log_flow, sink, kept.as_ref())?;
        let logs = logs.map(|builder| builder.with_resource(resource.clone()).build());
        let registry = Registry::new();
        let metrics = meter_provider(config, &exporters, &metric_flow, &registry, kept.as_ref())?;
        let metrics = metrics.with_resource(resource).build();

        let scope = InstrumentationScope::builder("zeroth").with_version(env!("CARGO_PKG_VERSION")).build();
        let meter = metrics.meter_with_scope(scope.clone());
        let mut flows = vec![span_flow, log_flow, metric_flow];
        watch(&meter, &flows[0], &flows[1]);
        let mut capture = config.capture;
        if let Some(Kept { spans, logs, metrics, .. }) = kept {
            watch(&meter, &spans, &logs);
            flows.extend([spans, logs, metrics]);
            capture = if config.kept_content { capture.with_spans() } else { capture };
        }
        let tracer = traces.tracer_with_scope(scope.clone());
        let logger = logs.as_ref().map(|logs| logs.logger_with_scope(scope));
        let telemetry = Telemetry::new(config, capture, tracer, &meter, logger, clock);
        Ok(Self { telemetry, meter, propagator: propagator(config), registry, flows, traces, metrics, logs })
    }

    /// What the wrappers need.
    pub fn telemetry(&self) -> Telemetry {
        self.telemetry.clone()
    }

    /// Measures what has been spent of the budgets.
    pub fn watch_budgets(&self, ledger: &Arc<Ledger>) {
        budget::watch(&self.meter, ledger);
    }

    /// How trace context travels.
    pub fn propagator(&self) -> SharedPropagator {
        Arc::clone(&self.propagator)
    }

    /// Where log records go, if anywhere.
    pub fn logger_provider(&self) -> Option<&SdkLoggerProvider> {
        self.logs.as_ref()
    }

    /// Reads what Prometheus would scrape; cheap to clone and to call.
    pub fn prometheus(&self) -> impl Fn() -> String + Send + Sync + 'static {
        let registry = self.registry.clone();
        move || {
            let mut text = Vec::new();
            match TextEncoder::new().encode(&registry.gather(), &mut text) {
                Ok(()) => String::from_utf8_lossy(&text).into_owned(),
                Err(error) => format!("# {error}\n"),
            }
        }
    }

    /// The counts of spans, logs and metrics on their way out.
    pub fn flows(&self) -> impl Fn() -> Vec<FlowReport> + Send + Sync + 'static {
        let flows = self.flows.clone();
        move || flows.iter().map(|flow| flow.report()).collect()
    }

    /// Exports what is left and ends everything, within `bound`. Says what was lost on the way.
    pub async fn shutdown(self, bound: Duration) -> Vec<FlowReport> {
        let reports = self.flows();
        let Self { traces, metrics, logs, .. } = self;
        // The exporters block, and their clients may only be dropped where blocking is allowed.
        let flush = tokio::task::spawn_blocking(move || {
            std::thread::scope(|threads| {
                threads.spawn(|| traces.shutdown_with_timeout(bound));
                threads.spawn(|| logs.as_ref().map(|logs| logs.shutdown_with_timeout(bound)));
            });
            // After the others, so that the last counts are of everything.
            let _ = metrics.shutdown_with_timeout(bound);
            drop((traces, logs, metrics));
        });
        // What did not get out in time is in the reports.
        let _ = tokio::time::timeout(bound, flush).await;
        reports()
    }
}

/// What all telemetry of this process says about itself.
fn describe(config: &Config, ids: &dyn Ids) -> Resource {
    let own = [
        KeyValue::new(resource::SERVICE_NAME, config.service_name.clone()),
        KeyValue::new(resource::SERVICE_VERSION, config.service_version.clone()),
        KeyValue::new(resource::SERVICE_INSTANCE_ID, ids.session().to_string()),
    ];
    let given = config.resource.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    Resource::builder().with_attributes(own).with_attributes(given).build()
}

fn tracer_provider(
    config: &Config,
    exporters: &Exporters,
    flow: &Arc<Flow>,
    sink: Option<Arc<dyn Sink>>,
    kept: Option<&Kept>,
) -> Result<TracerProviderBuilder, PipelineError> {
    let mut builder = SdkTracerProvider::builder().with_max_attributes_per_span(config.attribute_count_limit);
    // Without anyone to see the spans, only their ids are made.
    let unseen = matches!(config.traces, Export::Off) && sink.is_none() && kept.is_none();
    builder = builder.with_sampler(if unseen { Sampler::AlwaysOff } else { sampler(config.sampling) });
    if let Some(sink) = sink {
        builder = builder.with_span_processor(SinkProcessor(sink));
    }
    if let Some(kept) = kept {
        builder = builder.with_span_processor(kept.span_processor(config)?);
    }
    let words = if config.capture.on_spans() { Words::Told } else { Words::Withheld };
    let batch = config.span_batch;
    let queue = BatchConfigBuilder::default()
        .with_max_queue_size(batch.queue)
        .with_max_export_batch_size(batch.batch)
        .with_scheduled_delay(batch.delay)
        .build();
    Ok(match &config.traces {
        Export::Off => builder,
        Export::Console => builder.with_simple_exporter(ConsoleSpans::new(config.console.clone(), words)),
        Export::Otlp(otlp) => {
            let exporter = Counted { inner: exporters.spans(otlp)?, flow: Arc::clone(flow) };
            let inner = BatchSpanProcessor::builder(exporter).with_batch_config(queue).build();
            let value_limit = config.attribute_value_limit;
            builder.with_span_processor(Gate { inner, flow: Arc::clone(flow), value_limit, words })
        }
    })
}

fn sampler(sampling: Sampling) -> Sampler {
    match sampling {
        Sampling::Ratio(ratio) => Sampler::TraceIdRatioBased(ratio),
        Sampling::ParentOr(ratio) => Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio))),
    }
}

fn logger_provider(
    config: &Config,
    exporters: &Exporters,
    flow: &Arc<Flow>,
    sink: Option<Arc<dyn Sink>>,
    kept: Option<&Kept>,
) -> Result<Option<LoggerProviderBuilder>, PipelineError> {
    if matches!(config.logs, Export::Off) && sink.is_none() && kept.is_none() {
        return Ok(None);
    }
    let mut builder = SdkLoggerProvider::builder();
    if let Some(sink) = sink {
        builder = builder.with_log_processor(SinkProcessor(sink));
    }
    if let Some(kept) = kept {
        builder = builder.with_log_processor(kept.log_processor(config)?);
    }
    let batch = config.log_batch;
    let queue = opentelemetry_sdk::logs::BatchConfigBuilder::default()
        .with_max_queue_size(batch.queue)
        .with_max_export_batch_size(batch.batch)
        .with_scheduled_delay(batch.delay)
        .build();
    Ok(Some(match &config.logs {
        Export::Off => builder,
        Export::Console => builder.with_simple_exporter(ConsoleLogs(config.console.clone())),
        Export::Otlp(otlp) => {
            let exporter = Counted { inner: exporters.logs(otlp)?, flow: Arc::clone(flow) };
            let inner = BatchLogProcessor::builder(exporter).with_batch_config(queue).build();
            builder.with_log_processor(Gate { inner, flow: Arc::clone(flow), value_limit: None, words: Words::Told })
        }
    }))
}

fn meter_provider(
    config: &Config,
    exporters: &Exporters,
    flow: &Arc<Flow>,
    registry: &Registry,
    kept: Option<&Kept>,
) -> Result<MeterProviderBuilder, PipelineError> {
    let scraped = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build();
    let scraped = scraped.map_err(|error| PipelineError::Prometheus(error.to_string()))?;
    let mut builder = SdkMeterProvider::builder().with_reader(scraped);
    if let Some(kept) = kept {
        builder = builder.with_reader(kept.metric_reader(config)?);
    }
    let flow = Arc::clone(flow);
    Ok(match &config.metrics {
        Export::Off => builder,
        Export::Console => builder.with_reader(
            PeriodicReader::builder(ConsoleMetrics(config.console.clone()))
                .with_interval(config.metric_interval)
                .build(),
        ),
        Export::Otlp(otlp) => {
            let exporter = Counted { inner: exporters.metrics(otlp, config.temporality)?, flow };
            builder.with_reader(PeriodicReader::builder(exporter).with_interval(config.metric_interval).build())
        }
    })
}

/// Makes metrics of the counts of spans and logs on their way out.
fn watch(meter: &Meter, spans: &Arc<Flow>, logs: &Arc<Flow>) {
    let both = [
        (spans, metric::SPANS_PROCESSED, metric::SPANS_EXPORTED),
        (logs, metric::LOGS_PROCESSED, metric::LOGS_EXPORTED),
    ];
    for (flow, processed, exported) in both {
        let counts = Arc::clone(flow);
        let way = KeyValue::new(attr::COMPONENT_NAME, flow.report().way.name());
        let well = [way.clone()];
        let full = [way.clone(), KeyValue::new(attr::ERROR_TYPE, error_type::QUEUE_FULL)];
        let counter = meter.u64_observable_counter(processed.name).with_unit(processed.unit);
        counter
            .with_description(processed.description)
            .with_callback(move |observer| {
                let report = counts.report();
                observer.observe(report.accepted, &well);
                observer.observe(report.refused, &full);
            })
            .build();
        let counts = Arc::clone(flow);
        let well = [way.clone()];
        let failed = [way, KeyValue::new(attr::ERROR_TYPE, error_type::EXPORT_FAILED)];
        let counter = meter.u64_observable_counter(exported.name).with_unit(exported.unit);
        counter
            .with_description(exported.description)
            .with_callback(move |observer| {
                let report = counts.report();
                observer.observe(report.exported, &well);
                observer.observe(report.failed, &failed);
            })
            .build();
    }
}

fn propagator(config: &Config) -> SharedPropagator {
    let each = config.propagators.iter().map(|propagator| -> Box<dyn TextMapPropagator + Send + Sync> {
        match propagator {
            Propagator::TraceContext => Box::new(TraceContextPropagator::new()),
            Propagator::Baggage => Box::new(BaggagePropagator::new()),
        }
    });
    Arc::new(TextMapCompositePropagator::new(each.collect()))
}

/// Lets the SDK draw its ids where everyone does.
#[derive(Debug)]
struct IdsOf(Arc<dyn Ids>);

impl IdGenerator for IdsOf {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from(self.0.trace())
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(self.0.span())
    }
}
