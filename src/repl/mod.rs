//! The game in the terminal: a person at a prompt, or a program that pipes lines in.

mod aftermath;
mod answers;
mod command;
mod complaint;
mod editor;
mod input;
mod opening;
mod places;
mod screen;
mod seat;
mod session;
mod sheet;
mod shelf;
mod situation;
mod speech;
mod style;
mod tally;
#[cfg(test)]
mod tests;
mod transcript;
mod turn;
mod usage;
mod vocabulary;
mod wrap;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::id::Team;
use crate::play::{Games, PlayError};

use complaint::reason;
use editor::LineEditor;
use input::{Input, Reader};
use screen::{Manner, Screen};
use session::Session;
use vocabulary::Vocabulary;

pub use style::Colour;
pub(crate) use usage::distance;

/// What is played first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A new dialogue.
    Dialogue,
    /// A new game in the scenario of this name.
    Scenario(String),
    /// A new solo game, of this name or the usual one.
    Solo(Option<String>),
    /// The game whose id begins like this; the one that was played last when nothing is said.
    Resume(Option<String>),
}

/// How the game is shown.
#[derive(Clone)]
pub struct Config {
    /// What is played first.
    pub start: Start,
    /// Whose budget pays.
    pub team: Team,
    /// True when a person types: a prompt with an editor, a spinner, footers. Otherwise standard input is played line
    /// by line; replies are all that goes to standard output, and complaints go to standard error.
    pub interactive: bool,
    /// Whether text is styled.
    pub colour: Colour,
    /// The columns of a line. When absent, a person gets the terminal's width, and a program gets unbroken lines.
    pub width: Option<usize>,
    /// Where a person's lines are remembered from game to game; folders are created. Without it they are forgotten.
    pub history_file: Option<PathBuf>,
    /// The page that shows a trace, with `{trace_id}` where its id belongs.
    pub trace_url: Option<String>,
    /// What others have to say, shown after each line when the screen is free.
    pub notices: Option<Notices>,
}

/// Gives what was said since the last time.
pub type Notices = Arc<dyn Fn() -> String + Send + Sync>;

/// Why the game in the terminal ended other than by being left.
#[derive(Debug, thiserror::Error)]
pub enum ReplError {
    /// There is no game to play.
    #[error("{}", reason(.0))]
    Start(PlayError),
    /// There is no game to go on with, or too many fit.
    #[error("{0}")]
    Resume(String),
    /// The terminal or standard input cannot be read.
    #[error("the input cannot be read: {0}")]
    Input(io::Error),
    /// Standard output cannot be written. When its reader went away, the game just ends.
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
    /// Ctrl-C while the game was created or lines were piped in.
    #[error("interrupted")]
    Interrupted,
    /// Lines that were piped in could not be played; each was complained about when its turn came.
    #[error("{failed} of {lines} lines could not be played")]
    Lines {
        /// How many could not.
        failed: u64,
        /// How many there were, without comments and empty ones.
        lines: u64,
    },
}

impl ReplError {
    /// Whether the user asked for something that is not there.
    pub const fn is_usage(&self) -> bool {
        match self {
            Self::Start(error) => opening::is_final(error),
            Self::Resume(_) => true,
            _ => false,
        }
    }
}

/// Plays a game in the terminal until the player leaves it.
///
/// Works in a runtime with several threads; lines are read on a thread of their own, which is left behind if this future
/// is dropped.
///
/// # Errors
/// [`ReplError`].
pub async fn run(games: Games, config: Config) -> Result<(), ReplError> {
    let vocabulary = Vocabulary::default();
    let (reader, manner) = if config.interactive {
        let words = vocabulary.clone();
        let editor = LineEditor::open(config.history_file, config.colour, words).map_err(ReplError::Input)?;
        (Reader::edited(editor), Manner::Person)
    } else {
        (Reader::piped(), Manner::Program)
    };
    let reader = reader.map_err(ReplError::Input)?;
    let width = config.width.or(reader.width());
    let screen = Screen {
        out: Box::new(io::stdout()),
        err: Box::new(io::stderr()),
        colour: config.colour,
        width,
        manner,
        failure: None,
    };
    let Config { start, team, width: fixed_width, trace_url, notices, .. } = config;
    let input = Box::new(reader);
    let table = Table { games, team, input, screen, vocabulary, fixed_width, trace_url, notices };
    play_at(table, start).await
}

/// What is there before the game is.
struct Table {
    games: Games,
    team: Team,
    input: Box<dyn Input>,
    screen: Screen,
    vocabulary: Vocabulary,
    fixed_width: Option<usize>,
    trace_url: Option<String>,
    notices: Option<Notices>,
}

async fn play_at(mut table: Table, start: Start) -> Result<(), ReplError> {
    let Some(seat) = opening::open(&mut table, &start).await? else { return Ok(()) };
    opening::introduce(&mut table.screen, &seat);
    if table.screen.manner == Manner::Person {
        table.screen.gap();
    }
    let mut session = Session::new(table, seat);
    let ended = session.run().await;
    session.seat.leave().await;
    ended
}
