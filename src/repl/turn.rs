//! Turns: played, cancelled, taken back and tried again.

use crate::llm::Usage;
use crate::play::{PlayError, TurnInput, TurnOutcome};

use super::ReplError;
use super::complaint::complaint;
use super::session::{Last, Session, Step, Trace};
use super::speech::Speech;
use super::tally::footer;

impl Session {
    /// Plays `text`; Ctrl-C cancels it.
    pub(super) async fn turn(&mut self, text: String, attempt: u32) -> Step {
        let input = TurnInput { session: self.id, text: text.clone(), attempt, stream: true };
        let shown_at_once = !self.is_program();
        let mut speech = Speech::expect(&mut self.screen, &self.game.storyteller);
        let mut deltas = |words: &str| {
            // A program gets whole replies only: a failed one must not leave half of it in its output.
            if shown_at_once {
                speech.push(words);
            }
        };
        let outcome = tokio::select! {
            biased;
            outcome = self.play.turn(input, &mut deltas) => Some(outcome),
            () = self.input.interrupted() => None,
        };
        match outcome {
            Some(Ok(outcome)) => {
                speech.end_with(&outcome.turn.response);
                self.played(&outcome, attempt);
            }
            Some(Err(error)) => {
                speech.end();
                self.failed(&error, text, attempt);
            }
            None => {
                speech.end();
                return self.cancelled(text, attempt);
            }
        }
        Step::Continue(())
    }

    fn played(&mut self, outcome: &TurnOutcome, attempt: u32) {
        self.tally.played(outcome);
        self.trace = outcome.trace_id.map_or(Trace::NotRecorded, Trace::Recorded);
        self.last = Last::Turn { attempt };
        if !self.is_program() {
            self.screen.footer(&footer(outcome));
        }
    }

    fn failed(&mut self, error: &PlayError, text: String, attempt: u32) {
        self.complain(&complaint(error));
        match error {
            // It would fail again in the same way.
            PlayError::Message(_) => {}
            PlayError::Model(error) => self.lost(text, attempt, error.usage),
            _ => self.lost(text, attempt, None),
        }
    }

    fn cancelled(&mut self, text: String, attempt: u32) -> Step {
        self.lost(text, attempt, None);
        if self.is_program() {
            return Step::Break(Err(ReplError::Interrupted));
        }
        self.screen.note("Cancelled: this turn is not in the game. /retry plays it again.");
        Step::Continue(())
    }

    fn lost(&mut self, text: String, attempt: u32, usage: Option<Usage>) {
        self.tally.failed(usage);
        self.trace = Trace::Unknown;
        self.last = Last::Lost { text, attempt };
    }

    /// Plays the last message again: one that is lost as it is, one that was answered after its turn is taken back. Each
    /// time counts as another attempt, so that a model that goes by a seed does not repeat itself.
    pub(super) async fn retry(&mut self) -> Step {
        let (text, attempt) = match self.last.clone() {
            Last::Lost { text, attempt } => (text, attempt + 1),
            Last::Turn { attempt } => match self.play.undo(self.id).await {
                Ok(undone) => (undone.turn.message.to_string(), attempt + 1),
                Err(error) => {
                    self.complain(&complaint(&error));
                    return Step::Continue(());
                }
            },
        };
        if !self.is_program() {
            self.screen.note(&format!("{}> {text}", self.game.protagonist));
        }
        self.turn(text, attempt).await
    }

    /// Takes the last turn back.
    pub(super) async fn undo(&mut self) {
        match self.play.undo(self.id).await {
            Ok(undone) => {
                self.last = Last::Turn { attempt: 0 };
                let (number, text) = (undone.turn.number, &undone.turn.message);
                if !self.is_program() {
                    self.screen.note(&format!("Turn {number} is taken back. You had said: {text}"));
                }
            }
            Err(error) => self.complain(&complaint(&error)),
        }
    }
}
