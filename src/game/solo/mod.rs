//! Solo mode: one character, one storyteller who answers with a structured reply, and an engine that owns the numbers.
//!
//! [`play`] takes a turn: it rolls what the reply asks for, lets damage count, applies what the reply may change, and says
//! what it refused. [`prompt_view`] is what a model gets to see of a game, however long it lasts.

mod opening;
mod state;
mod delta;
mod trigger;
mod turn;
mod view;

pub use delta::{Reason, RejectedDelta};
pub use opening::Opening;
pub use state::State;
pub use trigger::{RejectedTrigger, Trigger};
pub use turn::{Fact, Reply, Step, play, play_plain};
pub use view::{NpcLine, PROMPT_VIEW_BYTES, PastTurn, PromptView, QuestLine, prompt_view};
