//! Faults switched while it runs, the journal, and what is counted.

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt as _;
use serde_json::{Value, json};
use zeroth::llm::fault::{Fault, Rule};
use zeroth::wire::{Config, Content};

use crate::served::{Answer, Face, sim};

const COMPLETIONS: &str = "/v1/chat/completions";

fn asked(stream: bool) -> Value {
    json!({ "model": "gpt-4o-mini", "stream": stream, "messages": [{ "role": "user", "content": "Where is the bridge?" }] })
}

async fn send(face: &Face, method: &str, path: &str, body: Value) -> Answer {
    face.send(Request::builder().method(method).uri(path).body(Body::from(body.to_string())).unwrap()).await
}

async fn journal(face: &Face) -> Vec<Value> {
    face.get("/admin/journal").await.json()["requests"].as_array().unwrap().clone()
}

#[tokio::test]
async fn faults_are_switched_while_it_runs() {
    let face = Face::with(Config { faults: Rule::list("crlf").unwrap(), ..Config::default() }, sim());
    let listed = face.get("/admin/faults").await.json();
    assert_eq!((&listed["rules"], &listed["seed"]), (&json!("crlf"), &json!(1)));
    assert_eq!(listed["catalogue"].as_array().unwrap().len(), Fault::all().count());
    let set = send(&face, "PUT", "/admin/faults", json!({ "rules": "503*2,stall@0.0", "seed": 9 })).await;
    assert_eq!(set.json(), json!({ "rules": "503*2,stall=600s@0", "seed": 9 }));
    for status in [503, 503, 200] {
        assert_eq!(face.post(COMPLETIONS, asked(false)).await.status.as_u16(), status);
    }
    assert_eq!(face.get("/admin/faults").await.json()["rules"], "stall=600s@0", "used up");
    assert_eq!(send(&face, "DELETE", "/admin/faults", json!({})).await.status, 204);
    assert_eq!(face.get("/admin/faults").await.json()["rules"], "");
    let wrong = send(&face, "PUT", "/admin/faults", json!({ "rules": "gremlin" })).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.json()["error"]["message"].as_str().unwrap().contains("there are latency"), "{}", wrong.text);
    assert_eq!(face.post("/admin/reset", "").await.status, 204);
    assert_eq!(face.get("/admin/faults").await.json()["rules"], "crlf", "as it began");
}

#[tokio::test]
async fn the_journal_tells_what_became_of_each_request() {
    let face = Face::new(sim());
    face.post(COMPLETIONS, asked(false)).await;
    face.post_with(COMPLETIONS, &[("x-zeroth-fault", "cut=2"), ("authorization", "Bearer sk-mine")], asked(true)).await;
    face.post_with(COMPLETIONS, &[("x-zeroth-fault", "503"), ("x-stainless-retry-count", "1")], asked(true)).await;
    let mut left = face.open(COMPLETIONS, asked(true)).await.into_body().into_data_stream();
    left.next().await.unwrap().unwrap();
    assert_eq!(journal(&face).await.last().unwrap()["outcome"], "open");
    drop(left);
    face.get("/v1/models").await;
    let entries = journal(&face).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {} {} {} {} {} {}",
                text("path"),
                text("vendor"),
                text("model"),
                entry["status"],
                text("outcome"),
                entry["faults"],
                entry["retry"]
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    /v1/chat/completions openai gpt-4o-mini 200 complete [] 0
    /v1/chat/completions openai gpt-4o-mini 200 broken ["cut=2"] 0
    /v1/chat/completions openai gpt-4o-mini 503 failed ["503"] 1
    /v1/chat/completions openai gpt-4o-mini 200 left [] 0
    /v1/models openai  200 complete [] 0
    "#);
    assert!(entries[0]["input_tokens"].as_u64() > Some(0) && entries[0]["output_tokens"].as_u64() > Some(0));
    assert!(
        entries[1]["first_token_ms"].is_u64() && entries[1]["at"].as_str().unwrap().starts_with("1970-01-01T00:00:00.")
    );
    let text = face.get("/admin/journal").await.text;
    assert!(!text.contains("bridge") && !text.contains("sk-mine"), "neither words nor keys: {text}");
    assert_eq!(send(&face, "DELETE", "/admin/journal", json!({})).await.status, 204);
    assert!(journal(&face).await.is_empty());
}

#[tokio::test]
async fn the_journal_is_bounded_and_keeps_words_only_when_asked_to() {
    let config = Config { journal: 2, journal_content: Content::Kept, ..Config::default() };
    let face = Face::with(config, sim());
    for number in 0..3 {
        face.post(
            COMPLETIONS,
            json!({ "model": format!("m{number}"), "messages": [{ "role": "user", "content": "Hi" }] }),
        )
        .await;
    }
    let entries = journal(&face).await;
    let models: Vec<&str> = entries.iter().map(|entry| entry["model"].as_str().unwrap()).collect();
    assert_eq!(models, ["m1", "m2"]);
    assert_eq!(entries[1]["content"]["messages"][0]["content"], "Hi");
}

#[tokio::test]
async fn everything_is_counted() {
    let face = Face::new(sim());
    face.post(COMPLETIONS, asked(true)).await;
    face.post_with(COMPLETIONS, &[("x-zeroth-fault", "429=1s")], asked(false)).await;
    let open = face
        .open(
            "/v1/messages",
            json!({ "model": "m", "max_tokens": 9, "stream": true, "messages": [{ "role": "user", "content": "Hi" }] }),
        )
        .await;
    let text = face.get("/metrics").await.text;
    for line in [
        r#"zeroth_sim_requests_total{path="/v1/chat/completions",status="200",vendor="openai"} 1"#,
        r#"zeroth_sim_requests_total{path="/v1/chat/completions",status="429",vendor="openai"} 1"#,
        r#"zeroth_sim_faults_total{fault="429"} 1"#,
        r#"zeroth_sim_first_token_seconds_count{vendor="openai"} 1"#,
        "zeroth_sim_active_streams 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(text.contains(r#"zeroth_sim_tokens_total{type="output",vendor="openai"}"#));
    drop(open);
    assert!(face.get("/metrics").await.text.contains("zeroth_sim_active_streams 0"));
    assert_eq!(face.get("/healthz").await.json(), json!({ "status": "ok" }));
}
