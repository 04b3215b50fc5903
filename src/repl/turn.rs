//! Turns: played, cancelled, tried again and taken back.

use std::sync::Arc;

use crate::llm::Usage;
use crate::play::{Nature, PlayError, Played, TurnOutcome};

use super::ReplError;
use super::complaint::complaint;
use super::seat::{Done, Seat, Try};
use super::session::{Last, Session, Step, Trace};
use super::speech::Speech;
use super::tally::footer;
use super::{aftermath, situation};

impl Session {
    /// Plays `text` as a new message.
    pub(super) async fn say(&mut self, text: String) -> Step {
        self.turn(Try { text, approach: None, attempt: 0, replaces: None }).await
    }

    /// Chooses an approach.
    pub(super) async fn approach(&mut self, name: String) -> Step {
        self.turn(Try { text: format!("approach {name}"), approach: Some(name), attempt: 0, replaces: None }).await
    }

    /// Plays a turn; Ctrl-C cancels it.
    async fn turn(&mut self, tried: Try) -> Step {
        let before = self.revision().await;
        let shown_at_once = !self.is_program();
        let mut speech = match &self.seat {
            Seat::Dialogue { game, .. } => Speech::expect(&mut self.screen, &game.storyteller),
            Seat::Adventure { .. } => Speech::expect_story(&mut self.screen),
        };
        let mut deltas = |words: &str| {
            // A program gets whole replies only: a failed one must not leave half of it in its output.
            if shown_at_once {
                speech.push(words);
            }
        };
        let done = tokio::select! {
            biased;
            done = self.seat.play(&tried, shown_at_once, &self.team, &mut deltas) => Some(done),
            () = self.input.interrupted() => None,
        };
        match done {
            Some(Ok(Done::Answered(outcome))) => {
                speech.end_with(&outcome.turn.response);
                self.answered(&outcome, tried.attempt);
            }
            Some(Ok(Done::Settled(played))) => {
                speech.end_with(&played.narrative);
                self.settled(&played, tried);
            }
            Some(Err(error)) => {
                speech.end();
                self.failed(&error, tried);
                if matches!(error, PlayError::Conflict { .. }) {
                    self.look_again().await;
                }
            }
            None => {
                speech.end();
                return self.cancelled(tried, before).await;
            }
        }
        Step::Continue(())
    }

    /// The revision of the game; none before its first turn.
    async fn revision(&mut self) -> Option<u64> {
        self.seat.again().await.ok().map(|again| again.revision)
    }

    fn answered(&mut self, outcome: &TurnOutcome, attempt: u32) {
        self.tally.turn();
        self.tally.call(&outcome.reply);
        self.trace = outcome.trace_id.map_or(Trace::NotRecorded, Trace::Recorded);
        self.last = Last::Turn { attempt };
        if !self.is_program() {
            self.screen.footer(&footer(&[&outcome.reply], outcome.trace_id));
        }
    }

    fn settled(&mut self, played: &Played, tried: Try) {
        let kept = matches!(played.nature, Nature::Turn | Nature::Choice);
        if kept {
            self.tally.turn();
        }
        let replies: Vec<_> = played.calls.iter().map(|call| &call.reply).collect();
        replies.iter().for_each(|reply| self.tally.call(reply));
        self.trace = played.trace_id.map_or(Trace::NotRecorded, Trace::Recorded);
        let Seat::Adventure { standing, .. } = &mut self.seat else { return };
        let before = std::mem::replace(standing, Arc::clone(&played.standing));
        self.vocabulary.learn(&self.seat);
        let Try { text, approach, attempt, .. } = tried;
        match played.nature {
            Nature::Turn | Nature::Choice => self.last = Last::Turn { attempt },
            // It is not in the game, and can be asked again.
            Nature::Question => self.last = Last::Lost { text, approach, attempt },
            Nature::Prompt | Nature::Ruling => {}
        }
        let line = self.count.line;
        aftermath::show(&mut self.screen, &before.world, played, line);
        if !self.is_program() && !replies.is_empty() {
            self.screen.footer(&footer(&replies, played.trace_id));
        }
    }

    fn failed(&mut self, error: &PlayError, tried: Try) {
        self.complain(&complaint(error));
        match error {
            // It would fail again in the same way.
            PlayError::Message(_) | PlayError::Ruled(_) => {}
            // Where somebody else has played, the same order may mean another thing.
            PlayError::Conflict { .. } if self.seat.world().is_some() => self.last = Last::Turn { attempt: 0 },
            PlayError::Model(error) => self.lost(tried, error.usage),
            _ => self.lost(tried, None),
        }
    }

    /// Somebody else played: shows where that led.
    async fn look_again(&mut self) {
        // When it cannot be had either, the next order says so.
        if self.seat.refresh().await.is_ok() {
            self.vocabulary.learn(&self.seat);
            if let Some(world) = self.seat.world() {
                situation::whole(&mut self.screen, world);
            }
        }
    }

    /// The player did not wait. Who cancels at the very last moment may find the turn kept all the same.
    async fn cancelled(&mut self, tried: Try, before: Option<u64>) -> Step {
        if self.revision().await != before && !self.is_program() {
            self.last = Last::Turn { attempt: tried.attempt };
            self.screen.note("Too late to cancel: the turn is in the game. /undo takes it back.");
            self.look_again().await;
            return Step::Continue(());
        }
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
        let Try { text, approach, attempt, replaces } = tried;
        self.last = match replaces {
            // It still is the last turn, unless someone else played one: the next try looks it up again.
            Some(_) => Last::Turn { attempt },
            None => Last::Lost { text, approach, attempt },
        };
    }

    /// Plays the last message again: one that is lost as it is, one that was answered in its turn's place. Each time
    /// counts as another attempt, so that a model that goes by a seed does not repeat itself.
    pub(super) async fn retry(&mut self) -> Step {
        let tried = match self.last.clone() {
            Last::Lost { text, approach, attempt } => Try { text, approach, attempt: attempt + 1, replaces: None },
            Last::Turn { attempt } => match self.last_turn(attempt + 1).await {
                Ok(tried) => tried,
                Err(why) => {
                    self.complain(&why);
                    return Step::Continue(());
                }
            },
        };
        if !self.is_program() {
            self.screen.note(&format!("{}> {}", self.seat.player(), tried.text));
        }
        self.turn(tried).await
    }

    /// The last turn, to be played again; else why it cannot be.
    async fn last_turn(&mut self, attempt: u32) -> Result<Try, String> {
        let again = self.seat.again().await.map_err(|error| match error {
            PlayError::NothingToUndo => "There is no turn to play again.".to_owned(),
            other => complaint(&other),
        })?;
        // Attempts that came to nothing are in no game, but a seed was spent on them.
        let attempt = attempt.max(again.attempt);
        Ok(Try { text: again.text, approach: again.approach, attempt, replaces: Some(again.revision) })
    }

    /// Takes the last turn back.
    pub(super) async fn undo(&mut self) {
        match self.seat.undo().await {
            Ok((number, text)) => {
                self.last = Last::Turn { attempt: 0 };
                self.vocabulary.learn(&self.seat);
                // Choices have numbers, too: they say nothing to a player by the rules.
                let undone = match self.seat.world() {
                    Some(_) => format!("Taken back: {text}"),
                    None => format!("Turn {number} is taken back. You had said: {text}"),
                };
                if !self.is_program() {
                    self.screen.note(&undone);
                }
                if let Some(world) = self.seat.world() {
                    situation::whole(&mut self.screen, world);
                }
            }
            Err(error) => self.complain(&complaint(&error)),
        }
    }
}
