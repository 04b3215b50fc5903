//! Answers in JSON, and tools that have to be called.

use serde_json::{Value, json};

use crate::served::{Face, sim};

const MESSAGES: &str = "/v1/messages";
const COMPLETIONS: &str = "/v1/chat/completions";

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "mood": { "enum": ["calm", "tense"] },
            "danger": { "type": "integer", "minimum": 1, "maximum": 5 },
            "things": { "type": "array", "items": { "$ref": "#/$defs/thing" }, "minItems": 1 },
        },
        "required": ["mood", "danger", "things"],
        "additionalProperties": false,
        "$defs": { "thing": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"], "additionalProperties": false } },
    })
}

fn check(text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["danger", "mood", "things"]);
    assert!(["calm", "tense"].contains(&value["mood"].as_str().unwrap()), "{value}");
    assert!((1..=5).contains(&value["danger"].as_i64().unwrap()), "{value}");
    let things = value["things"].as_array().unwrap();
    assert!(!things.is_empty() && things.iter().all(|thing| thing["name"].is_string()), "{value}");
    value
}

fn asked(more: &Value) -> Value {
    let mut body =
        json!({ "model": "m", "max_tokens": 2000, "messages": [{ "role": "user", "content": "Look around." }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// All the values of a stream.
fn events(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect()
}

#[tokio::test]
async fn an_answer_fits_the_schema_that_is_asked_for() {
    let face = Face::new(sim());
    let format = json!({ "response_format": { "type": "json_schema", "json_schema": { "name": "scene", "strict": true, "schema": schema() } } });
    let answer = face.post(COMPLETIONS, asked(&format)).await.json();
    let whole = check(answer["choices"][0]["message"]["content"].as_str().unwrap());
    let mut body = asked(&format);
    body["stream"] = json!(true);
    let streamed = events(&face.post(COMPLETIONS, body).await.text);
    let text: String = streamed.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!(check(&text), whole);
    let format = json!({ "output_config": { "format": { "type": "json_schema", "schema": schema() } } });
    let answer = face.post(MESSAGES, asked(&format)).await.json();
    check(answer["content"][0]["text"].as_str().unwrap());
    let counted = face.post("/v1/messages/count_tokens", asked(&format)).await.json();
    assert_eq!(counted["input_tokens"], answer["usage"]["input_tokens"]);
    let plain = face.post("/v1/messages/count_tokens", asked(&json!({}))).await.json();
    assert!(counted["input_tokens"].as_u64() > plain["input_tokens"].as_u64(), "a schema costs tokens");
    let object = face.post(COMPLETIONS, asked(&json!({ "response_format": { "type": "json_object" } }))).await.json();
    let object: Value = serde_json::from_str(object["choices"][0]["message"]["content"].as_str().unwrap()).unwrap();
    assert!(object.is_object());
    let cut =
        face.post(COMPLETIONS, asked(&json!({ "max_tokens": 3, "response_format": { "type": "json_object" } }))).await;
    assert_eq!(cut.json()["choices"][0]["finish_reason"], "length");
}

#[tokio::test]
async fn a_claude_that_has_to_calls_the_tool() {
    let face = Face::new(sim());
    let tools = json!([{ "name": "other", "input_schema": { "type": "object" } }, { "name": "scene", "input_schema": schema() }]);
    let body = |stream: bool, choice: Value| asked(&json!({ "tools": tools, "tool_choice": choice, "stream": stream }));
    let choice = json!({ "type": "tool", "name": "scene" });
    let message = face.post(MESSAGES, body(false, choice.clone())).await.json();
    assert_eq!((&message["stop_reason"], &message["content"][0]["name"]), (&json!("tool_use"), &json!("scene")));
    let whole = check(&message["content"][0]["input"].to_string());
    let streamed = events(&face.post(MESSAGES, body(true, choice)).await.text);
    let start = streamed.iter().find(|event| event["type"] == "content_block_start").unwrap();
    assert_eq!((&start["content_block"]["type"], &start["content_block"]["input"]), (&json!("tool_use"), &json!({})));
    assert!(start["content_block"]["id"].as_str().unwrap().starts_with("toolu_"));
    let fragments: Vec<&str> = streamed.iter().filter_map(|event| event["delta"]["partial_json"].as_str()).collect();
    assert!(fragments.len() > 5 && fragments[0].is_empty());
    assert_eq!(check(&fragments.concat()), whole);
    let any = face.post(MESSAGES, body(false, json!({ "type": "any" }))).await.json();
    assert_eq!(any["content"][0]["name"], "other");
    let auto = face.post(MESSAGES, body(false, json!({ "type": "auto" }))).await.json();
    assert_eq!((&auto["stop_reason"], &auto["content"][0]["type"]), (&json!("end_turn"), &json!("text")));
    let missing = face.post(MESSAGES, body(false, json!({ "type": "tool", "name": "poem" }))).await;
    assert_eq!(missing.json()["error"]["message"], "Tool 'poem' not found in provided tools");
}

#[tokio::test]
async fn a_gpt_that_has_to_calls_the_tool() {
    let face = Face::new(sim());
    let tools = json!([{ "type": "function", "function": { "name": "scene", "parameters": schema() } }]);
    let body = |stream: bool| asked(&json!({ "tools": tools, "tool_choice": "required", "stream": stream }));
    let choice = face.post(COMPLETIONS, body(false)).await.json()["choices"][0].clone();
    assert_eq!((&choice["finish_reason"], &choice["message"]["content"]), (&json!("tool_calls"), &Value::Null));
    let call = &choice["message"]["tool_calls"][0];
    let whole = check(call["function"]["arguments"].as_str().unwrap());
    let streamed = events(&face.post(COMPLETIONS, body(true)).await.text);
    let calls: Vec<&Value> = streamed
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"]["tool_calls"][0])
        .filter(|call| call.is_object())
        .collect();
    assert_eq!(calls[0]["function"]["name"], "scene");
    assert!(calls[0]["id"].as_str().unwrap().starts_with("call_") && calls[1].get("id").is_none());
    let fragments: String = calls.iter().filter_map(|call| call["function"]["arguments"].as_str()).collect();
    assert_eq!(check(&fragments), whole);
}

#[tokio::test]
async fn a_schema_that_asks_for_too_much_is_refused() {
    let face = Face::new(sim());
    let endless = json!({ "type": "array", "minItems": 100_000_000_000_000u64 });
    let format =
        json!({ "response_format": { "type": "json_schema", "json_schema": { "name": "scene", "schema": endless } } });
    for stream in [false, true] {
        let mut body = asked(&format);
        body["stream"] = json!(stream);
        let refused = face.post(COMPLETIONS, body).await;
        let error = &refused.json()["error"];
        assert_eq!((refused.status.as_u16(), &error["type"]), (400, &json!("invalid_request_error")), "{error}");
        assert!(error["message"].as_str().unwrap().starts_with("Invalid schema: "), "{error}");
    }
    let tool = json!({ "name": "scene", "input_schema": endless });
    let choice = json!({ "type": "tool", "name": "scene" });
    let refused = face.post(MESSAGES, asked(&json!({ "tools": [tool], "tool_choice": choice }))).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["type"]), (400, &json!("invalid_request_error")));
}
