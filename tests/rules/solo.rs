//! Solo games: what a reply may do, what it may not, and that the view of a game stays small.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use zeroth::game::Message;
use zeroth::game::character::Player;
use zeroth::game::journal::Entry;
use zeroth::game::rules::{Condition, Scripted, Seeded};
use zeroth::game::solo::{Fact, Opening, PROMPT_VIEW_BYTES, Reason, Reply, State, Step, play, play_plain, prompt_view};
use zeroth::id::{CountingIds, Ids};

fn game() -> State {
    let opening = Opening::read("enterprise", include_str!("../../solo/enterprise.toml")).unwrap();
    let player = Player::read("data", include_str!("../../characters/data.toml")).unwrap();
    State::new(CountingIds::default().session(), &opening, player)
}

fn input() -> Message {
    Message::new("I open the hatch.", 500).unwrap()
}

fn reply(delta: Value, triggers: Value) -> Reply {
    serde_json::from_value(json!({"narrative": "It opens.", "state_delta": delta, "dice_triggers": triggers})).unwrap()
}

fn turn(state: &State, delta: Value, triggers: Value, falls: &[u8]) -> Step {
    let mut dice = Scripted::new(falls.iter().copied());
    let step = play(state, &input(), &reply(delta, triggers), &mut dice);
    assert_eq!(dice.left(), 0, "all of the script was thrown");
    step
}

fn rejected(step: &Step) -> Vec<(String, Reason)> {
    let of = |fact: &Fact| match fact {
        Fact::RejectedDelta(rejected) => Some((rejected.key.clone(), rejected.reason)),
        _ => None,
    };
    step.facts.iter().filter_map(of).collect()
}

#[test]
fn the_engine_rolls_what_the_reply_asks_for() {
    let triggers = json!([
        {"roll": "d20", "skill": "investigation", "dc": 13},
        {"roll": "d20", "skill": "perception", "dc": 12, "modifier": 3},
        {"roll": "d6", "dc": 4},
        {"roll": "d4", "skill": "sparks", "modifier": 1},
    ]);
    let step = turn(&game(), json!({}), triggers, &[9, 8, 4, 3]);
    let sums: Vec<&str> = step.entry.dice_rolls.iter().map(|roll| roll.text.as_str()).collect();
    assert_eq!(
        sums,
        [
            "Investigation (investigation): d20 9 + INT 2 + proficiency 2 = 13 against 13: success",
            "Perception: d20 8 + modifier 3 = 11 against 12: failure",
            "Check: d6 4 against 4: success",
            "Damage from sparks: d4 3 + modifier 1 = 4",
        ]
    );
    assert_eq!(step.state.player.hit_points.now(), 8);
    assert_eq!(serde_json::to_value(&step.entry.state_delta).unwrap(), json!({"player.hp": 8}));
    let roll = serde_json::to_value(&step.entry.dice_rolls[3]).unwrap();
    for (key, expected) in
        [("roll", json!("d4")), ("modifier", json!(1)), ("raw_result", json!(3)), ("total", json!(4))]
    {
        assert_eq!(roll[key], expected, "{key}");
    }
    assert_eq!((&roll["dc"], &roll["outcome"], &roll["is_critical"]), (&Value::Null, &json!("hit"), &json!(false)));
}

#[test]
fn hit_points_end_at_nothing() {
    let blow = json!({"roll": "d12", "modifier": 10});
    let step = turn(&game(), json!({}), json!([blow, blow]), &[12, 12]);
    assert_eq!(step.state.player.hit_points.now(), 0);
    assert!(step.facts.contains(&Fact::Hurt { lost: 0, hp: 0, max_hp: 12 }), "the second blow costs nothing");
}

#[test]
fn what_a_reply_may_change_is_changed() {
    let delta = json!({
        "location.name": "Deck ten",
        "quests.find_the_crew.status": "completed",
        "quests": [{"id": "tea", "title": "Make tea", "description": "Earl Grey.", "status": "active"}],
        "npcs": {"Spot": {"disposition": "friendly"}},
        "npcs.Dr. Maren.description": "A doctor without patients.",
        "player.inventory.add": ["a cup"],
        "player.conditions": ["frightened"],
    });
    let step = turn(&game(), delta, json!([]), &[]);
    assert_eq!(rejected(&step), []);
    let shown = serde_json::to_value(step.state.shown(&[], &[])).unwrap();
    assert_eq!(shown["location"]["name"], "Deck ten");
    assert_eq!(shown["quests"][0]["status"], "completed");
    assert_eq!(shown["quests"][2]["title"], "Make tea");
    assert_eq!(shown["npcs"][1]["disposition"], "friendly");
    assert_eq!(shown["npcs"][2]["name"], "Dr. Maren");
    assert_eq!(shown["player"]["inventory"][3], "a cup");
    assert_eq!(shown["player"]["conditions"], json!(["frightened"]));
    assert_eq!(step.entry.state_delta["location.name"], "Deck ten");
    assert_eq!(step.entry.state_delta.get("location.description"), None, "it did not change");
}

