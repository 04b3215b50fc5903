//! What the commands answer.

use std::io;
use std::path::Path;

use crate::id::SessionId;
use crate::play::{Archive, Nature, PlayError, Transcript};
use crate::store::Mark;

use super::command::{Command, Existing};
use super::complaint::complaint;
use super::screen::Mood;
use super::seat::Seat;
use super::session::{Last, Session, Step, Trace};
use super::tally::counted;
use super::usage::usages;
use super::{opening, places, sheet, shelf, transcript};

/// Where the values of `/cost` begin.
const INDENT: usize = 14;
/// How many lines of a game by the rules `/history` and `/save` go back.
const LINES: usize = 10_000;

impl Session {
    /// Does what the player asks for.
    pub(super) async fn answer(&mut self, command: Command) -> Step {
        match command {
            Command::Help => self.help(),
            Command::History => self.history().await,
            Command::Undo => self.undo().await,
            Command::Retry => return self.retry().await,
            Command::Save { file, existing } => self.save(&file, existing).await,
            Command::Load(Some(id)) => self.load(&id).await,
            Command::Load(None) => {
                self.sessions().await;
                self.screen.note("/load ID goes on with one of them; the beginning of its id is enough.");
            }
            Command::Sessions => self.sessions().await,
            Command::Cost => self.cost(),
            Command::Trace => self.trace(),
            Command::Quit => return self.end(),
            about => self.tell(&about),
        }
        Step::Continue(())
    }

    /// Tells of the game as it stands.
    fn tell(&mut self, about: &Command) {
        let screen = &mut self.screen;
        match &self.seat {
            Seat::Dialogue { game, .. } => match about {
                Command::Who => opening::who(screen, game),
                _ => opening::quest(screen, game),
            },
            Seat::Adventure { standing, .. } => {
                let world = &standing.world;
                match about {
                    Command::Who => places::who(screen, world),
                    Command::Sheet => sheet::sheet(screen, world.player()),
                    Command::Inventory => sheet::inventory(screen, world.player()),
                    Command::Map => places::map(screen, world),
                    Command::Clues => places::clues(screen, world),
                    Command::Hint => places::hint(screen, world),
                    _ => places::quest(screen, world),
                }
            }
        }
    }

    fn help(&mut self) {
        let kind = self.seat.kind();
        let indent = usages(kind).map(|usage| usage.typed().len()).max().unwrap_or(0) + 3;
        for usage in usages(kind) {
            self.screen.entry(&usage.typed(), usage.meaning, indent);
        }
        self.screen.gap();
        self.screen.say("Everything else is what you say or do. Ctrl-C stops an answer.");
    }

    async fn history(&mut self) {
        if let Seat::Adventure { .. } = self.seat {
            return self.story().await;
        }
        if let Err(error) = self.seat.refresh().await {
            return self.complain(&complaint(&error));
        }
        let Seat::Dialogue { game, .. } = &self.seat else { return };
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

    /// What was played by the rules, questions included.
    async fn story(&mut self) {
        let transcript = match played(&*self.games.archive, self.seat.id()).await {
            Ok(transcript) => transcript,
            Err(error) => return self.complain(&complaint(&error)),
        };
        if transcript.lines.is_empty() {
            self.screen.say("Nothing was played yet.");
        }
        let label = format!("{}>", self.seat.player());
        for line in &transcript.lines {
            self.screen.labelled(&label, &line.input.replace('\n', "\n  "));
            self.screen.say(&line.narrative);
            for log in &line.log {
                self.screen.mechanics(log, Mood::Neither);
            }
        }
    }

    async fn save(&mut self, file: &Path, existing: Existing) {
        let page = match self.page().await {
            Ok(page) => page,
            Err(error) => return self.complain(&complaint(&error)),
        };
        let shown = file.display();
        match transcript::write(&page.text, file, existing).await {
            Ok(()) => {
                let were = if page.turns == 1 { "was" } else { "were" };
                self.screen.say(&format!("{} {were} written to {shown}.", counted(page.turns, "turn")));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.complain(&format!("{shown} exists already. /save! {shown} replaces it."));
            }
            Err(error) => self.complain(&format!("{shown} cannot be written: {error}. Try another file.")),
        }
    }

    async fn page(&mut self) -> Result<transcript::Page, PlayError> {
        self.seat.refresh().await?;
        Ok(match &self.seat {
            Seat::Dialogue { game, .. } => transcript::dialogue(game),
            Seat::Adventure { standing, .. } => {
                let lines = played(&*self.games.archive, standing.session).await?;
                transcript::adventure(&standing.world, &lines)
            }
        })
    }

    async fn sessions(&mut self) {
        match shelf::listing(&*self.games.archive, self.seat.id()).await {
            Ok(lines) if lines.is_empty() => self.screen.say("No games are kept yet."),
            Ok(lines) => {
                let indent = lines.iter().map(|(id, _)| id.len()).max().unwrap_or(0) + 2;
                for (id, text) in lines {
                    self.screen.entry(&id, &text, indent);
                }
            }
            Err(error) => self.complain(&complaint(&error)),
        }
    }

    /// Leaves this game for another one.
    async fn load(&mut self, prefix: &str) {
        let found = match shelf::find(&*self.games.archive, Some(prefix)).await {
            Ok(id) => shelf::take(&self.games, id).await.map_err(shelf::Unfound::Play),
            Err(unfound) => Err(unfound),
        };
        match found {
            Ok(seat) => {
                self.seat.leave().await;
                self.seat = seat;
                self.last = Last::Turn { attempt: 0 };
                self.trace = Trace::NoTurnYet;
                self.vocabulary.learn(&self.seat);
                opening::introduce(&mut self.screen, &self.seat);
            }
            Err(unfound) => self.complain(&unfound.to_string()),
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
                let session = self.seat.id();
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
                "The server's console shows traces in the browser: end this game, start `zeroth`, and open /console. A backend \
                 of yours finds it by this id, and OTEL_TRACES_EXPORTER=console shows it here. It tells the call of the \
                 model, the name of its prompt, tokens, cost and time; logs of the turn carry it as trace_id.",
            ),
        }
    }
}

/// What was played in a game by the rules: the lines that count, and the questions beside them.
async fn played(archive: &dyn Archive, session: SessionId) -> Result<Transcript, PlayError> {
    let mut transcript = archive.transcript(session, LINES).await?;
    transcript.lines.retain(|line| match line.mark {
        Mark::Kept => true,
        // Not every time when the player was told what the game waits for.
        Mark::Aside => line.nature == Nature::Question,
        Mark::Replaced | Mark::Undone => false,
    });
    Ok(transcript)
}

fn are(turns: u64) -> String {
    format!("{} {}", counted(turns, "turn"), if turns == 1 { "is" } else { "are" })
}
