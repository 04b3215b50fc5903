//! Solo games over HTTP.

use insta::assert_snapshot;
use serde_json::{Value, json};

use zeroth::llm::{ErrorKind, ModelError};
use zeroth::store::Outage;
use zeroth::store::StoreError;

use crate::app::{App, post};
use crate::script::Step::{Fail, Say, Wait};
use crate::shape::{facts, members, shape};

fn input(session: &str, text: &str) -> String {
    json!({"session_id": session, "input": text}).to_string()
}

#[tokio::test]
async fn a_client_finds_out_how_to_play() {
    let mut info = App::new().get("/singleplayer").await.json();
    let schema = info["starter_character_schema"].take();
    assert_snapshot!(info.to_string(), @r#"{"description":"You play a character by the rules, alone, wherever the story goes. The storyteller tells, the engine rolls.","endpoints":{"end":"POST /singleplayer/end","play":"POST /singleplayer/play","start":"POST /singleplayer/start"},"games":[{"description":"A game.","name":"enterprise","playable":true,"title":"Deck Seven"}],"name":"Single player","starter_character_schema":null}"#);
    assert_eq!(schema["type"], "object");
    assert!(!schema.to_string().contains("$ref"), "it is whole in itself: {schema}");
}

#[tokio::test]
async fn a_solo_game_starts_without_a_word() {
    let app = App::new();
    for body in ["", "{}", r#"{"game": "enterprise"}"#, r#"{"game": null}"#] {
        let answer = app.post("/singleplayer/start", body).await;
        assert_eq!(answer.status, 201, "{body}: {}", answer.body);
        assert!(answer.body.starts_with(r#"{"session_id":"50100000-"#), "{}", answer.body);
        let state = &answer.json()["state"];
        assert_eq!((&state["turn_number"], &state["scenario"]), (&json!(0), &Value::Null));
    }
}

#[tokio::test]
async fn a_turn_is_told_with_its_dice() {
    let app = App::new();
    let session = app.alone().await;
    let answer = app.post("/singleplayer/play", &input(&session, "I scan the hull.")).await;
    let json = answer.json();
    let state = &json["state"];
    assert_snapshot!(members(&answer.body), @"narrative state dice_rolls mechanic_log session_id turn nature told_by trace_id usage");
    assert_snapshot!(facts(&json), @r#"
    turn: 1
    nature: "turn"
    told_by: "storyteller"
    mechanic_log: ["Investigation (investigation): d20 18 + INT 2 + proficiency 2 = 22 against 13: success","Damage from what happened: d4 2"]
    calls: 1
    model: "scripted"
    simulated: true
    "#);
    assert_snapshot!(json["dice_rolls"][0].to_string(), @r#"{"dc":13,"is_critical":false,"is_fumble":false,"modifier":4,"modifiers":[{"name":"INT","value":2},{"name":"proficiency","value":2}],"natural_roll":18,"outcome":"success","purpose":"check","raw_result":18,"roll":"d20","text":"Investigation (investigation): d20 18 + INT 2 + proficiency 2 = 22 against 13: success","total":22}"#);
    assert_snapshot!(shape(state), @"{location: {description: text, name: text}, meta_history: [], npcs: [{description: text, disposition: text, name: text}], player: {armor_class: number, attributes: {CHA: number, CON: number, DEX: number, INT: number, STR: number, WIS: number}, character_class: text, class_features: {self_repair: {description: text, name: text, uses_left: number}, subroutine_focus: {description: text, name: text}}, conditions: [], equipment: [{ability: text, attack_bonus: number, damage: text, id: text, kind: text, name: text, range: text}], hp: number, inventory: [text], level: number, max_hp: number, name: text, proficiency_bonus: number, saving_throw_proficiencies: [text], skill_proficiencies: [text], skills: {athletics: number, command: number, engineering: number, insight: number, investigation: number, medical: number, science: number, security: number, stealth: number}}, quests: [{description: text, id: text, status: text, title: text}], scenario: null, session_id: text, turn_history: [{dice_rolls: [{dc: number, is_critical: bool, is_fumble: bool, modifier: number, modifiers: [{name: text, value: number}], natural_roll: number, outcome: text, purpose: text, raw_result: number, roll: text, text: text, total: number}], narrative: text, player_input: text, state_delta: {player.hp: number}, turn_number: number}], turn_number: number}");
    assert_eq!((&state["turn_number"], &state["turn_history"][0]["dice_rolls"]), (&json!(1), &json["dice_rolls"]));
    assert!(answer.body.starts_with(r#"{"narrative":"The relay hums.","state":{"session_id":"#), "{}", answer.body);
    assert_eq!(answer.header("server-timing"), "ttft;dur=310.4, llm;dur=1840");
}

#[tokio::test]
async fn the_words_come_as_they_are_told() {
    let app = App::new();
    let session = app.alone().await;
    let stream = || post("/singleplayer/play", &[("accept", "text/event-stream")], &input(&session, "On."));
    let answer = app.send(stream()).await;
    assert!(app.solo.last_order().heard);
    assert_eq!(answer.body.matches("event: token").count(), 2, "{}", answer.body);
    assert!(
        answer.body.contains("event: turn\ndata: {\"narrative\":\"The relay hums.\",\"state\":{"),
        "{}",
        answer.body
    );
    app.solo.script([Say("The"), Fail(StoreError::Unavailable(Outage::DiskFull).into())]);
    let answer = app.send(stream()).await;
    assert!(
        answer.body.contains("event: error\ndata: {\"type\":\"/docs#problem-store-unavailable\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_client_that_leaves_loses_no_turn() {
    let app = App::new();
    let session = app.alone().await;
    app.solo.script([Wait, Say("Too late.")]);
    let quick = input(&session, "Quick!");
    tokio::select! {
        _ = app.post("/singleplayer/play", &quick) => panic!("the storyteller waits"),
        () = app.solo.waiting(1) => {}
    }
    app.solo.go_on();
    app.solo.kept(1).await;
    assert_eq!(app.get(&format!("/sessions/{session}")).await.json()["turn"], 1);
}

#[tokio::test]
async fn a_game_that_is_ended_is_gone() {
    let app = App::new();
    let session = app.alone().await;
    app.post("/singleplayer/play", &input(&session, "On.")).await;
    let body = json!({ "session_id": session }).to_string();
    assert_snapshot!(app.post("/singleplayer/end", &body).await.text(&["content-type"]), @r#"
    200 OK
    content-type: application/json

    {"ended":true,"total_turns":1}
    "#);
    assert_eq!(app.post("/singleplayer/end", &body).await.status, 404);
    assert_eq!(app.post("/singleplayer/play", &input(&session, "On.")).await.status, 404);
}

#[tokio::test]
async fn a_header_may_name_the_game_and_who_pays() {
    let app = App::new();
    let session = app.alone().await;
    let headers = [("x-session-id", session.as_str()), ("x-zeroth-team", "table-7")];
    assert_eq!(app.send(post("/singleplayer/play", &headers, r#"{"input": "On."}"#)).await.status, 200);
    assert_eq!(app.solo.last_order().team.to_string(), "table-7");
}

#[tokio::test]
async fn what_a_client_sends_wrongly() {
    let app = App::new();
    let session = app.alone().await;
    let play = |body: Value| ("/singleplayer/play", body.to_string());
    let requests = [
        play(json!({"session_id": session, "input": ""})),
        play(json!({"session_id": session, "input": " \u{0}"})),
        play(json!({"session_id": session, "input": "a".repeat(501)})),
        play(json!({"session_id": session})),
        play(json!({"input": "On."})),
        play(json!({"session_id": "nobody", "input": "On."})),
        play(json!({"session_id": "00000000-0000-0000-0000-000000000000", "input": "On."})),
        ("/singleplayer/end", "{}".to_owned()),
        ("/singleplayer/end", json!({"session_id": "nobody"}).to_string()),
        ("/singleplayer/start", json!({"game": "atlantis"}).to_string()),
        ("/singleplayer/start", json!({"game": 7}).to_string()),
        ("/singleplayer/start", "[]".to_owned()),
    ];
    let mut text = String::new();
    for (path, body) in requests {
        let answer = app.post(path, &body).await;
        let problem = answer.json();
        let kind = problem["type"].as_str().unwrap_or("none").trim_start_matches("/docs#problem-");
        let body: String = body.chars().take(90).collect();
        text += &format!("{path} {body}: {} {kind}: {}\n", answer.status.as_u16(), problem["detail"]);
    }
    assert_snapshot!(text, @r#"
    /singleplayer/play {"input":"","session_id":"50100000-0000-0000-0000-000000000001"}: 400 invalid-message: "the message is empty; say or do something, such as \"I look around.\""
    /singleplayer/play {"input":" \u0000","session_id":"50100000-0000-0000-0000-000000000001"}: 400 invalid-message: "the message is empty; say or do something, such as \"I look around.\""
    /singleplayer/play {"input":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 400 invalid-message: "the message has 501 characters; at most 500 fit into a turn"
    /singleplayer/play {"session_id":"50100000-0000-0000-0000-000000000001"}: 400 invalid-body: "missing field `input` at line 1 column 53; send for example {\"session_id\": \"0190163d-8694-739b-aea5-966c26f8ad91\", \"input\": \"I look around.\"}"
    /singleplayer/play {"input":"On."}: 400 invalid-body: "missing field `session_id`; send for example {\"session_id\": \"0190163d-8694-739b-aea5-966c26f8ad91\", \"input\": \"I look around.\"}"
    /singleplayer/play {"input":"On.","session_id":"nobody"}: 404 unknown-session: "there is no such session"
    /singleplayer/play {"input":"On.","session_id":"00000000-0000-0000-0000-000000000000"}: 404 unknown-session: "there is no session 00000000-0000-0000-0000-000000000000; POST /games, /singleplayer/start and /scenario/start create them"
    /singleplayer/end {}: 400 invalid-body: "missing field `session_id`; send for example {\"session_id\": \"0190163d-8694-739b-aea5-966c26f8ad91\"}"
    /singleplayer/end {"session_id":"nobody"}: 404 unknown-session: "there is no such session"
    /singleplayer/start {"game":"atlantis"}: 400 unknown-content: "there is no solo game \"atlantis\"; choose one of: enterprise"
    /singleplayer/start {"game":7}: 400 invalid-body: "game: invalid type: integer `7`, expected a string at line 1 column 9; send for example {}"
    /singleplayer/start []: 400 invalid-body: "expected a JSON object such as {}"
    "#);
}

#[tokio::test]
async fn a_failure_has_its_status() {
    let app = App::new();
    let session = app.alone().await;
    app.solo.script([Fail(StoreError::Unavailable(Outage::Busy).into())]);
    assert_eq!(app.post("/singleplayer/play", &input(&session, "On.")).await.status, 503);
    app.solo.script([Fail(ModelError::new(ErrorKind::Refused, "no").into())]);
    let answer = app.post("/singleplayer/play", &input(&session, "On.")).await.json();
    assert_eq!((&answer["told_by"], &answer["error_type"]), (&json!("stopgap"), &json!("refused")));
}
