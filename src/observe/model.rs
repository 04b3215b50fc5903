//! A model, observed: every call, also a failed or cancelled one, leaves one `chat` span and its metrics.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, Link, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::llm::{ChatReply, ChatRequest, Component, Cost, Delta, Deltas, Descriptor, Model, ModelError, Note, Usage};

use super::call;
use super::logs;
use super::messages::{self, strings};
use super::notes;
use super::scope::{CallCount, CurrentComponent, CurrentStage, Runs};
use super::semconv::{attr, operation, span_event};
use super::telemetry::{Telemetry, left, with};

/// Wraps a [`Model`] and records each call.
pub struct ObservedModel {
    inner: Arc<dyn Model>,
    telemetry: Telemetry,
}

impl ObservedModel {
    /// Observes `inner`, whatever it wraps.
    pub fn new(inner: Arc<dyn Model>, telemetry: Telemetry) -> Self {
        Self { inner, telemetry }
    }
}

#[async_trait]
impl Model for ObservedModel {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let mut call = CallRecord::open(self.telemetry.clone(), self.inner.descriptor(), request);
        let context = call.context.clone();
        let mut pass = |delta: Delta<'_>| {
            match delta {
                Delta::Text(_) => call.chunk(),
                Delta::Note(note) => call.note(note, request),
            }
            deltas(delta);
        };
        let reply = self.inner.chat(request, &mut pass).with_context(context).await;
        match &reply {
            Ok(reply) => call.answered(request, reply),
            Err(error) => {
                call.spent(error.usage, error.cost);
                call.failed(error.kind.as_str(), &error.message);
            }
        }
        reply
    }
}

/// A call under way; when it is dropped before its end, the call was cancelled.
struct CallRecord {
    telemetry: Telemetry,
    context: Context,
    component: Component,
    model: Descriptor,
    /// The labels that every metric of this call has.
    labels: Vec<KeyValue>,
    started: Duration,
    /// When the model was asked that is being asked now.
    leg_started: Duration,
    last_chunk: Option<Duration>,
    /// Of the attempt under way.
    first_chunk: Option<Duration>,
    /// What the provider has told of the attempt under way.
    told: Option<(Usage, Option<Cost>)>,
    /// Seconds between the pieces, recorded when the call ends.
    gaps: Vec<f64>,
    ended: bool,
}

impl CallRecord {
    fn open(telemetry: Telemetry, model: &Descriptor, request: &ChatRequest) -> Self {
        let parent = Context::current();
        CallCount::count(&parent);
        let labels = call::labels(model, request);
        let kind = if model.server.is_some() { SpanKind::Client } else { SpanKind::Internal };
        let mut attributes = with(&labels, call::request_attributes(request, model));
        attributes.extend(CurrentStage::attributes(&parent));
        let links = Runs::spans(&parent, &request.lineage.parents).into_iter();
        let builder = SpanBuilder::from_name(format!("{} {}", operation::CHAT, model.model))
            .with_kind(kind)
            .with_attributes(attributes)
            .with_links(links.map(|span| Link::new(span, Vec::new(), 0)).collect());
        let context = telemetry.start(builder, &parent).with_value(CurrentComponent(request.component));
        if let Some(run) = request.lineage.run {
            Runs::note(&parent, run, context.span().span_context().clone());
        }
        let started = telemetry.clock().ticks();
        Self {
            telemetry,
            context,
            component: request.component,
            model: model.clone(),
            labels,
            started,
            leg_started: started,
            last_chunk: None,
            first_chunk: None,
            told: None,
            gaps: Vec::new(),
            ended: false,
        }
    }

    fn chunk(&mut self) {
        let now = self.telemetry.clock().ticks();
        match self.last_chunk {
            None => self.first_chunk = Some(now),
            Some(last) => self.gaps.push(now.saturating_sub(last).as_secs_f64()),
        }
        self.last_chunk = Some(now);
    }

    /// What happened to the call on its way: an event on its span, and a counter.
    fn note(&mut self, note: Note<'_>, request: &ChatRequest) {
        let span = self.context.span();
        let instruments = self.telemetry.instruments();
        let now = self.telemetry.clock().now();
        match note {
            Note::Attempt { .. } => (self.first_chunk, self.last_chunk, self.told) = (None, None, None),
            Note::Usage { usage, cost } => self.told = Some((usage, cost)),
            Note::Retry { error, wait, .. } => {
                let labels = with(&self.labels, [KeyValue::new(attr::ERROR_TYPE, error.kind.as_str())]);
                instruments.retries.add(1, &labels);
                span.add_event_with_timestamp(span_event::RETRY, now, notes::retry(error, wait));
                self.wasted(error);
            }
            Note::Fallback { to, error, .. } => {
                let attributes = notes::fallback(to, error);
                instruments.fallbacks.add(1, &with(&self.labels, attributes.clone()));
                span.add_event_with_timestamp(span_event::FALLBACK, now, attributes);
                if let Some(error) = error {
                    self.wasted(error);
                    self.leg_failed(error);
                }
                // Whatever comes now comes from the other one.
                self.labels = call::labels(to, request);
                self.leg_started = self.telemetry.clock().ticks();
            }
            Note::Fault { fault, .. } => {
                let attributes = vec![KeyValue::new(attr::FAULT, fault.name())];
                instruments.faults.add(1, &with(&self.labels, attributes));
                let attributes = vec![KeyValue::new(attr::FAULT, fault.to_string())];
                span.add_event_with_timestamp(span_event::FAULT, now, attributes);
            }
        }
    }

