//! Turns: played, cancelled, tried again and taken back.

use std::time::Duration;

use crate::llm::Usage;
use crate::play::{PlayError, TurnInput, TurnOutcome};

use super::ReplError;
use super::complaint::complaint;
use super::session::{Last, Session, Step, Trace};
use super::speech::Speech;
use super::tally::footer;

/// How long a person's turn waits for somebody else's in the same game.
const PATIENCE: Duration = Duration::from_secs(30);

/// A message on its way into the game.
#[derive(Debug, Clone)]
struct Try {
    text: String,
    attempt: u32,
    replaces: Option<u64>,
}

impl Session {
    /// Plays `text` as a new message.
    pub(super) async fn say(&mut self, text: String) -> Step {
        self.turn(Try { text, attempt: 0, replaces: None }).await
    }

    /// Plays a turn; Ctrl-C cancels it.
    async fn turn(&mut self, tried: Try) -> Step {
        let Try { text, attempt, replaces } = tried.clone();
        let team = self.team.clone();
        let shown_at_once = !self.is_program();
        let input = TurnInput { session: self.id, text, attempt, replaces, heard: shown_at_once, team, wait: PATIENCE };
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
                self.failed(&error, tried);
            }
            None => {
                speech.end();
                return self.cancelled(tried);
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

    fn failed(&mut self, error: &PlayError, tried: Try) {
        self.complain(&complaint(error));
        match error {
            // It would fail again in the same way.
            PlayError::Message(_) => {}
            PlayError::Model(error) => self.lost(tried, error.usage),
            _ => self.lost(tried, None),
        }
    }

    fn cancelled(&mut self, tried: Try) -> Step {
        let left = match tried.replaces {
            Some(_) => "Cancelled: the game keeps the answer that it had. /retry asks for another.",
            None => "Cancelled: this turn is not in the game. /retry plays it again.",
        };
        self.lost(tried, None);
        if self.is_program() {
            return Step::Break(Err(ReplError::Interrupted));
        }
        self.screen.note(left);
        Step::Continue(())
    }

    fn lost(&mut self, tried: Try, usage: Option<Usage>) {
        self.tally.failed(usage);
        self.trace = Trace::Unknown;
        let Try { text, attempt, replaces } = tried;
        self.last = match replaces {
            // It still is the last turn, unless someone else played one: the next try looks it up again.
            Some(_) => Last::Turn { attempt },
            None => Last::Lost { text, attempt },
        };
    }

    /// Plays the last message again: one that is lost as it is, one that was answered in its turn's place. Each time
    /// counts as another attempt, so that a model that goes by a seed does not repeat itself.
    pub(super) async fn retry(&mut self) -> Step {
        let tried = match self.last.clone() {
            Last::Lost { text, attempt } => Try { text, attempt: attempt + 1, replaces: None },
            Last::Turn { attempt } => match self.last_turn(attempt + 1).await {
                Ok(tried) => tried,
                Err(why) => {
                    self.complain(&why);
                    return Step::Continue(());
                }
            },
        };
        if !self.is_program() {
            self.screen.note(&format!("{}> {}", self.game.protagonist, tried.text));
        }
        self.turn(tried).await
    }

    /// The last turn, to be played again; else why it cannot be.
    async fn last_turn(&mut self, attempt: u32) -> Result<Try, String> {
        let game = self.play.game(self.id).await.map_err(|error| complaint(&error))?;
        let last = game.turns.last().ok_or("There is no turn to play again.")?;
        Ok(Try { text: last.message.to_string(), attempt, replaces: Some(last.number) })
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
