//! What the player of a scenario may know, cut to size: the only part of a game that the models of a scenario get to see.
//!
//! Nothing is in here that was not shown: no clue that was not found, no scene that was not entered, no difficulty but that
//! of what the game waits for.

use serde::Serialize;

use crate::game::character::{Player, Weapon};
use crate::game::rules::{HitPoints, Skill};
use crate::game::scenario::{FoeLine, Pack, Pending, Person, Place, Scene, State};

use super::means::{done, helps, how, skills};
use super::situation::line;

/// The state in words. Every text is on one line and cut.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    title: String,
    about: String,
    turn: u64,
    scene: String,
    surroundings: String,
    /// The beginning of the surroundings: what a storyteller needs who does not describe them.
    setting: String,
    objectives: Vec<String>,
    /// Where the player looked last.
    here: Option<String>,
    places: Vec<Named>,
    people: Vec<Named>,
    alarm: String,
    clues: Vec<Named>,
    /// Which of the clues helps with what the game waits for.
    helps: Vec<Named>,
    /// What is behind the player, and how it went.
    done: Vec<Named>,
    character: Character,
    foes: Vec<Foe>,
    /// What is rolled, by the way it is done; the name is empty where there is only one.
    skills: Vec<Named>,
    /// How things are done that a player asks about.
    how: Vec<Named>,
    /// What the game waits for, as the player reads it.
    waits_for: String,
    /// What is at stake next, without difficulties and commands.
    at_stake: String,
    options: Vec<String>,
}

/// Something with a name, and what is known of it; empty when that is nothing yet.
#[derive(Debug, Serialize)]
pub(super) struct Named {
    name: String,
    text: String,
}

/// Somebody in the fight, as the player sees them.
#[derive(Debug, Serialize)]
struct Foe {
    name: String,
    /// How hurt, in words.
    shape: &'static str,
    hp: i32,
    max_hp: i32,
}

#[derive(Debug, Serialize)]
struct Character {
    name: String,
    line: String,
    /// How hurt, in words.
    shape: &'static str,
    hp: i32,
    max_hp: i32,
    armor_class: i32,
    skills: Vec<String>,
    conditions: Vec<&'static str>,
    weapons: Vec<String>,
    inventory: Vec<String>,
    features: Vec<Named>,
}

impl Known {
    pub(super) fn of(pack: &Pack, state: &State) -> Self {
        let scene = state.scene(pack);
        let pending = state.pending(pack);
        Self {
            title: line(&pack.title, 120),
            about: line(&pack.description, 400),
            turn: state.turn_number,
            scene: scene.map(|scene| line(&scene.name, 80)).unwrap_or_default(),
            surroundings: scene.map(|scene| line(&scene.entry_text, 800)).unwrap_or_default(),
            setting: scene.map(|scene| line(&scene.entry_text, 240)).unwrap_or_default(),
            objectives: scene
                .into_iter()
                .flat_map(|scene| scene.objectives.iter().take(6))
                .map(|o| line(o, 160))
                .collect(),
            here: state.location.as_ref().and_then(|id| pack.location(id)).map(|place| line(&place.name, 60)),
            places: places(pack, state, scene),
            people: people(pack, state, scene),
            alarm: state.alarm_state(pack).map(|alarm| line(&alarm.name, 60)).unwrap_or_default(),
            clues: state
                .clues
                .iter()
                .rev()
                .take(10)
                .rev()
                .filter_map(|id| pack.clue(id))
                .map(|clue| named(&clue.name, &clue.text))
                .collect(),
            helps: helps(pack, state, &pending),
            done: done(pack, state),
            character: Character::of(&state.player),
            foes: foes(&pending),
            skills: skills(&pending),
            how: how(pack, state, &pending),
            waits_for: line(&pending.prompt(), 1000),
            at_stake: at_stake(&pending),
            options: options(&pending),
        }
    }
}

