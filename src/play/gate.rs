//! One turn of a game at a time, in this process. Between processes the store sees to it that only one of two is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Door, OwnedMutexGuard};
use tokio::time::timeout;

use crate::id::SessionId;

use super::error::PlayError;

/// How many may hold on to a door: who plays, who waits, and the gate itself.
const MOST_WAITING: usize = 34;

/// Lets one in at a time, for each game; whoever waits comes in in order.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    doors: Arc<Mutex<HashMap<SessionId, Arc<Door<()>>>>>,
}

/// The right to play; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    gate: Gate,
    session: SessionId,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Gate {
    /// Waits for `wait` at most until nobody else plays.
    ///
    /// # Errors
    /// [`PlayError::Busy`].
    pub(super) async fn enter(&self, session: SessionId, wait: Duration) -> Result<Turn, PlayError> {
        let door = Arc::clone(self.doors().entry(session).or_default());
        let guard = match Arc::clone(&door).try_lock_owned() {
            Ok(guard) => Some(guard),
            Err(_) if wait.is_zero() || Arc::strong_count(&door) > MOST_WAITING => None,
            Err(_) => timeout(wait, Arc::clone(&door).lock_owned()).await.ok(),
        };
        drop(door);
        let entered = guard.is_some();
        let turn = Turn { gate: self.clone(), session, guard };
        if entered { Ok(turn) } else { Err(PlayError::Busy { turn: None }) }
    }

    fn doors(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Door<()>>>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut doors = self.gate.doors();
        // A door that nobody else holds or waits at is taken down.
        if doors.get(&self.session).is_some_and(|door| Arc::strong_count(door) == 1) {
            doors.remove(&self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: u8) -> SessionId {
        format!("00000000-0000-0000-0000-0000000000{number:02x}").parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn one_plays_and_the_others_wait_or_go() {
        let gate = Gate::default();
        let first = gate.enter(session(1), Duration::ZERO).await.unwrap();
        assert_eq!(gate.enter(session(1), Duration::ZERO).await.unwrap_err(), PlayError::Busy { turn: None });
        assert!(gate.enter(session(1), Duration::from_secs(5)).await.is_err(), "the time is up");
        let other = gate.enter(session(2), Duration::ZERO).await.unwrap();
        let leaves = async { drop(first) };
        let (waited, ()) = tokio::join!(gate.enter(session(1), Duration::from_secs(5)), leaves);
        drop(waited.unwrap());
        drop(other);
        assert!(gate.doors().is_empty(), "no door stays without anybody at it");
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_waiting_leaves_nothing_behind() {
        let gate = Gate::default();
        let first = gate.enter(session(1), Duration::ZERO).await.unwrap();
        let waiting =
            tokio::time::timeout(Duration::from_secs(1), gate.enter(session(1), Duration::from_secs(9))).await;
        assert!(waiting.is_err());
        drop(first);
        assert!(gate.doors().is_empty());
    }
}
