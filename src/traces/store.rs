//! The store: what comes in, and who looks after it.

use std::panic::resume_unwind;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::clock::Clock;
use crate::llm::PriceList;

use super::batch::{Batch, Full, Receipt};
use super::config::{Config, Intake, Place};
use super::door::{Doorway, SMALL};
use super::error::{OpenError, ReadError};
use super::lock::{self, Lock};
use super::open;
use super::otlp::{self, Encoding, Malformed, Signal};
use super::reader::Readers;
use super::rows::{self, Making, Rows, nanos};
use super::upkeep::Upkeep;
use super::write::Ledger;
use super::writer::{GONE, Writer};

/// What programs tell about themselves, kept in a file and ready to be looked at. What was acknowledged survives the death of
/// the process.
pub struct Traces {
    // It is dropped first: it uses the rest.
    upkeep: Upkeep,
    pub(super) core: Arc<Core>,
    pub(super) doorway: Doorway,
    latest: watch::Receiver<i64>,
    /// Held as long as anything is written.
    lock: Option<Lock>,
}

/// What the store and its upkeep share.
pub(super) struct Core {
    pub(super) config: Config,
    pub(super) clock: Arc<dyn Clock>,
    prices: Arc<PriceList>,
    pub(super) writer: Writer,
    /// None in memory: then the writer reads.
    readers: Option<Readers>,
}

impl Traces {
    /// Opens the store, which is made if it is not there.
    ///
    /// # Errors
    /// [`OpenError`] when the file cannot be made or read, is damaged, belongs to another program or to a newer Zeroth. Then
    /// nothing was written to it.
    pub fn open(config: Config, prices: Arc<PriceList>, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let lock = match &config.place {
            Place::Memory => None,
            Place::File(file) => Some(Lock::take(file)?),
        };
        let connection = open::writer(&config)?;
        let (latest, seen) = watch::channel(0);
        let writer = Writer::start(connection, &config, clock.clone(), latest)?;
        let readers = match &config.place {
            Place::Memory => None,
            Place::File(file) => Some(Readers::start(file, &clock, config.read_timeout)?),
        };
        let core = Arc::new(Core { config, clock, prices, writer, readers });
        let doorway = Doorway::new(core.config.queue_bytes);
        Ok(Self { upkeep: Upkeep::start(core.clone())?, core, doorway, latest: seen, lock })
    }

    /// Whether the store could be opened; makes and changes nothing.
    ///
    /// # Errors
    /// [`OpenError`], as [`Traces::open`] would have it.
    pub fn examine(config: &Config) -> Result<(), OpenError> {
        match &config.place {
            Place::File(file) if file.exists() => {
                open::examine(file)?;
                lock::examine(file)
            }
            _ => Ok(()),
        }
    }

    /// The same, and reads all of what is there: seconds for each gigabyte.
    ///
    /// # Errors
    /// [`OpenError`], also when any part of the file is damaged.
    pub fn examine_all(config: &Config) -> Result<(), OpenError> {
        Self::examine(config)?;
        match &config.place {
            Place::File(file) if file.exists() => open::examine_all(file),
            _ => Ok(()),
        }
    }

    /// Leaves word for other programs of this user where this one shows what it keeps.
    pub fn announce(&self, url: &str) {
        if let Some(lock) = &self.lock {
            lock.announce(url);
        }
    }

    /// Reads a message that came over the wire; see [`otlp::read`].
    ///
    /// # Errors
    /// [`Malformed`], which says what is wrong with it.
    pub fn read(&self, signal: Signal, encoding: Encoding, bytes: &[u8]) -> Result<Batch, Malformed> {
        otlp::read(signal, encoding, bytes, &self.core.config.intake)
    }

    /// What one message from outside may hold.
    pub fn intake(&self) -> Intake {
        self.core.config.intake
    }

    /// Keeps a batch. When this returns, what was accepted is committed; what came before is not kept twice.
    ///
    /// # Errors
    /// [`Full`] when too much waits or nothing can be written; then nothing of it was kept.
    pub async fn accept(&self, batch: Batch) -> Result<Receipt, Full> {
        let room = self.core.writer.room(batch.bytes.max(1))?;
        let rows = if batch.bytes <= SMALL {
            self.core.rows(batch)
        } else {
            let core = self.core.clone();
            let made = tokio::task::spawn_blocking(move || core.rows(batch)).await;
            // A panic goes on here, where it was asked for.
            made.map_err(|broken| broken.try_into_panic().map_or(GONE, |panic| resume_unwind(panic)))?
        };
        let answer = self.core.writer.write(rows, room)?;
        answer.await.unwrap_or(Err(GONE))
    }

    /// The same, for threads that may wait.
    ///
    /// # Errors
    /// As for [`Traces::accept`].
    pub fn accept_blocking(&self, batch: Batch) -> Result<Receipt, Full> {
        let room = self.core.writer.room(batch.bytes.max(1))?;
        let answer = self.core.writer.write(self.core.rows(batch), room)?;
        answer.blocking_recv().unwrap_or(Err(GONE))
    }

    /// The change number, and whenever it rises: the id of the latest span or log record.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.latest.clone()
    }

    /// Indexes and prunes all that is to be done now, instead of in the background.
    ///
    /// # Errors
    /// [`ReadError`] when the store cannot be used.
    pub fn tend(&self) -> Result<(), ReadError> {
        self.upkeep.tend(&self.core)
    }

    pub(super) fn longest_prune(&self) -> std::time::Duration {
        self.upkeep.longest_prune()
    }

    pub(super) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(super) fn prices(&self) -> &Arc<PriceList> {
        &self.core.prices
    }

    /// Looks something up.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        self.core.ask(work)?.await.unwrap_or(Err(ReadError::Busy))
    }

    /// Changes something.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &mut Ledger) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        self.core.writer.step(work).await.unwrap_or(Err(ReadError::Busy))
    }
}

impl Core {
    pub(super) fn rows(&self, batch: Batch) -> Rows {
        rows::make(batch, &Making { prices: &self.prices, now: nanos(self.clock.now()) })
    }

    /// Asks a reader, or the writer where there is none.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, ReadError>>, ReadError> {
        match &self.readers {
            Some(readers) => readers.ask(work),
            None => Ok(self.writer.step(move |connection, _| work(connection))),
        }
    }
}
