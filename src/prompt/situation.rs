//! What the models of a scenario get to know, and the messages that are made of it.

use crate::game::scenario::{Pack, State};
use crate::llm::{Message, Role};

use super::fence::{bare, fenced};

/// What a scenario's models get to know of the game.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What is played.
    pub pack: &'a Pack,
    /// How it stands.
    pub state: &'a State,
    /// What was said and told before, oldest first; the last few count.
    pub recent: &'a [Exchange<'a>],
}

/// Something that was said and told before.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The player's text.
    pub input: &'a str,
    /// What was told.
    pub narrative: &'a str,
}

/// The most of a player's new text, in characters.
pub(super) const INPUT: usize = 500;
/// The most of an older one.
const RECENT_INPUT: usize = 160;
/// The most of what was told, in bytes.
const RECENT_NARRATIVE: usize = 400;

/// The last `most` exchanges as messages that take turns, and `last` as the one to be answered.
pub(super) fn messages(recent: &[Exchange<'_>], most: usize, last: String) -> Vec<Message> {
    let from = recent.len().saturating_sub(most);
    let told = recent[from..].iter().filter(|exchange| !exchange.narrative.trim().is_empty());
    let pair = |exchange: &Exchange<'_>| {
        let narrative = line(&bare(exchange.narrative, RECENT_NARRATIVE), RECENT_NARRATIVE);
        [(Role::User, fenced(exchange.input, RECENT_INPUT)), (Role::Assistant, narrative)]
    };
    let messages = told.flat_map(pair).chain([(Role::User, last)]);
    messages.map(|(role, text)| Message { role, text }).collect()
}

/// The text on one line, at most `limit` bytes of it, with an ellipsis where it was cut.
pub(super) fn line(text: &str, limit: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() <= limit {
        return text;
    }
    let end = text.floor_char_boundary(limit.saturating_sub('…'.len_utf8()));
    format!("{}…", text[..end].trim_end())
}
