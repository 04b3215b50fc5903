//! Sessions in this process's memory: bounded, gone when it ends.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::id::SessionId;

use super::{
    Entry, Expected, KeptTurn, Limits, Mark, NewTurn, Page, SWEEP, Session, Spending, Store, StoreError, Summary,
};

/// Sessions in memory.
#[derive(Debug)]
pub struct MemoryStore {
    limits: Limits,
    tables: Mutex<HashMap<SessionId, Table>>,
    spent: Mutex<Vec<Spending>>,
}

/// A session, and what was played in it without counting, oldest first.
#[derive(Debug)]
struct Table {
    session: Arc<Session>,
    beside: VecDeque<Entry>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        Self { limits, tables: Mutex::default(), spent: Mutex::default() }
    }

    fn tables(&self) -> MutexGuard<'_, HashMap<SessionId, Table>> {
        // What can panic comes before the first change, so a panic leaves nothing half done.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make_room(&self, tables: &mut HashMap<SessionId, Table>, now: SystemTime) -> Result<(), StoreError> {
        let limit = self.limits.max_sessions;
        if tables.len() < limit {
            return Ok(());
        }
        tables.retain(|_, table| !rests(&table.session, now, self.limits.max_idle));
        if tables.len() < limit { Ok(()) } else { Err(StoreError::Full { limit }) }
    }
}

/// Whether nobody has played for so long; the shared table never rests.
fn rests(session: &Session, now: SystemTime, idle: Duration) -> bool {
    session.id != SessionId::SHARED && now.duration_since(session.played).unwrap_or_default() >= idle
}

#[async_trait]
impl Store for MemoryStore {
    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError> {
        let mut tables = self.tables();
        if tables.contains_key(&session.id) {
            return Err(StoreError::Exists(session.id));
        }
        if session.id != SessionId::SHARED {
            self.make_room(&mut tables, session.created)?;
        }
        let session = Arc::new(session);
        tables.insert(session.id, Table { session: Arc::clone(&session), beside: VecDeque::new() });
        Ok(session)
    }

    async fn room(&self, now: SystemTime) -> Result<(), StoreError> {
        let (tables, limit) = (self.tables(), self.limits.max_sessions);
        let idle = self.limits.max_idle;
        let fits = tables.len() < limit || tables.values().any(|table| rests(&table.session, now, idle));
        if fits { Ok(()) } else { Err(StoreError::Full { limit }) }
    }

    async fn load(&self, id: SessionId, _turns: usize) -> Result<Arc<Session>, StoreError> {
        self.tables().get(&id).map(|table| Arc::clone(&table.session)).ok_or(StoreError::Unknown(id))
    }

    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<KeptTurn>, StoreError> {
        turn.check()?;
        let mut tables = self.tables();
        let table = tables.get_mut(&id).ok_or(StoreError::Unknown(id))?;
        if !expected.holds(&table.session) {
            return Err(StoreError::Conflict);
        }
        Ok(table.append(expected, turn, self.limits.max_turns))
    }

    async fn remove_turn(&self, id: SessionId, revision: u64) -> Result<Arc<KeptTurn>, StoreError> {
        let mut tables = self.tables();
        let table = tables.get_mut(&id).ok_or(StoreError::Unknown(id))?;
        if !Expected::Replacing(revision).holds(&table.session) {
            return Err(StoreError::Conflict);
        }
        let document = table.session.before_last()?;
        let session = Arc::make_mut(&mut table.session);
        let turn = session.turns.pop_back().ok_or(StoreError::Conflict)?;
        session.document = document;
        session.turn_number -= 1;
        session.revision += 1;
        table.put_beside(Arc::clone(&turn), Mark::Undone, self.limits.max_turns);
        Ok(turn)
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, StoreError> {
        let mut all: Vec<Summary> = self.tables().values().map(|table| summary(&table.session)).collect();
        all.sort_unstable_by_key(|summary| std::cmp::Reverse((summary.played, summary.id)));
        let follows = |summary: &Summary| page.after.is_none_or(|last| (summary.played, summary.id) < last);
        Ok(all.into_iter().filter(follows).take(page.limit).collect())
    }

    async fn transcript(&self, id: SessionId, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let tables = self.tables();
        let table = tables.get(&id).ok_or(StoreError::Unknown(id))?;
        let kept = table.session.turns.iter().map(|turn| Entry { turn: Arc::clone(turn), mark: Mark::Kept });
        let mut entries: Vec<Entry> = kept.chain(table.beside.iter().cloned()).collect();
        entries.sort_by_key(|entry| (entry.turn.turn.number, entry.turn.at));
        Ok(entries.split_off(entries.len().saturating_sub(limit)))
    }

    async fn asides(&self, id: SessionId, limit: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
        let tables = self.tables();
        let table = tables.get(&id).ok_or(StoreError::Unknown(id))?;
        let asides = table.beside.iter().rev().filter(|entry| entry.mark == Mark::Aside).take(limit);
        let mut asides: Vec<Arc<KeptTurn>> = asides.map(|entry| Arc::clone(&entry.turn)).collect();
        asides.reverse();
        Ok(asides)
    }

    async fn delete(&self, id: SessionId) -> Result<(), StoreError> {
        self.tables().remove(&id).map(drop).ok_or(StoreError::Unknown(id))
    }

    async fn rename(&self, id: SessionId, name: SessionId) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if tables.contains_key(&name) {
            return Err(StoreError::Exists(name));
        }
        let mut table = tables.remove(&id).ok_or(StoreError::Unknown(id))?;
        Arc::make_mut(&mut table.session).id = name;
        tables.insert(name, table);
        Ok(())
    }

