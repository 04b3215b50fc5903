//! Threads that read, each with a connection of its own and a bound on how long a question may take.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::clock::Clock;

use super::error::{OpenError, ReadError};
use super::open;

/// How many threads read.
const READERS: usize = 2;
/// How many questions may wait for one of them.
const QUEUE: usize = 32;
/// Steps of SQLite's machine between two looks at the clock: well under a millisecond.
const STEPS: i32 = 10_000;

type Work = Box<dyn FnOnce(&Connection) + Send>;

/// Those who read. Dropped, they answer what waits and leave.
pub(super) struct Readers {
    desks: Vec<Desk>,
    next: AtomicUsize,
}

struct Desk {
    jobs: Option<mpsc::SyncSender<Work>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(file: &Path, clock: &Arc<dyn Clock>, patience: Duration) -> Result<Self, OpenError> {
        let desk = |_| {
            let connection = open::reader(file)?;
            let (jobs, inbox) = mpsc::sync_channel(QUEUE);
            let clock = clock.clone();
            let thread = thread::Builder::new()
                .name("traces-reader".to_owned())
                .spawn(move || serve(connection, &inbox, clock, patience));
            let thread =
                thread.map_err(|error| OpenError::new(format!("no thread for the traces can be started: {error}")))?;
            Ok(Desk { jobs: Some(jobs), thread: Some(thread) })
        };
        Ok(Self { desks: (0..READERS).map(desk).collect::<Result<_, _>>()?, next: AtomicUsize::new(0) })
    }

    /// Does `work` in one look at the file.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, ReadError>>, ReadError> {
        let (reply, answer) = oneshot::channel();
        let mut job: Work = Box::new(move |connection| {
            // Whoever asked may have left.
            let _ = reply.send(in_one_look(connection, work));
        });
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for turn in 0..READERS {
            let Some(jobs) = &self.desks[(first + turn) % READERS].jobs else { continue };
            match jobs.try_send(job) {
                Ok(()) => return Ok(answer),
                Err(mpsc::TrySendError::Full(back) | mpsc::TrySendError::Disconnected(back)) => job = back,
            }
        }
        Err(ReadError::Busy)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        for desk in &mut self.desks {
            desk.jobs = None;
            if let Some(thread) = desk.thread.take() {
                let _ = thread.join();
            }
        }
    }
}

fn in_one_look<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let look = connection.unchecked_transaction()?;
    work(&look)
}

fn serve(mut connection: Connection, inbox: &mpsc::Receiver<Work>, clock: Arc<dyn Clock>, patience: Duration) {
    let deadline = Arc::new(AtomicU64::new(u64::MAX));
    let watched = (deadline.clone(), clock.clone());
    let too_late = move || micros(watched.1.ticks()) > watched.0.load(Ordering::Relaxed);
    // Without it questions would be unbounded: then none is answered.
    if connection.progress_handler(STEPS, Some(too_late)).is_err() {
        return;
    }
    while let Ok(job) = inbox.recv() {
        deadline.store(micros(clock.ticks() + patience), Ordering::Relaxed);
        job(&connection);
    }
}

fn micros(ticks: Duration) -> u64 {
    u64::try_from(ticks.as_micros()).unwrap_or(u64::MAX)
}
