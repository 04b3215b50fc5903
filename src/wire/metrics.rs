//! What the simulator counts of itself, for Prometheus.

use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder, core::Collector,
};

use crate::llm::fault::Fault;

use super::vendor::Vendor;

/// The counters.
pub(super) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    faults: IntCounterVec,
    tokens: IntCounterVec,
    streams: IntGauge,
    first_token: HistogramVec,
    duration: HistogramVec,
}

impl Metrics {
    /// # Panics
    /// Never: the names are written below, each once.
    pub(super) fn new() -> Self {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| {
            keep(&registry, IntCounterVec::new(Opts::new(format!("zeroth_sim_{name}"), help), labels))
        };
        let seconds = |name: &str, help: &str| {
            let buckets = vec![0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
            let options = HistogramOpts::new(format!("zeroth_sim_{name}_seconds"), help).buckets(buckets);
            keep(&registry, HistogramVec::new(options, &["vendor"]))
        };
        Self {
            requests: counter("requests_total", "Answers, by their status", &["vendor", "path", "status"]),
            faults: counter("faults_total", "Faults that were put in", &["fault"]),
            tokens: counter("tokens_total", "Tokens, as they are charged", &["vendor", "type"]),
            first_token: seconds("first_token", "From the request to the first token of a stream"),
            duration: seconds("answer", "From the request to the end of the answer"),
            streams: keep(&registry, IntGauge::new("zeroth_sim_active_streams", "Streams under way")),
            registry,
        }
    }

    pub(super) fn answered(&self, vendor: Vendor, path: &str, status: u16) {
        self.requests.with_label_values(&[&vendor.to_string(), path, &status.to_string()]).inc();
    }

    pub(super) fn fault(&self, fault: Fault) {
        self.faults.with_label_values(&[fault.name()]).inc();
    }

    pub(super) fn tokens(&self, vendor: Vendor, kind: &str, count: u64) {
        if count > 0 {
            self.tokens.with_label_values(&[&vendor.to_string(), &kind.to_owned()]).inc_by(count);
        }
    }

    pub(super) fn first_token(&self, vendor: Vendor, seconds: f64) {
        self.first_token.with_label_values(&[&vendor.to_string()]).observe(seconds);
    }

    pub(super) fn ended(&self, vendor: Vendor, seconds: f64) {
        self.duration.with_label_values(&[&vendor.to_string()]).observe(seconds);
    }

    /// How many streams are under way.
    pub(super) const fn streams(&self) -> &IntGauge {
        &self.streams
    }

    /// Everything, as Prometheus reads it.
    pub(super) fn text(&self) -> String {
        let mut text = Vec::new();
        // Writing into memory does not fail.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }
}

fn keep<C: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<C>) -> C {
    let metric = made.expect("a metric that is described well");
    registry.register(Box::new(metric.clone())).expect("a name that is used once");
    metric
}
