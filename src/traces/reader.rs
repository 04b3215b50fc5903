//! Threads that read, each with a connection of its own and a bound on how long a question may take. Whoever is idle takes the
//! next question: none waits behind a slow one while somebody has nothing to do.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
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
const QUEUE: usize = 64;
/// Steps of SQLite's machine between two looks at the clock: well under a millisecond.
const STEPS: i32 = 10_000;

type Work = Box<dyn FnOnce(&Connection) + Send>;

/// Those who read. Dropped, they answer what waits and leave.
pub(super) struct Readers {
    jobs: Option<mpsc::SyncSender<Work>>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(file: &Path, clock: &Arc<dyn Clock>, patience: Duration) -> Result<Self, OpenError> {
        let (jobs, inbox) = mpsc::sync_channel(QUEUE);
        let inbox = Arc::new(Mutex::new(inbox));
        let mut readers = Self { jobs: Some(jobs), threads: Vec::with_capacity(READERS) };
        for _ in 0..READERS {
            let connection = open::reader(file)?;
            let (inbox, clock) = (inbox.clone(), clock.clone());
            let thread = thread::Builder::new()
                .name("traces-reader".to_owned())
                .spawn(move || serve(connection, &inbox, clock, patience));
            let thread =
                thread.map_err(|error| OpenError::new(format!("no thread for the traces can be started: {error}")))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    /// Does `work` in one look at the file, unless nobody waits for the answer any more.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, ReadError>>, ReadError> {
        let (reply, answer) = oneshot::channel();
        let job: Work = Box::new(move |connection| {
            if !reply.is_closed() {
                // Whoever asked may leave meanwhile.
                let _ = reply.send(in_one_look(connection, work));
            }
        });
        let jobs = self.jobs.as_ref().ok_or(ReadError::Busy)?;
        jobs.try_send(job).map_err(|_| ReadError::Busy)?;
        Ok(answer)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
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

fn serve(mut connection: Connection, inbox: &Mutex<mpsc::Receiver<Work>>, clock: Arc<dyn Clock>, patience: Duration) {
    let deadline = Arc::new(AtomicU64::new(u64::MAX));
    let watched = (deadline.clone(), clock.clone());
    let too_late = move || micros(watched.1.ticks()) > watched.0.load(Ordering::Relaxed);
    // Without it questions would be unbounded: then none is answered.
    if connection.progress_handler(STEPS, Some(too_late)).is_err() {
        return;
    }
    loop {
        let job = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        deadline.store(micros(clock.ticks() + patience), Ordering::Relaxed);
        job(&connection);
    }
}

fn micros(ticks: Duration) -> u64 {
    u64::try_from(ticks.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::super::config::{Config, Place};
    use super::*;
    use crate::clock::SystemClock;

    /// Longer than anything takes that is not stuck.
    const LONG: Duration = Duration::from_secs(20);

    fn readers(folder: &tempfile::TempDir) -> Readers {
        let file = folder.path().join("traces.db");
        open::writer(&Config::at(Place::File(file.clone()))).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        Readers::start(&file, &clock, LONG).unwrap()
    }

    /// Keeps a reader until it is let go. The answer is whether it was before a long time was over.
    fn slow(readers: &Readers) -> (mpsc::Sender<()>, oneshot::Receiver<Result<bool, ReadError>>) {
        let ((go, gone), (begin, begun)) = (mpsc::channel(), mpsc::channel());
        let answer = readers.ask(move |_| {
            begin.send(()).unwrap();
            Ok(gone.recv_timeout(LONG).is_ok())
        });
        begun.recv().unwrap();
        (go, answer.unwrap())
    }

    #[test]
    fn no_question_waits_behind_a_slow_one() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let (go, late) = slow(&readers);
        for number in 0..5 {
            assert_eq!(readers.ask(move |_| Ok(number)).unwrap().blocking_recv().unwrap(), Ok(number));
        }
        go.send(()).unwrap();
        assert_eq!(late.blocking_recv().unwrap(), Ok(true), "the others were answered while it was at work");
    }

    #[test]
    fn what_nobody_waits_for_is_not_asked() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let held = [slow(&readers), slow(&readers)];
        let asked = Arc::<AtomicBool>::default();
        let mark = asked.clone();
        drop(readers.ask(move |_| {
            mark.store(true, Ordering::Relaxed);
            Ok(())
        }));
        for (go, _) in &held {
            go.send(()).unwrap();
        }
        drop(readers);
        assert!(!asked.load(Ordering::Relaxed));
    }
}
