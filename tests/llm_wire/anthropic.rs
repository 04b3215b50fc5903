//! What is asked of the Messages API.

use serde_json::json;
use zeroth::llm::{Anthropic, AnthropicConfig, Model as _};

use super::cassette::Cassette;
use super::server::Server;
use super::{ask, transport};

fn answer() -> Cassette {
    let content = json!([{"type": "text", "text": "Hi"}]);
    Cassette::json(200, json!({"id": "msg_2", "content": content, "stop_reason": "end_turn"}))
}

pub(crate) fn config(base_url: &str) -> AnthropicConfig {
    AnthropicConfig {
        api_key: "sk-ant-hush".into(),
        base_url: base_url.to_owned(),
        version: "2023-06-01".into(),
        model: "claude-opus-4-6".into(),
        reasoning_effort: None,
        extra_headers: Vec::new(),
    }
}

#[tokio::test]
async fn the_request_is_as_documented() {
    let server = Server::start(answer()).await;
    let model = Anthropic::new(config(&server.base_url), transport()).unwrap();
    ask(&model, true).await.0.unwrap();
    let heard = server.request();
    assert_eq!(heard.path, "/v1/messages");
    assert_eq!(heard.headers["x-api-key"], "sk-ant-hush");
    assert!(!heard.headers.contains_key("authorization"));
    assert_eq!(heard.headers["anthropic-version"], "2023-06-01");
    assert_eq!(heard.headers["accept-encoding"], "identity");
    let cache = json!({"type": "ephemeral"});
    let expected = json!({
        "model": "claude-opus-4-6",
        "max_tokens": 300,
        "system": [{"type": "text", "text": "You tell a story.", "cache_control": cache}],
        "messages": [
            {"role": "user", "content": "Who are you?"},
            {"role": "assistant", "content": "A voice."},
            {"role": "user", "content": "Go on."},
        ],
        "temperature": 1.0,
        "stream": true,
    });
    assert_eq!(heard.body, expected);
    assert_eq!(model.descriptor().server.as_ref().map(|(host, _)| host.as_str()), Some("127.0.0.1"));
}

#[tokio::test]
async fn the_new_version_gets_an_effort_in_place_of_a_temperature_and_an_own_header_replaces_the_key() {
    let server = Server::start(answer()).await;
    let extra_headers = vec![("Authorization".to_owned(), "Bearer mine".into())];
    let base_url = format!("{}/gate/v1/", server.base_url);
    let reasoning_effort = Some("low".to_owned());
    let config = AnthropicConfig { version: "2026-10-21".into(), reasoning_effort, extra_headers, ..config(&base_url) };
    let model = Anthropic::new(config, transport()).unwrap();
    assert_eq!(model.descriptor().reasoning.as_deref(), Some("low"));
    ask(&model, false).await.0.unwrap();
    let heard = server.request();
    assert_eq!(heard.path, "/gate/v1/messages");
    assert_eq!(heard.headers["authorization"], "Bearer mine");
    assert!(!heard.headers.contains_key("x-api-key"));
    assert_eq!(heard.body["output_config"], json!({"effort": "low"}));
    assert!(heard.body.get("temperature").is_none() && heard.body.get("stream").is_none(), "{}", heard.body);
}

#[test]
fn settings_that_cannot_work_are_all_told() {
    let config = AnthropicConfig {
        api_key: "  ".into(),
        base_url: "api.anthropic.com".into(),
        version: "latest".into(),
        model: "m".into(),
        reasoning_effort: Some("none".into()),
        extra_headers: vec![("bad name".into(), "hush".into())],
    };
    assert!(!format!("{config:?}").contains("hush"));
    let problems = Anthropic::new(config, transport()).err().unwrap().problems;
    assert_eq!(problems.len(), 5, "{problems:?}");
}
