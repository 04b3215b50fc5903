//! Games for one player, observed: an order is an `invoke_agent` span like a turn of the dialogue, with its inner steps below.

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::id::SessionId;
use crate::llm::{Component, Cost, Usage};
use crate::play::{
    Adventure, Again, Beginning, Call, Facts, Offer, Order, PlayError, Played, Stage, Standing, Teller, Words, World,
};
use crate::store::Kind;

use super::draw::Drawing;
use super::logs;
use super::scope::{RequestScope, stage_attributes};
use super::semconv::attr;
use super::step;
use super::tally::Tally;
use super::telemetry::Telemetry;
use super::turn::{Storyteller, Told, TurnRecord};

/// Wraps an [`Adventure`] and records each of its calls.
pub struct ObservedAdventure {
    inner: Arc<dyn Adventure>,
    storyteller: Storyteller,
}

impl ObservedAdventure {
    /// Observes `inner`, whose storyteller is called `agent`.
    pub fn new(inner: Arc<dyn Adventure>, telemetry: Telemetry, agent: &str) -> Self {
        let component = match inner.kind() {
            Kind::Dialogue => Component::Dialogue,
            Kind::Solo => Component::StorytellerSingle,
            Kind::Scenario => Component::StorytellerScenario,
        };
        Self { inner, storyteller: Storyteller::new(telemetry, agent, component) }
    }

    /// Tells the surrounding request what it is about.
    fn note(&self) {
        RequestScope::note(&Context::current(), self.storyteller.component());
    }

    /// Records what is known only now that the order was obeyed.
    fn tell(&self, record: &mut TurnRecord<'_>, played: &Played) {
        let world = &played.standing.world;
        let (telemetry, component) = (self.storyteller.telemetry(), self.storyteller.component());
        let span = record.context().span();
        if span.is_recording() {
            span.set_attribute(KeyValue::new(attr::CAMPAIGN, played.standing.name.clone()));
            span.set_attribute(KeyValue::new(attr::TURN_TELLER, teller(played.teller)));
            span.set_attributes(ruling(&played.facts).map(|ruling| KeyValue::new(attr::RULING, ruling)));
            let session = played.standing.session.to_string();
            let about = [
                KeyValue::new(attr::CONVERSATION_ID, session.clone()),
                KeyValue::new(attr::SESSION_ID, session),
                KeyValue::new(attr::COMPONENT, component.as_str()),
            ];
            let about = about.into_iter().chain(stage(played).iter().flat_map(stage_attributes)).collect();
            let (steps, facts) = match (&played.facts, world) {
                (Facts::Scenario(facts), World::Scenario { state, .. }) => {
                    (step::of_scenario(facts, state), facts.len())
                }
                (Facts::Solo(facts), _) => (step::of_solo(facts), facts.len()),
                // There is no such game.
                (Facts::Scenario(_), World::Solo { .. }) => (Vec::new(), 0),
            };
            Drawing { telemetry, settled: played.settled, facts, about }.draw(steps, record.context());
        }
        let _entered = record.context().clone().attach();
        let session = played.standing.session;
        Tally { telemetry, component, session, campaign: &played.standing.name }.count(&played.facts);
    }
}

#[async_trait]
impl Adventure for ObservedAdventure {
    fn kind(&self) -> Kind {
        self.inner.kind()
    }

    fn offers(&self) -> Vec<Offer> {
        self.inner.offers()
    }

    async fn start(&self, beginning: Beginning) -> Result<Arc<Standing>, PlayError> {
        self.note();
        let standing = self.inner.start(beginning).await?;
        logs::session_start(standing.session, self.storyteller.component(), &standing.name);
        Ok(standing)
    }

    async fn look(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.note();
        self.inner.look(session).await
    }

    async fn play(&self, order: Order, deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        let mut record = self.storyteller.open(order.session, None);
        let played = self.inner.play(order, deltas).with_context(record.context().clone()).await;
        match played {
            Ok(played) => {
                self.tell(&mut record, &played);
                record.ended(&told(&played));
                Ok(Played { trace_id: record.trace_id(), ..played })
            }
            Err(PlayError::Ruled(ruling)) => {
                record.ruled(ruling.name());
                Err(PlayError::Ruled(ruling))
            }
            Err(error) => {
                record.failed(error.kind(), &error.public());
                Err(error)
            }
        }
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        self.note();
        self.inner.again(session).await
    }

    async fn undo(&self, session: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        self.note();
        self.inner.undo(session).await
    }

    async fn end(&self, session: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.note();
        let standing = self.inner.end(session).await?;
        logs::session_end(session, self.storyteller.component());
        Ok(standing)
    }

    async fn leave(&self, session: SessionId) {
        self.inner.leave(session).await;
        logs::session_end(session, self.storyteller.component());
    }
}

fn stage(played: &Played) -> Option<Stage> {
    let outcome = played.standing.world.outcome();
    played.scene.clone().map(|scene| Stage { scene, outcome })
}

fn told(played: &Played) -> Told<'_> {
    let last = played.calls.last().map(|call| &call.reply);
    Told {
        number: Some(played.standing.number),
        nature: Some(played.nature),
        stage: stage(played),
        model: last.map(|reply| &*reply.model),
        finish: last.map(|reply| reply.finish.as_str()),
        usage: usage(&played.calls),
        cost: cost(&played.calls),
    }
}

fn usage(calls: &[Call]) -> Option<Usage> {
    calls.iter().filter_map(|call| call.reply.usage).reduce(|sum, usage| Usage {
        input: sum.input.saturating_add(usage.input),
        output: sum.output.saturating_add(usage.output),
        ..Usage::default()
    })
}

/// All together; simulated only if nobody will send a bill for any of it.
fn cost(calls: &[Call]) -> Option<Cost> {
    let costs = calls.iter().filter_map(|call| call.reply.cost);
    costs.reduce(|sum, cost| Cost { usd: sum.usd + cost.usd, simulated: sum.simulated && cost.simulated })
}

const fn teller(teller: Teller) -> &'static str {
    match teller {
        Teller::Model => "model",
        Teller::Game => "game",
        Teller::Stopgap(_) => "stopgap",
    }
}

fn ruling(facts: &Facts) -> Option<&'static str> {
    use crate::game::scenario::Fact;
    let Facts::Scenario(facts) = facts else { return None };
    facts.iter().find_map(|fact| if let Fact::Ruled(ruling) = fact { Some(ruling.name()) } else { None })
}
