//! Two at once in one game: one wins, the other is told where the game stands, or waits its turn.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;
use serde_json::json;

use zeroth::http::Config;
use zeroth::play::PlayError;

use crate::app::{Answer, App, post};
use crate::script::Step::{Fail, Say, Wait};

fn roll(session: &str, prefer: &str) -> Request<Body> {
    let body = json!({"session_id": session, "input": "/roll"}).to_string();
    let headers = [("prefer", prefer)];
    post("/scenario/play", if prefer.is_empty() { &[] } else { &headers }, &body)
}

/// Plays a turn that hangs, and sends `other` meanwhile; both answers.
async fn meanwhile(app: &App, session: &str, other: Request<Body>) -> (Answer, Answer) {
    app.scenario.script([Wait, Say("First.")]);
    let second = async {
        app.scenario.waiting(1).await;
        let answer = app.send(other).await;
        app.scenario.go_on();
        answer
    };
    tokio::join!(app.send(roll(session, "")), second)
}

#[tokio::test]
async fn of_two_at_once_one_is_sent_away_with_the_turn() {
    let app = App::new();
    let session = app.relay().await;
    app.send(roll(&session, "")).await;
    let (first, second) = meanwhile(&app, &session, roll(&session, "")).await;
    assert_eq!(first.json()["turn"], 2);
    assert_snapshot!(second.text(&["retry-after", "preference-applied"]), @r#"
    409 Conflict
    retry-after: 5
    preference-applied: 

    {"type":"/docs#problem-busy","title":"Another turn is being played","status":409,"detail":"another turn of this session is being played, after turn 1; send yours again, or let it wait with Prefer: wait=30","instance":"/scenario/play","trace_id":"00000000000000000000000000000abc","turn":1}
    "#);
}

#[tokio::test]
async fn whoever_changes_a_game_is_sent_away_too() {
    for path in ["/undo", "/retry"] {
        let app = App::new();
        let session = app.relay().await;
        app.send(roll(&session, "")).await;
        let other = post(path, &[], &json!({ "session_id": session }).to_string());
        let (first, second) = meanwhile(&app, &session, other).await;
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 409), "{path}");
        assert_eq!(second.json()["turn"], 1, "{path}");
    }
}

#[tokio::test]
async fn who_prefers_to_wait_comes_next() {
    let app = App::new();
    let session = app.relay().await;
    app.scenario.script([Wait, Say("First.")]);
    app.scenario.script([Say("Second.")]);
    let other = async {
        app.scenario.waiting(1).await;
        let sent = async {
            let answer = app.send(roll(&session, "wait=20")).await;
            (answer.json()["turn"].clone(), answer.header("preference-applied").to_owned())
        };
        let on = async { app.scenario.go_on() };
        tokio::join!(sent, on).0
    };
    let (first, second) = tokio::join!(app.send(roll(&session, "")), other);
    assert_eq!((&first.json()["turn"], second), (&json!(1), (json!(2), "wait=20".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_longer_than_the_settings_allow() {
    let app = App::with_config(Config { max_wait: Duration::from_secs(3), ..Config::default() });
    let session = app.relay().await;
    let start = tokio::time::Instant::now();
    let (_, second) = meanwhile(&app, &session, roll(&session, "wait=3600")).await;
    assert_eq!((second.status.as_u16(), second.header("preference-applied")), (409, "wait=3"));
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn who_takes_a_turn_back_may_wait_for_it() {
    let app = App::new();
    let session = app.relay().await;
    let body = json!({ "session_id": session }).to_string();
    app.scenario.script([Wait, Say("First.")]);
    let other = async {
        app.scenario.waiting(1).await;
        let undo = app.send(post("/undo", &[("prefer", "wait=5")], &body));
        let on = async { app.scenario.go_on() };
        tokio::join!(undo, on).0
    };
    let (first, second) = tokio::join!(app.send(roll(&session, "")), other);
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{}", second.body);
    assert_eq!((&second.json()["undone"]["turn"], &second.json()["turn"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn the_game_for_two_hears_how_long_to_wait() {
    let app = App::new();
    let message = r#"{"message": "On."}"#;
    let answer = app.send(post("/play", &[("prefer", "respond-async, wait=7")], message)).await;
    assert_eq!((answer.status.as_u16(), answer.header("preference-applied")), (200, "wait=7"));
    assert_eq!(app.play.last_input().wait, Duration::from_secs(7));
    app.play.script([Fail(PlayError::Busy { turn: Some(4) })]);
    let answer = app.send(post("/play", &[("prefer", "wait=1"), ("accept", "text/event-stream")], message)).await;
    assert_eq!((answer.status.as_u16(), answer.header("preference-applied")), (409, "wait=1"));
    app.play(message).await;
    assert_eq!(app.play.last_input().wait, Duration::ZERO);
}

#[tokio::test]
async fn turns_of_all_kinds_share_the_places() {
    let app = App::with_config(Config { max_turns: 1, ..Config::default() });
    let session = app.relay().await;
    let solo = app.alone().await;
    let other = post("/singleplayer/play", &[], &json!({"session_id": solo, "input": "On."}).to_string());
    let (first, second) = meanwhile(&app, &session, other).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 503));
}
