//! A chain of models: when one does not answer, the next is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::error::{ErrorKind, ModelError};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, Model, Note};

/// A model in a chain, and how it has been doing.
pub struct Member {
    model: Arc<dyn Model>,
    breaker: Breaker,
}

impl Member {
    /// `model`, watched as `config` says. One member may stand in several chains.
    pub fn new(model: Arc<dyn Model>, config: BreakerConfig) -> Self {
        Self { model, breaker: Breaker { config, state: Mutex::default() } }
    }
}

/// When a model is left alone for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// After how many failures one after the other.
    pub failures: u32,
    /// For how long; then one call may try whether it is well again.
    pub cooldown: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self { failures: 5, cooldown: Duration::from_secs(30) }
    }
}

/// Asks the first of its models that answers. The last one is always asked: a wrong guess about it would cost the answer.
pub struct Fallback {
    first: Arc<Member>,
    rest: Vec<Arc<Member>>,
}

impl Fallback {
    /// A chain that begins with `first`.
    pub fn new(first: Arc<Member>, rest: Vec<Arc<Member>>) -> Self {
        Self { first, rest }
    }
}

#[async_trait]
impl Model for Fallback {
    fn descriptor(&self) -> &Descriptor {
        self.first.model.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let mut member = &self.first;
        let mut failures = Vec::new();
        for next in &self.rest {
            let (from, to) = (member.model.descriptor(), next.model.descriptor());
            if !member.breaker.admits() {
                failures.push(format!("{} was left alone", from.provider));
                deltas(Delta::Note(Note::Fallback { from, to, error: None }));
            } else {
                match member.ask(request, deltas).await {
                    Err(Failed { error, spoken: false }) if another_may_answer(error.kind) => {
                        failures.push(format!("{}: {}", from.provider, error.kind.as_str()));
                        deltas(Delta::Note(Note::Fallback { from, to, error: Some(&error) }));
                    }
                    outcome => return outcome.map_err(|failed| failed.error),
                }
            }
            member = next;
        }
        let outcome = member.ask(request, deltas).await;
        outcome.map_err(|Failed { error, .. }| match failures.as_slice() {
            [] => error,
            before => ModelError { message: format!("{} (asked after {})", error.message, before.join(", ")), ..error },
        })
    }
}

struct Failed {
    error: ModelError,
    /// Whether somebody has heard something of the answer.
    spoken: bool,
}

impl Member {
    async fn ask(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, Failed> {
        let mut spoken = false;
        let mut watched = |delta: Delta<'_>| {
            spoken |= request.heard && delta.text().is_some();
            deltas(delta);
        };
        let outcome = self.model.chat(request, &mut watched).await;
        self.breaker.note(outcome.as_ref().err().map(|error| error.kind));
        outcome.map_err(|error| Failed { error, spoken })
    }
}

/// Whether it makes sense to ask another model. Not after a refusal: nobody shops around for a model without scruples.
const fn another_may_answer(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::Refused | ErrorKind::BudgetExceeded)
}

/// Remembers failures, and stops calls that would fail as well.
struct Breaker {
    config: BreakerConfig,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Failures one after the other.
    failures: u32,
    /// Until when nobody else may try.
    open_until: Option<Instant>,
}

impl Breaker {
    /// Whether a call may go through. After the cooldown one may, and the others wait for another cooldown.
    fn admits(&self) -> bool {
        let mut state = self.state();
        match state.open_until {
            None => true,
            Some(until) if Instant::now() < until => false,
            Some(_) => {
                state.open_until = Some(Instant::now() + self.config.cooldown);
                true
            }
        }
    }

