//! Scenarios over HTTP.

use insta::assert_snapshot;
use serde_json::{Value, json};

use zeroth::llm::{ErrorKind, ModelError};

use crate::app::{App, post};
use crate::script::Step::{Fail, Panic, Say, Wait};
use crate::shape::{facts, members, shape};

const START: &str = r#"{"scenario": "silent-relay"}"#;

fn input(session: &str, text: &str) -> String {
    json!({"session_id": session, "input": text}).to_string()
}

#[tokio::test]
async fn a_client_finds_out_how_to_play() {
    assert_snapshot!(App::new().get("/scenario/info").await.text(&["content-type"]), @r#"
    200 OK
    content-type: application/json

    {"description":"You play through a scenario by the rules, scene by scene: hazards and checks are rolled, then you choose how to go about it.","endpoints":{"start":"POST /scenario/start","play":"POST /scenario/play"},"play_body":{"approach":"optional: one of those that the scene offers","input":"what you say or do, such as \"/roll\", \"look around\" or a question","session_id":"what POST /scenario/start answered with"},"scenarios":[{"name":"night-mail","title":"The Night Mail","description":"A game.","playable":true},{"name":"silent-relay","title":"The Silent Relay","description":"A game.","playable":true}]}
    "#);
}

#[tokio::test]
async fn a_scenario_starts_with_its_prologue() {
    let app = App::new();
    let answer = app.post("/scenario/start", START).await;
    let location = answer.header("location");
    assert_eq!((answer.status.as_u16(), location), (201, "/sessions/5ce00000-0000-0000-0000-000000000001"));
    assert_snapshot!(members(&answer.body), @"session_id prologue player scene state title pending prompt suggestions trace_id");
    let json = answer.json();
    assert_snapshot!(shape(&json), @"{pending: {dc: number, id: text, kind: text, name: text, skill: text, text: text}, player: {character_class: text, level: number, name: text}, prologue: text, prompt: text, scene: {entry_text: text, id: text, name: text, objectives: [text]}, session_id: text, state: {location: {description: text, name: text}, meta_history: [], npcs: [], player: {armor_class: number, attributes: {CHA: number, CON: number, DEX: number, INT: number, STR: number, WIS: number}, character_class: text, class_features: {self_repair: {description: text, name: text, uses_left: number}, subroutine_focus: {description: text, name: text}}, conditions: [], equipment: [{ability: text, attack_bonus: number, damage: text, id: text, kind: text, name: text, range: text}], hp: number, inventory: [text], level: number, max_hp: number, name: text, proficiency_bonus: number, saving_throw_proficiencies: [text], skill_proficiencies: [text], skills: {athletics: number, command: number, engineering: number, insight: number, investigation: number, medical: number, science: number, security: number, stealth: number}}, quests: [{description: text, id: text, status: text, title: text}], scenario: {alarm_state: {dc: number, level: number, name: text}, approach: null, clues: [], combat: null, complete: bool, outcome: null, pace: text, pack: text, pending: text, scene: {id: text, name: text}, title: text}, session_id: text, turn_history: [], turn_number: number}, suggestions: [text], title: text, trace_id: text}");
    assert_eq!((&json["player"]["level"], &json["scene"]["id"]), (&json!(1), &json!("scene_1_approach")));
    assert_eq!((&json["state"]["turn_number"], &json["suggestions"]), (&json!(0), &json!(["/roll engineering"])));
}

#[tokio::test]
async fn a_hazard_is_announced_then_rolled() {
    let app = App::new();
    let session = app.relay().await;
    let prompt = app.post("/scenario/play", &input(&session, "I step onto the ring.")).await;
    assert_snapshot!(members(&prompt.body), @"narrative mechanic_log scene state complete outcome dice_rolls pending prompt suggestions session_id turn nature told_by trace_id usage");
    assert_snapshot!(facts(&prompt.json()), @r#"
    turn: 0
    nature: "prompt"
    told_by: "game"
    complete: false
    outcome: null
    scene: {"id":"scene_1_approach","name":"The docking ring"}
    suggestions: ["/roll engineering"]
    mechanic_log: []
    calls: 0
    model: null
    simulated: false
    "#);
    let rolled = app.post("/scenario/play", &input(&session, "/roll engineering")).await;
    assert_eq!(rolled.header("server-timing"), "ttft;dur=310.4, llm;dur=1840");
    let rolled = rolled.json();
    assert_snapshot!(facts(&rolled), @r#"
    turn: 1
    nature: "turn"
    told_by: "storyteller"
    complete: false
    outcome: null
    scene: {"id":"scene_1_approach","name":"The docking ring"}
    suggestions: ["/roll engineering"]
    mechanic_log: ["Docking shear (engineering): d20 18 + INT 2 = 20 against 13: success"]
    calls: 1
    model: "scripted"
    simulated: true
    "#);
    assert_snapshot!(shape(&rolled["state"]["turn_history"]), @"[{dice_rolls: [{dc: number, is_critical: bool, is_fumble: bool, modifier: number, modifiers: [{name: text, value: number}], natural_roll: number, outcome: text, purpose: text, raw_result: number, roll: text, text: text, total: number}], narrative: text, player_input: text, state_delta: {scenario.pending: text}, turn_number: number}]");
    assert_eq!(rolled["state"]["turn_history"][0]["narrative"], "The relay hums.");
    assert_eq!(rolled["dice_rolls"][0]["text"], rolled["mechanic_log"][0]);
}

#[tokio::test]
async fn what_is_no_turn_costs_none() {
    let app = App::new();
    let session = app.relay().await;
    app.post("/scenario/play", &input(&session, "/roll engineering")).await;
    let wrong = app.post("/scenario/play", &input(&session, "/roll medical")).await;
    assert_eq!(wrong.status, 200);
    assert_snapshot!(facts(&wrong.json()), @r#"
    turn: 1
    nature: "ruling"
    told_by: "game"
    complete: false
    outcome: null
    scene: {"id":"scene_1_approach","name":"The docking ring"}
    suggestions: ["/roll engineering"]
    mechanic_log: []
    calls: 0
    model: null
    simulated: false
    "#);
    let question = app.post("/scenario/play", &input(&session, "Am I hurt?")).await.json();
    assert_snapshot!(facts(&question), @r#"
    turn: 1
    nature: "question"
    told_by: "storyteller"
    complete: false
    outcome: null
    scene: {"id":"scene_1_approach","name":"The docking ring"}
    suggestions: ["/roll engineering"]
    mechanic_log: []
    calls: 2
    model: "scripted"
    simulated: true
    "#);
    assert_eq!(question["usage"]["input_tokens"], 824, "both calls count");
    assert_eq!(question["state"]["meta_history"][0]["question"], "Am I hurt?");
}

#[tokio::test]
async fn a_storyteller_who_fails_is_stood_in_for() {
    let app = App::new();
    let session = app.relay().await;
    app.scenario.script([Fail(ModelError::new(ErrorKind::Timeout, "the provider said nothing").into())]);
    let answer = app.post("/scenario/play", &input(&session, "/roll")).await;
    let json = answer.json();
    assert_eq!((answer.status.as_u16(), &json["turn"]), (200, &json!(1)));
    assert_eq!((&json["told_by"], &json["error_type"]), (&json!("stopgap"), &json!("timeout")));
    assert_snapshot!(json["usage"].to_string(), @r#"{"cached_tokens":0,"calls":0,"cost_usd":0.0,"duration_ms":0.0,"input_tokens":0,"model":null,"output_tokens":0,"provider":null,"simulated":false,"time_to_first_token_ms":null}"#);
    assert!(!json["narrative"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn the_words_come_as_they_are_told() {
    let app = App::new();
    let session = app.relay().await;
    let stream = |text: &str| post("/scenario/play", &[("accept", "text/event-stream")], &input(&session, text));
    app.scenario.script([Say("The clamps "), Say("groan.")]);
    let answer = app.send(stream("/roll")).await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    let (tokens, turn) = answer.body.split_once("event: turn\ndata: ").unwrap();
    assert_snapshot!(tokens, @r#"
    event: token
    data: {"text":"The clamps "}

    event: token
    data: {"text":"groan."}
    "#);
    let turn: Value = serde_json::from_str(turn.trim()).unwrap();
    assert_eq!((&turn["narrative"], &turn["turn"]), (&json!("The clamps groan."), &json!(1)));
    let prompt = app.send(stream("I look at it.")).await;
    assert_eq!(prompt.body.matches("event: token").count(), 1, "what the game says comes whole: {}", prompt.body);
    app.scenario.script([Say("And "), Panic]);
    let broken = app.send(stream("/roll")).await;
    assert!(broken.body.contains("event: error\ndata: {\"type\":\"/docs#problem-internal\""), "{}", broken.body);
}

#[tokio::test]
async fn a_client_that_leaves_loses_no_turn() {
    let app = App::new();
    let session = app.relay().await;
    for (turn, accept) in [(1, "*/*"), (2, "text/event-stream")] {
        app.scenario.script([Wait, Say("Too late.")]);
        tokio::select! {
            _ = app.send(post("/scenario/play", &[("accept", accept)], &input(&session, "/roll"))) => panic!("it waits"),
            () = app.scenario.waiting(turn) => {}
        }
        app.scenario.go_on();
        app.scenario.kept(turn).await;
        let game = app.get(&format!("/sessions/{session}")).await.json();
        assert_eq!((&game["turn"], &game["state"]["turn_number"]), (&json!(turn), &json!(turn)));
    }
}

#[tokio::test]
async fn fights_may_be_played_in_rounds() {
    let app = App::new();
    let answer = app.post("/scenario/start", r#"{"scenario": "silent-relay", "pace": "rounds"}"#).await;
    assert_eq!(answer.json()["state"]["scenario"]["pace"], "rounds");
}

#[tokio::test]
async fn an_approach_may_come_without_words() {
    let app = App::new();
    let session = app.relay().await;
    let body = json!({"session_id": session, "approach": "diplomacy"}).to_string();
    let answer = app.post("/scenario/play", &body).await;
    assert_eq!(app.scenario.last_order().approach.as_deref(), Some("diplomacy"));
    assert_snapshot!(answer.json()["detail"].as_str().unwrap(), @r#"there is no approach "diplomacy" here; nothing has to be chosen yet"#);
}

#[tokio::test]
async fn what_a_client_sends_wrongly() {
    let app = App::new();
    let session = app.relay().await;
    let solo = app.alone().await;
    let play = |body: Value| ("/scenario/play", body.to_string());
    let start = |body: Value| ("/scenario/start", body.to_string());
    let requests = [
        start(json!({})),
        start(json!({"scenario": ""})),
        start(json!({"scenario": 3})),
        start(json!({"scenario": "atlantis"})),
        start(json!({"scenario": "../../etc/passwd"})),
        start(json!({"scenario": "broken"})),
        start(json!({"scenario": "silent-relay", "pace": "fast"})),
        play(json!({"session_id": session, "input": " \n"})),
        play(json!({"session_id": session})),
        play(json!({"session_id": session, "input": 7})),
        play(json!({"session_id": session, "input": "I go.", "approach": "bribery"})),
        play(json!({"input": "/roll"})),
        play(json!({"session_id": "nobody", "input": "/roll"})),
        play(json!({"session_id": "5ce00000-0000-0000-0000-0000000000ff", "input": "/roll"})),
        play(json!({"session_id": solo, "input": "/roll"})),
    ];
    let mut text = String::new();
    for (path, body) in requests {
        let answer = app.post(path, &body).await;
        let problem = answer.json();
        let kind = problem["type"].as_str().unwrap_or("none").trim_start_matches("/docs#problem-");
        text += &format!("{body}: {} {kind}: {}\n", answer.status.as_u16(), problem["detail"]);
    }
    assert_snapshot!(text, @r#"
    {}: 400 unknown-content: "say which scenario in the field scenario; choose one of: night-mail, silent-relay"
    {"scenario":""}: 400 unknown-content: "say which scenario in the field scenario; choose one of: night-mail, silent-relay"
    {"scenario":3}: 400 invalid-body: "scenario: invalid type: integer `3`, expected a string at line 1 column 13; send for example {\"scenario\": \"silent-relay\"}"
    {"scenario":"atlantis"}: 400 unknown-content: "there is no scenario \"atlantis\"; choose one of: night-mail, silent-relay"
    {"scenario":"../../etc/passwd"}: 400 unknown-content: "there is no scenario \"../../etc/passwd\"; choose one of: night-mail, silent-relay"
    {"scenario":"broken"}: 422 broken-content: "broken cannot be played: it has 2 mistakes"
    {"pace":"fast","scenario":"silent-relay"}: 400 invalid-body: "pace: unknown variant `fast`, expected `automatic` or `rounds` at line 1 column 14; send for example {\"scenario\": \"silent-relay\"}"
    {"input":" \n","session_id":"5ce00000-0000-0000-0000-000000000001"}: 400 invalid-message: "the input is empty; say or do something, such as \"/roll\" or \"look around\""
    {"session_id":"5ce00000-0000-0000-0000-000000000001"}: 400 invalid-message: "the input is empty; say or do something, such as \"/roll\" or \"look around\""
    {"input":7,"session_id":"5ce00000-0000-0000-0000-000000000001"}: 400 invalid-body: "input: invalid type: integer `7`, expected a string at line 1 column 10; send for example {\"session_id\": \"0190163d-8694-739b-aea5-966c26f8ad91\", \"input\": \"/roll\"}"
    {"approach":"bribery","input":"I go.","session_id":"5ce00000-0000-0000-0000-000000000001"}: 400 not-possible: "there is no approach \"bribery\" here; nothing has to be chosen yet"
    {"input":"/roll"}: 400 invalid-body: "missing field `session_id`; send for example {\"session_id\": \"0190163d-8694-739b-aea5-966c26f8ad91\", \"input\": \"/roll\"}"
    {"input":"/roll","session_id":"nobody"}: 404 unknown-session: "there is no such session"
    {"input":"/roll","session_id":"5ce00000-0000-0000-0000-0000000000ff"}: 404 unknown-session: "there is no session 5ce00000-0000-0000-0000-0000000000ff; POST /games, /singleplayer/start and /scenario/start create them"
    {"input":"/roll","session_id":"50100000-0000-0000-0000-000000000001"}: 404 other-kind: "session 50100000-0000-0000-0000-000000000001 is a solo game; play it with POST /singleplayer/play"
    "#);
    assert_snapshot!(app.post("/scenario/start", r#"{"scenario": "broken"}"#).await.body, @r#"{"type":"/docs#problem-broken-content","title":"The scenario or game has mistakes","status":422,"detail":"broken cannot be played: it has 2 mistakes","instance":"/scenario/start","trace_id":"00000000000000000000000000000abc","problems":["scenes.toml: is missing","pack.toml: title: is missing"]}"#);
}

#[tokio::test]
async fn a_scenario_is_played_to_its_end() {
    let app = App::new();
    let session = app.relay().await;
    let mut last = Value::Null;
    for _ in 0..60 {
        let game = app.get(&format!("/sessions/{session}")).await.json();
        let Some(next) = game["suggestions"][0].as_str() else { break };
        last = app.post("/scenario/play", &input(&session, next)).await.json();
    }
    assert_eq!(last["complete"], true, "{last}");
    assert!(last["outcome"].is_string(), "{last}");
    assert_snapshot!(app.post("/scenario/play", &input(&session, "/roll")).await.body, @r#"{"type":"/docs#problem-game-over","title":"This game cannot go on","status":400,"detail":"this scenario is over: peaceful","instance":"/scenario/play","trace_id":"00000000000000000000000000000abc"}"#);
}
