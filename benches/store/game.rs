//! A game as solo players would have it: a state of about 3 KB of which a turn changes a little.

use std::time::SystemTime;

use serde_json::{Value, json};
use zeroth::game::Message;
use zeroth::store::{Change, Document, Kind, NewTurn, Session};

pub(crate) fn session(number: u64) -> Session {
    let id = format!("00000000-0000-0000-0000-{number:012x}").parse().unwrap();
    Session::new(id, Kind::Solo, "silent-relay", Document::of(1, &state()).unwrap(), SystemTime::UNIX_EPOCH)
}

/// The next turn; `session` goes along with it.
pub(crate) fn turn(session: &mut Session, number: u64, with_state: bool) -> NewTurn {
    let message = Message::new("I open the maintenance hatch and look inside for a way to the core.", 500).unwrap();
    let response = "The hatch gives way, and behind it a shaft leads down into the dark. ".repeat(9);
    let mut turn = NewTurn::new(message, response, SystemTime::UNIX_EPOCH);
    if !with_state {
        return turn;
    }
    let facts = json!({"roll": "d20", "natural": 14, "modifiers": [{"name": "INT", "value": 2}, {"name": "proficiency",
        "value": 2}], "total": 18, "dc": 13, "skill": "investigation", "outcome": "success"});
    turn.facts = Some(facts.to_string().into());
    let mut state: Value = session.document.read().unwrap();
    state["player"]["hp"] = json!(12 - number % 12);
    state["location"] = json!({"name": format!("Deck {}", number % 9), "description": "A corridor without a light."});
    state["clues"][usize::try_from(number % 8).unwrap()]["seen"] = json!(number);
    let after = Document::of(1, &state).unwrap();
    turn.change = Some(Change::between(&session.document, after.clone()).unwrap());
    session.document = after;
    turn
}

fn state() -> Value {
    let clue =
        |number: usize| json!({"id": format!("clue_{number}"), "seen": 0, "text": "The log ends in mid-sentence."});
    let npc = |number: usize| json!({"name": format!("Officer {number}"), "disposition": "neutral", "description": "Tired, and on watch since."});
    json!({
        "player": {
            "name": "Data", "character_class": "Positronic Operative", "hp": 12, "max_hp": 12, "armor_class": 14, "level": 1,
            "attributes": {"STR": 15, "DEX": 12, "CON": 14, "INT": 15, "WIS": 10, "CHA": 8},
            "skills": {"athletics": 4, "investigation": 4, "science": 2, "engineering": 2, "stealth": 1, "insight": 0},
            "inventory": ["tricorder", "phaser", "uniform", "isolinear chip", "tool kit"], "conditions": [],
        },
        "location": {"name": "Docking ring", "description": "A ring of cold metal, and no light in it."},
        "quests": [{"id": "relay", "title": "The silent relay", "status": "active", "description": "Find out why it is silent."}],
        "npcs": (0..8).map(npc).collect::<Vec<_>>(),
        "clues": (0..8).map(clue).collect::<Vec<_>>(),
        "scenario": {"scene": "scene_1_approach", "alarm": 0, "settled": ["haz_docking_shear", "check_1", "check_2"]},
    })
}
