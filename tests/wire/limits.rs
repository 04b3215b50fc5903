//! Limits per minute, and how they are told.

use serde_json::{Value, json};
use zeroth::wire::Config;

use crate::served::{Answer, Face, sim};

const MESSAGES: &str = "/v1/messages";
const COMPLETIONS: &str = "/v1/chat/completions";

fn asked(model: &str) -> Value {
    json!({ "model": model, "max_tokens": 20, "messages": [{ "role": "user", "content": "Hello" }] })
}

fn told(answer: &Answer, prefix: &str) -> Vec<String> {
    let headers = answer.headers.iter().filter(|(name, _)| name.as_str().starts_with(prefix));
    let mut told: Vec<String> = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    told.sort();
    told
}

#[tokio::test]
async fn every_answer_says_what_is_left() {
    let face = Face::new(sim());
    let answer = face.post(MESSAGES, asked("m")).await;
    insta::assert_snapshot!(told(&answer, "anthropic-ratelimit").join("\n"), @"
    anthropic-ratelimit-input-tokens-limit: 2000000
    anthropic-ratelimit-input-tokens-remaining: 2000000
    anthropic-ratelimit-input-tokens-reset: 1970-01-01T00:00:01Z
    anthropic-ratelimit-output-tokens-limit: 400000
    anthropic-ratelimit-output-tokens-remaining: 400000
    anthropic-ratelimit-output-tokens-reset: 1970-01-01T00:00:01Z
    anthropic-ratelimit-requests-limit: 1000
    anthropic-ratelimit-requests-remaining: 999
    anthropic-ratelimit-requests-reset: 1970-01-01T00:00:01Z
    anthropic-ratelimit-tokens-limit: 2000000
    anthropic-ratelimit-tokens-remaining: 2000000
    anthropic-ratelimit-tokens-reset: 1970-01-01T00:00:01Z
    ");
    let answer = face.post(COMPLETIONS, asked("m")).await;
    insta::assert_snapshot!(told(&answer, "x-ratelimit").join("\n"), @"
    x-ratelimit-limit-requests: 10000
    x-ratelimit-limit-tokens: 2000000
    x-ratelimit-remaining-requests: 9999
    x-ratelimit-remaining-tokens: 1999995
    x-ratelimit-reset-requests: 6ms
    x-ratelimit-reset-tokens: 0s
    ");
}

#[tokio::test]
async fn requests_beyond_the_limit_are_refused_for_each_key_and_model() {
    let config = Config { requests_per_minute: Some(2), ..Config::default() };
    let face = Face::with(config, sim());
    for path in [MESSAGES, COMPLETIONS] {
        for status in [200, 200, 429] {
            assert_eq!(face.post(path, asked("m")).await.status.as_u16(), status, "{path}");
        }
        assert_eq!(face.post(path, asked("other")).await.status, 200);
        assert_eq!(face.post_with(path, &[("authorization", "Bearer other")], asked("m")).await.status, 200);
    }
    let refused = face.post(COMPLETIONS, asked("m")).await;
    assert_eq!(refused.json()["error"]["code"], "rate_limit_exceeded");
    assert_eq!(
        (&refused.headers["x-ratelimit-limit-requests"], &refused.headers["x-ratelimit-remaining-requests"]),
        (&"2".parse().unwrap(), &"0".parse().unwrap())
    );
    let wait: u64 = refused.headers["retry-after-ms"].to_str().unwrap().parse().unwrap();
    assert!((29_000..30_000).contains(&wait), "{wait}");
    assert_eq!(refused.headers["retry-after"], "30");
    face.post("/admin/reset", "").await;
    assert_eq!(face.post(COMPLETIONS, asked("m")).await.status, 200);
}

#[tokio::test]
async fn tokens_beyond_the_limit_are_refused() {
    for (path, kind) in [(MESSAGES, "rate_limit_error"), (COMPLETIONS, "tokens")] {
        let face = Face::with(Config { tokens_per_minute: Some(60), ..Config::default() }, sim());
        let mut statuses = Vec::new();
        let mut last = face.post(path, asked("m")).await;
        while statuses.len() < 5 && last.status == 200 {
            statuses.push(last.status);
            last = face.post(path, asked("m")).await;
        }
        assert_eq!((last.status.as_u16(), last.json()["error"]["type"].as_str()), (429, Some(kind)), "{path}");
        assert!(last.json()["error"]["message"].as_str().unwrap().contains("tokens per min"), "{}", last.text);
    }
}