impl Character {
    fn of(player: &Player) -> Self {
        let Player { name, character_class, level, hit_points, armor_class, .. } = player;
        let weapon =
            |weapon: &Weapon| line(&format!("{} ({}, {})", weapon.name, weapon.damage, weapon.ability.name()), 80);
        let features = player.features.iter().take(4).map(|feature| {
            let left = match feature.heals {
                Some(_) if feature.used < feature.uses => " Ready.",
                Some(_) => " Spent.",
                None => "",
            };
            named(&feature.name, &format!("{}{left}", line(&feature.description, 140)))
        });
        Self {
            name: line(name, 60),
            line: line(&format!("{name}, {character_class}, level {level}"), 160),
            shape: shape(*hit_points),
            hp: hit_points.now(),
            max_hp: hit_points.max(),
            armor_class: *armor_class,
            skills: Skill::ALL.map(|skill| format!("{skill} {:+}", player.skill_modifier(skill))).to_vec(),
            conditions: player.conditions.names(),
            weapons: player.weapons.iter().take(8).map(weapon).collect(),
            inventory: player.inventory.iter().take(20).map(|item| line(item, 50)).collect(),
            features: features.collect(),
        }
    }
}

pub(super) fn named(name: &str, text: &str) -> Named {
    Named { name: line(name, 60), text: line(text, 240) }
}

/// Where one can look; what is seen there only after somebody did.
fn places(pack: &Pack, state: &State, scene: Option<&Scene>) -> Vec<Named> {
    let here = scene.into_iter().flat_map(|scene| &scene.locations).filter_map(|id| pack.location(id));
    let place = |place: &Place| named(&place.name, if state.searched.contains(&place.id) { &place.text } else { "" });
    here.take(8).map(place).collect()
}

fn people(pack: &Pack, state: &State, scene: Option<&Scene>) -> Vec<Named> {
    let here = scene.into_iter().flat_map(|scene| &scene.npcs).filter_map(|id| pack.npc(id));
    let person = |person: &Person| {
        named(&format!("{} ({})", person.name, state.disposition(pack, &person.id).name()), &person.description)
    };
    here.take(6).map(person).collect()
}

fn foes(pending: &Pending) -> Vec<Foe> {
    let Pending::Combat { foes, .. } = pending else { return Vec::new() };
    let shape = |foe: &FoeLine| match foe.hp * 2 {
        _ if !foe.fights => "out of the fight",
        _ if foe.hp == foe.max_hp => "unhurt",
        twice if twice > foe.max_hp => "damaged",
        _ => "badly damaged",
    };
    let foe = |foe: &FoeLine| Foe { name: line(&foe.name, 80), shape: shape(foe), hp: foe.hp, max_hp: foe.max_hp };
    foes.iter().take(8).map(foe).collect()
}

/// What can be done now, as it is typed.
fn options(pending: &Pending) -> Vec<String> {
    let mut options = pending.suggestions();
    options.truncate(12);
    if !matches!(pending, Pending::Combat { .. } | Pending::Finished { .. } | Pending::PackChanged) {
        options.push("look around".to_owned());
    }
    options.iter().map(|option| line(option, 60)).collect()
}

/// How hurt somebody is, in words.
fn shape(points: HitPoints) -> &'static str {
    match (points.now(), points.max()) {
        (0, _) => "down",
        (now, max) if now == max => "unhurt",
        (now, max) if now * 4 <= max => "badly hurt",
        (now, max) if now * 2 <= max => "hurt",
        _ => "bruised",
    }
}

fn at_stake(pending: &Pending) -> String {
    match pending {
        Pending::Hazard { text, .. } | Pending::Check { text, .. } | Pending::ApproachRoll { text, .. } => {
            line(text, 300)
        }
        Pending::Approach { options } => {
            let options: Vec<String> = options.iter().take(6).map(|option| line(&option.text, 120)).collect();
            format!("A choice between ways to go about it: {}", options.join(" / "))
        }
        Pending::Combat { .. } => "The fight goes on.".to_owned(),
        Pending::Finished { .. } => "Nothing: the story is over.".to_owned(),
        Pending::PackChanged => String::new(),
    }
}