    /// Notes how a call ended: with this kind of failure, or well.
    fn note(&self, failure: Option<ErrorKind>) {
        if failure == Some(ErrorKind::LimitReached) {
            // It was not asked, so nothing was learned.
            return;
        }
        let mut state = self.state();
        if !failure.is_some_and(is_unwell) {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.config.failures {
            state.open_until = Some(Instant::now() + self.config.cooldown);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the failure is the provider's rather than the request's.
const fn is_unwell(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Unreachable
        | ErrorKind::Timeout
        | ErrorKind::Unauthorized
        | ErrorKind::QuotaExceeded
        | ErrorKind::RateLimited
        | ErrorKind::Unavailable
        | ErrorKind::ModelNotFound
        | ErrorKind::Truncated
        | ErrorKind::BadResponse => true,
        ErrorKind::InvalidRequest
        | ErrorKind::ContextOverflow
        | ErrorKind::Refused
        | ErrorKind::Empty
        | ErrorKind::LimitReached
        | ErrorKind::BudgetExceeded => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Scripted, Step};
    use super::*;

    const CONFIG: BreakerConfig = BreakerConfig { failures: 2, cooldown: Duration::from_secs(30) };

    fn failing(kind: ErrorKind) -> Vec<Step> {
        vec![Step::Fail(ModelError::new(kind, "on purpose"))]
    }

    fn member(model: Scripted) -> Arc<Member> {
        Arc::new(Member::new(Arc::new(model), CONFIG))
    }

    async fn ask(chain: &Fallback) -> (Result<ChatReply, ModelError>, String) {
        let mut heard = String::new();
        let mut deltas = |delta: Delta<'_>| match delta {
            Delta::Text(text) => heard.push_str(text),
            Delta::Note(Note::Fallback { to, error, .. }) => {
                heard.push_str(&format!("[{} after {:?}]", to.model, error.map(|error| error.kind)));
            }
            Delta::Note(note) => panic!("{note:?}"),
        };
        let outcome = chain.chat(&fixture::request(), &mut deltas).await;
        (outcome, heard)
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_model_answers_and_says_so() {
        let first = member(Scripted::calls(vec![failing(ErrorKind::Unauthorized)]));
        let chain = Fallback::new(first, vec![member(Scripted::new(vec![Step::Say("here")]).named("second"))]);
        let (outcome, heard) = ask(&chain).await;
        assert_eq!(outcome.unwrap().model, "second");
        assert_eq!(heard, "[second after Some(Unauthorized)]here");
    }

    #[tokio::test(start_paused = true)]
    async fn neither_a_refusal_nor_half_an_answer_goes_to_another() {
        let half = vec![Step::Say("half"), failing(ErrorKind::Truncated).remove(0)];
        for (steps, kind, words) in
            [(failing(ErrorKind::Refused), ErrorKind::Refused, ""), (half, ErrorKind::Truncated, "half")]
        {
            let second = member(Scripted::new(vec![Step::Say("never")]));
            let (outcome, heard) = ask(&Fallback::new(member(Scripted::new(steps)), vec![second])).await;
            assert_eq!((outcome.unwrap_err().kind, heard.as_str()), (kind, words));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_that_keeps_failing_is_left_alone_until_it_is_well() {
        let script = vec![failing(ErrorKind::Unavailable), failing(ErrorKind::Timeout), vec![Step::Say("well")]];
        let second = member(Scripted::new(vec![Step::Say("second")]).named("second"));
        let chain = Fallback::new(member(Scripted::calls(script)), vec![second]);
        assert_eq!(ask(&chain).await.1, "[second after Some(Unavailable)]second");
        assert_eq!(ask(&chain).await.1, "[second after Some(Timeout)]second");
        assert_eq!(ask(&chain).await.1, "[second after None]second", "not even asked");
        tokio::time::advance(CONFIG.cooldown).await;
        assert_eq!(ask(&chain).await.1, "well");
        assert_eq!(ask(&chain).await.1, "well");
    }

    #[tokio::test(start_paused = true)]
    async fn one_call_at_a_time_tries_whether_it_is_well() {
        let breaker = Breaker { config: CONFIG, state: Mutex::default() };
        for _ in 0..2 {
            assert!(breaker.admits());
            breaker.note(Some(ErrorKind::Unavailable));
        }
        assert!(!breaker.admits());
        tokio::time::advance(CONFIG.cooldown).await;
        assert!(breaker.admits() && !breaker.admits(), "one only");
        breaker.note(Some(ErrorKind::Unavailable));
        assert!(!breaker.admits(), "still unwell");
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_fail_the_last_one_explains_and_names_the_others() {
        let [first, second] =
            [ErrorKind::Unauthorized, ErrorKind::Timeout].map(|kind| member(Scripted::new(failing(kind))));
        let (outcome, _) = ask(&Fallback::new(first, vec![second])).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Timeout);
        assert_eq!(error.message, "on purpose (asked after zeroth: unauthorized)");
    }
}
