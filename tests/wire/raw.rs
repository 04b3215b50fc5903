//! The bytes of a stream, and the shape of a whole answer.

use serde_json::{Value, json};

use crate::served::{Face, sim};

fn hello(more: &Value) -> Value {
    let mut body = json!({ "model": "any", "max_tokens": 2, "messages": [{ "role": "user", "content": "Hello" }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_completion_is_streamed_in_chunks() {
    let body = hello(&json!({ "stream": true, "stream_options": { "include_usage": true } }));
    let answer = Face::new(sim()).post("/v1/chat/completions", body).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(answer.headers["x-request-id"], format!("req_{:032x}", 1));
    assert_eq!(answer.headers["openai-processing-ms"], "2000");
    insta::assert_snapshot!(answer.text, @r#"
    data: {"choices":[{"delta":{"content":"","refusal":null,"role":"assistant"},"finish_reason":null,"index":0,"logprobs":null}],"created":2,"id":"chatcmpl-00000000000000000000000000000002","model":"any","object":"chat.completion.chunk","service_tier":"default","system_fingerprint":"fp_zeroth","usage":null}

    data: {"choices":[{"delta":{"content":"To"},"finish_reason":null,"index":0,"logprobs":null}],"created":2,"id":"chatcmpl-00000000000000000000000000000002","model":"any","object":"chat.completion.chunk","service_tier":"default","system_fingerprint":"fp_zeroth","usage":null}

    data: {"choices":[{"delta":{"content":" “"},"finish_reason":null,"index":0,"logprobs":null}],"created":2,"id":"chatcmpl-00000000000000000000000000000002","model":"any","object":"chat.completion.chunk","service_tier":"default","system_fingerprint":"fp_zeroth","usage":null}

    data: {"choices":[{"delta":{},"finish_reason":"length","index":0,"logprobs":null}],"created":2,"id":"chatcmpl-00000000000000000000000000000002","model":"any","object":"chat.completion.chunk","service_tier":"default","system_fingerprint":"fp_zeroth","usage":null}

    data: {"choices":[],"created":2,"id":"chatcmpl-00000000000000000000000000000002","model":"any","object":"chat.completion.chunk","service_tier":"default","system_fingerprint":"fp_zeroth","usage":{"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":0},"prompt_tokens":5,"prompt_tokens_details":{"cache_write_tokens":0,"cached_tokens":0},"total_tokens":7}}

    data: [DONE]
    "#);
}

#[tokio::test]
async fn no_count_is_sent_unless_it_is_asked_for() {
    let answer = Face::new(sim()).post("/v1/chat/completions", hello(&json!({ "stream": true }))).await;
    assert!(!answer.text.contains("usage"), "{}", answer.text);
    assert!(answer.text.ends_with("data: [DONE]\n\n"), "{}", answer.text);
}

#[tokio::test]
async fn a_message_is_streamed_in_events() {
    let answer = Face::new(sim()).post("/v1/messages", hello(&json!({ "stream": true }))).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(answer.headers["request-id"], format!("req_{:032x}", 1));
    insta::assert_snapshot!(answer.text, @r#"
    event: message_start
    data: {"message":{"content":[],"id":"msg_00000000000000000000000000000002","model":"any","role":"assistant","stop_reason":null,"stop_sequence":null,"type":"message","usage":{"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"input_tokens":5,"output_tokens":1,"service_tier":"standard"}},"type":"message_start"}

    event: content_block_start
    data: {"content_block":{"text":"","type":"text"},"index":0,"type":"content_block_start"}

    event: ping
    data: {"type":"ping"}

    event: content_block_delta
    data: {"delta":{"text":"To","type":"text_delta"},"index":0,"type":"content_block_delta"}

    event: content_block_delta
    data: {"delta":{"text":" “","type":"text_delta"},"index":0,"type":"content_block_delta"}

    event: content_block_stop
    data: {"index":0,"type":"content_block_stop"}

    event: message_delta
    data: {"delta":{"stop_reason":"max_tokens","stop_sequence":null},"type":"message_delta","usage":{"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"input_tokens":5,"output_tokens":2,"service_tier":"standard"}}

    event: message_stop
    data: {"type":"message_stop"}
    "#);
}

#[tokio::test]
async fn whole_answers_come_at_once() {
    let face = Face::new(sim());
    let completion = face.post("/v1/chat/completions", hello(&json!({}))).await;
    insta::assert_snapshot!(completion.text, @r#"{"choices":[{"finish_reason":"length","index":0,"logprobs":null,"message":{"annotations":[],"content":"To “","refusal":null,"role":"assistant"}}],"created":2,"id":"chatcmpl-00000000000000000000000000000002","model":"any","object":"chat.completion","service_tier":"default","system_fingerprint":"fp_zeroth","usage":{"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":0},"prompt_tokens":5,"prompt_tokens_details":{"cache_write_tokens":0,"cached_tokens":0},"total_tokens":7}}"#);
    let message = face.post("/v1/messages", hello(&json!({}))).await;
    insta::assert_snapshot!(message.text, @r#"{"content":[{"citations":null,"text":"To “","type":"text"}],"id":"msg_00000000000000000000000000000004","model":"any","role":"assistant","stop_reason":"max_tokens","stop_sequence":null,"type":"message","usage":{"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"input_tokens":5,"output_tokens":2,"service_tier":"standard"}}"#);
}

#[tokio::test]
async fn tokens_are_counted_as_they_are_charged() {
    let face = Face::new(sim());
    let said = json!([{ "role": "user", "content": "How many tokens has this sentence?" }]);
    let body = json!({ "model": "any", "max_tokens": 9, "system": "Be exact.", "messages": said });
    let counted = face.post("/v1/messages/count_tokens", &body).await.json();
    let charged = face.post("/v1/messages", &body).await.json();
    assert_eq!(counted["input_tokens"], charged["usage"]["input_tokens"]);
    assert!(counted["input_tokens"].as_u64().unwrap() > 8);
}

#[tokio::test]
async fn models_are_listed_as_their_vendor_does() {
    let face = Face::new(sim());
    insta::assert_snapshot!(face.get("/v1/models").await.text, @r#"{"data":[{"created":1793491200,"id":"sim-1","object":"model","owned_by":"zeroth"}],"object":"list"}"#);
    let request = || axum::http::Request::get("/v1/models").header("anthropic-version", "2023-06-01");
    let listed = face.send(request().body(axum::body::Body::empty()).unwrap()).await;
    insta::assert_snapshot!(listed.text, @r#"{"data":[{"created_at":"2026-11-01T00:00:00Z","display_name":"sim-1","id":"sim-1","lifecycle":"active","type":"model"}],"first_id":"sim-1","has_more":false,"last_id":"sim-1"}"#);
    assert_eq!(face.get("/v1/models/acme/large").await.json()["id"], "acme/large");
}
