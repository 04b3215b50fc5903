//! The real game behind the real face: only the model is a parrot.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;
use serde_json::json;
use tokio::sync::{Notify, Semaphore};

use zeroth::clock::SystemClock;
use zeroth::content::Content;
use zeroth::id::CountingIds;
use zeroth::llm::{ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, Model, ModelError};
use zeroth::play::{Config, Engine, Gate, ModelAuthor, Parts};
use zeroth::prompt::{self, Prompts};
use zeroth::store::{Limits, MemoryStore};

use crate::app::{App, post};

/// Repeats what it heard and counts the messages it was shown; it knows neither what it used up nor what that cost. Told to
/// wait, it waits.
struct Parrot {
    descriptor: Descriptor,
    waiting: Notify,
    gate: Semaphore,
}

#[async_trait]
impl Model for Parrot {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let text = match request.component {
            Component::GameSetup => "Worded by a parrot.".to_owned(),
            _ => format!("{} ({} messages)", request.messages.last().unwrap().text, request.messages.len()),
        };
        if text.starts_with("Wait.") {
            self.waiting.notify_one();
            self.gate.acquire().await.unwrap().forget();
        }
        deltas(Delta::Text(&text));
        Ok(ChatReply::new(text, &self.descriptor))
    }
}

fn app() -> App<Engine> {
    parrot().1
}

fn parrot() -> (Arc<Parrot>, App<Engine>) {
    let content = Content::default();
    let campaign = Arc::new(prompt::campaign(&content, "enterprise").unwrap());
    let prompts = Arc::new(Prompts::load(&content).unwrap());
    let descriptor = Descriptor { simulated: true, ..Descriptor::new("zoo", "parrot") };
    let model = Arc::new(Parrot { descriptor, waiting: Notify::new(), gate: Semaphore::new(0) });
    let parts = Parts {
        author: Arc::new(ModelAuthor::new(model.clone(), Arc::clone(&prompts), Arc::clone(&campaign))),
        model: model.clone(),
        store: Arc::new(MemoryStore::new(Limits {
            max_sessions: 3,
            max_turns: 10,
            max_idle: Duration::from_secs(60),
            max_age: Duration::from_secs(3600),
        })),
        prompts,
        campaign_name: "enterprise".to_owned(),
        campaign,
        campaigns: Arc::new(|_: &str| None),
        clock: Arc::new(SystemClock::start()),
        ids: Arc::new(CountingIds::default()),
        gate: Gate::default(),
    };
    let config = Config { history_lines: 15, message_limit: 20, stream: true };
    (model, App::around(Arc::new(Engine::new(config, parts)), Vec::new()))
}

