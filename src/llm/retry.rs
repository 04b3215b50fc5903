//! A model that is asked again when it fails in a way that may pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::chance::{Chance, mix};
use super::error::{ErrorKind, ModelError};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model, Note};

/// How often and when to ask again. The statuses and the growing waits are those of the official SDKs of Anthropic and
/// OpenAI; the caps are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many attempts there may be in all, the first included; 1 never asks again.
    pub attempts: u32,
    /// The wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait of our own choice.
    pub longest_wait: Duration,
    /// The longest wait that a provider may ask for; when it wants more, the call fails at once.
    pub longest_retry_after: Duration,
    /// For how long after the start of the call another attempt may begin.
    pub total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            longest_retry_after: Duration::from_secs(20),
            total: Duration::from_secs(45),
        }
    }
}

/// A model that is asked again, as long as nobody has heard anything of its answer.
pub struct Retried {
    inner: Arc<dyn Model>,
    policy: RetryPolicy,
    seed: u64,
    draws: AtomicU64,
}

impl Retried {
    /// `inner`, asked again as `policy` says; `seed` spreads the waits.
    pub fn new(inner: Arc<dyn Model>, policy: RetryPolicy, seed: u64) -> Self {
        Self { inner, policy, seed, draws: AtomicU64::new(0) }
    }

    fn chance(&self) -> f64 {
        Chance::new(mix(self.seed, self.draws.fetch_add(1, Ordering::Relaxed))).unit()
    }
}

#[async_trait]
impl Model for Retried {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let started = Instant::now();
        let mut again: Option<ChatRequest> = None;
        let mut failed = 0;
        loop {
            let mut spoken = false;
            let mut watched = |delta: Delta<'_>| {
                spoken |= request.heard && delta.text().is_some();
                deltas(delta);
            };
            let error = match self.inner.chat(again.as_ref().unwrap_or(request), &mut watched).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            failed += 1;
            let wait = self.policy.wait(failed, &error, || self.chance());
            let Some(wait) = wait.filter(|wait| !spoken && started.elapsed() + *wait <= self.policy.total) else {
                return Err(error);
            };
            deltas(Delta::Note(Note::Retry { model: self.inner.descriptor(), failed, error: &error, wait }));
            sleep(wait).await;
            again = Some(ChatRequest { resend_count: failed, ..request.clone() });
        }
    }
}

impl RetryPolicy {
    /// How long to wait after `failed` attempts, the last of which ended in `error`; none when nothing is to be gained.
    fn wait(&self, failed: u32, error: &ModelError, chance: impl FnOnce() -> f64) -> Option<Duration> {
        if failed >= self.attempts || !may_pass(error) {
            return None;
        }
        match error.retry_after.filter(|asked| !asked.is_zero()) {
            // A little more than asked: all who were turned away together would come back together.
            Some(asked) => (asked <= self.longest_retry_after).then(|| asked + asked.mul_f64(0.1 * chance())),
            None => {
                let doubled = self.first_wait.saturating_mul(2_u32.saturating_pow(failed - 1));
                Some(doubled.min(self.longest_wait).mul_f64(1.0 - 0.25 * chance()))
            }
        }
    }
}

