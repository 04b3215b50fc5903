//! A model that spends no more than it may.

mod bill;
mod ledger;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::Notify;

use super::error::{ErrorKind, ModelError};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model};
use super::price::PriceList;
use super::tokens;
use super::usage::Usage;

use bill::Bill;
use ledger::Payers;
pub use ledger::{Account, Amount, Booking, Budgets, Ceiling, Ledger, Owner, Scope};

/// What a call may need beyond our own count of its input: every model cuts texts into tokens in its own way.
const MARGIN: f64 = 1.3;

/// The conversation of the shared table.
const SHARED: &str = "00000000-0000-0000-0000-000000000000";

/// A model whose calls are paid from the budgets of a session, a team and a day.
///
/// Before a call, the most that it is likely to need is set aside; when a budget has not that much left, the call fails
/// with [`ErrorKind::BudgetExceeded`] and nobody is asked. After it, what it did need is booked, also when it failed or
/// was cancelled: as the provider counts, or by our own count where it says nothing. When an attempt that failed has cost
/// something, as much again must be there for the next one, or the call ends.
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
        // Rounded up to the next whole token; far below where floats stop counting by ones.
        let input = counted.ceil() as u64;
        let usage = Usage { input, output: u64::from(request.max_output_tokens), ..Usage::default() };
        // Where writing to the cache has its price, all of it may be written.
        let cached = Usage { cache_write: input, ..usage };
        let priced = |model: &Descriptor| {
            let usd = |usage| self.prices.cost(&model.provider, &model.model, usage).map_or(0.0, |cost| cost.usd);
            usd(&usage).max(usd(&cached))
        };
        let usd = self.chain.iter().map(priced).fold(0.0, f64::max);
        Amount { usd, tokens: usage.input.saturating_add(usage.output) }
    }
}

#[async_trait]
impl Model for Budgeted {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        // At the shared table everyone plays: its players have their teams' budgets and the day's.
        let session = request.conversation.as_deref().filter(|session| *session != SHARED);
        let payers = Payers { session, team: &request.team };
        let estimate = if self.ledger.is_bounded() { self.estimate(request) } else { Amount::default() };
        let hold = self.ledger.hold(payers, estimate)?;
        let bill = Mutex::new(Bill::new(self, request, hold));
        let spent = Notify::new();
        let mut watched = |delta: Delta<'_>| {
            let mut bill = bill.lock().unwrap_or_else(PoisonError::into_inner);
            bill.watch(delta);
            if bill.refusal.is_some() {
                spent.notify_one();
            }
            drop(bill);
            deltas(delta);
        };
        let outcome = tokio::select! {
            biased;
            () = spent.notified() => None,
            outcome = self.inner.chat(request, &mut watched) => Some(outcome),
        };
        let mut bill = bill.into_inner().unwrap_or_else(PoisonError::into_inner);
        let outcome = match (outcome, bill.refusal.take()) {
            (Some(outcome), _) => outcome,
            (None, Some(refusal)) => Err(refusal),
            (None, None) => Err(ModelError::new(ErrorKind::BudgetExceeded, "the budget for model calls is spent")),
        };
        bill.end(&outcome);
        outcome
    }
}

#[cfg(test)]
mod tests;
