//! Models whose replies say what they cost and how long they took.

use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::Clock;

use super::embed::{EmbedReply, EmbedRequest, Embedder};
use super::error::ModelError;
#[cfg(test)]
use super::fixture::{self, Scripted, Step};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model, Note, Timing};
use super::price::PriceList;

/// A model that fills in [`ChatReply::cost`] and [`ModelError::cost`]; stands close around the model whose prices count.
pub struct Priced {
    inner: Arc<dyn Model>,
    prices: Arc<PriceList>,
}

impl Priced {
    /// `inner`, at `prices`.
    pub fn new(inner: Arc<dyn Model>, prices: Arc<PriceList>) -> Self {
        Self { inner, prices }
    }
}

#[async_trait]
impl Model for Priced {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let Descriptor { provider, model, .. } = self.inner.descriptor();
        // Gateways may answer under a name of their own for the model that was asked.
        let cost = |usage, answered: &str| {
            self.prices.cost(provider, answered, &usage).or_else(|| self.prices.cost(provider, model, &usage))
        };
        let mut priced = |delta: Delta<'_>| match delta {
            Delta::Note(Note::Usage { usage, .. }) => {
                deltas(Delta::Note(Note::Usage { usage, cost: cost(usage, model) }));
            }
            other => deltas(other),
        };
        match self.inner.chat(request, &mut priced).await {
            Ok(reply) => Ok(ChatReply { cost: reply.usage.and_then(|usage| cost(usage, &reply.model)), ..reply }),
            Err(error) => Err(ModelError { cost: error.usage.and_then(|usage| cost(usage, model)), ..error }),
        }
    }
}

/// An embedder that fills in [`EmbedReply::cost`].
pub struct PricedEmbedder {
    inner: Arc<dyn Embedder>,
    prices: Arc<PriceList>,
}

impl PricedEmbedder {
    /// `inner`, at `prices`.
    pub fn new(inner: Arc<dyn Embedder>, prices: Arc<PriceList>) -> Self {
        Self { inner, prices }
    }
}

#[async_trait]
impl Embedder for PricedEmbedder {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn embed(&self, request: &EmbedRequest) -> Result<EmbedReply, ModelError> {
        let Descriptor { provider, model, .. } = self.inner.descriptor();
        let reply = self.inner.embed(request).await?;
        let cost = |name: &str| self.prices.cost(provider, name, &reply.usage?);
        Ok(EmbedReply { cost: cost(&reply.model).or_else(|| cost(model)), ..reply })
    }
}

/// A model that fills in [`ChatReply::timing`]; stands around everything that costs time.
pub struct Metered {
    inner: Arc<dyn Model>,
    clock: Arc<dyn Clock>,
}

impl Metered {
    /// `inner`, timed by `clock`.
    pub fn new(inner: Arc<dyn Model>, clock: Arc<dyn Clock>) -> Self {
        Self { inner, clock }
    }
}

#[async_trait]
impl Model for Metered {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let started = self.clock.ticks();
        let mut first_token = None;
        let mut watched = |delta: Delta<'_>| {
            match delta {
                Delta::Text(_) => drop(first_token.get_or_insert_with(|| self.clock.ticks().saturating_sub(started))),
                // What an attempt said that came to nothing, nobody waited for.
                Delta::Note(Note::Attempt { .. }) => first_token = None,
                Delta::Note(_) => {}
            }
            deltas(delta);
        };
        let reply = self.inner.chat(request, &mut watched).await?;
        let total = self.clock.ticks().saturating_sub(started);
        Ok(ChatReply { timing: Timing { first_token, total }, ..reply })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use crate::clock::SteppingClock;

    use super::*;

    async fn play(stream: bool) -> ChatReply {
        let inner = Arc::new(Scripted::new(vec![Step::Say("one "), Step::Say("two")]));
        let priced = Arc::new(Priced::new(inner, Arc::new(PriceList::built_in())));
        let clock = Arc::new(SteppingClock::new(SystemTime::UNIX_EPOCH, Duration::from_millis(5)));
        let model = Metered::new(priced, clock);
        model.chat(&ChatRequest { stream, ..fixture::request() }, &mut |_| {}).await.unwrap()
    }

    #[tokio::test]
    async fn a_streamed_reply_has_both_times_and_a_cost() {
        let reply = play(true).await;
        let (first, total) = (Duration::from_millis(5), Duration::from_millis(10));
        assert_eq!(reply.timing, Timing { first_token: Some(first), total });
        // 1000 tokens at 3.00 and 100 at 15.00 for a million.
        assert_eq!(reply.cost.map(|cost| (cost.usd, cost.simulated)), Some((0.0045, true)));
    }

    #[tokio::test]
    async fn a_whole_reply_has_no_first_token() {
        assert_eq!(play(false).await.timing, Timing { first_token: None, total: Duration::from_millis(5) });
    }
}
