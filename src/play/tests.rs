//! The engine on a store in memory, with a storyteller who is told beforehand when to fail.

mod overtaken;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::clock::SteppingClock;
use crate::content::Content;
use crate::id::{CountingIds, SessionId, Team};
use crate::llm::{ChatReply, ChatRequest, Component, Deltas, Descriptor, ErrorKind, Model, ModelError};
use crate::prompt::{self, Prompts};
use crate::store::{Limits, MemoryStore, Store, StoreError};

use super::{Config, Engine, Gate, Joined, ModelAuthor, Parts, Play, PlayError, TurnInput};

use overtaken::Overtaken;

/// Numbers its answers, and says how many messages it was shown.
struct Storyteller {
    descriptor: Descriptor,
    failures: Mutex<VecDeque<Option<ErrorKind>>>,
    setups: AtomicUsize,
    turns: AtomicUsize,
}

#[async_trait]
impl Model for Storyteller {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, _deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let text = match request.component {
            Component::GameSetup => format!("Setup {}.", self.setups.fetch_add(1, Ordering::SeqCst) + 1),
            _ => {
                let number = self.turns.fetch_add(1, Ordering::SeqCst) + 1;
                if let Some(kind) = self.failures.lock().unwrap().pop_front().flatten() {
                    return Err(ModelError::new(kind, "it stumbled"));
                }
                format!("Answer {number} to {} messages.", request.messages.len())
            }
        };
        Ok(ChatReply::new(text, &self.descriptor))
    }
}

/// An engine with room for so many sessions, and its storyteller.
fn stage(max_sessions: usize) -> (Engine, Arc<Storyteller>) {
    stage_on(Arc::new(store(max_sessions)))
}

fn store(max_sessions: usize) -> MemoryStore {
    MemoryStore::new(Limits {
        max_sessions,
        max_turns: 10,
        max_idle: Duration::from_secs(60),
        max_age: Duration::from_secs(3600),
    })
}

/// An engine on this store, and its storyteller.
fn stage_on(store: Arc<dyn Store>) -> (Engine, Arc<Storyteller>) {
    let content = Content::default();
    let campaign = Arc::new(prompt::campaign(&content, "enterprise").unwrap());
    let prompts = Arc::new(Prompts::load(&content).unwrap());
    let teller = Arc::new(Storyteller {
        descriptor: Descriptor { simulated: true, ..Descriptor::new("stage", "teller") },
        failures: Mutex::default(),
        setups: AtomicUsize::new(0),
        turns: AtomicUsize::new(0),
    });
    let model: Arc<dyn Model> = teller.clone();
    let parts = Parts {
        author: Arc::new(ModelAuthor::new(Arc::clone(&model), Arc::clone(&prompts), Arc::clone(&campaign))),
        model,
        store,
        prompts,
        campaign_name: "enterprise".to_owned(),
        campaign,
        campaigns: Arc::new(|_: &str| None),
        clock: Arc::new(SteppingClock::new(SystemTime::UNIX_EPOCH, Duration::from_millis(1))),
        ids: Arc::new(CountingIds::default()),
        gate: Gate::default(),
    };
    (Engine::new(Config { history_lines: 15, message_limit: 100, stream: true }, parts), teller)
}

