//! The whole program behind its face: real games, real store, the simulator as storyteller.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::app::post;
use crate::table::Table;

async fn send(table: &Table, path: &str, body: Value) -> Value {
    let (status, answer) = table.send(post(path, &[], &body.to_string())).await;
    assert!(status < 300, "{path} {body}: {status} {answer}");
    answer
}

async fn get(table: &Table, path: &str) -> Value {
    let (status, answer) = table.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn a_scenario_is_played_corrected_read_and_let_go() {
    let table = Table::new(&[]);
    let started = send(&table, "/scenario/start", json!({"scenario": "silent-relay"})).await;
    let session = started["session_id"].as_str().unwrap();
    let play = async |input: &str| send(&table, "/scenario/play", json!({"session_id": session, "input": input})).await;
    let again = async |path: &str| send(&table, path, json!({"session_id": session})).await;

    assert_eq!(play("What do I see?").await["turn"], 0, "whatever it is taken for, it is no turn");
    let first = play("/roll").await;
    let retried = again("/retry").await;
    assert_eq!((&retried["turn"], &retried["mechanic_log"]), (&json!(1), &first["mechanic_log"]));
    let undone = again("/undo").await;
    assert_eq!((&undone["turn"], &undone["pending"]), (&json!(0), &started["pending"]));
    let mut last = play("/roll").await;
    assert_eq!(last["mechanic_log"], first["mechanic_log"], "dice fall as before");
    for _ in 0..60 {
        let Some(next) = last["suggestions"][0].as_str() else { break };
        last = play(next).await;
    }
    assert_eq!(last["complete"], true);
    let listed = get(&table, "/sessions").await["sessions"][0].take();
    assert_eq!(
        (&listed["session_id"], &listed["kind"], &listed["turns"]),
        (&json!(session), &json!("scenario"), &last["turn"])
    );
    let path = format!("/sessions/{session}");
    assert_eq!(get(&table, &path).await["state"], last["state"]);
    let transcript = get(&table, &format!("{path}/transcript")).await;
    let transcript = transcript.as_str().unwrap();
    for part in
        ["# silent-relay\n", "> What do I see?\n", "Another answer took the place", "This was taken back.", "> /roll\n"]
    {
        assert!(transcript.contains(part), "{part}: {transcript}");
    }
    let (status, _) = table.send(Request::delete(&path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, 204);
    assert_eq!(table.send(Request::get(&path).body(Body::empty()).unwrap()).await.0, 404);
}

#[tokio::test]
async fn a_solo_game_is_played_and_ended() {
    let table = Table::new(&[]);
    let started = send(&table, "/singleplayer/start", json!({})).await;
    let session = &started["session_id"];
    let turn = send(&table, "/singleplayer/play", json!({"session_id": session, "input": "I look around."})).await;
    assert_eq!((&turn["turn"], &turn["usage"]["simulated"]), (&json!(1), &json!(true)));
    assert_eq!(send(&table, "/undo", json!({ "session_id": session })).await["state"], started["state"]);
    let elsewhere = json!({"session_id": session, "input": "/roll"}).to_string();
    assert_eq!(table.send(post("/scenario/play", &[], &elsewhere)).await.0, 404);
    let ended = send(&table, "/singleplayer/end", json!({ "session_id": session })).await;
    assert_eq!(ended, json!({"ended": true, "total_turns": 0}));
}
