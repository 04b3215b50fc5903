//! Sessions in a file: one thread writes, others read. The program's own store, which needs nothing but a folder.

mod desk;
mod fault;
mod open;
mod rows;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::id::SessionId;

use super::moment::{before, micros};
use super::{
    Database, Entry, Expected, KeptTurn, Limits, NewTurn, OpenError, Page, SWEEP, Session, Spending, Store, StoreError,
    Summary,
};
use desk::{Desk, Duty};

/// How many threads read.
const READERS: usize = 2;

/// Sessions in a file. What was acknowledged survives the death of the process; several processes may share the file.
pub struct SqliteStore {
    limits: Limits,
    name: String,
    writer: Desk,
    readers: Vec<Desk>,
    next: AtomicUsize,
}

impl SqliteStore {
    /// Opens `file`, which is made if it is not there, and may become as large as `max_bytes`.
    ///
    /// # Errors
    /// [`OpenError`] when it cannot be made or read, is damaged, belongs to another program or to a newer Zeroth. Then nothing
    /// was written to it.
    pub fn open(file: &Path, max_bytes: Option<u64>, limits: Limits) -> Result<Self, OpenError> {
        let writer = Desk::new("sessions-writer", Duty::Write, open::writer(file, max_bytes)?)?;
        let reader = |_| Desk::new("sessions-reader", Duty::Read, open::reader(file)?);
        let readers = (0..READERS).map(reader).collect::<Result<_, _>>()?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { limits, name, writer, readers, next: AtomicUsize::new(0) })
    }

    /// Looks at `file` without changing it.
    ///
    /// # Errors
    /// [`OpenError`] as for [`SqliteStore::open`], and when any part of it is damaged.
    pub fn examine(file: &Path) -> Result<(), OpenError> {
        open::examine(file)
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let reader = &self.readers[self.next.fetch_add(1, Ordering::Relaxed) % READERS];
        reader.ask(work).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError> {
        let limits = self.limits;
        let work = move |connection: &Connection| {
            if rows::session(connection, session.id).is_ok() {
                return Err(StoreError::Exists(session.id));
            }
            if session.id != SessionId::SHARED {
                make_room(connection, &limits, session.created)?;
            }
            rows::insert(connection, &session)?;
            Ok(Arc::new(session))
        };
        self.writer.ask(work).await
    }

    async fn room(&self, now: SystemTime) -> Result<(), StoreError> {
        let limits = self.limits;
        let work = move |connection: &Connection| {
            let fits = count(connection)? < limits.max_sessions || resting(connection, &limits, now)?;
            if fits { Ok(()) } else { Err(StoreError::Full { limit: limits.max_sessions }) }
        };
        self.read(work).await
    }

    async fn load(&self, id: SessionId, turns: usize) -> Result<Arc<Session>, StoreError> {
        self.read(move |connection| Ok(Arc::new(rows::load(connection, id, turns)?))).await
    }

    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<KeptTurn>, StoreError> {
        turn.check()?;
        let limits = self.limits;
        let work = move |connection: &Connection| Ok(Arc::new(rows::append(connection, id, expected, turn, &limits)?));
        self.writer.ask(work).await
    }

    async fn remove_turn(&self, id: SessionId, revision: u64) -> Result<Arc<KeptTurn>, StoreError> {
        let limits = self.limits;
        self.writer.ask(move |connection| Ok(Arc::new(rows::remove(connection, id, revision, &limits)?))).await
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, StoreError> {
        self.read(move |connection| rows::list(connection, page)).await
    }

    async fn transcript(&self, id: SessionId, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read(move |connection| rows::transcript(connection, id, limit)).await
    }

    async fn asides(&self, id: SessionId, limit: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
        self.read(move |connection| rows::asides(connection, id, limit)).await
    }

    async fn delete(&self, id: SessionId) -> Result<(), StoreError> {
        let work = move |connection: &Connection| {
            let gone = connection.execute("DELETE FROM sessions WHERE id = ?1", [id.to_string()])?;
            if gone == 1 { Ok(()) } else { Err(StoreError::Unknown(id)) }
        };
        self.writer.ask(work).await
    }

    async fn rename(&self, id: SessionId, name: SessionId) -> Result<(), StoreError> {
        let work = move |connection: &Connection| {
            let sql = "UPDATE OR IGNORE sessions SET id = ?2 WHERE id = ?1";
            match connection.execute(sql, [id.to_string(), name.to_string()])? {
                1 => Ok(()),
                _ => Err(rows::session(connection, id).map_or_else(|error| error, |_| StoreError::Exists(name))),
            }
        };
        self.writer.ask(work).await
    }

    async fn sweep(&self, now: SystemTime) -> Result<usize, StoreError> {
        let Some(cutoff) = before(now, self.limits.max_age) else { return Ok(0) };
        let work = move |connection: &Connection| {
            connection.execute(
                "DELETE FROM spendings WHERE (scope, name) IN (SELECT scope, name FROM spendings \
                 WHERE scope IN ('session', 'day') AND booked <= ?1 LIMIT ?2)",
                params![cutoff, rows::limit(SWEEP)],
            )?;
            delete_resting(connection, cutoff)
        };
        self.writer.ask(work).await
    }

    async fn spent(&self, scope: &str, limit: usize) -> Result<Vec<Spending>, StoreError> {
        let scope = scope.to_owned();
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(
                "SELECT name, usd, tokens FROM spendings WHERE scope = ?1 ORDER BY booked DESC LIMIT ?2",
            )?;
            let found = statement.query_map(params![scope, rows::limit(limit)], |row| {
                Ok(Spending { scope: scope.clone(), name: row.get(0)?, usd: row.get(1)?, tokens: row.get(2)? })
            })?;
            Ok(found.collect::<Result<_, _>>()?)
        };
        self.read(work).await
    }

    async fn spend(&self, spendings: Vec<Spending>, at: SystemTime) -> Result<Vec<Spending>, StoreError> {
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(
                "INSERT INTO spendings (scope, name, usd, tokens, booked) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (scope, name) DO UPDATE SET usd = usd + excluded.usd, tokens = tokens + excluded.tokens, \
                 booked = excluded.booked RETURNING usd, tokens",
            )?;
            let mut sums = spendings;
            for sum in &mut sums {
                let added = params![sum.scope, sum.name, sum.usd, sum.tokens, micros(at)];
                (sum.usd, sum.tokens) = statement.query_row(added, |row| Ok((row.get(0)?, row.get(1)?)))?;
            }
            Ok(sums)
        };
        self.writer.ask(work).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        // Only writing shows whether there is room to write.
        let work = |connection: &Connection| {
            connection.execute(
                "INSERT INTO spendings VALUES ('check', '', 0, 0, 0) ON CONFLICT DO UPDATE SET tokens = 1 - tokens",
                [],
            )?;
            Ok(())
        };
        self.writer.ask(work).await
    }

    fn database(&self) -> Option<Database> {
        Some(Database { system: "sqlite", namespace: self.name.clone(), server: None })
    }
}