#[test]
fn what_a_reply_may_not_change_is_refused_key_by_key() {
    let long = "x".repeat(1000);
    let table = [
        (json!({"player.hp": -50}), Reason::Protected),
        (json!({"player": {"max_hp": 999}}), Reason::Protected),
        (json!({"hp": 3}), Reason::Protected),
        (json!({"turn_history": []}), Reason::Protected),
        (json!({"session_id": "mine"}), Reason::Protected),
        (json!({"player.name": "Lore"}), Reason::Protected),
        (json!({"player.attributes.STR": 30}), Reason::Protected),
        (json!({"weather": "rain"}), Reason::UnknownKey),
        (json!({"quests.find_the_crew.colour": "red"}), Reason::UnknownKey),
        (json!({"location": "the bridge"}), Reason::UnknownKey),
        (json!({"location.name": 7}), Reason::WrongType),
        (json!({"player.inventory": [1, 2]}), Reason::WrongType),
        (json!({"location.name": " \u{7} "}), Reason::Empty),
        (json!({"location.description": long}), Reason::TooLong),
        (json!({"quests.find_the_crew.status": "eaten"}), Reason::NotAllowed),
        (json!({"npcs.7.disposition": "friendly"}), Reason::NotAllowed),
        (json!({"player.conditions": ["stunned"]}), Reason::NotAllowed),
        (json!({"player.inventory": vec!["a stone"; 21]}), Reason::Full),
    ];
    for (delta, reason) in table {
        let shown = delta.to_string();
        let step = turn(&game(), delta, json!([]), &[]);
        let reasons: Vec<Reason> = rejected(&step).into_iter().map(|(_, reason)| reason).collect();
        assert_eq!(reasons, [reason], "{shown}");
        assert_eq!(step.state, State { turn_number: 1, ..game() }, "{shown}");
    }
}

#[test]
fn one_refused_key_does_not_spoil_the_rest() {
    let step = turn(
        &game(),
        json!({"location.name": "Sickbay", "player.hp": 99, "npcs.Spot.name": "Spot II"}),
        json!([]),
        &[],
    );
    assert_eq!(rejected(&step), [("player.hp".to_owned(), Reason::Protected)]);
    assert_eq!((step.state.location.name.as_str(), step.state.npcs[1].name.as_str()), ("Sickbay", "Spot II"));
}

#[test]
fn rolls_that_cannot_be_made_are_told() {
    let triggers =
        json!([{"roll": "d7"}, 3, {"roll": "d20", "dc": 99}, {"roll": "d4", "modifier": 1e9}, {"roll": "d4"}]);
    let step = turn(&game(), json!({}), triggers, &[1]);
    let told: Vec<String> = step
        .facts
        .iter()
        .filter_map(|fact| if let Fact::RejectedTrigger(rejected) = fact { Some(rejected.to_string()) } else { None })
        .collect();
    assert_eq!(
        told,
        [
            "dice_triggers[0]: roll is not one of d4, d6, d8, d10, d12, d20",
            "dice_triggers[1]: is not an object",
            "dice_triggers[2]: dc is not a whole number from 1 to 40",
            "dice_triggers[3]: modifier is not a whole number from -10 to 10",
        ]
    );
    assert_eq!(step.state.player.hit_points.now(), 11);
}

#[test]
fn fear_hinders_checks_and_ends_with_a_save_in_a_later_turn() {
    let first = turn(&game(), json!({"player.conditions": ["frightened"]}), json!([]), &[]);
    let check = json!([{"roll": "d20", "skill": "science", "dc": 10}]);
    let second = turn(&first.state, json!({}), check, &[15, 7, 13]);
    assert_eq!(
        second.entry.dice_rolls[0].text,
        "Science (science): d20 7 (disadvantage, [15, 7]) + INT 2 = 9 against 10: failure"
    );
    assert_eq!(second.entry.dice_rolls[1].text, "WIS save against frightened: d20 13 + WIS 0 = 13 against 13: success");
    assert!(!second.state.player.conditions.any(|condition| condition == Condition::Frightened));
}

