//! Transcripts of the Messages API.

use serde_json::json;
use zeroth::llm::{Anthropic, AnthropicConfig, ChatReply, ErrorKind, FinishReason, Model as _, ModelError, Usage};

use super::cassette::Cassette;
use super::server::Server;
use super::{ask, transport};

const START: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-opus-5-5","stop_reason":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

"#;
const HELLO: &str = r#"event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

"#;
const STOP: &str = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

fn end(reason: &str) -> String {
    let delta = json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 15}});
    format!("event: message_delta\ndata: {delta}\n\n{STOP}")
}

fn stream(parts: &[&str]) -> Cassette {
    Cassette::events(parts.concat())
}

fn whole(content: serde_json::Value, reason: &str) -> Cassette {
    let usage = json!({"input_tokens": 25, "output_tokens": 15, "cache_read_input_tokens": null});
    Cassette::json(
        200,
        json!({"id": "msg_2", "model": "claude-opus-5-5", "content": content, "stop_reason": reason, "usage": usage}),
    )
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

async fn play(cassette: Cassette, stream: bool) -> (Result<ChatReply, ModelError>, String) {
    let server = Server::start(cassette).await;
    ask(&Anthropic::new(config(&server.base_url), transport()).unwrap(), stream).await
}

#[tokio::test]
async fn the_request_is_as_documented() {
    let server = Server::start(stream(&[START, HELLO, &end("end_turn")])).await;
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
    let server = Server::start(whole(json!([{"type": "text", "text": "Hi"}]), "end_turn")).await;
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

#[tokio::test]
async fn a_stream_with_everything_in_it_is_read() {
    let odd = r#": a comment

event: ping
data: {"type": "ping"}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hmm"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"hologram","text":"no text"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"smell_delta","text":"no text"}}

event: news
data: {"type":"news"}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":", Zoë 🐉"}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":null}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":30,"output_tokens":15,"output_tokens_details":{"thinking_tokens":7}}}

"#;
    let body = [START, HELLO, odd, STOP].concat();
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
        assert_eq!((reply.id.as_deref(), reply.model.as_str()), (Some("msg_1"), "claude-opus-5-5"));
        assert_eq!(reply.finish, FinishReason::Stop);
        let usage =
            Usage { input: 1130, output: 15, cache_read: 1000, cache_write: 100, cache_write_long: 0, reasoning: 7 };
        assert_eq!(reply.usage, Some(usage));
    }
}

#[tokio::test]
async fn a_whole_answer_is_read_and_heard_only_by_those_who_asked_to() {
    let blocks = json!([
        {"type": "thinking", "thinking": "Hmm", "signature": "c2ln"},
        {"type": "text", "text": "Hello, ", "citations": null},
        {"type": "hologram"},
        {"type": "text", "text": "you"},
    ]);
    for (streamed, expected) in [(false, ""), (true, "Hello, you")] {
        let (reply, heard) = play(whole(blocks.clone(), "max_tokens"), streamed).await;
        let reply = reply.unwrap();
        assert_eq!((reply.text.as_str(), reply.finish), ("Hello, you", FinishReason::Length));
        assert_eq!(reply.usage, Some(Usage { input: 25, output: 15, ..Usage::default() }));
        assert_eq!(heard, expected);
    }
}

#[tokio::test]
async fn reasons_to_stop_are_told_apart() {
    let cases = [
        ("end_turn", FinishReason::Stop),
        ("stop_sequence", FinishReason::Stop),
        ("max_tokens", FinishReason::Length),
        ("pause_turn", FinishReason::Other("pause_turn".into())),
        ("a_new_reason", FinishReason::Other("a_new_reason".into())),
    ];
    for (reason, finish) in cases {
        let (reply, _) = play(stream(&[START, HELLO, &end(reason)]), true).await;
        assert_eq!(reply.unwrap().finish, finish);
    }
}

