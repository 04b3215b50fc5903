//! A model that spends no more than it may.

mod ledger;

use std::sync::Arc;

use async_trait::async_trait;

use super::error::{ErrorKind, ModelError};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model, Note};
use super::price::{Cost, PriceList};
use super::tokens;
use super::usage::Usage;

pub use ledger::{Account, Amount, Budgets, Ceiling, Ledger, Scope};
use ledger::{Hold, Payers};

/// What a call may need beyond our own count of its input: every model cuts texts into tokens in its own way.
const MARGIN: f64 = 1.3;

/// A model whose calls are paid from the budgets of a session, a team and a day.
///
/// Before a call, the most that it is likely to need is set aside; when a budget has not that much left, the call fails
/// with [`ErrorKind::BudgetExceeded`] and nobody is asked. After it, what it did need is booked, also when it failed or
/// was cancelled: as the provider counts, or by our own count where it says nothing.
pub struct Budgeted {
    inner: Arc<dyn Model>,
    ledger: Arc<Ledger>,
    prices: Arc<PriceList>,
    /// All that may answer.
    chain: Vec<Descriptor>,
}

impl Budgeted {
    /// `inner`, behind which the models of `chain` may answer, at `prices`, booked in `ledger`.
    pub fn new(inner: Arc<dyn Model>, ledger: Arc<Ledger>, prices: Arc<PriceList>, chain: Vec<Descriptor>) -> Self {
        Self { inner, ledger, prices, chain }
    }

    /// The most that the call is likely to need, whoever answers.
    fn estimate(&self, request: &ChatRequest) -> Amount {
        let counted = tokens::count_request(request) as f64 * MARGIN;
        let usage = Usage {
            // Rounded up to the next whole token; far below where floats stop counting by ones.
            input: counted.ceil() as u64,
            output: u64::from(request.max_output_tokens),
            ..Usage::default()
        };
        let costs = self.chain.iter().filter_map(|model| self.prices.cost(&model.provider, &model.model, &usage));
        let usd = costs.map(|cost| cost.usd).fold(0.0, f64::max);
        Amount { usd, tokens: usage.input.saturating_add(usage.output) }
    }
}

#[async_trait]
impl Model for Budgeted {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let payers = Payers { session: request.conversation.as_deref(), team: &request.team };
        let estimate = if self.ledger.is_bounded() { self.estimate(request) } else { Amount::default() };
        let hold = self.ledger.hold(payers, estimate)?;
        let mut bill = Bill::new(self, request, hold);
        let mut watched = |delta: Delta<'_>| {
            bill.watch(delta);
            deltas(delta);
        };
        let outcome = self.inner.chat(request, &mut watched).await;
        match &outcome {
            Ok(reply) => bill.add(reply.usage, reply.cost),
            Err(error) => bill.failed(error),
        }
        bill.hold.settle();
        outcome
    }
}

/// What a call has cost so far. When it is dropped before the call has ended, the call was cancelled, and may be billed
/// for what came.
struct Bill<'a> {
    model: &'a Budgeted,
    request: &'a ChatRequest,
    hold: Hold<'a>,
    /// Who is being asked after a fallback.
    fallback: Option<Descriptor>,
    /// Tokens of the attempt under way that we have heard.
    heard: u64,
}

impl<'a> Bill<'a> {
    fn new(model: &'a Budgeted, request: &'a ChatRequest, hold: Hold<'a>) -> Self {
        Self { model, request, hold, fallback: None, heard: 0 }
    }

    fn watch(&mut self, delta: Delta<'_>) {
        match delta {
            Delta::Text(text) => self.heard += tokens::count(text),
            Delta::Note(Note::Retry { error, .. }) => self.failed(error),
            Delta::Note(Note::Fallback { to, error, .. }) => {
                if let Some(error) = error {
                    self.failed(error);
                }
                self.fallback = Some(to.clone());
            }
            Delta::Note(Note::Fault { .. }) => {}
        }
    }

    fn add(&mut self, usage: Option<Usage>, cost: Option<Cost>) {
        match usage {
            Some(usage) => {
                let usd = cost.map_or(0.0, |cost| cost.usd);
                self.hold.spend(Amount { usd, tokens: usage.input.saturating_add(usage.output) });
            }
            None => self.guess(),
        }
        self.heard = 0;
    }

    fn failed(&mut self, error: &ModelError) {
        // What broke off may have been worked on all the same; what was turned away was not.
        let worked = matches!(error.kind, ErrorKind::Timeout | ErrorKind::Truncated) || self.heard > 0;
        if error.usage.is_some() || worked {
            self.add(error.usage, error.cost);
        }
    }

    /// Books what came, by our own count.
    fn guess(&mut self) {
        let usage = Usage { input: tokens::count_request(self.request), output: self.heard, ..Usage::default() };
        let asked = self.fallback.as_ref().unwrap_or_else(|| self.model.descriptor());
        let cost = self.model.prices.cost(&asked.provider, &asked.model, &usage);
        let usd = cost.map_or(0.0, |cost| cost.usd);
        self.hold.spend(Amount { usd, tokens: usage.input.saturating_add(usage.output) });
    }
}

impl Drop for Bill<'_> {
    fn drop(&mut self) {
        if !self.hold.is_settled() {
            self.guess();
            self.hold.settle();
        }
    }
}

#[cfg(test)]
mod tests;
