//! What one message brought.

use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::metrics::v1::ResourceMetrics;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;

/// What one message brought, in OTLP's own types.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Spans.
    pub spans: Vec<ResourceSpans>,
    /// Log records.
    pub logs: Vec<ResourceLogs>,
    /// Metric points.
    pub metrics: Vec<ResourceMetrics>,
    /// How large it was on its way, in bytes: what it counts in the queue.
    pub bytes: usize,
}

/// What became of a batch that was taken: it is committed when this is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Spans, log records and points that are kept, those that were already there included.
    pub accepted: u64,
    /// Spans, log records and points that are not.
    pub rejected: u64,
    /// Why not; empty when nothing was rejected.
    pub message: String,
}

/// Nothing of the batch was kept, and it may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; try again in {} s", retry_after.as_secs())]
pub struct Full {
    /// When it may be worth another try.
    pub retry_after: std::time::Duration,
    /// What is the matter.
    pub reason: &'static str,
}
