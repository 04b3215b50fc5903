//! The program is killed at random points while several clients play, again and again: whatever it acknowledged is there
//! afterwards, and nothing by halves. `ZEROTH_CRASHES` says how often; `.ci/run` kills it a hundred times.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "../common/server.rs"]
mod server;

mod adventurers;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use adventurers::{Adventurer, adventurers};
use futures::future::join_all;
use serde_json::{Value, json};
use server::Server;

const SHARED: &str = "00000000-0000-0000-0000-000000000000";
/// Clients with a game of their own; as many again play at the shared table.
const CLIENTS: usize = 4;
const SETTINGS: &[(&str, &str)] = &[("ZEROTH_MAX_TURNS", "1000000")];

/// What the program said about one game.
#[derive(Default)]
struct Heard {
    /// Message and answer of each turn that was acknowledged.
    kept: BTreeMap<u64, (String, String)>,
    /// Messages that nobody answered: they may have been kept, whole.
    open: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_every_death() {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
    let crashes = std::env::var("ZEROTH_CRASHES").map_or(5, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut games: Vec<(String, Heard)> = vec![(SHARED.to_owned(), Heard::default())];
    let server = Server::start(folder.path(), SETTINGS).await;
    for _ in 0..CLIENTS {
        let (_, game) = server.post("/games", &json!({})).await;
        games.push((game["session_id"].as_str().unwrap().to_owned(), Heard::default()));
    }
    server.kill().await;
    let mut adventurers = adventurers();
    for crash in 0..crashes {
        if crash % 10 == 9 {
            die_early(folder.path()).await;
        }
        let server = Server::start(folder.path(), SETTINGS).await;
        check(&server, &games, &adventurers).await;
        play_until_death(server, crash, &mut games, &mut adventurers).await;
    }
    let server = Server::start(folder.path(), SETTINGS).await;
    check(&server, &games, &adventurers).await;
    let kept: usize = games.iter().map(|(_, heard)| heard.kept.len()).sum();
    let ruled: usize = adventurers.iter().map(Adventurer::turns).sum();
    println!("{crashes} deaths, {kept} turns of the dialogue and {ruled} by the rules acknowledged and found");
    assert!(kept >= crashes && ruled >= crashes, "the program was killed before anyone could play");
}

/// Kills the program while it starts.
async fn die_early(folder: &Path) {
    let mut child = server::command(folder, SETTINGS).spawn().unwrap();
    tokio::time::sleep(Duration::from_micros(rand::random_range(0..30_000))).await;
    child.kill().await.unwrap();
}

async fn play_until_death(server: Server, crash: usize, games: &mut [(String, Heard)], adventurers: &mut [Adventurer]) {
    let address = server.address.clone();
    let tables = games.iter().map(|(id, _)| id.clone()).chain((1..CLIENTS).map(|_| SHARED.to_owned()));
    let clients = tables.enumerate().map(|(client, id)| play(address.clone(), id, format!("{crash}.{client}")));
    let death = async {
        // Any point will do, and none is known beforehand.
        tokio::time::sleep(Duration::from_micros(rand::random_range(5_000..120_000))).await;
        server.kill().await;
    };
    let by_the_rules = adventurers.iter_mut().map(|adventurer| adventurer.play(&address));
    let (told, _, ()) = tokio::join!(join_all(clients), join_all(by_the_rules), death);
    for (id, told) in told {
        let (_, heard) = games.iter_mut().find(|(game, _)| *game == id).unwrap();
        for (number, turn) in told.kept {
            let twice = heard.kept.insert(number, turn);
            assert_eq!(twice, None, "two turns of {id} have the number {number}");
        }
        heard.open.extend(told.open);
    }
}

/// Plays until nobody answers any more.
async fn play(address: String, id: String, name: String) -> (String, Heard) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut heard = Heard::default();
    for turn in 0.. {
        let message = format!("I am {name} and do this: {turn}.");
        heard.open.insert(message.clone());
        let asked = client.post(format!("{address}/play")).json(&json!({"message": message, "session_id": id})).send();
        let Ok(answer) = asked.await else { break };
        let status = answer.status();
        let Ok(answer) = answer.json::<Value>().await else { break };
        assert_eq!(status, 200, "{answer}");
        let (number, response) = (answer["turn"].as_u64().unwrap(), answer["response"].as_str().unwrap());
        heard.open.remove(&message);
        heard.kept.insert(number, (message, response.to_owned()));
    }
    (id, heard)
}

async fn check(server: &Server, games: &[(String, Heard)], adventurers: &[Adventurer]) {
    for adventurer in adventurers {
        adventurer.check(server).await;
    }
    for (id, heard) in games {
        let game = server.get(&format!("/sessions/{id}")).await;
        let turns = game["turns"].as_array().unwrap_or_else(|| panic!("{id}: {game}"));
        let last = turns.len() as u64;
        for (turn, number) in turns.iter().zip(1..) {
            assert_eq!(turn["turn"].as_u64(), Some(number), "{id} has a gap");
            let (message, response) = (turn["message"].as_str().unwrap(), turn["response"].as_str().unwrap());
            match heard.kept.get(&number) {
                Some((said, answered)) => assert_eq!((message, response), (said.as_str(), answered.as_str())),
                None => assert!(heard.open.contains(message), "nobody said turn {number} of {id}: {message}"),
            }
            assert!(response.ends_with("It is your turn, Data."), "half a turn: {response}");
        }
        let lost: Vec<_> = heard.kept.range(last + 1..).collect();
        assert!(lost.is_empty(), "{id} has {last} turns and lost {lost:?}");
    }
}
