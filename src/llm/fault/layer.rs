//! A model with faults in front of it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;

use super::super::error::{ErrorKind, ModelError};
use super::super::model::{Api, ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, Model, Note};
use super::super::tokens;
use super::super::usage::Usage;
use super::gate::Gate;
use super::{Fault, MIDDLE, Switchboard, bend};

/// How many tokens a model needs to decline.
const REFUSAL: u64 = 12;

/// A model whose calls go wrong in the ways that a [`Switchboard`] says.
///
/// A caller sees what it would see from a provider with that trouble, and before it [`Note::Fault`]. Inside this process
/// an answer has no head that could come before its text, so [`Fault::Latency`] and [`Fault::SlowFirstToken`] look alike:
/// the inner call begins that much later. A cut always happens: when the answer is shorter, at its end. Faults of the wire
/// alone ([`Fault::needs_wire`]) are passed over.
pub struct Faulty {
    inner: Arc<dyn Model>,
    board: Arc<Switchboard>,
    spared: Vec<Component>,
}

impl Faulty {
    /// `inner` with the faults of `board` in front.
    pub fn new(inner: Arc<dyn Model>, board: Arc<Switchboard>) -> Self {
        Self { inner, board, spared: Vec::new() }
    }

    /// The same, but the calls of these components draw no faults.
    #[must_use]
    pub fn sparing(self, components: impl IntoIterator<Item = Component>) -> Self {
        Self { spared: components.into_iter().collect(), ..self }
    }

    /// How a call ends that never reaches the model; none when it does.
    fn failure(&self, fault: Fault, request: &ChatRequest) -> Option<ModelError> {
        let Descriptor { provider, model, api, .. } = self.descriptor();
        let (kind, status, sentence) = match fault {
            Fault::Unauthorized => (ErrorKind::Unauthorized, 401, format!("{provider} rejects the key")),
            Fault::RateLimited(_) => {
                (ErrorKind::RateLimited, 429, format!("{provider} takes no more requests for now"))
            }
            Fault::InternalError => (ErrorKind::Unavailable, 500, format!("{provider} failed: try again later")),
            Fault::Unavailable => (ErrorKind::Unavailable, 503, format!("{provider} is down: try again later")),
            Fault::Overloaded => (ErrorKind::Unavailable, 529, format!("{provider} is overloaded: try again later")),
            Fault::Malformed => {
                (ErrorKind::BadResponse, 0, format!("{provider} gave an answer that cannot be understood"))
            }
            Fault::Empty => (ErrorKind::Empty, 0, format!("{model} answered with no text")),
            Fault::Refusal => (ErrorKind::Refused, 0, format!("{model} declines to answer this")),
            Fault::ContextOverflow => {
                (ErrorKind::ContextOverflow, 400, format!("the conversation is longer than {model} can read"))
            }
            _ => return None,
        };
        let spent = |output| Some(Usage { input: tokens::count_request(request), output, ..Usage::default() });
        let usage = match fault {
            Fault::Empty => spent(0),
            // Anthropic does not bill a refusal.
            Fault::Refusal if *api != Some(Api::Messages) => spent(REFUSAL),
            _ => None,
        };
        let retry_after = if let Fault::RateLimited(wait) = fault { Some(wait) } else { None };
        let status = (status > 0).then_some(status);
        Some(ModelError { status, retry_after, usage, ..on_purpose(kind, &sentence, fault) })
    }

    /// Asks the model, and lets each of `trips` happen once that many tokens have passed, or at the end.
    async fn trip(
        &self,
        request: &ChatRequest,
        deltas: &mut Deltas<'_>,
        trips: Vec<(u32, Fault)>,
    ) -> Result<ChatReply, ModelError> {
        let gate = Mutex::new(Gate::new(deltas));
        let mut watched = |delta: Delta<'_>| lock(&gate).hear(delta);
        let mut call = self.inner.chat(request, &mut watched);
        let mut outcome = None;
        for (after, fault) in trips {
            lock(&gate).open(u64::from(after));
            if outcome.is_none() && !lock(&gate).is_shut() {
                outcome = poll_fn(|context| match call.as_mut().poll(context) {
                    Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                    Poll::Pending if lock(&gate).is_shut() => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                })
                .await;
            }
            if outcome.as_ref().is_some_and(Result::is_err) && !lock(&gate).is_shut() {
                break;
            }
            match fault {
                // Nobody asks the model to go on meanwhile.
                Fault::Stall(time) => sleep(time).await,
                _ => {
                    let passed = lock(&gate).passed();
                    return Err(self.truncation(fault, request, passed));
                }
            }
        }
        lock(&gate).open(u64::MAX);
        match outcome {
            Some(outcome) => outcome,
            None => call.await,
        }
    }

