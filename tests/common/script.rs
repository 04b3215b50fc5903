//! What a scripted game does next, and hands on it: slow, hanging, failing and panicking storytellers without a model.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use zeroth::id::SessionId;
use zeroth::llm::{ChatReply, Cost, Descriptor, Timing, Usage};
use zeroth::play::{PlayError, Words};
use zeroth::store::Kind;

/// What the storyteller does next.
pub(crate) enum Step {
    /// Says this.
    Say(&'static str),
    /// Says nothing more until [`Script::go_on`].
    Wait,
    /// Fails.
    Fail(PlayError),
    /// Panics.
    Panic,
}

/// The turns to come, and what became of those that came.
pub(crate) struct Script {
    turns: Mutex<VecDeque<Vec<Step>>>,
    gate: Semaphore,
    waiting: watch::Sender<usize>,
    kept: watch::Sender<usize>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self {
            turns: Mutex::default(),
            gate: Semaphore::new(0),
            waiting: watch::Sender::new(0),
            kept: watch::Sender::new(0),
        }
    }

    /// The next turn goes like this.
    pub(crate) fn push(&self, steps: impl IntoIterator<Item = Step>) {
        lock(&self.turns).push_back(steps.into_iter().collect());
    }

    /// Lets one [`Step::Wait`] go on.
    pub(crate) fn go_on(&self) {
        self.gate.add_permits(1);
    }

    /// Resolves when this many turns have come to a [`Step::Wait`].
    pub(crate) async fn waiting(&self, count: usize) {
        self.waiting.subscribe().wait_for(|waiting| *waiting >= count).await.unwrap();
    }

    /// Resolves when this many turns have been kept.
    pub(crate) async fn kept(&self, count: usize) {
        self.kept.subscribe().wait_for(|kept| *kept >= count).await.unwrap();
    }

    /// Another turn was kept.
    pub(crate) fn keep(&self) {
        self.kept.send_modify(|kept| *kept += 1);
    }

    /// Plays the next turn's steps; `usual` are those of a turn without a script.
    pub(crate) async fn tell(&self, usual: &[&'static str], deltas: &mut Words<'_>) -> Result<String, PlayError> {
        let steps = lock(&self.turns).pop_front();
        let mut said = String::new();
        for step in steps.unwrap_or_else(|| usual.iter().map(|text| Step::Say(text)).collect()) {
            match step {
                Step::Say(text) => {
                    deltas(text);
                    said.push_str(text);
                }
                Step::Wait => {
                    self.waiting.send_modify(|waiting| *waiting += 1);
                    self.gate.acquire().await.unwrap().forget();
                }
                Step::Fail(error) => return Err(error),
                Step::Panic => panic!("a secret that no client may see"),
            }
        }
        Ok(said)
    }
}

/// What a model would have said of its answer.
pub(crate) fn reply(text: String) -> ChatReply {
    ChatReply {
        simulated: true,
        usage: Some(Usage { input: 412, output: 96, cache_read: 256, ..Usage::default() }),
        cost: Some(Cost { usd: 0.0015, simulated: true }),
        timing: Timing { first_token: Some(Duration::from_micros(310_400)), total: Duration::from_millis(1840) },
        ..ChatReply::new(text, &Descriptor::new("zeroth", "scripted"))
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What kind of game a session of a scripted game is: its name says so.
pub(crate) fn kind_of(session: SessionId) -> Kind {
    match &session.to_string()[..8] {
        "50100000" => Kind::Solo,
        "5ce00000" => Kind::Scenario,
        _ => Kind::Dialogue,
    }
}
