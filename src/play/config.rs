//! What bounds games.

/// What bounds a game of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// How many lines of the conversation the model sees, besides the opening.
    pub history_lines: usize,
    /// How many characters a player's message may have.
    pub message_limit: usize,
    /// Whether models are asked for their answers in pieces at all.
    pub stream: bool,
}

/// What bounds the games for one player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdventureConfig {
    /// How many characters an order may have.
    pub input_limit: usize,
    /// How many of the last things that were played a client sees in a game's state.
    pub shown: usize,
    /// The solo game that is played when none is named.
    pub solo: String,
    /// Whether models are asked for their answers in pieces at all.
    pub stream: bool,
}
