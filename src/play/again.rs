//! Playing the last turn again: which attempt it is.

use crate::game::Turn;
use crate::id::SessionId;
use crate::store::{Mark, Store};

use super::error::PlayError;
use super::port::Again;

/// How many of the last things that were played are looked through for earlier attempts.
const LOOKED_THROUGH: usize = 200;

/// What it takes to play `turn`, the last of the session, again.
pub(super) async fn again(
    store: &dyn Store,
    session: SessionId,
    turn: &Turn,
    approach: Option<String>,
) -> Result<Again, PlayError> {
    let entries = store.transcript(session, LOOKED_THROUGH).await?;
    let earlier = entries.iter().filter(|entry| entry.mark == Mark::Replaced && entry.turn.turn.number == turn.number);
    let attempt = u32::try_from(earlier.count() + 1).unwrap_or(u32::MAX);
    Ok(Again { text: turn.message.to_string(), approach, number: turn.number, attempt })
}
