//! Who we say we are: once, whatever is set, and what is said when nobody believes it.

use axum::http::HeaderMap;
use zeroth::llm::{Anthropic, AnthropicConfig, ErrorKind, Model, OpenAi, OpenAiConfig};

use super::cassette::Cassette;
use super::server::{Anywhere, Server};
use super::{anthropic, ask, openai, transport};

const CREDENTIALS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

fn credentials(headers: &HeaderMap) -> Vec<String> {
    let shown = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let shown = shown.filter(|(name, _)| CREDENTIALS.contains(name));
    shown.map(|(name, value)| format!("{name}: {value}")).collect()
}

#[tokio::test]
async fn there_is_one_credential_in_all_combinations() {
    let extra = |name: &str| vec![(name.to_owned(), "mine".into()), ("x-team".to_owned(), "red".into())];
    let cases = [
        (None, "authorization: Bearer sk-hush", "x-api-key: sk-ant-hush"),
        (Some("X-Team"), "authorization: Bearer sk-hush", "x-api-key: sk-ant-hush"),
        (Some("Authorization"), "authorization: mine", "authorization: mine"),
        (Some("api-key"), "api-key: mine", "api-key: mine"),
        (Some("X-API-Key"), "x-api-key: mine", "x-api-key: mine"),
        (Some(" x-goog-api-key "), "x-goog-api-key: mine", "x-goog-api-key: mine"),
    ];
    for (name, to_openai, to_anthropic) in cases {
        let extra_headers = name.map(extra).unwrap_or_default();
        let server = Server::start(Cassette::json(503, "")).await;
        let own = AnthropicConfig { extra_headers: extra_headers.clone(), ..anthropic::config(&server.base_url) };
        ask(&Anthropic::new(own, transport()).unwrap(), true).await.0.unwrap_err();
        let own = OpenAiConfig { extra_headers: extra_headers.clone(), ..openai::config(&server.base_url) };
        ask(&OpenAi::new(own, transport()).unwrap(), true).await.0.unwrap_err();
        let own = OpenAiConfig { api_key: None, extra_headers, ..openai::config(&server.base_url) };
        ask(&OpenAi::new(own, transport()).unwrap(), true).await.0.unwrap_err();

        let heard = server.requests();
        let found: Vec<_> = heard.iter().map(|heard| credentials(&heard.headers)).collect();
        let without_key = if to_openai.contains("sk-hush") { vec![] } else { vec![to_openai.to_owned()] };
        assert_eq!(found, [vec![to_anthropic.to_owned()], vec![to_openai.to_owned()], without_key], "{name:?}");
        assert_eq!(
            heard.iter().filter(|heard| heard.headers.contains_key("x-team")).count(),
            if name.is_some() { 3 } else { 0 }
        );
    }
}

async fn rejected(model: &dyn Model) -> String {
    let error = ask(model, true).await.0.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert!(!error.message.contains("hush"), "{error}");
    error.message
}

#[tokio::test]
async fn a_key_of_somebody_else_is_recognised_at_the_vendors_own_host() {
    let wire = Anywhere::new(Cassette::json(401, ""));
    let to_anthropic = |base_url, key: &str| {
        Anthropic::new(AnthropicConfig { api_key: key.into(), ..anthropic::config(base_url) }, wire.clone()).unwrap()
    };
    let to_openai = |base_url, key: &str| {
        OpenAi::new(OpenAiConfig { api_key: Some(key.into()), ..openai::config(base_url) }, wire.clone()).unwrap()
    };
    let told = [
        rejected(&to_anthropic("https://api.anthropic.com", "sk-proj-hush")).await,
        rejected(&to_anthropic("https://api.anthropic.com", "sk-ant-hush")).await,
        rejected(&to_anthropic("https://gateway.example", "sk-proj-hush")).await,
        rejected(&to_openai("https://api.openai.com/v1", "sk-ant-hush")).await,
        rejected(&to_openai("https://api.openai.com/v1", "sk-or-v1-hush")).await,
        rejected(&to_openai("https://api.openai.com/v1", "sk-proj-hush")).await,
        rejected(&to_openai("https://openrouter.ai/api/v1", "sk-ant-hush")).await,
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    anthropic rejects the key, which looks like one of OpenAI: check ANTHROPIC_API_KEY (HTTP 401)
    anthropic rejects the key: check ANTHROPIC_API_KEY and what it may use (HTTP 401)
    anthropic rejects the key: check ANTHROPIC_API_KEY and what it may use (HTTP 401)
    openai rejects the key, which looks like one of Anthropic: check OPENAI_API_KEY (HTTP 401)
    openai rejects the key, which looks like one of OpenRouter: check OPENAI_API_KEY (HTTP 401)
    openai rejects the key: check OPENAI_API_KEY and what it may use (HTTP 401)
    openai rejects the key: check OPENAI_API_KEY and what it may use (HTTP 401)
    ");
}
