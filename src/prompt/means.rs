//! What is behind the player of a scenario, and what serves to go on: skills, clues, and how things are done.

use crate::game::rules::{Condition, Skill};
use crate::game::scenario::{Pack, Pending, State};

use super::known::{Named, named};

/// The hazards and checks of the scenes that were entered, with how they went.
pub(super) fn done(pack: &Pack, state: &State) -> Vec<Named> {
    let scenes = state.visited.iter().filter_map(|id| pack.scene(id));
    let tasks = scenes.flat_map(|scene| {
        let hazards = scene.hazards.iter().map(|hazard| (&hazard.id, &hazard.name));
        hazards.chain(scene.checks.iter().map(|check| (&check.id, &check.name)))
    });
    let settled = tasks.filter_map(|(id, name)| Some((name, *state.settled.get(id)?)));
    let mut done: Vec<Named> =
        settled.map(|(name, well)| named(name, if well { "went well" } else { "went wrong" })).collect();
    done.drain(..done.len().saturating_sub(8));
    done
}

/// The skills that serve now, by the way it is done; a fight takes none.
pub(super) fn skills(pending: &Pending) -> Vec<Named> {
    let list = |skills: &[Skill]| skills.iter().map(Skill::to_string).collect::<Vec<_>>().join(" or ");
    match pending {
        Pending::Hazard { name, skill, .. } | Pending::Check { name, skill, .. } => {
            vec![named(name, &skill.to_string())]
        }
        Pending::ApproachRoll { name, skills, .. } => vec![named(name, &list(skills))],
        Pending::Approach { options } => {
            let rolled = options.iter().filter(|option| !option.skills.is_empty()).take(6);
            rolled.map(|option| named(&option.name, &list(&option.skills))).collect()
        }
        Pending::Combat { .. } | Pending::Finished { .. } | Pending::PackChanged => Vec::new(),
    }
}

/// The clues that were found and help with what the game waits for, each with what it helps with.
pub(super) fn helps(pack: &Pack, state: &State, pending: &Pending) -> Vec<Named> {
    let waiting: Vec<(&str, &str)> = match pending {
        Pending::Hazard { id, name, .. } | Pending::Check { id, name, .. } | Pending::ApproachRoll { id, name, .. } => {
            vec![(id, name)]
        }
        Pending::Approach { options } => options.iter().take(6).map(|option| (&*option.id, &*option.name)).collect(),
        Pending::Combat { .. } | Pending::Finished { .. } | Pending::PackChanged => Vec::new(),
    };
    waiting.into_iter().filter_map(|(id, name)| Some(named(&state.help(pack, id)?.name, name))).collect()
}

/// How things are done that a player asks about and no suggestion explains.
pub(super) fn how(pack: &Pack, state: &State, pending: &Pending) -> Vec<Named> {
    let mut how = Vec::new();
    if state.player.conditions.any(|condition| condition == Condition::Prone) {
        how.push(named("get up", "say \"stand up\"; it costs no turn"));
    }
    if let Pending::Combat { foes, .. } = pending {
        let listens = foes.iter().any(|foe| foe.fights && foe.listens);
        let talked = if listens { ", or when they are talked into standing down: \"talk\"" } else { "" };
        how.push(named("win the fight", &format!("it is won when no foe can fight any more{talked}")));
        how.push(named("leave the fight", "say \"withdraw\"; each foe gets one more blow at you"));
    }
    let (places, people) = state.scene(pack).map_or((0, 0), |scene| (scene.locations.len(), scene.npcs.len()));
    if places + people > 0 && !state.is_complete() && state.combat.is_none() {
        how.push(named(
            "find clues",
            "look at the places here and talk to whoever is here; a clue that helps lets a roll be made twice, and the \
             better one counts",
        ));
    }
    how
}
