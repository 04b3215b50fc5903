//! Properties of whole games with seeded dice: nothing panics, everything ends, the same seed is the same game.

use std::collections::BTreeSet;

use proptest::prelude::*;
use zeroth::content::Content;
use zeroth::game::rules::Seeded;
use zeroth::game::scenario::{Command, Fact, Pace, Pack, Pending, State, play, scaffold, start};
use zeroth::id::{CountingIds, Ids};

use crate::table::pack;

fn packs() -> Vec<Pack> {
    let name = "a-new-one".parse().unwrap();
    let scaffolded = Pack::read(&name, &scaffold(&name)).unwrap();
    Content::default().folders("scenarios").iter().map(|name| pack(name)).chain([scaffolded]).collect()
}

fn begin(pack: &Pack, pace: Pace) -> State {
    start(pack, CountingIds::default().session(), pace).state
}

/// Plays by the first suggestion, or the one that the number picks, until it is over.
fn finish(pack: &Pack, seed: u64, pace: Pace, pick: usize) -> State {
    let (mut state, mut dice) = (begin(pack, pace), Seeded::new(seed));
    for turn in 0.. {
        let suggestions = state.pending(pack).suggestions();
        let Some(input) = suggestions.get((pick + turn) % suggestions.len().max(1)) else { return state };
        state = play(pack, &state, &Command::read(input, None), &mut dice).state;
        assert!(turn < 400, "seed {seed}: still {:?}", state.pending(pack));
    }
    state
}

#[test]
fn every_scenario_ends_and_all_of_its_endings_happen() {
    for pack in packs() {
        let mut outcomes = BTreeSet::new();
        for seed in 0..60 {
            for pace in [Pace::Automatic, Pace::Rounds] {
                for pick in 0..3 {
                    outcomes.extend(finish(&pack, seed, pace, pick).outcome);
                }
            }
        }
        let endings: BTreeSet<_> = pack.endings.keys().copied().collect();
        assert_eq!(outcomes, endings, "{}", pack.name);
    }
}

#[test]
fn the_same_seed_is_the_same_game() {
    let pack = pack("silent-relay");
    for seed in 0..20 {
        assert_eq!(finish(&pack, seed, Pace::Rounds, 0), finish(&pack, seed, Pace::Rounds, 0));
    }
}

fn any_input() -> impl Strategy<Value = String> {
    let verbs =
        "(/roll|approach|attack|talk to|look at|search|i defend|heal|withdraw|stand up|pace rounds|pace automatic|say)";
    let things = "( (engineering|science|medical|insight|athletics|the drone|drone 2|phaser|the hound|with umbrella|sorrel|med bay|roof|force|diplomacy|question|arrest|shoot))?";
    prop_oneof![4 => prop::string::string_regex(&format!("{verbs}{things}")).unwrap(), 4 => Just("/roll".to_owned()), 1 => ".{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_input_breaks_a_game(
        which in 0..3_usize,
        seed: u64,
        inputs in prop::collection::vec((any_input(), prop::option::weighted(0.1, ".{0,12}")), 1..60),
    ) {
        let pack = &packs()[which];
        let (mut state, mut dice) = (begin(pack, Pace::Rounds), Seeded::new(seed));
        let max = state.player.hit_points.max();
        for (input, approach) in inputs {
            let before = dice;
            let step = play(pack, &state, &Command::read(&input, approach.as_deref()), &mut dice);
            prop_assert!((0..=max).contains(&step.state.player.hit_points.now()));
            prop_assert_eq!(step.state.player.hit_points.is_down(), step.state.outcome.is_some_and(|o| o.name() == "defeated"));
            prop_assert_eq!(step.state.turn_number, state.turn_number + u64::from(step.spent));
            prop_assert!((0..=Pack::MOST_ALARM).contains(&step.state.alarm));
            prop_assert!(step.spent || dice == before, "dice cost a turn");
            if step.ruling().is_some() {
                prop_assert_eq!(&step.state, &state);
            }
            let stored = serde_json::to_string(&step.state).unwrap();
            prop_assert!(stored.len() < 4 * 1024, "{} bytes", stored.len());
            prop_assert_eq!(&serde_json::from_str::<State>(&stored).unwrap(), &step.state);
            let facts = serde_json::to_string(&step.facts).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Vec<Fact>>(&facts).unwrap(), &step.facts);
            state = step.state;
        }
    }

    #[test]
    fn a_game_whose_pack_changed_is_refused_or_goes_on(seed: u64, turns in 0..14_usize, other in 0..3_usize, inputs in prop::collection::vec(any_input(), 1..10)) {
        let (pack, packs) = (pack("silent-relay"), packs());
        let (mut state, mut dice) = (begin(&pack, Pace::Rounds), Seeded::new(seed));
        for turn in 0..turns {
            let suggestions = state.pending(&pack).suggestions();
            let Some(input) = suggestions.get(turn % suggestions.len().max(1)) else { break };
            state = play(&pack, &state, &Command::read(input, None), &mut dice).state;
        }
        for input in inputs {
            state = play(&packs[other], &state, &Command::read(&input, None), &mut dice).state;
        }
        let _: Pending = state.pending(&packs[other]);
    }
}
