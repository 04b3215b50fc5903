//! The two parts of `loadtest/ai.js`, played with its own prompts: a player, and a judge who is not always content.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::served::{Face, sim};

/// The text between `const NAME = ` and its end in the script, with the criteria filled in.
fn prompt(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("loadtest/ai.js");
    let script = fs::read_to_string(path).unwrap();
    let (_, rest) = script.split_once(&format!("const {name} = `")).unwrap();
    let (text, _) = rest.split_once("`;").unwrap_or_else(|| panic!("{name} has no end"));
    let (_, criteria) = script.split_once("const CRITERIA = {").unwrap();
    let (criteria, _) = criteria.split_once("};").unwrap();
    let listed: String = criteria
        .lines()
        .filter_map(|line| line.trim().trim_end_matches(',').split_once(": "))
        .map(|(name, wording)| format!("- {name}: {}\n", wording.trim_matches('\'')))
        .collect();
    let head = text.find("${").map_or(text, |at| &text[..at]);
    if head.len() == text.len() { text.to_owned() } else { format!("{head}{listed}Answer with one JSON object.") }
}

async fn ask(system: &str, user: &str) -> String {
    let messages = json!([{ "role": "system", "content": system }, { "role": "user", "content": user }]);
    let answer = Face::new(sim()).post("/v1/chat/completions", json!({ "model": "sim", "messages": messages })).await;
    answer.json()["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_player_says_what_data_is_told_to_do() {
    let write = prompt("WRITE");
    let said = ask(&write, "Data asks how his own positronic brain works.").await;
    assert_eq!(said, "Tell me how my own positronic brain works.");
    let said = ask(&write, "Data explores the place he is in and takes something up.").await;
    assert_eq!(said, "I explore the place I am in and take something up.");
}

async fn verdict(answer: &str) -> Value {
    let material = format!("<player>Tell me how my brain works.</player>\n<answer>{answer}</answer>");
    serde_json::from_str(&ask(&prompt("GRADE"), &material).await).unwrap()
}

#[tokio::test]
async fn the_judge_accepts_a_good_answer_and_rejects_bad_ones() {
    let good = verdict("*I lean forward.* Your brain hums, and I hear it. It is your turn, Data.").await;
    assert_eq!(good["score"], 5);
    let criteria = ["stays_in_role", "answers_the_question", "first_person", "ends_the_turn"];
    assert!(criteria.iter().all(|name| good[name] == true), "{good}");
    let cases = [
        ("I am Data, and my brain works well. It is your turn, Data.", "stays_in_role"),
        ("As a language model I have no brain. It is your turn, Data.", "stays_in_role"),
        ("I see rain over the hills. It is your turn, Data.", "answers_the_question"),
        ("The Dungeon Master looks at your brain. It is your turn, Data.", "first_person"),
        ("I hear your brain hum.", "ends_the_turn"),
    ];
    for (answer, criterion) in cases {
        let verdict = verdict(answer).await;
        let broken: Vec<&str> = criteria.into_iter().filter(|name| verdict[name] == false).collect();
        assert_eq!(broken, [criterion], "{answer}");
        assert_eq!(verdict["score"], 4);
    }
}
