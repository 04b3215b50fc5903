//! The game, observed: a turn is an `invoke_agent` span, a duration, a count and an event.

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::trace::FutureExt as _;

use crate::id::{SessionId, Team};
use crate::llm::Component;
use crate::play::{Again, Game, Joined, Play, PlayError, TurnInput, TurnOutcome, Undone, Words};

use super::logs;
use super::telemetry::Telemetry;
use super::turn::{Storyteller, Told};

/// Wraps a [`Play`] and records each of its calls.
pub struct ObservedPlay {
    inner: Arc<dyn Play>,
    storyteller: Storyteller,
    campaign: String,
}

impl ObservedPlay {
    /// Observes `inner`, whose storyteller is called `agent`.
    pub fn new(inner: Arc<dyn Play>, telemetry: Telemetry, agent: &str, campaign: &str) -> Self {
        let storyteller = Storyteller::new(telemetry, agent, Component::Dialogue);
        Self { inner, storyteller, campaign: campaign.to_owned() }
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
            logs::session_start(session, Component::GameSetup, &self.campaign);
        }
        Ok(joined)
    }

    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError> {
        self.inner.game(session).await
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let mut record = self.storyteller.open(input.session, Some(&self.campaign));
        let outcome = self.inner.turn(input, deltas).with_context(record.context().clone()).await;
        match outcome {
            Ok(outcome) => {
                record.ended(&told(&outcome));
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
        logs::session_end(session, Component::Dialogue);
    }
}

fn told(outcome: &TurnOutcome) -> Told<'_> {
    let reply = &outcome.reply;
    Told {
        number: Some(outcome.turn.number),
        model: Some(&reply.model),
        finish: Some(reply.finish.as_str()),
        usage: reply.usage,
        cost: reply.cost,
        ..Told::default()
    }
}
