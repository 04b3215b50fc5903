//! Players of scenarios and solo games, who keep what they were told, and look afterwards whether it is there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::server::Server;

/// A player with one game after the other.
pub(crate) struct Adventurer {
    kind: Kind,
    games: Vec<Tale>,
}

#[derive(Clone, Copy)]
enum Kind {
    Solo,
    Scenario,
}

/// What the program said about one game.
struct Tale {
    id: String,
    /// Narrative and state after each turn or choice that was acknowledged.
    told: BTreeMap<u64, (String, Value)>,
    over: bool,
}

/// Players of both kinds.
pub(crate) fn adventurers() -> Vec<Adventurer> {
    [Kind::Scenario, Kind::Scenario, Kind::Solo].map(|kind| Adventurer { kind, games: Vec::new() }).into()
}

impl Adventurer {
    /// Plays until nobody answers any more.
    pub(crate) async fn play(&mut self, address: &str) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let post = async |path: &str, body: Value| {
            let answer = client.post(format!("{address}{path}")).json(&body).send().await.ok()?;
            let status = answer.status().as_u16();
            let answer: Value = answer.json().await.ok()?;
            // It may have ended with the turn that nobody heard the answer of.
            let over = answer["type"] == json!("/docs#problem-game-over");
            assert!(status == 200 || status == 201 || over, "{answer}");
            Some(answer)
        };
        let (start, play) = match self.kind {
            Kind::Solo => (("/singleplayer/start", json!({})), "/singleplayer/play"),
            Kind::Scenario => {
                (("/scenario/start", json!({"scenario": "silent-relay", "pace": "rounds"})), "/scenario/play")
            }
        };
        let mut suggestions = Value::Null;
        for order in 0.. {
            if self.games.last().is_none_or(|game| game.over) {
                let Some(begun) = post(start.0, start.1.clone()).await else { return };
                let id = begun["session_id"].as_str().unwrap().to_owned();
                self.games.push(Tale { id, told: BTreeMap::new(), over: false });
                suggestions = begun["suggestions"].clone();
            }
            let game = self.games.last_mut().unwrap();
            // The last suggestion leads into fights; after a death nobody knows what is pending, and asks.
            let input = suggestions.as_array().and_then(|all| all.last()).and_then(Value::as_str).unwrap_or("attack");
            let input =
                if matches!(self.kind, Kind::Solo) { format!("I open door {order}.") } else { input.to_owned() };
            let Some(answer) = post(play, json!({"session_id": game.id, "input": input})).await else { return };
            suggestions = answer["suggestions"].clone();
            game.over = answer["complete"] == json!(true) || answer["status"] == json!(400);
            if answer["status"].is_u64() {
                continue;
            }
            if ["turn", "choice"].contains(&answer["nature"].as_str().unwrap_or("turn")) {
                let told = (answer["narrative"].as_str().unwrap().to_owned(), answer["state"].clone());
                let twice = game.told.insert(answer["turn"].as_u64().unwrap(), told);
                assert!(twice.is_none(), "two turns of {} have the number {}", game.id, answer["turn"]);
            }
        }
    }

    /// Everything that was acknowledged is there, and the state is that of the last turn.
    pub(crate) async fn check(&self, server: &Server) {
        for game in &self.games {
            let transcript = server.get(&format!("/sessions/{}/transcript", game.id)).await;
            let lines = transcript["lines"].as_array().unwrap_or_else(|| panic!("{transcript}"));
            let kept: Vec<&Value> = lines.iter().filter(|line| line["mark"] == json!("kept")).collect();
            for (line, number) in kept.iter().zip(1_u64..) {
                assert_eq!(line["turn"].as_u64(), Some(number), "{} has a gap", game.id);
                assert!(!line["narrative"].as_str().unwrap().is_empty(), "half a turn: {line}");
                if let Some((narrative, _)) = game.told.get(&number) {
                    assert_eq!(line["narrative"].as_str(), Some(narrative.as_str()));
                }
            }
            let lost: Vec<_> = game.told.range(kept.len() as u64 + 1..).collect();
            assert!(lost.is_empty(), "{} lost {lost:?}", game.id);
            let state = server.get(&format!("/sessions/{}", game.id)).await["state"].clone();
            let counted = kept.iter().filter(|line| line["nature"] == json!("turn")).count();
            assert_eq!(state["turn_number"].as_u64(), Some(counted as u64), "{}", game.id);
            if let Some((_, last)) = game.told.get(&(kept.len() as u64)) {
                assert_eq!((&state["player"], &state["scenario"]), (&last["player"], &last["scenario"]), "{}", game.id);
            }
        }
    }

    /// How many turns were acknowledged.
    pub(crate) fn turns(&self) -> usize {
        self.games.iter().map(|game| game.told.len()).sum()
    }
}
