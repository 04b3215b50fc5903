//! One turn, in order: load, prompt, model, read, keep.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;

use crate::clock::Clock;
use crate::game::{Campaign, Message, Setup, Turn, window};
use crate::id::{Ids, SessionId, Team};
use crate::llm::{ChatReply, ChatRequest, Component, Delta, Model};
use crate::prompt::{Prompts, missing_ending, opening};
use crate::store::{Document, Expected, Kind, NewTurn, Session, Store, StoreError};

use super::again::again;
use super::author::Author;
use super::config::Config;
use super::error::PlayError;
use super::gate::{Gate, Turn as Entered};
use super::port::{Again, Game, Joined, Play, TurnInput, TurnOutcome, Undone, Words};
use super::race::{self, Tries};

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
    /// The campaign of new games.
    pub campaign: Arc<Campaign>,
    /// The campaigns of games that were begun when another was played.
    pub campaigns: Arc<Campaigns>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Names for new sessions.
    pub ids: Arc<dyn Ids>,
    /// Lets one turn of a game be played at a time.
    pub gate: Gate,
}

/// Finds a campaign by its name.
pub type Campaigns = dyn Fn(&str) -> Option<Arc<Campaign>> + Send + Sync;

/// The version of a setup as it is kept.
const SETUP: u32 = 1;

/// The game itself.
pub struct Engine {
    config: Config,
    parts: Parts,
    shared: OnceCell<()>,
}

#[async_trait]
impl Play for Engine {
    async fn shared(&self) -> Result<Arc<Game>, PlayError> {
        self.game(SessionId::SHARED).await
    }

    async fn create(&self, team: &Team) -> Result<Arc<Game>, PlayError> {
        let id = self.parts.ids.session();
        // Wording a setup has its price: no game is worded that would find no room.
        self.parts.store.room(self.parts.clock.now()).await?;
        let setup = self.parts.author.setup(id, team).await?;
        self.open(id, &setup).await?;
        self.game(id).await
    }

    async fn join(&self, session: SessionId) -> Result<Joined, PlayError> {
        match self.load(session, 0).await {
            Err(PlayError::UnknownSession(id)) => {
                let setup = self.load(SessionId::SHARED, 0).await?.document.read()?;
                self.open(id, &setup).await
            }
            found => found.map(|_| Joined::Known),
        }
    }

    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError> {
        Ok(Arc::new(self.view(&*self.load(session, usize::MAX).await?)?))
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let mut tries = Tries::from(&input);
        loop {
            let played = self.attempt(&input, deltas).await;
            if !tries.go_on(&played) {
                return played;
            }
        }
    }

    async fn again(&self, session: SessionId) -> Result<Again, PlayError> {
        let kept = self.load(session, 1).await?;
        again(&*self.parts.store, &kept, |_| None).await
    }

    async fn undo(&self, session: SessionId) -> Result<Undone, PlayError> {
        let _turn = self.enter(session, Duration::ZERO).await?;
        let kept = self.load(session, 1).await?;
        if kept.turns.is_empty() {
            return Err(PlayError::NothingToUndo);
        }
        let store = &*self.parts.store;
        let undone = race::told(store, session, store.remove_turn(session, kept.revision).await).await?;
        Ok(Undone { turn: Turn::clone(&undone.turn) })
    }

    async fn leave(&self, _session: SessionId) {}
}

impl Engine {
    /// A game made of `parts`; nothing happens until someone plays.
    pub fn new(config: Config, parts: Parts) -> Self {
        Self { config, parts, shared: OnceCell::new() }
    }

    async fn attempt(&self, input: &TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let message = Message::new(&input.text, self.config.message_limit)?;
        let _turn = self.enter(input.session, input.wait).await?;
        // The lines before the new one, two to a turn, and the turn that may be replaced.
        let session = self.load(input.session, self.config.history_lines.div_ceil(2) + 1).await?;
        let campaign = self.campaign(&session)?;
        let request = self.request(&session, &campaign, &message, input)?;
        let expected = expected(&session, input)?;
        // A store in memory changes a session in place when nobody else looks at it.
        drop(session);
        let mut words = |delta: Delta<'_>| delta.text().into_iter().for_each(&mut *deltas);
        let mut reply = self.parts.model.chat(&request, &mut words).await?;
        if !request.stream {
            deltas(&reply.text);
        }
        if let Some(ending) = missing_ending(&reply.text, &campaign) {
            deltas(&ending);
            reply.text.push_str(&ending);
        }
        let turn = NewTurn::new(message, reply.text.clone(), self.parts.clock.now());
        let store = &*self.parts.store;
        let kept = race::told(store, input.session, store.append_turn(input.session, expected, turn).await).await?;
        Ok(outcome(&campaign, &kept.turn, request.component, reply))
    }

