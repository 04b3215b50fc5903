//! One turn, in order: load, prompt, model, read, keep.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use crate::clock::Clock;
use crate::game::{Campaign, Message, Setup, Turn, window};
use crate::id::{Ids, SessionId, Team};
use crate::llm::{ChatReply, ChatRequest, Component, Delta, Model};
use crate::prompt::{Prompts, missing_ending, opening};
use crate::store::{Expected, NewTurn, Session, Store, StoreError};

use super::author::Author;
use super::error::PlayError;
use super::port::{Game, Joined, Play, TurnInput, TurnOutcome, Undone, Words};

/// What bounds a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// How many lines of the conversation the model sees, besides the opening.
    pub history_lines: usize,
    /// How many characters a player's message may have.
    pub message_limit: usize,
    /// Whether models are asked for their answers in pieces at all.
    pub stream: bool,
}

/// What a game is made of.
pub struct Parts {
    /// Who answers.
    pub model: Arc<dyn Model>,
    /// Where turns are kept.
    pub store: Arc<dyn Store>,
    /// Who words a new game's setup.
    pub author: Arc<dyn Author>,
    /// How requests are worded.
    pub prompts: Arc<Prompts>,
    /// The campaign's name.
    pub campaign_name: String,
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Names for new sessions.
    pub ids: Arc<dyn Ids>,
}

/// The game itself.
pub struct Engine {
    config: Config,
    parts: Parts,
    shared: OnceCell<()>,
}

#[async_trait]
impl Play for Engine {
    async fn shared(&self) -> Result<Arc<Game>, PlayError> {
        Ok(Arc::new(self.view(&*self.load(SessionId::SHARED).await?)))
    }

    async fn create(&self, team: &Team) -> Result<Arc<Game>, PlayError> {
        let id = self.parts.ids.session();
        // Wording a setup has its price: no game is worded that would find no room.
        self.parts.store.room(self.parts.clock.now()).await?;
        let setup = self.parts.author.setup(id, team).await?;
        self.open(id, setup).await?;
        self.game(id).await
    }

    async fn join(&self, session: SessionId) -> Result<Joined, PlayError> {
        match self.load(session).await {
            Err(PlayError::UnknownSession(id)) => {
                let setup = self.load(SessionId::SHARED).await?.setup.clone();
                self.open(id, setup).await
            }
            found => found.map(|_| Joined::Known),
        }
    }

    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError> {
        Ok(Arc::new(self.view(&*self.load(session).await?)))
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let message = Message::new(&input.text, self.config.message_limit)?;
        let session = self.load(input.session).await?;
        let request = self.request(&session, &message, &input)?;
        let expected = expected(&session, &input)?;
        // A store in memory changes a session in place when nobody else looks at it.
        drop(session);
        let mut words = |delta: Delta<'_>| delta.text().into_iter().for_each(&mut *deltas);
        let mut reply = self.parts.model.chat(&request, &mut words).await?;
        if !request.stream {
            deltas(&reply.text);
        }
        if let Some(ending) = missing_ending(&reply.text, &self.parts.campaign) {
            deltas(&ending);
            reply.text.push_str(&ending);
        }
        let turn = NewTurn { message, response: reply.text.clone(), at: self.parts.clock.now() };
        let turn = self.parts.store.append_turn(input.session, expected, turn).await?;
        Ok(self.outcome(&turn, request.component, reply))
    }

    async fn undo(&self, session: SessionId) -> Result<Undone, PlayError> {
        let number = self.load(session).await?.turns.back().ok_or(PlayError::NothingToUndo)?.number;
        let turn = self.parts.store.remove_turn(session, number).await?;
        Ok(Undone { turn: Turn::clone(&turn) })
    }

    async fn leave(&self, _session: SessionId) {}
}

impl Engine {
    /// A game made of `parts`; nothing happens until someone plays.
    pub fn new(config: Config, parts: Parts) -> Self {
        Self { config, parts, shared: OnceCell::new() }
    }

    /// The session; the shared one comes to be when it is first asked for.
    async fn load(&self, id: SessionId) -> Result<Arc<Session>, PlayError> {
        if id == SessionId::SHARED {
            self.shared.get_or_try_init(|| self.open_shared()).await?;
        }
        Ok(self.parts.store.load(id).await?)
    }

    async fn open_shared(&self) -> Result<(), PlayError> {
        match self.parts.store.load(SessionId::SHARED).await {
            Err(StoreError::Unknown(id)) => {
                // The shared table has room in any case.
                let setup = self.parts.author.setup(id, &Team::default()).await?;
                self.open(id, setup).await.map(drop)
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }

    /// Keeps a new session; one that exists already stays as it is.
    async fn open(&self, id: SessionId, setup: Setup) -> Result<Joined, PlayError> {
        let now = self.parts.clock.now();
        let session = Session {
            id,
            campaign: self.parts.campaign_name.clone(),
            setup,
            created: now,
            played: now,
            turn_number: 0,
            turns: VecDeque::new(),
        };
        match self.parts.store.create(session).await {
            Err(StoreError::Exists(_)) => Ok(Joined::Known),
            created => Ok(created.map(|_| Joined::New)?),
        }
    }

    fn request(&self, session: &Session, message: &Message, input: &TurnInput) -> Result<ChatRequest, PlayError> {
        let opening = opening(&self.parts.campaign, &session.setup);
        let turns = session.turns.iter().map(Arc::as_ref).filter(|turn| Some(turn.number) != input.replaces);
        let lines = window(&opening, turns, message, self.config.history_lines);
        let mut request = self.parts.prompts.dialogue(&self.parts.campaign, &session.setup, &lines)?;
        request.conversation = Some(session.id.to_string());
        request.seed = (input.attempt > 0).then_some(u64::from(input.attempt));
        // Also when nobody hears it: that is how the first word is timed.
        request.stream = self.config.stream;
        request.heard = input.heard;
        request.team = input.team.clone();
        Ok(request)
    }

    fn outcome(&self, turn: &Turn, component: Component, reply: ChatReply) -> TurnOutcome {
        TurnOutcome {
            speaker: self.parts.campaign.storyteller.name.clone(),
            turn: turn.clone(),
            component,
            reply,
            trace_id: None,
        }
    }

    fn view(&self, session: &Session) -> Game {
        Game {
            session: session.id,
            campaign: session.campaign.clone(),
            protagonist: self.parts.campaign.protagonist.name.clone(),
            storyteller: self.parts.campaign.storyteller.name.clone(),
            turn_sentence: self.parts.campaign.turn_sentence.clone(),
            setup: session.setup.clone(),
            turns: session.turns.iter().cloned().collect(),
        }
    }
}

/// Where the turn goes that is about to be played. What cannot be replaced any more is found out before a model is asked.
fn expected(seen: &Session, input: &TurnInput) -> Result<Expected, PlayError> {
    match input.replaces {
        Some(number) if seen.turns.back().is_none_or(|last| last.number != number) => Err(PlayError::Conflict),
        Some(number) => Ok(Expected::Replacing(number)),
        // Players at the shared table do not wait for each other: each answers the table as it was.
        None if seen.id == SessionId::SHARED => Ok(Expected::Any),
        None => Ok(Expected::After(seen.turn_number)),
    }
}
