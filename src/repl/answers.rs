//! What the commands answer.

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::play::Game;

use super::command::{Command, Existing, USAGES};
use super::complaint::complaint;
use super::opening;
use super::session::{Session, Step, Trace};
use super::tally::counted;
use super::transcript;

/// Where the explanations of `/help` and `/cost` begin.
const INDENT: usize = 14;

impl Session {
    /// Does what the player asks for.
    pub(super) async fn answer(&mut self, command: Command) -> Step {
        match command {
            Command::Help => self.help(),
            Command::Quest => opening::quest(&mut self.screen, &self.game),
            Command::Who => opening::who(&mut self.screen, &self.game),
            Command::History => self.history().await,
            Command::Undo => self.undo().await,
            Command::Retry => return self.retry().await,
            Command::Save { file, existing } => self.save(&file, existing).await,
            Command::Cost => self.cost(),
            Command::Trace => self.trace(),
            Command::Quit => return self.end(),
        }
        Step::Continue(())
    }

    fn help(&mut self) {
        for usage in &USAGES {
            self.screen.entry(format!("{} {}", usage.name, usage.argument).trim_end(), usage.meaning, INDENT);
        }
        self.screen.gap();
        self.screen.say("Everything else is what you say or do. Ctrl-C stops an answer.");
    }

    async fn history(&mut self) {
        let Some(game) = self.current().await else { return };
        let Some(first) = game.turns.first() else {
            return self.screen.say("Nothing was played yet.");
        };
        if first.number > 1 {
            self.screen.note(&format!("The first {} not kept.", are(first.number - 1)));
        }
        for turn in &game.turns {
            // Indented, the second line of a message cannot pass for someone else's.
            let message = turn.message.as_str().replace('\n', "\n  ");
            self.screen.labelled(&format!("{}>", game.protagonist), &message);
            self.screen.labelled(&format!("{}>", game.storyteller), &turn.response);
        }
    }

    async fn save(&mut self, file: &Path, existing: Existing) {
        let Some(game) = self.current().await else { return };
        let shown = file.display();
        match transcript::save(&game, file, existing).await {
            Ok(()) => self.screen.say(&format!("{} written to {shown}.", counted_turns(&game))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.complain(&format!("{shown} exists already. /save! {shown} replaces it."));
            }
            Err(error) => self.complain(&format!("{shown} cannot be written: {error}. Try another file.")),
        }
    }

    async fn current(&mut self) -> Option<Arc<Game>> {
        match self.play.game(self.id).await {
            Ok(game) => Some(game),
            Err(error) => {
                self.complain(&complaint(&error));
                None
            }
        }
    }

    fn cost(&mut self) {
        let entries = self.tally.entries();
        if entries.is_empty() {
            self.screen.say("You have not played a turn since the start, so there is nothing to add up.");
        }
        for (label, value) in entries {
            self.screen.entry(label, &value, INDENT);
        }
    }

    fn trace(&mut self) {
        let trace = match self.trace {
            Trace::NoTurnYet => return self.screen.say("Nothing was played yet, so there is no trace."),
            Trace::Unknown => {
                let session = self.id;
                return self.screen.say(&format!(
                    "The last turn came to nothing and left no id. Search for the newest trace of session {session}."
                ));
            }
            Trace::NotRecorded => {
                return self.screen.say("The last turn was not traced: telemetry is switched off.");
            }
            Trace::Recorded(trace) => trace,
        };
        self.screen.say(&format!("The last turn is trace {trace}."));
        match &self.trace_url {
            Some(url) => self.screen.raw(&format!("{}\n", url.replace("{trace_id}", &trace.to_string()))),
            None => self.screen.say(
                "Search for this id where your telemetry goes (start with OTEL_TRACES_EXPORTER=console to see it here). It \
                 shows the call of the model, the name of its prompt, tokens, \
                 cost and time; logs of the turn carry it as trace_id.",
            ),
        }
    }
}

fn counted_turns(game: &Game) -> String {
    let kept = u64::try_from(game.turns.len()).unwrap_or(u64::MAX);
    format!("{} {}", counted(kept, "turn"), if kept == 1 { "was" } else { "were" })
}

fn are(turns: u64) -> String {
    format!("{} {}", counted(turns, "turn"), if turns == 1 { "is" } else { "are" })
}
