//! What is asked of Chat Completions.

use serde_json::json;
use zeroth::llm::{Model as _, OpenAi, OpenAiConfig};

use super::cassette::Cassette;
use super::server::Server;
use super::{ask, transport};

fn answer() -> Cassette {
    let choice = json!({"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"});
    Cassette::json(200, json!({"id": "chatcmpl-2", "choices": [choice]}))
}

pub(crate) fn config(base_url: &str) -> OpenAiConfig {
    OpenAiConfig {
        provider: "openai".into(),
        api_key: Some("sk-hush".into()),
        base_url: base_url.to_owned(),
        model: "gpt-4o-mini".into(),
        reasoning_effort: None,
        extra_headers: Vec::new(),
    }
}

#[tokio::test]
async fn the_request_is_as_documented() {
    let server = Server::start(answer()).await;
    ask(&OpenAi::new(config(&server.base_url), transport()).unwrap(), true).await.0.unwrap();
    let heard = server.request();
    assert_eq!(heard.path, "/v1/chat/completions");
    assert_eq!(heard.headers["authorization"], "Bearer sk-hush");
    let expected = json!({
        "model": "gpt-4o-mini",
        "messages": [
            {"role": "system", "content": "You tell a story."},
            {"role": "user", "content": "Who are you?"},
            {"role": "assistant", "content": "A voice."},
            {"role": "user", "content": "Go on."},
        ],
        "max_tokens": 300,
        "temperature": 1.5,
        "seed": 0x7fff_ffff,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(heard.body, expected);
}

#[tokio::test]
async fn reasoning_models_other_gateways_and_local_servers_get_what_they_take() {
    let server = Server::start(answer()).await;
    let base_url = format!("{}/openai/deployments/d?api-version=1", server.base_url);
    let extra_headers = vec![("api-key".to_owned(), "mine".into())];
    let reasoning_effort = Some(" medium ".to_owned());
    let config = OpenAiConfig { model: "gpt-6-sol".into(), reasoning_effort, extra_headers, ..config(&base_url) };
    let model = OpenAi::new(config, transport()).unwrap();
    assert_eq!(model.descriptor().reasoning.as_deref(), Some("medium"));
    ask(&model, false).await.0.unwrap();
    let heard = server.request();
    assert_eq!(heard.path, "/openai/deployments/d/chat/completions?api-version=1");
    assert_eq!(heard.headers["api-key"], "mine");
    assert!(!heard.headers.contains_key("authorization"));
    assert_eq!(heard.body["max_completion_tokens"], 300);
    assert_eq!(heard.body["reasoning_effort"], "medium");
    for absent in ["max_tokens", "temperature", "stream", "stream_options"] {
        assert!(heard.body.get(absent).is_none(), "{absent}");
    }

    let server = Server::start(answer()).await;
    let local = OpenAiConfig { provider: "ollama".into(), api_key: None, ..self::config(&server.base_url) };
    let model = OpenAi::new(local, transport()).unwrap();
    assert_eq!(ask(&model, false).await.0.unwrap().provider, "ollama");
    assert_eq!(model.descriptor().provider, "ollama");
    assert!(!server.request().headers.contains_key("authorization"));
}

#[test]
fn settings_that_cannot_work_are_all_told() {
    let config = OpenAiConfig {
        api_key: Some("\n".into()),
        base_url: "api.openai.com".into(),
        reasoning_effort: Some("hard".into()),
        extra_headers: vec![("bad name".into(), "hush".into())],
        ..config("")
    };
    assert!(!format!("{config:?}").contains("hush"));
    let problems = OpenAi::new(config, transport()).err().unwrap().problems;
    assert_eq!(problems.len(), 4, "{problems:?}");
}
