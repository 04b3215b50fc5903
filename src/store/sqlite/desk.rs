//! A thread with a connection of its own, which does what is put on its desk.

use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::super::error::{OpenError, Outage, StoreError};

/// How much may lie on a desk; whoever has more waits.
const QUEUE: usize = 1024;
/// How many pieces of work share a transaction when they lie there anyway.
const GROUP: usize = 64;
/// The longest wait for a place on the desk.
const PATIENCE: Duration = Duration::from_secs(5);

/// The thread is no more.
const GONE: StoreError = StoreError::Unavailable(Outage::Unreachable);

/// Someone to give work to. Dropped, it finishes what lies on its desk and closes its connection.
pub(super) struct Desk {
    queue: Option<mpsc::Sender<Box<dyn Work>>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// What a desk does to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    Read,
    Write,
}

impl Desk {
    pub(super) fn new(name: &str, duty: Duty, connection: Connection) -> Result<Self, OpenError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let work = move || serve(&connection, duty, jobs);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
        let thread =
            thread.map_err(|error| OpenError(format!("no thread for the sessions can be started: {error}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Does `work` in a transaction and returns its result once that is committed.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Job { work: Some(work), result: None, reply });
        let queue = self.queue.as_ref().ok_or(GONE)?;
        match tokio::time::timeout(PATIENCE, queue.send(job)).await {
            Err(_) => Err(StoreError::Unavailable(Outage::Busy)),
            Ok(Err(_)) => Err(GONE),
            Ok(Ok(())) => answer.await.map_err(|_| GONE)?,
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // It may have panicked; then it is gone all the same.
            let _ = thread.join();
        }
    }
}

trait Work: Send {
    /// Does it, inside a transaction.
    fn run(&mut self, connection: &Connection);
    /// Tells whoever waits how it ended.
    fn end(self: Box<Self>, transaction: Result<(), StoreError>);
}

struct Job<T, F> {
    work: Option<F>,
    /// Nothing as long as it was not done.
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work for Job<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) {
        let Some(work) = self.work.take() else { return };
        self.result = Some(in_savepoint(connection, work));
    }

    fn end(self: Box<Self>, transaction: Result<(), StoreError>) {
        let result = match (self.result, transaction) {
            // What was refused was refused, whatever became of the others.
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(GONE),
        };
        // Whoever asked may have left; what was done is done.
        let _ = self.reply.send(result);
    }
}

/// What fails leaves no trace, and the others of its group stand.
fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.execute_batch("SAVEPOINT job")?;
    let result = work(connection);
    if result.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    if !connection.is_autocommit() {
        connection.execute_batch("RELEASE job")?;
    }
    result
}

fn serve(connection: &Connection, duty: Duty, mut jobs: mpsc::Receiver<Box<dyn Work>>) {
    let (begin, group) = match duty {
        Duty::Read => ("BEGIN", 1),
        Duty::Write => ("BEGIN IMMEDIATE", GROUP),
    };
    let mut batch = Vec::with_capacity(group);
    while let Some(first) = jobs.blocking_recv() {
        batch.push(first);
        while batch.len() < group
            && let Ok(next) = jobs.try_recv()
        {
            batch.push(next);
        }
        let outcome = transaction(connection, begin, &mut batch);
        for job in batch.drain(..) {
            job.end(outcome.clone());
        }
    }
}

/// Runs the batch in one transaction; when that does not come to pass, nothing in it has.
fn transaction(connection: &Connection, begin: &str, batch: &mut [Box<dyn Work>]) -> Result<(), StoreError> {
    connection.execute_batch(begin)?;
    for job in batch {
        job.run(connection);
        // A full disk may end the transaction by itself, and with it what the others did.
        if connection.is_autocommit() {
            return Err(StoreError::Unavailable(Outage::DiskFull));
        }
    }
    connection.execute_batch("COMMIT").map_err(|error| {
        // It may have been ended by the error.
        let _ = connection.execute_batch("ROLLBACK");
        error.into()
    })
}
