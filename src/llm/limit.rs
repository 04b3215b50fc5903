//! A model that is not asked by too many at once, nor too often.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout};

use super::error::{ErrorKind, ModelError};
use super::model::{ChatReply, ChatRequest, Deltas, Descriptor, Model};

/// What one provider is asked at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// How many calls may be under way.
    pub at_once: usize,
    /// How many calls may begin in a minute; as many as like when absent.
    pub per_minute: Option<u32>,
    /// How long a call waits for its turn before it fails.
    pub patience: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { at_once: 100, per_minute: None, patience: Duration::from_secs(10) }
    }
}

/// The door to one provider, through which the calls of all its models go.
pub struct Door {
    limits: CallLimits,
    places: Semaphore,
    bucket: Mutex<Bucket>,
}

/// Calls that may begin right now, refilled with time.
#[derive(Debug)]
struct Bucket {
    /// Below zero when calls wait already.
    level: f64,
    /// When the level was right.
    at: Instant,
}

impl Door {
    /// A door with these limits.
    pub fn new(limits: CallLimits) -> Self {
        let bucket = Bucket { level: limits.per_minute.map_or(0.0, burst), at: Instant::now() };
        Self { limits, places: Semaphore::new(limits.at_once.min(Semaphore::MAX_PERMITS)), bucket: Mutex::new(bucket) }
    }

    async fn enter(&self, provider: &str) -> Result<Option<SemaphorePermit<'_>>, ModelError> {
        let came = Instant::now();
        // First the turn: who waits for it must not hold a place.
        self.take_turn(provider).await?;
        let patience = self.limits.patience.saturating_sub(came.elapsed());
        let Ok(place) = timeout(patience, self.places.acquire()).await else {
            let CallLimits { at_once, patience, .. } = self.limits;
            return Err(ModelError::new(
                ErrorKind::LimitReached,
                format!(
                    "{at_once} calls to {provider} are under way, and none of them ended within {patience:?}: raise \
                     ZEROTH_MAX_CALLS if it takes more"
                ),
            ));
        };
        // It is never closed; if it were, nobody would have to wait.
        Ok(place.ok())
    }

    async fn take_turn(&self, provider: &str) -> Result<(), ModelError> {
        let Some(per_minute) = self.limits.per_minute else { return Ok(()) };
        let wait = self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(per_minute, self.limits.patience);
        match wait {
            Ok(Duration::ZERO) => Ok(()),
            Ok(wait) => {
                sleep(wait).await;
                Ok(())
            }
            Err(wait) => {
                let message = format!(
                    "{per_minute} calls a minute to {provider} are all that ZEROTH_CALLS_PER_MINUTE allows: wait"
                );
                Err(ModelError { retry_after: Some(wait), ..ModelError::new(ErrorKind::LimitReached, message) })
            }
        }
    }
}

/// What may begin at once after a pause: ten seconds' worth. Providers enforce a limit per minute in smaller steps.
fn burst(per_minute: u32) -> f64 {
    (f64::from(per_minute) / 6.0).max(1.0)
}

impl Bucket {
    /// Takes one call out; tells how long it has to wait, or, when that is longer than `patience`, takes none.
    fn take(&mut self, per_minute: u32, patience: Duration) -> Result<Duration, Duration> {
        let (now, per_second) = (Instant::now(), f64::from(per_minute) / 60.0);
        let refilled = now.duration_since(self.at).as_secs_f64() * per_second;
        (self.level, self.at) = ((self.level + refilled).min(burst(per_minute)), now);
        let missing = (1.0 - self.level).max(0.0);
        let wait = Duration::from_secs_f64(missing / per_second);
        if wait > patience {
            return Err(wait);
        }
        self.level -= 1.0;
        Ok(wait)
    }
}

/// A model whose calls go through a door.
pub struct Limited {
    inner: Arc<dyn Model>,
    door: Arc<Door>,
}

impl Limited {
    /// `inner` behind `door`.
    pub fn new(inner: Arc<dyn Model>, door: Arc<Door>) -> Self {
        Self { inner, door }
    }
}

#[async_trait]
impl Model for Limited {
    fn descriptor(&self) -> &Descriptor {
        self.inner.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let _place = self.door.enter(&self.descriptor().provider).await?;
        self.inner.chat(request, deltas).await
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::super::fixture::{self, Scripted, Step};
    use super::*;

    /// When each of `calls` calls, which take a second each, ends; none for those that fail.
    async fn times(calls: usize, limits: CallLimits) -> Vec<Option<u128>> {
        let inner = Arc::new(Scripted::new(vec![Step::Wait(Duration::from_secs(1)), Step::Say("x")]));
        let model = Limited::new(inner, Arc::new(Door::new(limits)));
        let started = Instant::now();
        let call = async || {
            let outcome = model.chat(&fixture::request(), &mut |_| {}).await;
            outcome.ok().map(|_| started.elapsed().as_millis())
        };
        join_all((0..calls).map(|_| call())).await
    }

    #[tokio::test(start_paused = true)]
    async fn calls_wait_for_a_place_but_not_for_ever() {
        let limits = CallLimits { at_once: 2, per_minute: None, patience: Duration::from_millis(1500) };
        let expected = [Some(1000), Some(1000), Some(2000), Some(2000), None];
        assert_eq!(times(5, limits).await, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_begin_no_more_often_than_allowed() {
        let limits = CallLimits { at_once: 100, per_minute: Some(12), patience: Duration::from_secs(11) };
        // Two at once, then one in five seconds.
        let expected = [Some(1000), Some(1000), Some(6000), Some(11_000), None];
        assert_eq!(times(5, limits).await, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_turned_away_hears_when_to_come_again() {
        let limits = CallLimits { at_once: 1, per_minute: Some(1), patience: Duration::ZERO };
        let door = Door::new(limits);
        assert!(door.take_turn("acme").await.is_ok());
        let error = door.take_turn("acme").await.unwrap_err();
        assert_eq!((error.kind, error.retry_after), (ErrorKind::LimitReached, Some(Duration::from_secs(60))));
    }
}