    /// How a call ends that breaks off after `passed` tokens.
    fn truncation(&self, fault: Fault, request: &ChatRequest, passed: u64) -> ModelError {
        let Descriptor { provider, api, .. } = self.descriptor();
        let sentence = match fault {
            Fault::Reset(_) => format!("the connection to {provider} broke in the middle of the answer"),
            _ => format!("{provider} stopped in the middle of the answer"),
        };
        // Chat Completions count tokens in the last event, and an answer that is not streamed counts in its last lines.
        let known = request.stream && *api != Some(Api::ChatCompletions);
        let usage = known.then(|| Usage { input: tokens::count_request(request), output: passed, ..Usage::default() });
        ModelError { usage, ..on_purpose(ErrorKind::Truncated, &sentence, fault) }
    }
}

#[async_trait]
impl Model for Faulty {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        if self.spared.contains(&request.component) {
            return self.inner.chat(request, deltas).await;
        }
        let faults = possible(self.board.draw());
        if faults.is_empty() {
            return self.inner.chat(request, deltas).await;
        }
        for fault in &faults {
            deltas(Delta::Note(Note::Fault { model: self.descriptor(), fault: *fault }));
        }
        let delay = delay(&faults);
        if !delay.is_zero() {
            sleep(delay).await;
        }
        if faults.contains(&Fault::Timeout) {
            std::future::pending::<()>().await;
        }
        if let Some(error) = faults.iter().find_map(|fault| self.failure(*fault, request)) {
            return Err(error);
        }
        let request = bend(request, &faults);
        let trips = trips(&faults);
        if trips.is_empty() {
            self.inner.chat(&request, deltas).await
        } else {
            self.trip(&request, deltas, trips).await
        }
    }
}

fn on_purpose(kind: ErrorKind, sentence: &str, fault: Fault) -> ModelError {
    ModelError::new(kind, format!("{sentence} (fault {fault}, put in on purpose)"))
}

/// Those of `drawn` that can happen to one call: when there is no answer, nothing can be wrong with it.
fn possible(mut drawn: Vec<Fault>) -> Vec<Fault> {
    drawn.retain(|fault| !fault.needs_wire());
    if let Some(end) = drawn.iter().copied().find(|fault| fault.replaces_answer()) {
        drawn.retain(|fault| *fault == end || matches!(fault, Fault::Latency(_)));
    }
    drawn
}

fn delay(faults: &[Fault]) -> Duration {
    let delays = faults.iter().map(|fault| match fault {
        Fault::Latency(time) | Fault::SlowFirstToken(time) => *time,
        _ => Duration::ZERO,
    });
    delays.fold(Duration::ZERO, Duration::saturating_add)
}

/// What happens in the middle of the answer, and after how many tokens; in that order.
fn trips(faults: &[Fault]) -> Vec<(u32, Fault)> {
    let trip = |fault: &Fault| match fault {
        Fault::Stall(_) => Some((MIDDLE, *fault)),
        Fault::Cut(after) | Fault::Reset(after) => Some((*after, *fault)),
        _ => None,
    };
    let mut trips: Vec<_> = faults.iter().filter_map(trip).collect();
    trips.sort_by_key(|(after, _)| *after);
    trips
}

fn lock<'g, 'a, 'd>(gate: &'g Mutex<Gate<'a, 'd>>) -> MutexGuard<'g, Gate<'a, 'd>> {
    gate.lock().unwrap_or_else(PoisonError::into_inner)
}
