//! The one thread that writes. What waits for it shares a transaction and is answered after the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::clock::Clock;

use super::batch::{Full, Receipt};
use super::config::Config;
use super::error::{OpenError, ReadError};
use super::open;
use super::room::{Hall, Room};
use super::rows::{Rows, nanos};
use super::write::{Ledger, Outcome};

/// How many rows share a transaction when they wait anyway.
const GROUP: usize = 4096;
/// When it may be worth another try: after a queue that is full, and after a disk that is.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(30);
const FULL: Full = Full { retry_after: SOON, reason: "the disk or the trace store is full" };
pub(super) const GONE: Full = Full { retry_after: LATER, reason: "the trace store has stopped" };
pub(super) const CROWDED: Full = Full { retry_after: SOON, reason: "telemetry comes faster than it can be written" };

/// Someone to give rows to. Dropped, it writes what waits and closes its connection.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
    /// Bytes that wait.
    hall: Hall,
    /// Whether the file was found full: to try again with every batch would keep those who make room from it.
    full: Arc<AtomicBool>,
}

enum Job {
    Rows(Parcel),
    Step(Box<dyn FnOnce(&mut Desk) + Send>),
}

struct Parcel {
    rows: Rows,
    reply: oneshot::Sender<Result<Receipt, Full>>,
    _room: Room,
}

impl Writer {
    /// `latest` is told the last id of each commit.
    pub(super) fn start(
        connection: Connection,
        config: &Config,
        clock: Arc<dyn Clock>,
        latest: watch::Sender<i64>,
    ) -> Result<Self, OpenError> {
        let unreadable = |error: rusqlite::Error| OpenError::new(open::told(&config.place, &error));
        let ledger = Ledger::read(&connection, config).map_err(unreadable)?;
        latest.send_replace(ledger.next - 1);
        let full = Arc::<AtomicBool>::default();
        let mut desk =
            Desk { connection, ledger: Some(ledger), config: config.clone(), clock, latest, full: full.clone() };
        let (jobs, inbox) = mpsc::channel();
        let thread = thread::Builder::new().name("traces-writer".to_owned()).spawn(move || desk.serve(&inbox));
        let thread =
            thread.map_err(|error| OpenError::new(format!("no thread for the traces can be started: {error}")))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), hall: Hall::new(config.queue_bytes), full })
    }

    /// Bytes that wait.
    pub(super) fn waiting(&self) -> usize {
        self.hall.held()
    }

    /// Room for so many bytes; what is larger than the whole queue gets it when nothing else waits.
    pub(super) fn room(&self, bytes: usize) -> Result<Room, Full> {
        if self.full.load(Ordering::Relaxed) {
            return Err(FULL);
        }
        self.hall.room(bytes).map_err(|_| CROWDED)
    }

    /// Whether nothing will be written any more, because of a mistake of this program.
    pub(super) fn is_gone(&self) -> bool {
        self.thread.as_ref().is_none_or(thread::JoinHandle::is_finished)
    }

    /// Lets a file that was full be tried again: there may be room now.
    pub(super) fn try_again(&self) {
        self.full.store(false, Ordering::Relaxed);
    }

    /// Writes rows; the answer comes after the commit.
    pub(super) fn write(&self, rows: Rows, room: Room) -> Result<oneshot::Receiver<Result<Receipt, Full>>, Full> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Rows(Parcel { rows, reply, _room: room });
        self.jobs.as_ref().ok_or(GONE)?.send(job).map_err(|_| GONE)?;
        Ok(answer)
    }

    /// Does `work` in a transaction of its own.
    pub(super) fn step<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &mut Ledger) -> Result<T, ReadError> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, ReadError>> {
        self.ask(move |desk| desk.transaction(work))
    }

    /// The same, and tells how long nobody else could write, the commit included.
    pub(super) fn timed<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &mut Ledger) -> Result<T, ReadError> + Send + 'static,
    ) -> oneshot::Receiver<Result<(T, Duration), ReadError>> {
        self.ask(move |desk| {
            let begun = desk.clock.ticks();
            let done = desk.transaction(work)?;
            Ok((done, desk.clock.ticks().saturating_sub(begun)))
        })
    }

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, ReadError> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, ReadError>> {
        let (reply, answer) = oneshot::channel();
        let step = move |desk: &mut Desk| {
            // Whoever asked may have left; what was done is done.
            let _ = reply.send(work(desk));
        };
        if let Some(jobs) = &self.jobs {
            // A writer that is gone drops the reply, which says so.
            let _ = jobs.send(Job::Step(Box::new(step)));
        }
        answer
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It may have panicked; then it is gone all the same.
            let _ = thread.join();
        }
    }
}

