//! A model that answers each part of the game as it is told, and a table at which it sits.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use zeroth::game::scenario::{Pace, State};
use zeroth::game::solo;
use zeroth::id::{SessionId, Team};
use zeroth::llm::{ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, ErrorKind, Model, ModelError, Usage};
use zeroth::play::{Adventure, Beginning, Games, Order, PlayError, Played, Standing, World};

use crate::table::Table;

/// The model: what it was told to say comes first, then what it usually says.
pub(crate) struct Cast {
    descriptor: Descriptor,
    lines: Mutex<HashMap<Component, VecDeque<Result<String, ErrorKind>>>>,
    /// Every request, in order.
    pub(crate) asked: Mutex<Vec<ChatRequest>>,
    /// When it is there, the storyteller of a scenario takes a permit before each answer.
    gate: Option<Semaphore>,
    /// Has a permit for every time the storyteller waits.
    pub(crate) waiting: Semaphore,
}

impl Cast {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::made(None))
    }

    /// The storyteller of scenarios waits for [`Cast::go_on`].
    pub(crate) fn waiting() -> Arc<Self> {
        Arc::new(Self::made(Some(Semaphore::new(0))))
    }

    fn made(gate: Option<Semaphore>) -> Self {
        let descriptor = Descriptor::new("acme", "cast-1");
        Self { descriptor, lines: Mutex::default(), asked: Mutex::default(), gate, waiting: Semaphore::new(0) }
    }

    /// The next answer of `component`.
    pub(crate) fn says(&self, component: Component, line: Result<&str, ErrorKind>) {
        let line = line.map(str::to_owned);
        self.lines.lock().unwrap().entry(component).or_default().push_back(line);
    }

    pub(crate) fn go_on(&self) {
        self.gate.as_ref().unwrap().add_permits(1);
    }

    /// Which components were asked, in order.
    pub(crate) fn asked(&self) -> Vec<Component> {
        self.asked.lock().unwrap().iter().map(|request| request.component).collect()
    }

    /// The last request.
    pub(crate) fn last(&self) -> ChatRequest {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

#[async_trait]
impl Model for Cast {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        self.asked.lock().unwrap().push(request.clone());
        if let Some(gate) = self.gate.as_ref().filter(|_| request.component == Component::StorytellerScenario) {
            self.waiting.add_permits(1);
            gate.acquire().await.unwrap().forget();
        }
        let told = self.lines.lock().unwrap().entry(request.component).or_default().pop_front();
        let text = match told {
            Some(Ok(text)) => text,
            Some(Err(kind)) => return Err(ModelError::new(kind, "it stumbled")),
            None => usual(request),
        };
        if request.stream {
            for piece in text.split_inclusive(' ') {
                deltas(Delta::Text(piece));
            }
        }
        let usage = Some(Usage { input: 100, output: 20, ..Usage::default() });
        Ok(ChatReply { usage, ..ChatReply::new(text, &self.descriptor) })
    }
}

fn usual(request: &ChatRequest) -> String {
    let asks = request.messages.last().is_some_and(|message| message.text.contains('?'));
    match request.component {
        Component::Classifier if asks => "question",
        Component::Classifier => "action",
        Component::GmQa => "You stand on the ring.",
        Component::StorytellerScenario => "It comes as it must.",
        Component::StorytellerSingle => r#"{"narrative": "You go on.", "state_delta": [], "dice_triggers": []}"#,
        Component::GameSetup | Component::Dialogue => "A quiet ship.",
    }
    .to_owned()
}

/// The program with this model, and one player.
pub(crate) struct Stage {
    pub(crate) table: Table,
    pub(crate) heard: Mutex<String>,
}

impl Stage {
    pub(crate) fn with(model: Arc<Cast>) -> Self {
        Self { table: Table::with(&[("ZEROTH_MAX_RETRIES", "0")], Some(model)), heard: Mutex::default() }
    }

    pub(crate) fn games(&self) -> &Games {
        self.table.app.games()
    }

    /// Begins `silent-relay`.
    pub(crate) async fn relay(&self, pace: Pace) -> SessionId {
        let beginning = Beginning { name: Some("silent-relay".to_owned()), pace };
        self.games().scenario.start(beginning).await.unwrap().session
    }

    /// Begins the usual solo game.
    pub(crate) async fn alone(&self) -> SessionId {
        self.games().solo.start(Beginning::default()).await.unwrap().session
    }

    pub(crate) async fn act(&self, session: SessionId, text: &str) -> Played {
        self.try_to(&*self.games().scenario, order(session, text)).await.unwrap()
    }

    pub(crate) async fn improvise(&self, session: SessionId, text: &str) -> Played {
        self.try_to(&*self.games().solo, order(session, text)).await.unwrap()
    }

    /// What is said meanwhile is what is heard.
    pub(crate) async fn try_to(&self, game: &dyn Adventure, order: Order) -> Result<Played, PlayError> {
        self.heard.lock().unwrap().clear();
        game.play(order, &mut |words| self.heard.lock().unwrap().push_str(words)).await
    }

    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }

    pub(crate) async fn state(&self, session: SessionId) -> State {
        relay_state(&self.games().scenario.look(session).await.unwrap())
    }
}

/// An order of somebody who does not wait.
pub(crate) fn order(session: SessionId, text: &str) -> Order {
    Order {
        session,
        text: text.to_owned(),
        approach: None,
        attempt: 0,
        replaces: None,
        heard: true,
        team: Team::default(),
        wait: Duration::ZERO,
    }
}

pub(crate) fn relay_state(standing: &Standing) -> State {
    match &standing.world {
        World::Scenario { state, .. } => State::clone(state),
        World::Solo { .. } => panic!("a solo game"),
    }
}

pub(crate) fn solo_state(standing: &Standing) -> solo::State {
    match &standing.world {
        World::Solo { state, .. } => solo::State::clone(state),
        World::Scenario { .. } => panic!("a scenario"),
    }
}
