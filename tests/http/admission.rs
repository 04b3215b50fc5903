//! No more turns at once than the settings allow.

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;

use zeroth::http::Config;

use crate::app::{App, play, post};
use crate::scripted::Step;

const MESSAGE: &str = r#"{"message": "On."}"#;

fn one_at_a_time() -> App {
    App::with_config(Config { max_turns: 1, ..Config::default() })
}

#[tokio::test]
async fn who_comes_when_all_places_are_taken_is_sent_away_before_any_work() {
    let app = one_at_a_time();
    app.play.script([Step::Wait, Step::Say("At last.")]);
    let others = async {
        app.play.waiting(1).await;
        assert_snapshot!(app.play(MESSAGE).await.text(&["content-type", "retry-after"]), @r#"
        503 Service Unavailable
        content-type: application/problem+json
        retry-after: 5

        {"type":"/docs#problem-overloaded","title":"Too many turns at once","status":503,"detail":"as many turns are being played as may be at once; send yours again in a moment","instance":"/play","trace_id":"00000000000000000000000000000abc"}
        "#);
        let stream = app.send(post("/play", &[("accept", "text/event-stream")], MESSAGE)).await;
        let game = app.send(Request::post("/games").body(Body::empty()).unwrap()).await;
        assert_eq!((stream.status.as_u16(), game.status.as_u16()), (503, 503));
        assert_eq!(app.play.sessions().len(), 1, "no game was created");
        assert_eq!(app.get("/").await.status, 200, "looking takes no place");
        app.play.go_on();
    };
    let (first, ()) = tokio::join!(app.play(MESSAGE), others);
    assert_eq!(first.status, 200);
    for answer in [app.play(MESSAGE).await, app.send(post("/games", &[], "{}")).await, app.play(MESSAGE).await] {
        assert!(answer.status.is_success(), "the place is free again: {}", answer.body);
    }
}

#[tokio::test]
async fn a_turn_keeps_its_place_when_its_client_leaves() {
    for accept in ["*/*", "text/event-stream"] {
        let app = one_at_a_time();
        app.play.script([Step::Wait, Step::Say("Too late.")]);
        tokio::select! {
            _ = app.open(post("/play", &[("accept", accept)], MESSAGE)) => panic!("the storyteller waits"),
            () = app.play.waiting(1) => {}
        }
        assert_eq!(app.play(MESSAGE).await.status, 503);
        app.play.go_on();
        app.play.kept(1).await;
        assert_eq!(app.play(MESSAGE).await.status, 200);
    }
}

#[tokio::test]
async fn a_turn_that_fails_gives_its_place_back() {
    let app = one_at_a_time();
    app.play.script([Step::Panic]);
    assert_eq!(app.open(play(MESSAGE)).await.status(), 500);
    assert_eq!(app.play(MESSAGE).await.status, 200);
}
