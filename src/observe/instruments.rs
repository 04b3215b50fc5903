//! The metric instruments, made from the table of names.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};

use super::config::MetricNames;
use super::semconv::{Instrument, Metric, Names, metric};

/// Every instrument. One that belongs to names which are switched off records nothing.
#[derive(Debug, Clone)]
pub(super) struct Instruments {
    pub(super) inference_duration: Pair<Seconds>,
    pub(super) time_to_first_chunk: Pair<Seconds>,
    pub(super) time_per_output_chunk: Pair<Seconds>,
    pub(super) original_time_to_first_token: Seconds,
    pub(super) original_tool_calls: Tokens,
    pub(super) input_tokens: Count,
    pub(super) output_tokens: Count,
    pub(super) cache_read_tokens: Count,
    pub(super) cache_write_tokens: Count,
    pub(super) reasoning_tokens: Count,
    pub(super) call_input_tokens: Tokens,
    pub(super) call_output_tokens: Tokens,
    pub(super) legacy_token_usage: Tokens,
    pub(super) agent_duration: Seconds,
    pub(super) agent_inference_calls: Tokens,
    pub(super) workflow_duration: Seconds,
    pub(super) embeddings_duration: Seconds,
    pub(super) embeddings_input_tokens: Tokens,
    pub(super) retries: Count,
    pub(super) fallbacks: Count,
    pub(super) faults: Count,
    pub(super) http_server_duration: Seconds,
    pub(super) http_server_active: UpDownCounter<i64>,
    pub(super) http_client_duration: Seconds,
    pub(super) db_duration: Seconds,
    pub(super) cost: Counter<f64>,
    pub(super) turns: Count,
    pub(super) checks: Count,
    pub(super) deltas_rejected: Count,
    pub(super) outcomes: Count,
}

/// One measurement under today's and under older names.
#[derive(Debug, Clone)]
pub(super) struct Pair<T> {
    current: T,
    legacy: T,
}

/// A histogram of seconds that may be switched off.
#[derive(Debug, Clone)]
pub(super) struct Seconds(Option<Histogram<f64>>);

/// A histogram of whole numbers that may be switched off.
#[derive(Debug, Clone)]
pub(super) struct Tokens(Option<Histogram<u64>>);

/// A counter that may be switched off.
#[derive(Debug, Clone)]
pub(super) struct Count(Option<Counter<u64>>);

impl Instruments {
    pub(super) fn new(meter: &Meter, names: MetricNames) -> Self {
        let make = Maker { meter, names };
        Self {
            inference_duration: make.pair(&metric::INFERENCE_DURATION, &metric::LEGACY_OPERATION_DURATION),
            time_to_first_chunk: make.pair(&metric::TIME_TO_FIRST_CHUNK, &metric::LEGACY_TIME_TO_FIRST_CHUNK),
            time_per_output_chunk: make.pair(&metric::TIME_PER_OUTPUT_CHUNK, &metric::LEGACY_TIME_PER_OUTPUT_CHUNK),
            original_time_to_first_token: make.seconds(&metric::ORIGINAL_TIME_TO_FIRST_TOKEN),
            original_tool_calls: make.tokens(&metric::ORIGINAL_TOOL_CALLS),
            input_tokens: make.count(&metric::INPUT_TOKENS),
            output_tokens: make.count(&metric::OUTPUT_TOKENS),
            cache_read_tokens: make.count(&metric::CACHE_READ_TOKENS),
            cache_write_tokens: make.count(&metric::CACHE_WRITE_TOKENS),
            reasoning_tokens: make.count(&metric::REASONING_TOKENS),
            call_input_tokens: make.tokens(&metric::CALL_INPUT_TOKENS),
            call_output_tokens: make.tokens(&metric::CALL_OUTPUT_TOKENS),
            legacy_token_usage: make.tokens(&metric::LEGACY_TOKEN_USAGE),
            agent_duration: make.seconds(&metric::AGENT_DURATION),
            agent_inference_calls: make.tokens(&metric::AGENT_INFERENCE_CALLS),
            workflow_duration: make.seconds(&metric::WORKFLOW_DURATION),
            embeddings_duration: make.seconds(&metric::EMBEDDINGS_DURATION),
            embeddings_input_tokens: make.tokens(&metric::EMBEDDINGS_INPUT_TOKENS),
            retries: make.count(&metric::RETRIES),
            fallbacks: make.count(&metric::FALLBACKS),
            faults: make.count(&metric::FAULTS),
            http_server_duration: make.seconds(&metric::HTTP_SERVER_DURATION),
            http_server_active: make.up_down(&metric::HTTP_SERVER_ACTIVE),
            http_client_duration: make.seconds(&metric::HTTP_CLIENT_DURATION),
            db_duration: make.seconds(&metric::DB_DURATION),
            cost: make.money(&metric::COST),
            turns: make.count(&metric::TURNS),
            checks: make.count(&metric::CHECKS),
            deltas_rejected: make.count(&metric::DELTAS_REJECTED),
            outcomes: make.count(&metric::OUTCOMES),
        }
    }
}

