//! Which table a request plays at.

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;

use crate::app::{App, post};

const FRESH: &str = "0190163d-8694-739b-aea5-966c26f8ad91";
const MESSAGE: &str = r#"{"message": "On."}"#;

#[tokio::test]
async fn a_fresh_or_stale_cookie_just_works() {
    let app = App::new();
    for turn in 1..=2 {
        let request = post("/play", &[("cookie", &format!("zeroth_session={FRESH}"))], MESSAGE);
        let answer = app.send(request).await.json();
        assert_eq!((answer["session_id"].as_str(), answer["turn"].as_u64()), (Some(FRESH), Some(turn)));
    }
}

#[tokio::test]
async fn a_cookie_alone_creates_nothing() {
    let app = App::new();
    let cookie = format!("zeroth_session={FRESH}");
    app.send(Request::get("/").header("cookie", &cookie).body(Body::empty()).unwrap()).await;
    app.send(post("/play", &[("cookie", &cookie)], r#"{"message": "  "}"#)).await;
    assert_eq!(app.play.sessions(), [zeroth::id::SessionId::SHARED]);
}

#[tokio::test]
async fn a_malformed_cookie_plays_at_the_shared_table() {
    let app = App::new();
    let answer = app.send(post("/play", &[("cookie", "zeroth_session=<script>")], MESSAGE)).await;
    assert_eq!(answer.json()["session_id"], "00000000-0000-0000-0000-000000000000");
}

#[tokio::test]
async fn a_session_asked_for_by_name_must_exist() {
    let app = App::new();
    let body = format!(r#"{{"message": "On.", "session_id": "{FRESH}"}}"#);
    assert_snapshot!(app.play(&body).await.text(&["content-type", "x-trace-id"]), @r#"
    404 Not Found
    content-type: application/problem+json
    x-trace-id: 00000000000000000000000000000abc

    {"type":"/docs#problem-unknown-session","title":"No such session","status":404,"detail":"there is no session 0190163d-8694-739b-aea5-966c26f8ad91; POST /games, /singleplayer/start and /scenario/start create them","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    "#);
    assert_eq!(app.send(post("/play", &[("x-session-id", FRESH)], MESSAGE)).await.status, 404);
    assert_eq!(app.get(&format!("/sessions/{FRESH}")).await.status, 404);
    assert_eq!(app.get("/sessions/1").await.status, 404);
    assert!(app.play.sessions().is_empty());
}

#[tokio::test]
async fn a_malformed_name_is_a_bad_request() {
    let app = App::new();
    assert_snapshot!(app.play(r#"{"message": "On.", "session_id": "1"}"#).await.body, @r#"{"type":"/docs#problem-invalid-session-id","title":"Not a session id","status":400,"detail":"the field session_id is not a session id: expected a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91","instance":"/play","trace_id":"00000000000000000000000000000abc"}"#);
    assert_snapshot!(app.send(post("/play", &[("x-session-id", "")], MESSAGE)).await.body, @r#"{"type":"/docs#problem-invalid-session-id","title":"Not a session id","status":400,"detail":"the header X-Session-Id is not a session id: expected a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91","instance":"/play","trace_id":"00000000000000000000000000000abc"}"#);
}

#[tokio::test]
async fn the_body_speaks_before_the_header_and_the_header_before_the_cookie() {
    let app = App::new();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let created = app.send(post("/games", &[], "")).await;
        ids.push(created.json()["session_id"].as_str().unwrap().to_owned());
    }
    let headers = [("x-session-id", ids[0].as_str()), ("cookie", &format!("zeroth_session={FRESH}"))];
    assert_eq!(app.send(post("/play", &headers, MESSAGE)).await.json()["session_id"], ids[0]);
    let body = format!(r#"{{"message": "On.", "session_id": "{}"}}"#, ids[1]);
    assert_eq!(app.send(post("/play", &headers, &body)).await.json()["session_id"], ids[1]);
}
