//! The line editor: history, and what can be typed next completed and hinted.

use std::fs;
use std::io;
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hint, Hinter};
use rustyline::history::DefaultHistory;
use rustyline::{ColorMode, CompletionType, Context, Editor, Helper, Validator};

use super::input::Line;
use super::style::Colour;
use super::vocabulary::{self, Vocabulary};

/// Reads lines from the terminal. Blocks while the player types.
pub(super) struct LineEditor {
    editor: Editor<Commands, DefaultHistory>,
    history_file: Option<PathBuf>,
    colour: Colour,
}

impl LineEditor {
    /// An editor for this terminal that remembers its lines in `history_file` and completes what `vocabulary` knows.
    ///
    /// # Errors
    /// When the terminal cannot be used.
    pub(super) fn open(history_file: Option<PathBuf>, colour: Colour, vocabulary: Vocabulary) -> io::Result<Self> {
        let mode = match colour {
            Colour::On => ColorMode::Enabled,
            Colour::Off => ColorMode::Disabled,
        };
        let config =
            rustyline::Config::builder().completion_type(CompletionType::List).color_mode(mode).auto_add_history(true);
        let mut editor = Editor::with_history(config.build(), DefaultHistory::new()).map_err(io_error)?;
        editor.set_helper(Some(Commands { colour, vocabulary }));
        // A history that cannot be read or kept is no reason not to play.
        let history_file = history_file.filter(|file| {
            let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
            folder.is_ok() && (!file.exists() || editor.load_history(file).is_ok())
        });
        Ok(Self { editor, history_file, colour })
    }

    /// Reads one line.
    pub(super) fn read(&mut self, prompt: &str) -> Line {
        match self.editor.readline(&(prompt.to_owned(), self.colour.bold(prompt))) {
            Ok(line) => {
                if let Some(file) = &self.history_file {
                    // As in `open`: no reason not to play.
                    let _ = self.editor.append_history(file);
                }
                Line::Text(line)
            }
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(ReadlineError::Eof) => Line::End,
            Err(error) => Line::Failed(io_error(error)),
        }
    }

    /// The width of the terminal; 0 when there is none.
    pub(super) fn columns(&mut self) -> u16 {
        self.editor.dimensions().map_or(0, |(columns, _)| columns)
    }
}

fn io_error(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// Completes and hints what can be typed.
#[derive(Debug, Helper, Validator)]
struct Commands {
    colour: Colour,
    vocabulary: Vocabulary,
}

impl Completer for Commands {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..pos).unwrap_or(line);
        Ok((0, self.vocabulary.completions(typed)))
    }
}

impl Hinter for Commands {
    type Hint = CommandHint;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<CommandHint> {
        // A hint that is not dimmed looks as if it had been typed.
        if self.colour == Colour::Off || pos < line.len() {
            return None;
        }
        self.vocabulary.hint(line).map(CommandHint)
    }
}

impl Highlighter for Commands {
    fn highlight_hint<'h>(&self, hint: &'h str) -> std::borrow::Cow<'h, str> {
        self.colour.dim(hint).into()
    }
}

/// The rest of a command, and what it needs.
struct CommandHint(vocabulary::Hint);

impl Hint for CommandHint {
    fn display(&self) -> &str {
        &self.0.shown
    }

    fn completion(&self) -> Option<&str> {
        Some(self.0.typed.as_str()).filter(|typed| !typed.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_that_cannot_be_kept_is_done_without() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "#V2\nI look around.\n").unwrap();
        let kept = LineEditor::open(Some(file.clone()), Colour::Off, Vocabulary::default()).unwrap();
        assert_eq!(kept.history_file, Some(file.clone()));
        let lost = LineEditor::open(Some(file.join("history")), Colour::Off, Vocabulary::default()).unwrap();
        assert_eq!(lost.history_file, None);
    }
}
