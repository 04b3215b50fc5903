//! Reading a pack: texts in, a pack or every problem out.

use std::collections::BTreeMap;

use super::super::campaign::Problem;
use super::super::character::{Player, read_weapon, scores};
use super::super::reading::{Problems, Section};
use super::super::rules::{Ability, Condition, Formula, Skill};
use super::super::world::Disposition;
use super::name::{Outcome, PackName};
use super::pack::{
    Adversary, AlarmState, Approach, Check, Clue, CombatPlan, Ending, Exit, Hazard, Pack, Parley, Person, Place, Power,
    Scene, Way,
};
use super::validation;

/// The files that a pack may have besides `characters/*.toml`.
const FILES: [&str; 7] =
    ["pack.toml", "scenes.toml", "adversaries.toml", "weapons.toml", "locations.toml", "clues.toml", "npcs.toml"];

impl Pack {
    /// Reads a pack from its files, by path within its folder: `pack.toml` and `scenes.toml`, and if it has them
    /// `adversaries.toml`, `weapons.toml`, `locations.toml`, `clues.toml` and `npcs.toml`. Characters stand under
    /// `characters/`; whoever gathers the files adds those that all packs share.
    ///
    /// # Errors
    /// Everything that is wrong with it: files, keys, values, references, scenes that cannot be reached or left.
    pub fn read(name: &PackName, files: &BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        let problems = Problems::default();
        for path in files.keys().filter(|path| !FILES.contains(&path.as_str()) && is_ours(path)) {
            problems.add(path, format!("is not a file of a scenario; there can be {}", FILES.join(", ")));
        }
        let pack = read(name, files, &problems);
        if let Some(pack) = &pack {
            validation::check(pack, &problems);
        }
        let problems = problems.into_vec();
        pack.filter(|_| problems.is_empty()).ok_or(problems)
    }
}

/// Whether a file looks as if it should be read: a misspelt name, not a picture or a note.
fn is_ours(path: &str) -> bool {
    path.ends_with(".toml") && !path.contains('/')
}

fn read(name: &PackName, files: &BTreeMap<String, String>, problems: &Problems) -> Option<Pack> {
    let needed = |path: &str| {
        let text = files.get(path);
        if text.is_none() {
            problems.add(path, "is missing");
        }
        Section::file(path, text?, problems)
    };
    let (head, scenes) = (needed("pack.toml"), needed("scenes.toml"));
    // Read all files, so that the problems of all of them are told, before a missing one ends it.
    let items = |path: &str, key: &str| {
        let file = files.get(path).and_then(|text| Section::file(path, text, problems));
        file.map(|mut file| file.sections(key)).unwrap_or_default()
    };
    let adversaries = items("adversaries.toml", "adversaries").into_iter().map(adversary).collect();
    let weapons = items("weapons.toml", "weapons").into_iter().map(read_weapon).collect();
    let locations = items("locations.toml", "locations").into_iter().map(place).collect();
    let clues = items("clues.toml", "clues").into_iter().map(clue).collect();
    let npcs = items("npcs.toml", "npcs").into_iter().map(person).collect();
    let scenes = scenes.map(|mut file| file.sections("scenes").into_iter().map(scene).collect());
    let mut head = head?;
    let title = head.text("title");
    let description = head.text("description");
    let prologue = head.text("prologue");
    let start = head.text("start");
    let player = character(&mut head, files, problems);
    let alarm = head.sections("alarm").into_iter().map(alarm).collect();
    let endings = endings(&mut head);
    Some(Pack {
        name: name.clone(),
        title,
        description,
        prologue,
        start,
        player: player?,
        alarm,
        scenes: scenes?,
        adversaries,
        weapons,
        locations,
        clues,
        npcs,
        endings,
    })
}

fn character(head: &mut Section<'_>, files: &BTreeMap<String, String>, problems: &Problems) -> Option<Player> {
    let name = head.text("character");
    let path = format!("characters/{name}.toml");
    match files.get(&path) {
        Some(text) => Player::from_file(&path, text, problems),
        None if name.is_empty() => None,
        None => {
            head.problem("character", format!("there is no file {path}"));
            None
        }
    }
}

fn endings(head: &mut Section<'_>) -> BTreeMap<Outcome, Ending> {
    let Some(mut table) = head.section("endings") else { return BTreeMap::new() };
    let mut endings = BTreeMap::new();
    for outcome in Outcome::ALL {
        if let Some(mut ending) = table.optional_section(outcome.name()) {
            endings.insert(outcome, Ending { title: ending.text("title"), text: ending.text("text") });
        }
    }
    endings
}

fn alarm(mut section: Section<'_>) -> AlarmState {
    AlarmState {
        at: section.number("at", 0..=Pack::MOST_ALARM),
        name: section.text("name"),
        text: section.text("text"),
        dc: section.optional_number("dc", 0..=10).unwrap_or(0),
        reinforcements: section.texts("reinforcements"),
    }
}

