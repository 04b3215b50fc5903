//! A model that waits no longer than it should: for the first word, between words, and in all.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::error::{ErrorKind, ModelError};
use super::fault::Fault;
#[cfg(test)]
use super::fixture::{self, Step};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model, Note};
use super::usage::Usage;

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From the start of a streamed call to the first text. Generous: models think before they speak.
    pub first_token: Duration,
    /// From one piece of text to the next.
    pub idle: Duration,
    /// For a whole call, streamed or not.
    pub total: Duration,
}

/// A model whose calls end in time, by themselves or with [`ErrorKind::Timeout`].
///
/// Only text counts as progress: a provider can send pings for ever.
pub struct TimedOut {
    inner: Arc<dyn Model>,
    timeouts: Timeouts,
}

impl TimedOut {
    /// `inner`, bounded by `timeouts`.
    pub fn new(inner: Arc<dyn Model>, timeouts: Timeouts) -> Self {
        Self { inner, timeouts }
    }

    /// Until when the call may go on, and the bound that ends it then.
    fn deadline(&self, stream: bool, started: Instant, last_text: Option<Instant>) -> (Instant, Bound) {
        // Far enough to be as good as never, near enough to be added to any moment.
        const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
        let Timeouts { first_token, idle, total } = self.timeouts;
        let end = (started + total.min(NEVER), Bound::Total);
        let progress = match last_text {
            _ if !stream => return end,
            None => (started + first_token.min(NEVER), Bound::FirstToken),
            Some(last) => (last + idle.min(NEVER), Bound::Idle),
        };
        if progress.0 < end.0 { progress } else { end }
    }

    fn error(&self, bound: Bound, fault: Option<Fault>) -> ModelError {
        let provider = &self.inner.descriptor().provider;
        let Timeouts { first_token, idle, total } = self.timeouts;
        let message = match bound {
            Bound::FirstToken => format!(
                "{provider} said nothing for {first_token:?}: raise ZEROTH_FIRST_TOKEN_TIMEOUT if it thinks that long"
            ),
            Bound::Idle => format!(
                "{provider} stopped speaking for {idle:?} in the middle of the answer: raise ZEROTH_IDLE_TIMEOUT if \
                 it pauses that long"
            ),
            Bound::Total => format!(
                "{provider} did not finish within {total:?}: raise ZEROTH_MODEL_TIMEOUT if its answers take that long"
            ),
        };
        let message = match fault {
            // Then no setting is wrong.
            Some(fault) => format!("{provider} kept us waiting for too long (fault {fault}, put in on purpose)"),
            None => message,
        };
        ModelError::new(ErrorKind::Timeout, message)
    }
}

/// What was seen of a call.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    last_text: Option<Instant>,
    /// Tokens that the provider has told of; it will want them paid.
    usage: Option<Usage>,
    /// Who is to blame, if not the provider.
    fault: Option<Fault>,
}

impl Seen {
    fn note(&mut self, delta: Delta<'_>) {
        match delta {
            Delta::Text(_) => self.last_text = Some(Instant::now()),
            Delta::Note(Note::Usage { usage, .. }) => self.usage = Some(usage),
            Delta::Note(Note::Fault { fault, .. }) => self.fault = Some(fault),
            Delta::Note(_) => {}
        }
    }
}

/// What can be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    FirstToken,
    Idle,
    Total,
}

#[async_trait]
impl Model for TimedOut {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let started = Instant::now();
        let seen = Mutex::new(Seen::default());
        deltas(Delta::Note(Note::Attempt { model: self.descriptor() }));
        let mut watched = |delta: Delta<'_>| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).note(delta);
            deltas(delta);
        };
        let mut call = self.inner.chat(request, &mut watched);
        let mut alarm = Box::pin(tokio::time::sleep_until(started));
        std::future::poll_fn(|context| {
            if let Poll::Ready(outcome) = call.as_mut().poll(context) {
                return Poll::Ready(outcome);
            }
            let Seen { last_text, usage, fault } = *seen.lock().unwrap_or_else(PoisonError::into_inner);
            let (deadline, bound) = self.deadline(request.stream, started, last_text);
            // Text may bring the deadline nearer, too: the first word is often granted more time than the second.
            if alarm.deadline() != deadline {
                alarm.as_mut().reset(deadline);
            }
            alarm.as_mut().poll(context).map(|()| Err(ModelError { usage, ..self.error(bound, fault) }))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const TIMEOUTS: Timeouts = Timeouts {
        first_token: SECOND.saturating_mul(10),
        idle: SECOND.saturating_mul(3),
        total: Duration::from_secs(30),
    };

    async fn play(steps: Vec<Step>, stream: bool, timeouts: Timeouts) -> (Result<ChatReply, ModelError>, Duration) {
        let model = TimedOut::new(Arc::new(fixture::Scripted::new(steps)), timeouts);
        let started = Instant::now();
        let request = ChatRequest { stream, ..fixture::request() };
        (model.chat(&request, &mut |_| {}).await, started.elapsed())
    }

    fn waits(seconds: &[u64]) -> Vec<Step> {
        seconds.iter().flat_map(|seconds| [Step::Wait(SECOND * (*seconds as u32)), Step::Say("word ")]).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_with_progress_is_left_alone() {
        let (reply, took) = play(waits(&[9, 2, 2, 2, 2]), true, TIMEOUTS).await;
        assert_eq!(reply.map(|reply| reply.text), Ok("word ".repeat(5)));
        assert_eq!(took, SECOND * 17);
    }

    #[tokio::test(start_paused = true)]
    async fn each_bound_ends_the_call_on_time_and_names_its_variable() {
        let silent = vec![Step::Wait(SECOND * 100)];
        let cases = [
            (silent.clone(), true, 10, "ZEROTH_FIRST_TOKEN_TIMEOUT"),
            (waits(&[1, 1, 60]), true, 5, "ZEROTH_IDLE_TIMEOUT"),
            (waits(&[2; 40]), true, 30, "ZEROTH_MODEL_TIMEOUT"),
            (silent, false, 30, "ZEROTH_MODEL_TIMEOUT"),
        ];
        for (steps, stream, seconds, variable) in cases {
            let (reply, took) = play(steps, stream, TIMEOUTS).await;
            let error = reply.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Timeout, "{variable}");
            assert!(error.message.contains(variable), "{error}");
            assert!(took.abs_diff(SECOND * seconds) < Duration::from_millis(5), "{variable} after {took:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn endless_patience_is_possible() {
        let never = Timeouts { first_token: Duration::MAX, idle: Duration::MAX, total: Duration::MAX };
        let (reply, _) = play(waits(&[100_000, 100_000]), true, never).await;
        assert!(reply.is_ok());
    }
}
