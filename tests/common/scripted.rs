//! A game that does what a test tells it: slow, hanging, failing and panicking models without a model.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, watch};

use zeroth::game::{Message, Setup, Turn};
use zeroth::id::{CountingIds, Ids, SessionId, Team};
use zeroth::llm::{ChatReply, Component, Cost, Descriptor, ModelError, Timing, Usage};
use zeroth::play::{Again, Game, Joined, Play, PlayError, TurnInput, TurnOutcome, Undone, Words};

/// What the storyteller does next.
pub(crate) enum Step {
    /// Says this.
    Say(&'static str),
    /// Says nothing more until [`ScriptedPlay::go_on`].
    Wait,
    /// Fails.
    Fail(PlayError),
    /// Panics.
    Panic,
}

/// The game.
pub(crate) struct ScriptedPlay {
    turns: Mutex<VecDeque<Vec<Step>>>,
    setup: Mutex<Option<ModelError>>,
    games: Mutex<HashMap<SessionId, Game>>,
    ids: CountingIds,
    gate: Semaphore,
    waiting: watch::Sender<usize>,
    kept: watch::Sender<usize>,
}

pub(crate) const LIMIT: usize = 40;

impl ScriptedPlay {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            turns: Mutex::default(),
            setup: Mutex::default(),
            games: Mutex::default(),
            ids: CountingIds::default(),
            gate: Semaphore::new(0),
            waiting: watch::Sender::new(0),
            kept: watch::Sender::new(0),
        })
    }

    /// The next turn goes like this; turns without a script are answered at once.
    pub(crate) fn script(&self, steps: impl IntoIterator<Item = Step>) {
        lock(&self.turns).push_back(steps.into_iter().collect());
    }

    /// No setup can be worded from now on.
    pub(crate) fn fail_setup(&self, error: ModelError) {
        *lock(&self.setup) = Some(error);
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

    /// The sessions that exist.
    pub(crate) fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = lock(&self.games).keys().copied().collect();
        sessions.sort();
        sessions
    }

    fn open(&self, session: SessionId, quest: &str) -> Result<Arc<Game>, PlayError> {
        if let Some(error) = &*lock(&self.setup) {
            return Err(error.clone().into());
        }
        let setup = Setup {
            protagonist: "An android officer.".to_owned(),
            storyteller: "A patient voice.".to_owned(),
            quest: quest.to_owned(),
        };
        let game = Game {
            session,
            campaign: "enterprise".to_owned(),
            protagonist: "Data".to_owned(),
            storyteller: "Dungeon Master".to_owned(),
            turn_sentence: "It is your turn, Data.".to_owned(),
            setup,
            turns: Vec::new(),
        };
        Ok(Arc::new(lock(&self.games).entry(session).or_insert(game).clone()))
    }

    async fn storyteller(&self, deltas: &mut Words<'_>) -> Result<String, PlayError> {
        let steps = lock(&self.turns).pop_front();
        let mut said = String::new();
        for step in steps.unwrap_or_else(|| vec![Step::Say("The bridge "), Step::Say("is dark.")]) {
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

#[async_trait]
impl Play for ScriptedPlay {
    async fn shared(&self) -> Result<Arc<Game>, PlayError> {
        self.open(SessionId::SHARED, "Find the crew.")
    }

    async fn create(&self, _team: &Team) -> Result<Arc<Game>, PlayError> {
        self.open(self.ids.session(), "Find the cat.")
    }

    async fn join(&self, session: SessionId) -> Result<Joined, PlayError> {
        let known = lock(&self.games).contains_key(&session);
        self.open(session, "Find the crew.")?;
        Ok(if known { Joined::Known } else { Joined::New })
    }

    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError> {
        if session == SessionId::SHARED {
            return self.shared().await;
        }
        lock(&self.games).get(&session).cloned().map(Arc::new).ok_or(PlayError::UnknownSession(session))
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let message = Message::new(&input.text, LIMIT)?;
        self.game(input.session).await?;
        let text = self.storyteller(deltas).await?;
        let turn = {
            let mut games = lock(&self.games);
            let turns = &mut games.get_mut(&input.session).unwrap().turns;
            turns.push(Arc::new(Turn { number: turns.len() as u64 + 1, message, response: text.clone() }));
            Turn::clone(turns.last().unwrap())
        };
        self.kept.send_modify(|kept| *kept += 1);
        Ok(TurnOutcome {
            speaker: "Dungeon Master".to_owned(),
            turn,
            component: Component::Dialogue,
            reply: reply(text),
            trace_id: None,
        })
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        let game = self.game(session).await?;
        let last = game.turns.last().ok_or(PlayError::NothingToUndo)?;
        Ok(Again { text: last.message.to_string(), approach: None, number: last.number, attempt: 1 })
    }

    async fn undo(&self, _session: SessionId) -> Result<Undone, PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn leave(&self, _session: SessionId) {}
}

fn reply(text: String) -> ChatReply {
    ChatReply {
        simulated: true,
        usage: Some(Usage { input: 412, output: 96, cache_read: 256, ..Usage::default() }),
        cost: Some(Cost { usd: 0.0015, simulated: true }),
        timing: Timing { first_token: Some(Duration::from_micros(310_400)), total: Duration::from_millis(1840) },
        ..ChatReply::new(text, &Descriptor::new("zeroth", "scripted"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