    async fn sweep(&self, now: SystemTime) -> Result<usize, StoreError> {
        let mut tables = self.tables();
        let old = tables.values().filter(|table| rests(&table.session, now, self.limits.max_age));
        let old: Vec<SessionId> = old.map(|table| table.session.id).take(SWEEP).collect();
        for id in &old {
            tables.remove(id);
        }
        Ok(old.len())
    }

    async fn spent(&self, scope: &str, limit: usize) -> Result<Vec<Spending>, StoreError> {
        let spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(spent.iter().rev().filter(|spending| spending.scope == scope).take(limit).cloned().collect())
    }

    async fn spend(&self, spendings: Vec<Spending>, _at: SystemTime) -> Result<Vec<Spending>, StoreError> {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums = Vec::with_capacity(spendings.len());
        for mut spending in spendings {
            let found = spent.iter().position(|other| (&other.scope, &other.name) == (&spending.scope, &spending.name));
            if let Some(before) = found.map(|at| spent.remove(at)) {
                spending.usd += before.usd;
                spending.tokens += before.tokens;
            }
            spent.push(spending.clone());
            sums.push(spending);
        }
        Ok(sums)
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Table {
    fn append(&mut self, expected: Expected, turn: NewTurn, limit: usize) -> Arc<KeptTurn> {
        let session = Arc::make_mut(&mut self.session);
        session.played = turn.at;
        let mut replaced = None;
        match expected {
            Expected::Aside => {
                let turn = Arc::new(turn.numbered(session.turn_number));
                self.put_beside(Arc::clone(&turn), Mark::Aside, limit);
                return turn;
            }
            Expected::Replacing(_) => replaced = session.turns.pop_back(),
            Expected::Any | Expected::After(_) => session.turn_number += 1,
        }
        session.revision += 1;
        if let Some(change) = &turn.change {
            session.document = change.after.clone();
        }
        let turn = Arc::new(turn.numbered(session.turn_number));
        session.turns.push_back(Arc::clone(&turn));
        while session.turns.len() > limit {
            session.turns.pop_front();
        }
        let first = session.turns.front().map_or(0, |turn| turn.turn.number);
        if let Some(replaced) = replaced {
            self.put_beside(replaced, Mark::Replaced, limit);
        }
        // What was let go takes its alternatives along.
        self.beside.retain(|entry| entry.turn.turn.number >= first || first == 1);
        turn
    }

    fn put_beside(&mut self, turn: Arc<KeptTurn>, mark: Mark, limit: usize) {
        self.beside.push_back(Entry { turn, mark });
        while self.beside.len() > limit {
            self.beside.pop_front();
        }
    }
}

fn summary(session: &Session) -> Summary {
    let Session { id, kind, created, played, turn_number, .. } = *session;
    Summary { id, kind, campaign: session.campaign.clone(), created, played, turn_number }
}

impl Expected {
    fn holds(self, session: &Session) -> bool {
        match self {
            Self::Any | Self::Aside => true,
            Self::After(revision) => revision == session.revision,
            Self::Replacing(revision) => revision == session.revision && !session.turns.is_empty(),
        }
    }
}
