//! Transcripts of Chat Completions, from OpenAI and from those who imitate it.

use serde_json::{Value, json};
use zeroth::llm::{ChatReply, ErrorKind, FinishReason, Model as _, ModelError, OpenAi, OpenAiConfig, Usage};

use super::cassette::Cassette;
use super::server::Server;
use super::{ask, transport};

const DONE: &str = "data: [DONE]\n\n";

fn chunk(delta: Value, finish: Option<&str>) -> String {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": finish});
    data(json!({"id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18", "choices": [choice], "usage": null}))
}

fn data(value: Value) -> String {
    format!("data: {value}\n\n")
}

fn says(text: &str) -> String {
    chunk(json!({"content": text}), None)
}

fn ends(reason: &str) -> String {
    chunk(json!({}), Some(reason))
}

fn tokens() -> Value {
    json!({
        "prompt_tokens": 90,
        "completion_tokens": 20,
        "prompt_tokens_details": {"cached_tokens": 50, "cache_write_tokens": 30},
        "completion_tokens_details": {"reasoning_tokens": 8},
    })
}

const USAGE: Usage =
    Usage { input: 90, output: 20, cache_read: 50, cache_write: 30, cache_write_long: 0, reasoning: 8 };

fn stream(parts: &[String]) -> Cassette {
    Cassette::events(parts.concat())
}

