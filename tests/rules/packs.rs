//! What is wrong with a pack is told all at once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use zeroth::content::Content;

use zeroth::game::Problem;
use zeroth::game::rules::Seeded;
use zeroth::game::scenario::{Command, Pace, Pack, PackName, play, scaffold, start};
use zeroth::id::{CountingIds, Ids};

fn name() -> PackName {
    "mine".parse().unwrap()
}

/// The scaffold with some texts replaced, and what is wrong with it then.
fn problems(changes: &[(&str, &str, &str)]) -> Vec<String> {
    let mut files = scaffold(&name());
    for (path, old, new) in changes {
        let text = files.get_mut(*path).unwrap();
        assert!(text.contains(old), "{path} has no {old:?}");
        *text = text.replacen(old, new, 1);
    }
    read(&files)
}

fn read(files: &BTreeMap<String, String>) -> Vec<String> {
    Pack::read(&name(), files).err().unwrap_or_default().iter().map(Problem::to_string).collect()
}

/// Plays by the suggestions that the number picks; whether it came to an end.
fn ends(pack: &Pack, seed: u64, pick: usize) -> bool {
    let mut state = start(pack, CountingIds::default().session(), Pace::Rounds).state;
    let mut dice = Seeded::new(seed);
    for turn in 0..400 {
        let suggestions = state.pending(pack).suggestions();
        let Some(input) = suggestions.get((pick + turn) % suggestions.len().max(1)) else { break };
        state = play(pack, &state, &Command::read(input, None), &mut dice).state;
    }
    state.is_complete()
}

