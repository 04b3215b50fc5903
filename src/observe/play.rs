//! The game, observed: a turn is an `invoke_agent` span, a duration, a count and an event.

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::id::{SessionId, Team, TraceId};
use crate::llm::Component;
use crate::play::{Again, Game, Joined, Play, PlayError, TurnInput, TurnOutcome, Undone, Words};

use super::logs;
use super::messages::{int, strings};
use super::scope::{CallCount, RequestScope};
use super::semconv::{attr, operation};
use super::telemetry::{Telemetry, left, with};

/// Wraps a [`Play`] and records each of its calls.
pub struct ObservedPlay {
    inner: Arc<dyn Play>,
    telemetry: Telemetry,
    agent: String,
    campaign: String,
}

impl ObservedPlay {
    /// Observes `inner`, whose storyteller is called `agent`.
    pub fn new(inner: Arc<dyn Play>, telemetry: Telemetry, agent: &str, campaign: &str) -> Self {
        Self { inner, telemetry, agent: agent.to_owned(), campaign: campaign.to_owned() }
    }

    fn open(&self, session: SessionId) -> TurnRecord<'_> {
        let parent = Context::current();
        RequestScope::note(&parent, Component::Dialogue);
        let calls = CallCount::default();
        let session = session.to_string();
        let builder = SpanBuilder::from_name(format!("{} {}", operation::INVOKE_AGENT, self.agent))
            .with_kind(SpanKind::Internal)
            .with_attributes([
                KeyValue::new(attr::OPERATION_NAME, operation::INVOKE_AGENT),
                KeyValue::new(attr::AGENT_NAME, self.agent.clone()),
                KeyValue::new(attr::CONVERSATION_ID, session.clone()),
                KeyValue::new(attr::SESSION_ID, session.clone()),
                KeyValue::new(attr::COMPONENT, Component::Dialogue.as_str()),
                KeyValue::new(attr::CAMPAIGN, self.campaign.clone()),
            ]);
        let context = self.telemetry.start(builder, &parent).with_value(calls.clone());
        let started = self.telemetry.clock().ticks();
        TurnRecord { play: self, context, calls, started, session, ended: false }
    }
}

#[async_trait]
impl Play for ObservedPlay {
    async fn shared(&self) -> Result<Arc<Game>, PlayError> {
        self.inner.shared().await
    }

    async fn create(&self, team: &Team) -> Result<Arc<Game>, PlayError> {
        // A game with a setup of its own was announced when that was written.
        self.inner.create(team).await
    }

    async fn join(&self, session: SessionId) -> Result<Joined, PlayError> {
        let joined = self.inner.join(session).await?;
        if joined == Joined::New {
            logs::session_start(session, &self.campaign);
        }
        Ok(joined)
    }

    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError> {
        self.inner.game(session).await
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let mut record = self.open(input.session);
        let context = record.context.clone();
        let outcome = self.inner.turn(input, deltas).with_context(context).await;
        match outcome {
            Ok(outcome) => {
                record.kept(&outcome);
                Ok(TurnOutcome { trace_id: record.trace_id(), ..outcome })
            }
            Err(error) => {
                record.failed(error.kind(), &error.public());
                Err(error)
            }
        }
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        self.inner.again(session).await
    }

    async fn undo(&self, session: SessionId) -> Result<Undone, PlayError> {
        self.inner.undo(session).await
    }

    async fn leave(&self, session: SessionId) {
        self.inner.leave(session).await;
        logs::session_end(session);
    }
}

/// A turn under way; when it is dropped before its end, the turn was cancelled.
struct TurnRecord<'a> {
    play: &'a ObservedPlay,
    context: Context,
    calls: CallCount,
    started: std::time::Duration,
    session: String,
    ended: bool,
}

impl TurnRecord<'_> {
    fn trace_id(&self) -> Option<TraceId> {
        let context = self.context.span().span_context().clone();
        context.is_valid().then(|| TraceId(u128::from_be_bytes(context.trace_id().to_bytes())))
    }

    fn kept(&mut self, outcome: &TurnOutcome) {
        let span = self.context.span();
        if span.is_recording() {
            span.set_attributes(outcome_attributes(outcome));
        }
        let seconds = self.end(None);
        let _entered = self.context.clone().attach();
        logs::turn_complete(&self.session, outcome, seconds);
    }

    fn failed(&mut self, kind: &'static str, message: &str) {
        let span = self.context.span();
        span.set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
        span.set_status(Status::error(message.to_owned()));
        let seconds = self.end(Some(kind));
        let _entered = self.context.clone().attach();
        logs::turn_error(&self.session, kind, message, seconds);
    }

    fn end(&mut self, error: Option<&'static str>) -> f64 {
        self.ended = true;
        let telemetry = &self.play.telemetry;
        telemetry.end(&self.context);
        let seconds = telemetry.since(self.started);
        let labels = [
            KeyValue::new(attr::AGENT_NAME, self.play.agent.clone()),
            KeyValue::new(attr::COMPONENT, Component::Dialogue.as_str()),
        ];
        telemetry.instruments().agent_inference_calls.record(self.calls.get(), &labels);
        let labels = with(&labels, error.map(|kind| KeyValue::new(attr::ERROR_TYPE, kind)));
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

fn outcome_attributes(outcome: &TurnOutcome) -> Vec<KeyValue> {
    let reply = &outcome.reply;
    let mut attributes = vec![
        KeyValue::new(attr::TURN_NUMBER, i64::try_from(outcome.turn.number).unwrap_or(i64::MAX)),
        KeyValue::new(attr::RESPONSE_FINISH_REASONS, strings(reply.finish.as_str())),
    ];
    if let Some(usage) = reply.usage {
        attributes.push(KeyValue::new(attr::USAGE_INPUT_TOKENS, int(usage.input)));
        attributes.push(KeyValue::new(attr::USAGE_OUTPUT_TOKENS, int(usage.output)));
    }
    if let Some(cost) = reply.cost {
        attributes.push(KeyValue::new(attr::COST_USD, cost.usd));
        attributes.push(KeyValue::new(attr::COST_SIMULATED, cost.simulated));
    }
    attributes
}
