//! Prompts stay small, however large the pack is and however long the game lasts.

use serde_json::json;
use zeroth::game::scenario::Fact;
use zeroth::game::solo::Reply;
use zeroth::llm::ChatRequest;

use super::table::{Scenario, Solo, prompts};

/// The most bytes of instructions and messages together.
const LARGEST: usize = 16 * 1024;

fn size(request: &ChatRequest) -> usize {
    request.system.len() + request.messages.iter().map(|message| message.text.len()).sum::<usize>()
}

#[test]
fn the_requests_of_the_shipped_scenarios_stay_small() {
    let prompts = prompts();
    let mut largest = [0; 3];
    for (name, seed) in [("silent-relay", 3), ("silent-relay", 4), ("night-mail", 5), ("night-mail", 6)] {
        let mut game = Scenario::new(name, seed);
        for _ in 0..300 {
            let Some(next) = game.state.pending(&game.pack).suggestions().into_iter().next() else { break };
            game.order(&next);
            game.told.push(("long ".repeat(200), "A long story. ".repeat(100)));
            let said = "I wait. ".repeat(60);
            let requests = [game.asks(&prompts, &said), game.sorts(&prompts, &said), game.tells(&prompts, &said)];
            for (most, request) in largest.iter_mut().zip(&requests) {
                *most = size(request).max(*most);
            }
        }
    }
    assert!(largest.iter().all(|size| *size < LARGEST), "{largest:?}");
}

#[test]
fn a_swollen_pack_does_not_swell_a_prompt() {
    let prompts = prompts();
    let mut game = Scenario::new("silent-relay", 3);
    let long = "Öde. ".repeat(2000);
    let pack = &mut game.pack;
    pack.title.clone_from(&long);
    pack.description.clone_from(&long);
    let place = pack.locations[0].clone();
    let clue = pack.clues[0].clone();
    let person = pack.npcs[0].clone();
    for number in 0..100 {
        let id = format!("more_{number}");
        let mut scene = pack.scenes[0].clone();
        scene.locations.push(id.clone());
        scene.npcs.push(id.clone());
        scene.objectives.push(long.clone());
        scene.entry_text.clone_from(&long);
        scene.hazards[0].text.clone_from(&long);
        pack.scenes[0] = scene;
        pack.locations.push(zeroth::game::scenario::Place {
            id: id.clone(),
            name: long.clone(),
            text: long.clone(),
            ..place.clone()
        });
        pack.clues.push(zeroth::game::scenario::Clue {
            id: id.clone(),
            name: long.clone(),
            text: long.clone(),
            ..clue.clone()
        });
        pack.npcs.push(zeroth::game::scenario::Person {
            id: id.clone(),
            name: long.clone(),
            description: long.clone(),
            ..person.clone()
        });
        game.state.clues.push(id.clone());
        game.state.searched.push(id);
        game.state.player.inventory.push(long.clone());
        game.facts.push(Fact::Looked { id: "x".to_owned(), name: long.clone(), text: long.clone() });
        game.told.push((long.clone(), long.clone()));
    }
    let requests = [game.asks(&prompts, &long), game.sorts(&prompts, &long), game.tells(&prompts, &long)];
    let sizes: Vec<usize> = requests.iter().map(size).collect();
    assert!(sizes.iter().all(|size| *size < LARGEST), "{sizes:?}");
}

#[test]
fn a_solo_game_of_three_hundred_turns_asks_no_more_than_a_young_one() {
    let prompts = prompts();
    let mut game = Solo::new(1);
    let mut largest = 0;
    for turn in 0..300 {
        let long = "words and \"quotes\" ".repeat(60);
        let mut reply = Reply { narrative: long.clone(), ..Reply::default() };
        reply
            .state_delta
            .insert("player.inventory.add".to_owned(), json!([format!("thing {turn} {}", "y".repeat(60))]));
        reply.state_delta.insert(format!("npcs.Somebody {turn}.description"), json!("z".repeat(290)));
        reply.dice_triggers = vec![json!({"roll": "d20", "skill": "stealth", "dc": 10}); 6];
        game.settle(&"I wait. ".repeat(60), &reply);
        largest = largest.max(size(&game.request(&prompts, &"I wait. ".repeat(60))));
    }
    assert!(largest < LARGEST, "{largest}");
}
