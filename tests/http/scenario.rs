//! Scenarios over HTTP.

use insta::assert_snapshot;
use serde_json::{Value, json};

use zeroth::llm::{ErrorKind, ModelError};

use crate::app::{Answer, App, post};
use crate::script::Step::{Fail, Panic, Say, Wait};

const START: &str = r#"{"scenario": "silent-relay"}"#;

/// The answer with its long parts cut out, for snapshots.
fn brief(answer: &Answer) -> String {
    let mut json = answer.json();
    for (part, short) in [("state", json!("…")), ("pending", json!("…")), ("dice_rolls", json!("…"))] {
        if let Some(value) = json.get_mut(part) {
            *value = short;
        }
    }
    format!("{} {}", answer.status.as_u16(), serde_json::to_string_pretty(&json).unwrap())
}

fn input(session: &str, text: &str) -> String {
    json!({"session_id": session, "input": text}).to_string()
}

/// The names of the members, in order.
fn members(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let visitor = Names(&mut names);
    serde::Deserializer::deserialize_map(&mut deserializer, visitor).unwrap();
    names
}

struct Names<'a>(&'a mut Vec<String>);

impl<'de> serde::de::Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
            self.0.push(name);
        }
        Ok(())
    }
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
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (201, "/sessions/5ce00000-0000-0000-0000-000000000001")
    );
    assert_snapshot!(members(&answer.body).join(" "), @"session_id prologue player scene state title pending prompt suggestions trace_id");
    assert_snapshot!(brief(&answer), @r#"
    201 {
      "pending": "…",
      "player": {
        "character_class": "Positronic Operative",
        "level": 1,
        "name": "Data"
      },
      "prologue": "For forty years Relay Station Keld has passed on whatever the frontier had to say: weather, wedding vows, calls for help. Thirty-one hours ago it stopped in the middle of a word.\n\nThe runabout drops out of warp two kilometres off. The station turns below you with all its windows lit. Nothing is burning and nothing is broken. Six names stand on the duty roster, and nobody answers to any of them.\n\nOn the emergency band, very faint and very regular, somebody is tapping.",
      "prompt": "The ring lurches just as the clamps reach for you, and the hull begins to sing. Retune the thrusters before the collar twists off. (engineering, difficulty 13: /roll engineering)",
      "scene": {
        "entry_text": "The station fills the window. Its docking ring ought to turn once in ninety seconds; it takes eighty-four, and now and then it hesitates, as if it had lost count. A guide beam comes on, sweeps past you, and begins to search the empty sky on the other side.",
        "id": "scene_1_approach",
        "name": "The docking ring",
        "objectives": [
          "Dock with a ring that does not keep time.",
          "Learn what the station is sending."
        ]
      },
      "session_id": "5ce00000-0000-0000-0000-000000000001",
      "state": "…",
      "suggestions": [
        "/roll engineering"
      ],
      "title": "The Silent Relay",
      "trace_id": "00000000000000000000000000000abc"
    }
    "#);
    let state = &answer.json()["state"];
    assert_snapshot!(state.to_string(), @r#"{"location":{"description":"The station fills the window. Its docking ring ought to turn once in ninety seconds; it takes eighty-four, and now and then it hesitates, as if it had lost count. A guide beam comes on, sweeps past you, and begins to search the empty sky on the other side.","name":"The docking ring"},"meta_history":[],"npcs":[],"player":{"armor_class":14,"attributes":{"CHA":8,"CON":14,"DEX":12,"INT":15,"STR":15,"WIS":10},"character_class":"Positronic Operative","class_features":{"self_repair":{"description":"Damaged circuits are routed around: 1d10 + level hit points come back, once.","name":"Self-Repair Cycle","uses_left":1},"subroutine_focus":{"description":"One subroutine does nothing but watch for incoming fire: +1 armor class, already counted.","name":"Subroutine Focus"}},"conditions":[],"equipment":[{"ability":"DEX","attack_bonus":3,"damage":"1d8","id":"phaser","kind":"weapon","name":"Phaser","range":"ranged"},{"ability":"STR","attack_bonus":4,"damage":"1d8","id":"positronic_strike","kind":"weapon","name":"Positronic Strike","range":"melee"},{"kind":"gear","name":"Starfleet Tactical Uniform"}],"hp":12,"inventory":["a tricorder","a combadge","a padd with the last transmission of the relay"],"level":1,"max_hp":12,"name":"Data","proficiency_bonus":2,"saving_throw_proficiencies":["STR","CON"],"skill_proficiencies":["athletics","investigation"],"skills":{"athletics":4,"command":-1,"engineering":2,"insight":0,"investigation":4,"medical":0,"science":2,"security":2,"stealth":1}},"quests":[{"description":"Dock with a ring that does not keep time. Learn what the station is sending.","id":"scene_1_approach","status":"active","title":"The docking ring"}],"scenario":{"alarm_state":{"dc":0,"level":0,"name":"standby"},"approach":null,"clues":[],"combat":null,"complete":false,"outcome":null,"pace":"automatic","pack":"silent-relay","pending":"hazard","scene":{"id":"scene_1_approach","name":"The docking ring"},"title":"The Silent Relay"},"session_id":"5ce00000-0000-0000-0000-000000000001","turn_history":[],"turn_number":0}"#);
}

#[tokio::test]
async fn a_hazard_is_announced_then_rolled() {
    let app = App::new();
    let session = app.relay().await;
    let prompt = app.post("/scenario/play", &input(&session, "I step onto the ring.")).await;
    assert_eq!(prompt.json()["mechanic_log"], json!([]));
    assert_eq!(prompt.json()["usage"]["model"], Value::Null);
    assert_snapshot!(members(&prompt.body).join(" "), @"narrative mechanic_log scene state complete outcome dice_rolls pending prompt suggestions session_id turn nature told_by trace_id usage");
    assert_snapshot!(brief(&prompt), @r#"
    200 {
      "complete": false,
      "dice_rolls": "…",
      "mechanic_log": [],
      "narrative": "The ring lurches just as the clamps reach for you, and the hull begins to sing. Retune the thrusters before the collar twists off. (engineering, difficulty 13: /roll engineering)\nYou can look at: Docking ring.",
      "nature": "prompt",
      "outcome": null,
      "pending": "…",
      "prompt": "The ring lurches just as the clamps reach for you, and the hull begins to sing. Retune the thrusters before the collar twists off. (engineering, difficulty 13: /roll engineering)",
      "scene": {
        "id": "scene_1_approach",
        "name": "The docking ring"
      },
      "session_id": "5ce00000-0000-0000-0000-000000000001",
      "state": "…",
      "suggestions": [
        "/roll engineering"
      ],
      "told_by": "game",
      "trace_id": "00000000000000000000000000000abc",
      "turn": 0,
      "usage": {
        "cached_tokens": 0,
        "calls": 0,
        "cost_usd": 0.0,
        "duration_ms": 0.0,
        "input_tokens": 0,
        "model": null,
        "output_tokens": 0,
        "provider": null,
        "simulated": false,
        "time_to_first_token_ms": null
      }
    }
    "#);
    let rolled = app.post("/scenario/play", &input(&session, "/roll engineering")).await;
    assert_eq!(rolled.header("server-timing"), "ttft;dur=310.4, llm;dur=1840");
    assert_snapshot!(brief(&rolled), @r#"
    200 {
      "complete": false,
      "dice_rolls": "…",
      "mechanic_log": [
        "Docking shear (engineering): d20 18 + INT 2 = 20 against 13: success"
      ],
      "narrative": "The relay hums.",
      "nature": "turn",
      "outcome": null,
      "pending": "…",
      "prompt": "The airlock has power and refuses to spend it. Its controller has been told that there is nobody outside. (engineering, difficulty 13: /roll engineering)",
      "scene": {
        "id": "scene_1_approach",
        "name": "The docking ring"
      },
      "session_id": "5ce00000-0000-0000-0000-000000000001",
      "state": "…",
      "suggestions": [
        "/roll engineering"
      ],
      "told_by": "storyteller",
      "trace_id": "00000000000000000000000000000abc",
      "turn": 1,
      "usage": {
        "cached_tokens": 256,
        "calls": 1,
        "cost_usd": 0.0015,
        "duration_ms": 1840.0,
        "input_tokens": 412,
        "model": "scripted",
        "output_tokens": 96,
        "provider": "zeroth",
        "simulated": true,
        "time_to_first_token_ms": 310.4
      }
    }
    "#);
    assert_eq!(rolled.json()["state"]["turn_history"][0]["narrative"], "The relay hums.");
    assert_eq!(rolled.json()["dice_rolls"][0]["text"], rolled.json()["mechanic_log"][0]);
    let wrong = app.post("/scenario/play", &input(&session, "/roll medical")).await;
    assert_eq!((wrong.status.as_u16(), wrong.json()["nature"].as_str()), (200, Some("ruling")));
    let question = app.post("/scenario/play", &input(&session, "Am I hurt?")).await.json();
    assert_eq!(
        (&question["nature"], &question["turn"], &question["usage"]["calls"]),
        (&json!("question"), &json!(1), &json!(2))
    );
    assert_eq!(question["usage"]["input_tokens"], 824);
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
    {"input":"/roll","session_id":"5ce00000-0000-0000-0000-0000000000ff"}: 404 unknown-session: "there is no session 5ce00000-0000-0000-0000-0000000000ff; create one with POST /games"
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