    /// Records how long a model was asked in vain before another was.
    fn leg_failed(&self, error: &ModelError) {
        let labels = with(&self.labels, [KeyValue::new(attr::ERROR_TYPE, error.kind.as_str())]);
        self.telemetry.instruments().inference_duration.record(self.telemetry.since(self.leg_started), &labels);
    }

    /// Counts what an attempt used up that came to nothing. It is not on the span, which tells of the answer.
    fn wasted(&mut self, error: &ModelError) {
        self.told = None;
        if let Some(usage) = error.usage {
            self.count_tokens(usage);
        }
        if let Some(cost) = error.cost {
            self.count_cost(cost);
        }
    }

    fn answered(&mut self, request: &ChatRequest, reply: &ChatReply) {
        let span = self.context.span();
        if span.is_recording() {
            span.set_attributes(call::reply_attributes(reply));
            if self.telemetry.capture().on_spans() {
                span.set_attributes(self.content_attributes(request, reply));
            }
        }
        self.labels.push(KeyValue::new(attr::RESPONSE_MODEL, reply.model.clone()));
        self.labels.extend(call::openai_labels(reply));
        self.spent(reply.usage, reply.cost);
        self.end(None);
        if self.telemetry.capture().on_events()
            && let Some(logger) = self.telemetry.logger()
        {
            let _entered = self.context.clone().attach();
            let attributes = with(&self.labels, call::request_attributes(request, &self.model)).into_iter();
            logs::inference_details(logger, attributes.chain(call::reply_attributes(reply)).collect(), request, reply);
        }
    }

    fn failed(&mut self, kind: &'static str, message: &str) {
        let span = self.context.span();
        if self.first_chunk.is_some() {
            // Something was said before it was cut off.
            span.set_attribute(KeyValue::new(attr::RESPONSE_FINISH_REASONS, strings("error")));
        }
        span.set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
        span.set_status(Status::error(message.to_owned()));
        self.end(Some(kind));
        let _entered = self.context.clone().attach();
        logs::exception(self.component.as_str(), kind, message);
    }

    /// Records tokens and cost, of an answer or of a failure.
    fn spent(&self, usage: Option<Usage>, cost: Option<Cost>) {
        let span = self.context.span();
        if let Some(usage) = usage {
            span.set_attributes(call::usage_attributes(usage, self.telemetry.names()));
            self.count_tokens(usage);
        }
        if let Some(cost) = cost {
            span.set_attributes(call::cost_attributes(cost));
            self.count_cost(cost);
        }
    }

    fn count_cost(&self, cost: Cost) {
        let labels = with(&self.labels, [KeyValue::new(attr::COST_SIMULATED, cost.simulated)]);
        self.telemetry.instruments().cost.add(cost.usd, &labels);
    }

    fn end(&mut self, error: Option<&'static str>) {
        self.ended = true;
        let since = |start: Duration| self.first_chunk.map(|first| first.saturating_sub(start).as_secs_f64());
        // The caller waited since the call began; the model was asked later if another was asked first.
        if let Some(seconds) = since(self.started) {
            self.context.span().set_attribute(KeyValue::new(attr::RESPONSE_TIME_TO_FIRST_CHUNK, seconds));
        }
        self.telemetry.end(&self.context);
        let instruments = self.telemetry.instruments();
        let labels = with(&self.labels, error.map(|kind| KeyValue::new(attr::ERROR_TYPE, kind)));
        instruments.inference_duration.record(self.telemetry.since(self.leg_started), &labels);
        instruments.original_tool_calls.record(0, &labels);
        if let Some(seconds) = since(self.leg_started) {
            instruments.time_to_first_chunk.record(seconds, &self.labels);
            instruments.original_time_to_first_token.record(seconds, &self.labels);
        }
        instruments.time_per_output_chunk.record_all(&self.gaps, &self.labels);
    }

    fn content_attributes(&self, request: &ChatRequest, reply: &ChatReply) -> [KeyValue; 3] {
        let limit = self.telemetry.value_limit();
        let on_span = |key, json| KeyValue::new(key, messages::on_span(json, limit));
        [
            on_span(attr::SYSTEM_INSTRUCTIONS, messages::instructions(request)),
            on_span(attr::INPUT_MESSAGES, messages::input(request)),
            on_span(attr::OUTPUT_MESSAGES, messages::output(reply)),
        ]
    }

    fn count_tokens(&self, usage: Usage) {
        let instruments = self.telemetry.instruments();
        // The providers do not split by modality; the conventions want `unknown` then.
        let by_modality = with(&self.labels, [KeyValue::new(attr::TOKEN_MODALITY, "unknown")]);
        instruments.input_tokens.add(usage.input, &by_modality);
        instruments.output_tokens.add(usage.output, &by_modality);
        let parts = [
            (&instruments.cache_read_tokens, usage.cache_read),
            (&instruments.cache_write_tokens, usage.cache_write),
            (&instruments.reasoning_tokens, usage.reasoning),
        ];
        for (counter, tokens) in parts.into_iter().filter(|(_, tokens)| *tokens > 0) {
            counter.add(tokens, &by_modality);
        }
        instruments.call_input_tokens.record(usage.input, &self.labels);
        instruments.call_output_tokens.record(usage.output, &self.labels);
        for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
            let by_type = with(&self.labels, [KeyValue::new(attr::TOKEN_TYPE, kind)]);
            instruments.legacy_token_usage.record(tokens, &by_type);
        }
    }
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        if !self.ended {
            if let Some((usage, cost)) = self.told {
                self.spent(Some(usage), cost);
            }
            let (kind, message) = left("the caller went away before the call ended");
            self.failed(kind, message);
        }
    }
}
