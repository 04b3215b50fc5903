//! A pack: everything that a scenario's author decides.

use std::collections::BTreeMap;

use super::super::character::{Player, Weapon};
use super::super::rules::{Ability, Condition, Formula, Scores, Skill};
use super::super::world::Disposition;
use super::name::{Outcome, PackName};

/// A scenario that can be played: every reference in it leads somewhere, every scene can be reached and left.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// The name of its folder.
    pub name: PackName,
    /// What a person reads in a list of scenarios.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub description: String,
    /// What is told before the first scene.
    pub prologue: String,
    /// The id of the first scene.
    pub start: String,
    /// The character, unhurt.
    pub player: Player,
    /// The states of the alarm, by rising threshold; never empty, and the first begins at 0.
    pub alarm: Vec<AlarmState>,
    /// In the order of the file.
    pub scenes: Vec<Scene>,
    /// Whom one can fight.
    pub adversaries: Vec<Adversary>,
    /// What can be found and fought with.
    pub weapons: Vec<Weapon>,
    /// Where one can look.
    pub locations: Vec<Place>,
    /// What can be found out.
    pub clues: Vec<Clue>,
    /// Whom one can talk to.
    pub npcs: Vec<Person>,
    /// How each ending is told.
    pub endings: BTreeMap<Outcome, Ending>,
}

/// A part of the story, left for good when everything in it is settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// What references call it.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// What is told on entering.
    pub entry_text: String,
    /// What there is to do.
    pub objectives: Vec<String>,
    /// Ids of places to look at.
    pub locations: Vec<String>,
    /// Ids of people.
    pub npcs: Vec<String>,
    /// What threatens, in order.
    pub hazards: Vec<Hazard>,
    /// What has to be tried, in order.
    pub checks: Vec<Check>,
    /// How the scene can be solved; without any it ends after its checks.
    pub approaches: Vec<Approach>,
    /// Whom a fight is against.
    pub combat: Option<CombatPlan>,
    /// Where it goes on when there are no approaches.
    pub next: Option<String>,
    /// Whether the scenario is over here.
    pub end: bool,
}

/// Something that hurts whoever does not react.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazard {
    /// What references call it.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// What threatens.
    pub text: String,
    /// The skill that averts it.
    pub skill: Skill,
    /// How hard that is.
    pub dc: i32,
    /// What it costs.
    pub damage: Option<Formula>,
    /// What it does.
    pub condition: Option<Condition>,
    /// What is told when it was averted.
    pub passed: String,
    /// What is told when it was not.
    pub failed: String,
}

/// Something that has to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What references call it.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// What is to be done.
    pub text: String,
    /// The skill that it takes.
    pub skill: Skill,
    /// How hard it is.
    pub dc: i32,
    /// What is told when it was done.
    pub passed: String,
    /// What is told when it was not.
    pub failed: String,
    /// By how much failing raises the alarm.
    pub noise: i32,
}

/// A way to solve a scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Approach {
    /// What commands and references call it.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// What it means to do.
    pub text: String,
    /// How it is done.
    pub way: Way,
}

/// How an approach is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// With the scene's fight.
    Combat,
    /// With a check; failing it begins the scene's fight.
    Check {
        /// The skills that it can be done with, at least one.
        skills: Vec<Skill>,
        /// How hard it is.
        dc: i32,
        /// Where success leads.
        to: Exit,
        /// What is told when it worked.
        passed: String,
        /// What is told when it did not.
        failed: String,
    },
}

/// The way out of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// The id of the next scene.
    pub scene: String,
    /// How the scenario ends, if the next scene is an end.
    pub outcome: Option<Outcome>,
}

/// The fight of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CombatPlan {
    /// Ids of adversaries; one may be there several times.
    pub adversaries: Vec<String>,
    /// Where winning leads.
    pub won: Exit,
    /// How the scenario ends when all of them were talked into standing down.
    pub talked: Option<Outcome>,
    /// What is told when it begins.
    pub text: String,
}