/// The files of a pack, with some lines gone, doubled or moved.
fn spoilt() -> impl Strategy<Value = BTreeMap<String, String>> {
    let content = Content::default();
    let shipped = content.folders("scenarios").into_iter().map(|name| {
        let mut files = content.texts(&format!("scenarios/{name}"), "toml").unwrap();
        files.insert("characters/data.toml".to_owned(), content.text("characters/data.toml").unwrap());
        files
    });
    let packs: Vec<_> = shipped.chain([scaffold(&name())]).collect();
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8);
    (prop::sample::select(packs), prop::collection::vec(change, 0..4)).prop_map(|(mut files, changes)| {
        for (file, from, to, kind) in changes {
            let path = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
            let text = files.get_mut(&path).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            let line = from.get(&lines).to_owned();
            match kind {
                0 => drop(lines.remove(from.index(lines.len()))),
                1 => lines.insert(to.index(lines.len()), line),
                _ => {
                    let (from, to) = (from.index(lines.len()), to.index(lines.len()));
                    lines.swap(from, to);
                }
            }
            *text = lines.join("\n");
        }
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_passes_the_check_can_be_played_to_an_end(files in spoilt(), seed: u64, pick in 0..5_usize) {
        match Pack::read(&name(), &files) {
            Ok(pack) => prop_assert!(ends(&pack, seed, pick)),
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}

#[test]
fn everything_is_told_in_one_go() {
    let found = problems(&[
        ("pack.toml", "start = \"arrival\"", "start = \"nowhere\""),
        ("pack.toml", "[endings.defeated]", "[endings.eaten]"),
        ("scenes.toml", "skill = \"athletics\"", "skill = \"baking\""),
        ("scenes.toml", "damage = \"1d4\"", "damage = \"1d\"\ncondition = \"hungry\""),
        ("scenes.toml", "next = \"hall\"", "next = \"cellar\""),
        ("scenes.toml", "adversaries = [\"warden\"]", "adversaries = [\"warden\", \"dragon\"]"),
        ("adversaries.toml", "hp = 9", "hp = \"nine\""),
        ("locations.toml", "weapon = \"halberd\"", "weapon = \"spoon\""),
        ("clues.toml", "helps = [\"talk\"]", "helps = [\"talk\", \"fight\"]"),
        ("npcs.toml", "clues = [\"letter\"]", "clues = [\"rumour\"]"),
        ("characters/hero.toml", "STR = 14", "STR = 99"),
    ]);
    insta::assert_snapshot!(found.join("\n"), @r#"
    adversaries.toml: adversaries[warden].hp: must be a whole number, not a text
    scenes.toml: scenes[arrival].hazards[loose_stone].skill: no such skill; choose one of: command, science, engineering, medical, security, insight, athletics, stealth, investigation
    scenes.toml: scenes[arrival].hazards[loose_stone].damage: "1d" is not a dice expression; write it like 1d8, 2d6+3 or d4-1
    scenes.toml: scenes[arrival].hazards[loose_stone].condition: no such condition; choose one of: frightened, poisoned, stunned, incapacitated, prone
    characters/hero.toml: attributes.STR: must be from 1 to 30, not 99
    pack.toml: endings.eaten: is not a key that is known here
    scenes.toml: scenes[arrival].next: there is no scene "cellar"
    scenes.toml: scenes[hall].combat.adversaries[1]: there is no adversary "dragon" in adversaries.toml
    clues.toml: clues[letter].helps[1]: there is no hazard, check or approach "fight" that is rolled
    npcs.toml: npcs[porter].clues[0]: there is no clue "rumour" in clues.toml
    locations.toml: locations[gatehouse].weapon: there is no weapon "spoon" in weapons.toml
    weapons.toml: weapons[halberd]: lies at no location
    pack.toml: start: there is no scene "nowhere" in scenes.toml
    pack.toml: endings.defeated: is missing; the scenario can end like that
    "#);
}

#[test]
fn missing_and_misnamed_files_are_told() {
    let mut files = scaffold(&name());
    let scenes = files.remove("scenes.toml").unwrap();
    files.remove("adversaries.toml");
    let clues = files.remove("clues.toml").unwrap();
    files.insert("clue.toml".to_owned(), clues.clone());
    files.insert("README.md".to_owned(), "a note".to_owned());
    assert!(read(&files).contains(&"scenes.toml: is missing".to_owned()));
    files.insert("scenes.toml".to_owned(), scenes);
    let found = read(&files);
    let expected = [
        "clue.toml: is not a file of a scenario",
        "scenes.toml: scenes[hall].combat.adversaries[0]: there is no adversary \"warden\"",
        "npcs.toml: npcs[porter].clues[0]: there is no clue \"letter\"",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (problem, start) in found.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert_eq!(read(&BTreeMap::new()), ["pack.toml: is missing", "scenes.toml: is missing"]);
}

#[test]
fn a_scene_that_nobody_reaches_or_leaves_is_told() {
    let found = problems(&[("scenes.toml", "next = \"hall\"", "next = \"arrival\"")]);
    assert_eq!(
        found,
        [
            "scenes.toml: scenes[hall].id: no other scene leads here",
            "scenes.toml: scenes[end].id: no other scene leads here",
            "scenes.toml: scenes[arrival].id: no way from here leads to an end",
        ]
    );
}

#[test]
fn a_way_that_breaks_off_is_told() {
    let table = [
        (("scenes.toml", "next = \"hall\"\n", ""), "scenes[arrival].next: is missing"),
        (
            ("scenes.toml", "next = \"hall\"", "next = \"end\""),
            "scenes[arrival].next: only an approach or a fight can end",
        ),
        (("scenes.toml", "outcome = \"peaceful\"\n", ""), "scenes[hall].approaches[talk].outcome: is missing"),
        (
            ("scenes.toml", "to = \"end\"\noutcome = \"peaceful\"", "to = \"arrival\"\noutcome = \"peaceful\""),
            "scenes[hall].approaches[talk].outcome: the scenario does not end",
        ),
        (
            ("scenes.toml", "skills = [\"command\", \"insight\"]", "skills = []"),
            "scenes[hall].approaches[talk].skills: needs at least one",
        ),
        (
            ("scenes.toml", "id = \"lock\"", "id = \"talk\""),
            "hazards, checks and approaches: the id \"talk\" is there 2 times",
        ),
        (("scenes.toml", "end = true", "end = true\nnext = \"hall\""), "scenes[end].end: the scenario is over here"),
        (("pack.toml", "at = 0", "at = 4"), "alarm: the first state must begin at 0"),
        (
            ("pack.toml", "character = \"hero\"", "character = \"../hero\""),
            "character: there is no file characters/../hero.toml",
        ),
        (("weapons.toml", "id = \"halberd\"", "id = \"staff\""), "weapons: the id \"staff\" is there 2 times"),
        (("locations.toml", "weapon = \"halberd\"\n", ""), "weapons[halberd]: lies at no location"),
        (("scenes.toml", "locations = [\"gatehouse\"]", "locations = []"), "locations[gatehouse]: is in no scene"),
        (
            ("clues.toml", "location = \"gatehouse\"", "location = \"moon\""),
            "clues[letter].location: there is no location \"moon\"",
        ),
    ];
    for (change, expected) in table {
        let found = problems(&[change]);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{expected}: {found:#?}");
    }
}