impl Pair<Seconds> {
    pub(super) fn record(&self, seconds: f64, labels: &[KeyValue]) {
        self.current.record(seconds, labels);
        self.legacy.record(seconds, labels);
    }

    /// Records many values under the same labels, which are looked up once.
    pub(super) fn record_all(&self, seconds: &[f64], labels: &[KeyValue]) {
        self.current.record_all(seconds, labels);
        self.legacy.record_all(seconds, labels);
    }
}

impl Seconds {
    pub(super) fn record(&self, seconds: f64, labels: &[KeyValue]) {
        if let Some(histogram) = &self.0 {
            histogram.record(seconds, labels);
        }
    }

    fn record_all(&self, seconds: &[f64], labels: &[KeyValue]) {
        if let Some(histogram) = &self.0
            && !seconds.is_empty()
        {
            let bound = histogram.bind(labels);
            seconds.iter().for_each(|value| bound.record(*value));
        }
    }
}

impl Tokens {
    pub(super) fn record(&self, tokens: u64, labels: &[KeyValue]) {
        if let Some(histogram) = &self.0 {
            histogram.record(tokens, labels);
        }
    }
}

impl Count {
    pub(super) fn add(&self, amount: u64, labels: &[KeyValue]) {
        if let Some(counter) = &self.0 {
            counter.add(amount, labels);
        }
    }
}

struct Maker<'a> {
    meter: &'a Meter,
    names: MetricNames,
}

impl Maker<'_> {
    fn wanted(&self, metric: &Metric) -> bool {
        match metric.names {
            Names::Always => true,
            Names::Current => self.names != MetricNames::Legacy,
            Names::Legacy => self.names != MetricNames::Current,
        }
    }

    fn pair(&self, current: &Metric, legacy: &Metric) -> Pair<Seconds> {
        Pair { current: self.seconds(current), legacy: self.seconds(legacy) }
    }

    fn seconds(&self, metric: &Metric) -> Seconds {
        Seconds(self.wanted(metric).then(|| {
            let builder = self.meter.f64_histogram(metric.name).with_unit(metric.unit);
            builder.with_description(metric.description).with_boundaries(buckets(metric)).build()
        }))
    }

    fn tokens(&self, metric: &Metric) -> Tokens {
        Tokens(self.wanted(metric).then(|| {
            let builder = self.meter.u64_histogram(metric.name).with_unit(metric.unit);
            builder.with_description(metric.description).with_boundaries(buckets(metric)).build()
        }))
    }

    fn count(&self, metric: &Metric) -> Count {
        Count(self.wanted(metric).then(|| {
            self.meter.u64_counter(metric.name).with_unit(metric.unit).with_description(metric.description).build()
        }))
    }

    fn money(&self, metric: &Metric) -> Counter<f64> {
        self.meter.f64_counter(metric.name).with_unit(metric.unit).with_description(metric.description).build()
    }

    fn up_down(&self, metric: &Metric) -> UpDownCounter<i64> {
        let builder = self.meter.i64_up_down_counter(metric.name).with_unit(metric.unit);
        builder.with_description(metric.description).build()
    }
}

fn buckets(metric: &Metric) -> Vec<f64> {
    match metric.instrument {
        Instrument::Histogram(buckets) => buckets.to_vec(),
        Instrument::Counter | Instrument::UpDownCounter | Instrument::Gauge => Vec::new(),
    }
}
