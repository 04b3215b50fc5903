//! The two-player game: a table of turns, and the part of it that a model gets to see.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the game opened with, worded by a model when the game was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Who the player is.
    pub protagonist: String,
    /// Who tells the story.
    pub storyteller: String,
    /// The quest.
    pub quest: String,
}

/// One turn: the player's message and the storyteller's answer, always both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// 1 for the first turn of a game.
    pub number: u64,
    /// What the player said.
    pub message: Message,
    /// What the storyteller answered.
    pub response: String,
}

/// A line of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Whose line it is.
    pub speaker: Speaker,
    /// What is said.
    pub text: &'a str,
}

/// Whose line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The player's character.
    Protagonist,
    /// The voice of the game.
    Storyteller,
}

/// What a player said: trimmed, with something to see in it, no longer than the table allows, without control characters
/// other than line breaks and tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(String);

/// Why a text is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Nothing that can be seen.
    #[error("the message is empty; say or do something, such as \"I look around.\"")]
    Empty,
    /// Longer than the limit.
    #[error("the message has {length} characters; at most {limit} fit into a turn")]
    TooLong {
        /// How many characters it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
}

impl Message {
    /// Reads a player's text; `limit` is in characters.
    ///
    /// # Errors
    /// [`MessageError`] when nothing is left of it or too much.
    pub fn new(text: &str, limit: usize) -> Result<Self, MessageError> {
        let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let clean = clean.trim();
        let length = clean.chars().count();
        if !clean.chars().any(is_visible) {
            return Err(MessageError::Empty);
        }
        if length > limit {
            return Err(MessageError::TooLong { length, limit });
        }
        Ok(Self(clean.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the character is anything to look at. Of Unicode's format characters and blanks those are named that are not
/// for one script alone; they may stand inside a message, where they join emoji and turn the direction of writing.
const fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a model gets to see of a game: the opening line, then the last `limit` lines up to and including the new
/// message. With an even `limit` the first line after the opening may be the storyteller's.
pub fn window<'a>(
    opening: &'a str,
    turns: impl DoubleEndedIterator<Item = &'a Turn>,
    message: &'a Message,
    limit: usize,
) -> Vec<Line<'a>> {
    let earlier = turns.rev().flat_map(|turn| {
        [
            Line { speaker: Speaker::Storyteller, text: turn.response.as_str() },
            Line { speaker: Speaker::Protagonist, text: turn.message.as_str() },
        ]
    });
    let newest = Line { speaker: Speaker::Protagonist, text: message.as_str() };
    let mut lines: Vec<Line<'a>> = std::iter::once(newest).chain(earlier).take(limit.max(1)).collect();
    lines.push(Line { speaker: Speaker::Storyteller, text: opening });
    lines.reverse();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        Message::new(text, 100).unwrap()
    }

    fn turns(count: u64) -> Vec<Turn> {
        (1..=count)
            .map(|number| Turn { number, message: message(&format!("p{number}")), response: format!("s{number}") })
            .collect()
    }

    #[test]
    fn the_window_is_the_opening_and_the_last_lines() {
        let turns = turns(20);
        let message = message("new");
        let texts: Vec<&str> = window("opening", turns.iter(), &message, 5).iter().map(|line| line.text).collect();
        assert_eq!(texts, ["opening", "p19", "s19", "p20", "s20", "new"]);
    }

    #[test]
    fn a_young_game_is_seen_whole() {
        let turns = turns(1);
        let message = message("new");
        let lines = window("opening", turns.iter(), &message, 15);
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[1], Line { speaker: Speaker::Protagonist, text: "p1" });
        assert_eq!(lines[2], Line { speaker: Speaker::Storyteller, text: "s1" });
    }

    #[test]
    fn a_message_is_cleaned_and_measured_in_characters() {
        assert_eq!(Message::new("  I wave\u{7}.\r\n", 9).unwrap().as_str(), "I wave.");
        assert_eq!(Message::new(" \n\t\u{0} ", 9), Err(MessageError::Empty));
        for nothing in ["\u{200b}", "\u{feff} \u{200d}\u{2060}", "\u{202e}\n\u{2066}", "\u{ad}\u{e0041}\u{fe0f}"] {
            assert_eq!(Message::new(nothing, 9), Err(MessageError::Empty), "{nothing:?}");
        }
        assert_eq!(Message::new("👩\u{200d}🚀", 9).unwrap().as_str(), "👩\u{200d}🚀", "a joiner may join");
        assert_eq!(Message::new("äöüß", 3), Err(MessageError::TooLong { length: 4, limit: 3 }));
    }
}