#[tokio::test]
async fn a_stream_that_gives_no_answer_is_an_error_with_the_tokens_it_used() {
    let overloaded =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"O\"}}\n\n";
    let no_rest = end("end_turn").replace(STOP, "");
    let cut = end("end_turn").trim_end().to_owned();
    let cases: Vec<(&str, Cassette, ErrorKind, Option<u64>)> = vec![
        ("clean end", stream(&[START, HELLO]), ErrorKind::Truncated, Some(1)),
        ("end before message_stop", stream(&[START, HELLO, &no_rest]), ErrorKind::Truncated, Some(15)),
        ("last event unfinished", stream(&[START, HELLO, &cut]), ErrorKind::Truncated, Some(15)),
        ("no reason to stop", stream(&[START, HELLO, STOP]), ErrorKind::Truncated, Some(1)),
        ("reset", stream(&[START, HELLO]).reset(), ErrorKind::Truncated, Some(1)),
        ("blank body", stream(&[]), ErrorKind::Truncated, None),
        ("error first", stream(&[overloaded]), ErrorKind::Unavailable, None),
        ("error in the middle", stream(&[START, HELLO, overloaded]), ErrorKind::Unavailable, Some(1)),
        ("unknown error", stream(&["event: error\ndata: {\"error\":{}}\n\n"]), ErrorKind::Unavailable, None),
        ("no JSON", stream(&[START, "event: ping\ndata: {oh\n\n"]), ErrorKind::BadResponse, Some(1)),
        ("refused at once", stream(&[START, &end("refusal")]), ErrorKind::Refused, None),
        ("refused later", stream(&[START, HELLO, &end("refusal")]), ErrorKind::Refused, Some(15)),
        ("empty", stream(&[START, &end("end_turn")]), ErrorKind::Empty, Some(15)),
        ("only thought", stream(&[START, &end("max_tokens")]), ErrorKind::Empty, Some(15)),
        (
            "window full",
            stream(&[START, HELLO, &end("model_context_window_exceeded")]),
            ErrorKind::ContextOverflow,
            Some(15),
        ),
    ];
    for (name, cassette, kind, output) in cases {
        let error = play(cassette, true).await.0.expect_err(name);
        assert_eq!((error.kind, error.usage.map(|usage| usage.output)), (kind, output), "{name}: {error}");
    }
}

#[tokio::test]
async fn an_http_error_is_classified_and_its_wait_is_kept() {
    let error = |status, kind: &str| {
        let error = json!({"type": kind, "message": "prose with sk-ant-hush"});
        Cassette::json(status, json!({"type": "error", "error": error, "request_id": "req_9"}))
    };
    let cases = [
        (error(400, "invalid_request_error"), ErrorKind::InvalidRequest),
        (error(401, "authentication_error"), ErrorKind::Unauthorized),
        (error(402, "billing_error"), ErrorKind::QuotaExceeded),
        (error(403, "permission_error"), ErrorKind::Unauthorized),
        (error(404, "not_found_error"), ErrorKind::ModelNotFound),
        (error(413, "request_too_large"), ErrorKind::ContextOverflow),
        (error(429, "rate_limit_error").header("retry-after", "7"), ErrorKind::RateLimited),
        (error(500, "api_error"), ErrorKind::Unavailable),
        (error(504, "timeout_error"), ErrorKind::Timeout),
        (error(529, "overloaded_error"), ErrorKind::Unavailable),
    ];
    for (cassette, kind) in cases {
        for stream in [true, false] {
            let error = play(cassette.clone(), stream).await.0.unwrap_err();
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.status.is_some() && error.message.contains("req_9"), "{error}");
            assert!(!error.message.contains("hush"), "{error}");
            assert_eq!(error.retry_after.map(|wait| wait.as_secs()), (kind == ErrorKind::RateLimited).then_some(7));
        }
    }
}

#[tokio::test]
async fn a_proxy_that_answers_itself_is_recognised() {
    let page = |status| Cassette::json(status, "<!doctype html><p>Log in").header("content-type", "text/html");
    let cases = [
        (page(200), ErrorKind::BadResponse),
        (page(403), ErrorKind::BadResponse),
        (page(302).header("location", "/login"), ErrorKind::BadResponse),
        (page(413), ErrorKind::ContextOverflow),
        (page(502), ErrorKind::Unavailable),
    ];
    for (cassette, kind) in cases {
        for stream in [true, false] {
            let error = play(cassette.clone(), stream).await.0.unwrap_err();
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.message.contains("web page") && error.message.contains("ANTHROPIC_BASE_URL"), "{error}");
        }
    }
    let blank = play(Cassette::json(200, ""), false).await.0.unwrap_err();
    assert_eq!(blank.kind, ErrorKind::BadResponse);
    assert!(blank.message.contains("answered with nothing"), "{blank}");
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