#[tokio::test]
async fn a_browser_sits_down_plays_and_comes_back() {
    let app = app();
    let home = app.get("/").await;
    let cookie = "zeroth_session=0190163d-8694-739b-aea5-966c26f8ad91";
    let with_cookie = |body: &str, accept: &str| post("/play", &[("cookie", cookie), ("accept", accept)], body);
    let first = app.send(with_cookie(r#"{"message": "Hello."}"#, "*/*")).await;
    let second = app.send(with_cookie(r#"{"message": "Still here."}"#, "text/event-stream")).await;
    let session = app.get("/sessions/0190163d-8694-739b-aea5-966c26f8ad91").await;
    let told = [home.body, first.body, second.body, session.body].join("\n");
    assert_snapshot!(told, @r#"
    {"protagonist":{"name":"Data","description":"Worded by a parrot."},"storyteller":{"name":"Dungeon Master","description":"Worded by a parrot."},"quest":"Worded by a parrot."}
    {"speaker":"Dungeon Master","response":"Hello. (3 messages) It is your turn, Data.","session_id":"0190163d-8694-739b-aea5-966c26f8ad91","turn":1,"trace_id":"00000000000000000000000000000abc","usage":{"input_tokens":null,"output_tokens":null,"cached_tokens":null,"cost_usd":null,"simulated":true,"time_to_first_token_ms":null,"duration_ms":0.0,"model":"parrot","provider":"zoo","calls":1}}
    event: token
    data: {"text":"Still here. (5 messages)"}

    event: token
    data: {"text":" It is your turn, Data."}

    event: turn
    data: {"speaker":"Dungeon Master","response":"Still here. (5 messages) It is your turn, Data.","session_id":"0190163d-8694-739b-aea5-966c26f8ad91","turn":2,"trace_id":"00000000000000000000000000000abc","usage":{"input_tokens":null,"output_tokens":null,"cached_tokens":null,"cost_usd":null,"simulated":true,"time_to_first_token_ms":null,"duration_ms":0.0,"model":"parrot","provider":"zoo","calls":1}}


    {"session_id":"0190163d-8694-739b-aea5-966c26f8ad91","protagonist":{"name":"Data","description":"Worded by a parrot."},"storyteller":{"name":"Dungeon Master","description":"Worded by a parrot."},"quest":"Worded by a parrot.","turns":[{"turn":1,"message":"Hello.","response":"Hello. (3 messages) It is your turn, Data."},{"turn":2,"message":"Still here.","response":"Still here. (5 messages) It is your turn, Data."}]}
    "#);
}

#[tokio::test]
async fn a_full_store_still_has_room_at_the_shared_table() {
    let app = app();
    app.get("/").await;
    for status in [201, 201, 503] {
        assert_eq!(app.send(Request::post("/games").body(Body::empty()).unwrap()).await.status, status);
    }
    let cookie = ("cookie", "zeroth_session=0190163d-8694-739b-aea5-966c26f8ad91");
    let refused = app.send(post("/play", &[cookie], r#"{"message": "Hello."}"#)).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "60"));
    assert_eq!(app.play(r#"{"message": "Hello."}"#).await.status, 200);
}

#[tokio::test]
async fn a_message_may_be_as_long_as_the_game_says() {
    let app = app();
    let fits = format!(r#"{{"message": "{}"}}"#, "ä".repeat(20));
    assert_eq!(app.play(&fits).await.status, 200);
    let answer = app.play(&fits.replace("ää\"", "äää\"")).await;
    assert_eq!(answer.json()["detail"], "the message has 21 characters; at most 20 fit into a turn");
}

#[tokio::test]
async fn a_turn_is_tried_again_and_taken_back() {
    let app = app();
    app.get("/").await;
    let session = app.table().await;
    let headers = [("x-session-id", session.as_str())];
    for message in ["One.", "Two."] {
        app.send(post("/play", &headers, &json!({ "message": message }).to_string())).await;
    }
    let again = app.send(post("/retry", &headers, "")).await.json();
    assert_eq!((&again["response"], &again["turn"]), (&json!("Two. (5 messages) It is your turn, Data."), &json!(2)));
    for (message, turn) in [("Two.", 1), ("One.", 0)] {
        let undone = app.send(post("/undo", &headers, "")).await.json();
        assert_eq!((&undone["undone"]["message"], &undone["turn"]), (&json!(message), &json!(turn)));
    }
    assert_eq!(app.send(post("/undo", &headers, "")).await.status, 409);
}

#[tokio::test]
async fn of_two_at_once_one_is_sent_away_or_waits() {
    let (parrot, app) = parrot();
    app.get("/").await;
    let session = app.table().await;
    let say = |message: &str, prefer: &str| {
        let body = json!({"message": message, "session_id": session}).to_string();
        let headers = [("prefer", prefer)];
        post("/play", if prefer.is_empty() { &[] } else { &headers }, &body)
    };
    app.send(say("Hello.", "")).await;
    let others = async {
        parrot.waiting.notified().await;
        let refused = app.send(say("Me too.", "")).await;
        let on = async { parrot.gate.add_permits(1) };
        (refused, tokio::join!(app.send(say("Me too.", "wait=20")), on).0)
    };
    let (first, (refused, waited)) = tokio::join!(app.send(say("Wait.", "")), others);
    assert_eq!((refused.status.as_u16(), &refused.json()["turn"]), (409, &json!(1)));
    assert_eq!((&first.json()["turn"], &waited.json()["turn"]), (&json!(2), &json!(3)));
}
