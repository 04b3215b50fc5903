//! What turns of all games have in common: an `invoke_agent` span, a duration, a count and an event.

use std::time::Duration;

use opentelemetry::trace::{SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::id::{SessionId, TraceId};
use crate::llm::{Component, Cost, Usage};
use crate::play::{Nature, Stage};

use super::logs;
use super::messages::{int, strings};
use super::scope::{CallCount, CurrentStage, RequestScope, Runs, stage_attributes};
use super::semconv::{attr, operation};
use super::telemetry::{Telemetry, left, with};

/// Who tells the games of one kind.
pub(super) struct Storyteller {
    telemetry: Telemetry,
    name: String,
    component: Component,
}

impl Storyteller {
    pub(super) fn new(telemetry: Telemetry, name: &str, component: Component) -> Self {
        Self { telemetry, name: name.to_owned(), component }
    }

    pub(super) fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    pub(super) fn component(&self) -> Component {
        self.component
    }

    /// Begins to record a turn of `session`, which plays `campaign` if that is known yet.
    pub(super) fn open(&self, session: SessionId, campaign: Option<&str>) -> TurnRecord<'_> {
        let parent = Context::current();
        RequestScope::note(&parent, self.component);
        let calls = CallCount::default();
        let session = session.to_string();
        let attributes = [
            KeyValue::new(attr::OPERATION_NAME, operation::INVOKE_AGENT),
            KeyValue::new(attr::AGENT_NAME, self.name.clone()),
            KeyValue::new(attr::CONVERSATION_ID, session.clone()),
            KeyValue::new(attr::SESSION_ID, session.clone()),
            KeyValue::new(attr::COMPONENT, self.component.as_str()),
        ];
        let campaign = campaign.map(|campaign| KeyValue::new(attr::CAMPAIGN, campaign.to_owned()));
        let builder = SpanBuilder::from_name(format!("{} {}", operation::INVOKE_AGENT, self.name))
            .with_kind(SpanKind::Internal)
            .with_attributes(with(&attributes, campaign));
        let context = self.telemetry.start(builder, &parent).with_value(calls.clone());
        let context = context.with_value(CurrentStage::default()).with_value(Runs::default());
        let started = self.telemetry.clock().ticks();
        TurnRecord { storyteller: self, context, calls, started, session, ended: false }
    }
}

/// What there is to tell of a turn that was answered.
#[derive(Default)]
pub(super) struct Told<'a> {
    pub(super) number: Option<u64>,
    /// What it was, in games where it may be something else than a turn.
    pub(super) nature: Option<Nature>,
    pub(super) stage: Option<Stage>,
    /// The model that answered last, and why it stopped.
    pub(super) model: Option<&'a str>,
    pub(super) finish: Option<&'a str>,
    /// Of all calls.
    pub(super) usage: Option<Usage>,
    pub(super) cost: Option<Cost>,
}

impl Told<'_> {
    fn attributes(&self) -> Vec<KeyValue> {
        let mut attributes = Vec::new();
        attributes.extend(self.number.map(|number| KeyValue::new(attr::TURN_NUMBER, int(number))));
        attributes.extend(self.nature.map(|nature| KeyValue::new(attr::TURN_NATURE, nature.name())));
        attributes.extend(self.stage.iter().flat_map(stage_attributes));
        attributes.extend(self.finish.map(|finish| KeyValue::new(attr::RESPONSE_FINISH_REASONS, strings(finish))));
        if let Some(usage) = self.usage {
            attributes.push(KeyValue::new(attr::USAGE_INPUT_TOKENS, int(usage.input)));
            attributes.push(KeyValue::new(attr::USAGE_OUTPUT_TOKENS, int(usage.output)));
        }
        if let Some(cost) = self.cost {
            attributes.push(KeyValue::new(attr::COST_USD, cost.usd));
            attributes.push(KeyValue::new(attr::COST_SIMULATED, cost.simulated));
        }
        attributes
    }
}

/// A turn under way; when it is dropped before its end, the turn was cancelled.
pub(super) struct TurnRecord<'a> {
    storyteller: &'a Storyteller,
    context: Context,
    calls: CallCount,
    started: Duration,
    session: String,
    ended: bool,
}

impl TurnRecord<'_> {
    /// The context in which the turn is to be played.
    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn trace_id(&self) -> Option<TraceId> {
        let context = self.context.span().span_context().clone();
        context.is_valid().then(|| TraceId(u128::from_be_bytes(context.trace_id().to_bytes())))
    }

    pub(super) fn ended(&mut self, told: &Told<'_>) {
        let span = self.context.span();
        if span.is_recording() {
            span.set_attributes(told.attributes());
        }
        let seconds = self.end(told.nature.map(|nature| KeyValue::new(attr::TURN_NATURE, nature.name())));
        if told.nature.is_none_or(Nature::is_kept) {
            let _entered = self.context.clone().attach();
            logs::turn_complete(&self.session, self.storyteller.component, told, seconds);
        }
    }

    /// What was ordered is not possible, which is no error.
    pub(super) fn ruled(&mut self, ruling: &'static str) {
        self.context.span().set_attributes(CurrentStage::attributes(&self.context));
        self.context.span().set_attribute(KeyValue::new(attr::RULING, ruling));
        self.ended(&Told { nature: Some(Nature::Ruling), ..Told::default() });
    }

    pub(super) fn failed(&mut self, kind: &'static str, message: &str) {
        let span = self.context.span();
        span.set_attributes(CurrentStage::attributes(&self.context));
        span.set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
        span.set_status(Status::error(message.to_owned()));
        let seconds = self.end(Some(KeyValue::new(attr::ERROR_TYPE, kind)));
        let _entered = self.context.clone().attach();
        logs::turn_error(&self.session, self.storyteller.component, kind, message, seconds);
    }

    fn end(&mut self, label: Option<KeyValue>) -> f64 {
        self.ended = true;
        let Storyteller { telemetry, name, component } = self.storyteller;
        telemetry.end(&self.context);
        let seconds = telemetry.since(self.started);
        let labels =
            [KeyValue::new(attr::AGENT_NAME, name.clone()), KeyValue::new(attr::COMPONENT, component.as_str())];
        telemetry.instruments().agent_inference_calls.record(self.calls.get(), &labels);
        let labels = with(&labels, label);
        telemetry.instruments().agent_duration.record(seconds, &labels);
        telemetry.instruments().turns.add(1, &labels);
        seconds
    }
}

impl Drop for TurnRecord<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let (kind, message) = left("the player left before the turn ended");
            self.failed(kind, message);
        }
    }
}
