//! An embedder, observed: every call leaves one `embeddings` span and its metrics.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::llm::{Descriptor, EmbedReply, EmbedRequest, Embedder, ModelError};

use super::call::{cost_attributes, model_labels};
use super::logs;
use super::messages::{int, strings};
use super::semconv::{attr, operation};
use super::telemetry::{Telemetry, left, with};

/// Wraps an [`Embedder`] and records each call.
pub struct ObservedEmbedder {
    inner: Arc<dyn Embedder>,
    telemetry: Telemetry,
}

impl ObservedEmbedder {
    /// Observes `inner`.
    pub fn new(inner: Arc<dyn Embedder>, telemetry: Telemetry) -> Self {
        Self { inner, telemetry }
    }
}

#[async_trait]
impl Embedder for ObservedEmbedder {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn embed(&self, request: &EmbedRequest) -> Result<EmbedReply, ModelError> {
        let mut call = CallRecord::open(&self.telemetry, self.inner.descriptor());
        let context = call.context.clone();
        let reply = self.inner.embed(request).with_context(context).await;
        match &reply {
            Ok(reply) => call.answered(reply),
            Err(error) => call.failed(error.kind.as_str(), &error.message),
        }
        reply
    }
}

/// A call under way; when it is dropped before its end, the call was cancelled.
struct CallRecord<'a> {
    telemetry: &'a Telemetry,
    context: Context,
    labels: Vec<KeyValue>,
    started: Duration,
    ended: bool,
}

impl<'a> CallRecord<'a> {
    fn open(telemetry: &'a Telemetry, model: &Descriptor) -> Self {
        let labels = model_labels(model, operation::EMBEDDINGS);
        let kind = if model.server.is_some() { SpanKind::Client } else { SpanKind::Internal };
        let attributes = with(&labels, [KeyValue::new(attr::REQUEST_ENCODING_FORMATS, strings("float"))]);
        let builder = SpanBuilder::from_name(format!("{} {}", operation::EMBEDDINGS, model.model));
        let context = telemetry.start(builder.with_kind(kind).with_attributes(attributes), &Context::current());
        Self { telemetry, context, labels, started: telemetry.clock().ticks(), ended: false }
    }

    fn answered(&mut self, reply: &EmbedReply) {
        let span = self.context.span();
        let model = KeyValue::new(attr::RESPONSE_MODEL, reply.model.clone());
        span.set_attribute(model.clone());
        self.labels.push(model);
        if let Some(vector) = reply.vectors.first() {
            span.set_attribute(KeyValue::new(attr::EMBEDDINGS_DIMENSION_COUNT, int(vector.len() as u64)));
        }
        if let Some(usage) = reply.usage {
            span.set_attribute(KeyValue::new(attr::USAGE_INPUT_TOKENS, int(usage.input)));
            self.telemetry.instruments().embeddings_input_tokens.record(usage.input, &self.labels);
        }
        if let Some(cost) = reply.cost {
            span.set_attributes(cost_attributes(cost));
            let labels = with(&self.labels, [KeyValue::new(attr::COST_SIMULATED, cost.simulated)]);
            self.telemetry.instruments().cost.add(cost.usd, &labels);
        }
        self.end(None);
    }

    fn failed(&mut self, kind: &'static str, message: &str) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
        span.set_status(Status::error(message.to_owned()));
        self.end(Some(kind));
        let _entered = self.context.clone().attach();
        logs::exception(operation::EMBEDDINGS, kind, message);
    }

    fn end(&mut self, error: Option<&'static str>) {
        self.ended = true;
        self.telemetry.end(&self.context);
        let labels = with(&self.labels, error.map(|kind| KeyValue::new(attr::ERROR_TYPE, kind)));
        self.telemetry.instruments().embeddings_duration.record(self.telemetry.since(self.started), &labels);
    }
}

impl Drop for CallRecord<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let (kind, message) = left("the caller went away before the call ended");
            self.failed(kind, message);
        }
    }
}
