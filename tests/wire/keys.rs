//! Keys, versions, and what the vendors refuse.

use serde_json::{Value, json};
use zeroth::wire::Config;

use crate::served::{Face, sim};

const MESSAGES: &str = "/v1/messages";
const COMPLETIONS: &str = "/v1/chat/completions";

fn asked(model: &str, more: &Value) -> Value {
    let mut body = json!({ "model": model, "messages": [{ "role": "user", "content": "Hello" }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn refused(path: &str, headers: &[(&str, &str)], body: Value) -> String {
    let answer = Face::new(sim()).post_with(path, headers, body).await;
    if answer.status == 200 { "200".to_owned() } else { answer.json()["error"]["message"].as_str().unwrap().to_owned() }
}

#[tokio::test]
async fn a_key_is_wanted_only_where_one_is_set() {
    let face = Face::with(Config { key: Some("secret".into()), ..Config::default() }, sim());
    let body = asked("m", &json!({ "max_tokens": 5 }));
    for (path, kind) in [(MESSAGES, "authentication_error"), (COMPLETIONS, "invalid_request_error")] {
        for headers in [&[][..], &[("x-api-key", "wrong")], &[("authorization", "Bearer sk-wrong")]] {
            let answer = face.post_with(path, headers, &body).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"]["type"].as_str()), (401, Some(kind)));
            assert!(!answer.text.contains("wrong"), "{}", answer.text);
        }
        for header in [("x-api-key", "secret"), ("authorization", "Bearer secret")] {
            assert_eq!(face.post_with(path, &[header], &body).await.status, 200);
        }
        let both = [("x-api-key", "wrong"), ("authorization", "Bearer secret")];
        assert_eq!(face.post_with(path, &both, &body).await.status, 401, "the first wins");
    }
    assert_eq!(face.get("/admin/journal").await.status, 401);
    assert_eq!(face.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_version_is_asked_for_and_decides() {
    let face = Face::new(sim());
    let body = asked("claude-sonnet-4-6", &json!({ "max_tokens": 5, "temperature": 0.5 }));
    let request = axum::http::Request::post(MESSAGES).body(axum::body::Body::from(body.to_string())).unwrap();
    let answer = face.send(request).await;
    assert_eq!(answer.json()["error"]["message"], "anthropic-version: header is required");
    let with = async |version: &str| refused(MESSAGES, &[("anthropic-version", version)], body.clone()).await;
    assert_eq!(with("2023-06-01").await, "200");
    assert_eq!(with("2026-10-21").await, "temperature: Extra inputs are not permitted");
    assert_eq!(with("2022-01-01").await, "anthropic-version: \"2022-01-01\" is not a valid version");
}

#[tokio::test]
async fn the_name_of_a_claude_decides_what_it_takes() {
    let cases = [
        (
            "claude-opus-5-5",
            json!({ "max_tokens": 5, "top_k": 3 }),
            "top_k: this parameter is not supported for this model",
        ),
        (
            "claude-sonnet-4-6",
            json!({ "max_tokens": 5, "temperature": 1.5 }),
            "temperature: Input should be a number from 0 to 1",
        ),
        (
            "claude-sonnet-4-5",
            json!({ "max_tokens": 64_001 }),
            "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5",
        ),
        (
            "claude-opus-5-5",
            json!({ "max_tokens": 5, "tools": [{ "name": "t", "input_schema": {} }], "tool_choice": { "type": "any" } }),
            "tool_choice: forced tool use is not supported for this model",
        ),
        (
            "claude-opus-4-8",
            json!({ "max_tokens": 2000, "thinking": { "type": "enabled", "budget_tokens": 1024 } }),
            "thinking: \"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\".",
        ),
        (
            "claude-sonnet-4-6",
            json!({ "max_tokens": 1000, "thinking": { "type": "enabled", "budget_tokens": 1024 } }),
            "max_tokens: must be greater than `thinking.budget_tokens`",
        ),
        (
            "claude-sonnet-4-6",
            json!({ "max_tokens": 5, "messages": [{ "role": "assistant", "content": "Well" }] }),
            "messages: This model does not support assistant message prefill. The conversation must end with a user message.",
        ),
        ("any", json!({ "max_tokens": 5, "messages": [{ "role": "assistant", "content": "Well" }] }), "200"),
        ("any", json!({ "max_tokens": 0 }), "200"),
    ];
    for (model, more, message) in cases {
        assert_eq!(refused(MESSAGES, &[], asked(model, &more)).await, message);
    }
}

#[tokio::test]
async fn the_name_of_a_gpt_decides_what_it_takes() {
    let cases = [
        (
            "gpt-6.1-sol",
            json!({ "max_tokens": 5 }),
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
        (
            "gpt-6-sol",
            json!({ "temperature": 0.5 }),
            "Unsupported parameter: 'temperature' is not supported with gpt-6-sol.",
        ),
        ("gpt-6-sol", json!({ "temperature": 0.5, "reasoning_effort": "none" }), "200"),
        ("o3", json!({ "stop": ["x"] }), "Unsupported parameter: 'stop' is not supported with o3."),
        ("gpt-4o-mini", json!({ "max_tokens": 5, "temperature": 0.5, "stop": "x" }), "200"),
        ("gpt-4o-mini", json!({ "n": 129 }), "n: Input should be less than or equal to 128"),
        ("gpt-4o-mini", json!({ "stop": ["1", "2", "3", "4", "5"] }), "stop: List should have at most 4 items"),
    ];
    for (model, more, message) in cases {
        assert_eq!(refused(COMPLETIONS, &[], asked(model, &more)).await, message);
    }
}

#[tokio::test]
async fn a_conversation_that_is_too_long_is_told_so() {
    let long = "word ".repeat(200_001);
    let body =
        |model: &str| json!({ "model": model, "max_tokens": 5, "messages": [{ "role": "user", "content": long }] });
    let message = refused(MESSAGES, &[], body("claude-sonnet-4-5")).await;
    assert_eq!(message, "prompt is too long: 200006 tokens > 200000 maximum");
    let message = refused(COMPLETIONS, &[], body("gpt-4o")).await;
    assert!(message.starts_with("This model's maximum context length is 128000 tokens."), "{message}");
}
