//! The one place where tasks are spawned: they are counted, so that shutdown can wait for them, and they carry
//! whatever context the outer ring attached to the spawning task.

use std::fmt;
use std::future::Future;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What is done to each future before it is spawned: the outer ring attaches the current trace context here.
pub type Carry = fn(BoxFuture<'static, ()>) -> BoxFuture<'static, ()>;

/// Spawns tasks and remembers them until they end.
#[derive(Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    closing: CancellationToken,
    stopped: CancellationToken,
    carry: Carry,
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("running", &self.tracker.len()).finish_non_exhaustive()
    }
}

impl Default for Tasks {
    fn default() -> Self {
        Self::new(|future| future)
    }
}

impl Tasks {
    /// No tasks yet; each future passes through `carry` when it is spawned.
    pub fn new(carry: Carry) -> Self {
        let (closing, stopped) = (CancellationToken::new(), CancellationToken::new());
        Self { tracker: TaskTracker::new(), closing, stopped, carry }
    }

    /// Runs `work` to its end, or until [`Tasks::stop`], whether or not anybody still waits for the result.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Pending<T> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let stopped = self.stopped.clone();
        let work: BoxFuture<'static, ()> = Box::pin(async move {
            if let Some(result) = stopped.run_until_cancelled(work).await {
                // The receiver may be gone: its client left, the work was still worth finishing.
                let _ = sender.send(result);
            }
        });
        self.tracker.spawn((self.carry)(work));
        Pending { receiver }
    }

    /// How many tasks are running.
    pub fn running(&self) -> usize {
        self.tracker.len()
    }

    /// Resolves when [`Tasks::close`] is called: long-lived connections end themselves then.
    pub fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Tells everyone that the program is about to end.
    pub fn close(&self) {
        self.closing.cancel();
        self.tracker.close();
    }

    /// Cancels the tasks that still run, so that they leave in order.
    pub fn stop(&self) {
        self.stopped.cancel();
    }

    /// Resolves when all tasks have ended, once [`Tasks::close`] was called.
    pub async fn drained(&self) {
        self.tracker.wait().await;
    }
}

/// The result of a spawned task, to be awaited; dropping it lets the task run on.
pub struct Pending<T> {
    receiver: tokio::sync::oneshot::Receiver<T>,
}

/// The task panicked or was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the task ended without a result")]
pub struct Lost;

impl<T> Pending<T> {
    /// The task's result.
    ///
    /// # Errors
    /// [`Lost`] when the task panicked or was stopped.
    pub async fn result(self) -> Result<T, Lost> {
        self.receiver.await.map_err(|_| Lost)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_task_goes_on_when_nobody_waits_for_it() {
        let tasks = Tasks::default();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        drop(tasks.spawn(async move { sender.send(7).unwrap() }));
        assert_eq!(receiver.await, Ok(7));
        tasks.close();
        tasks.drained().await;
        assert_eq!(tasks.running(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stuck_task_is_counted_until_it_is_stopped() {
        let tasks = Tasks::default();
        drop(tasks.spawn(std::future::pending::<()>()));
        tasks.close();
        assert!(tokio::time::timeout(Duration::from_secs(5), tasks.drained()).await.is_err());
        assert_eq!(tasks.running(), 1);
        tasks.stop();
        tasks.drained().await;
        assert_eq!(tasks.running(), 0);
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_too() {
        let tasks = Tasks::default();
        let lost = tasks.spawn(async { panic!("on purpose") });
        assert_eq!(lost.result().await, Err::<(), _>(Lost));
    }
}
