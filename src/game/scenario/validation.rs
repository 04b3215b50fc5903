//! What must hold between the parts of a pack: references that lead somewhere, scenes that can be reached and left.

use std::collections::{BTreeMap, BTreeSet};

use super::super::reading::Problems;
use super::name::Outcome;
use super::pack::{Approach, Exit, Pack, Scene, Way};

/// Adds every problem of the pack as a whole.
pub(super) fn check(pack: &Pack, problems: &Problems) {
    let check = Validation { pack, problems };
    check.names();
    check.alarm();
    for scene in &pack.scenes {
        check.scene(scene);
    }
    check.clues();
    check.people();
    check.places();
    check.nothing_is_forgotten();
    check.ways();
    check.endings();
}

struct Validation<'a> {
    pack: &'a Pack,
    problems: &'a Problems,
}

impl Validation<'_> {
    fn scene_problem(&self, scene: &Scene, key: &str, what: impl Into<String>) {
        self.problems.add(format!("scenes.toml: scenes[{}].{key}", scene.id), what);
    }

    /// Every id is there once; those that commands and clues name, once in the whole pack.
    fn names(&self) {
        let pack = self.pack;
        let scenes = || pack.scenes.iter();
        let mechanics = scenes().flat_map(|scene| {
            let hazards = scene.hazards.iter().map(|hazard| &hazard.id);
            hazards
                .chain(scene.checks.iter().map(|check| &check.id))
                .chain(scene.approaches.iter().map(|approach| &approach.id))
        });
        let weapons = pack.player.weapons.iter().chain(&pack.weapons).map(|weapon| &weapon.id);
        self.once("scenes.toml: scenes", scenes().map(|scene| &scene.id));
        self.once("scenes.toml: hazards, checks and approaches", mechanics);
        self.once("adversaries.toml: adversaries", pack.adversaries.iter().map(|adversary| &adversary.id));
        self.once("weapons.toml: weapons", weapons);
        self.once("locations.toml: locations", pack.locations.iter().map(|place| &place.id));
        self.once("clues.toml: clues", pack.clues.iter().map(|clue| &clue.id));
        self.once("npcs.toml: npcs", pack.npcs.iter().map(|person| &person.id));
    }

    fn once<'b>(&self, at: &str, ids: impl Iterator<Item = &'b String>) {
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        ids.for_each(|id| *counts.entry(id).or_default() += 1);
        for (id, count) in counts.into_iter().filter(|(id, count)| *count > 1 && !id.is_empty()) {
            self.problems.add(at, format!("the id {id:?} is there {count} times"));
        }
    }

    fn alarm(&self) {
        let at = "pack.toml: alarm";
        match self.pack.alarm.first() {
            None => self.problems.add(at, "is missing; there is at least the state that everything begins in"),
            Some(first) if first.at != 0 => self.problems.add(at, "the first state must begin at 0"),
            Some(_) => {}
        }
        if !self.pack.alarm.is_sorted_by(|a, b| a.at < b.at) {
            self.problems.add(at, "the states must stand by rising `at`");
        }
        for state in &self.pack.alarm {
            for id in &state.reinforcements {
                self.adversary(&format!("{at}[{}].reinforcements", state.name), id);
            }
        }
    }

    fn adversary(&self, at: &str, id: &str) {
        if self.pack.adversary(id).is_none() {
            self.problems.add(at, format!("there is no adversary {id:?} in adversaries.toml"));
        }
    }

    fn scene(&self, scene: &Scene) {
        for (index, id) in scene.locations.iter().enumerate() {
            if self.pack.location(id).is_none() {
                let what = format!("there is no location {id:?} in locations.toml");
                self.scene_problem(scene, &format!("locations[{index}]"), what);
            }
        }
        for (index, id) in scene.npcs.iter().enumerate() {
            if self.pack.npc(id).is_none() {
                self.scene_problem(scene, &format!("npcs[{index}]"), format!("there is no {id:?} in npcs.toml"));
            }
        }
        for approach in &scene.approaches {
            self.approach(scene, approach);
        }
        if let Some(combat) = &scene.combat {
            if combat.adversaries.is_empty() {
                self.scene_problem(scene, "combat.adversaries", "needs at least one");
            }
            for (index, id) in combat.adversaries.iter().enumerate() {
                self.adversary(&format!("scenes.toml: scenes[{}].combat.adversaries[{index}]", scene.id), id);
            }
            self.exit(scene, "combat", &combat.won);
            if scene.approaches.is_empty() {
                self.scene_problem(scene, "combat", "is never begun; a fight needs an approach that leads to it");
            }
        }
        self.end_of(scene);
    }

    fn approach(&self, scene: &Scene, approach: &Approach) {
        let key = format!("approaches[{}]", approach.id);
        match &approach.way {
            Way::Combat if scene.combat.is_none() => {
                self.scene_problem(scene, &key, "fights, but the scene has no [scenes.combat]");
            }
            Way::Combat => {}
            Way::Check { skills, to, .. } => {
                if skills.is_empty() {
                    self.scene_problem(scene, &format!("{key}.skills"), "needs at least one");
                }
                self.exit(scene, &key, to);
                if scene.combat.is_none() {
                    let what = "can fail, and then a fight begins, but the scene has no [scenes.combat]";
                    self.scene_problem(scene, &key, what);
                }
            }
        }
    }

    fn exit(&self, scene: &Scene, key: &str, exit: &Exit) {
        match self.pack.scene(&exit.scene) {
            // Missing, which was told.
            None if exit.scene.is_empty() => {}
            None => self.scene_problem(scene, &format!("{key}.to"), format!("there is no scene {:?}", exit.scene)),
            Some(next) if next.end && exit.outcome.is_none() => {
                self.scene_problem(scene, &format!("{key}.outcome"), "is missing; the scenario ends there");
            }
            Some(next) if !next.end && exit.outcome.is_some() => {
                let what = format!("the scenario does not end in {:?}", exit.scene);
                self.scene_problem(scene, &format!("{key}.outcome"), what);
            }
            Some(_) if exit.outcome == Some(Outcome::Defeated) => {
                self.scene_problem(scene, &format!("{key}.outcome"), "nobody is defeated by winning");
            }
            Some(_) => {}
        }
    }

    fn end_of(&self, scene: &Scene) {
        let settles = scene.hazards.len() + scene.checks.len() + scene.approaches.len();
        match &scene.next {
            _ if scene.end && (settles > 0 || scene.next.is_some()) => {
                let what = "the scenario is over here; an end has no hazards, checks, approaches or next scene";
                self.scene_problem(scene, "end", what);
            }
            _ if scene.end => {}
            _ if settles == 0 => {
                self.scene_problem(scene, "checks", "there is nothing to do here, so nobody could ever leave");
            }
            Some(_) if !scene.approaches.is_empty() => {
                self.scene_problem(scene, "next", "is never used; each approach says where it leads");
            }
            None if scene.approaches.is_empty() => {
                self.scene_problem(scene, "next", "is missing; or the scene needs approaches, or `end = true`");
            }
            Some(next) => match self.pack.scene(next) {
                None => self.scene_problem(scene, "next", format!("there is no scene {next:?}")),
                Some(next) if next.end => {
                    self.scene_problem(scene, "next", "only an approach or a fight can end a scenario");
                }
                Some(_) => {}
            },
            None => {}
        }
    }

    fn clues(&self) {
        let scenes = &self.pack.scenes;
        for clue in &self.pack.clues {
            let at = |key: &str| format!("clues.toml: clues[{}].{key}", clue.id);
            match &clue.location {
                Some(id) if self.pack.location(id).is_none() => {
                    self.problems.add(at("location"), format!("there is no location {id:?} in locations.toml"));
                }
                None if !self.pack.npcs.iter().any(|person| person.clues.contains(&clue.id)) => {
                    self.problems.add(at("location"), "is missing, and nobody in npcs.toml tells it");
                }
                _ => {}
            }
            for (index, id) in clue.helps.iter().enumerate() {
                let known = scenes.iter().any(|scene| {
                    scene.hazards.iter().any(|hazard| hazard.id == *id)
                        || scene.checks.iter().any(|check| check.id == *id)
                        || scene.approaches.iter().any(|approach| approach.id == *id && approach.way != Way::Combat)
                });
                if !known {
                    let what = format!("there is no hazard, check or approach {id:?} that is rolled");
                    self.problems.add(at(&format!("helps[{index}]")), what);
                }
            }
        }
    }

    fn people(&self) {
        for person in &self.pack.npcs {
            for (index, id) in person.clues.iter().enumerate().filter(|(_, id)| self.pack.clue(id).is_none()) {
                let at = format!("npcs.toml: npcs[{}].clues[{index}]", person.id);
                self.problems.add(at, format!("there is no clue {id:?} in clues.toml"));
            }
        }
    }

    fn places(&self) {
        for place in &self.pack.locations {
            if let Some(id) = place.weapon.as_ref().filter(|id| self.pack.weapon(id).is_none()) {
                let at = format!("locations.toml: locations[{}].weapon", place.id);
                self.problems.add(at, format!("there is no weapon {id:?} in weapons.toml"));
            }
        }
    }

    /// What is in no scene was probably meant to be in one.
    fn nothing_is_forgotten(&self) {
        let pack = self.pack;
        let scenes = || pack.scenes.iter();
        for place in &pack.locations {
            if !scenes().any(|scene| scene.locations.contains(&place.id)) {
                self.problems.add(format!("locations.toml: locations[{}]", place.id), "is in no scene");
            }
        }
        for person in &pack.npcs {
            if !scenes().any(|scene| scene.npcs.contains(&person.id)) {
                self.problems.add(format!("npcs.toml: npcs[{}]", person.id), "is in no scene");
            }
        }
        for weapon in &pack.weapons {
            if !pack.locations.iter().any(|place| place.weapon.as_ref() == Some(&weapon.id)) {
                self.problems.add(format!("weapons.toml: weapons[{}]", weapon.id), "lies at no location");
            }
        }
        for adversary in &pack.adversaries {
            let fought = scenes().filter_map(|scene| scene.combat.as_ref()).flat_map(|combat| &combat.adversaries);
            let joins = pack.alarm.iter().flat_map(|state| &state.reinforcements);
            if !fought.chain(joins).any(|id| *id == adversary.id) {
                self.problems.add(format!("adversaries.toml: adversaries[{}]", adversary.id), "is in no fight");
            }
        }
    }

    /// Every scene can be reached from the first, and an end from every scene.
    fn ways(&self) {
        let pack = self.pack;
        if pack.scene(&pack.start).is_none() {
            if !pack.start.is_empty() {
                self.problems.add("pack.toml: start", format!("there is no scene {:?} in scenes.toml", pack.start));
            }
            return;
        }
        let onward = |id: &str| pack.scene(id).map(exits).unwrap_or_default();
        let reached = closure(vec![pack.start.as_str()], onward);
        for scene in pack.scenes.iter().filter(|scene| !reached.contains(scene.id.as_str())) {
            self.scene_problem(scene, "id", "no other scene leads here");
        }
        let backward = |id: &str| -> Vec<&str> {
            pack.scenes.iter().filter(|scene| exits(scene).contains(&id)).map(|scene| scene.id.as_str()).collect()
        };
        let ends = pack.scenes.iter().filter(|scene| scene.end).map(|scene| scene.id.as_str()).collect();
        let ending = closure(ends, backward);
        for scene in pack.scenes.iter().filter(|scene| !ending.contains(scene.id.as_str())) {
            self.scene_problem(scene, "id", "no way from here leads to an end");
        }
    }

    fn endings(&self) {
        let scenes = self.pack.scenes.iter();
        let outcomes = scenes.flat_map(|scene| {
            let ways = scene.approaches.iter().filter_map(|approach| match &approach.way {
                Way::Check { to, .. } => to.outcome,
                Way::Combat => None,
            });
            let fight = scene.combat.iter().flat_map(|combat| [combat.won.outcome, combat.talked]);
            ways.chain(fight.flatten()).collect::<Vec<_>>()
        });
        let needed: BTreeSet<Outcome> = outcomes.chain([Outcome::Defeated]).collect();
        for outcome in needed.iter().filter(|outcome| !self.pack.endings.contains_key(outcome)) {
            self.problems.add(format!("pack.toml: endings.{outcome}"), "is missing; the scenario can end like that");
        }
    }
}

fn exits(scene: &Scene) -> Vec<&str> {
    let ways = scene.approaches.iter().filter_map(|approach| match &approach.way {
        Way::Check { to, .. } => Some(to.scene.as_str()),
        Way::Combat => None,
    });
    let fight = scene.combat.iter().map(|combat| combat.won.scene.as_str());
    ways.chain(fight).chain(scene.next.as_deref()).collect()
}

fn closure<'a>(from: Vec<&'a str>, step: impl Fn(&str) -> Vec<&'a str>) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), from);
    while let Some(id) = open.pop() {
        if found.insert(id) {
            open.extend(step(id));
        }
    }
    found
}