#[test]
fn a_reply_that_cannot_be_read_changes_nothing_but_the_story() {
    let step = play_plain(&game(), &input(), "The hatch opens.");
    assert_eq!(step.state, State { turn_number: 1, ..game() });
    assert_eq!(
        (step.entry.narrative.as_str(), step.entry.state_delta.len(), step.facts.len()),
        ("The hatch opens.", 0, 0)
    );
}

/// Any JSON, with the keys of the state among its keys.
fn any_json() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof![".{0,30}", "[a\"\\\\\u{1}😀]{200,900}", Just("friendly".to_owned()), Just("frightened".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any_key(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        "(location|player|quests|npcs)\\.[a-z0-9.]{0,8}",
        "(quests\\.[a-z]{1,3}\\.(title|status|description)|npcs\\.[A-Z]\\.(name|description|disposition))",
        "(location\\.name|location\\.description|player\\.inventory|player\\.inventory\\.add|player\\.conditions)",
        ".{0,10}",
        Just("id".to_owned()),
        Just("name".to_owned()),
    ]
}

fn any_reply() -> impl Strategy<Value = Reply> {
    let delta = prop::collection::btree_map(any_key(), any_json(), 0..12);
    let trigger = prop_oneof![
        any_json(),
        Just(json!({"roll": "d12"})),
        Just(json!({"roll": "d20", "dc": 10, "skill": "science"}))
    ];
    (".{0,2000}", delta, prop::collection::vec(trigger, 0..8)).prop_map(|(narrative, delta, dice_triggers)| Reply {
        narrative,
        state_delta: delta.into_iter().collect::<Map<String, Value>>(),
        dice_triggers,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_reply_breaks_a_game(replies in prop::collection::vec(any_reply(), 1..12), seed: u64) {
        let (mut state, mut again) = (game(), game());
        let (mut dice, mut same) = (Seeded::new(seed), Seeded::new(seed));
        let mut journal: Vec<Entry> = Vec::new();
        for reply in &replies {
            let step = play(&state, &input(), reply, &mut dice);
            prop_assert!((0..=12).contains(&step.state.player.hit_points.now()));
            prop_assert_eq!(step.state.session_id, state.session_id);
            prop_assert!(step.state.player.inventory.len() <= State::MOST_ITEMS);
            state = step.state;
            journal.push(step.entry);
            again = play(&again, &input(), reply, &mut same).state;
            let stored = serde_json::to_string(&state).unwrap();
            prop_assert!(stored.len() <= 16 * 1024, "{} bytes", stored.len());
            prop_assert_eq!(&serde_json::from_str::<State>(&stored).unwrap(), &state);
            let view = serde_json::to_string(&prompt_view(&state, journal.iter())).unwrap();
            prop_assert!(view.len() <= PROMPT_VIEW_BYTES, "{} bytes", view.len());
        }
        prop_assert_eq!(again, state);
    }
}

#[test]
fn the_view_stays_small_over_a_thousand_turns() {
    let (mut state, mut journal, mut dice) = (game(), Vec::new(), Seeded::new(4));
    let said = Message::new(&"I say \"open\" \\ and wait. ".repeat(19), 500).unwrap();
    let mut largest = 0;
    for number in 0..1000 {
        let name = format!("quests.q{number}.description");
        let person = format!("npcs.P{number}.description");
        let item = format!("a stone with \"{number}\" on it");
        let delta = json!({name: "\"\\".repeat(150), person: "ü".repeat(150), "player.inventory.add": item, "location.name": format!("Room {number}")});
        let triggers = json!([{"roll": "d20", "dc": 10, "skill": "science"}, {"roll": "d20", "dc": 10}, {"roll": "d20", "dc": 10}]);
        let told = Reply { narrative: "A \"long\" story\n".repeat(200), ..reply(delta, triggers) };
        let step = play(&state, &said, &told, &mut dice);
        state = step.state;
        journal.push(step.entry);
        let view = prompt_view(&state, journal.iter());
        largest = largest.max(serde_json::to_string(&view).unwrap().len());
        assert!(!view.turns.is_empty(), "the last turn is always seen");
        assert_eq!(view.turns.last().map(|turn| turn.turn), Some(state.turn_number));
    }
    assert!(largest <= PROMPT_VIEW_BYTES, "{largest}");
    assert!(largest > PROMPT_VIEW_BYTES / 2, "{largest}: the bound is tested near it");
}