/// Whether the same request may be answered in a moment.
fn may_pass(error: &ModelError) -> bool {
    match error.kind {
        // Money does not come back by itself, whatever the header says.
        ErrorKind::QuotaExceeded | ErrorKind::BudgetExceeded => false,
        // Whoever was turned away at our own door has waited for long enough.
        ErrorKind::LimitReached => false,
        ErrorKind::Unreachable
        | ErrorKind::Timeout
        | ErrorKind::RateLimited
        | ErrorKind::Unavailable
        | ErrorKind::Truncated => error.should_retry.unwrap_or(true),
        ErrorKind::Unauthorized
        | ErrorKind::ModelNotFound
        | ErrorKind::InvalidRequest
        | ErrorKind::ContextOverflow
        | ErrorKind::Refused
        | ErrorKind::Empty
        | ErrorKind::BadResponse => error.should_retry.unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Scripted, Step};
    use super::*;

    fn failure(kind: ErrorKind) -> ModelError {
        ModelError::new(kind, "on purpose")
    }

    /// Plays a script of calls; gives the outcome, what was heard, and how long it took.
    async fn play(calls: Vec<Vec<Step>>, policy: RetryPolicy) -> (Result<ChatReply, ModelError>, String, Duration) {
        let model = Retried::new(Arc::new(Scripted::calls(calls)), policy, 1);
        let (started, mut heard) = (Instant::now(), String::new());
        let mut deltas = |delta: Delta<'_>| match delta {
            Delta::Text(text) => heard.push_str(text),
            Delta::Note(Note::Retry { failed, error, .. }) => heard.push_str(&format!("[{failed} {:?}]", error.kind)),
            Delta::Note(note) => panic!("{note:?}"),
        };
        let outcome = model.chat(&fixture::request(), &mut deltas).await;
        (outcome, heard, started.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_that_passes_costs_only_time() {
        let calls = vec![
            vec![Step::Fail(failure(ErrorKind::Unavailable))],
            vec![Step::Fail(failure(ErrorKind::Unreachable))],
            vec![Step::Say("yes")],
        ];
        let (outcome, heard, took) = play(calls, RetryPolicy::default()).await;
        assert_eq!(outcome.unwrap().text, "yes");
        assert_eq!(heard, "[1 Unavailable][2 Unreachable]yes");
        // 375 to 500 ms, then 750 to 1000 ms.
        assert!((1125..=1500).contains(&took.as_millis()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_come_to_an_end() {
        let calls = vec![vec![Step::Fail(failure(ErrorKind::Unavailable))]; 9];
        let (outcome, heard, _) = play(calls, RetryPolicy::default()).await;
        assert_eq!(outcome.unwrap_err().kind, ErrorKind::Unavailable);
        assert_eq!(heard, "[1 Unavailable][2 Unavailable]");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_said_twice() {
        let calls = vec![vec![Step::Say("half"), Step::Fail(failure(ErrorKind::Truncated))], vec![Step::Say("whole")]];
        let (outcome, heard, _) = play(calls, RetryPolicy::default()).await;
        assert_eq!((outcome.unwrap_err().kind, heard.as_str()), (ErrorKind::Truncated, "half"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_hears_may_be_said_twice() {
        let calls = vec![vec![Step::Say("half"), Step::Fail(failure(ErrorKind::Truncated))], vec![Step::Say("whole")]];
        let model = Retried::new(Arc::new(Scripted::calls(calls)), RetryPolicy::default(), 1);
        let request = ChatRequest { heard: false, ..fixture::request() };
        assert_eq!(model.chat(&request, &mut |_| {}).await.unwrap().text, "whole");
    }

    #[tokio::test(start_paused = true)]
    async fn the_total_bounds_the_last_beginning() {
        let slow = vec![Step::Wait(Duration::from_secs(20)), Step::Fail(failure(ErrorKind::Timeout))];
        let policy = RetryPolicy { attempts: 9, total: Duration::from_secs(45), ..RetryPolicy::default() };
        let (_, heard, took) = play(vec![slow; 9], policy).await;
        assert_eq!(heard, "[1 Timeout][2 Timeout]");
        assert!(took < Duration::from_secs(65), "{took:?}");
    }

    #[test]
    fn a_provider_says_when_to_come_again_and_whether() {
        let policy = RetryPolicy::default();
        let wait = |error: ModelError| policy.wait(1, &error, || 0.5);
        let busy = |wait| ModelError { retry_after: Some(wait), ..failure(ErrorKind::RateLimited) };
        assert_eq!(wait(busy(Duration::from_secs(2))), Some(Duration::from_millis(2100)));
        assert_eq!(wait(busy(Duration::from_secs(21))), None, "more than we wait for");
        assert_eq!(wait(busy(Duration::ZERO)), Some(Duration::from_micros(437_500)), "as if it had said nothing");
        let told =
            |kind, should_retry| wait(ModelError { should_retry: Some(should_retry), ..failure(kind) }).is_some();
        assert!(!told(ErrorKind::Unavailable, false));
        assert!(told(ErrorKind::InvalidRequest, true));
        assert!(!told(ErrorKind::QuotaExceeded, true));
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        let policy = RetryPolicy::default();
        let tried: Vec<&str> = ErrorKind::ALL
            .into_iter()
            .filter(|kind| policy.wait(1, &failure(*kind), || 0.0).is_some())
            .map(ErrorKind::as_str)
            .collect();
        assert_eq!(tried, ["unreachable", "timeout", "rate_limited", "unavailable", "truncated"]);
    }
}
