//! The Responses API.

use serde_json::{Value, json};

use crate::served::{Answer, Face, sim};

const RESPONSES: &str = "/v1/responses";

fn asked(more: &Value) -> Value {
    let mut body = json!({ "model": "gpt-6.1-sol", "input": "Where is the bridge?" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn respond(more: Value) -> Answer {
    Face::new(sim()).post(RESPONSES, asked(&more)).await
}

fn events(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect()
}

#[tokio::test]
async fn the_events_tell_the_response() {
    let whole = respond(json!({})).await.json();
    let text = whole["output"][0]["content"][0]["text"].as_str().unwrap();
    assert_eq!((&whole["object"], &whole["status"]), (&json!("response"), &json!("completed")));
    let streamed = respond(json!({ "stream": true })).await.text;
    assert!(!streamed.contains("[DONE]"));
    let told = events(&streamed);
    assert!(told.iter().enumerate().all(|(number, event)| event["sequence_number"] == number), "{streamed}");
    let mut kinds: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
    kinds.dedup();
    insta::assert_snapshot!(kinds.join("\n"), @"
    response.created
    response.in_progress
    response.output_item.added
    response.content_part.added
    response.output_text.delta
    response.output_text.done
    response.content_part.done
    response.output_item.done
    response.completed
    ");
    let deltas: String = told.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(deltas, text);
    let last = &told.last().unwrap()["response"];
    assert_eq!((&last["output"][0]["content"], &last["usage"]), (&whole["output"][0]["content"], &whole["usage"]));
}

#[tokio::test]
async fn items_instructions_and_limits_are_understood() {
    let input = json!([
        { "role": "developer", "content": [{ "type": "input_text", "text": "Be brief." }] },
        { "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "Call it." }] },
        { "type": "function_call", "call_id": "c", "name": "f", "arguments": "{}" },
        { "type": "function_call_output", "call_id": "c", "output": "42 lamps" },
    ]);
    let answer = respond(json!({ "input": input, "instructions": "Be kind.", "max_output_tokens": 16 })).await.json();
    assert!(answer["output"][0]["content"][0]["text"].as_str().unwrap().contains("42"), "{answer}");
    assert_eq!(
        (&answer["status"], &answer["incomplete_details"]["reason"]),
        (&json!("incomplete"), &json!("max_output_tokens"))
    );
    assert_eq!(answer["usage"]["output_tokens"], 16);
    let stored = respond(json!({ "previous_response_id": "resp_1" })).await;
    assert!(stored.status == 400 && stored.text.contains("not found"));
    assert_eq!(respond(json!({ "input": 1 })).await.status, 400);
}

#[tokio::test]
async fn tools_and_schemas_are_flat_here() {
    let schema = json!({ "type": "object", "properties": { "deck": { "type": "integer" } }, "required": ["deck"], "additionalProperties": false });
    let tools = json!([{ "type": "function", "name": "go", "parameters": schema }]);
    for choice in [json!("required"), json!({ "type": "function", "name": "go" })] {
        let whole = respond(json!({ "tools": tools, "tool_choice": choice })).await.json();
        let call = &whole["output"][0];
        assert_eq!((&call["type"], &call["name"]), (&json!("function_call"), &json!("go")));
        let arguments: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
        assert!(arguments["deck"].is_i64());
        let told = events(&respond(json!({ "tools": tools, "tool_choice": choice, "stream": true })).await.text);
        let done = told.iter().find(|event| event["type"] == "response.function_call_arguments.done").unwrap();
        assert_eq!(done["arguments"], call["arguments"]);
    }
    let format = json!({ "text": { "format": { "type": "json_schema", "name": "deck", "schema": schema } } });
    let made = respond(format).await.json()["output"][0]["content"][0]["text"].as_str().unwrap().to_owned();
    assert!(serde_json::from_str::<Value>(&made).unwrap()["deck"].is_i64(), "{made}");
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_its_own_way() {
    let met = async |fault: &str| {
        let body = asked(&json!({ "stream": true }));
        Face::new(sim()).post_with(RESPONSES, &[("x-zeroth-fault", fault)], body).await
    };
    let failed = events(&met("stream-error=2").await.text);
    let last = failed.last().unwrap();
    assert_eq!((&last["type"], &last["code"]), (&json!("error"), &json!("server_is_overloaded")));
    let declined = events(&met("refusal").await.text);
    assert_eq!(declined.last().unwrap()["response"]["output"][0]["content"][0]["type"], "refusal");
    assert_eq!(events(&met("empty").await.text).last().unwrap()["response"]["output"], json!([]));
    assert!(!met("cut=2").await.text.contains("response.completed"));
    assert_eq!(met("529").await.status, 503);
}