fn count(connection: &Connection) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("SELECT sessions FROM tally")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Whether a session would make way for another.
fn resting(connection: &Connection, limits: &Limits, now: SystemTime) -> Result<bool, StoreError> {
    let Some(cutoff) = before(now, limits.max_idle) else { return Ok(false) };
    let mut statement = connection.prepare_cached("SELECT 1 FROM sessions WHERE played <= ?1 AND id <> ?2 LIMIT 1")?;
    let found = statement.query_row(params![cutoff, SessionId::SHARED.to_string()], |_| Ok(()));
    Ok(found.optional()?.is_some())
}

fn make_room(connection: &Connection, limits: &Limits, now: SystemTime) -> Result<(), StoreError> {
    let limit = limits.max_sessions;
    if count(connection)? < limit {
        return Ok(());
    }
    if let Some(cutoff) = before(now, limits.max_idle) {
        delete_resting(connection, cutoff)?;
    }
    if count(connection)? < limit { Ok(()) } else { Err(StoreError::Full { limit }) }
}

/// Lets go those that were played longest ago.
fn delete_resting(connection: &Connection, cutoff: i64) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM sessions WHERE key IN (SELECT key FROM sessions WHERE played <= ?1 AND id <> ?2 \
         ORDER BY played LIMIT ?3)",
    )?;
    Ok(statement.execute(params![cutoff, SessionId::SHARED.to_string(), rows::limit(SWEEP)])?)
}
