//! Sessions: what was played is kept here, whole turns at a time.
//!
//! One trait, three stores. Whatever the store, a turn that was acknowledged is there when the program comes back, unless
//! the store is the one in memory.

mod error;
mod document;
mod session;
mod moment;
mod memory;
mod sqlite;
mod postgres;
mod config;

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;

use crate::id::SessionId;

pub use config::{Config, Place, is_postgres_url};
pub use document::{Delta, Document};
pub use error::{OpenError, Outage, StoreError};
pub use memory::MemoryStore;
pub use postgres::PostgresStore;
pub use session::{Change, Entry, Expected, KeptTurn, Kind, Limits, Mark, NewTurn, Page, Session, Spending, Summary};
pub use sqlite::SqliteStore;

/// How many sessions one [`Store::sweep`] lets go at most.
pub const SWEEP: usize = 500;

/// Keeps sessions. Every method is atomic, and may fail with [`StoreError::Unavailable`].
#[async_trait]
pub trait Store: Send + Sync {
    /// Sees to it that the store can be used, before anyone does: connects, and brings the schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] says what to do.
    async fn prepare(&self) -> Result<(), OpenError> {
        Ok(())
    }

    /// Keeps a new session.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when there is one of that name, [`StoreError::Full`] when there is no room; for the shared table there
    /// always is.
    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError>;

    /// Whether there is room for another session at `now`. It may be gone when the session is created: this is for callers
    /// who would rather not prepare one in vain.
    ///
    /// # Errors
    /// [`StoreError::Full`] when there is none.
    async fn room(&self, now: SystemTime) -> Result<(), StoreError>;

    /// The session as it stands now, with its last `turns` turns, or more of those that are kept.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    async fn load(&self, id: SessionId, turns: usize) -> Result<Arc<Session>, StoreError>;

    /// Adds a turn, or puts it in the last one's place or beside them, whole or not at all, and returns it with its number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when `expected` does not hold, [`StoreError::Unknown`], [`StoreError::TooLarge`].
    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<KeptTurn>, StoreError>;

    /// Takes back the last turn, and with it what it did to the session's document, if the session still has this revision.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it does not or there is no turn, [`StoreError::Unknown`].
    async fn remove_turn(&self, id: SessionId, revision: u64) -> Result<Arc<KeptTurn>, StoreError>;

    /// A page of the list of sessions, the last played first.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, page: Page) -> Result<Vec<Summary>, StoreError>;

    /// The last `limit` things that were played in the session, also those that do not count; by number, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    async fn transcript(&self, id: SessionId, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// The last `limit` things that were said beside the session's turns, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    async fn asides(&self, id: SessionId, limit: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError>;

    /// Lets the session go, with everything that was played in it.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    async fn delete(&self, id: SessionId) -> Result<(), StoreError>;

    /// Gives the session another name: the shared table makes way for one of another campaign.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Exists`] when the other name is taken.
    async fn rename(&self, id: SessionId, name: SessionId) -> Result<(), StoreError>;

    /// Lets sessions go whose time is up at `now`, [`SWEEP`] of them at most, and returns how many; [`SWEEP`] means that
    /// there may be more.
    ///
    /// # Errors
    /// None of its own.
    async fn sweep(&self, now: SystemTime) -> Result<usize, StoreError>;

    /// What was spent in `scope`, the last booked first, `limit` accounts at most.
    ///
    /// # Errors
    /// None of its own.
    async fn spent(&self, scope: &str, limit: usize) -> Result<Vec<Spending>, StoreError>;

    /// Adds to what was spent, all of it `at` this time, and returns the sums, in the same order.
    ///
    /// # Errors
    /// None of its own.
    async fn spend(&self, spendings: Vec<Spending>, at: SystemTime) -> Result<Vec<Spending>, StoreError>;

    /// Whether the store can read and write now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot.
    async fn check(&self) -> Result<(), StoreError>;

    /// Which database is behind it; none for a store in memory.
    fn database(&self) -> Option<Database> {
        None
    }
}

/// A database, as telemetry names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// `sqlite` or `postgresql`.
    pub system: &'static str,
    /// The database's name: the file's name, or the server's name for it.
    pub namespace: String,
    /// Host and port of the server.
    pub server: Option<(String, u16)>,
}
