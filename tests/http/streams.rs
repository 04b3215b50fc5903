//! The answer as it is worded.

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt;
use insta::assert_snapshot;

use zeroth::llm::{ErrorKind, ModelError};
use zeroth::play::PlayError;

use crate::app::{App, post};
use crate::scripted::Step::{Fail, Panic, Say, Wait};

const ACCEPT: (&str, &str) = ("accept", "text/event-stream");

fn stream(body: &str) -> Request<Body> {
    post("/play", &[ACCEPT], body)
}

fn on() -> Request<Body> {
    stream(r#"{"message": "On."}"#)
}

fn failure() -> PlayError {
    ModelError::new(ErrorKind::Truncated, "the answer broke off").into()
}

#[tokio::test]
async fn tokens_come_first_and_the_whole_turn_last() {
    let app = App::new();
    let headers = ["content-type", "cache-control", "x-accel-buffering", "x-trace-id", "server-timing"];
    assert_snapshot!(app.send(on()).await.text(&headers), @r#"
    200 OK
    content-type: text/event-stream
    cache-control: no-store
    x-accel-buffering: no
    x-trace-id: 00000000000000000000000000000abc
    server-timing: 

    event: token
    data: {"text":"The bridge "}

    event: token
    data: {"text":"is dark."}

    event: turn
    data: {"speaker":"Dungeon Master","response":"The bridge is dark.","session_id":"00000000-0000-0000-0000-000000000000","turn":1,"trace_id":"00000000000000000000000000000abc","usage":{"input_tokens":412,"output_tokens":96,"cached_tokens":256,"cost_usd":0.0015,"simulated":true,"time_to_first_token_ms":310.4,"duration_ms":1840.0,"model":"scripted","provider":"zeroth","calls":1}}
    "#);
}

#[tokio::test]
async fn an_answer_that_breaks_off_ends_with_the_problem() {
    let app = App::new();
    app.play.script([Say("The\n"), Fail(failure())]);
    assert_snapshot!(app.send(on()).await.body, @r#"
    event: token
    data: {"text":"The\n"}

    event: error
    data: {"type":"/docs#problem-model-failed","title":"The model gave no answer","status":502,"detail":"the answer broke off","instance":"/play","trace_id":"00000000000000000000000000000abc","error_type":"truncated"}
    "#);
}

#[tokio::test]
async fn a_panic_in_the_middle_is_a_problem_too() {
    let app = App::new();
    app.play.script([Say("The "), Wait, Panic]);
    app.play.go_on();
    assert_snapshot!(app.send(on()).await.body, @r#"
    event: token
    data: {"text":"The "}

    event: error
    data: {"type":"/docs#problem-internal","title":"Our mistake","status":500,"detail":"something went wrong inside the game; the log knows more","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    "#);
}

#[tokio::test]
async fn what_fails_before_the_first_word_has_its_own_status() {
    let app = App::new();
    for (body, status) in [
        (r#"{"message": ""}"#, 400),
        (r#"{"message": "On.", "session_id": "0190163d-8694-739b-aea5-966c26f8ad91"}"#, 404),
    ] {
        let answer = app.send(stream(body)).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, "application/problem+json"));
    }
    app.play.script([Fail(failure())]);
    assert_eq!(app.send(on()).await.status, 502);
    app.play.script([Panic]);
    assert_eq!(app.send(on()).await.status, 500);
}

#[tokio::test(start_paused = true)]
async fn a_long_silence_is_filled_with_comments() {
    let app = App::new();
    app.play.script([Wait, Say("At last.")]);
    let response = app.open(on()).await;
    assert_eq!(response.status(), 200, "the headers do not wait for ever");
    let mut body = response.into_body().into_data_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), ": still there\n\n");
    app.play.go_on();
    assert_eq!(body.next().await.unwrap().unwrap(), "event: token\ndata: {\"text\":\"At last.\"}\n\n");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_loses_no_turn() {
    let app = App::new();
    app.play.script([Say("The "), Wait, Say("end.")]);
    let mut body = app.open(on()).await.into_body().into_data_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "event: token\ndata: {\"text\":\"The \"}\n\n");
    drop(body);
    app.play.go_on();
    app.play.kept(1).await;
    let session = app.get("/sessions/00000000-0000-0000-0000-000000000000").await;
    assert_eq!(session.json()["turns"][0]["response"], "The end.");
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_nothing_up() {
    let app = App::new();
    app.play.script((0..1000).map(|_| Say("la ")));
    let response = app.open(on()).await;
    app.play.kept(1).await;
    app.tasks.close();
    app.tasks.drained().await;
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let (tokens, turn) = body.split_once("event: turn").unwrap();
    assert_eq!(tokens.matches("la ").count(), 1000);
    assert_eq!(turn.matches("la ").count(), 1000);
}