fn scene(mut section: Section<'_>) -> Scene {
    Scene {
        id: section.text("id"),
        name: section.text("name"),
        entry_text: section.text("entry_text"),
        objectives: section.texts("objectives"),
        locations: section.texts("locations"),
        npcs: section.texts("npcs"),
        hazards: section.sections("hazards").into_iter().map(hazard).collect(),
        checks: section.sections("checks").into_iter().map(check).collect(),
        approaches: section.sections("approaches").into_iter().map(approach).collect(),
        combat: section.optional_section("combat").map(combat),
        next: section.optional_text("next"),
        end: section.flag("end"),
    }
}

fn dc(section: &mut Section<'_>) -> i32 {
    if !section.has("dc") {
        section.problem("dc", "is missing");
    }
    section.difficulty("dc").unwrap_or(10)
}

fn hazard(mut section: Section<'_>) -> Hazard {
    let hazard = Hazard {
        id: section.text("id"),
        name: section.text("name"),
        text: section.text("text"),
        skill: section.parsed("skill", Skill::Science),
        dc: dc(&mut section),
        damage: section.optional("damage"),
        condition: section.optional("condition"),
        passed: section.text("passed"),
        failed: section.text("failed"),
    };
    if hazard.condition.is_some_and(Condition::forbids_actions) {
        section.problem("condition", "would never end outside of a fight; choose frightened, poisoned or prone");
    }
    hazard
}

fn check(mut section: Section<'_>) -> Check {
    Check {
        id: section.text("id"),
        name: section.text("name"),
        text: section.text("text"),
        skill: section.parsed("skill", Skill::Science),
        dc: dc(&mut section),
        passed: section.text("passed"),
        failed: section.text("failed"),
        noise: section.optional_number("noise", 0..=5).unwrap_or(1),
    }
}

fn approach(mut section: Section<'_>) -> Approach {
    let (id, name, text) = (section.text("id"), section.text("name"), section.text("text"));
    let way = if section.flag("combat") {
        Way::Combat
    } else {
        if !section.has("skills") {
            section.problem("skills", "is missing; an approach is either `combat = true` or has skills");
        }
        Way::Check {
            skills: section.list_of("skills"),
            dc: dc(&mut section),
            to: exit(&mut section),
            passed: section.text("passed"),
            failed: section.text("failed"),
        }
    };
    Approach { id, name, text, way }
}

fn exit(section: &mut Section<'_>) -> Exit {
    Exit { scene: section.text("to"), outcome: section.optional("outcome") }
}

fn combat(mut section: Section<'_>) -> CombatPlan {
    CombatPlan {
        adversaries: section.texts("adversaries"),
        won: exit(&mut section),
        talked: section.optional("talked"),
        text: section.text("text"),
    }
}

fn adversary(mut section: Section<'_>) -> Adversary {
    Adversary {
        id: section.text("id"),
        name: section.text("name"),
        description: section.text("description"),
        hp: section.number("hp", 1..=500),
        armor_class: section.number("armor_class", 1..=30),
        attack: section.text("attack"),
        attack_bonus: section.number("attack_bonus", -5..=20),
        damage: section.parsed("damage", Formula::die(4)),
        attributes: scores(&mut section, "attributes"),
        initiative_bonus: section.optional_number("initiative_bonus", -5..=10).unwrap_or(0),
        powers: section.sections("powers").into_iter().map(power).collect(),
        talk: section.optional_section("talk").map(parley),
    }
}

fn power(mut section: Section<'_>) -> Power {
    let power = Power {
        name: section.text("name"),
        recharge: u8::try_from(section.number("recharge", 2..=6)).unwrap_or(6),
        save: section.parsed("save", Ability::Con),
        dc: dc(&mut section),
        damage: section.optional("damage"),
        condition: section.optional("condition"),
        bloodied: section.flag("bloodied"),
    };
    if power.damage.is_none() && power.condition.is_none() {
        section.problem("damage", "is missing; a power has damage, a condition or both");
    }
    power
}

fn parley(mut section: Section<'_>) -> Parley {
    Parley { skill: section.parsed("skill", Skill::Command), dc: dc(&mut section), passed: section.text("passed") }
}

fn place(mut section: Section<'_>) -> Place {
    Place {
        id: section.text("id"),
        name: section.text("name"),
        text: section.text("text"),
        words: section.texts("words"),
        noise: section.optional_number("noise", 0..=5).unwrap_or(0),
        weapon: section.optional_text("weapon"),
    }
}

fn clue(mut section: Section<'_>) -> Clue {
    Clue {
        id: section.text("id"),
        name: section.text("name"),
        text: section.text("text"),
        location: section.optional_text("location"),
        helps: section.texts("helps"),
    }
}

fn person(mut section: Section<'_>) -> Person {
    Person {
        id: section.text("id"),
        name: section.text("name"),
        description: section.text("description"),
        disposition: section.optional("disposition").unwrap_or(Disposition::Neutral),
        skill: section.parsed("skill", Skill::Command),
        dc: dc(&mut section),
        friendly: section.text("friendly"),
        neutral: section.text("neutral"),
        hostile: section.text("hostile"),
        clues: section.texts("clues"),
    }
}