/// Somebody to fight.
#[derive(Debug, Clone, PartialEq)]
pub struct Adversary {
    /// What references call it.
    pub id: String,
    /// What the player reads, as it stands in a sentence: "the security drone".
    pub name: String,
    /// What it looks like.
    pub description: String,
    /// Hit points when unhurt.
    pub hp: i32,
    /// What an attack on it has to reach.
    pub armor_class: i32,
    /// What its attack is called.
    pub attack: String,
    /// What its attack adds to a d20.
    pub attack_bonus: i32,
    /// What its attack throws.
    pub damage: Formula,
    /// Its scores.
    pub attributes: Scores,
    /// What is added to its initiative besides DEX.
    pub initiative_bonus: i32,
    /// What else it can do.
    pub powers: Vec<Power>,
    /// How it can be talked into standing down.
    pub talk: Option<Parley>,
}

/// Something special that an adversary does instead of an attack.
#[derive(Debug, Clone, PartialEq)]
pub struct Power {
    /// What the player reads: "Stun Pulse".
    pub name: String,
    /// From which number on a d6 makes it ready again.
    pub recharge: u8,
    /// The save against it.
    pub save: Ability,
    /// How hard that save is.
    pub dc: i32,
    /// What failing costs.
    pub damage: Option<Formula>,
    /// What failing does.
    pub condition: Option<Condition>,
    /// Whether it is kept for need: until half of the hit points are gone ("Bloodied" in the SRD).
    pub bloodied: bool,
}

/// How an adversary can be talked into standing down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parley {
    /// The skill that it takes.
    pub skill: Skill,
    /// How hard it is.
    pub dc: i32,
    /// What is told when it worked.
    pub passed: String,
}

/// Somewhere to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What references call it.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// What is seen there.
    pub text: String,
    /// Other words for it.
    pub words: Vec<String>,
    /// By how much looking raises the alarm.
    pub noise: i32,
    /// The id of a weapon that lies there.
    pub weapon: Option<String>,
}

/// Something to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clue {
    /// What references call it.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// What it says.
    pub text: String,
    /// The id of the place where it is found; none when only people know it.
    pub location: Option<String>,
    /// Ids of hazards, checks and approaches that it gives advantage on.
    pub helps: Vec<String>,
}

/// Somebody to talk to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What references call them.
    pub id: String,
    /// What the player reads.
    pub name: String,
    /// Who that is.
    pub description: String,
    /// How they feel at first.
    pub disposition: Disposition,
    /// The skill that wins them over.
    pub skill: Skill,
    /// How hard that is.
    pub dc: i32,
    /// What they say as a friend.
    pub friendly: String,
    /// What they say when not won over.
    pub neutral: String,
    /// What they say as an enemy.
    pub hostile: String,
    /// Ids of clues that a friend tells.
    pub clues: Vec<String>,
}

/// How alert everything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmState {
    /// From which level on.
    pub at: i32,
    /// What it is called: "quiet".
    pub name: String,
    /// What is told when it is reached.
    pub text: String,
    /// What is added to every difficulty.
    pub dc: i32,
    /// Ids of adversaries that join fights that begin.
    pub reinforcements: Vec<String>,
}

/// How an outcome is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// What the player reads.
    pub title: String,
    /// The last words.
    pub text: String,
}

impl Pack {
    /// The highest level of the alarm.
    pub const MOST_ALARM: i32 = 10;

    /// The scene with this id.
    pub fn scene(&self, id: &str) -> Option<&Scene> {
        self.scenes.iter().find(|scene| scene.id == id)
    }

    /// The adversary with this id.
    pub fn adversary(&self, id: &str) -> Option<&Adversary> {
        self.adversaries.iter().find(|adversary| adversary.id == id)
    }

    /// The place with this id.
    pub fn location(&self, id: &str) -> Option<&Place> {
        self.locations.iter().find(|place| place.id == id)
    }

    /// The clue with this id.
    pub fn clue(&self, id: &str) -> Option<&Clue> {
        self.clues.iter().find(|clue| clue.id == id)
    }

    /// The person with this id.
    pub fn npc(&self, id: &str) -> Option<&Person> {
        self.npcs.iter().find(|person| person.id == id)
    }

    /// The weapon with this id that can be found.
    pub fn weapon(&self, id: &str) -> Option<&Weapon> {
        self.weapons.iter().find(|weapon| weapon.id == id)
    }

    /// The state that the alarm is in at a level.
    pub fn alarm_state(&self, level: i32) -> Option<&AlarmState> {
        self.alarm.iter().rev().find(|state| state.at <= level)
    }
}