fn whole(message: Value, reason: Option<&str>) -> Cassette {
    let choice = json!({"index": 0, "message": message, "finish_reason": reason});
    Cassette::json(200, json!({"id": "chatcmpl-2", "model": "m-7", "choices": [choice], "usage": tokens()}))
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

async fn play(cassette: Cassette, stream: bool) -> (Result<ChatReply, ModelError>, String) {
    let server = Server::start(cassette).await;
    ask(&OpenAi::new(config(&server.base_url), transport()).unwrap(), stream).await
}

#[tokio::test]
async fn the_request_is_as_documented() {
    let server = Server::start(stream(&[says("Hi"), ends("stop"), DONE.into()])).await;
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
    let server = Server::start(whole(json!({"content": "Hi"}), Some("stop"))).await;
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

    let server = Server::start(whole(json!({"content": "Hi"}), Some("stop"))).await;
    let local = OpenAiConfig { provider: "ollama".into(), api_key: None, ..self::config(&server.base_url) };
    let model = OpenAi::new(local, transport()).unwrap();
    assert_eq!(ask(&model, false).await.0.unwrap().provider, "ollama");
    assert_eq!(model.descriptor().provider, "ollama");
    assert!(!server.request().headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_stream_with_everything_in_it_is_read() {
    let body = [
        ": OPENROUTER PROCESSING\n\n".to_owned(),
        data(json!({"id": "", "model": "", "object": "", "choices": [], "prompt_filter_results": []})),
        chunk(json!({"role": "assistant", "content": "", "refusal": null}), None),
        chunk(json!({"reasoning_content": "Hmm"}), None),
        chunk(json!({"reasoning": "Hmm", "content": null}), None),
        says("Hello"),
        data(json!({"service_tier": "default", "system_fingerprint": "fp_1", "choices": []})),
        data(json!({"choices": [{"index": 1, "delta": {"content": "another choice"}}]})),
        data(json!({"choices": [{"content_filter_offsets": {}, "finish_reason": null}], "obfuscation": "aB3"})),
        data(json!({"choices": [{"delta": {"content": [{"type": "thinking"}, {"type": "text", "text": ", Zoë"}]}}]})),
        "data:\n\n".to_owned(),
        says(" 🐉"),
        ends("stop"),
        data(json!({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})),
        data(json!({"id": "chatcmpl-1", "choices": [], "usage": tokens()})),
        DONE.to_owned(),
    ]
    .concat();
    let cassettes = [
        Cassette::events(body.clone()),
        Cassette::events(body.clone()).in_pieces_of(1),
        Cassette::events(body.replace('\n', "\r\n")).in_pieces_of(1),
        // Nothing after the last event matters, not even how the connection ends.
        Cassette::events(body).reset(),
    ];
    for cassette in cassettes {
        let (reply, heard) = play(cassette, true).await;
        let reply = reply.unwrap();
        assert_eq!(reply.text, "Hello, Zoë 🐉");
        assert_eq!(heard, reply.text);
        assert_eq!(reply.service_tier.as_deref(), Some("default"));
        assert_eq!(reply.system_fingerprint.as_deref(), Some("fp_1"));
        assert_eq!((reply.id.as_deref(), reply.model.as_str()), (Some("chatcmpl-1"), "gpt-4o-mini-2024-07-18"));
        assert_eq!((reply.finish, reply.usage), (FinishReason::Stop, Some(USAGE)));
    }
}

#[tokio::test]
async fn tokens_are_found_where_servers_put_them() {
    let small = json!({"prompt_tokens": 9, "completion_tokens": 2});
    let cases = [
        (data(json!({"choices": [], "x_groq": {"usage": small}})), Some((9, 2, 0))),
        (
            data(
                json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 4}}),
            ),
            Some((9, 2, 4)),
        ),
        (String::new(), None),
    ];
    for (usage, expected) in cases {
        let (reply, _) = play(stream(&[says("Hi"), ends("stop"), usage, DONE.into()]), true).await;
        let found = reply.unwrap().usage.map(|usage| (usage.input, usage.output, usage.cache_read));
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_whole_answer_is_read_and_heard_only_by_those_who_asked_to() {
    for (streamed, expected) in [(false, ""), (true, "Hello")] {
        let (reply, heard) = play(whole(json!({"content": "Hello", "refusal": null}), Some("length")), streamed).await;
        let reply = reply.unwrap();
        assert_eq!((reply.text.as_str(), reply.finish), ("Hello", FinishReason::Length));
        assert_eq!((reply.model.as_str(), reply.usage), ("m-7", Some(USAGE)));
        assert_eq!(heard, expected);
    }
    let (unsaid, _) = play(whole(json!({"content": "Hello"}), None), false).await;
    assert_eq!(unsaid.unwrap().finish, FinishReason::Other("unknown".into()));
}

#[tokio::test]
async fn a_stream_that_gives_no_answer_is_an_error_with_the_tokens_it_used() {
    let used = || data(json!({"choices": [], "usage": tokens()}));
    let done = || DONE.to_owned();
    let error = |code: Value, kind: &str| data(json!({"error": {"message": "hush", "type": kind, "code": code}}));
    let cases: Vec<(&str, Cassette, ErrorKind)> = vec![
        ("clean end", stream(&[used(), says("Hi")]), ErrorKind::Truncated),
        ("end before [DONE]", stream(&[says("Hi"), ends("stop"), used()]), ErrorKind::Truncated),
        ("[DONE] unfinished", stream(&[used(), says("Hi"), ends("stop"), "data: [DONE]".into()]), ErrorKind::Truncated),
        ("no reason to stop", stream(&[used(), says("Hi"), done()]), ErrorKind::Truncated),
        ("reset", stream(&[used(), says("Hi")]).reset(), ErrorKind::Truncated),
        ("error", stream(&[used(), error(json!(null), "server_error")]), ErrorKind::Unavailable),
        ("numeric code", stream(&[used(), says("Hi"), error(json!(429), "x")]), ErrorKind::RateLimited),
        ("code in digits", stream(&[used(), error(json!("402"), "x")]), ErrorKind::QuotaExceeded),
        ("error as a reason", stream(&[used(), says("Hi"), ends("error"), done()]), ErrorKind::Unavailable),
        ("no JSON", stream(&[used(), "data: <html>\n\n".into()]), ErrorKind::BadResponse),
        ("filtered", stream(&[used(), says("Hi"), ends("content_filter"), done()]), ErrorKind::Refused),
        (
            "refused",
            stream(&[used(), chunk(json!({"refusal": "No."}), None), ends("stop"), done()]),
            ErrorKind::Refused,
        ),
        ("empty", stream(&[used(), says(" \n"), ends("stop"), done()]), ErrorKind::Empty),
        ("only thought", stream(&[used(), ends("length"), done()]), ErrorKind::Empty),
    ];
    for (name, cassette, kind) in cases {
        let error = play(cassette, true).await.0.expect_err(name);
        assert_eq!((error.kind, error.usage), (kind, Some(USAGE)), "{name}: {error}");
        assert!(!error.message.contains("hush"), "{error}");
    }
}

#[tokio::test]
async fn http_errors_of_many_servers_are_classified() {
    let error = |status, error: Value| Cassette::json(status, json!({"error": error}));
    let cases = [
        (
            error(400, json!({"code": "unsupported_parameter", "type": "invalid_request_error"})),
            ErrorKind::InvalidRequest,
        ),
        (error(400, json!({"code": "context_length_exceeded"})), ErrorKind::ContextOverflow),
        (error(400, json!({"code": "content_filter", "innererror": {"code": "X"}})), ErrorKind::Refused),
        (error(401, json!({"code": "invalid_api_key", "type": "invalid_request_error"})), ErrorKind::Unauthorized),
        (error(404, json!({"message": "model 'x' not found"})), ErrorKind::ModelNotFound),
        (error(429, json!({"type": "requests", "code": "rate_limit_exceeded"})), ErrorKind::RateLimited),
        (error(429, json!({"code": "credit_balance_exhausted"})), ErrorKind::QuotaExceeded),
        (error(503, json!({"code": 503, "message": "Loading model"})), ErrorKind::Unavailable),
        (Cassette::json(503, json!([{"error": {"code": 503, "status": "UNAVAILABLE"}}])), ErrorKind::Unavailable),
        (Cassette::json(500, "").header("content-type", "text/plain"), ErrorKind::Unavailable),
        (error(200, json!({"code": 502, "message": "in a success"})), ErrorKind::Unavailable),
    ];
    for (cassette, kind) in cases {
        for stream in [true, false] {
            let error = play(cassette.clone(), stream).await.0.unwrap_err();
            assert_eq!(error.kind, kind, "{error}");
        }
    }
    let quick = error(429, json!({"code": "slow_down"})).header("retry-after-ms", "250");
    assert_eq!(play(quick, true).await.0.unwrap_err().retry_after.map(|wait| wait.as_millis()), Some(250));
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
