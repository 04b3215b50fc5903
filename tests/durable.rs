//! What outlives the program: games and budgets, whether it ends in order or is killed, and whether or not there is room.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/server.rs"]
mod server;

use serde_json::{Value, json};
use server::Server;

#[tokio::test]
async fn games_and_what_was_said_in_them_are_there_after_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let (_, game) = server.post("/games", &json!({})).await;
    let path = format!("/sessions/{}", game["session_id"].as_str().unwrap());
    for message in ["I look around.", "I open the hatch."] {
        let (status, turn) = server.post("/play", &json!({"message": message, "session_id": game["session_id"]})).await;
        assert_eq!(status, 200, "{turn}");
    }
    let before = (server.get(&path).await, server.get("/").await);
    assert_eq!(before.0["turns"].as_array().unwrap().len(), 2);
    server.terminate().await;
    let server = Server::start(folder.path(), &[]).await;
    assert_eq!((server.get(&path).await, server.get("/").await), before);
    assert_eq!(server.get("/readyz").await["probes"]["store"], json!({"ready": true, "detail": {"system": "sqlite"}}));
    server.kill().await;
    let server = Server::start(folder.path(), &[("ZEROTH_CAMPAIGN", "lighthouse")]).await;
    assert_eq!(server.get(&path).await, before.0, "a game goes on in its own world");
    let (_, turn) = server.post("/play", &json!({"message": "On.", "session_id": game["session_id"]})).await;
    assert!(turn["response"].as_str().unwrap().contains("It is your turn, Data."), "{turn}");
    assert_ne!(server.get("/").await["quest"], before.1["quest"], "the shared table opens anew");
}

#[tokio::test]
async fn a_spent_budget_stays_spent() {
    let folder = tempfile::tempdir().unwrap();
    let budget = [("ZEROTH_BUDGET_TEAM_TOKENS", "20000")];
    let server = Server::start(folder.path(), &budget).await;
    let (mut played, turn) = (0, json!({"message": "I look around."}));
    while server.post("/play", &turn).await.0 == 200 {
        played += 1;
    }
    assert!(played > 0);
    server.terminate().await;
    let server = Server::start(folder.path(), &budget).await;
    let (status, refusal) = server.post("/play", &turn).await;
    assert_eq!((status, refusal["error_type"].as_str()), (402, Some("budget_exceeded")), "{refusal}");
}

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[("ZEROTH_STORE_MAX_MB", "1"), ("ZEROTH_MAX_TURNS", "10000")]).await;
    let message = "I look around. ".repeat(250);
    let mut kept = 0;
    let refusal = loop {
        let (status, answer) = server.post("/play", &json!({"message": message})).await;
        if status != 200 {
            break answer;
        }
        kept += 1;
        assert!(kept < 1000, "the limit does not hold");
    };
    assert_eq!(refusal["status"], 503);
    assert_eq!(refusal["type"], "/docs#problem-store-unavailable");
    assert!(refusal["detail"].as_str().unwrap().contains("the disk is full"), "{refusal}");
    let shared = "/sessions/00000000-0000-0000-0000-000000000000";
    let turns = |game: Value| game["turns"].as_array().unwrap().len();
    assert_eq!(turns(server.get(shared).await), kept);
    server.kill().await;
    let server = Server::start(folder.path(), &[("ZEROTH_MAX_TURNS", "10000")]).await;
    assert_eq!(turns(server.get(shared).await), kept);
    assert_eq!(server.post("/play", &json!({"message": "On."})).await.0, 200);
}
