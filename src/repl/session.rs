//! A player at the prompt: line after line is understood and done, whatever is played.

use std::io;
use std::ops::ControlFlow;

use crate::id::{Team, TraceId};
use crate::play::Games;

use super::command::{self, Entry};
use super::input::{Input, Line};
use super::screen::{Manner, Screen};
use super::seat::Seat;
use super::tally::Tally;
use super::vocabulary::Vocabulary;
use super::{Notices, ReplError, Table};

/// One player at the prompt, in one game after the other.
pub(super) struct Session {
    pub(super) games: Games,
    pub(super) seat: Seat,
    pub(super) team: Team,
    pub(super) input: Box<dyn Input>,
    pub(super) screen: Screen,
    pub(super) last: Last,
    pub(super) tally: Tally,
    pub(super) trace: Trace,
    pub(super) trace_url: Option<String>,
    pub(super) vocabulary: Vocabulary,
    pub(super) count: Count,
    notices: Option<Notices>,
    fixed_width: Option<usize>,
}

/// What `/retry` is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Last {
    /// The last turn of the game, whoever played it.
    Turn { attempt: u32 },
    /// A message that was tried and is not in the game.
    Lost { text: String, approach: Option<String>, attempt: u32 },
}

/// The trace of the last turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    NoTurnYet,
    /// A turn that came to nothing does not say under which id it was recorded.
    Unknown,
    NotRecorded,
    Recorded(TraceId),
}

/// The lines so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// All lines, for messages.
    pub(super) line: u64,
    /// Lines that were neither empty nor comments.
    tried: u64,
    failed: u64,
}

/// Whether to go on.
pub(super) type Step = ControlFlow<Result<(), ReplError>>;

impl Session {
    pub(super) fn new(table: Table, seat: Seat) -> Self {
        table.vocabulary.learn(&seat);
        Self {
            games: table.games,
            seat,
            team: table.team,
            input: table.input,
            screen: table.screen,
            last: Last::Turn { attempt: 0 },
            tally: Tally::default(),
            trace: Trace::NoTurnYet,
            trace_url: table.trace_url,
            vocabulary: table.vocabulary,
            notices: table.notices,
            fixed_width: table.fixed_width,
            count: Count::default(),
        }
    }

    /// Plays until the player leaves.
    ///
    /// # Errors
    /// [`ReplError`], but not [`ReplError::Start`].
    pub(super) async fn run(&mut self) -> Result<(), ReplError> {
        let mut interrupts = 0;
        loop {
            if let Some(error) = self.screen.failure.take() {
                return unwritten(error);
            }
            self.show_notices();
            let prompt = format!("{}> ", self.seat.player());
            let line = self.input.line(&prompt).await;
            self.screen.width = self.fixed_width.or(self.input.width());
            let step = match line {
                Line::Text(line) => {
                    interrupts = 0;
                    self.enter(&line).await
                }
                Line::Interrupted => {
                    interrupts += 1;
                    self.interrupted_at_prompt(interrupts)
                }
                Line::End => self.end(),
                Line::Failed(error) => ControlFlow::Break(Err(ReplError::Input(error))),
            };
            if let ControlFlow::Break(ended) = step {
                return ended;
            }
        }
    }

    fn show_notices(&mut self) {
        let notices = self.notices.as_ref().map(|notices| notices()).unwrap_or_default();
        if !notices.is_empty() {
            // Not wrapped: trees and tables lose their shape.
            let text = self.screen.colour.dim(notices.trim_end());
            self.screen.raw(&format!("{text}\n\n"));
        }
    }

    async fn enter(&mut self, line: &str) -> Step {
        self.count.line += 1;
        if self.is_program() && line.trim_start().starts_with('#') {
            return Step::Continue(());
        }
        let entry = command::parse(line, self.seat.kind());
        if entry != Entry::Nothing {
            self.count.tried += 1;
        }
        let step = match entry {
            Entry::Nothing => return Step::Continue(()),
            Entry::Say(text) => self.say(text).await,
            Entry::Approach(name) => self.approach(name).await,
            Entry::Command(command) => self.answer(command).await,
            Entry::Wrong(why) => {
                self.complain(&why);
                Step::Continue(())
            }
        };
        if !self.is_program() && step.is_continue() {
            self.screen.gap();
        }
        step
    }

    fn interrupted_at_prompt(&mut self, times: u32) -> Step {
        if self.is_program() {
            return Step::Break(Err(ReplError::Interrupted));
        }
        if times > 1 {
            self.screen.note("Ctrl-D or /quit leaves the game.");
        }
        Step::Continue(())
    }

    /// The player leaves.
    pub(super) fn end(&mut self) -> Step {
        let Count { tried: lines, failed, .. } = self.count;
        if self.is_program() && failed > 0 {
            return Step::Break(Err(ReplError::Lines { failed, lines }));
        }
        if !self.is_program() {
            self.screen.note("You leave the game.");
        }
        Step::Break(self.screen.failure.take().map_or(Ok(()), unwritten))
    }

    /// Says why a line came to nothing.
    pub(super) fn complain(&mut self, why: &str) {
        self.count.failed += 1;
        if self.is_program() {
            self.screen.complain(&format!("line {}: {why}", self.count.line));
        } else {
            self.screen.complain(why);
        }
    }

    pub(super) fn is_program(&self) -> bool {
        self.screen.manner == Manner::Program
    }
}

/// A reader that has seen enough, as `head` does, is no failure.
fn unwritten(error: io::Error) -> Result<(), ReplError> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(ReplError::Output(error)) }
}