#[tokio::test]
async fn a_game_that_finds_no_room_costs_no_model_call() {
    let (engine, teller) = stage(2);
    engine.shared().await.unwrap();
    engine.create(&Team::default()).await.unwrap();
    assert_eq!(teller.setups.load(Ordering::SeqCst), 6);
    for _ in 0..2 {
        let refused = engine.create(&Team::default()).await;
        assert_eq!(refused.unwrap_err(), PlayError::Store(StoreError::Full { limit: 2 }));
    }
    assert_eq!(teller.setups.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn whoever_joins_a_game_finds_it_or_opens_it_like_the_shared_table() {
    let (engine, teller) = stage(2);
    let setup = engine.shared().await.unwrap().setup.clone();
    let id: SessionId = "00000000-0000-0000-0000-000000000009".parse().unwrap();
    assert_eq!(engine.join(id).await, Ok(Joined::New));
    assert_eq!(engine.join(id).await, Ok(Joined::Known));
    assert_eq!(engine.join(SessionId::SHARED).await, Ok(Joined::Known));
    assert_eq!(engine.game(id).await.unwrap().setup, setup);
    let third: SessionId = "00000000-0000-0000-0000-00000000000a".parse().unwrap();
    assert_eq!(engine.join(third).await, Err(PlayError::Store(StoreError::Full { limit: 2 })));
    assert_eq!(teller.setups.load(Ordering::SeqCst), 3);
}

/// Plays at `session`; the answer's number and text.
async fn play(engine: &Engine, session: SessionId, replaces: Option<u64>) -> Result<(u64, String), PlayError> {
    let outcome = engine.turn(TurnInput { replaces, ..input(session) }, &mut |_| {}).await?;
    Ok((outcome.turn.number, outcome.turn.response))
}

/// What somebody says who does not wait.
fn input(session: SessionId) -> TurnInput {
    TurnInput {
        session,
        text: "On.".to_owned(),
        attempt: 0,
        replaces: None,
        heard: false,
        team: Team::default(),
        wait: Duration::ZERO,
    }
}

#[tokio::test]
async fn a_turn_is_replaced_by_its_answer_and_by_nothing_less() {
    let (engine, teller) = stage(2);
    for session in [SessionId::SHARED, engine.create(&Team::default()).await.unwrap().session] {
        teller.turns.store(0, Ordering::SeqCst);
        for _ in 0..2 {
            play(&engine, session, None).await.unwrap();
        }
        teller.failures.lock().unwrap().push_back(Some(ErrorKind::Unavailable));
        let failed = play(&engine, session, Some(2)).await;
        assert!(matches!(failed, Err(PlayError::Model(_))), "{failed:?}");
        let before = engine.game(session).await.unwrap().turns.clone();
        assert!(before[1].response.starts_with("Answer 2 to 5 messages."), "{before:?}");

        let (number, answer) = play(&engine, session, Some(2)).await.unwrap();
        assert_eq!(number, 2);
        assert!(answer.starts_with("Answer 4 to 5 messages."), "the replaced turn is not shown to the model: {answer}");
        let after = engine.game(session).await.unwrap().turns.clone();
        assert_eq!((after.len(), &after[0], &after[1].response), (2, &before[0], &answer));
        assert_eq!(play(&engine, session, None).await.unwrap().0, 3);
    }
}

#[tokio::test]
async fn only_the_last_turn_can_be_replaced() {
    let (engine, teller) = stage(1);
    assert_eq!(play(&engine, SessionId::SHARED, Some(1)).await, Err(PlayError::Conflict { turn: Some(0) }));
    for _ in 0..2 {
        play(&engine, SessionId::SHARED, None).await.unwrap();
    }
    for number in [0, 1, 3] {
        assert_eq!(play(&engine, SessionId::SHARED, Some(number)).await, Err(PlayError::Conflict { turn: Some(2) }));
    }
    assert_eq!(teller.turns.load(Ordering::SeqCst), 2, "no model was asked");
}

#[tokio::test]
async fn who_loses_a_race_is_told_where_the_game_stands() {
    let store = Arc::new(Overtaken { inner: store(2), races: AtomicUsize::new(0) });
    let (engine, teller) = stage_on(store.clone());
    let session = engine.create(&Team::default()).await.unwrap().session;
    play(&engine, session, None).await.unwrap();
    store.races.store(1, Ordering::SeqCst);
    assert_eq!(engine.undo(session).await.unwrap_err(), PlayError::Conflict { turn: Some(2) });
    assert_eq!(engine.undo(session).await.unwrap().turn.response, "So you were.", "the last turn is another now");
    store.races.store(1, Ordering::SeqCst);
    assert_eq!(play(&engine, session, None).await, Err(PlayError::Conflict { turn: Some(2) }));
    assert_eq!(teller.turns.load(Ordering::SeqCst), 2, "who does not wait plays once");
}

#[tokio::test]
async fn who_waits_and_hears_nothing_plays_again_after_a_lost_race() {
    let patient = |session| TurnInput { wait: Duration::from_secs(1), ..input(session) };
    for (races, told) in [(2, Ok(3)), (3, Err(PlayError::Conflict { turn: Some(3) }))] {
        let store = Arc::new(Overtaken { inner: store(2), races: AtomicUsize::new(0) });
        let (engine, teller) = stage_on(store.clone());
        let session = engine.create(&Team::default()).await.unwrap().session;
        store.races.store(races, Ordering::SeqCst);
        let played = engine.turn(patient(session), &mut |_| {}).await;
        assert_eq!(played.map(|outcome| outcome.turn.number), told);
        assert_eq!(teller.turns.load(Ordering::SeqCst), 3);
        store.races.store(1, Ordering::SeqCst);
        let heard = engine.turn(TurnInput { heard: true, ..patient(session) }, &mut |_| {}).await;
        assert_eq!(heard.map(|outcome| outcome.turn.number), Err(PlayError::Conflict { turn: Some(4) }));
        store.races.store(1, Ordering::SeqCst);
        let replacing = TurnInput { replaces: Some(4), ..patient(session) };
        let replaced = engine.turn(replacing, &mut |_| {}).await;
        assert_eq!(replaced.map(|outcome| outcome.turn.number), Err(PlayError::Conflict { turn: Some(5) }));
        assert_eq!(teller.turns.load(Ordering::SeqCst), 5, "each was played once");
    }
}