    /// Waits until nobody else plays at the table. At the shared one players do not wait for each other.
    async fn enter(&self, session: SessionId, wait: Duration) -> Result<Option<Entered>, PlayError> {
        if session == SessionId::SHARED {
            return Ok(None);
        }
        race::enter(&self.parts.gate, &*self.parts.store, session, wait).await.map(Some)
    }

    /// The session with its last `turns` turns; the shared one comes to be when it is first asked for.
    async fn load(&self, id: SessionId, turns: usize) -> Result<Arc<Session>, PlayError> {
        if id == SessionId::SHARED {
            self.shared.get_or_try_init(|| self.open_shared()).await?;
        }
        let session = self.parts.store.load(id, turns).await?;
        // Games of other kinds are played elsewhere.
        if session.kind == Kind::Dialogue { Ok(session) } else { Err(PlayError::OtherKind(id, session.kind)) }
    }

    /// What the session plays; its game was let go when the campaign is not there any more.
    fn campaign(&self, session: &Session) -> Result<Arc<Campaign>, PlayError> {
        if session.campaign == self.parts.campaign_name {
            return Ok(Arc::clone(&self.parts.campaign));
        }
        (self.parts.campaigns)(&session.campaign).ok_or(PlayError::UnknownSession(session.id))
    }

    async fn open_shared(&self) -> Result<(), PlayError> {
        match self.parts.store.load(SessionId::SHARED, 0).await {
            Err(StoreError::Unknown(_)) => {}
            Err(error) => return Err(error.into()),
            Ok(session) if session.campaign == self.parts.campaign_name => return Ok(()),
            // What was played there stays, as a game of its own.
            Ok(session) => match self.parts.store.rename(session.id, self.parts.ids.session()).await {
                Ok(()) | Err(StoreError::Unknown(_)) => {}
                Err(error) => return Err(error.into()),
            },
        }
        // The shared table has room in any case.
        let setup = self.parts.author.setup(SessionId::SHARED, &Team::default()).await?;
        self.open(SessionId::SHARED, &setup).await.map(drop)
    }

    /// Keeps a new session; one that exists already stays as it is.
    async fn open(&self, id: SessionId, setup: &Setup) -> Result<Joined, PlayError> {
        let (document, now) = (Document::of(SETUP, setup)?, self.parts.clock.now());
        let session = Session::new(id, Kind::Dialogue, &self.parts.campaign_name, document, now);
        match self.parts.store.create(session).await {
            Err(StoreError::Exists(_)) => Ok(Joined::Known),
            created => Ok(created.map(|_| Joined::New)?),
        }
    }

    fn request(
        &self,
        session: &Session,
        campaign: &Campaign,
        message: &Message,
        input: &TurnInput,
    ) -> Result<ChatRequest, PlayError> {
        let setup: Setup = session.document.read()?;
        let opening = opening(campaign, &setup);
        let replaced = input.replaces.and(session.turns.back()).map(|kept| kept.turn.number);
        let turns = session.turns.iter().map(|kept| &*kept.turn).filter(|turn| Some(turn.number) != replaced);
        let lines = window(&opening, turns, message, self.config.history_lines);
        let mut request = self.parts.prompts.dialogue(campaign, &setup, &lines)?;
        request.conversation = Some(session.id.to_string());
        request.seed = (input.attempt > 0).then_some(u64::from(input.attempt));
        // Also when nobody hears it: that is how the first word is timed.
        request.stream = self.config.stream;
        request.heard = input.heard;
        request.team = input.team.clone();
        Ok(request)
    }

    fn view(&self, session: &Session) -> Result<Game, PlayError> {
        let campaign = self.campaign(session)?;
        Ok(Game {
            session: session.id,
            campaign: session.campaign.clone(),
            protagonist: campaign.protagonist.name.clone(),
            storyteller: campaign.storyteller.name.clone(),
            turn_sentence: campaign.turn_sentence.clone(),
            setup: session.document.read()?,
            turns: session.turns.iter().map(|kept| Arc::clone(&kept.turn)).collect(),
        })
    }
}

fn outcome(campaign: &Campaign, turn: &Turn, component: Component, reply: ChatReply) -> TurnOutcome {
    let speaker = campaign.storyteller.name.clone();
    TurnOutcome { speaker, turn: turn.clone(), component, reply, trace_id: None }
}

/// Where the turn goes that is about to be played. What cannot be replaced any more is found out before a model is asked.
fn expected(seen: &Session, input: &TurnInput) -> Result<Expected, PlayError> {
    match input.replaces {
        Some(revision) if revision != seen.revision || seen.turns.is_empty() => {
            Err(PlayError::Conflict { turn: Some(seen.turn_number) })
        }
        Some(revision) => Ok(Expected::Replacing(revision)),
        // Players at the shared table do not wait for each other: each answers the table as it was.
        None if seen.id == SessionId::SHARED => Ok(Expected::Any),
        None => Ok(Expected::After(seen.revision)),
    }
}
