//! The background: indexes words and lets go of what is too old or too much, in steps that the writer hardly notices.

mod index;
mod prune;
mod words;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::error::{OpenError, ReadError};
use super::store::Core;

/// How long a step may hold the writer; the next one is made smaller or larger to come near it.
const HOLD: Duration = Duration::from_millis(10);
/// How many times as long as it took to index, others may write who wait.
const SHARE: u32 = 5;

/// The thread that does it. Dropped, it stops after the step that it is at.
pub(super) struct Upkeep {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
    progress: Arc<Progress>,
}

/// What the background remembers between its rounds.
#[derive(Default)]
struct Progress {
    sizes: Mutex<Sizes>,
    /// Microseconds: the longest time that pruning held the writer.
    longest: AtomicU64,
}

/// How much to do in one step.
struct Sizes {
    index: usize,
    prune: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { index: 64, prune: 64 }
    }
}

/// What a step of the background did.
struct Step {
    /// Whether there is more to do.
    more: bool,
    /// How long nobody else could write.
    held: Duration,
}

impl Upkeep {
    pub(super) fn start(core: Arc<Core>) -> Result<Self, OpenError> {
        let progress = Arc::<Progress>::default();
        let (stop, stopped) = mpsc::channel();
        let shared = progress.clone();
        let work = move || {
            while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(core.config.upkeep) {
                let pause = |wait| !matches!(stopped.recv_timeout(wait), Err(mpsc::RecvTimeoutError::Timeout));
                // What fails now is tried again in the next round.
                let _ = round(&core, &shared, &pause);
            }
        };
        let thread = thread::Builder::new().name("traces-upkeep".to_owned()).spawn(work);
        let thread =
            thread.map_err(|error| OpenError::new(format!("no thread for the traces can be started: {error}")))?;
        Ok(Self { stop: Some(stop), thread: Some(thread), progress })
    }

    /// Does now all that is to be done.
    pub(super) fn tend(&self, core: &Core) -> Result<(), ReadError> {
        round(core, &self.progress, &|_| false)
    }

    /// The longest time that a step of pruning held the writer.
    pub(super) fn longest_prune(&self) -> Duration {
        Duration::from_micros(self.progress.longest.load(Ordering::Relaxed))
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Works until nothing is left to do; `pause` waits, and says whether to stop.
fn round(core: &Core, progress: &Progress, pause: &dyn Fn(Duration) -> bool) -> Result<(), ReadError> {
    let mut sizes = progress.sizes.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut pruning, mut indexing, mut done) = (true, true, Ok(()));
    // How long others may write before words are indexed again.
    let mut owed = Duration::ZERO;
    while pruning || indexing {
        let (mut wait, mut urgent) = (Duration::ZERO, false);
        if pruning {
            match prune::step(core, sizes.prune) {
                Ok(step) => {
                    let micros = u64::try_from(step.held.as_micros()).unwrap_or(u64::MAX);
                    progress.longest.fetch_max(micros, Ordering::Relaxed);
                    sizes.prune = adapted(sizes.prune, step.held);
                    pruning = step.more;
                    urgent = step.more && step.urgent;
                    // Those who bring more must not outrun those who let go; in a file that is too large they wait for it
                    // anyway.
                    wait = if urgent { Duration::ZERO } else { step.held };
                    if step.roomy || !step.more {
                        core.writer.try_again();
                    }
                }
                // What cannot be let go of must not keep words from being found.
                Err(error) => (pruning, done) = (false, Err(error)),
            }
        }
        if indexing && owed.is_zero() && !urgent {
            match index::step(core, sizes.index) {
                Ok(step) => {
                    sizes.index = adapted(sizes.index, step.held);
                    indexing = step.more;
                    owed = step.held * SHARE;
                }
                // In a full file nothing can be indexed, and the more has to be let go.
                Err(error) => (indexing, done) = (false, Err(error)),
            }
        }
        if !pruning {
            wait = wait.max(owed);
        }
        if core.writer.waiting() == 0 {
            (wait, owed) = (Duration::ZERO, Duration::ZERO);
        }
        if pause(wait) {
            break;
        }
        owed = owed.saturating_sub(wait);
    }
    done
}

fn adapted(size: usize, held: Duration) -> usize {
    let size = if held > HOLD * 2 {
        size / 2
    } else if held > HOLD {
        size / 4 * 3
    } else if held < HOLD / 2 {
        size + size / 4 + 1
    } else {
        size
    };
    // Less takes hardly less time: what is left is others', who keep the machine busy.
    size.clamp(64, 2048)
}

fn wait_for<T>(answer: oneshot::Receiver<Result<T, ReadError>>) -> Result<T, ReadError> {
    answer.blocking_recv().unwrap_or(Err(ReadError::Busy))
}
