//! Looking in the right place, talking to the right people, and what it is good for.

use zeroth::game::rules::Advantage;
use zeroth::game::scenario::{Fact, Outcome, Pace};
use zeroth::game::world::Disposition;

use crate::table::{Table, at_the_core, texts};

fn at_operations() -> Table {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    for fall in [15, 11, 8] {
        table.say("/roll", &[fall]);
    }
    table
}

#[test]
fn a_clue_is_found_where_it_lies_and_helps() {
    let mut table = at_operations();
    let step = table.say("I search the infirmary.", &[]);
    assert!(step.spent);
    assert_eq!(step.log(), ["Clue: The sleepers' chart"]);
    let again = table.say("look at the med bay", &[]);
    assert_eq!((again.spent, again.log().len()), (false, 0), "there is nothing more");
    for fall in [8, 11, 8, 11] {
        table.say("/roll", &[fall]);
    }
    let step = table.say("/roll medical", &[2, 12]);
    assert_eq!(
        step.log()[0],
        "The sleepers (medical): d20 12 (advantage, [2, 12]) + WIS 0 = 12 against 10: success (The sleepers' chart helps)"
    );
    table.approach("diplomacy", &[]);
    let step = table.say("/roll", &[2, 13]);
    assert_eq!(step.facts[0].rolls()[0].advantage, Advantage::Advantage, "it helps there as well");
    assert_eq!(table.outcome(), Some(Outcome::Peaceful));
}

#[test]
fn places_of_other_scenes_are_not_here() {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    let ruling = table.refused("look at the med bay");
    assert_eq!(ruling.to_string(), "there is no \"the med bay\" to look at here; there is Docking ring");
    assert!(ruling.may_be_speech());
    let step = table.say("look around", &[]);
    assert!(!step.spent);
}

#[test]
fn a_weapon_that_is_found_can_be_used_and_is_heard() {
    let mut table = Table::new("silent-relay", Pace::Rounds);
    let step = table.say("search the lockers", &[]);
    assert_eq!(step.log(), ["Weapon: Hull cutter"]);
    for fall in [15, 11, 8, 8, 11, 8, 11, 10] {
        table.say("/roll", &[fall]);
    }
    table.say("attack with the cutter", &[15, 10, 2, 2]);
    assert_eq!(table.state.alarm, 2, "a fight, and a cutter");
}

#[test]
fn somebody_won_over_tells_what_they_know() {
    let mut table = at_operations();
    let step = table.say("talk to Sorrel", &[10]);
    assert_eq!(
        step.log(),
        [
            "Winning over Lieutenant Sorrel (insight): d20 10 + WIS 0 = 10 against 10: success; Lieutenant Sorrel is friendly",
            "Clue: The station log",
        ]
    );
    assert_eq!(table.state.disposition(&table.pack, "npc_sorrel"), Disposition::Friendly);
    let again = table.say("talk", &[]);
    assert!(!again.spent, "she has told it all");
    let shown = serde_json::to_value(table.state.shown(&table.pack, &[], &[])).unwrap();
    assert_eq!(shown["npcs"][0]["disposition"], "friendly");
    assert_eq!(shown["scenario"]["clues"][0]["id"], "clue_logs");
}

#[test]
fn somebody_not_won_over_is_asked_once() {
    let mut table = at_operations();
    table.say("talk to the lieutenant", &[9]);
    let step = table.say("talk to Sorrel", &[]);
    assert_eq!((step.spent, step.log()), (false, vec!["Lieutenant Sorrel is neutral".to_owned()]));
    let mut table = at_operations();
    table.say("talk to Sorrel", &[1]);
    assert_eq!(table.state.disposition(&table.pack, "npc_sorrel"), Disposition::Hostile);
}

#[test]
fn a_clue_from_two_sources_is_found_once() {
    let mut table = at_operations();
    table.say("talk to Sorrel", &[10]);
    let step = table.say("look at the log", &[]);
    assert_eq!(texts(&step, |fact| if let Fact::ClueFound { id, .. } = fact { Some(id) } else { None }), [""; 0]);
    assert_eq!(table.state.clues, ["clue_logs"]);
}

#[test]
fn looking_can_be_heard() {
    let mut table = at_the_core(Pace::Automatic);
    let step = table.say("look at the threads", &[]);
    assert_eq!(step.log(), ["Clue: The shape of the voice", "Alarm 1 (standby): Core chamber"]);
}
