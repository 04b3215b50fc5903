//! How a game begins: it is created or found again, and introduced.

use std::sync::Arc;

use crate::id::{SessionId, Team};
use crate::play::{Game, Play, PlayError};

use super::command::{self, Command, Entry};
use super::complaint::complaint;
use super::input::Line;
use super::screen::{Manner, Screen};
use super::tally::counted;
use super::{ReplError, Table};

/// Creates a game, or finds `session`. When that fails a person may try again; there is no game when they do not.
///
/// # Errors
/// [`ReplError::Start`] when nobody is there to try again or it would not help; what can be wrong with the terminal.
pub(super) async fn open(table: &mut Table, session: Option<SessionId>) -> Result<Option<Arc<Game>>, ReplError> {
    loop {
        let waiting = table.screen.waiting("The game is being set up".to_owned());
        let game = tokio::select! {
            biased;
            game = begin(table.play.as_ref(), session, &table.team) => game,
            () = table.input.interrupted() => return Err(ReplError::Interrupted),
        };
        waiting.finish_and_clear();
        match game {
            Ok(game) => return Ok(Some(game)),
            Err(error @ PlayError::UnknownSession(_)) => return Err(ReplError::Start(error)),
            Err(error) if table.screen.manner == Manner::Program => return Err(ReplError::Start(error)),
            Err(error) => table.screen.complain(&complaint(&error)),
        }
        if !again(table).await? {
            return Ok(None);
        }
    }
}

async fn begin(play: &dyn Play, session: Option<SessionId>, team: &Team) -> Result<Arc<Game>, PlayError> {
    match session {
        Some(session) => play.game(session).await,
        None => play.create(team).await,
    }
}

async fn again(table: &mut Table) -> Result<bool, ReplError> {
    loop {
        let line = match table.input.line("/retry or /quit> ").await {
            Line::Text(line) => line,
            Line::Interrupted | Line::End => return Ok(false),
            Line::Failed(error) => return Err(ReplError::Input(error)),
        };
        match command::parse(&line) {
            Entry::Command(Command::Retry) => return Ok(true),
            Entry::Command(Command::Quit) => return Ok(false),
            _ => table.screen.note("There is no game yet. /retry tries again, /quit leaves."),
        }
    }
}

/// Says what the game is about.
pub(super) fn introduce(screen: &mut Screen, game: &Game) {
    quest(screen, game);
    who(screen, game);
    if screen.manner == Manner::Program {
        return;
    }
    screen.gap();
    if let Some(last) = game.turns.last() {
        screen.note(&format!("You have played {} of this game; /history shows them.", counted(last.number, "turn")));
    }
    screen.note("Type what you say or do. /help lists the commands, Ctrl-D leaves the game.");
    screen.gap();
}

/// Tells the quest.
pub(super) fn quest(screen: &mut Screen, game: &Game) {
    screen.labelled("Quest:", &game.setup.quest);
}

/// Tells who is who.
pub(super) fn who(screen: &mut Screen, game: &Game) {
    screen.labelled(&format!("{} (you):", game.protagonist), &game.setup.protagonist);
    screen.labelled(&format!("{} (tells the story):", game.storyteller), &game.setup.storyteller);
}
