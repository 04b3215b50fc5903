//! A way out of the SDK for someone in this process who wants every finished span and log record.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// Takes finished spans and log records. Called on the threads that end them: must be quick and never wait.
pub trait Sink: Send + Sync {
    /// A span has ended.
    fn span(&self, span: SpanData);

    /// A record was logged.
    fn log(&self, record: &SdkLogRecord);
}

/// Hands items to a [`Sink`].
pub(super) struct SinkProcessor(pub(super) Arc<dyn Sink>);

impl fmt::Debug for SinkProcessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SinkProcessor")
    }
}

impl SpanProcessor for SinkProcessor {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.span(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl LogProcessor for SinkProcessor {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        self.0.log(record);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
