//! How a game begins: it is created or found again, and introduced.

use crate::game::scenario::Pace;
use crate::id::Team;
use crate::play::{Beginning, Game, Games, PlayError, Standing, World};
use crate::store::Kind;

use super::command::{self, Command, Entry};
use super::complaint::complaint;
use super::input::Line;
use super::screen::{Manner, Screen};
use super::seat::Seat;
use super::shelf::{self, Unfound};
use super::situation;
use super::tally::counted;
use super::{ReplError, Start, Table};

/// Creates a game, or finds one. When that fails a person may try again; there is no game when they do not.
///
/// # Errors
/// [`ReplError::Start`] when nobody is there to try again or it would not help; what can be wrong with the terminal.
pub(super) async fn open(table: &mut Table, start: &Start) -> Result<Option<Seat>, ReplError> {
    loop {
        let waiting = table.screen.waiting("The game is being set up".to_owned());
        let seat = tokio::select! {
            biased;
            seat = begin(&table.games, start, &table.team) => seat,
            () = table.input.interrupted() => return Err(ReplError::Interrupted),
        };
        waiting.finish_and_clear();
        let error = match seat {
            Ok(seat) => return Ok(Some(seat)),
            Err(Unfound::Play(error)) => error,
            Err(unfound) => return Err(ReplError::Resume(unfound.to_string())),
        };
        if table.screen.manner == Manner::Program || is_final(&error) {
            return Err(ReplError::Start(error));
        }
        table.screen.complain(&complaint(&error));
        if !again(table).await? {
            return Ok(None);
        }
    }
}

/// Whether it would fail again in the same way.
pub(super) const fn is_final(error: &PlayError) -> bool {
    matches!(error, PlayError::UnknownSession(_) | PlayError::UnknownContent(_) | PlayError::BrokenContent { .. })
}

async fn begin(games: &Games, start: &Start, team: &Team) -> Result<Seat, Unfound> {
    let (adventure, name) = match start {
        Start::Dialogue => {
            let game = games.play.create(team).await?;
            return Ok(Seat::Dialogue { play: games.play.clone(), game });
        }
        Start::Resume(prefix) => {
            let id = shelf::find(&*games.archive, prefix.as_deref()).await?;
            return Ok(shelf::take(games, id).await?);
        }
        Start::Scenario(name) => (games.scenario.clone(), Some(name.clone())),
        Start::Solo(name) => (games.solo.clone(), name.clone()),
    };
    let standing = adventure.start(Beginning { name, pace: Pace::Rounds }).await?;
    Ok(Seat::Adventure { adventure, standing })
}

async fn again(table: &mut Table) -> Result<bool, ReplError> {
    loop {
        let line = match table.input.line("/retry or /quit> ").await {
            Line::Text(line) => line,
            Line::Interrupted | Line::End => return Ok(false),
            Line::Failed(error) => return Err(ReplError::Input(error)),
        };
        match command::parse(&line, Kind::Dialogue) {
            Entry::Command(Command::Retry) => return Ok(true),
            Entry::Command(Command::Quit) => return Ok(false),
            _ => table.screen.note("There is no game yet. /retry tries again, /quit leaves."),
        }
    }
}

/// Says what the game is about.
pub(super) fn introduce(screen: &mut Screen, seat: &Seat) {
    let person = screen.manner == Manner::Person;
    match seat {
        Seat::Dialogue { game, .. } => {
            quest(screen, game);
            who(screen, game);
            if person {
                screen.gap();
            }
            if let Some(last) = game.turns.last().filter(|_| person) {
                played(screen, last.number);
            }
        }
        Seat::Adventure { standing, .. } => {
            tell(screen, standing);
            if person {
                screen.gap();
            }
        }
    }
    if person {
        screen.note("Type what you say or do. /help lists the commands, Ctrl-D leaves the game.");
    }
}

/// Tells the prologue and the scene, or what happened last.
fn tell(screen: &mut Screen, standing: &Standing) {
    let world = &standing.world;
    screen.heading(world.title());
    let between = |screen: &mut Screen| {
        if screen.manner == Manner::Person {
            screen.gap();
        }
    };
    if standing.number == 0 {
        screen.say(world.prologue());
        between(screen);
        let (name, text) = place(world);
        screen.heading(name);
        screen.say(text);
    } else {
        if screen.manner == Manner::Person {
            played(screen, world.turn_number());
        }
        if let Some(last) = standing.turns.last() {
            between(screen);
            screen.say(&last.narrative);
        }
    }
    between(screen);
    situation::whole(screen, world);
}

/// Where the game is: a name and what is seen there.
fn place(world: &World) -> (&str, &str) {
    match world {
        World::Solo { state, .. } => (&state.location.name, &state.location.description),
        World::Scenario { state, pack } => state.scene(pack).map_or(("", ""), |scene| (&scene.name, &scene.entry_text)),
    }
}

fn played(screen: &mut Screen, turns: u64) {
    screen.note(&format!("You have played {} of this game; /history shows them.", counted(turns, "turn")));
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