struct Desk {
    connection: Connection,
    /// None after a transaction that failed.
    ledger: Option<Ledger>,
    config: Config,
    clock: Arc<dyn Clock>,
    latest: watch::Sender<i64>,
    full: Arc<AtomicBool>,
}

impl Desk {
    fn serve(&mut self, inbox: &mpsc::Receiver<Job>) {
        let mut held = None;
        while let Some(job) = held.take().or_else(|| inbox.recv().ok()) {
            match job {
                Job::Step(step) => step(self),
                Job::Rows(first) => {
                    let mut count = first.rows.len();
                    let mut group = vec![first];
                    while count < GROUP {
                        match inbox.try_recv() {
                            Ok(Job::Rows(next)) => {
                                count += next.rows.len();
                                group.push(next);
                            }
                            Ok(step) => {
                                held = Some(step);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.write(group);
                }
            }
        }
    }

    fn write(&mut self, group: Vec<Parcel>) {
        match self.commit(&group) {
            Ok(outcomes) => {
                for (parcel, outcome) in group.into_iter().zip(outcomes) {
                    let _ = parcel.reply.send(Ok(receipt(&parcel.rows, outcome)));
                }
            }
            // One that cannot be written must not take the others with it.
            Err(_) if group.len() > 1 => group.into_iter().for_each(|parcel| self.write(vec![parcel])),
            Err(error) => {
                let full = self.refusal(&error);
                for parcel in group {
                    let _ = parcel.reply.send(Err(full));
                }
            }
        }
    }

    fn refusal(&self, error: &ReadError) -> Full {
        match error {
            ReadError::Full(_) => {
                self.full.store(true, Ordering::Relaxed);
                FULL
            }
            _ => Full { retry_after: LATER, reason: "the trace store cannot be written" },
        }
    }

    fn commit(&mut self, group: &[Parcel]) -> Result<Vec<Outcome>, ReadError> {
        let now = nanos(self.clock.now());
        self.transaction(|connection, ledger| {
            let write = |parcel: &Parcel| ledger.write(connection, &parcel.rows, now);
            Ok(group.iter().map(write).collect::<rusqlite::Result<_>>()?)
        })
    }

    fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Connection, &mut Ledger) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let mut ledger = match self.ledger.take() {
            Some(ledger) => ledger,
            None => Ledger::read(&self.connection, &self.config)?,
        };
        let connection = &self.connection;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = work(connection, &mut ledger).and_then(|value| {
            ledger.settle(connection)?;
            connection.execute_batch("COMMIT")?;
            Ok(value)
        });
        match done {
            Ok(value) => {
                self.latest.send_if_modified(|latest| std::mem::replace(latest, ledger.next - 1) != ledger.next - 1);
                self.ledger = Some(ledger);
                Ok(value)
            }
            Err(error) => {
                // It may have been ended by the error.
                let _ = connection.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }
}

fn receipt(rows: &Rows, outcome: Outcome) -> Receipt {
    let rejected = rows.rejected.count + outcome.dropped;
    let message = match (rows.rejected.count, outcome.dropped) {
        (0, 0) => "",
        (0, _) => "the run is paused, or there are too many series",
        _ => rows.rejected.message,
    };
    Receipt { accepted: outcome.accepted, rejected, message: message.to_owned() }
}
