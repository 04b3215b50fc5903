//! The words that went into a call and came out of it, as the GenAI conventions write them; only made when capture is on.

use opentelemetry::Value;
use opentelemetry::logs::AnyValue;
use serde_json::{Value as Json, json};

use crate::llm::{ChatReply, ChatRequest, Role};

/// `gen_ai.system_instructions`: an array of text parts.
pub(super) fn instructions(request: &ChatRequest) -> Json {
    json!([text_part(&request.system)])
}

/// `gen_ai.input.messages`.
pub(super) fn input(request: &ChatRequest) -> Json {
    let messages = request.messages.iter().map(|message| {
        let role = match message.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        json!({"role": role, "parts": [text_part(&message.text)]})
    });
    messages.collect()
}

/// `gen_ai.output.messages`. The finish reason is deprecated here, but backends still want it on every message.
pub(super) fn output(reply: &ChatReply) -> Json {
    json!([{"role": "assistant", "parts": [text_part(&reply.text)], "finish_reason": reply.finish.as_str()}])
}

/// Span attributes have no maps: a JSON string.
pub(super) fn on_span(json: &Json) -> Value {
    json.to_string().into()
}

/// Log records have: the structure itself.
pub(super) fn on_event(json: Json) -> AnyValue {
    match json {
        Json::Null => AnyValue::String("null".into()),
        Json::Bool(value) => value.into(),
        Json::Number(number) => match number.as_i64() {
            Some(value) => value.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        Json::String(text) => AnyValue::String(text.into()),
        Json::Array(items) => AnyValue::ListAny(Box::new(items.into_iter().map(on_event).collect())),
        Json::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| (key.into(), on_event(value)));
            AnyValue::Map(Box::new(fields.collect()))
        }
    }
}

/// A count as the signed number that attributes take.
pub(super) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn text_part(text: &str) -> Json {
    json!({"type": "text", "content": text})
}
