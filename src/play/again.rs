//! Playing the last turn again: which attempt it is.

use crate::store::{KeptTurn, Mark, Session, Store};

use super::error::PlayError;
use super::port::Again;

/// How many of the last things that were played are looked through for earlier attempts.
const LOOKED_THROUGH: usize = 200;

/// What it takes to play the session's last turn again; `approach` is what came beside its text.
pub(super) async fn again(
    store: &dyn Store,
    session: &Session,
    approach: impl Fn(&KeptTurn) -> Option<String>,
) -> Result<Again, PlayError> {
    let last = session.turns.back().ok_or(PlayError::NothingToUndo)?;
    let turn = &last.turn;
    let entries = store.transcript(session.id, LOOKED_THROUGH).await?;
    let earlier = entries.iter().filter(|entry| entry.mark == Mark::Replaced && entry.turn.turn.number == turn.number);
    let attempt = u32::try_from(earlier.count() + 1).unwrap_or(u32::MAX);
    let (text, revision) = (turn.message.to_string(), session.revision);
    Ok(Again { text, approach: approach(last), number: turn.number, revision, attempt })
}
