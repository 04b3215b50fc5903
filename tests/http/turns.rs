//! A turn over HTTP.

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;

use crate::app::{App, play, post};
use crate::scripted::Step;

#[tokio::test]
async fn a_plain_message_is_played_at_the_shared_table() {
    let app = App::new();
    let answer = app.play(r#"{"message": "Where am I?"}"#).await;
    assert_snapshot!(answer.text(&["content-type", "server-timing", "x-trace-id", "cache-control", "set-cookie"]), @r#"
    200 OK
    content-type: application/json
    server-timing: ttft;dur=310.4, llm;dur=1840
    x-trace-id: 00000000000000000000000000000abc
    cache-control: no-store
    set-cookie: 

    {"speaker":"Dungeon Master","response":"The bridge is dark.","session_id":"00000000-0000-0000-0000-000000000000","turn":1,"trace_id":"00000000000000000000000000000abc","usage":{"input_tokens":412,"output_tokens":96,"cached_tokens":256,"cost_usd":0.0015,"simulated":true,"time_to_first_token_ms":310.4,"duration_ms":1840.0,"model":"scripted","provider":"zeroth","calls":1}}
    "#);
}

#[tokio::test]
async fn the_fixed_fields_come_first_and_turns_count_up() {
    let app = App::new();
    for turn in 1..=3 {
        let answer = app.play(r#"{"message": "On."}"#).await;
        assert!(answer.body.starts_with(r#"{"speaker":"Dungeon Master","response":"#), "{}", answer.body);
        assert_eq!(answer.json()["turn"], turn);
    }
}

#[tokio::test]
async fn a_browser_gets_the_page_and_programs_the_table() {
    let app = App::new();
    for (accept, media_type) in [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json;q=0.5, text/html", "text/html; charset=utf-8"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html", "application/json"),
    ] {
        let answer = app.send(Request::get("/").header("accept", accept).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media_type), "{accept}");
        assert_eq!(answer.header("vary"), "accept");
        let is_page = media_type.starts_with("text/html");
        assert_eq!(answer.header("set-cookie").is_empty(), is_page, "a page that was kept must give nobody a game");
        assert_eq!(answer.header("content-security-policy").is_empty(), !is_page);
    }
}

#[tokio::test]
async fn the_table_is_described_without_a_turn() {
    let app = App::new();
    let answer = app.get("/").await;
    assert_snapshot!(answer.text(&["content-type", "x-trace-id", "set-cookie"]), @r#"
    200 OK
    content-type: application/json
    x-trace-id: 00000000000000000000000000000abc
    set-cookie: zeroth_session=00000000-0000-0000-0000-000000000001; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000

    {"protagonist":{"name":"Data","description":"An android officer."},"storyteller":{"name":"Dungeon Master","description":"A patient voice."},"quest":"Find the crew."}
    "#);
    assert_eq!(app.play.sessions().len(), 1, "the cookie's game does not exist yet");
}

#[tokio::test]
async fn other_json_media_types_and_unknown_fields_are_fine() {
    let app = App::new();
    for media_type in ["application/json; charset=utf-8", "Application/JSON", "application/vnd.zeroth+json"] {
        let request = Request::post("/play").header("content-type", media_type);
        let body = Body::from(r#" {"message": "On.", "mood": ["calm"], "session_id": null}"#);
        assert_eq!(app.send(request.body(body).unwrap()).await.status, 200, "{media_type}");
    }
}

#[tokio::test]
async fn a_client_that_leaves_loses_no_turn() {
    let app = App::new();
    app.play.script([Step::Wait, Step::Say("Too late.")]);
    let asking = app.open(play(r#"{"message": "Quick!"}"#));
    tokio::select! {
        _ = asking => panic!("the storyteller waits"),
        () = app.play.waiting(1) => {}
    }
    app.play.go_on();
    app.play.kept(1).await;
    assert_eq!(app.play(r#"{"message": "Again."}"#).await.json()["turn"], 2);
}

#[tokio::test]
async fn a_game_of_ones_own_has_a_place_and_a_cookie() {
    let app = App::new();
    let created = app.send(Request::post("/games").body(Body::empty()).unwrap()).await;
    assert_snapshot!(created.text(&["location", "set-cookie"]), @r#"
    201 Created
    location: /sessions/00000000-0000-0000-0000-000000000001
    set-cookie: zeroth_session=00000000-0000-0000-0000-000000000001; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000

    {"session_id":"00000000-0000-0000-0000-000000000001","protagonist":{"name":"Data","description":"An android officer."},"storyteller":{"name":"Dungeon Master","description":"A patient voice."},"quest":"Find the cat."}
    "#);
    let session = created.header("set-cookie").split(';').next().unwrap().to_owned();
    let turn = app.send(post("/play", &[("cookie", &session)], r#"{"message": "Puss?"}"#)).await;
    assert_eq!(turn.json()["session_id"], created.json()["session_id"]);
    assert_snapshot!(app.get(created.header("location")).await.text(&[]), @r#"
    200 OK

    {"session_id":"00000000-0000-0000-0000-000000000001","protagonist":{"name":"Data","description":"An android officer."},"storyteller":{"name":"Dungeon Master","description":"A patient voice."},"quest":"Find the cat.","turns":[{"turn":1,"message":"Puss?","response":"The bridge is dark."}]}
    "#);
    let home = app.send(Request::get("/").header("cookie", &session).body(Body::empty()).unwrap()).await;
    assert_eq!(home.json()["quest"], "Find the cat.", "a browser sees its own quest");
    assert_eq!(home.header("set-cookie"), "", "and keeps its session");
    assert_eq!(app.send(post("/games", &[], "{}")).await.status, 201);
}
