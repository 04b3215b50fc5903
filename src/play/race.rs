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
