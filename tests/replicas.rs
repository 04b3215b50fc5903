//! Two servers that share a PostgreSQL database serve the same games, in turn and at once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/held.rs"]
mod held;
#[expect(dead_code, reason = "other tests use the rest of it")]
#[path = "common/server.rs"]
mod server;

use std::io::Write as _;

use futures::future::join_all;
use held::HeldProvider;
use serde_json::{Value, json};
use server::Server;

/// A schema of the test's own on the server that `ZEROTH_TEST_DATABASE_URL` names.
async fn database(schema: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
    let Ok(url) = std::env::var("ZEROTH_TEST_DATABASE_URL") else {
        let text = b"\nSKIPPED: two servers on PostgreSQL: ZEROTH_TEST_DATABASE_URL names no server; .ci/postgres starts one\n";
        // Past the test runner, which shows nothing of a test that passes.
        std::io::stderr().write_all(text).unwrap();
        return None;
    };
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "it ends with the client")]
    drop(tokio::spawn(connection));
    let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    client.batch_execute(&sql).await.unwrap();
    let sign = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{sign}options=-c%20search_path%3D{schema}"))
}

/// Two servers with folders of their own, started at once.
async fn two(url: &str, folders: &[tempfile::TempDir; 2]) -> [Server; 2] {
    let settings = [("DATABASE_URL", url)];
    let (one, other) =
        tokio::join!(Server::start(folders[0].path(), &settings), Server::start(folders[1].path(), &settings));
    [one, other]
}

fn folders() -> [tempfile::TempDir; 2] {
    [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_is_played_to_its_end_on_two_servers_in_turn() {
    let Some(url) = database("replicas_in_turn").await else { return };
    let folders = folders();
    let servers = two(&url, &folders).await;
    let (status, started) = servers[0].post("/scenario/start", &json!({"scenario": "night-mail"})).await;
    assert_eq!(status, 201, "{started}");
    let id = &started["session_id"];
    let mut answer = started.clone();
    for number in 1..200 {
        let input = answer["suggestions"][0].as_str().unwrap();
        let server = &servers[number % 2];
        let body = json!({"session_id": id, "input": input});
        let (status, next) = server.post("/scenario/play", &body).await;
        assert_eq!((status, next["turn"].as_u64()), (200, Some(number as u64)), "{next}");
        answer = next;
        if answer["complete"] == json!(true) {
            break;
        }
    }
    assert!(answer["outcome"].is_string(), "{answer}");
    let path = format!("/sessions/{}", id.as_str().unwrap());
    assert_eq!(servers[0].get(&path).await, servers[1].get(&path).await);
    let killed = servers.into_iter().map(Server::kill);
    join_all(killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_turns_at_once_on_two_servers_each_is_kept_once_or_refused() {
    let Some(url) = database("replicas_at_once").await else { return };
    let folders = folders();
    let servers = two(&url, &folders).await;
    let (_, started) = servers[0].post("/singleplayer/start", &json!({})).await;
    let id = &started["session_id"];
    let turns = (0..20).map(|number| {
        let body = json!({"session_id": id, "input": format!("I open door {number}.")});
        let server = &servers[number % 2];
        async move { server.post("/singleplayer/play", &body).await }
    });
    let answers: Vec<(u16, Value)> = join_all(turns).await;
    let kept: Vec<u64> = answers
        .iter()
        .filter(|(status, _)| *status == 200)
        .map(|(_, answer)| answer["turn"].as_u64().unwrap())
        .collect();
    assert!(!kept.is_empty());
    assert!(answers.iter().all(|(status, _)| [200, 409].contains(status)), "{answers:?}");
    assert!(answers.iter().filter(|(status, _)| *status == 409).all(|(_, problem)| problem["turn"].is_u64()));
    let game = servers[1].get(&format!("/sessions/{}", id.as_str().unwrap())).await;
    assert_eq!(game["state"]["turn_number"].as_u64(), Some(kept.len() as u64), "every answer that was given is there");
    join_all(servers.into_iter().map(Server::kill)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_another_server_took_back_meanwhile_leads_nowhere() {
    let Some(url) = database("replicas_undo").await else { return };
    let folders = folders();
    let storyteller = r#"{"narrative": "The hatch opens.", "state_delta": [], "dice_triggers": []}"#;
    let provider = HeldProvider::start(storyteller).await;
    let held = [
        ("DATABASE_URL", &*url),
        // Whoever words the setup of the shared table is not to be held.
        ("ZEROTH_MODEL", "sim"),
        ("ZEROTH_MODEL_STORYTELLER_SINGLE", "openai:held-1"),
        ("OPENAI_API_KEY", "sk-held"),
        ("OPENAI_BASE_URL", &*provider.base_url),
    ];
    let (fast, slow) =
        tokio::join!(Server::start(folders[0].path(), &held[..1]), Server::start(folders[1].path(), &held));
    let (_, started) = fast.post("/singleplayer/start", &json!({})).await;
    let id = started["session_id"].clone();
    let play = async |server: &Server, input: &str| {
        server.post("/singleplayer/play", &json!({"session_id": id, "input": input})).await
    };
    for input in ["I look around.", "I walk on."] {
        assert_eq!(play(&fast, input).await.0, 200);
    }
    let mut late = Box::pin(play(&slow, "I open the hatch."));
    tokio::select! {
        early = &mut late => panic!("nobody told it yet: {early:?}"),
        () = provider.asked() => {}
    }
    // Turn 2 is there again, but it is another.
    assert_eq!(fast.post("/undo", &json!({"session_id": id})).await.0, 200);
    assert_eq!(play(&fast, "I take the rope.").await.0, 200);
    provider.answer();
    let (status, problem) = late.await;
    assert_eq!((status, problem["turn"].as_u64()), (409, Some(2)), "{problem}");
    let game = fast.get(&format!("/sessions/{}", id.as_str().unwrap())).await;
    let history = game["state"]["turn_history"].as_array().unwrap();
    let said: Vec<&str> = history.iter().map(|turn| turn["player_input"].as_str().unwrap()).collect();
    assert_eq!(said, ["I look around.", "I take the rope."]);
    join_all([fast, slow].map(Server::kill)).await;
}
