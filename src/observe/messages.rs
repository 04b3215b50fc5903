//! The words that went into a call and came out of it, as the GenAI conventions write them; only made when capture is on.

use opentelemetry::logs::AnyValue;
use opentelemetry::{Array, StringValue, Value};
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

/// Span attributes have no maps: a JSON string. When it is longer than `limit` characters, the texts in it are shortened,
/// so that it stays JSON.
pub(super) fn on_span(mut json: Json, limit: Option<usize>) -> Value {
    let mut text = json.to_string();
    let Some(limit) = limit else { return text.into() };
    let mut most = limit;
    while text.chars().count() > limit && most > 0 {
        most /= 2;
        shorten(&mut json, most);
        text = json.to_string();
    }
    text.into()
}

/// Cuts every `content` to `most` characters.
fn shorten(json: &mut Json, most: usize) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| shorten(item, most)),
        Json::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Json::String(text) if key == "content" => {
                        if let Some((end, _)) = text.char_indices().nth(most) {
                            text.truncate(end);
                        }
                    }
                    other => shorten(other, most),
                }
            }
        }
        _ => {}
    }
}

/// An attribute that is a list of one text.
pub(super) fn strings(text: &str) -> Value {
    texts([text.to_owned()])
}

/// An attribute that is a list of texts.
pub(super) fn texts(texts: impl IntoIterator<Item = String>) -> Value {
    Value::Array(Array::String(texts.into_iter().map(StringValue::from).collect()))
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

/// A span attribute's value, on a log record.
pub(super) fn value_on_event(value: Value) -> AnyValue {
    match value {
        Value::Bool(value) => value.into(),
        Value::I64(value) => value.into(),
        Value::F64(value) => value.into(),
        Value::String(text) => AnyValue::String(text),
        Value::Array(Array::String(texts)) => {
            AnyValue::ListAny(Box::new(texts.into_iter().map(AnyValue::String).collect()))
        }
        other => AnyValue::String(other.to_string().into()),
    }
}

/// A count as the signed number that attributes take.
pub(super) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn text_part(text: &str) -> Json {
    json!({"type": "text", "content": text})
}
