//! What a call has cost so far.

use super::super::error::{ErrorKind, ModelError};
use super::super::model::{ChatReply, ChatRequest, Delta, Descriptor, Model as _, Note};
use super::super::price::Cost;
use super::super::tokens;
use super::super::usage::Usage;
use super::Budgeted;
use super::ledger::{Amount, Hold};

/// Written while a call is made. When it is dropped before the call has ended, the call was cancelled, and may be billed
/// for what came.
pub(super) struct Bill<'a> {
    model: &'a Budgeted,
    request: &'a ChatRequest,
    hold: Hold<'a>,
    /// Why the call cannot go on.
    pub(super) refusal: Option<ModelError>,
    /// Who is being asked after a fallback.
    fallback: Option<Descriptor>,
    /// The attempt under way, if one is.
    attempt: Option<Attempt>,
}

#[derive(Debug, Default)]
struct Attempt {
    /// Tokens that we have heard.
    heard: u64,
    /// Tokens that the provider has told of.
    told: Option<Usage>,
}

impl<'a> Bill<'a> {
    pub(super) fn new(model: &'a Budgeted, request: &'a ChatRequest, hold: Hold<'a>) -> Self {
        Self { model, request, hold, refusal: None, fallback: None, attempt: None }
    }

    pub(super) fn watch(&mut self, delta: Delta<'_>) {
        match delta {
            Delta::Text(text) => self.attempt().heard += tokens::count(text),
            Delta::Note(Note::Attempt { .. }) => self.attempt = Some(Attempt::default()),
            Delta::Note(Note::Usage { usage, .. }) => self.attempt().told = Some(usage),
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

    /// Books what is still to be booked.
    pub(super) fn end(mut self, outcome: &Result<ChatReply, ModelError>) {
        match outcome {
            Ok(reply) => match reply.usage {
                Some(usage) => self.book(usage, reply.cost),
                None => {
                    let said = tokens::count(&reply.text);
                    let attempt = self.attempt();
                    attempt.heard = attempt.heard.max(said);
                    self.guess();
                }
            },
            Err(error) => self.close(error),
        }
        self.hold.settle();
    }

    fn attempt(&mut self) -> &mut Attempt {
        self.attempt.get_or_insert_default()
    }

    /// An attempt failed and there shall be another one, for which as much must be there as for the first.
    fn failed(&mut self, error: &ModelError) {
        let before = self.hold.spent();
        self.close(error);
        let wasted = self.hold.spent().minus(before);
        self.refusal = self.hold.grow(wasted).err();
    }

    /// Books an attempt that failed.
    fn close(&mut self, error: &ModelError) {
        let Some(attempt) = &self.attempt else { return };
        // What broke off may have been worked on all the same; what was turned away was not.
        let worked = matches!(error.kind, ErrorKind::Timeout | ErrorKind::Truncated);
        match error.usage {
            Some(usage) => self.book(usage, error.cost),
            None if worked || attempt.heard > 0 || attempt.told.is_some() => self.guess(),
            None => self.attempt = None,
        }
    }

    /// Books what came of an attempt, as far as the provider told it, and by our own count where it did not.
    fn guess(&mut self) {
        let Some(Attempt { heard, told }) = self.attempt.take() else { return };
        let told = told.unwrap_or_else(|| Usage { input: tokens::count_request(self.request), ..Usage::default() });
        let usage = Usage { output: told.output.max(heard), ..told };
        let asked = self.fallback.as_ref().unwrap_or_else(|| self.model.descriptor());
        let cost = self.model.prices.cost(&asked.provider, &asked.model, &usage);
        self.book(usage, cost);
    }

    fn book(&mut self, usage: Usage, cost: Option<Cost>) {
        self.attempt = None;
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
