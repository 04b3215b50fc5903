//! What a turn by the rules leaves on the screen: the mechanics, what is waiting now, and how the character stands.

use crate::game::rules::Verdict;
use crate::game::scenario::{CombatEnd, Fact, Pending};
use crate::game::solo;
use crate::llm::ErrorKind;
use crate::play::{Facts, Nature, Played, Teller, World};

use super::screen::{Manner, Mood, Screen};
use super::situation;

/// Shows what came of an order; `before` is the game before it, `line` counts the lines of standard input.
pub(super) fn show(screen: &mut Screen, before: &World, played: &Played, line: u64) {
    let world = &played.standing.world;
    if let Teller::Stopgap(kind) = played.teller {
        stopgap(screen, kind, line);
    }
    let moods = moods(&played.facts);
    for line in &played.log {
        let mood = moods.iter().find(|(known, _)| known == line).map_or(Mood::Neither, |(_, mood)| *mood);
        screen.mechanics(line, mood);
    }
    let mut told = played.narrative.clone();
    if waiting(before) != waiting(world) {
        told += &situation::pending(screen, world, &played.narrative);
    }
    let kept = matches!(played.nature, Nature::Turn | Nature::Choice);
    if kept {
        ending(screen, world);
    }
    if screen.manner == Manner::Person {
        if world.outcome().is_some() {
            screen.note(OVER);
        }
        situation::choices(screen, world, &told);
        screen.parts(&situation::status(world, Some(before)));
    }
}

/// What to do when a story is over.
const OVER: &str =
    "This story is over. /sheet, /clues and /history look back, /save FILE keeps it, /undo takes the last turn back.";

fn waiting(world: &World) -> Option<Pending> {
    match world {
        World::Solo { .. } => None,
        World::Scenario { state, pack } => Some(state.pending(pack)),
    }
}

fn stopgap(screen: &mut Screen, kind: ErrorKind, line: u64) {
    let why = kind.as_str().replace('_', " ");
    let text = format!("The storyteller could not be reached ({why}), so the game told it plainly.");
    match screen.manner {
        Manner::Person => screen.note(&format!("{text} /retry asks for its words; the dice stay.")),
        Manner::Program => screen.complain(&format!("line {line}: {text}")),
    }
}

/// How it ended, if it did.
fn ending(screen: &mut Screen, world: &World) {
    let (World::Scenario { pack, .. }, Some(outcome)) = (world, world.outcome()) else { return };
    let title = pack.endings.get(&outcome).map_or("The end", |ending| &ending.title);
    screen.heading(&format!("The end: {title} ({outcome}, turn {})", world.turn_number()));
}

/// The lines of the log, and how each went for the player.
fn moods(facts: &Facts) -> Vec<(String, Mood)> {
    match facts {
        Facts::Scenario(facts) => facts.iter().filter_map(|fact| Some((fact.line()?, mood(fact)))).collect(),
        Facts::Solo(facts) => {
            let rolled = |fact: &solo::Fact| match fact {
                solo::Fact::Rolled { roll } => Some((roll.line(), own(roll.outcome))),
                solo::Fact::Hurt { hp, max_hp, .. } => Some((format!("HP {hp} of {max_hp}"), Mood::Bad)),
                _ => None,
            };
            facts.iter().filter_map(rolled).collect()
        }
    }
}

fn mood(fact: &Fact) -> Mood {
    match fact {
        Fact::Hazard { roll, .. }
        | Fact::Check { roll, .. }
        | Fact::Approach { roll, .. }
        | Fact::Attacked { roll, .. }
        | Fact::Parleyed { roll, .. }
        | Fact::Saved { roll: Some(roll), .. }
        | Fact::Talked { roll: Some(roll), .. } => own(roll.outcome),
        Fact::Assailed { roll, .. } if roll.outcome.is_good() => Mood::Bad,
        Fact::Hurt { .. }
        | Fact::Saved { roll: None, .. }
        | Fact::Afflicted { .. }
        | Fact::AlarmRaised { .. }
        | Fact::LostTurn { .. }
        | Fact::CombatEnded { end: CombatEnd::Lost, .. } => Mood::Bad,
        Fact::Assailed { .. }
        | Fact::Healed { .. }
        | Fact::Recovered { .. }
        | Fact::ClueFound { .. }
        | Fact::WeaponFound { .. }
        | Fact::Fell { .. }
        | Fact::CombatEnded { end: CombatEnd::Won | CombatEnd::Talked, .. } => Mood::Good,
        _ => Mood::Neither,
    }
}

/// How a roll of the player's own went.
const fn own(verdict: Verdict) -> Mood {
    match verdict {
        Verdict::Success | Verdict::Hit => Mood::Good,
        Verdict::Failure | Verdict::Miss => Mood::Bad,
        Verdict::Rolled => Mood::Neither,
    }
}
