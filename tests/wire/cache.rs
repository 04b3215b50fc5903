//! The prompt cache, as usage tells it.

use serde_json::{Value, json};

use crate::served::{Face, sim};

const MESSAGES: &str = "/v1/messages";

/// Instructions of some two thousand tokens, a message, and what else.
fn message(model: &str, said: &str, control: Option<Value>) -> Value {
    let mut system = json!({ "type": "text", "text": "Be exact. ".repeat(700) });
    if let Some(control) = control {
        system["cache_control"] = control;
    }
    json!({ "model": model, "max_tokens": 9, "system": [system], "messages": [{ "role": "user", "content": said }] })
}

/// Tokens read, written for five minutes, written for an hour, and the others that went in.
async fn counted(face: &Face, body: &Value) -> [u64; 4] {
    let usage = face.post(MESSAGES, body).await.json()["usage"].clone();
    let written = &usage["cache_creation"];
    let parts = [
        &usage["cache_read_input_tokens"],
        &written["ephemeral_5m_input_tokens"],
        &written["ephemeral_1h_input_tokens"],
        &usage["input_tokens"],
    ];
    let parts = parts.map(|part| part.as_u64().unwrap());
    assert_eq!(usage["cache_creation_input_tokens"].as_u64().unwrap(), parts[1] + parts[2]);
    let mut count = body.clone();
    count.as_object_mut().unwrap().remove("max_tokens");
    let all = face.post("/v1/messages/count_tokens", count).await.json()["input_tokens"].as_u64().unwrap();
    assert_eq!(parts.iter().sum::<u64>(), all, "it adds up");
    parts
}

fn short() -> Option<Value> {
    Some(json!({ "type": "ephemeral" }))
}

#[tokio::test]
async fn instructions_are_written_once_and_read_by_whoever_has_the_same_key() {
    let face = Face::new(sim());
    let [read, written, _, rest] = counted(&face, &message("claude-sonnet-4-6", "One.", short())).await;
    assert!(read == 0 && written > 2000 && rest < 20, "{read} {written} {rest}");
    assert_eq!(counted(&face, &message("claude-sonnet-4-6", "Two.", short())).await, [written, 0, 0, rest]);
    let other =
        face.post_with(MESSAGES, &[("x-api-key", "other")], message("claude-sonnet-4-6", "One.", short())).await;
    assert_eq!(other.json()["usage"]["cache_read_input_tokens"], 0);
    let [read, ..] = counted(&face, &message("claude-sonnet-4-5", "One.", short())).await;
    assert_eq!(read, 0, "another model has its own");
}

#[tokio::test]
async fn what_is_kept_is_what_the_request_asks_for() {
    let face = Face::new(sim());
    let cases = [
        ("claude-sonnet-4-6", None, [false, false]),
        ("claude-sonnet-4-6", Some(json!({ "type": "ephemeral", "ttl": "1h" })), [false, true]),
        // Too short for this one, which is no error.
        ("claude-haiku-4-5", short(), [false, false]),
        ("claude-opus-5-5", short(), [true, false]),
    ];
    for (model, control, [short, long]) in cases {
        let parts = counted(&face, &message(model, "One.", control)).await;
        assert_eq!([parts[1] > 0, parts[2] > 0], [short, long], "{model} {parts:?}");
    }
    let mut automatic = message("claude-opus-5-5", "All of it.", None);
    automatic["cache_control"] = json!({ "type": "ephemeral" });
    let [read, written, _, rest] = counted(&face, &automatic).await;
    assert!(
        read > 2000 && written > 0 && rest == 0,
        "the instructions are known, the message is new: {read} {written}"
    );
    let five = json!(
        [1, 2, 3, 4, 5].map(|_| json!({ "type": "text", "text": "x", "cache_control": { "type": "ephemeral" } }))
    );
    let refused =
        json!({ "model": "m", "max_tokens": 1, "system": five, "messages": [{ "role": "user", "content": "x" }] });
    assert_eq!(face.post(MESSAGES, refused).await.status, 400);
}

#[tokio::test]
async fn a_growing_conversation_is_read_up_to_where_it_grew() {
    let face = Face::new(sim());
    let said = |text: &str| json!({ "role": "user", "content": text });
    let mut body = message("claude-sonnet-4-6", "One.", None);
    body["cache_control"] = json!({ "type": "ephemeral" });
    let [_, first, ..] = counted(&face, &body).await;
    body["messages"] = json!([said("One."), { "role": "assistant", "content": "Two." }, said("Three.")]);
    let [read, written, _, rest] = counted(&face, &body).await;
    assert_eq!((read, rest), (first, 0));
    assert!(written > 0);
}

#[tokio::test]
async fn openai_caches_by_itself_from_1024_tokens_on() {
    let face = Face::new(sim());
    let usage = async |model: &str, words: usize| {
        let body = json!({ "model": model, "max_completion_tokens": 5, "messages": [{ "role": "user", "content": "word ".repeat(words) }] });
        let usage = face.post("/v1/chat/completions", body).await.json()["usage"].clone();
        let details = &usage["prompt_tokens_details"];
        [&usage["prompt_tokens"], &details["cached_tokens"], &details["cache_write_tokens"]]
            .map(|part| part.as_u64().unwrap())
    };
    assert_eq!(usage("gpt-4o-mini", 900).await[1..], [0, 0]);
    assert_eq!(usage("gpt-4o-mini", 900).await[1..], [0, 0]);
    assert_eq!(usage("gpt-4o-mini", 1500).await[1..], [0, 0]);
    let [all, cached, written] = usage("gpt-4o-mini", 1500).await;
    assert_eq!((all, cached, written), (1505, 1024 + 3 * 128, 0));
    assert_eq!(usage("gpt-4o-mini", 1200).await[1], 1024 + 128, "a shorter prompt has the same beginning");
    assert_eq!(usage("gpt-6.1-sol", 1500).await[1..], [0, 1024 + 3 * 128]);
    assert_eq!(usage("gpt-6.1-sol", 1500).await[1..], [1024 + 3 * 128, 0]);
}
