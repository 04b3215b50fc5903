//! A game that does what a test tells it: slow, hanging, failing and panicking models without a model.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use zeroth::game::{Message, Setup, Turn};
use zeroth::id::{CountingIds, Ids, SessionId, Team};
use zeroth::llm::{Component, ModelError};
use zeroth::play::{Again, Game, Joined, Play, PlayError, TurnInput, TurnOutcome, Undone, Words};
use zeroth::store::Kind;

pub(crate) use crate::script::Step;
use crate::script::{Script, kind_of, lock, reply};

/// The game.
pub(crate) struct ScriptedPlay {
    script: Script,
    setup: Mutex<Option<ModelError>>,
    games: Mutex<HashMap<SessionId, Game>>,
    inputs: Mutex<Vec<TurnInput>>,
    ids: CountingIds,
}

pub(crate) const LIMIT: usize = 40;

impl ScriptedPlay {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            script: Script::new(),
            setup: Mutex::default(),
            games: Mutex::default(),
            inputs: Mutex::default(),
            ids: CountingIds::default(),
        })
    }

    /// The next turn goes like this; turns without a script are answered at once.
    pub(crate) fn script(&self, steps: impl IntoIterator<Item = Step>) {
        self.script.push(steps);
    }

    /// No setup can be worded from now on.
    pub(crate) fn fail_setup(&self, error: ModelError) {
        *lock(&self.setup) = Some(error);
    }

    /// Lets one [`Step::Wait`] go on.
    pub(crate) fn go_on(&self) {
        self.script.go_on();
    }

    /// Resolves when this many turns have come to a [`Step::Wait`].
    pub(crate) async fn waiting(&self, count: usize) {
        self.script.waiting(count).await;
    }

    /// Resolves when this many turns have been kept.
    pub(crate) async fn kept(&self, count: usize) {
        self.script.kept(count).await;
    }

    /// The turn that was asked for last.
    pub(crate) fn last_input(&self) -> TurnInput {
        lock(&self.inputs).last().unwrap().clone()
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
        if kind_of(session) != Kind::Dialogue {
            return Err(PlayError::OtherKind(session, kind_of(session)));
        }
        lock(&self.games).get(&session).cloned().map(Arc::new).ok_or(PlayError::UnknownSession(session))
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        lock(&self.inputs).push(input.clone());
        let message = Message::new(&input.text, LIMIT)?;
        self.game(input.session).await?;
        let text = self.script.tell(&["The bridge ", "is dark."], deltas).await?;
        let turn = {
            let mut games = lock(&self.games);
            let turns = &mut games.get_mut(&input.session).unwrap().turns;
            if input.replaces.is_some() {
                turns.pop();
            }
            turns.push(Arc::new(Turn { number: turns.len() as u64 + 1, message, response: text.clone() }));
            Turn::clone(turns.last().unwrap())
        };
        self.script.keep();
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
        Ok(Again {
            text: last.message.to_string(),
            approach: None,
            number: last.number,
            revision: last.number,
            attempt: 1,
        })
    }

    async fn undo(&self, session: SessionId) -> Result<Undone, PlayError> {
        let mut games = lock(&self.games);
        let turns = games.get_mut(&session).map(|game| &mut game.turns).ok_or(PlayError::UnknownSession(session))?;
        let turn = turns.pop().ok_or(PlayError::NothingToUndo)?;
        Ok(Undone { turn: Turn::clone(&turn) })
    }

    async fn leave(&self, _session: SessionId) {}
}
