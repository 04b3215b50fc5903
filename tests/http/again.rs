//! Turns that are taken back or played again.

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;
use serde_json::{Value, json};

use zeroth::play::PlayError;

use crate::app::{App, post};
use crate::script::Step::{Fail, Say};

const FRESH: &str = "0190163d-8694-739b-aea5-966c26f8ad91";
const MESSAGE: &str = r#"{"message": "On."}"#;

fn of(session: &str) -> String {
    json!({ "session_id": session }).to_string()
}

#[tokio::test]
async fn a_turn_of_the_game_for_two_is_taken_back() {
    let app = App::new();
    let session = app.table().await;
    for _ in 0..2 {
        app.send(post("/play", &[("x-session-id", &session)], MESSAGE)).await;
    }
    assert_snapshot!(app.post("/undo", &of(&session)).await.body, @r#"{"session_id":"00000000-0000-0000-0000-000000000001","kind":"dialogue","undone":{"turn":2,"message":"On.","response":"The bridge is dark."},"turn":1,"trace_id":"00000000000000000000000000000abc"}"#);
    assert_eq!(app.get(&format!("/sessions/{session}")).await.json()["turns"].as_array().unwrap().len(), 1);
    let empty = Request::post("/undo").header("x-session-id", &session).body(Body::empty()).unwrap();
    assert_eq!(app.send(empty).await.json()["turn"], 0, "no body is needed");
    assert_snapshot!(app.post("/undo", &of(&session)).await.body, @r#"{"type":"/docs#problem-nothing-to-undo","title":"No turn to take back","status":409,"detail":"there is no turn to take back","instance":"/undo","trace_id":"00000000000000000000000000000abc"}"#);
}

#[tokio::test]
async fn a_turn_of_a_scenario_is_taken_back() {
    let app = App::new();
    let session = app.relay().await;
    let before = app.get(&format!("/sessions/{session}")).await.json();
    app.post("/scenario/play", &json!({"session_id": session, "input": "/roll"}).to_string()).await;
    let mut undone = app.post("/undo", &of(&session)).await.json();
    assert_eq!((&undone["state"], &undone["pending"]), (&before["state"], &before["pending"]));
    for part in ["state", "pending", "prompt"] {
        undone[part].take();
    }
    assert_snapshot!(undone.to_string(), @r#"{"kind":"scenario","pending":null,"prompt":null,"session_id":"5ce00000-0000-0000-0000-000000000001","state":null,"suggestions":["/roll engineering"],"trace_id":"00000000000000000000000000000abc","turn":0,"undone":{"message":"/roll","turn":1}}"#);
    assert_eq!(app.post("/undo", &of(&session)).await.status, 409);
    assert_eq!(app.post("/retry", &of(&session)).await.status, 409);
}

#[tokio::test]
async fn a_turn_is_played_again_in_its_place() {
    let app = App::new();
    let session = app.table().await;
    let headers = [("x-session-id", session.as_str())];
    app.send(post("/play", &headers, MESSAGE)).await;
    app.play.script([Say("It is light.")]);
    let again = app.send(post("/retry", &[("x-session-id", &session), ("x-zeroth-team", "table-7")], "{}")).await;
    assert!(again.body.starts_with(r#"{"speaker":"Dungeon Master","response":"It is light.""#), "{}", again.body);
    let input = app.play.last_input();
    assert_eq!((input.text.as_str(), input.replaces, input.attempt), ("On.", Some(1), 1));
    assert_eq!((input.team.to_string().as_str(), input.heard), ("table-7", false));
    let turns = app.get(&format!("/sessions/{session}")).await.json()["turns"].take();
    assert_eq!(turns, json!([{"turn": 1, "message": "On.", "response": "It is light."}]));
}

#[tokio::test]
async fn turns_by_the_rules_are_played_again_too() {
    let app = App::new();
    for (session, path) in [(app.relay().await, "/scenario/play"), (app.alone().await, "/singleplayer/play")] {
        let first = app.post(path, &json!({"session_id": session, "input": "/roll"}).to_string()).await.json();
        let again = app.post("/retry", &of(&session)).await.json();
        assert_eq!(
            (&again["turn"], &again["dice_rolls"]),
            (&first["turn"], &first["dice_rolls"]),
            "dice fall as before"
        );
        let stream = app.send(post("/retry", &[("accept", "text/event-stream")], &of(&session))).await;
        let (tokens, turn) = stream.body.split_once("event: turn\ndata: ").unwrap();
        assert_eq!(tokens.matches("event: token").count(), 2);
        assert_eq!(serde_json::from_str::<Value>(turn.trim()).unwrap()["turn"], 1);
    }
    let order = app.solo.last_order();
    assert_eq!((order.attempt, order.replaces, order.heard), (2, Some(1), true));
}

#[tokio::test]
async fn a_turn_that_fails_again_leaves_the_last_one() {
    let app = App::new();
    let session = app.relay().await;
    app.post("/scenario/play", &json!({"session_id": session, "input": "/roll"}).to_string()).await;
    app.scenario.script([Fail(PlayError::Conflict { turn: Some(2) })]);
    let answer = app.post("/retry", &of(&session)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["turn"]), (409, &json!(2)));
    assert_eq!(app.get(&format!("/sessions/{session}")).await.json()["turn"], 1);
}

#[tokio::test]
async fn nobody_takes_back_what_others_said() {
    let app = App::new();
    app.play(MESSAGE).await;
    assert_snapshot!(app.post("/undo", "").await.body, @r#"{"type":"/docs#problem-shared-table","title":"Everyone plays at this table","status":409,"detail":"the last turn at the shared table may be somebody else's; create a game of your own with POST /games","instance":"/undo","trace_id":"00000000000000000000000000000abc"}"#);
    for path in ["/undo", "/retry"] {
        for body in ["", "{}", &of("00000000-0000-0000-0000-000000000000")] {
            assert_eq!(app.post(path, body).await.status, 409, "{path} {body}");
        }
    }
    assert_eq!(app.get("/sessions/00000000-0000-0000-0000-000000000000").await.json()["turns"][0]["turn"], 1);
}

#[tokio::test]
async fn a_cookie_picks_the_game() {
    let app = App::new();
    let cookie = format!("zeroth_session={FRESH}");
    let with = |path| post(path, &[("cookie", &cookie)], "{}");
    let nothing = app.send(with("/undo")).await;
    assert_eq!(
        (nothing.status.as_u16(), nothing.json()["type"].as_str()),
        (409, Some("/docs#problem-nothing-to-undo"))
    );
    app.send(post("/play", &[("cookie", &cookie)], MESSAGE)).await;
    assert_eq!(app.send(with("/retry")).await.json()["session_id"], FRESH);
    assert_eq!(app.send(with("/undo")).await.json()["undone"]["message"], "On.");
}

#[tokio::test]
async fn a_game_that_is_named_must_exist() {
    let app = App::new();
    for path in ["/undo", "/retry"] {
        assert_eq!(app.post(path, &of(FRESH)).await.status, 404);
        assert_eq!(app.post(path, &of("nobody")).await.status, 400);
        assert_eq!(app.post(path, "[]").await.status, 400);
        assert_eq!(app.send(post(path, &[("sec-fetch-site", "cross-site")], "")).await.status, 403);
    }
}
