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
    assert_eq!(answer.headers["openai-processing-ms"], "20");
    insta::assert_snapshot!(answer.text, @r#"
    data: {"id":"chatcmpl-a22362236293f3285a9207fdd94eb8eb","object":"chat.completion.chunk","created":0,"model":"any","choices":[{"index":0,"delta":{"content":"","refusal":null,"role":"assistant"},"logprobs":null,"finish_reason":null}],"usage":null,"service_tier":"default","system_fingerprint":"fp_zeroth"}

    data: {"id":"chatcmpl-a22362236293f3285a9207fdd94eb8eb","object":"chat.completion.chunk","created":0,"model":"any","choices":[{"index":0,"delta":{"content":"To"},"logprobs":null,"finish_reason":null}],"usage":null,"service_tier":"default","system_fingerprint":"fp_zeroth"}

    data: {"id":"chatcmpl-a22362236293f3285a9207fdd94eb8eb","object":"chat.completion.chunk","created":0,"model":"any","choices":[{"index":0,"delta":{"content":" “"},"logprobs":null,"finish_reason":null}],"usage":null,"service_tier":"default","system_fingerprint":"fp_zeroth"}

    data: {"id":"chatcmpl-a22362236293f3285a9207fdd94eb8eb","object":"chat.completion.chunk","created":0,"model":"any","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}],"usage":null,"service_tier":"default","system_fingerprint":"fp_zeroth"}

    data: {"id":"chatcmpl-a22362236293f3285a9207fdd94eb8eb","object":"chat.completion.chunk","created":0,"model":"any","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"audio_tokens":0,"cache_write_tokens":0,"cached_tokens":0},"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_zeroth"}

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
    data: {"type":"message_start","message":{"id":"msg_ee85d906b4668c7668c667fd13210761","type":"message","role":"assistant","model":"any","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}

    event: ping
    data: {"type":"ping"}

    event: content_block_start
    data: {"content_block":{"text":"","type":"text"},"index":0,"type":"content_block_start"}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"To"}}

    event: content_block_delta
    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" “"}}

    event: content_block_stop
    data: {"index":0,"type":"content_block_stop"}

    event: message_delta
    data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":2,"service_tier":"standard"}}

    event: message_stop
    data: {"type":"message_stop"}
    "#);
}

#[tokio::test]
async fn whole_answers_come_at_once() {
    let face = Face::new(sim());
    let completion = face.post("/v1/chat/completions", hello(&json!({}))).await;
    insta::assert_snapshot!(completion.text, @r#"{"id":"chatcmpl-b683b69d0dcf2aca3112fd276192cf7e","object":"chat.completion","created":0,"model":"any","choices":[{"index":0,"message":{"role":"assistant","content":"To “","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"audio_tokens":0,"cache_write_tokens":0,"cached_tokens":0},"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_zeroth"}"#);
    let message = face.post("/v1/messages", hello(&json!({}))).await;
    insta::assert_snapshot!(message.text, @r#"{"id":"msg_b683b69d0dcf2aca3112fd276192cf7e","type":"message","role":"assistant","model":"any","content":[{"citations":null,"text":"To “","type":"text"}],"stop_reason":"max_tokens","stop_sequence":null,"stop_details":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":2,"service_tier":"standard"}}"#);
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
    insta::assert_snapshot!(listed.text, @r#"{"data":[{"capabilities":null,"created_at":"2026-11-01T00:00:00Z","deprecated_at":null,"display_name":"sim-1","id":"sim-1","lifecycle":"active","line":null,"max_input_tokens":1000000,"max_tokens":128000,"retires_at":null,"type":"model"}],"first_id":"sim-1","has_more":false,"last_id":"sim-1"}"#);
    assert_eq!(face.get("/v1/models/acme/large").await.json()["id"], "acme/large");
}

#[tokio::test]
async fn the_same_request_has_the_same_name_and_words() {
    let face = Face::new(sim());
    let body = hello(&json!({ "max_tokens": 50 }));
    let [one, two] = [face.post("/v1/messages", &body).await, face.post("/v1/messages", &body).await];
    assert_eq!(one.text, two.text);
    assert_ne!(one.headers["request-id"], two.headers["request-id"], "requests are told apart all the same");
    let other = face.post("/v1/messages", hello(&json!({ "max_tokens": 51 }))).await;
    assert_ne!(one.json()["id"], other.json()["id"]);
}

#[tokio::test]
async fn an_answer_ends_where_it_is_told_to() {
    let face = Face::new(sim());
    let whole = face.post("/v1/messages", hello(&json!({ "max_tokens": 200 }))).await.json();
    let text = whole["content"][0]["text"].as_str().unwrap().to_owned();
    // Somewhere in the middle, and not at the border of a token.
    let at = text.char_indices().nth(text.chars().count() / 2).unwrap().0;
    let stop: String = text[at..].chars().take(9).collect();
    let expected = &text[..text.find(&stop).unwrap()];
    let body = hello(&json!({ "max_tokens": 200, "stop_sequences": ["absent", stop] }));
    let message = face.post("/v1/messages", &body).await.json();
    assert_eq!((&message["content"][0]["text"], &message["stop_reason"]), (&json!(expected), &json!("stop_sequence")));
    assert_eq!(message["stop_sequence"], json!(stop));
    let body = hello(&json!({ "max_tokens": 200, "stream": true, "stop": stop }));
    let streamed = face.post("/v1/chat/completions", &body).await.text;
    let chunks = streamed.lines().filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
    let told: String =
        chunks.filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)).collect();
    assert_eq!(told, expected);
    assert!(streamed.contains(r#""finish_reason":"stop""#));
}

#[tokio::test]
async fn there_may_be_several_choices() {
    let face = Face::new(sim());
    let body = |stream: bool| {
        hello(&json!({ "max_tokens": 60, "n": 3, "stream": stream, "stream_options": { "include_usage": true } }))
    };
    let whole = face.post("/v1/chat/completions", body(false)).await.json();
    let texts: Vec<&str> = whole["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|choice| choice["message"]["content"].as_str().unwrap())
        .collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[0] != texts[1] || texts[1] != texts[2], "{texts:?}");
    let streamed = face.post("/v1/chat/completions", body(true)).await.text;
    let mut told = vec![String::new(); 3];
    let chunks = streamed.lines().filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
    let mut last = Value::Null;
    for chunk in chunks {
        if let Some(choice) = chunk["choices"].get(0) {
            let index = usize::try_from(choice["index"].as_u64().unwrap()).unwrap();
            told[index].push_str(choice["delta"]["content"].as_str().unwrap_or_default());
        }
        last = chunk;
    }
    assert_eq!(told, texts);
    assert_eq!(last["usage"]["completion_tokens"], whole["usage"]["completion_tokens"]);
}

#[tokio::test]
async fn routes_work_behind_a_prefix() {
    let face = Face::new(sim());
    let completion = face.post("/openai/v1/chat/completions", hello(&json!({}))).await;
    assert_eq!(completion.json()["object"], "chat.completion");
    let message = face.post("/anthropic/v1/messages?beta=true", hello(&json!({}))).await;
    assert_eq!(message.json()["type"], "message");
    let request = axum::http::Request::get("/anthropic/v1/models").header("anthropic-version", "2023-06-01");
    let models = face.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(models.json()["has_more"], false);
    assert_eq!(face.get("/openai/v1/poems").await.status, 404);
}
