//! Sessions in this process's memory: bounded, gone when it ends.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::game::Turn;
use crate::id::SessionId;

use super::{Expected, NewTurn, Session, Store, StoreError};

/// How much a [`MemoryStore`] keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryStoreConfig {
    /// The most sessions; the shared table has room in any case.
    pub max_sessions: usize,
    /// The most turns of one session; older ones are let go.
    pub max_turns: usize,
    /// When there is no room, sessions that nobody played for this long make way.
    pub max_idle: Duration,
}

/// Sessions in memory.
#[derive(Debug)]
pub struct MemoryStore {
    config: MemoryStoreConfig,
    sessions: Mutex<HashMap<SessionId, Arc<Session>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(config: MemoryStoreConfig) -> Self {
        Self { config, sessions: Mutex::default() }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Session>>> {
        // Every change is a single assignment, so a panic elsewhere leaves nothing half done.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make_room(&self, sessions: &mut HashMap<SessionId, Arc<Session>>, now: SystemTime) -> Result<(), StoreError> {
        let limit = self.config.max_sessions;
        if sessions.len() < limit {
            return Ok(());
        }
        sessions.retain(|_, session| !self.makes_way(session, now));
        if sessions.len() < limit { Ok(()) } else { Err(StoreError::Full { limit }) }
    }

    /// Whether the session may be let go for another; the shared table never is.
    fn makes_way(&self, session: &Session, now: SystemTime) -> bool {
        session.id != SessionId::SHARED && idle(session, now) >= self.config.max_idle
    }
}

fn idle(session: &Session, now: SystemTime) -> Duration {
    now.duration_since(session.played).unwrap_or_default()
}

#[async_trait]
impl Store for MemoryStore {
    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError> {
        let mut sessions = self.sessions();
        if sessions.contains_key(&session.id) {
            return Err(StoreError::Exists(session.id));
        }
        if session.id != SessionId::SHARED {
            self.make_room(&mut sessions, session.created)?;
        }
        let session = Arc::new(session);
        sessions.insert(session.id, Arc::clone(&session));
        Ok(session)
    }

    async fn room(&self, now: SystemTime) -> Result<(), StoreError> {
        let (sessions, limit) = (self.sessions(), self.config.max_sessions);
        let fits = sessions.len() < limit || sessions.values().any(|session| self.makes_way(session, now));
        if fits { Ok(()) } else { Err(StoreError::Full { limit }) }
    }

    async fn load(&self, id: SessionId) -> Result<Arc<Session>, StoreError> {
        self.sessions().get(&id).cloned().ok_or(StoreError::Unknown(id))
    }

    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<Turn>, StoreError> {
        let mut sessions = self.sessions();
        let session = sessions.get_mut(&id).ok_or(StoreError::Unknown(id))?;
        if !expected.holds(session) {
            return Err(StoreError::Conflict);
        }
        let session = Arc::make_mut(session);
        match expected {
            Expected::Replacing(_) => drop(session.turns.pop_back()),
            Expected::Any | Expected::After(_) => session.turn_number += 1,
        }
        session.played = turn.at;
        let turn = Arc::new(Turn { number: session.turn_number, message: turn.message, response: turn.response });
        keep(&mut session.turns, Arc::clone(&turn), self.config.max_turns);
        Ok(turn)
    }

    async fn remove_turn(&self, id: SessionId, number: u64) -> Result<Arc<Turn>, StoreError> {
        let mut sessions = self.sessions();
        let session = sessions.get_mut(&id).ok_or(StoreError::Unknown(id))?;
        match session.turns.back() {
            Some(last) if last.number == number => {}
            _ => return Err(StoreError::Conflict),
        }
        let session = Arc::make_mut(session);
        session.turn_number = number - 1;
        session.turns.pop_back().ok_or(StoreError::Conflict)
    }
}

fn keep(turns: &mut VecDeque<Arc<Turn>>, turn: Arc<Turn>, limit: usize) {
    turns.push_back(turn);
    while turns.len() > limit {
        turns.pop_front();
    }
}

impl Expected {
    fn holds(self, session: &Session) -> bool {
        match self {
            Self::Any => true,
            Self::After(number) => number == session.turn_number,
            Self::Replacing(number) => session.turns.back().is_some_and(|last| last.number == number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::Setup;

    const IDLE: Duration = Duration::from_secs(60);

    fn session(id: u128, played: SystemTime) -> Session {
        let setup = Setup { protagonist: String::new(), storyteller: String::new(), quest: String::new() };
        let id = if id == 0 { SessionId::SHARED } else { format!("00000000-0000-0000-0000-{id:012}").parse().unwrap() };
        let (campaign, turns) = ("enterprise".to_owned(), VecDeque::new());
        Session { id, campaign, setup, created: played, played, turn_number: 0, turns }
    }

    #[tokio::test]
    async fn idle_sessions_are_room_but_leave_only_when_it_is_needed() {
        let start = SystemTime::UNIX_EPOCH;
        let store = MemoryStore::new(MemoryStoreConfig { max_sessions: 2, max_turns: 1, max_idle: IDLE });
        store.create(session(0, start)).await.unwrap();
        assert_eq!(store.room(start).await, Ok(()));
        let old = store.create(session(1, start)).await.unwrap().id;
        assert_eq!(store.room(start).await, Err(StoreError::Full { limit: 2 }));
        assert_eq!(store.create(session(2, start)).await.unwrap_err(), StoreError::Full { limit: 2 });
        assert!(store.load(old).await.is_ok());
        assert_eq!(store.room(start + IDLE).await, Ok(()));
        assert!(store.load(old).await.is_ok(), "asking evicts nobody");
        store.create(session(2, start + IDLE)).await.unwrap();
        assert_eq!(store.load(old).await, Err(StoreError::Unknown(old)));
        assert!(store.load(SessionId::SHARED).await.is_ok(), "the shared table stays");
    }

    #[tokio::test]
    async fn the_shared_table_has_room_in_a_full_store() {
        let start = SystemTime::UNIX_EPOCH;
        let store = MemoryStore::new(MemoryStoreConfig { max_sessions: 1, max_turns: 1, max_idle: IDLE });
        store.create(session(1, start)).await.unwrap();
        assert!(store.create(session(0, start)).await.is_ok());
    }
    #[tokio::test]
    async fn a_turn_is_replaced_only_while_it_is_the_last() {
        let start = SystemTime::UNIX_EPOCH;
        let store = MemoryStore::new(MemoryStoreConfig { max_sessions: 1, max_turns: 2, max_idle: IDLE });
        let id = store.create(session(1, start)).await.unwrap().id;
        let turn = |text: &str| {
            let message = crate::game::Message::new(text, 9).unwrap();
            NewTurn { message, response: text.to_owned(), at: start }
        };
        for text in ["one", "two", "three"] {
            store.append_turn(id, Expected::Any, turn(text)).await.unwrap();
        }
        assert_eq!(store.append_turn(id, Expected::Replacing(2), turn("late")).await, Err(StoreError::Conflict));
        let replaced = store.append_turn(id, Expected::Replacing(3), turn("other")).await.unwrap();
        assert_eq!((replaced.number, replaced.response.as_str()), (3, "other"));
        assert_eq!(store.append_turn(id, Expected::After(3), turn("four")).await.unwrap().number, 4);
        let kept = store.load(id).await.unwrap();
        assert_eq!(kept.turns.iter().map(|turn| turn.response.as_str()).collect::<Vec<_>>(), ["other", "four"]);
    }
}
