//! What there is around the character: the quest, the people, the map, the clues, and what to do next.

use crate::game::scenario::{Pack, Person, Scene, State};
use crate::game::world::{Npc, QuestStatus};
use crate::play::World;

use super::screen::Screen;
use super::situation;

/// Tells what there is to do.
pub(super) fn quest(screen: &mut Screen, world: &World) {
    match world {
        World::Solo { state, .. } => {
            for quest in &state.quests {
                let mark = match quest.status {
                    QuestStatus::Active => "",
                    QuestStatus::Completed => " (done)",
                    QuestStatus::Failed => " (failed)",
                };
                screen.labelled(&format!("{}{mark}:", quest.title), &quest.description);
            }
            if state.quests.is_empty() {
                screen.say("There is nothing that you have to do.");
            }
        }
        World::Scenario { state, pack } => {
            screen.labelled(&format!("{}:", pack.title), &pack.description);
            if let Some(scene) = state.scene(pack) {
                screen.labelled(&format!("{}:", scene.name), &scene.objectives.join(" "));
            }
        }
    }
}

/// Tells who the player is and who is there.
pub(super) fn who(screen: &mut Screen, world: &World) {
    let player = world.player();
    screen
        .labelled(&format!("{} (you):", player.name), &format!("{}, level {}.", player.character_class, player.level));
    for person in people(world) {
        screen.labelled(&format!("{} ({}):", person.name, person.disposition.name()), &person.description);
    }
}

/// Shows where the player is, has been and can look.
pub(super) fn map(screen: &mut Screen, world: &World) {
    match world {
        World::Solo { state, .. } => screen.labelled(&format!("{}:", state.location.name), &state.location.description),
        World::Scenario { state, pack } => {
            for (number, id) in (1..).zip(&state.visited) {
                let name = pack.scene(id).map_or("", |scene| &scene.name);
                let mark = if *id == state.scene { "you are here" } else { "behind you" };
                screen.entry(&format!("{number}."), &format!("{name} ({mark})"), 4);
            }
            if let Some(scene) = state.scene(pack) {
                places(screen, state, pack, scene);
            }
        }
    }
    let people: Vec<String> =
        people(world).into_iter().map(|person| format!("{} ({})", person.name, person.disposition.name())).collect();
    if !people.is_empty() {
        screen.labelled("Here:", &people.join(", "));
    }
}

fn places(screen: &mut Screen, state: &State, pack: &Pack, scene: &Scene) {
    let places = scene.locations.iter().filter_map(|id| pack.location(id));
    let names: Vec<String> = places
        .map(|place| {
            let mark = if state.searched.contains(&place.id) { " (searched)" } else { "" };
            format!("{}{mark}", place.name)
        })
        .collect();
    if !names.is_empty() {
        screen.labelled("You can look at:", &names.join(", "));
    }
}

/// Tells what was found out.
pub(super) fn clues(screen: &mut Screen, world: &World) {
    let World::Scenario { state, pack } = world else { return };
    for clue in state.clues.iter().filter_map(|id| pack.clue(id)) {
        screen.labelled(&format!("{}:", clue.name), &clue.text);
    }
    if state.clues.is_empty() {
        screen.say("You have found out nothing yet. Looking at places and talking to people helps; /map names them.");
    }
}

/// Tells what the game waits for and how to go on.
pub(super) fn hint(screen: &mut Screen, world: &World) {
    let World::Scenario { state, pack } = world else { return };
    if let Some(outcome) = state.outcome {
        return screen.say(&format!("This story is over: {outcome}. /undo takes the last turn back."));
    }
    let named = situation::pending(screen, world, "");
    if let Some(around) = state.surroundings(pack) {
        screen.say(&around);
    }
    situation::choices(screen, world, &named);
}

fn people(world: &World) -> Vec<Npc> {
    match world {
        World::Solo { state, .. } => state.npcs.clone(),
        World::Scenario { state, pack } => {
            let here = state.scene(pack).map(|scene| &scene.npcs[..]).unwrap_or_default();
            let npc = |person: &Person| Npc {
                name: person.name.clone(),
                description: person.description.clone(),
                disposition: state.disposition(pack, &person.id),
            };
            here.iter().filter_map(|id| pack.npc(id)).map(npc).collect()
        }
    }
}
