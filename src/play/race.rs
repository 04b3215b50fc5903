//! Who lost a race is told where the game stands.

use std::time::Duration;

use crate::id::SessionId;
use crate::store::Store;

use super::error::PlayError;
use super::gate::{Gate, Turn};

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
    match gate.enter(session, wait).await {
        Err(error) => Err(standing(store, session, error).await),
        entered => entered,
    }
}

/// The error, with the number of the session's last turn where it has room for it.
pub(super) async fn standing(store: &dyn Store, session: SessionId, error: PlayError) -> PlayError {
    let (PlayError::Busy { .. } | PlayError::Conflict { .. }) = error else { return error };
    let turn = store.load(session, 0).await.ok().map(|session| session.turn_number);
    match error {
        PlayError::Busy { .. } => PlayError::Busy { turn },
        _ => PlayError::Conflict { turn },
    }
}

/// How often a turn is played that loses against other servers.
const TRIES: u32 = 3;

/// Whether a turn that came to nothing is played once more on its player's behalf: it lost against another server, its
/// player is willing to wait, and nobody has heard a word of it.
pub(super) fn goes_on<T>(result: &Result<T, PlayError>, tried: u32, wait: Duration, heard: bool) -> bool {
    let lost = matches!(result, Err(PlayError::Conflict { .. }));
    lost && tried < TRIES && !wait.is_zero() && !heard
}
