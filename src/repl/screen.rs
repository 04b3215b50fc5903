//! What the player sees: everything is written here, wrapped to the width of the terminal.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::speech::Speech;
use super::style::Colour;
use super::wrap::{text_width, wrapped};

/// An explanation with less room than this stands under what it explains instead of beside it.
const NARROW: usize = 20;

/// The writers and how to write to them.
pub(super) struct Screen {
    pub(super) out: Box<dyn Write + Send>,
    pub(super) err: Box<dyn Write + Send>,
    pub(super) colour: Colour,
    pub(super) width: Option<usize>,
    pub(super) manner: Manner,
    /// The first failure to write to `out`; nothing is written after it.
    pub(super) failure: Option<io::Error>,
}

/// For whom it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// A person at a terminal: prompts, a spinner, footers, and errors where the reply would stand.
    Person,
    /// A program: replies on one stream, errors on the other.
    Program,
}

/// How something went for the player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Good,
    Bad,
    Neither,
}

impl Screen {
    /// Writes `text` as it is, at once.
    pub(super) fn raw(&mut self, text: &str) {
        if self.failure.is_none()
            && let Err(error) = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush())
        {
            self.failure = Some(error);
        }
    }

    /// Writes a paragraph.
    pub(super) fn say(&mut self, text: &str) {
        let text = wrapped(text, self.width);
        self.raw(&format!("{text}\n"));
    }

    /// Writes something that is not part of the story.
    pub(super) fn note(&mut self, text: &str) {
        let text = self.colour.dim(&wrapped(text, self.width));
        self.raw(&format!("{text}\n"));
    }

    /// Writes parts of a line that is not part of the story, as many in a row as fit.
    pub(super) fn footer(&mut self, parts: &[String]) {
        let text = self.colour.dim(&self.row(parts));
        self.raw(&format!("{text}\n"));
    }

    /// Writes parts of a line, as many in a row as fit.
    pub(super) fn parts(&mut self, parts: &[String]) {
        let text = self.row(parts);
        self.raw(&format!("{text}\n"));
    }

    fn row(&self, parts: &[String]) -> String {
        const BETWEEN: &str = " · ";
        let width = self.width.unwrap_or(usize::MAX);
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            match lines.last_mut() {
                Some(line) if text_width(line) + text_width(BETWEEN) + text_width(part) <= width => {
                    line.push_str(BETWEEN);
                    line.push_str(part);
                }
                _ => lines.push(part.clone()),
            }
        }
        // A part of its own may still be too long.
        wrapped(&lines.join("\n"), self.width)
    }

    /// Writes a title.
    pub(super) fn heading(&mut self, text: &str) {
        let text = self.colour.bold(&wrapped(text, self.width));
        self.raw(&format!("{text}\n"));
    }

    /// Writes a line of the mechanics, set apart from the story.
    pub(super) fn mechanics(&mut self, text: &str, mood: Mood) {
        let text = wrapped(text, self.width.map(|width| width.saturating_sub(4)));
        let text = text.replace('\n', "\n    ");
        let text = match mood {
            Mood::Good => self.colour.good(&text),
            Mood::Bad => self.colour.bad(&text),
            Mood::Neither => text,
        };
        self.raw(&format!("  {text}\n"));
    }

    /// Writes a paragraph that begins with `label` in bold.
    pub(super) fn labelled(&mut self, label: &str, text: &str) {
        let mut speech = Speech::begin(self, label);
        speech.push(text);
        speech.end();
    }

    /// Writes `label` in bold and `text` beside it, in a column that starts at `indent`.
    pub(super) fn entry(&mut self, label: &str, text: &str, indent: usize) {
        let bold = self.colour.bold(label);
        let stacked = self.width.is_some_and(|width| width < indent + NARROW);
        let indent = if stacked { 2 } else { indent };
        let margin = " ".repeat(indent);
        let text = wrapped(text, self.width.map(|width| width.saturating_sub(indent)));
        let text = text.replace('\n', &format!("\n{margin}"));
        let gap =
            if stacked { format!("\n{margin}") } else { " ".repeat(indent.saturating_sub(text_width(label)).max(1)) };
        self.raw(&format!("{bold}{gap}{text}\n"));
    }

    /// Leaves a line empty.
    pub(super) fn gap(&mut self) {
        self.raw("\n");
    }

    /// Says what went wrong: to a person where the reply would stand, to a program on its error stream.
    pub(super) fn complain(&mut self, text: &str) {
        match self.manner {
            Manner::Person => {
                let text = wrapped(text, self.width);
                let text = format!("{}\n", self.colour.bold(&text));
                self.raw(&text);
            }
            Manner::Program => {
                let text = wrapped(text, None);
                // There is nobody left to tell when the error stream is gone.
                let _ = writeln!(self.err, "{text}").and_then(|()| self.err.flush());
            }
        }
    }

    /// Shows that something takes its time, until the bar is cleared or dropped.
    pub(super) fn waiting(&self, message: String) -> ProgressBar {
        if self.manner == Manner::Program {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner().with_message(message);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}
