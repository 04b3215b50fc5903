//! Who lost a race is told where the game stands, or plays once more.

use std::time::Duration;

use crate::id::SessionId;
use crate::store::Store;

use super::adventure::Order;
use super::error::PlayError;
use super::gate::{Gate, Turn};
use super::port::TurnInput;

/// Enters the game's gate.
///
/// # Errors
/// [`PlayError::Busy`] with the number of the last turn.
pub(super) async fn enter(
    gate: &Gate,
    store: &dyn Store,
    session: SessionId,
    wait: Duration,
) -> Result<Turn, PlayError> {
    told(store, session, gate.enter(session, wait).await).await
}

/// What came of something, with the number of the session's last turn if a race was lost.
pub(super) async fn told<T, E: Into<PlayError>>(
    store: &dyn Store,
    session: SessionId,
    result: Result<T, E>,
) -> Result<T, PlayError> {
    let error: PlayError = match result {
        Ok(done) => return Ok(done),
        Err(error) => error.into(),
    };
    let (PlayError::Busy { .. } | PlayError::Conflict { .. }) = error else { return Err(error) };
    let turn = store.load(session, 0).await.ok().map(|session| session.turn_number);
    Err(if let PlayError::Busy { .. } = error { PlayError::Busy { turn } } else { PlayError::Conflict { turn } })
}

/// How often a turn is played at most that loses against other servers.
const TRIES: u32 = 3;

/// How often a turn may still be played on its player's behalf.
#[derive(Debug)]
pub(super) struct Tries(u32);

impl Tries {
    /// More than one if the player is willing to wait and hears no word of what may come to nothing. What replaces a turn is
    /// not played in the place of another.
    fn of(wait: Duration, heard: bool, replaces: Option<u64>) -> Self {
        let patient = !wait.is_zero() && !heard && replaces.is_none();
        Self(if patient { TRIES } else { 1 })
    }

    /// Whether the turn is played once more, after it came to this: it lost against another server.
    pub(super) fn go_on<T>(&mut self, result: &Result<T, PlayError>) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0 && matches!(result, Err(PlayError::Conflict { .. }))
    }
}

impl From<&Order> for Tries {
    fn from(order: &Order) -> Self {
        Self::of(order.wait, order.heard, order.replaces)
    }
}

impl From<&TurnInput> for Tries {
    fn from(input: &TurnInput) -> Self {
        Self::of(input.wait, input.heard, input.replaces)
    }
}
